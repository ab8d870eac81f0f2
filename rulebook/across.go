package rulebook

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/rootline/rootline"
)

// Foreign is a kind of another rulebook, as this one reads it. The rules are compiled against what stands here and not against
// the other text, so that they mean the same whatever version of the other one holds; Misfits compares the two.
type Foreign struct {
	// Book is the other rulebook, without its version.
	Book string `json:"book"`
	Kind string `json:"kind"`
	// Title is what pages call it; the kind's name where the rulebook gives none.
	Title rootline.Text `json:"title"`
	// Unit is what amounts of it are counted in.
	Unit string `json:"unit"`
	// Fields are the kept fields that the rules may read.
	Fields []Field `json:"fields,omitempty"`
	// States are all those that an action of this rulebook names.
	States []string `json:"states,omitempty"`

	// input says that it is used up, at which place in the text it was named first.
	input        bool
	line, column int
	path         string
}

// Name is how the rulebook names the kind: "floodway/fill-layer".
func (f *Foreign) Name() string { return f.Book + "/" + f.Kind }

// Is reports whether assets of a kind that live under a rulebook, named with its version, are meant.
func (k *KindStates) Is(rulebook, kind string) bool {
	name, _, _ := rootline.SplitRulebook(rulebook)
	return k.Kind == kind && k.from == name
}

// Own reports whether the kind is one of the rulebook's own.
func (k *KindStates) Own() bool { return k.Book == "" }

// Reading gives the unit and the fields by which the rules read assets of a kind, of this rulebook or of another one.
func (r *Rulebook) Reading(k *KindStates) (unit string, fields []Field) {
	if !k.Own() {
		f := r.foreign(k.Book, k.Kind)
		if f == nil {
			return "", nil // more kinds than may be read, which is a mistake of its own
		}
		return f.Unit, f.Fields
	}
	kind := r.Kind(k.Kind)
	return kind.Unit, kind.Fields
}

// foreign finds a kind of another rulebook, nil when nothing names it.
func (r *Rulebook) foreign(book, kind string) *Foreign {
	for _, f := range r.Reads {
		if f.Book == book && f.Kind == kind {
			return f
		}
	}
	return nil
}

// ReadsOf are the kinds of another rulebook that this one reads.
func (r *Rulebook) ReadsOf(book string) []*Foreign {
	var of []*Foreign
	for _, f := range r.Reads {
		if f.Book == book {
			of = append(of, f)
		}
	}
	return of
}

