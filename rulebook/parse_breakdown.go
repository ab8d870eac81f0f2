package rulebook

import (
	"slices"

	"cel.dev/cel-go/common/types"
	"go.yaml.in/yaml/v3"

	"github.com/rootline/rootline"
)

// possible is the one word that follows "mixes".
const possible = "possible"

// under reads what assets of a kind lie under by one member, before any action is read; nil where it is absent.
func (r *reader) under(book *Rulebook, kind *Kind, e entry, member string) *Under {
	node := memberNode(e.value, member)
	if node == nil {
		return nil
	}
	m := entry{key: node, value: node, name: member, path: e.path + "/" + member}
	u := &Under{}
	own := "optional" // what only this member has
	if member == "alsoUnder" {
		own = "by"
	}
	got := r.members(m.value, m.path, own, "kinds", "counts", "progress", "audience")
	if own == "by" {
		r.require(m.value, m.path, got, "by")
	}
	r.require(m.value, m.path, got, "kinds")
	if one, ok := got["by"]; ok {
		u.By = r.fieldOf(kind, one, ItemRef)
	}
	if one, ok := got["kinds"]; ok {
		u.Kinds = r.kindStates(book, one)
	}
	if one, ok := got["optional"]; ok {
		u.Optional = r.boolean(one)
	}
	if kind.Lot == Listed || slices.ContainsFunc(book.Kinds, func(k *Kind) bool { return k.Lists == kind.Name }) {
		r.fail(node, m.path, both("a listed lot and what it lists lie under nothing", "清单批次及其物品不归属于上级"))
	}
	if one, ok := got["audience"]; ok {
		u.Audience = r.audience(one)
	}
	if one, ok := got["counts"]; ok {
		r.namedCounts(u, one)
	}
	if one, ok := got["progress"]; ok {
		r.progress(u, one)
	}
	return u
}

// endsAbove checks that a kind does not lie under itself, through whatever lies between: what a recall holds is counted all the
// way up in one transaction, which has to end.
func (r *reader) endsAbove(book *Rulebook, kind *Kind, e entry) {
	seen := map[string]bool{}
	var reaches func(from *Kind) bool
	reaches = func(from *Kind) bool {
		if from == nil {
			return false
		}
		for _, u := range from.Breakdowns() {
			for _, above := range u.Kinds {
				if !above.Own() {
					continue // another rulebook counts for itself: nothing climbs on there
				}
				if above.Kind == kind.Name {
					return true
				}
				if !seen[above.Kind] {
					seen[above.Kind] = true
					if reaches(book.Kind(above.Kind)) {
						return true
					}
				}
			}
		}
		return false
	}
	if reaches(kind) {
		member := "under"
		if kind.Under == nil {
			member = "alsoUnder"
		}
		r.fail(memberNode(e.value, member), e.path+"/"+member, both("%s would lie under %s, without end", "%s 将归属于 %s，层级没有尽头"), kind.Name, kind.Name)
	}
}

// namedCounts reads what is counted of a kind, before any of it is compiled: a count may read those of what lies below.
func (r *reader) namedCounts(u *Under, e entry) {
	for _, one := range r.named(e, rootline.MaxCounts, rootline.ValidFieldName) {
		if one.name == CountTotal || one.name == CountFrozen {
			r.fail(one.key, one.path, both("every breakdown counts %q already", "每个分解结构本就统计 %q"), one.name)
		}
		of := Pick("")
		at := one
		if one.value.Kind == yaml.MappingNode {
			got := r.members(one.value, one.path, string(Greatest), string(Least), string(Last))
			if len(got) != 1 {
				r.fail(one.value, one.path, both("one of %q, %q and %q is told of a number", "数值只能取 %q、%q、%q 之一"), Greatest, Least, Last)
				continue
			}
			for name, m := range got {
				of, at = Pick(name), m
			}
		}
		if s, ok := r.scalar(at); ok {
			u.Counts = append(u.Counts, &Count{Name: one.name, Check: s, Of: of, from: at})
		}
	}
}

// tellsOne checks that everybody who counts under a name tells the same of it: those under one asset are told together.
func (r *reader) tellsOne(book *Rulebook) {
	told := map[string]Pick{}
	for _, k := range book.Kinds {
		for _, u := range k.Breakdowns() {
			for _, c := range u.Counts {
				of, known := told[c.Name]
				if known && of != c.Of {
					r.fail(c.from.key, c.from.path, both("%q is a sum in one place and not in another: call one of them otherwise", "%q 在一处是合计、在另一处不是；请为其中之一另取名称"), c.Name)
				}
				told[c.Name] = c.Of
			}
		}
	}
}

// counts compiles what is counted of a kind.
func (r *reader) counts(book *Rulebook, kind *Kind) {
	if !slices.ContainsFunc(kind.Breakdowns(), func(u *Under) bool { return len(u.Counts) > 0 }) {
		return
	}
	a := &Action{Name: "under", Asks: Asks{Place: No, Amount: No}, book: book.Ref(), kind: kind}
	env, err := environment(book, a)
	if err != nil {
		r.failAt(0, 0, "", cannotCheck, err)
		return
	}
	c := &compiler{reader: r, env: env, book: book, action: a, counting: true}
	for _, u := range kind.Breakdowns() {
		for _, count := range u.Counts {
			want := []*types.Type{types.BoolType, types.IntType}
			if count.Of != "" {
				want = want[1:]
			}
			count.formula = c.compile(count.from.value, count.from.path, count.Check, want...)
			count.from = entry{}
		}
	}
}

func (r *reader) moves(kind *Kind, e entry) {
	got := r.members(e.value, e.path, "states", "fields")
	read := func(name string, plural rootline.Text, known func(string) bool) map[string]string {
		m, ok := got[name]
		if !ok {
			return nil
		}
		names := map[string]string{}
		for _, one := range r.entries(m.value, m.path, rootline.MaxFields) {
			s, ok := r.scalar(one)
			if ok && !known(s) {
				r.fail(one.value, one.path, notAmongOf, s, plural, kind.Name)
			}
			names[one.name] = s
		}
		return names
	}
	kind.Moves.States = read("states", states, func(s string) bool { return kind.State(s) != nil })
	kind.Moves.Fields = read("fields", fields, func(s string) bool { return kind.Field(s) != nil })
}
