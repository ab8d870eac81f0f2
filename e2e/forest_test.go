package e2e

import (
	"encoding/json"
	"fmt"

	"github.com/rootline/rootline"
)

// event is one about a tree, with a photo.
func (w *works) event(asset, action, data string) *rootline.Event {
	e := &rootline.Event{Asset: asset, Action: action, Rulebook: forestation, Evidence: []rootline.Evidence{w.photo}}
	if data != "" {
		e.Data = json.RawMessage(data)
	}
	return e
}

func at(e *rootline.Event, lat, lon int64) *rootline.Event {
	e.Place = &rootline.Position{Point: rootline.Point{Lat: lat, Lon: lon}, Accuracy: 5}
	return e
}

func (w *works) selecting(code string) *rootline.Event {
	e := w.event(code, "select", `{"species":"Pinus tabuliformis","dbh":60,"height":3200,"rootBall":500}`)
	e.Kind = "tree"
	return e
}

func (w *works) planting(code string) *rootline.Event {
	return at(w.event(code, "plant", fmt.Sprintf(`{"plot":%q,"pit":"P1","crew":"C7"}`, plotID)), lat, lon)
}

func (w *works) accepting(code string) *rootline.Event {
	return at(w.event(code, "accept", `{"condition":"good"}`), lat, lon)
}

// toTheSite is a tree's way from the nursery, as signed events.
func (w *works) toTheSite(code string) []rootline.Submission {
	w.Helper()
	return []rootline.Submission{
		w.sign(w.nursery, w.selecting(code)),
		w.sign(w.nursery, w.event(code, "lift", `{"rootBall":500}`)),
		w.sign(w.nursery, w.event(code, "load", `{"waybill":"W-1"}`)),
		w.sign(w.carrier, w.event(code, "ship", "")),
		w.sign(w.planter, w.event(code, "receive", `{"dbh":60}`)),
	}
}
