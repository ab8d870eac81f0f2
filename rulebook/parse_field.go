package rulebook

import (
	"math"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/strictjson"
)

// fieldTypes are the keys that say a field's type, in the order in which messages name them.
var fieldTypes = []string{string(String), string(Integer), string(Bool), string(Integers), string(Strings), string(PlaceRef), string(Entries),
	string(OrganisationRef), string(OrganisationRefs), string(DeviceRef), string(ItemRef), string(ItemRefs)}

// field reads one field. like is the kind's field of the same name, which an asked one takes its type, title and bounds
// from; nil when there is none.
func (r *reader) field(e entry, like *Field) Field {
	f := Field{Name: e.name, Title: rootline.Text{En: e.name, Zh: e.name}}
	if like != nil {
		f = *like
		f.Optional = false
	}
	switch {
	case isNothing(e.value) && like != nil:
		return f
	case e.value.Tag == "!!str":
		f.Type = FieldType(r.word(e, fieldTypes...))
	default:
		r.fieldMembers(&f, e, like)
	}
	if f.Type == Entries && len(f.Members) == 0 {
		r.fail(e.key, e.path, both("a list of entries says what each has, like \"entries: {code: string, length: {integer: mm}}\"", "条目列表须说明每项包含什么，例如 \"entries: {code: string, length: {integer: mm}}\""))
	}
	switch {
	case f.MaxLength > 0:
	case f.Type == String:
		f.MaxLength = defaultString
	case f.Type.IsList():
		f.MaxLength = defaultItems
	}
	return f
}

func (r *reader) fieldMembers(f *Field, e entry, like *Field) {
	got := r.members(e.value, e.path, append([]string{"title", "optional", "in", "min", "max", "choices", "maxLength", "remember", "audience", "reader"}, fieldTypes...)...)
	var typed []entry
	for _, t := range fieldTypes {
		if m, ok := got[t]; ok {
			typed = append(typed, m)
		}
	}
	switch {
	case len(typed) > 1:
		r.fail(e.value, e.path, both("a field has one type, found %s and %s", "字段只能有一类别型，此处有 %s 和 %s"), typed[0].name, typed[1].name)
	case len(typed) == 1:
		r.fieldType(f, typed[0], like)
	case like == nil && e.value.Kind != 0:
		r.fail(e.key, e.path, both("the field has no type, and the kind keeps no field of this name to take one from", "该字段没有类型，类别中也没有同名字段可供沿用"))
	}
	if m, ok := got["title"]; ok {
		f.Title = r.text(m)
	}
	if m, ok := got["optional"]; ok {
		f.Optional = r.boolean(m)
	}
	numeric := f.Type == Integer || f.Type == Integers
	if m, ok := got["in"]; ok {
		r.in(f, m)
	}
	for name, bound := range map[string]**int64{"min": &f.Min, "max": &f.Max} {
		if m, ok := got[name]; ok {
			n := r.integer(m, -strictjson.MaxInteger, strictjson.MaxInteger)
			*bound = &n
			if !numeric {
				r.fail(m.key, m.path, both("only integers have a %q", "只有整数才有 %q"), name)
			}
		}
	}
	if f.Min != nil && f.Max != nil && *f.Min > *f.Max {
		r.fail(e.key, e.path, minAboveMax)
	}
	if m, ok := got["maxLength"]; ok {
		most := int64(math.MaxInt)
		switch {
		case f.Type == String:
			most = MaxString
		case f.Type.IsList():
			most = MaxItems
		default:
			r.fail(m.key, m.path, both("only texts and lists have a \"maxLength\"", "只有文字和列表才有 \"maxLength\""))
		}
		f.MaxLength = int(r.integer(m, 1, most))
	}
	if m, ok := got["remember"]; ok {
		if f.Type != String {
			r.fail(m.key, m.path, both("only texts are remembered: nobody measures the same twice", "只有文字才会被记住：测量值不会两次相同"))
		}
		f.Remember = Remember(r.word(m, string(RememberLast), string(RememberNext)))
		if f.Remember == RememberNext && (f.Choices != nil || got["choices"].value != nil) {
			r.fail(m.key, m.path, both("there is no next one of \"choices\"", "选项没有下一个"))
		}
	}
	if m, ok := got["audience"]; ok {
		f.Audience = r.audience(m)
	}
	if m, ok := got["reader"]; ok {
		if f.Reader = r.boolean(m); f.Reader && f.Type != OrganisationRef {
			r.fail(m.key, m.path, both("only a field of one organisation names a \"reader\"", "只有单个单位的字段才能指定 \"reader\""))
		}
	}
	if m, ok := got["choices"]; ok {
		if f.Type != String && f.Type != Strings {
			r.fail(m.key, m.path, both("only texts have \"choices\"", "只有文字才有 \"choices\""))
		}
		f.Choices = nil
		for _, one := range r.named(m, maxChoices, validChoice) {
			f.Choices = append(f.Choices, Choice{one.name, r.text(one)})
		}
	}
}

// fieldType reads the type that a field says itself. Bounds of another type are not inherited.
func (r *reader) fieldType(f *Field, m entry, like *Field) {
	f.Type = FieldType(m.name)
	if like != nil && like.Type != f.Type {
		r.fail(m.key, m.path, both("the kind keeps a field of this name as %s", "该类别的同名字段类型为 %s"), like.Type)
	}
	unit := !isNothing(m.value)
	switch {
	case f.Type == Entries:
		if unit {
			r.entryMembers(f, m)
		}
	case unit && f.Type != Integer && f.Type != Integers:
		r.fail(m.value, m.path, both("only integers have a unit; leave the value of %q empty", "只有整数才有单位；请让 %q 的值为空"), m.name)
	case unit:
		f.Unit, f.In, f.Digits = r.str(m, 20), "", 0
	}
}

func validChoice(s string) bool { return s != "" && len(s) <= defaultString }
