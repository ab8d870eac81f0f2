package e2e

import (
	"net/url"
	"testing"

	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/network"
)

// lampsScene is what the test of the lamps' pages finds: a road, and people who are invited to a desk.
type lampsScene struct {
	Site    string `json:"site"`
	Through string `json:"through"`
	Lat     int64  `json:"lat"`
	Lon     int64  `json:"lon"`
	Road    string `json:"road"`
	// Supplier, Builder and Supervisor are links of invitations.
	Supplier   string `json:"supplier"`
	Builder    string `json:"builder"`
	Supervisor string `json:"supervisor"`
}

// lampsAtTheDesk has a lamp begun, put up and accepted at the desk: the rulebook makes the pages.
func (w *works) lampsAtTheDesk(t *testing.T) {
	t.Helper()
	host, err := url.Parse(gatewayURL(0))
	w.ok(err)
	inBrowser(t, "lamps", lampsScene{
		Site: gatewayURL(0), Through: host.Host, Lat: lat, Lon: lon, Road: roadID,
		Supplier: w.invitation(network.Contractor, "supplier"), Builder: w.invitation(network.Contractor, "builder"),
		Supervisor: w.invitation(network.Supervisor, "supervisor"),
	})
	page, err := w.owner.Assets(t.Context(), client.AssetFilter{Kind: "lamp", Place: roadID, State: "accepted"})
	w.ok(err)
	if len(page.Items) != 1 || page.Items[0].Seq != 3 || page.Items[0].Fields["pole"].Str() != "P-18" {
		t.Errorf("the lamps that were accepted at the desk are %+v", page.Items)
	}
}
