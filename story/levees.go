package story

import "github.com/rootline/rootline"

type mixed struct {
	Class  any    `json:"class"`
	Ticket string `json:"ticket"`
	Slump  int64  `json:"slump"`
}

type part struct {
	Section string `json:"section"`
	Part    string `json:"part"`
}

// moreLevee goes on with the fill: a third layer that is not finished, and a section beside it whose first layer has
// cement from a silo, and whose second failed its test.
func (t *teller) moreLevee(s *Script) {
	c := t.Cast
	s.Recall.Lot, s.Recall.Tests = s.Cement, []string{s.CementLot}
	first := t.code(c.Builder, "layer", 1)
	third := t.nextLayer("layer", 3, s.Fill, sectionID, s.Layer)
	t.fill(third, 3, s.Soil, "")
	t.compact(third)

	t.otherCement(s)
	one := t.firstLayer("next-layer", 1, s.Fill, nextSectionID)
	t.layer(one, middleOf(nextSectionID), 1, "DEMO-R-121", s.Soil, t.silo())
	two := t.nextLayer("next-layer", 2, s.Fill, nextSectionID, one)
	t.fill(two, 2, s.Soil, "")
	t.compact(two)
	t.do(c.Laboratory, floodway, two, "fail", density{Samples: []int64{1702, 1580, 1590, 1720, 1695, 1705, 1733, 1692}, Report: "DEMO-R-122"}, t.noted)
	t.send("more layers of fill")

	s.Recall.Certain = append(s.Recall.Certain, first, s.Layer)
	s.Recall.Possible = append(s.Recall.Possible, one)
	s.Recall.Through = append(s.Recall.Through, t.silo())
	s.Recall.Untouched = append(s.Recall.Untouched, third, two)
	s.Strip = []Element{{first, "accepted"}, {s.Layer, "accepted"}, {third, "compacted"}, {one, "accepted"}, {two, "failed"}}
}

func (t *teller) silo() string                      { return t.code(t.Cast.Builder, "silo", 0) }
func (t *teller) secondLot() string                 { return t.code(t.Cast.Supplier, "cement", 1) }
func kilograms(code string, n int64) rootline.Input { return rootline.Input{Asset: code, Amount: n} }

// otherCement is a second delivery, tested on its own, and a silo that both go into.
func (t *teller) otherCement(s *Script) {
	c := t.Cast
	lot := t.code(c.Builder, "cement-lot", 1)
	data := batch{Producer: "Synthetic producer · 虚构厂家", Batch: "B-2026-044", Grade: "42.5"}
	begin := data
	begin.Material, begin.Packing = "cement", "bulk"
	t.do(c.Builder, floodway, lot, "begin", begin, created("retest-lot", ""))
	data.DeliveryNote = "DEMO-C-18"
	t.delivery("cement", "cement", 1, lot, 200_000, data)
	t.tested(lot, "CE-2", strengthReport{"CE-2", "DEMO-R-103", 47_200})
	t.do(c.Supervisor, floodway, t.secondLot(), "release", nil)
	t.do(c.Builder, floodway, t.silo(), "fill", named{Name: "Silo 1 · 1 号筒仓"}, created("silo", ""), amount(60_000),
		using(kilograms(s.Cement, 20_000), kilograms(t.secondLot(), 40_000)))
	t.send("a silo of two lots of cement")
}

// wall is a cut-off wall of concealed panels, and the drain at the toe, which is accepted upward.
func (t *teller) wall(s *Script) {
	c := t.Cast
	s.Wall = t.begin("divisional-works", "wall", s.Unit, named{"Cut-off wall · 防渗墙", sectionID})
	s.Toe = t.begin("divisional-works", "toe", s.Unit, named{"Toe drain · 坡脚排水", sectionID})
	group := func(asset string, data any) { t.jointly(floodway, asset, data, c.Builder, c.Supervisor, c.Manager) }

	fromLot, fromSilo := t.mix(1, s.Cement, 3_000), t.mix(2, t.silo(), 3_000)
	other := t.mix(3, t.secondLot(), 6_000)
	certain, possible := t.panel(1, s.Wall, fromLot), t.panel(2, s.Wall, fromSilo)
	untouched, drain := t.panel(3, s.Wall, other), t.panel(4, s.Toe, other)
	for i, code := range []string{certain, possible, drain} {
		t.do(c.Supervisor, floodway, code, "attend", nil, t.noted, here(leveeMiddle))
		t.do(c.Designer, floodway, code, "agree-design", nil, t.noted)
		t.do(c.Operator, floodway, code, "agree-operation", nil, t.noted)
		group(code, nil)
		if i != 1 {
			t.do(c.Regulator, floodway, code, "file", map[string]string{"filing": "DEMO-F-0" + string(rune('1'+i))})
			t.do(c.Builder, floodway, code, "cover", nil, t.noted)
		}
	}
	t.send("concealed works")
	group(s.Toe, rated{"qualified"})
	t.send("acceptance of the toe drain")

	s.Recall.Certain = append(s.Recall.Certain, certain)
	s.Recall.Above = append(s.Recall.Above, s.Fill, s.Wall)
	s.Recall.Possible = append(s.Recall.Possible, possible)
	s.Recall.Through = append(s.Recall.Through, fromLot, fromSilo)
	s.Recall.Untouched = append(s.Recall.Untouched, untouched, drain)
}

// mix is concrete with a tenth of cement.
func (t *teller) mix(n int, cement string, kg int64) string {
	code := t.code(t.Cast.Builder, "mix", n)
	t.do(t.Cast.Builder, floodway, code, "mix", mixed{"C25", "DEMO-T-0" + string(rune('0'+n)), 180}, created("concrete", ""),
		amount(kg*10), using(kilograms(cement, kg)))
	return code
}

// panel is built, rated, and waits for the joint group.
func (t *teller) panel(n int, under, mix string) string {
	c, code := t.Cast, t.code(t.Cast.Builder, "panel", n)
	t.do(c.Builder, floodway, code, "start", part{sectionID, "Panel " + string(rune('0'+n))}, t.noted, created("concealed", under), here(leveeMiddle))
	t.do(c.Builder, floodway, code, "build", nil, t.noted, using(kilograms(mix, 24_000)))
	t.do(c.Builder, floodway, code, "check", rated{"qualified"}, t.noted)
	t.do(c.Builder, floodway, code, "notify", nil)
	return code
}

type manifest struct {
	Manifest    string `json:"manifest"`
	Truck       string `json:"truck,omitempty"`
	Weight      int64  `json:"weight,omitempty"`
	Destination string `json:"destination,omitempty"`
	Received    int64  `json:"received,omitempty"`
}

// waste is three loads: one that arrived, one that arrived short, one on its way.
func (t *teller) waste(s *Script) {
	c := t.Cast
	for i := range 3 {
		code, number := t.code(c.Builder, "waste", i), "DEMO-M-0"+string(rune('1'+i))
		t.do(c.Builder, floodway, code, "dispatch", manifest{number, "DEMO-7", 31_000, disposalID, 0}, t.noted, created("waste-load", ""))
		there := rootline.Point{Lat: disposalCorner.Lat + 1_000, Lon: disposalCorner.Lon + 1_000}
		switch i {
		case 0:
			t.do(c.Disposal, floodway, code, "receive", manifest{Manifest: number, Received: 30_900}, here(there))
		case 1:
			t.do(c.Disposal, floodway, code, "differ", map[string]any{"received": 24_000, "reason": "a part of the load is missing (synthetic)"}, t.noted)
		}
		s.Waste = append(s.Waste, code)
	}
	t.send("waste")
}
