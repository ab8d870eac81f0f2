package story

import (
	"context"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
)

// Script is what the long story made, and what must be found of it.
type Script struct {
	*Items
	Recall Recall `json:"recall"`
	// Strip are the layers of the levee from the first section's first to the last section's last, each with its state.
	Strip []Element `json:"strip"`
	// Wall, Toe and Waste are parts of the floodway: a division under way, one that is accepted, loads of waste.
	Wall  string   `json:"wall"`
	Toe   string   `json:"toe"`
	Waste []string `json:"waste"`
	// Centre is the unit of the service centre, Columns its inspection lot that is accepted, Slabs the one under way, and
	// Column a component whose whole ancestry is known.
	Centre     string    `json:"centre"`
	Columns    string    `json:"columns"`
	Slabs      string    `json:"slabs"`
	Column     string    `json:"column"`
	Components []Element `json:"components"`
}

// Element is a part of the works and the state that the story left it in.
type Element struct {
	Code  string `json:"code"`
	State string `json:"state"`
}

// Recall says what a recall of the story's cement must find: no more, no less.
type Recall struct {
	// Lot is the lot of cement that is recalled.
	Lot string `json:"lot"`
	// Certain are the elements of the works that hold some of it; Possible those that may, since it came through a silo.
	Certain  []string `json:"certain"`
	Possible []string `json:"possible"`
	// Through are the mixes and the silo on the way to them.
	Through []string `json:"through"`
	// Tests are the test lots that the lot passed with.
	Tests []string `json:"tests"`
	// Above is what rests on certain elements and has still to be accepted: once it is, the recall must list it, too.
	Above []string `json:"above"`
	// Untouched are elements with other cement or none: none of them may be named.
	Untouched []string `json:"untouched"`
}

// Elements are all that the recall must list, certain ones first.
func (r *Recall) Elements() []string { return append(append([]string{}, r.Certain...), r.Possible...) }

// TellAll plays the long story. It begins with the short one; where that was told before, it is recorded once.
func TellAll(ctx context.Context, stage Stage) (*Script, error) {
	t := &teller{Stage: stage, ctx: ctx}
	s := &Script{Items: t.short()}
	t.morePlaces()
	t.moreLevee(s)
	t.wall(s)
	t.waste(s)
	t.centre(s)
	return s, t.err
}

// do has somebody do something to an asset of the floodway or the service centre; change sets what is not data.
func (t *teller) do(who *client.Device, book, asset, action string, data any, change ...func(*rootline.Event)) {
	e := t.about(book, asset, action, data)
	for _, c := range change {
		c(e)
	}
	t.act(who, e)
}

// What an event says besides its data.
func (t *teller) noted(e *rootline.Event)         { t.shown(e) }
func here(p rootline.Point) func(*rootline.Event) { return func(e *rootline.Event) { at(e, p) } }
func created(kind, under string) func(*rootline.Event) {
	return func(e *rootline.Event) { e.Kind, e.Under = kind, under }
}
func amount(n int64) func(*rootline.Event) { return func(e *rootline.Event) { e.Amount = n } }
func referring(codes ...string) func(*rootline.Event) {
	return func(e *rootline.Event) { e.Refs = codes }
}
func using(inputs ...rootline.Input) func(*rootline.Event) {
	return func(e *rootline.Event) { e.Inputs = inputs }
}

// rated is what a joint group signs.
type rated struct {
	Rating string `json:"rating"`
}

// jointly has a joint group accept something: each of another organisation, in this order.
func (t *teller) jointly(book, asset string, data any, group ...*client.Device) {
	for _, who := range group {
		t.do(who, book, asset, "accept", data, t.noted)
	}
}
