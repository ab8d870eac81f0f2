package presentation

import (
	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/rulebook"
)

// AssetView is an asset with what a page needs to show it.
type AssetView struct {
	rootline.Asset
	KindTitle     rootline.Text            `json:"kindTitle"`
	StateTitle    rootline.Text            `json:"stateTitle"`
	PlaceTitle    rootline.Text            `json:"placeTitle,omitzero" doc:"What the place is called that it belongs to"`
	Unit          string                   `json:"unit,omitempty" doc:"The smallest unit that amounts are counted in"`
	FieldTitles   map[string]rootline.Text `json:"fieldTitles,omitempty"`
	Tags          []string                 `json:"tags" doc:"Codes that lead to it besides its own, replaced ones included"`
	Asleep        bool                     `json:"asleep" doc:"It is only a code on its lot's list so far, and is shown with the lot's state"`
	Disputed      bool                     `json:"disputed" doc:"An event that this gateway judges otherwise names it"`
	Unjudged      string                   `json:"unjudged,omitempty" doc:"The transaction, quarantined at this gateway, that something newer of it goes back to: what is shown is what was judged before"`
	NotRecomputed *NotRecomputed           `json:"notRecomputed,omitempty" doc:"The first transaction that it rests on and of which only the peer that delivered it says whether it took effect; absent when all was recomputed"`
	Photo         rootline.Hash            `json:"photo,omitzero" doc:"SHA-256 of its newest photo; not for guests"`
	ReleasedPhoto rootline.Hash            `json:"releasedPhoto,omitzero" doc:"SHA-256 of its newest photo that is released to the public: guests are given its picture"`
	URL           string                   `json:"url" doc:"Its page"`
	Block         BlockRef                 `json:"block" doc:"The block that this answer is current to"`
	// Guests is what the rulebook says that guests are shown of the record.
	Guests Audience `json:"-"`
}

// NotRecomputed is a transaction of which only the peer that delivered it says whether it took effect.
type NotRecomputed struct {
	Transaction string `json:"transaction"`
	Block       uint64 `json:"block"`
}

// NotRecomputedOf shows what something rests on; nil when all was recomputed.
func NotRecomputedOf(n *readmodel.NotRecomputed) *NotRecomputed {
	if n == nil {
		return nil
	}
	return &NotRecomputed{Transaction: n.Transaction, Block: n.Block}
}

// BookOf returns a rulebook, or nil when this gateway cannot read it; titles are then missing, and nothing else is.
func (v *Reply) BookOf(ref string) *rulebook.Rulebook {
	if ref == "" {
		return nil
	}
	if b, ok := v.books[ref]; ok {
		return b
	}
	var found *rulebook.Rulebook
	if r, err := v.Rulebook(ref); err == nil {
		found = r.Book
	}
	v.books[ref] = found
	return found
}

// PlaceTitle is what a place is called; zero when this gateway does not know it.
func (v *Reply) PlaceTitle(id string) rootline.Text {
	if id == "" {
		return rootline.Text{}
	}
	return v.PlaceOf(id).Title
}

// PlaceOf returns a place; one that this gateway does not know has only its id.
func (v *Reply) PlaceOf(id string) *rootline.Place {
	p, ok := v.places[id]
	if !ok {
		var err error
		if p, err = v.Place(id); err != nil {
			p = &rootline.Place{ID: id}
		}
		v.places[id] = p
	}
	return p
}

// KindOf returns a kind of a rulebook, or nil like BookOf.
func (v *Reply) KindOf(ref, name string) *rulebook.Kind {
	if b := v.BookOf(ref); b != nil {
		return b.Kind(name)
	}
	return nil
}

// ShowAsset makes the view of an asset.
func (v *Reply) ShowAsset(a *readmodel.Asset) AssetView {
	view := AssetView{
		Asset: a.Asset, Tags: a.Tags, Asleep: a.Asleep, Disputed: a.Disputed, Unjudged: a.Unjudged, NotRecomputed: NotRecomputedOf(a.NotRecomputed), Photo: a.Photo, ReleasedPhoto: a.ReleasedPhoto,
		URL: v.Gateway.Link(a.ID), Block: v.At, PlaceTitle: v.PlaceTitle(a.Place),
	}
	if view.Tags == nil {
		view.Tags = []string{}
	}
	view.Guests = v.audienceOf(a)
	k := v.KindOf(a.Rulebook, a.Kind)
	if k == nil {
		return view
	}
	view.KindTitle, view.Unit = k.Title, k.Unit
	if state := k.State(a.State); state != nil {
		view.StateTitle = state.Title
	}
	for name := range a.Fields {
		if f := k.Field(name); f != nil {
			if view.FieldTitles == nil {
				view.FieldTitles = map[string]rootline.Text{}
			}
			view.FieldTitles[name] = f.Title
		}
	}
	return view
}
