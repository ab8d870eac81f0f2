package rulebook

import (
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/overloads"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

// A rule holds for everybody alike, so no rule can name an organisation, a device, an item or a place. Each of them is a
// type of its own, which nothing written in a rule has and no function makes: such a value comes from the record, and is
// compared with others of its type. Free texts are kept apart from written words for the same reason: "asset.name" may
// well be what tells one item from all others. Words that a rulebook declares, such as states, roles and choices, are
// CEL's own strings.
var (
	organisationType = types.NewObjectType("Organisation")
	deviceType       = types.NewObjectType("Device")
	itemType         = types.NewObjectType("Item")
	placeIDType      = types.NewObjectType("PlaceId")
	eventIDType      = types.NewObjectType("EventId")
	hashType         = types.NewObjectType("Hash")
	chainageType     = types.NewObjectType("Chainage", traits.SubtractorType, traits.ComparerType)
	textType         = types.NewObjectType("Text", traits.SizerType)
)

// comparable reports whether values of an object type are compared as they are, with others of it.
func comparable(t *types.Type) bool {
	for _, one := range []*types.Type{organisationType, deviceType, itemType, placeIDType, eventIDType, hashType, chainageType, textType, placeType} {
		if t.IsExactType(one) {
			return true
		}
	}
	return false
}

// identity is a value of one of these types. What is inside is never shown to an expression.
type identity struct {
	t  *types.Type
	id string
}

// identify makes a value of one of these types; an empty one is absent.
func identify(t *types.Type, id string) ref.Val {
	if id == "" {
		return nil
	}
	return &identity{t, id}
}

// ConvertToNative implements ref.Val.
func (i *identity) ConvertToNative(t reflect.Type) (any, error) {
	return nil, fmt.Errorf("%s is no %s", i.t.TypeName(), t)
}

// ConvertToType implements ref.Val.
func (i *identity) ConvertToType(t ref.Type) ref.Val {
	return types.NewErr("%s is no %s", i.t.TypeName(), t.TypeName())
}

// Equal implements ref.Val.
func (i *identity) Equal(other ref.Val) ref.Val {
	o, ok := other.(*identity)
	return types.Bool(ok && o.t == i.t && o.id == i.id)
}

// Type implements ref.Val.
func (i *identity) Type() ref.Type { return i.t }

// Value implements ref.Val.
func (i *identity) Value() any { return i }

// Size implements traits.Sizer, for free texts: how many characters.
func (i *identity) Size() ref.Val { return types.Int(utf8.RuneCountInString(i.id)) }

// textFunctions are those of free texts: of two of them, never of one and a written word.
var textFunctions = []cel.EnvOption{
	cel.Function(overloads.Size,
		cel.Overload("size_text", []*cel.Type{textType}, cel.IntType), cel.MemberOverload("text_size", []*cel.Type{textType}, cel.IntType)),
	textFunction(overloads.Contains, strings.Contains),
	textFunction(overloads.StartsWith, strings.HasPrefix),
	textFunction(overloads.EndsWith, strings.HasSuffix),
}

func textFunction(name string, holds func(text, part string) bool) cel.EnvOption {
	return cel.Function(name, cel.MemberOverload("text_"+name+"_text", []*cel.Type{textType, textType}, cel.BoolType,
		cel.BinaryBinding(func(text, part ref.Val) ref.Val {
			a, ok := text.(*identity)
			b, alsoOK := part.(*identity)
			if !ok || !alsoOK {
				return types.NewErr("%s takes two texts", name)
			}
			return types.Bool(holds(a.id, b.id))
		})))
}

// chainage is where along a line a place begins or ends, in mm. As a number it would tell one stretch from all others; what is
// between two of them is one.
type chainage int64

// chainageFunctions are those of two chainages. CEL finds the methods below by its own operators.
var chainageFunctions = []cel.EnvOption{
	chainageFunction(operators.Subtract, cel.IntType),
	chainageFunction(operators.Less, cel.BoolType),
	chainageFunction(operators.LessEquals, cel.BoolType),
	chainageFunction(operators.Greater, cel.BoolType),
	chainageFunction(operators.GreaterEquals, cel.BoolType),
}

func chainageFunction(operator string, gives *cel.Type) cel.EnvOption {
	return cel.Function(operator, cel.Overload("chainage"+operator+"chainage", []*cel.Type{chainageType, chainageType}, gives))
}

// ConvertToNative implements ref.Val.
func (chainage) ConvertToNative(t reflect.Type) (any, error) {
	return nil, fmt.Errorf("a chainage is no %s", t)
}

// ConvertToType implements ref.Val.
func (chainage) ConvertToType(t ref.Type) ref.Val {
	return types.NewErr("a chainage is no %s", t.TypeName())
}

// Equal implements ref.Val.
func (c chainage) Equal(other ref.Val) ref.Val {
	o, ok := other.(chainage)
	return types.Bool(ok && o == c)
}

// Type implements ref.Val.
func (chainage) Type() ref.Type { return chainageType }

// Value implements ref.Val.
func (c chainage) Value() any { return c }

// Subtract implements traits.Subtractor: the mm between two.
func (c chainage) Subtract(other ref.Val) ref.Val {
	o, ok := other.(chainage)
	if !ok {
		return types.NewErr("a chainage is taken from a chainage")
	}
	return types.Int(c).Subtract(types.Int(o))
}

// Compare implements traits.Comparer.
func (c chainage) Compare(other ref.Val) ref.Val {
	o, ok := other.(chainage)
	if !ok {
		return types.NewErr("a chainage is compared with a chainage")
	}
	return types.Int(c).Compare(types.Int(o))
}
