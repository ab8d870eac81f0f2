package rulebook

import (
	"fmt"
	"reflect"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/rootline/rootline"
)

// Actor is who did it: a device, its organisation's MSP id, and its role.
type Actor struct{ Device, Organisation, Role string }

// InputFact is an asset that the event uses, as it was before, and how much of it.
type InputFact struct {
	Asset  *rootline.Asset
	Amount int64
}

// Facts are everything that the rules of an action may look at. Rules change none of it.
type Facts struct {
	Event *rootline.Event
	// Data is the event's data, read.
	Data  rootline.Fields
	Actor Actor
	// Asset is the asset before the event. For an action that creates it, it is a fresh one with its id, kind and maker.
	Asset  *rootline.Asset
	Inputs []InputFact
	// Refs are the assets that the event refers to, in its order.
	Refs []*rootline.Asset
	// Marked is what lies at the assets that the event refers to, by their ids and the names of marks.
	Marked map[string]map[string]int64
	// Under is the asset that this one lies under, as it was before; nil when there is none or ReadsUnder says that
	// nobody looks.
	Under *rootline.Asset
	// Places are those that PlaceRefs named.
	Places    map[string]*rootline.Place
	Witnessed rootline.Instant
}

// Effects are what an accepted event leaves in the asset's record.
type Effects struct {
	// Fields is the complete new record: what was kept before, with what this action keeps.
	Fields rootline.Fields
	// Place is the id of the asset's place, the old one unless the action sets it.
	Place string
	// Claim is what the asset has for itself alone from now on, in one text; "" when the action claims nothing.
	Claim string
}

// view is an asset as an expression sees it.
type view struct {
	*rootline.Asset
	facts *Facts
}

// input is an InputFact as an expression sees it.
type input struct {
	asset  *view
	amount int64
}

// site is a place by its id, with the place itself where the facts hold it.
type site struct {
	id    string
	place *rootline.Place
}

func placeOf(id string, facts *Facts) ref.Val { return &object{placeType, &site{id, facts.Places[id]}} }

// activation gives the variables of an expression their values.
type activation struct {
	event, asset, actor object
	inputs, refs        ref.Val
	// ref is the asset that a mark is left at.
	ref *rootline.Asset
}

func activate(f *Facts) *activation {
	return &activation{
		event: object{eventType, f},
		asset: object{assetType, &view{f.Asset, f}},
		actor: object{actorType, f},
	}
}

// ResolveName implements cel.Activation.
func (a *activation) ResolveName(name string) (any, bool) {
	switch name {
	case "event":
		return &a.event, true
	case "asset":
		return &a.asset, true
	case "actor":
		return &a.actor, true
	case "inputs":
		if a.inputs == nil {
			f := a.event.value.(*Facts)
			list := make([]ref.Val, len(f.Inputs))
			for i, in := range f.Inputs {
				list[i] = &object{inputType, &input{&view{in.Asset, f}, in.Amount}}
			}
			a.inputs = types.NewRefValList(adapter{}, list)
		}
		return a.inputs, true
	case "refs":
		if a.refs == nil {
			f := a.event.value.(*Facts)
			list := make([]ref.Val, len(f.Refs))
			for i, one := range f.Refs {
				list[i] = &object{refType, &view{one, f}}
			}
			a.refs = types.NewRefValList(adapter{}, list)
		}
		return a.refs, true
	}
	switch f := a.event.value.(*Facts); name {
	case "ref":
		return &object{refType, &view{a.ref, f}}, a.ref != nil
	case "children":
		return &object{childrenType, &view{f.Asset, f}}, true
	case "under":
		if f.Under != nil {
			return &object{underType, &view{f.Under, f}}, true
		}
		return types.NewErr("it lies under nothing"), true
	}
	return nil, false
}

// Parent implements cel.Activation.
func (a *activation) Parent() cel.Activation { return nil }

// object is a value with members; shapes reads them from its Value.
type object struct {
	t     *types.Type
	value any
}

// ConvertToNative implements ref.Val.
func (o *object) ConvertToNative(t reflect.Type) (any, error) {
	return nil, fmt.Errorf("a %s is no %s", o.t.TypeName(), t)
}

// ConvertToType implements ref.Val.
func (o *object) ConvertToType(t ref.Type) ref.Val {
	return types.NewErr("a %s is no %s", o.t.TypeName(), t.TypeName())
}

// Equal implements ref.Val. Two places are equal when their ids are; the type check lets nothing else be compared.
func (o *object) Equal(other ref.Val) ref.Val {
	b, ok := other.(*object)
	if !ok {
		return types.False
	}
	x, isSite := o.value.(*site)
	y, same := b.value.(*site)
	return types.Bool(isSite && same && x.id == y.id)
}

// Type implements ref.Val.
func (o *object) Type() ref.Type { return o.t }

// Value implements ref.Val.
func (o *object) Value() any { return o.value }

// adapter passes CEL's own values through; nothing else ever reaches it.
type adapter struct{}

// NativeToValue implements types.Adapter.
func (adapter) NativeToValue(v any) ref.Val {
	if r, ok := v.(ref.Val); ok {
		return r
	}
	return types.DefaultTypeAdapter.NativeToValue(v)
}
