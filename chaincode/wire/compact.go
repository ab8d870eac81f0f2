package wire

import (
	"fmt"

	"github.com/rootline/rootline"
)

// The two records that a ledger holds millions of have a form of their own: numbers for names, nothing said twice that
// the key says. The numbers are never given to another meaning.

type assetForm struct {
	Kind      string         `cbor:"1,keyasint"`
	Rulebook  string         `cbor:"2,keyasint"`
	State     string         `cbor:"3,keyasint"`
	Maker     string         `cbor:"4,keyasint"`
	Custodian string         `cbor:"5,keyasint,omitempty"` // left out when it is the maker
	Place     string         `cbor:"6,keyasint,omitempty"`
	Position  *positionForm  `cbor:"7,keyasint,omitempty"`
	Lot       string         `cbor:"8,keyasint,omitempty"`
	Quantity  *quantityForm  `cbor:"9,keyasint,omitempty"`
	List      *listForm      `cbor:"10,keyasint,omitempty"`
	UsedBy    string         `cbor:"11,keyasint,omitempty"`
	Parents   []inputForm    `cbor:"12,keyasint,omitempty"`
	Fields    map[string]any `cbor:"13,keyasint,omitempty"` // text, integers, booleans, and lists of them or of entries
	Seq       uint64         `cbor:"14,keyasint"`
	Head      rootline.Hash  `cbor:"15,keyasint"`
	Changed   int64          `cbor:"16,keyasint"`
	// What only works with a breakdown, joint signatures, silos or recalls have.
	Possible []int                     `cbor:"17,keyasint,omitempty"` // which of the parents are only possible
	Under    string                    `cbor:"18,keyasint,omitempty"`
	Children map[string]int64          `cbor:"19,keyasint,omitempty"`
	Pending  *rootline.Pending         `cbor:"20,keyasint,omitempty"`
	Frozen   []rootline.Freeze         `cbor:"21,keyasint,omitempty"`
	Claim    string                    `cbor:"22,keyasint,omitempty"`
	Released []string                  `cbor:"23,keyasint,omitempty"`
	Tallies  map[string]rootline.Tally `cbor:"24,keyasint,omitempty"`
}

type positionForm struct {
	_                  struct{} `cbor:",toarray"`
	Lat, Lon, Accuracy int64
}

type quantityForm struct {
	_           struct{} `cbor:",toarray"`
	Total, Left int64
}

type listForm struct {
	_     struct{} `cbor:",toarray"`
	Count int64
	Root  rootline.Hash
}

type inputForm struct {
	_      struct{} `cbor:",toarray"`
	Asset  string
	Amount int64
}

type eventForm struct {
	Subject string        `cbor:"1,keyasint"`
	Seq     uint64        `cbor:"2,keyasint,omitempty"`
	Hash    rootline.Hash `cbor:"3,keyasint"`
	// Witnessed is in milliseconds.
	Witnessed int64 `cbor:"4,keyasint"`
}

func compactAsset(a *rootline.Asset) *assetForm {
	f := &assetForm{
		Kind: a.Kind, Rulebook: a.Rulebook, State: a.State, Maker: a.Maker, Place: a.Place, Lot: a.Lot, UsedBy: a.UsedBy,
		Seq: a.Seq, Head: a.Head, Changed: int64(a.Changed),
	}
	if a.Custodian != a.Maker {
		f.Custodian = a.Custodian
	}
	if p := a.Position; p != nil {
		f.Position = &positionForm{Lat: p.Lat, Lon: p.Lon, Accuracy: p.Accuracy}
	}
	if q := a.Quantity; q != nil {
		f.Quantity = &quantityForm{Total: q.Total, Left: q.Left}
	}
	if l := a.List; l != nil {
		f.List = &listForm{Count: l.Count, Root: l.Root}
	}
	for i, in := range a.Parents {
		f.Parents = append(f.Parents, inputForm{Asset: in.Asset, Amount: in.Amount})
		if in.Possible {
			f.Possible = append(f.Possible, i)
		}
	}
	f.Under, f.Children, f.Tallies, f.Pending, f.Frozen, f.Claim, f.Released = a.Under, a.Children, a.Tallies, a.Pending, a.Frozen, a.Claim, a.Released
	if len(a.Fields) > 0 {
		f.Fields = make(map[string]any, len(a.Fields))
		for name, v := range a.Fields {
			f.Fields[name] = plain(v)
		}
	}
	return f
}

