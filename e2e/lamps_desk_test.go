package e2e

import (
	"net/url"
	"strings"
	"testing"

	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/founding"
	"github.com/rootline/rootline/network"
)

const laterLamps = "road-lamps@2"

// lampsScene is what the test of the lamps' pages finds: a road, and people who are invited to a desk.
type lampsScene struct {
	Site     string `json:"site"`
	Through  string `json:"through"`
	Director string `json:"director"`
	Lat      int64  `json:"lat"`
	Lon      int64  `json:"lon"`
	Road     string `json:"road"`
	// Supplier, Builder, Supervisor and Manager are links of invitations.
	Supplier   string `json:"supplier"`
	Builder    string `json:"builder"`
	Supervisor string `json:"supervisor"`
	Manager    string `json:"manager"`
}

// lampsAtTheDesk has a lamp begun, put up and accepted at the desk: the rulebook makes the pages. Then a stricter version
// holds, under which the lamp would be too dark: it stays accepted, and goes over to that version when a manager says so.
func (w *works) lampsAtTheDesk(t *testing.T, rules []byte, voters []founding.Voter) {
	t.Helper()
	host, err := url.Parse(gatewayURL(0))
	w.ok(err)
	stricter := strings.NewReplacer(
		"version: 1", "version: 2", "mean(event.data.light) >= 15", "mean(event.data.light) >= 20",
		"\nkinds:", "  manager: {en: Manager, zh: 管理人员}\n\npowers: {move: manager}\n\nkinds:",
	).Replace(string(rules))
	inBrowser(t, "lamps", lampsScene{
		Director: director(t, map[string]func(url.Values) (any, error){
			"adopt": func(url.Values) (any, error) {
				return laterLamps, founding.Adopt(t.Context(), laterLamps, []byte(stricter), voters)
			},
		}).URL,
		Manager: w.invitation(network.Owner, "manager"),
		Site:    gatewayURL(0), Through: host.Host, Lat: lat, Lon: lon, Road: roadID,
		Supplier: w.invitation(network.Contractor, "supplier"), Builder: w.invitation(network.Contractor, "builder"),
		Supervisor: w.invitation(network.Supervisor, "supervisor"),
	})
	page, err := w.owner.Assets(t.Context(), client.AssetFilter{Kind: "lamp", Place: roadID, State: "accepted"})
	w.ok(err)
	if len(page.Items) != 1 || page.Items[0].Rulebook != laterLamps || page.Items[0].Fields["pole"].Str() != "P-18" {
		t.Errorf("the lamps that were accepted at the desk are %+v", page.Items)
	}
}
