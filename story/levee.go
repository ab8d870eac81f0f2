package story

import (
	"github.com/rootline/rootline"
)

const floodway = "floodway@1"

type sample struct {
	Sample string `json:"sample"`
}

// batch is what a re-test lot and its deliveries have in common. Packing and Material are the lot's alone, DeliveryNote
// a delivery's.
type batch struct {
	Material     string `json:"material,omitempty"`
	Producer     string `json:"producer"`
	Batch        string `json:"batch"`
	Grade        string `json:"grade,omitempty"`
	Packing      string `json:"packing,omitempty"`
	Diameter     int64  `json:"diameter,omitempty"`
	DeliveryNote string `json:"deliveryNote,omitempty"`
}

type strengthReport struct {
	Sample   string `json:"sample"`
	Report   string `json:"report"`
	Strength int64  `json:"strength"`
}

type named struct {
	Name    string `json:"name"`
	Stretch string `json:"stretch,omitempty"`
}

type soilDelivery struct {
	Source       string `json:"source"`
	DeliveryNote string `json:"deliveryNote"`
}

type soilReport struct {
	Sample     string `json:"sample"`
	Report     string `json:"report"`
	MaxDensity int64  `json:"maxDensity"`
	Moisture   int64  `json:"moisture"`
	Clay       int64  `json:"clay"`
}

type layer struct {
	Section string `json:"section"`
	Class   string `json:"class,omitempty"`
	Design  int64  `json:"design,omitempty"`
	Width   int64  `json:"width,omitempty"`
	Layer   int64  `json:"layer,omitempty"`
}

type compaction struct {
	Thickness []int64 `json:"thickness"`
	Widths    []int64 `json:"widths"`
	Passes    int64   `json:"passes"`
}

type selfCheck struct {
	Rating string `json:"rating"`
	Volume int64  `json:"volume,omitempty"`
}

type density struct {
	Samples []int64 `json:"samples"`
	Report  string  `json:"report"`
}

// levee tells of a lot of cement and a lot of soil, tested before use, and of two layers of fill, one on the other, in the
// breakdown of the works.
func (t *teller) levee(items *Items) {
	c := t.Cast
	items.Unit = t.begin("unit-works", "unit", "", named{Name: "East levee (synthetic) · 东堤（虚构）"})
	items.Fill = t.begin("divisional-works", "fill", items.Unit, named{"Fill of the levee · 堤身填筑", sectionID})
	items.CementLot = t.begin("retest-lot", "cement-lot", "", batch{
		Material: "cement", Producer: "Synthetic producer · 虚构厂家", Batch: "B-2026-031", Grade: "42.5", Packing: "bagged",
	})
	items.Cement = t.delivery("cement", "cement", 0, items.CementLot, 120_000, batch{
		Producer: "Synthetic producer · 虚构厂家", Batch: "B-2026-031", Grade: "42.5", DeliveryNote: "DEMO-C-17",
	})
	t.tested(items.CementLot, "CE-1", strengthReport{"CE-1", "DEMO-R-101", 46_800})
	t.act(c.Supervisor, t.about(floodway, items.Cement, "release", nil))
	items.Soil = t.code(c.Supplier, "soil", 0)
	deliver := t.about(floodway, items.Soil, "deliver", soilDelivery{"Borrow area 3 (synthetic) · 3 号取土场（虚构）", "DEMO-S-02"})
	deliver.Kind, deliver.Amount = "soil", 24_000_000
	t.act(c.Supplier, t.shown(deliver))
	t.tested(items.Soil, "SO-1", soilReport{"SO-1", "DEMO-R-102", 1_780, 1_620, 2_150})
	t.act(c.Supervisor, t.about(floodway, items.Soil, "release", nil))
	t.send("cement and soil")

	below := t.firstLayer("layer", 1, items.Fill, sectionID)
	t.layer(below, leveeMiddle, 1, "DEMO-R-111", items.Soil, items.Cement)
	items.Layer = t.nextLayer("layer", 2, items.Fill, sectionID, below)
	t.layer(items.Layer, leveeMiddle, 2, "DEMO-R-112", items.Soil, items.Cement)
	t.send("two layers of fill")
}

