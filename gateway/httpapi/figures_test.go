package httpapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/judge/judgetest"
)

// grove brings trees to a plot: some are planted three days ago, the first of them is accepted today.
type grove struct {
	*works
	trees      []string
	supervisor *judgetest.Person
}

const threeDays = 3 * 24 * 3_600_000 // ms

func newGrove(t *testing.T) *grove {
	w := newWorks(t)
	g := &grove{works: w, supervisor: w.Enrol(judgetest.Supervisor, "supervisor")}
	carrier := w.Enrol(judgetest.Contractor, "carrier")
	week := rootline.WeekOf(time.Now().In(time.FixedZone("", 8*3600)))
	title := rootline.Text{En: "Plot", Zh: "小班"}
	w.Do(w.manager, judgetest.Act(rootline.ActPlace, rootline.Place{ID: "forest/1/1", Kind: "plot", Parent: "forest/1", Title: title, Plan: map[string]int64{"tree": 10},
		Chainage: &rootline.Chainage{From: 70_000_000, To: 70_100_000}}))
	w.Do(w.manager, judgetest.Act(rootline.ActPlace, rootline.Place{ID: "forest/1", Kind: "section", Parent: "forest", Title: title, Weeks: map[string]map[string]int64{
		"tree": {week: 4, "2099-W01": 5},
	}}))
	w.Now -= threeDays
	n := 0
	act := func(who *judgetest.Person, tree, action, data string) {
		n++
		e := &rootline.Event{
			Asset: tree, Action: action, Rulebook: book, Data: json.RawMessage(data),
			Evidence: []rootline.Evidence{{SHA256: rootline.HashOf(fmt.Append(nil, n)), Type: "image/jpeg", Size: 3}},
		}
		if action == "plant" || action == "accept" {
			e.Place = &rootline.Position{Point: rootline.Point{Lat: 38_912_450, Lon: 115_912_500}, Accuracy: 5}
		}
		if data == "" {
			e.Data = nil
		}
		w.Do(who, e)
	}
	for i := range 4 {
		tree := judgetest.Code(judgetest.Contractor)
		g.trees = append(g.trees, tree)
		w.Do(w.nursery, w.newTree(tree))
		act(w.nursery, tree, "lift", `{"rootBall":500}`)
		act(w.nursery, tree, "load", `{"waybill":"W1"}`)
		act(carrier, tree, "ship", "")
		act(w.planter, tree, "receive", "")
		if i < 3 {
			act(w.planter, tree, "plant", `{"plot":"forest/1/1","pit":"P1","crew":"C7"}`)
		}
	}
	act(w.planter, g.trees[2], "die", `{"cause":"frost"}`)
	w.Now += threeDays
	act(g.supervisor, g.trees[0], "accept", `{"condition":"good"}`)
	w.await()
	return g
}