// BooksRead are the names of the other rulebooks that this one reads, in order.
func (r *Rulebook) BooksRead() []string {
	var names []string
	for _, f := range r.Reads {
		names = append(names, f.Book)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Misfit is what another rulebook does not have as this one reads it.
type Misfit struct {
	Foreign *Foreign
	Says    rootline.Text
}

// Misfits compares what the rulebook reads of another one with a version of that.
func (r *Rulebook) Misfits(of *Rulebook) []Misfit {
	var list []Misfit
	for _, f := range r.ReadsOf(of.Name) {
		for _, says := range f.misfits(of) {
			list = append(list, Misfit{f, says})
		}
	}
	return list
}

func (f *Foreign) misfits(of *Rulebook) (list []rootline.Text) {
	not := func(says rootline.Text, args ...any) { list = append(list, says.Fill(args...)) }
	kind := of.Kind(f.Kind)
	if kind == nil {
		not(both("%s has no kind %s", "%s 没有类别 %s"), of.Ref(), f.Kind)
		return list
	}
	if kind.Unit != f.Unit {
		not(both("%s counts %s in %s, not in %s", "%s 中 %s 的计量单位为 %s，而非 %s"), of.Ref(), f.Kind, kind.Unit, f.Unit)
	}
	if f.input && kind.Lot == Listed {
		not(both("%s of %s is a listed lot, which is never an input", "%[2]s 的 %[1]s 是清单批次，不能作为投入物"), f.Kind, of.Ref())
	}
	for _, s := range f.States {
		if kind.State(s) == nil {
			not(both("%s of %s has no state %s", "%[2]s 的 %[1]s 没有状态 %[3]s"), f.Kind, of.Ref(), s)
		}
	}
	for i := range f.Fields {
		read := &f.Fields[i]
		switch kept := kind.Field(read.Name); {
		case kept == nil:
			not(both("%s of %s keeps no %s", "%[2]s 的 %[1]s 不保存 %[3]s"), f.Kind, of.Ref(), read.Name)
		case !read.SameValues(kept):
			not(both("%s of %s keeps %s as %s, not as %s", "%[2]s 的 %[1]s 以 %[4]s 保存 %[3]s，而非 %[5]s"),
				f.Kind, of.Ref(), read.Name, kept.measure(), read.measure())
		}
	}
	return list
}

// SameValues reports whether a value means the same in both fields: they have one type, and one unit.
func (f *Field) SameValues(other *Field) bool {
	return f.Type == other.Type && f.Unit == other.Unit && f.sameMembers(other)
}

// measure is a field's type and unit as they are written: "integer: mm".
func (f *Field) measure() string {
	if f.Type == Entries {
		return string(f.Type) + " (" + inARow(namesOf(f.Members)) + ")"
	}
	if f.Unit == "" {
		return string(f.Type)
	}
	return string(f.Type) + ": " + f.Unit
}

// validKindRef reports whether s can name a kind, of another rulebook where there is a slash.
func validKindRef(s string) bool {
	book, kind, across := strings.Cut(s, "/")
	return rootline.ValidName(book) && (!across || rootline.ValidName(kind))
}

// reads reads what the rulebook says of kinds of others, before any kind of its own.
func (r *reader) reads(book *Rulebook, e entry) {
	for _, one := range r.named(e, maxKinds, validKindRef) {
		f := r.across(book, one.name, one.key, one.path)
		if f == nil {
			r.fail(one.key, one.path, both("a kind of another rulebook is written with it: %q", "其他规则手册的类别应写作 %q"), "floodway/cement")
			continue
		}
		if isNothing(one.value) {
			continue
		}
		got := r.members(one.value, one.path, "title", "unit", "fields")
		if m, ok := got["title"]; ok {
			f.Title = r.text(m)
		}
		if m, ok := got["unit"]; ok {
			f.Unit = r.str(m, 20)
		}
		if m, ok := got["fields"]; ok {
			for _, field := range r.named(m, rootline.MaxFields, rootline.ValidFieldName) {
				if isOwn(assetMembers, field.name) {
					r.fail(field.key, field.path, both("every asset has %q already", "每个资产本就有 %q"), field.name)
				}
				f.Fields = append(f.Fields, r.field(field, nil))
			}
		}
	}
}

// across finds or begins the kind of another rulebook that a name with a slash means; nil for any other name.
func (r *reader) across(book *Rulebook, name string, n *yaml.Node, path string) *Foreign {
	of, kind, across := strings.Cut(name, "/")
	if !across || !validKindRef(name) {
		return nil
	}
	if of == book.Name {
		r.fail(n, path, both("%q is this rulebook; write %q", "%q 即本规则手册；请写 %q"), of, kind)
	}
	if f := book.foreign(of, kind); f != nil {
		return f
	}
	f := &Foreign{Book: of, Kind: kind, Title: both(kind, kind), Unit: "each", line: n.Line, column: n.Column, path: path}
	if len(book.Reads) == maxKinds {
		r.fail(n, path, tooMany, maxKinds, maxKinds+1)
		return f
	}
	book.Reads = append(book.Reads, f)
	return f
}

// foreignStates reads the states of a kind of another rulebook. Whether it has them is known where that one is.
func (r *reader) foreignStates(f *Foreign, e entry) []string {
	list := r.words(e, states, rootline.ValidName)
	for _, s := range list {
		if !slices.Contains(f.States, s) {
			f.States = append(f.States, s)
		}
	}
	return list
}

// CheckReads finds what the rulebook reads of others and they have not so, at the place where it names the kind. others
// are the versions that hold, by their names without version; one that is absent is a mistake, too.
func (r *Rulebook) CheckReads(others map[string]*Rulebook) Problems {
	var list Problems
	add := func(f *Foreign, says rootline.Text) {
		list = append(list, Problem{Line: f.line, Column: f.column, Path: f.path, Message: says.En, Zh: says.Zh})
	}
	for _, f := range r.Reads {
		of := others[f.Book]
		if of == nil {
			add(f, both("no rulebook %q was adopted, so that none of its kinds can be read", "尚未采用规则手册 %q，无法读取其类别").Fill(f.Book))
			continue
		}
		for _, says := range f.misfits(of) {
			add(f, says)
		}
	}
	return list
}
