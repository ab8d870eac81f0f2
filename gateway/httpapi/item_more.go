package httpapi

import (
	"strings"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/integrity"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/web/page"
)

// lotEvents is how many events of an item's lot its page shows: a lot of ten thousand has as many.
const lotEvents = 100

// project is the title of the works that a place lies in: the first part of its id.
func (v *reply) project(place string) rootline.Text {
	root, _, _ := strings.Cut(place, "/")
	return v.PlaceOf(root).Title
}

// mapOf gives the outlines that an item is drawn on: its place's and that of the nearest place around it that has one.
// A position that guests see to about a kilometre would be a dot beside its plot: it is not drawn.
func (v *reply) mapOf(a *readmodel.Asset) *page.Map {
	m := &page.Map{}
	place := v.PlaceOf(a.Place)
	if place.Kind == "" {
		return nil // it is not known here
	}
	m.Outline, m.Line = place.Outline, place.Line
	for range 8 { // places nest three or four deep
		if place.Parent == "" || len(m.Around) > 0 {
			break
		}
		place = v.PlaceOf(place.Parent)
		m.Around = place.Outline
	}
	return m
}

// freeze shows a recall that holds an item.
func (v *reply) freeze(a *readmodel.Asset, f *rootline.Freeze) page.Freeze {
	out := page.Freeze{Possible: f.Possible}
	r := v.recalls[f.Recall]
	if r == nil {
		return out
	}
	out.By, out.Since, out.Reason = v.party(r.Organisation), r.Opened, r.Reason
	if r.Asset != a.ID {
		out.Lot = v.root(r.Asset, 0)
	}
	return out
}

// ofLot adds what happened to an item's lot before the item had a record of its own.
func (v *reply) ofLot(a *readmodel.Asset, item *page.Item) {
	if a.Lot == "" || a.Quantity != nil || a.List != nil {
		return
	}
	list, err := v.AssetEvents(a.Lot, readmodel.Page{Limit: lotEvents})
	if err != nil {
		return // the lot is linked, with its own page
	}
	var unit string
	if lot, err := v.Asset(a.Lot); err == nil {
		if k := v.KindOf(lot.Rulebook, lot.Kind); k != nil {
			unit = k.Unit
		}
	}
	first := ^uint64(0)
	for _, e := range item.Events {
		first = min(first, e.Block)
	}
	for i := range list.Items {
		e := &list.Items[i]
		if e.Block > first || e.Link != string(judge.LinkAsset) || e.Event == nil || e.Event.Asset != a.Lot {
			continue // what concerns its siblings, or came after it was woken
		}
		shown := v.pageEvent(e, unit)
		shown.OfLot = true
		item.Events = append(item.Events, shown)
	}
}

// integrity shows what came out when a record was checked again.
func (v *reply) integrity(r *integrity.Report) page.Integrity {
	broken := len(r.Faults)
	if r.Chain.Broken != nil {
		broken++
	}
	return page.Integrity{
		Events: r.Events + r.Disputed, Devices: r.Devices, Organisations: r.Organisations, Disputed: r.Disputed, Unjudged: r.Unjudged, Broken: broken,
		Standing: v.At.Standing(), Compared: v.compared(r),
	}
}

// compared shows what was compared with what, and by whom.
func (v *reply) compared(r *integrity.Report) page.Compared {
	c := page.Compared{
		Unchecked: r.Unchecked, Events: r.Compared.Events, All: r.Events, States: r.States, More: r.More, Signatures: r.Signatures,
		First: r.First, Last: r.Last, Records: r.Records, By: v.party(v.Gateway.Organisation), Peers: len(r.Peers),
	}
	for _, org := range r.Silent {
		c.Silent = append(c.Silent, v.party(org))
	}
	return c
}