func TestFigures(t *testing.T) {
	g := newGrove(t)
	token := g.signIn(g.manager)
	// Nobody but a planter plants.
	bad := g.Sign(g.nursery, &rootline.Event{Asset: g.trees[3], Action: "plant", Rulebook: book})
	if r := g.post("/api/v1/events", map[string]any{"events": []rootline.Submission{bad}}); r.status != http.StatusUnprocessableEntity {
		t.Fatalf("%d %s", r.status, r.body)
	}
	ask := func(query string) map[string]FigureView {
		t.Helper()
		var body struct {
			Days    []string
			Items   []FigureView
			Stocks  []StockView
			Refused []int64
			Block   presentation.BlockRef
		}
		r := g.get("/api/v1/figures?"+query, token)
		if r.status != http.StatusOK {
			t.Fatalf("%s: %d %s", query, r.status, r.body)
		}
		r.into(t, &body)
		if len(body.Days) != figureDays || body.Block.Number+1 != g.height() {
			t.Errorf("days %v, block %d", body.Days, body.Block.Number)
		}
		if today := time.Now().In(time.FixedZone("", 8*3600)).Format(time.DateOnly); body.Days[figureDays-1] != today {
			t.Errorf("today is %s: %v", today, body.Days)
		}
		if len(body.Refused) != figureDays || body.Refused[figureDays-1] != 1 {
			t.Errorf("refused %v", body.Refused)
		}
		// The tree of newWorks, and the four of the grove.
		if k := body.Stocks; query == "zone=480" && (len(k) != 1 || k[0].Count != 5 || k[0].Located != 3 || len(k[0].States) != 5) {
			t.Errorf("stocks %+v", k)
		}
		all := map[string]FigureView{}
		for _, f := range body.Items {
			all[f.Name] = f
		}
		return all
	}
	of := func(n int64) *int64 { return &n }
	sum := func(f FigureView) (n int64) {
		for _, d := range f.Days {
			n += d
		}
		return n
	}
	all := ask("zone=480")
	if p := all["planted"]; sum(p) != 3 || p.Value != 0 || slices.Max(p.Days) != 3 || p.Unit != "each" || p.Title.Zh != "栽植" {
		t.Errorf("planted %+v", p)
	}
	if d := all["delivered"]; sum(d) != 4 {
		t.Errorf("delivered %+v", d)
	}
	if a := all["accepted"]; sum(a) != 1 || a.Value+a.Days[figureDays-2] != 1 { // an hour ago may have been yesterday
		t.Errorf("accepted %+v", a)
	}
	// What a figure counts is a list of events.
	for _, name := range []string{"planted", "delivered", "accepted"} {
		f := all[name]
		var list struct{ Items []presentation.EventView }
		g.get("/api/v1/events?limit=100&rulebook=forestation&kind="+strings.Join(f.Kinds, ",")+"&action="+strings.Join(f.Actions, ",")+"&state="+strings.Join(f.After, ","), token).into(t, &list)
		if int64(len(list.Items)) != sum(f) {
			t.Errorf("%s: %d events, counted %d", name, len(list.Items), sum(f))
		}
	}
	var refused struct{ Items []RefusalView }
	r := g.get("/api/v1/refusals", token)
	describe(t, g.works).check(t, "/api/v1/refusals", "GET", r, "application/json")
	if r.into(t, &refused); len(refused.Items) != 1 || refused.Items[0].ActionTitle.En != "Plant" || refused.Items[0].Device != g.nursery.Kid() || refused.Items[0].Error.Code != rootline.CodeWrongRole || refused.Items[0].Asset != g.trees[3] {
		t.Errorf("refused: %s", r.body)
	}
	for order, want := range map[string]int{"at": 200, "-device": 200, "name": 400} {
		if r := g.get("/api/v1/refusals?limit=1&order="+order, token); r.status != want {
			t.Errorf("refusals by %s: %d %s", order, r.status, r.body)
		}
	}
	for cursor, want := range map[string]int{"at." + g.nursery.Kid() + ".1": 200, "device." + g.nursery.Kid() + ".1": 400, "at.x.0": 400, "7": 400} {
		if r := g.get("/api/v1/refusals?order=at&cursor="+cursor, token); r.status != want {
			t.Errorf("refusals after %s: %d %s", cursor, r.status, r.body)
		}
	}
	// A chainage finds its place and what is there.
	var at SearchAnswer
	if g.get("/api/v1/search?q=K70%2B050", token).into(t, &at); len(at.Hits) != 4 || at.Only || at.Hits[0].Kind != hitPlace || at.Hits[1].Via != viaPlace {
		t.Errorf("at the chainage: %+v", at)
	}
	var tree presentation.AssetView
	if g.get("/api/v1/assets/"+g.trees[0], token).into(t, &tree); tree.PlaceTitle.Zh != "小班" {
		t.Errorf("the place of a tree is called %+v", tree.PlaceTitle)
	}
	if l := all["located"]; l.Value != 2 || l.Of == nil || *l.Of != 2 || l.Days != nil || !l.Located {
		t.Errorf("located %+v", l)
	}
	if s := all["survival"]; s.Value != 2 || s.Of == nil || *s.Of != *of(3) || s.Target != 85 {
		t.Errorf("survival %+v", s)
	}
	if p := ask("zone=480&place=forest/1")["planted"]; sum(p) != 3 {
		t.Errorf("planted in the section: %+v", p)
	}
	if all := ask("zone=480&place=forest/2"); len(all) != 0 {
		t.Errorf("there is nothing elsewhere: %+v", all)
	}
	if r := g.get("/api/v1/figures?zone=900", token); r.status != http.StatusUnprocessableEntity && r.status != http.StatusBadRequest {
		t.Errorf("no such zone: %d", r.status)
	}
}

// TestDaysOfAZone holds the days and their first hours to the calendar.
func TestDaysOfAZone(t *testing.T) {
	for _, zone := range []int{-720, -60, 0, 60, 330, 480, 840} {
		z := Zone{Zone: zone}
		for hour := int64(-100); hour < 500_000; hour += 7 {
			day := z.dayOf(hour)
			first := z.firstHour(day)
			if first > hour || z.firstHour(day+1) <= hour {
				t.Fatalf("zone %d: hour %d is in day %d, from %d", zone, hour, day, first)
			}
			if got, want := time.Unix(day*86_400, 0).UTC().Format(time.DateOnly), z.of(time.Unix(hour*3600, 0)).Format(time.DateOnly); got != want {
				t.Fatalf("zone %d: hour %d is on %s, not %s", zone, hour, want, got)
			}
		}
	}
}

