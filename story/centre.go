package story

import "github.com/rootline/rootline/client"

const serviceCentre = "service-centre@1"

type member struct {
	Type   string `json:"type"`
	Mark   string `json:"mark"`
	Storey string `json:"storey"`
	Grid   string `json:"grid"`
	Class  int64  `json:"class"`
}

type storeyLot struct {
	Name   string `json:"name"`
	Storey string `json:"storey"`
}

type hoisting struct {
	Storey string `json:"storey"`
	Grid   string `json:"grid"`
	Wind   int64  `json:"wind"`
}

type grouting struct {
	Sleeves     int64 `json:"sleeves"`
	Full        int64 `json:"full"`
	Temperature int64 `json:"temperature"`
}

// materials are the lots that the components are made of and joined with.
type materials struct{ steel, grout, mix, mould string }

// centre tells of a building of prefabricated components: four columns that stand and are accepted with their inspection
// lot, and slabs that are still on their way to where they belong.
func (t *teller) centre(s *Script) {
	c := t.Cast
	s.Centre = t.breakdown("unit-works", "centre", "", "Service centre (synthetic) · 服务中心（虚构）")
	structure := t.breakdown("divisional-works", "structure", s.Centre, "Main structure · 主体结构")
	columns := t.breakdown("sub-item", "columns", structure, "Columns · 柱")
	slabs := t.breakdown("sub-item", "slabs", structure, "Slabs · 楼板")
	s.Columns, s.Slabs = t.inspectionLot(0, columns, "Columns of storey 1 · 1 层柱", storey1ID), t.inspectionLot(1, slabs, "Slabs of storey 2 · 2 层楼板", storey2ID)
	m := t.materials()
	t.send("lots for the components")

	marks := []string{"A/1", "A/2", "B/1", "B/2"}
	for i, grid := range marks {
		code := t.component(i, s.Columns, m, member{"column", "C-" + grid, storey1ID, grid, 40})
		t.carried(code, "DEMO-W-1")
		t.joined(code, m, storey1ID, grid)
		t.do(c.Supervisor, serviceCentre, code, "seal", nil, t.noted, here(building))
		t.do(c.Laboratory, serviceCentre, code, "report-joint", map[string]int64{"jointStrength": 91_000}, t.noted)
		t.do(c.Supervisor, serviceCentre, code, "accept", nil, t.noted)
		s.Components = append(s.Components, Element{code, "accepted"})
	}
	s.Column = s.Components[0].Code
	t.do(c.Builder, serviceCentre, s.Columns, "check", rated{"qualified"}, t.noted)
	t.do(c.Supervisor, serviceCentre, s.Columns, "accept", nil, t.noted)
	t.jointly(serviceCentre, columns, rated{"qualified"}, c.Supervisor, c.Builder)
	t.send("columns, accepted with their inspection lot")

	for i, state := range []string{"cast", "passed", "shipped", "arrived", "hoisted", "joined"} {
		grid := "A-B/" + string(rune('1'+i))
		code := t.component(10+i, s.Slabs, m, member{"slab", "S-" + grid, storey2ID, grid, 40}, state == "cast")
		if i >= 2 {
			t.do(c.Carrier, serviceCentre, code, "ship", waybill{"DEMO-W-2"})
		}
		if i >= 3 {
			t.do(c.Builder, serviceCentre, code, "arrive", waybill{"DEMO-W-2"}, t.noted)
		}
		if i >= 4 {
			t.do(c.Builder, serviceCentre, code, "hoist", hoisting{storey2ID, grid, 14}, t.noted, here(building))
		}
		if i >= 5 {
			t.do(c.Builder, serviceCentre, code, "join", grouting{4, 4, 18}, t.noted, using(kilograms(m.grout, 20)))
		}
		s.Components = append(s.Components, Element{code, state})
	}
	t.send("slabs, under way")
}

// breakdown begins a part of the building.
func (t *teller) breakdown(kind, serial, under, name string) string {
	code := t.code(t.Cast.Manager, "centre-"+serial, 0)
	t.do(t.Cast.Manager, serviceCentre, code, "begin", named{Name: name}, created(kind, under))
	return code
}

func (t *teller) inspectionLot(n int, under, name, storey string) string {
	code := t.code(t.Cast.Builder, "inspection-lot", n)
	t.do(t.Cast.Builder, serviceCentre, code, "begin", storeyLot{name, storey}, created("inspection-lot", under))
	return code
}

