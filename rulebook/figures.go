package rulebook

import (
	"slices"

	"github.com/rootline/rootline"
)

// maxFigures is how many figures a rulebook may name.
const maxFigures = 16

// Figure is a number that people look at day by day: how many trees were planted. It says how the ledger is counted and
// decides nothing, so that no rule sees it.
type Figure struct {
	Name  string        `json:"name"`
	Title rootline.Text `json:"title"`
	// Kinds are what is counted: single things as one each, a lot by the amount that it holds. They have one unit.
	Kinds []string `json:"kinds"`
	// Actions are the acts that are counted, by the day on which the ledger witnessed them. An act of several signers
	// counts once, when the last has signed.
	Actions []string `json:"actions,omitempty"`
	// States are those in which assets are counted as they stand now. A figure has Actions or States.
	States []string `json:"states,omitempty"`
	// Of are the states that the assets are a share of: those alive, of all that were planted. Without it, it is all in
	// States.
	Of []string `json:"of,omitempty"`
	// Located counts only what has a position.
	Located bool `json:"located,omitempty"`
	// Plan says that the plans of places, by kind, are compared with this figure.
	Plan bool `json:"plan,omitempty"`
	// Target is the least share that is aimed at, in hundredths; 0 is none.
	Target int64 `json:"target,omitempty"`
}

// Counts reports whether an act that left an asset in a state is one that the figure counts.
func (f *Figure) Counts(k *Kind, action, state string) bool {
	if !slices.Contains(f.Kinds, k.Name) || !slices.Contains(f.Actions, action) {
		return false
	}
	a := k.Action(action)
	return a != nil && (len(a.Signers) == 0 || a.To == "" || a.To == state)
}

// After are the states that acts of the figure lead to, where an act may leave an asset in another state and is then not
// counted: one that waits for more signatures. It is nil where every act is counted.
func (f *Figure) After(b *Rulebook) (states []string) {
	joint := false
	for _, kind := range f.Kinds {
		for _, action := range f.Actions {
			switch a := b.Kind(kind).Action(action); {
			case a == nil:
			case a.To == "":
				return nil
			default:
				joint = joint || len(a.Signers) > 0
				if !slices.Contains(states, a.To) {
					states = append(states, a.To)
				}
			}
		}
	}
	if !joint {
		return nil
	}
	return states
}

// figures reads the optional part of that name, when all kinds are read.
func (r *reader) figures(book *Rulebook, e entry) {
	for _, one := range r.named(e, maxFigures, rootline.ValidName) {
		book.Figures = append(book.Figures, r.figure(book, one))
	}
}

func (r *reader) figure(book *Rulebook, e entry) *Figure {
	f := &Figure{Name: e.name}
	got := r.members(e.value, e.path, "title", "kinds", "actions", "states", "of", "located", "plan", "target")
	r.require(e.value, e.path, got, "title", "kinds")
	if m, ok := got["title"]; ok {
		f.Title = r.text(m)
	}
	var kinds []*Kind
	if m, ok := got["kinds"]; ok {
		f.Kinds = r.words(m, both("kinds", "类别"), func(s string) bool { return book.Kind(s) != nil })
		for _, name := range f.Kinds {
			kinds = append(kinds, book.Kind(name))
			if kinds[0].Unit != book.Kind(name).Unit {
				r.fail(m.value, m.path, both("what is counted together has one unit; these have %q and %q", "一起统计的类别须同一单位，此处有 %q 和 %q"), kinds[0].Unit, book.Kind(name).Unit)
			}
		}
	}
	anyKind := func(has func(*Kind, string) bool) func(string) bool {
		return func(s string) bool {
			return slices.ContainsFunc(kinds, func(k *Kind) bool { return has(k, s) })
		}
	}
	action := anyKind(func(k *Kind, s string) bool { return k.Action(s) != nil })
	state := anyKind(func(k *Kind, s string) bool { return k.State(s) != nil })
	for name, part := range map[string]struct {
		into   *[]string
		plural rootline.Text
		known  func(string) bool
	}{"actions": {&f.Actions, both("actions", "操作"), action}, "states": {&f.States, states, state}, "of": {&f.Of, states, state}} {
		if m, ok := got[name]; ok {
			*part.into = r.words(m, part.plural, part.known)
		}
	}
	for name, into := range map[string]*bool{"located": &f.Located, "plan": &f.Plan} {
		if m, ok := got[name]; ok {
			*into = r.boolean(m)
		}
	}
	if m, ok := got["target"]; ok {
		f.Target = r.integer(m, 1, 100)
	}
	_, acts := got["actions"]
	_, states := got["states"]
	switch share := len(f.Of) > 0 || f.Located || f.Target > 0; {
	case acts == states:
		r.fail(e.key, e.path, both("a figure counts actions or states", "指标统计操作或状态，二者择一"))
	case acts && share:
		r.fail(e.key, e.path, both("only a figure of states is a share", "只有按状态统计的指标才是占比"))
	case f.Plan && len(f.Kinds) > 1:
		r.fail(e.key, e.path, both("plans are by kind: a figure that they are compared with has one", "计划按类别编制：与计划比较的指标只有一个类别"))
	}
	return f
}
