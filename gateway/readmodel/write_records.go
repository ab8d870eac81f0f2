package readmodel

import (
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
		t.state.known[ref] = w.Record
		t.bulks.state.add(wire.Key(ref), w.Value)
		if constant(ref.Space) {
			t.changed = append(t.changed, ref)
		}
		switch r := w.Record.(type) {
		case *rootline.Asset:
			t.putAsset(r)
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
	t.bulks.assets.add(a.ID, a.Kind, a.Rulebook, a.State, a.Maker, a.Custodian, a.Place, a.Lot, lat, lon, int64(a.Changed))
}