// materials are delivered, tested as lots, and released; the mould is checked; a mix is made.
func (t *teller) materials() materials {
	c := t.Cast
	lot := func(who *client.Device, n int, material string, kg int64, of batch, report strengthReport) string {
		group, code := t.code(who, "centre-lot", n), t.code(c.Supplier, "centre-"+material, n)
		begin := of
		begin.Material, begin.DeliveryNote = material, ""
		t.do(who, serviceCentre, group, "begin", begin, created("retest-lot", ""))
		delivered := of
		delivered.Packing = ""
		if material != "cement" {
			delivered.Grade = ""
		}
		t.do(c.Supplier, serviceCentre, code, "deliver", delivered, t.noted, created(material, group), amount(kg))
		t.do(who, serviceCentre, group, "sample", sample{report.Sample}, t.noted)
		t.do(c.Supervisor, serviceCentre, group, "witness", sample{report.Sample})
		t.do(c.Laboratory, serviceCentre, group, "pass", report, t.noted)
		t.do(c.Supervisor, serviceCentre, code, "release", nil)
		return code
	}
	cement := lot(c.Factory, 0, "cement", 200_000, batch{
		Producer: "Synthetic producer · 虚构厂家", Batch: "B-2026-051", Grade: "42.5", Packing: "bulk", DeliveryNote: "DEMO-C-31",
	}, strengthReport{"CC-1", "DEMO-R-201", 48_000})
	m := materials{
		steel: lot(c.Factory, 1, "rebar", 40_000, batch{
			Producer: "Synthetic mill · 虚构钢厂", Batch: "H-77", Grade: "HRB400", Diameter: 20, DeliveryNote: "DEMO-S-31",
		}, strengthReport{"RB-1", "DEMO-R-202", 445_000}),
		grout: lot(c.Builder, 2, "grout", 4_000, batch{
			Producer: "Synthetic mortar · 虚构砂浆厂", Batch: "G-9", Grade: "G85", DeliveryNote: "DEMO-G-31",
		}, strengthReport{"GR-1", "DEMO-R-203", 92_000}),
		mix: t.code(c.Factory, "centre-mix", 0), mould: t.code(c.Factory, "mould", 0),
	}
	t.do(c.Factory, serviceCentre, m.mix, "mix", mixed{40, "DEMO-T-31", 160}, created("concrete", ""), amount(60_000), using(kilograms(cement, 9_000)))
	t.do(c.Factory, serviceCentre, m.mould, "make", map[string]string{"number": "DEMO-MO-1"}, created("mould", ""))
	t.do(c.Factory, serviceCentre, m.mould, "check", map[string][]int64{"deviations": {1, 0, -2, 1}}, t.noted)
	return m
}

// component is cast and, unless it is still fresh, cured and passed at the factory.
func (t *teller) component(n int, under string, m materials, as member, fresh ...bool) string {
	c, code := t.Cast, t.code(t.Cast.Factory, "component", n)
	t.do(c.Factory, serviceCentre, code, "cast", as, t.noted, created("component", under), referring(m.mould),
		using(kilograms(m.mix, 4_000), kilograms(m.steel, 350)))
	if len(fresh) > 0 && fresh[0] {
		return code
	}
	t.do(c.Factory, serviceCentre, code, "cure", map[string]int64{"strength": 34_500}, t.noted)
	t.do(c.Supervisor, serviceCentre, code, "pass", map[string][]int64{"deviations": {2, -1, 0}}, t.noted)
	return code
}

// carried brings a component to the site.
func (t *teller) carried(code, truck string) {
	t.do(t.Cast.Carrier, serviceCentre, code, "ship", waybill{truck})
	t.do(t.Cast.Builder, serviceCentre, code, "arrive", waybill{truck}, t.noted)
}

// joined hoists a component to its place and grouts its sleeves.
func (t *teller) joined(code string, m materials, storey, grid string) {
	t.do(t.Cast.Builder, serviceCentre, code, "hoist", hoisting{storey, grid, 12}, t.noted, here(building))
	t.do(t.Cast.Builder, serviceCentre, code, "join", grouting{8, 8, 18}, t.noted, using(kilograms(m.grout, 60)))
}