func TestProgress(t *testing.T) {
	g := newGrove(t)
	token := g.signIn(g.manager)
	var body struct {
		Week  string
		Items []ProgressView
	}
	r := g.get("/api/v1/progress?zone=480", token)
	r.into(t, &body)
	if r.status != http.StatusOK || len(body.Items) != 1 || len(body.Items[0].Places) != 2 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	p := body.Items[0]
	section, plot := p.Places[0], p.Places[1]
	if section.Place != "forest/1" || section.Planned != 9 || section.Due == nil || *section.Due != 4 || section.Done != 3 {
		t.Errorf("section %+v", section)
	}
	if plot.Place != "forest/1/1" || plot.Planned != 10 || plot.Due != nil || plot.Done != 3 {
		t.Errorf("plot %+v", plot)
	}
	var planned, done int64
	for i, w := range p.Weeks {
		planned, done = planned+w.Planned, done+w.Done
		if i > 0 && w.Week <= p.Weeks[i-1].Week {
			t.Errorf("%s after %s", w.Week, p.Weeks[i-1].Week)
		}
	}
	if planned != 4 || done != 3 { // 2099 is far
		t.Errorf("weeks: %d planned, %d done", planned, done)
	}
	if p.Kind != "tree" || p.Figure != "planted" || p.Unplaced != 0 {
		t.Errorf("%+v", p)
	}
}

func TestWeeksInARow(t *testing.T) {
	got := inARow(map[string]*WeekPlan{"2026-W52": {Week: "2026-W52", Planned: 1}, "2027-W02": {Week: "2027-W02", Done: 2}}, "2026-W52")
	want := []WeekPlan{{"2026-W52", 1, 0}, {Week: "2026-W53"}, {Week: "2027-W01"}, {"2027-W02", 0, 2}}
	if !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	far := inARow(map[string]*WeekPlan{"2001-W01": {Week: "2001-W01"}, "2099-W01": {Week: "2099-W01"}}, "2026-W52")
	if len(far) != 2*maxWeeks+1 || far[maxWeeks].Week != "2026-W52" {
		t.Errorf("%d weeks", len(far))
	}
}

func TestWaiting(t *testing.T) {
	g := newGrove(t)
	type answer struct {
		Due     []DueView
		Cosign  []CosignView
		Recalls []RecallDue
		Ballots []BallotDue

		MoreBallots int64
	}
	ask := func(who *judgetest.Person) (a answer) {
		t.Helper()
		r := g.get("/api/v1/waiting", g.signIn(who))
		if r.status != http.StatusOK {
			t.Fatalf("%d %s", r.status, r.body)
		}
		r.into(t, &a)
		return a
	}
	due := ask(g.supervisor).Due
	if len(due) != 1 || due[0].Rulebook != "forestation" || due[0].Kind != "tree" || due[0].State != "planted" || due[0].Count != 1 || due[0].Actions[0].Name != "accept" || !due[0].Actions[0].Walk ||
		due[0].Oldest == nil || len(due[0].Places) != 1 || due[0].Places[0].Place != "forest/1/1" || due[0].Places[0].Title.En != "Plot" {
		t.Errorf("supervisor: %+v", due)
	}
	// To turn a tree away is no duty of the planter's.
	if due := ask(g.planter).Due; len(due) != 0 {
		t.Errorf("planter: %+v", due)
	}
	g.Do(g.Admins[judgetest.Owner], judgetest.Act(rootline.ActPropose, rootline.ProposeData{YAML: proposal}))
	g.await()
	if b := ask(g.Admins[judgetest.Supervisor]).Ballots; len(b) != 1 || b[0].Name != "lamps@1" || b[0].Title.En != "Lamps" {
		t.Errorf("ballots %+v", b)
	}
	if b := ask(g.Admins[judgetest.Owner]).Ballots; len(b) != 0 {
		t.Errorf("the owner has proposed it: %+v", b)
	}
	if b := ask(g.supervisor).Ballots; len(b) != 0 {
		t.Errorf("supervisors do not vote: %+v", b)
	}
	for i := range mostBallots + 1 { // a flood of them costs nobody the page
		g.Do(g.Admins[judgetest.Owner], judgetest.Act(rootline.ActPropose, rootline.ProposeData{YAML: strings.Replace(proposal, "rulebook: lamps", fmt.Sprintf("rulebook: lamps-%d", i), 1)}))
	}
	// Nor does it hide what another one proposes, whatever it is called.
	g.Do(g.Admins[judgetest.Contractor], judgetest.Act(rootline.ActPropose, rootline.ProposeData{YAML: strings.Replace(proposal, "rulebook: lamps", "rulebook: walls", 1)}))
	g.await()
	a := ask(g.Admins[judgetest.Supervisor])
	if len(a.Ballots) != mostBallots || a.MoreBallots != 3 || !slices.ContainsFunc(a.Ballots, func(b BallotDue) bool { return b.Name == "walls@1" }) {
		t.Errorf("%d ballots, %d more: %+v", len(a.Ballots), a.MoreBallots, a.Ballots)
	}
}

const proposal = `rulebook: lamps
version: 1
title: {en: Lamps, zh: 路灯}
roles:
  planter: {en: Fitter, zh: 安装人员}
kinds:
  lamp:
    title: {en: Lamp, zh: 路灯}
    states:
      up: {en: Up, zh: 已装}
    actions:
      put:
        title: {en: Put up, zh: 安装}
        creates: true
        to: up
        by: planter
`
