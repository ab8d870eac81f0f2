package pages

import (
	"log/slog"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/readmodel"
)

// gather reads what an item's page names besides the item, all of a sort at once: however many parents an item has and
// events refer to, the read model is asked as often.
func (v *making) gather(a *readmodel.Asset, events []readmodel.Event) {
	var err error
	recalls := make([]string, len(a.Frozen))
	for i := range a.Frozen {
		recalls[i] = a.Frozen[i].Recall
	}
	if v.recalls, err = v.RecallsOf(recalls...); err != nil {
		slog.ErrorContext(v.Context(), "recalls of an item are not read", "asset", a.ID, "err", err)
	}
	codes := named(a, events)
	for _, r := range v.recalls {
		codes.add(r.Asset)
	}
	list := make([]string, 0, len(codes))
	for code := range codes {
		list = append(list, code)
	}
	found, err := v.Resolve(list)
	if err != nil {
		slog.ErrorContext(v.Context(), "what an item names is not read", "asset", a.ID, "err", err)
		return // each is read alone, or stands as its code
	}
	v.assets = make(map[string]*readmodel.Asset, len(list))
	for i, code := range list {
		v.assets[code] = found[i]
	}
}

// known returns an asset by its own code or a tag's; nil when it cannot be read.
func (v *making) known(code string) *readmodel.Asset {
	if a, ok := v.assets[code]; ok {
		return a
	}
	a, err := v.Asset(code)
	if err != nil {
		return nil
	}
	return a
}

// codeSet holds codes once each.
type codeSet map[string]struct{}

func (s codeSet) add(code string) {
	if rootline.ValidCode(code) {
		s[code] = struct{}{}
	}
}

// fields adds the texts that are codes.
func (s codeSet) fields(values rootline.Fields) {
	for _, value := range values {
		s.add(value.Str())
	}
}

// named are the codes in an asset's record and in its events.
func named(a *readmodel.Asset, events []readmodel.Event) codeSet {
	s := codeSet{}
	s.add(a.Lot)
	s.add(a.UsedBy)
	for _, parent := range a.Parents {
		s.add(parent.Asset)
	}
	s.fields(a.Fields)
	for i := range events {
		e := events[i].Event
		if e == nil {
			continue
		}
		s.add(e.Asset)
		for _, ref := range e.Refs {
			s.add(ref)
		}
		if values, err := rootline.ParseFields(e.Data); err == nil {
			s.fields(values)
		}
	}
	return s
}
