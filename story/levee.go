package story

import (
	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
)

const floodway = "floodway@1"

type sample struct {
	Sample string `json:"sample"`
}

type cementDelivery struct {
	Producer     string `json:"producer"`
	Batch        string `json:"batch"`
	Grade        string `json:"grade"`
	Packing      string `json:"packing"`
	DeliveryNote string `json:"deliveryNote"`
}

type cementReport struct {
	Sample   string `json:"sample"`
	Report   string `json:"report"`
	Strength int64  `json:"strength"`
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
	Layer   int64  `json:"layer,omitempty"`
}

type density struct {
	Samples []int64 `json:"samples"`
	Report  string  `json:"report"`
}

// levee tells of a lot of cement and a lot of soil, tested before use, and of two layers of fill, one on the other.
func (t *teller) levee(items *Items) {
	c := t.Cast
	items.Cement = t.code(c.Supplier, "cement", 0)
	soil := t.code(c.Supplier, "soil", 0)
	t.material(items.Cement, "cement", 120_000, "CE-1", cementDelivery{
		"Synthetic producer", "B-2026-031", "42.5", "bagged", "DEMO-C-17",
	}, cementReport{"CE-1", "DEMO-R-101", 46_800})
	t.material(soil, "soil", 2_400_000, "SO-1", soilDelivery{"Borrow area 3 (synthetic)", "DEMO-S-02"},
		soilReport{"SO-1", "DEMO-R-102", 1_780, 1_620, 2_150})
	t.send("cement and soil")

	below := t.code(c.Builder, "layer", 1)
	items.Layer = t.code(c.Builder, "layer", 2)
	start := t.about(floodway, below, "start", layer{Section: sectionID, Class: "2", Design: 1_690})
	start.Kind = "fill-layer"
	t.layer(start, soil, items.Cement, 1, "DEMO-R-111")
	open := t.about(floodway, items.Layer, "open", layer{Section: sectionID, Layer: 2})
	open.Kind, open.Refs = "fill-layer", []string{below}
	t.layer(open, soil, items.Cement, 2, "DEMO-R-112")
	t.send("two layers of fill")
}

// material is a lot that owes a test: delivered, sampled before a witness, passed, released.
func (t *teller) material(code, kind string, kilograms int64, number string, delivery, report any) {
	c := t.Cast
	deliver := t.about(floodway, code, "deliver", delivery)
	deliver.Kind, deliver.Amount = kind, kilograms
	t.act(c.Supplier, t.shown(deliver))
	t.act(c.Builder, t.shown(t.about(floodway, code, "sample", sample{number})))
	t.act(c.Supervisor, t.about(floodway, code, "witness", sample{number}))
	t.act(c.Laboratory, t.shown(t.about(floodway, code, "pass", report)))
	t.act(c.Supervisor, t.about(floodway, code, "release", nil))
}

// layer is filled, compacted, tested, checked and countersigned.
func (t *teller) layer(opening *rootline.Event, soil, cement string, n int64, report string) {
	c, code := t.Cast, opening.Asset
	step := func(who *client.Device, action string, data any) *rootline.Event {
		e := t.about(floodway, code, action, data)
		if action != "fill" {
			t.shown(e)
		}
		return e
	}
	t.act(c.Builder, at(t.shown(opening), leveeMiddle))
	fill := step(c.Builder, "fill", nil)
	fill.Inputs = []rootline.Input{{Asset: soil, Amount: 900_000 + n*10_000}, {Asset: cement, Amount: 18_000}}
	t.act(c.Builder, fill)
	t.act(c.Builder, step(c.Builder, "compact", map[string]int64{"thickness": 280, "passes": 8}))
	t.act(c.Laboratory, step(c.Laboratory, "test", density{
		Samples: []int64{1702, 1711, 1698, 1720, 1695, 1705, 1733, 1692, 1688, 1716}, Report: report,
	}))
	t.act(c.Builder, step(c.Builder, "check", map[string]string{"rating": "qualified"}))
	t.act(c.Supervisor, at(step(c.Supervisor, "countersign", nil), leveeMiddle))
}
