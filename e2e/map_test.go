package e2e

import (
	"fmt"
	"net/url"
	"os"
	"reflect"
	"strconv"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/network"
)

// mapScene is what the test of the desk's map finds.
type mapScene struct {
	Site    string `json:"site"`
	Through string `json:"through"`
	// Manager and Supervisor are links of invitations; only the first may draw.
	Manager    string `json:"manager"`
	Supervisor string `json:"supervisor"`
	// Section is where places are drawn; Trees stand in it, around Lat and Lon, in micro-degrees.
	Section string `json:"section"`
	Trees   int    `json:"trees"`
	Lat     int64  `json:"lat"`
	Lon     int64  `json:"lon"`
	// Land is whose the tiles are.
	Land string `json:"land"`
}

// A manager looks at the trees of a section on the map, draws a plot and imports others as GeoJSON: they are on the
// ledger. With ROOTLINE_MEASURE a hundred thousand trees stand there, and what moving the map takes is printed.
func TestTheMapAtTheDesk(t *testing.T) {
	w := site(t)
	host, err := url.Parse(gatewayURL(0))
	w.ok(err)
	s := mapScene{
		Site: gatewayURL(0), Through: host.Host, Section: "forest/map", Land: landAttribution, Trees: 400, Lat: lat + 30_000, Lon: lon,
		Manager: w.invitation(network.Owner, "manager"), Supervisor: w.invitation(network.Supervisor, "supervisor"),
	}
	if os.Getenv("ROOTLINE_MEASURE") != "" {
		s.Trees = 100_000
	}
	corner := func(dlat, dlon int64) rootline.Point { return rootline.Point{Lat: s.Lat + dlat, Lon: s.Lon + dlon} }
	section := rootline.Place{
		ID: s.Section, Kind: "section", Parent: "forest", Title: rootline.Text{En: "Section of the map", Zh: "地图标段"},
		Outline: []rootline.Point{corner(-500, -500), corner(-500, 9_500), corner(9_500, 9_500), corner(9_500, -500)},
	}
	plot := section
	plot.ID, plot.Parent, plot.Kind, plot.Plan = s.Section+"/a", s.Section, "plot", map[string]int64{"tree": 400}
	plot.Line, plot.Chainage = []rootline.Point{corner(0, 0), corner(0, 9_000)}, &rootline.Chainage{From: 65_000_000, To: 65_780_000, Side: "left"}
	plot.Weeks = map[string]map[string]int64{"tree": {"2026-W12": 400}}
	w.do(w.sign(w.manager, act(rootline.ActPlace, section)), w.sign(w.manager, act(rootline.ActPlace, plot)))
	var batch []rootline.Submission
	for i := range s.Trees {
		e := &rootline.Event{
			Asset: rootline.NewCode(ownerPrefix), Kind: "tree", Action: "inventory", Rulebook: "forestation@1",
			Data:  fmt.Appendf(nil, `{"species":"Pinus tabuliformis","source":"map-%d","plot":%q}`, i, plot.ID),
			Place: &rootline.Position{Point: corner(int64(i/320)*28, int64(i%320)*28)},
		}
		if batch = append(batch, w.sign(w.manager, e)); len(batch) == 500 || i == s.Trees-1 {
			w.do(batch...)
			batch = nil
		}
	}
	inBrowser(t, "map", s)
	if asked, known := ledger.land.asked.Load(), ledger.land.known.Load(); asked == 0 || known > 0 {
		t.Errorf("the tiles were asked for %d times, %d of them told who asks", asked, known)
	}

	for id, kind := range map[string]string{s.Section + "/drawn-plot": "plot", s.Section + "/b": "plot", s.Section + "/b/1": "compartment", s.Section + "/road": "road"} {
		p, err := w.owner.Place(t.Context(), id)
		w.ok(err)
		if p.Kind != kind || len(p.Outline)+len(p.Line) < 2 {
			t.Errorf("%s is a %s with %d points", id, p.Kind, len(p.Outline)+len(p.Line))
		}
	}
	changed, err := w.owner.Place(t.Context(), plot.ID)
	w.ok(err)
	plot.Title.Zh, plot.Organisation = "甲地块", changed.Organisation // whoever put it has it
	if !reflect.DeepEqual(changed.Place, plot) {
		t.Errorf("a changed title left %+v, want %+v", changed.Place, plot)
	}
	if _, err := w.owner.Place(t.Context(), s.Section+"/bad id"); err == nil {
		t.Error("a faulty feature was recorded")
	}
	t.Logf("%s trees on the map", strconv.Itoa(s.Trees))
}