func (f *assetForm) asset(id string) (*rootline.Asset, error) {
	a := &rootline.Asset{
		ID: id, Kind: f.Kind, Rulebook: f.Rulebook, State: f.State, Maker: f.Maker, Custodian: f.Custodian, Place: f.Place,
		Lot: f.Lot, UsedBy: f.UsedBy, Seq: f.Seq, Head: f.Head, Changed: rootline.Instant(f.Changed),
	}
	if a.Custodian == "" {
		a.Custodian = a.Maker
	}
	if p := f.Position; p != nil {
		a.Position = &rootline.Position{Point: rootline.Point{Lat: p.Lat, Lon: p.Lon}, Accuracy: p.Accuracy}
	}
	if q := f.Quantity; q != nil {
		a.Quantity = &rootline.Quantity{Total: q.Total, Left: q.Left}
	}
	if l := f.List; l != nil {
		a.List = &rootline.List{Count: l.Count, Root: l.Root}
	}
	for _, in := range f.Parents {
		a.Parents = append(a.Parents, rootline.Parent{Asset: in.Asset, Amount: in.Amount})
	}
	for _, i := range f.Possible {
		if i < 0 || i >= len(a.Parents) {
			return nil, fmt.Errorf("no parent %d", i)
		}
		a.Parents[i].Possible = true
	}
	a.Under, a.Children, a.Tallies, a.Pending, a.Frozen, a.Claim, a.Released = f.Under, f.Children, f.Tallies, f.Pending, f.Frozen, f.Claim, f.Released
	if len(f.Fields) > 0 {
		a.Fields = make(rootline.Fields, len(f.Fields))
		for name, v := range f.Fields {
			value, err := valueOf(v)
			if err != nil {
				return nil, fmt.Errorf("field %s: %w", name, err)
			}
			a.Fields[name] = value
		}
	}
	return a, nil
}

// plain gives a value in the types that CBOR knows.
func plain(v rootline.Value) any {
	switch v.Kind() {
	case rootline.StringValue:
		return v.Str()
	case rootline.IntegerValue:
		return v.Int()
	case rootline.BoolValue:
		return v.Bool()
	case rootline.ListValue:
		list := make([]any, len(v.List()))
		for i, e := range v.List() {
			list[i] = plain(e)
		}
		return list
	case rootline.EntryValue:
		members := make(map[string]any, len(v.Entry()))
		for name, m := range v.Entry() {
			members[name] = plain(m)
		}
		return members
	}
	return nil
}

func valueOf(v any) (rootline.Value, error) {
	switch v := v.(type) {
	case string:
		return rootline.StringOf(v), nil
	case int64:
		return rootline.IntegerOf(v), nil
	case bool:
		return rootline.BoolOf(v), nil
	case []any:
		list := make([]rootline.Value, len(v))
		for i, e := range v {
			value, err := valueOf(e)
			if err != nil {
				return rootline.Value{}, err
			}
			list[i] = value
		}
		return rootline.ListOf(list...), nil
	case map[any]any:
		members := make(rootline.Fields, len(v))
		for key, m := range v {
			name, ok := key.(string)
			if !ok {
				return rootline.Value{}, fmt.Errorf("a %T names no member", key)
			}
			value, err := valueOf(m)
			if err != nil {
				return rootline.Value{}, err
			}
			members[name] = value
		}
		return rootline.EntryOf(members), nil
	}
	return rootline.Value{}, fmt.Errorf("a %T is no value", v)
}
