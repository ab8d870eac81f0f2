package presentation

import (
	"encoding/json"
	"slices"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/rulebook"
)

// Audience is what rulebooks say that guests are shown of a record or an event. The zero value shows nothing that anybody wrote: so does
// a rulebook that this gateway cannot read.
type Audience struct {
	// all says that nothing is for members alone.
	all bool
	// field, count and tally report whether one is shown, by its name in the record.
	field, count, tally func(name string) bool
}

// Whole reports whether guests are shown all of it.
func (a Audience) Whole() bool { return a.all }

func kept[V any](values map[string]V, shown func(string) bool) map[string]V {
	var left map[string]V
	for name, v := range values {
		if shown != nil && shown(name) {
			if left == nil {
				left = map[string]V{}
			}
			left[name] = v
		}
	}
	return left
}

// CutRecord leaves of a record what guests are shown. Its hashes go, too: who guesses what was signed could check it against them.
func (a Audience) CutRecord(r *rootline.Asset) {
	if a.all {
		return
	}
	r.Fields, r.Children, r.Tallies = kept(r.Fields, a.field), kept(r.Children, a.count), kept(r.Tallies, a.tally)
	r.Head = rootline.Hash{}
	if r.Pending != nil {
		p := *r.Pending
		p.Agreed, p.Base, p.Signatures = rootline.Hash{}, rootline.Hash{}, append([]rootline.Signature(nil), p.Signatures...)
		for i := range p.Signatures {
			p.Signatures[i].Head = rootline.Hash{}
		}
		r.Pending = &p
	}
}

// CutEvent leaves of an event what guests are shown. What a refusal says may quote what was refused.
func (a Audience) CutEvent(e *EventView) {
	if a.all {
		return
	}
	if values, err := rootline.ParseFields(e.Data); err != nil || len(values) == 0 {
		e.Data = nil
	} else if left := kept(values, a.field); len(left) == 0 {
		e.Data = nil
	} else if b, err := json.Marshal(left); err == nil {
		e.Data = b
	} else {
		e.Data = nil
	}
	e.Head, e.Hash = rootline.Hash{}, rootline.Hash{}
	if e.Error != nil {
		e.Error = &rootline.Error{Code: e.Error.Code, Field: e.Error.Field, Says: rootline.Text{
			En: "It was refused. Sign in with a device of the works' organisations to read why.", Zh: "该事件已被拒绝。请用参建单位的设备登录查看原因。",
		}}
	}
}

// audienceOf is what guests are shown of a record; all of it to whom it is their own.
func (v *Reply) audienceOf(a *readmodel.Asset) Audience {
	if v.Own != nil && v.Own(a) {
		return Audience{all: true}
	}
	book := v.BookOf(a.Rulebook)
	if book == nil {
		return Audience{count: total, tally: total}
	}
	k := book.Kind(a.Kind)
	if k == nil {
		return Audience{count: total, tally: total}
	}
	counted := func(tally bool) func(string) bool {
		return func(key string) bool {
			of, name := rulebook.CountOf(key, tally)
			if of == "" {
				return book.GuestsSeeCount(name)
			}
			if name == rulebook.CountTotal || name == rulebook.CountFrozen {
				return true
			}
			return v.othersShow(of, name)
		}
	}
	out := Audience{field: func(name string) bool { return book.GuestsSee(k, name) }, count: counted(false), tally: counted(true)}
	out.all = !book.ForMembers(k)
	for key := range a.Children {
		out.all = out.all && out.count(key)
	}
	for key := range a.Tallies {
		out.all = out.all && out.tally(key)
	}
	return out
}

func total(name string) bool { return name == rulebook.CountTotal || name == rulebook.CountFrozen }

// othersShow reports whether no adopted version of another rulebook keeps a count from guests.
func (v *Reply) othersShow(name, count string) bool {
	all, err := v.Rulebooks()
	if err != nil {
		return false
	}
	shown := false
	for _, b := range all {
		if b.Book == nil || b.Book.Name != name {
			continue
		}
		if shown = b.Book.GuestsSeeCount(count); !shown {
			return false
		}
	}
	return shown
}

// audienceOfEvent is what guests are shown of an event.
func (v *Reply) audienceOfEvent(e *EventView) Audience {
	if e.Rulebook == rootline.Registry {
		return Audience{all: true}
	}
	if v.Own != nil && e.Asset != "" {
		if a, err := v.Asset(e.Asset); err == nil && v.Own(a) {
			return Audience{all: true}
		}
	}
	book := v.BookOf(e.Rulebook)
	if book == nil {
		return Audience{}
	}
	k := book.Kind(e.Kind)
	if k == nil {
		return Audience{}
	}
	return Audience{all: !book.ForMembers(k), field: func(name string) bool { return book.GuestsSeeAsked(k, e.Action, name) }}
}

// ShowWhole is the audience of what nobody keeps from guests.
func ShowWhole() Audience { return Audience{all: true} }

// GuestsSee reports whether guests are shown all of a record and of the events of its history: only then they may have it as it was
// signed.
func (v *Reply) GuestsSee(code string) (bool, error) {
	a, err := v.Asset(code)
	if err != nil {
		return false, err
	}
	if v.Own != nil && v.Own(a) {
		return true, nil
	}
	if !v.audienceOf(a).all {
		return false, nil
	}
	if any, err := v.ForMembers(); err != nil || !any {
		return err == nil, err
	}
	for at := (readmodel.Page{Limit: readmodel.MaxLimit}); ; {
		list, err := v.AssetEvents(a.ID, at)
		if err != nil {
			return false, err
		}
		for i := range list.Items {
			e := &EventView{Kind: list.Items[i].Kind}
			e.said(list.Items[i].Event)
			if e.Rulebook != "" && !v.audienceOfEvent(e).all {
				return false, nil
			}
		}
		if list.Next == "" {
			return true, nil
		}
		at.Cursor = list.Next
	}
}

// Readers are the fields by which organisations are named as who reads a record, of all adopted rulebooks: "rulebook/kind/field".
func (v *Reply) Readers() (list []string, err error) {
	all, err := v.Rulebooks()
	if err != nil {
		return nil, err
	}
	for _, b := range all {
		if b.Book == nil {
			continue
		}
		for _, one := range b.Book.Readers() {
			if one = b.Book.Name + "/" + one; !slices.Contains(list, one) {
				list = append(list, one)
			}
		}
	}
	return list, nil
}

// ReadBy reports whether an asset is an organisation's own: it made it or answers for it, or a field names it as who reads it.
func (v *Reply) ReadBy(a *readmodel.Asset, organisation string) bool {
	if a.Maker == organisation || a.Custodian == organisation {
		return true
	}
	k := v.KindOf(a.Rulebook, a.Kind)
	return k != nil && slices.ContainsFunc(k.Fields, func(f rulebook.Field) bool { return f.Reader && a.Fields[f.Name].Str() == organisation })
}

// ForMembers reports whether an adopted rulebook keeps anything from guests.
func (v *Reply) ForMembers() (bool, error) {
	all, err := v.Rulebooks()
	return err != nil || slices.ContainsFunc(all, func(b readmodel.Rulebook) bool {
		return b.Book == nil || slices.ContainsFunc(b.Book.Kinds, b.Book.ForMembers)
	}), err
}
