package e2e

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/network"
)

// figuresScene is what the test of the overview finds: a grove of two sections, where trees are planted that nobody has
// accepted.
type figuresScene struct {
	Site     string `json:"site"`
	Through  string `json:"through"`
	Director string `json:"director"`
	Lat      int64  `json:"lat"`
	Lon      int64  `json:"lon"`
	// Manager and Supervisor are links of invitations.
	Manager    string `json:"manager"`
	Supervisor string `json:"supervisor"`
	// Week is the present one, Before and After those beside it.
	Week    string `json:"week"`
	Before  string `json:"before"`
	After   string `json:"after"`
	Planted int    `json:"planted"`
}

// The overview at the desk: a plan is imported from a table with faults, figures follow the ledger while one looks, and a
// supervisor sees what waits.
func TestFiguresAtTheDesk(t *testing.T) {
	w := site(t)
	s := w.figuresSite()
	inBrowser(t, "figures", s)

	p, err := w.owner.Place(t.Context(), "grove/1")
	w.ok(err)
	if got := p.Weeks["tree"]; p.Plan["tree"] != 100 || got[s.Before] != 2 || got[s.Week] != 20 || got[s.After] != 30 || len(p.Outline) != 4 {
		t.Errorf("the plan on the ledger is %+v", p)
	}
}

func (w *works) figuresSite() figuresScene {
	w.Helper()
	host, err := url.Parse(gatewayURL(0))
	w.ok(err)
	now := time.Now().In(time.FixedZone("", 8*3600))
	s := figuresScene{
		Site: gatewayURL(0), Through: host.Host, Lat: lat, Lon: lon, Planted: 12,
		Manager: w.invitation(network.Owner, rootline.RoleManager), Supervisor: w.invitation(network.Supervisor, "supervisor"),
		Week: rootline.WeekOf(now), Before: rootline.WeekOf(now.AddDate(0, 0, -7)), After: rootline.WeekOf(now.AddDate(0, 0, 7)),
	}
	square := func(north int64) []rootline.Point {
		a, b := int64(38_930_000)+north, int64(115_930_000)
		return []rootline.Point{{Lat: a, Lon: b}, {Lat: a, Lon: b + 3000}, {Lat: a + 2000, Lon: b + 3000}, {Lat: a + 2000, Lon: b}}
	}
	for _, p := range []rootline.Place{
		{ID: "grove", Kind: "project", Title: rootline.Text{En: "Test grove", Zh: "测试林"}},
		{ID: "grove/1", Kind: "section", Parent: "grove", Title: rootline.Text{En: "Section 1", Zh: "一标段"}, Outline: square(0), Plan: map[string]int64{"tree": 100}},
		{ID: "grove/2", Kind: "section", Parent: "grove", Title: rootline.Text{En: "Section 2", Zh: "二标段"}, Outline: square(3000)},
		{ID: "grove/1/1", Kind: "plot", Parent: "grove/1", Title: rootline.Text{En: "Plot 1-1", Zh: "小班 1-1"}},
		{ID: "grove/2/1", Kind: "plot", Parent: "grove/2", Title: rootline.Text{En: "Plot 2-1", Zh: "小班 2-1"}},
	} {
		w.do(w.sign(w.manager, act(rootline.ActPlace, p)))
	}
	trees := w.arrived(s.Planted + 3)
	var subs []rootline.Submission
	for i, code := range trees[:s.Planted] {
		plot, north := "grove/1/1", int64(i*100)
		if i%3 == 0 {
			plot, north = "grove/2/1", 3000+int64(i*100)
		}
		e := at(w.event(code, "plant", fmt.Sprintf(`{"plot":%q,"pit":"P%d","crew":"C7"}`, plot, i)), 38_930_200+north, 115_930_100+int64(i*200))
		subs = append(subs, w.sign(w.planter, e))
	}
	w.do(subs...)
	w.do(w.sign(w.builder, delivering(rootline.NewCode(contractorPrefix), 40_000))) // other works beside the forest
	next := 0
	s.Director = director(w.T, map[string]func(url.Values) (any, error){
		"accept": func(url.Values) (any, error) {
			tree := trees[next]
			next++
			a, err := w.owner.Asset(w.Context(), tree)
			if err != nil {
				return nil, err
			}
			e := w.accepting(tree)
			e.Place = a.Position
			return w.submit(w.sign(w.supervisor, e))[0].Status, nil
		},
		"refuse": func(url.Values) (any, error) { // a tree that is accepted twice
			return w.submit(w.sign(w.supervisor, w.accepting(trees[0])))[0].Status, nil
		},
	}).URL
	return s
}
