package story

import (
	"fmt"

	"github.com/rootline/rootline"
)

const (
	forestation = "forestation@1"
	lotSize     = 320 // saplings of the nursery lot
	planted     = 300 // of them set out
	accepted    = 60  // of those checked by the supervisor
	columns     = 20  // trees in a row
)

type measures struct {
	Species  string `json:"species"`
	DBH      int64  `json:"dbh,omitempty"`
	Height   int64  `json:"height,omitempty"`
	RootBall int64  `json:"rootBall,omitempty"`
}

type planting struct {
	Plot string `json:"plot"`
	Pit  string `json:"pit"`
	Crew string `json:"crew"`
}

type waybill struct {
	Waybill string `json:"waybill"`
}

type condition struct {
	Condition string `json:"condition"`
}

// forest tells of a pine with a card of its own, of a lot of poplars that came by truck, and of one that died.
func (t *teller) forest(items *Items) {
	items.Tree = t.pine()
	items.Lot = t.code(t.Cast.Nursery, "lot", 0)
	codes := t.lot(items.Lot)
	t.plantLot(codes)
	items.Dead, items.Heir = codes[7], codes[planted]
	t.replacement(items.Dead, items.Heir)
}

// pine is selected, lifted, carried, planted and accepted as a tree of its own.
func (t *teller) pine() string {
	c, code := t.Cast, t.code(t.Cast.Nursery, "pine", 0)
	selected := t.about(forestation, code, "select", measures{Species: "Pinus tabuliformis", DBH: 62, Height: 3200, RootBall: 500})
	selected.Kind = "tree"
	t.act(c.Nursery, t.shown(selected))
	t.act(c.Nursery, t.shown(t.about(forestation, code, "lift", measureOf("rootBall", 500))))
	t.act(c.Nursery, t.about(forestation, code, "load", waybill{"DEMO-0311"}))
	t.act(c.Carrier, t.about(forestation, code, "ship", nil))
	t.act(c.Planter, t.about(forestation, code, "receive", measureOf("dbh", 61)))
	spot := rootline.Point{Lat: plotCorner.Lat + 1_150, Lon: plotCorner.Lon + 900}
	t.act(c.Planter, at(t.shown(t.about(forestation, code, "plant", planting{plotID, "PINE-1", "C7"})), spot))
	t.act(c.Planter, t.about(forestation, code, "tend", map[string]string{"work": "water"}))
	t.act(c.Supervisor, at(t.shown(t.about(forestation, code, "accept", condition{"good"})), spot))
	t.send("a pine")
	return code
}

func measureOf(name string, mm int64) map[string]int64 { return map[string]int64{name: mm} }

// lot commits to the codes of all saplings at once; they sleep until somebody plants them.
func (t *teller) lot(lot string) rootline.Codes {
	c := t.Cast
	raw := make([]string, lotSize)
	for i := range raw {
		raw[i] = t.code(c.Nursery, "sapling", i)
	}
	codes := rootline.NewCodes(raw)
	list := codes.List()
	selected := t.about(forestation, lot, "select", measures{Species: "Populus tomentosa", Height: 1800})
	selected.Kind, selected.List = "tree-lot", &list
	t.attached(selected, codes.File(), rootline.CodeListType)
	t.act(c.Nursery, t.shown(selected))
	t.act(c.Nursery, t.shown(t.about(forestation, lot, "lift", nil)))
	t.act(c.Nursery, t.about(forestation, lot, "load", waybill{"DEMO-0312"}))
	t.act(c.Carrier, t.about(forestation, lot, "ship", nil))
	t.act(c.Planter, t.shown(t.about(forestation, lot, "receive", waybill{"DEMO-0312"})))
	t.send("a nursery lot and its truck")
	return codes
}

// spot is where the n-th tree stands: rows of 8 m.
func spot(n int) rootline.Point {
	return rootline.Point{Lat: plotCorner.Lat + int64(n/columns)*72, Lon: plotCorner.Lon + int64(n%columns)*92}
}

func pit(n int) string { return fmt.Sprintf("R%02d-%02d", n/columns+1, n%columns+1) }

func (t *teller) plantLot(codes rootline.Codes) {
	for i := range planted {
		crew := fmt.Sprintf("C%d", 7+i%3)
		t.act(t.Cast.Planter, at(t.shown(t.about(forestation, codes[i], "plant", planting{plotID, pit(i), crew})), spot(i)))
	}
	t.send("planting")
	for i := range accepted {
		if i != 7 {
			t.act(t.Cast.Supervisor, at(t.shown(t.about(forestation, codes[i], "accept", condition{"good"})), spot(i)))
		}
	}
	t.send("acceptance")
}

// replacement plants another tree in the pit of the one that died. The dead one's code is never revived.
func (t *teller) replacement(dead, heir string) {
	c := t.Cast
	t.act(c.Supervisor, t.shown(t.about(forestation, dead, "die", map[string]string{"cause": "drought"})))
	replant := at(t.shown(t.about(forestation, heir, "replant", planting{plotID, pit(7), "C7"})), spot(7))
	replant.Refs = []string{dead}
	t.act(c.Planter, replant)
	mark := t.about(forestation, dead, "replace", nil)
	mark.Refs = []string{heir}
	t.act(c.Planter, mark)
	t.send("a death and a replacement")
}