// begin creates something that a manager or builder begins: part of the breakdown, or a re-test lot.
func (t *teller) begin(kind, serial, under string, data any) string {
	who := t.Cast.Manager
	if kind == "retest-lot" {
		who = t.Cast.Builder
	}
	code := t.code(who, serial, 0)
	e := t.about(floodway, code, "begin", data)
	e.Kind, e.Under = kind, under
	t.act(who, e)
	return code
}

// delivery is a lot of material that is tested with others.
func (t *teller) delivery(kind, serial string, n int, lot string, kilograms int64, data batch) string {
	code := t.code(t.Cast.Supplier, serial, n)
	e := t.about(floodway, code, "deliver", data)
	e.Kind, e.Under, e.Amount = kind, lot, kilograms
	t.act(t.Cast.Supplier, t.shown(e))
	return code
}

// tested has a lot sampled before a witness, and its report passed.
func (t *teller) tested(lot, number string, report any) {
	c := t.Cast
	t.act(c.Builder, t.shown(t.about(floodway, lot, "sample", sample{number})))
	t.act(c.Supervisor, t.about(floodway, lot, "witness", sample{number}))
	t.act(c.Laboratory, t.shown(t.about(floodway, lot, "pass", report)))
}

// firstLayer opens the lowest layer of a section, nextLayer one on another.
func (t *teller) firstLayer(serial string, n int, under, section string) string {
	code := t.code(t.Cast.Builder, serial, n)
	start := t.about(floodway, code, "start", layer{Section: section, Class: "2", Design: 1_690, Width: 12_000})
	start.Kind, start.Under = "fill-layer", under
	t.act(t.Cast.Builder, at(t.shown(start), middleOf(section)))
	return code
}

func (t *teller) nextLayer(serial string, n int64, under, section, below string) string {
	code := t.code(t.Cast.Builder, serial, int(n))
	open := t.about(floodway, code, "open", layer{Section: section, Layer: n})
	open.Kind, open.Under, open.Refs = "fill-layer", under, []string{below}
	t.act(t.Cast.Builder, at(t.shown(open), middleOf(section)))
	return code
}

// fill places soil, and cement where there is some; compact rolls it.
func (t *teller) fill(code string, n int64, soil, cement string) {
	fill := t.about(floodway, code, "fill", map[string]int64{"loads": 40})
	fill.Inputs = []rootline.Input{{Asset: soil, Amount: 1_420_000 + n*10_000}}
	if cement != "" {
		fill.Inputs = append(fill.Inputs, rootline.Input{Asset: cement, Amount: 18_000})
	}
	t.act(t.Cast.Builder, fill)
}

func (t *teller) compact(code string) {
	t.act(t.Cast.Builder, t.shown(t.about(floodway, code, "compact", compaction{
		[]int64{280, 276, 291, 284, 279}, []int64{12_040, 12_010, 12_120, 12_060}, 8,
	})))
}

// layer is filled, compacted, tested, checked and countersigned.
func (t *teller) layer(code string, where rootline.Point, n int64, report, soil, cement string) {
	c := t.Cast
	t.fill(code, n, soil, cement)
	t.compact(code)
	t.act(c.Laboratory, t.shown(t.about(floodway, code, "test", density{
		Samples: []int64{1702, 1711, 1698, 1720, 1695, 1705, 1733, 1692, 1688, 1716}, Report: report,
	})))
	t.act(c.Builder, t.shown(t.about(floodway, code, "check", selfCheck{"qualified", 760})))
	t.act(c.Supervisor, at(t.shown(t.about(floodway, code, "countersign", nil)), where))
}
