package rulebook

import (
	"slices"

	"cel.dev/cel-go/common/types"
	"go.yaml.in/yaml/v3"

	"github.com/rootline/rootline"
)

// possible is the one word that follows "mixes".
const possible = "possible"

// maxUnique is how many expressions an action's "unique" has at most, maxSigners how many sign one action.
const (
	maxUnique  = 8
	maxSigners = rootline.MaxSigners
)

func (r *reader) roles(book *Rulebook, e entry) []string {
	return r.words(e, "roles", func(s string) bool {
		return slices.ContainsFunc(book.Roles, func(role Role) bool { return role.Name == s })
	})
}

func (r *reader) powers(book *Rulebook, e entry) {
	got := r.members(e.value, e.path, "attest", "recall", "release", "move")
	for name, into := range map[string]*[]string{
		"attest": &book.Powers.Attest, "recall": &book.Powers.Recall, "release": &book.Powers.Release, "move": &book.Powers.Move,
	} {
		if m, ok := got[name]; ok {
			*into = r.roles(book, m)
		}
	}
}

// whoActs reads who may do an action alone, or who must do it together.
func (r *reader) whoActs(book *Rulebook, a *Action, e entry, got map[string]entry) {
	by, alone := got["by"]
	signers, together := got["signers"]
	switch {
	case alone && together:
		r.fail(signers.key, signers.path, "an action has \"by\" or \"signers\", not both")
	case alone:
		a.By = r.roles(book, by)
	case together:
		a.Signers = r.roles(book, signers)
		a.By = a.Signers
		if n := len(a.Signers); n < 2 || n > maxSigners {
			r.fail(signers.value, signers.path, "an action of several signers has 2 to %d of them", maxSigners)
		}
	default:
		r.fail(e.value, e.path, "\"by\" is missing")
	}
}

// usesUp reports whether the action does more than look and change the asset's own record.
func (a *Action) usesUp() bool {
	s := &a.Asks
	return a.Creates || s.Inputs != nil || s.Amount != No || s.List || s.Into || s.Tag != "" || s.Corrects
}

// under reads what assets of a kind lie under, before any action is read.
func (r *reader) under(book *Rulebook, kind *Kind, e entry) {
	node := memberNode(e.value, "under")
	if node == nil {
		return
	}
	m := entry{key: node, value: node, name: "under", path: e.path + "/under"}
	u := &Under{}
	kind.Under = u
	got := r.members(m.value, m.path, "kinds", "optional", "counts", "progress")
	r.require(m.value, m.path, got, "kinds")
	if one, ok := got["kinds"]; ok {
		u.Kinds = r.kindStates(book, one)
	}
	if one, ok := got["optional"]; ok {
		u.Optional = r.boolean(one)
	}
	if kind.Lot == Listed || slices.ContainsFunc(book.Kinds, func(k *Kind) bool { return k.Lists == kind.Name }) {
		r.fail(node, m.path, "a listed lot and what it lists lie under nothing")
	}
	if one, ok := got["counts"]; ok {
		r.counts(book, kind, one)
	}
	if one, ok := got["progress"]; ok {
		r.progress(u, one)
	}
}

// endsAbove checks that a kind does not lie under itself, through whatever lies between: what a recall holds is counted all the
// way up in one transaction, which has to end.
func (r *reader) endsAbove(book *Rulebook, kind *Kind, e entry) {
	seen := map[string]bool{}
	var reaches func(from *Kind) bool
	reaches = func(from *Kind) bool {
		if from == nil || from.Under == nil {
			return false
		}
		for _, above := range from.Under.Kinds {
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
		return false
	}
	if reaches(kind) {
		r.fail(memberNode(e.value, "under"), e.path+"/under", "%s would lie under %s, without end", kind.Name, kind.Name)
	}
}

func (r *reader) counts(book *Rulebook, kind *Kind, e entry) {
	a := &Action{Name: "under", Asks: Asks{Place: No, Amount: No}, book: book.Ref(), kind: kind}
	env, err := environment(book, a)
	if err != nil {
		r.failAt(0, 0, "", "the expressions cannot be checked: %v", err)
		return
	}
	c := &compiler{reader: r, env: env, action: a, counting: true}
	for _, one := range r.named(e, rootline.MaxCounts, rootline.ValidFieldName) {
		if one.name == CountTotal || one.name == CountFrozen {
			r.fail(one.key, one.path, "every breakdown counts %q already", one.name)
		}
		if s, ok := r.scalar(one); ok {
			kind.Under.Counts = append(kind.Under.Counts, &Count{
				Name: one.name, Check: s, formula: c.compile(one.value, one.path, s, types.BoolType, types.IntType),
			})
		}
	}
}

func (r *reader) moves(kind *Kind, e entry) {
	got := r.members(e.value, e.path, "states", "fields")
	read := func(name string, known func(string) bool) map[string]string {
		m, ok := got[name]
		if !ok {
			return nil
		}
		names := map[string]string{}
		for _, one := range r.entries(m.value, m.path, rootline.MaxFields) {
			s, ok := r.scalar(one)
			if ok && !known(s) {
				r.fail(one.value, one.path, "%q is not among the %s of %s", s, name, kind.Name)
			}
			names[one.name] = s
		}
		return names
	}
	kind.Moves.States = read("states", func(s string) bool { return kind.State(s) != nil })
	kind.Moves.Fields = read("fields", func(s string) bool { return kind.Field(s) != nil })
}

// unique reads the expressions whose values an asset claims for itself when it is created.
func (c *compiler) unique(e entry) {
	if e.value.Kind != yaml.SequenceNode || len(e.value.Content) < 1 || len(e.value.Content) > maxUnique {
		c.fail(e.value, e.path, "expected a list of 1 to %d expressions", maxUnique)
		return
	}
	if !c.action.Creates {
		c.fail(e.key, e.path, "only an action that creates the asset claims something for it alone")
	}
	for _, n := range e.value.Content {
		s, ok := c.scalar(entry{key: n, value: n, path: e.path})
		if !ok {
			continue
		}
		c.action.Unique = append(c.action.Unique, s)
		if f := c.compile(n, e.path, s, types.StringType, types.IntType, placeType); f != nil {
			c.action.claims = append(c.action.claims, f)
		}
	}
}

// clause reads a clause in one language, which then stands for both, or in each.
func (c *compiler) clause(e entry) rootline.Text {
	if e.value.Kind == yaml.MappingNode {
		return c.text(e)
	}
	s := c.str(e, maxTitle)
	return rootline.Text{En: s, Zh: s}
}

// memberNode is the value under a key of a mapping, nil when there is none.
func memberNode(n *yaml.Node, name string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return n.Content[i+1]
		}
	}
	return nil
}
