package rulebook

import (
	"fmt"
	"slices"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/rootline/rootline"
)

// The types that expressions see, besides int, string, bool and lists of them.
var (
	eventType    = types.NewObjectType("Event")
	dataType     = types.NewObjectType("Data")
	assetType    = types.NewObjectType("Asset")
	inputType    = types.NewObjectType("Input")
	usedType     = types.NewObjectType("InputAsset")
	refType      = types.NewObjectType("Ref")
	actorType    = types.NewObjectType("Actor")
	fileType     = types.NewObjectType("File")
	positionType = types.NewObjectType("Position")
	placeType    = types.NewObjectType("Place")
	underType    = types.NewObjectType("Under")
	childrenType = types.NewObjectType("Children")
)

// shapes are the members of each object type, for one action. It is CEL's type provider.
type shapes map[string]map[string]*types.FieldType

// add declares a member. get returns nil for what is absent.
func (s shapes) add(of *types.Type, name string, t *types.Type, get func(any) ref.Val) {
	if s[of.TypeName()] == nil {
		s[of.TypeName()] = map[string]*types.FieldType{}
	}
	s[of.TypeName()][name] = &types.FieldType{
		Type:  t,
		IsSet: func(target any) bool { return get(target) != nil },
		GetFrom: func(target any) (any, error) {
			if v := get(target); v != nil {
				return v, nil
			}
			return nil, fmt.Errorf("%s is absent", name)
		},
	}
}

// shapesOf declares what the expressions of an action may read: what it asks for, and what its asset may hold.
func shapesOf(book *Rulebook, a *Action) shapes {
	s := shapes{}
	addEvent(s, a)
	addEntries(s, a.Asks.Data)
	addEntries(s, a.kind.Fields)
	s[dataType.TypeName()] = map[string]*types.FieldType{}
	for i := range a.Asks.Data {
		f := &a.Asks.Data[i]
		s.add(dataType, f.Name, typeOf(f), func(x any) ref.Val {
			facts := x.(*Facts)
			return fromValue(f, facts.Data[f.Name], facts)
		})
	}
	addAsset(s, assetType)
	if !a.Creates {
		addFields(s, assetType, a.kind.Fields)
	}
	if in := a.Asks.Inputs; in != nil {
		addAsset(s, usedType)
		addFields(s, usedType, shared(book, in))
		s.add(inputType, "asset", usedType, func(x any) ref.Val { return &object{usedType, x.(*input).asset} })
		s.add(inputType, "amount", types.IntType, func(x any) ref.Val { return types.Int(x.(*input).amount) })
	}
	if in := a.Asks.Refs; in != nil {
		addAsset(s, refType)
		addFields(s, refType, shared(book, in))
		addMarks(s, book)
	}
	if u := a.kind.Under; u != nil {
		addAsset(s, underType)
		addFields(s, underType, shared(book, &InputAsk{Kinds: u.Kinds}))
		s.add(underType, "children", childrenType, func(x any) ref.Val { return &object{childrenType, x} })
	}
	addChildren(s, book)
	addRest(s)
	return s
}

// shared are the fields that assets of an ask may hold; one that two kinds keep as different types is left out.
func shared(book *Rulebook, in *InputAsk) []Field {
	var fields []Field
	clash := map[string]bool{}
	for i := range in.Kinds {
		_, kept := book.Reading(&in.Kinds[i])
		for _, f := range kept {
			if had := fieldIn(fields, f.Name); had == nil {
				fields = append(fields, f)
			} else if !typeOf(had).IsExactType(typeOf(&f)) {
				clash[f.Name] = true
			}
		}
	}
	return slices.DeleteFunc(fields, func(f Field) bool { return clash[f.Name] })
}

func addFields(s shapes, of *types.Type, fields []Field) {
	addEntries(s, fields)
	for i := range fields {
		f := &fields[i]
		s.add(of, f.Name, typeOf(f), func(x any) ref.Val {
			view := x.(*view)
			return fromValue(f, view.Fields[f.Name], view.facts)
		})
	}
}

// typeOf is the CEL type of a field's values.
func typeOf(f *Field) *types.Type {
	t := elementType(f)
	if f.Type.IsList() {
		return types.NewListType(t)
	}
	return t
}

// elementType is the CEL type of one value of a field, or of one in its list.
func elementType(f *Field) *types.Type {
	switch f.Type {
	case Integer, Integers:
		return types.IntType
	case Bool:
		return types.BoolType
	case PlaceRef:
		return placeType
	case Entries:
		return entryType(f)
	case OrganisationRef, OrganisationRefs:
		return organisationType
	case DeviceRef:
		return deviceType
	case ItemRef, ItemRefs:
		return itemType
	default:
		if len(f.Choices) > 0 {
			return types.StringType
		}
		return textType
	}
}

// fromValue makes the CEL value of a field, nil when it is absent or of another shape than the field's.
func fromValue(f *Field, v rootline.Value, facts *Facts) ref.Val {
	switch t := elementType(f); {
	case !f.Type.IsList():
		return element(t, v, facts)
	case v.Kind() != rootline.ListValue:
		return nil
	default:
		list := make([]ref.Val, len(v.List()))
		for i, one := range v.List() {
			if list[i] = element(t, one, facts); list[i] == nil {
				return nil
			}
		}
		return types.NewRefValList(adapter{}, list)
	}
}

func element(t *types.Type, v rootline.Value, facts *Facts) ref.Val {
	switch v.Kind() {
	case rootline.EntryValue:
		if isEntry(t) {
			return &object{t, &oneEntry{v.Entry(), facts}}
		}
	case rootline.IntegerValue:
		if t == types.IntType {
			return types.Int(v.Int())
		}
	case rootline.BoolValue:
		if t == types.BoolType {
			return types.Bool(v.Bool())
		}
	case rootline.StringValue:
		switch {
		case t == types.IntType, t == types.BoolType, isEntry(t):
		case t == types.StringType:
			return types.String(v.Str())
		case t == placeType:
			return placeOf(v.Str(), facts)
		default:
			return &identity{t, v.Str()}
		}
	}
	return nil
}

// EnumValue implements types.Provider. There are no enumerations.
func (s shapes) EnumValue(name string) ref.Val { return types.NewErr("unknown name %s", name) }

// FindIdent implements types.Provider. Variables are declared elsewhere.
func (s shapes) FindIdent(string) (ref.Val, bool) { return nil, false }

// FindStructType implements types.Provider.
func (s shapes) FindStructType(name string) (*types.Type, bool) {
	if _, ok := s[name]; !ok {
		return nil, false
	}
	return types.NewTypeTypeWithParam(types.NewObjectType(name)), true
}

// FindStructFieldNames implements types.Provider.
func (s shapes) FindStructFieldNames(name string) ([]string, bool) {
	members, ok := s[name]
	var names []string
	for n := range members {
		names = append(names, n)
	}
	slices.Sort(names)
	return names, ok
}

// FindStructFieldType implements types.Provider.
func (s shapes) FindStructFieldType(name, field string) (*types.FieldType, bool) {
	ft, ok := s[name][field]
	return ft, ok
}

// NewValue implements types.Provider. Expressions make no objects.
func (s shapes) NewValue(name string, _ map[string]ref.Val) ref.Val {
	return types.NewErr("a %s cannot be made", name)
}
