package rulebook

import (
	"slices"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/strictjson"
)

// Mark is something that events of a rulebook leave at assets that they refer to: that one was measured, or how much of it was. It is
// kept beside the asset, so that the asset's own record waits for nobody, and two events that refer to different assets never meet.
type Mark struct {
	Name string `json:"name"`
	// Once says that no two assets leave it at the same one.
	Once bool `json:"once,omitempty"`
	// PerUnder says that it is another mark for each asset that the one which leaves it lies under.
	PerUnder bool `json:"perUnder,omitempty"`
	// Recalls says that a recall leads from the asset where it lies to the one that left it there.
	Recalls bool `json:"recalls,omitempty"`
}

// LeftMark is a mark that an action leaves at each asset that it refers to.
type LeftMark struct {
	Mark string `json:"mark"`
	// Amount is what is added there, an expression that sees the asset as ref; "1" where it is only marked.
	Amount string `json:"amount"`

	formula *formula
}

// Mark returns the mark of that name, nil when there is none.
func (r *Rulebook) Mark(name string) *Mark {
	for i := range r.Marks {
		if r.Marks[i].Name == name {
			return &r.Marks[i]
		}
	}
	return nil
}

// MarksRead are the names of the marks that the rules of the action look at, in order.
func (a *Action) MarksRead() []string { return a.readsMarks }

// Amount is what a mark adds at an asset that the event refers to; below 0 it is refused as undecided.
func (a *Action) Amount(left *LeftMark, f *Facts, at *rootline.Asset) (int64, *rootline.Error) {
	vars := activate(f)
	vars.ref = at
	out, _, err := left.formula.program.Eval(vars)
	if err != nil {
		return 0, a.undecided("marks-"+left.Mark, err)
	}
	n, _ := out.(types.Int)
	if n < 0 || n > strictjson.MaxInteger {
		return 0, a.undecided("marks-"+left.Mark, rootline.Text{En: "%d is no amount from 0 to 2^53-1", Zh: "%d 不是 0 至 2^53-1 的数量"}.Fill(int64(n)))
	}
	return int64(n), nil
}

// markNames reads the marks of a rulebook, before any kind.
func (r *reader) markNames(book *Rulebook, e entry) {
	for _, one := range r.named(e, maxMarks, rootline.ValidFieldName) {
		m := Mark{Name: one.name}
		if !isNothing(one.value) {
			got := r.members(one.value, one.path, "once", "per", "recalls")
			if x, ok := got["once"]; ok {
				m.Once = r.boolean(x)
			}
			if x, ok := got["per"]; ok {
				m.PerUnder = r.word(x, perUnder) == perUnder
			}
			if x, ok := got["recalls"]; ok {
				m.Recalls = r.boolean(x)
			}
		}
		book.Marks = append(book.Marks, m)
	}
}

// perUnder is the one word that follows "per".
const perUnder = "under"

// marks reads what an action leaves at the assets that it refers to, and what it takes back there.
func (c *compiler) marks(book *Rulebook, got map[string]entry) {
	a := c.action
	left, leaves := got["marks"]
	back, takes := got["unmarks"]
	if !leaves && !takes {
		return
	}
	if a.Asks.Refs == nil {
		e := left
		if !leaves {
			e = back
		}
		c.fail(e.key, e.path, both("marks are left at what the action refers to: it asks for no \"refs\"", "标记留在所引用的对象上：该操作未要求 \"refs\""))
		return
	}
	known := func(name string) bool { return book.Mark(name) != nil }
	if takes {
		a.Unmarks = c.words(back, marksOf, known)
	}
	if !leaves {
		return
	}
	env, err := c.env.Extend(cel.Variable("ref", refType))
	if err != nil {
		c.failAt(0, 0, "", cannotCheck, err)
		return
	}
	each := &compiler{reader: c.reader, env: env, action: a}
	for _, one := range c.entries(left.value, left.path, maxMarks) {
		switch {
		case !known(one.name):
			c.fail(one.key, one.path, notAmong, one.name, marksOf)
			continue
		case slices.Contains(a.Unmarks, one.name):
			c.fail(one.key, one.path, both("%q is left and taken back at once", "%q 不能同时留下又收回"), one.name)
		case book.Mark(one.name).PerUnder && a.kind.Under == nil:
			c.fail(one.key, one.path, both("%q is one for each asset above, and %s lies under nothing", "%q 按上级分别标记，而 %s 不归属于上级"), one.name, a.kind.Name)
		}
		m := &LeftMark{Mark: one.name, Amount: "1"}
		at := one.key
		if !isNothing(one.value) {
			m.Amount, _ = c.scalar(one)
			at = one.value
		}
		m.formula = each.compile(at, one.path, m.Amount, types.IntType)
		a.Marks = append(a.Marks, m)
	}
}

var (
	markedType = types.NewObjectType("Marked")
	marksOf    = both("marks", "标记")
)

// addMarks declares what was left at an asset that is referred to: how much in all, 0 where nothing was.
func addMarks(s shapes, book *Rulebook) {
	if len(book.Marks) == 0 {
		return
	}
	s.add(refType, "marked", markedType, func(x any) ref.Val { return &object{markedType, x} })
	for _, m := range book.Marks {
		s.add(markedType, m.Name, types.IntType, func(x any) ref.Val {
			v := x.(*view)
			return types.Int(v.facts.Marked[v.ID][m.Name])
		})
	}
}
