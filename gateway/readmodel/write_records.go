package readmodel

import (
	"slices"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
)

// Written is a record with the bytes that the chaincode writes for it.
type Written struct {
	Record rootline.Record
	Value  []byte
}

// Encode gives the bytes of records as the chaincode writes them.
func Encode(records []rootline.Record) ([]Written, error) {
	out := make([]Written, len(records))
	for i, r := range records {
		b, err := wire.Encode(r)
		if err != nil {
			return nil, err
		}
		out[i] = Written{Record: r, Value: b}
	}
	return out, nil
}

// Put writes records to the state, and the rows that lists filter by.
func (t *Tx) Put(records []Written) {
	for _, w := range records {
		ref := w.Record.Ref()
		before := t.before(ref)
		t.state.known[ref] = w.Record
		t.bulks.state.add(wire.Key(ref), w.Value)
		t.send(&t.bulks.state)
		if constant(ref.Space) {
			t.changed = append(t.changed, ref)
		}
		switch r := w.Record.(type) {
		case *rootline.Asset:
			t.putAsset(r)
			t.putFreezes(before, r)
			t.countAsset(before, r)
		case *rootline.Tag:
			t.bulks.tags.add(r.Code, r.Asset, r.Organisation, r.Roll, r.ReplacedBy)
		case *rootline.Place:
			t.bulks.places.add(r.ID, r.Kind, r.Parent)
		case *rootline.Device:
			t.bulks.devices.add(r.Kid, r.Organisation, r.Role)
		}
	}
}

func (t *Tx) putAsset(a *rootline.Asset) {
	t.touched[a.ID] = struct{}{}
	var lat, lon any
	if a.Position != nil {
		lat, lon = a.Position.Lat, a.Position.Lon
	}
	t.bulks.assets.add(a.ID, a.Kind, a.Rulebook, a.State, a.Maker, a.Custodian, a.Place, a.Lot, lat, lon, int64(a.Changed),
		a.Under, pendingAction(a))
	t.send(&t.bulks.assets)
}

func pendingAction(a *rootline.Asset) string {
	if a.Pending == nil {
		return ""
	}
	return a.Pending.Action
}

// putFreezes keeps which recalls hold an asset, and which let it go. The judge has read the record before it changed.
func (t *Tx) putFreezes(before rootline.Record, a *rootline.Asset) {
	if old, ok := before.(*rootline.Asset); ok && old != nil {
		for _, f := range old.Frozen {
			if !slices.ContainsFunc(a.Frozen, func(g rootline.Freeze) bool { return g.Recall == f.Recall }) {
				t.bulks.freezes.add(f.Recall, a.ID, f.Via, f.Possible, false)
			}
		}
	}
	for _, f := range a.Frozen {
		t.bulks.freezes.add(f.Recall, a.ID, f.Via, f.Possible, true)
	}
}
