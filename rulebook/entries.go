package rulebook

import (
	"maps"
	"slices"
	"strings"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/limits"
)

// entryTypes are the types of what an entry may hold, in the order in which messages name them. None is a list, and none comes
// from the record: entries are typed.
var entryTypes = []FieldType{String, Integer, Bool, PlaceRef}

// entryMembers reads what each of a list of entries has.
func (r *reader) entryMembers(f *Field, e entry) {
	f.Members = nil
	for _, one := range r.named(e, limits.EntryMembers, rootline.ValidFieldName) {
		m := r.field(one, nil)
		switch {
		case m.Type == "": // a mistake of its own
		case !slices.Contains(entryTypes, m.Type):
			r.fail(one.key, one.path, both("an entry holds no %s; what it may hold is one of %s", "条目不能包含 %s；可包含：%s"), m.Type, inARow(texts(entryTypes)))
		case m.Audience != AudienceAll:
			r.fail(one.key, one.path, noEntryAudience)
		case m.Reader: // a mistake of its own: an entry holds no organisation
		case m.Remember != "":
			r.fail(one.key, one.path, both("what is in an entry is not remembered", "条目中的内容不会被记住"))
		}
		f.Members = append(f.Members, m)
	}
}

func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, one := range list {
		out[i] = string(one)
	}
	return out
}

// wrongEntry says what is the matter with one of a list of entries.
func (f *Field) wrongEntry(v rootline.Value) rootline.Text {
	if v.Kind() != rootline.EntryValue {
		return rootline.Text{En: "expected an entry with " + inARow(namesOf(f.Members)), Zh: "应为包含 " + inARow(namesOf(f.Members)) + " 的条目"}
	}
	of := func(title rootline.Text, says rootline.Text) rootline.Text {
		return rootline.Text{En: title.In("en") + ": " + says.En, Zh: title.In("zh") + "：" + says.Zh}
	}
	for i := range f.Members {
		m := &f.Members[i]
		one, given := v.Entry()[m.Name]
		switch {
		case !given && m.Optional:
		case !given:
			return of(m.Title, rootline.Text{En: "is missing", Zh: "缺失"})
		default:
			if wrong := m.wrongElement(one); !wrong.IsZero() {
				return of(m.Title, wrong)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(v.Entry())) {
		if fieldIn(f.Members, name) == nil {
			return inBoth("%q is not asked for", "未要求 %q", shorten(name))
		}
	}
	return rootline.Text{}
}

func namesOf(fields []Field) []string {
	names := make([]string, len(fields))
	for i := range fields {
		names[i] = fields[i].Name
	}
	return names
}

// places are the ids of places that a value of the field names.
func (f *Field) places(v rootline.Value) []string {
	var ids []string
	switch f.Type {
	case PlaceRef:
		if id := v.Str(); id != "" {
			ids = append(ids, id)
		}
	case Entries:
		for _, one := range v.List() {
			for i := range f.Members {
				m := &f.Members[i]
				ids = append(ids, m.places(one.Entry()[m.Name])...)
			}
		}
	}
	return ids
}

// entryPrefix begins the names of the types of entries. What follows are the members with their types, so that two fields
// whose entries have the same members have one type.
const entryPrefix = "Entry("

// entryType is the type of one entry of a field.
func entryType(f *Field) *types.Type {
	parts := make([]string, len(f.Members))
	for i := range f.Members {
		parts[i] = f.Members[i].Name + " " + elementType(&f.Members[i]).TypeName()
	}
	slices.Sort(parts)
	return types.NewObjectType(entryPrefix + strings.Join(parts, ", ") + ")")
}

// isEntry reports whether a type is that of entries.
func isEntry(t *types.Type) bool {
	return t.Kind() == types.StructKind && strings.HasPrefix(t.TypeName(), entryPrefix)
}

// oneEntry is an entry as an expression sees it.
type oneEntry struct {
	members rootline.Fields
	facts   *Facts
}

// addEntries declares the members of the entries of fields.
func addEntries(s shapes, fields []Field) {
	for i := range fields {
		f := &fields[i]
		if f.Type != Entries {
			continue
		}
		t := entryType(f)
		for j := range f.Members {
			m := &f.Members[j]
			s.add(t, m.Name, typeOf(m), func(x any) ref.Val {
				e := x.(*oneEntry)
				return fromValue(m, e.members[m.Name], e.facts)
			})
		}
	}
}

// sameMembers reports whether the entries of two fields mean the same.
func (f *Field) sameMembers(other *Field) bool {
	return len(f.Members) == len(other.Members) && !slices.ContainsFunc(f.Members, func(m Field) bool {
		o := fieldIn(other.Members, m.Name)
		return o == nil || !m.SameValues(o) || m.Optional != o.Optional
	})
}
