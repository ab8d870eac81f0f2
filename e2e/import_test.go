package e2e

import (
	"net/url"
	"strings"
	"testing"

	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/network"
)

// importScene is what the test of imports at the desk finds.
type importScene struct {
	// Site is the gateway; a browser is told to reach it by Through, by way of the weather.
	Site     string `json:"site"`
	Through  string `json:"through"`
	Director string `json:"director"`
	// Importer and Planter are links of invitations; a planter may not import.
	Importer string `json:"importer"`
	Planter  string `json:"planter"`
	Plot     string `json:"plot"`
	// Lat and Lon lie in the plot, in micro-degrees.
	Lat int64 `json:"lat"`
	Lon int64 `json:"lon"`
	// Rows, Long and Sheet are how many rows the tables have: one that is mended, one that is cut off, a workbook.
	Rows  int `json:"rows"`
	Long  int `json:"long"`
	Sheet int `json:"sheet"`
}

// A manager imports a table with faulty rows at the desk, mends them, imports again; reloads in the middle of another:
// each row is on the ledger exactly once.
func TestImportAtTheDesk(t *testing.T) {
	w := site(t)
	sky := newWeather(t, gatewayURL(0))
	s := importScene{
		Site: gatewayURL(0), Through: sky.Listener.Addr().String(), Director: director(t, map[string]func(url.Values) (any, error){"weather": sky.rule}).URL, Plot: plotID, Lat: lat, Lon: lon, Rows: 300, Long: 3000, Sheet: 5,
		Importer: w.invitation(network.Owner, "importer"), Planter: w.invitation(network.Contractor, "planter"),
	}
	inBrowser(t, "import", s)

	idle(t, w)
	recorded := map[string]int{}
	for cursor := ""; ; {
		page, err := w.owner.Assets(t.Context(), client.AssetFilter{Kind: "tree", Place: plotID, Limit: 500, Cursor: cursor})
		w.ok(err)
		for _, a := range page.Items {
			if set, _, ok := strings.Cut(a.Fields["source"].Str(), "-"); ok && set != "" && a.Maker == "OwnerMSP" {
				recorded[a.Fields["source"].Str()]++
			}
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	sets := map[string]int{}
	for source, n := range recorded {
		set, _, _ := strings.Cut(source, "-")
		sets[set]++
		if n != 1 {
			t.Errorf("%s is on the ledger %d times", source, n)
		}
	}
	if sets["mended"] != s.Rows || sets["long"] != s.Long || sets["sheet"] != s.Sheet {
		t.Errorf("on the ledger are %v", sets)
	}
}
