package rulebook

import (
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/rootline/rootline"
)

// Parse reads a rulebook's YAML and checks all that can be checked before an event is there: names, references between
// kinds, states and roles, and the types and costs of its expressions. The error is Problems and lists every mistake
// found.
func Parse(text []byte) (*Rulebook, error) {
	r := &reader{}
	book := r.survive(text)
	if len(r.problems) == 0 {
		return book, nil
	}
	return nil, r.sorted()
}

// survive turns a panic of the parsers below into a mistake: a proposed text is anybody's, and must not end a peer's
// chaincode.
func (r *reader) survive(text []byte) (book *Rulebook) {
	defer func() {
		if p := recover(); p != nil {
			r.failAt(0, 0, "", cannotRead, p)
		}
	}()
	return r.rulebook(text)
}

func (r *reader) rulebook(text []byte) *Rulebook {
	if rules, examples := Split(text); examples != nil {
		r.failAt(1+strings.Count(string(text[:len(text)-len(examples)]), "\n"), 1, "/examples",
			both("the examples stay in the file; only the %d bytes before them are adopted", "示例留在文件中；只采用其前的 %d 字节"), len(rules))
		return nil
	}
	if len(text) > MaxBytes {
		r.failAt(0, 0, "", both("the text has %d bytes; at most %d are allowed", "文本有 %d 字节，最多允许 %d 字节"), len(text), MaxBytes)
		return nil
	}
	if !utf8.Valid(text) {
		r.failAt(0, 0, "", notUTF8)
		return nil
	}
	r.lines = strings.Split(string(text), "\n")
	root := r.document(text)
	if root == nil || !r.plain(root, 0) {
		return nil
	}
	got := r.members(root, "", "rulebook", "version", "title", "roles", "powers", "reads", "tables", "marks", "kinds", "figures")
	r.require(root, "", got, "rulebook", "version", "title", "roles", "kinds")
	book := &Rulebook{}
	if e, ok := got["rulebook"]; ok {
		book.Name = r.str(e, 40)
		if !rootline.ValidName(book.Name) {
			r.fail(e.value, e.path, both("%q cannot be the name of a rulebook", "%q 不能作为规则手册的名称"), book.Name)
		}
	}
	if e, ok := got["version"]; ok {
		book.Version = int(r.integer(e, 1, 999_999))
	}
	if e, ok := got["title"]; ok {
		book.Title = r.text(e)
	}
	if e, ok := got["roles"]; ok {
		for _, one := range r.named(e, maxRoles, rootline.ValidName) {
			book.Roles = append(book.Roles, r.role(one))
		}
	}
	if e, ok := got["powers"]; ok {
		r.powers(book, e)
	}
	if e, ok := got["reads"]; ok {
		r.reads(book, e)
	}
	if e, ok := got["tables"]; ok {
		r.tables(book, e)
	}
	if e, ok := got["marks"]; ok {
		r.markNames(book, e)
	}
	if e, ok := got["kinds"]; ok {
		r.kinds(book, e)
	}
	if e, ok := got["figures"]; ok {
		r.figures(book, e)
	}
	return book
}

// role reads what a role is called, and how much it sees.
func (r *reader) role(e entry) Role {
	role := Role{Name: e.name}
	if node := memberNode(e.value, "reads"); node != nil {
		m := entry{key: node, value: node, name: "reads", path: e.path + "/reads"}
		role.Reads = Reads(r.word(m, string(ReadsOrganisation), string(ReadsDevice)))
	}
	role.Title = r.text(e, "reads")
	return role
}

// kinds reads all kinds before the actions of any, since actions name the states of other kinds; it compiles last.
func (r *reader) kinds(book *Rulebook, e entry) {
	list := r.named(e, maxKinds, rootline.ValidName)
	actions := make([]entry, len(list))
	for i, one := range list {
		kind, acts := r.kind(one)
		book.Kinds = append(book.Kinds, kind)
		actions[i] = acts
	}
	for i, kind := range book.Kinds {
		kind.Under = r.under(book, kind, list[i], "under")
		kind.AlsoUnder = r.under(book, kind, list[i], "alsoUnder")
	}
	for i, kind := range book.Kinds {
		r.endsAbove(book, kind, list[i])
	}
	r.tellsOne(book)
	for _, kind := range book.Kinds {
		r.counts(book, kind)
	}
	for i, kind := range book.Kinds {
		r.lists(book, kind, list[i])
		if actions[i].value == nil {
			continue
		}
		for _, one := range r.named(actions[i], maxActions, rootline.ValidName) {
			kind.Actions = append(kind.Actions, r.action(book, kind, one))
		}
		kind.setTones()
		r.lifeCycle(book, kind, list[i])
	}
	r.endClocks()
	r.endMoney(book)
}

func (r *reader) kind(e entry) (kind *Kind, actions entry) {
	kind = &Kind{Name: e.name, Unit: "each"}
	got := r.members(e.value, e.path, "title", "unit", "lot", "lists", "mixes", "under", "alsoUnder", "moves", "states", "fields", "shows", "money", "actions")
	r.require(e.value, e.path, got, "title", "states", "actions")
	if m, ok := got["title"]; ok {
		kind.Title = r.text(m)
	}
	if m, ok := got["unit"]; ok {
		kind.Unit = r.str(m, 20)
	}
	if m, ok := got["lot"]; ok {
		kind.Lot = LotKind(r.word(m, string(Counted), string(Listed)))
	}
	if m, ok := got["lists"]; ok {
		kind.Lists, _ = r.scalar(m)
	}
	if m, ok := got["states"]; ok {
		for _, one := range r.named(m, maxStates, rootline.ValidName) {
			if one.name == anyState {
				r.fail(one.key, one.path, both("a state cannot be called %q", "状态不能叫作 %q"), anyState)
			}
			kind.States = append(kind.States, State{Name: one.name, Title: r.text(one)})
		}
	}
	if m, ok := got["fields"]; ok {
		for _, one := range r.named(m, rootline.MaxFields, rootline.ValidFieldName) {
			if isOwn(assetMembers, one.name) {
				r.fail(one.key, one.path, both("every asset has %q already", "每个资产本就有 %q"), one.name)
			}
			kind.Fields = append(kind.Fields, r.field(one, nil))
		}
	}
	if m, ok := got["mixes"]; ok {
		kind.Mixes = r.word(m, possible) == possible
	}
	if m, ok := got["moves"]; ok {
		r.moves(kind, m)
	}
	if m, ok := got["shows"]; ok {
		r.shows(kind, m)
	}
	if m, ok := got["money"]; ok {
		r.money(kind, m)
	}
	return kind, got["actions"]
}

// lists checks what a listed lot is a lot of.
func (r *reader) lists(book *Rulebook, kind *Kind, e entry) {
	switch items := book.Kind(kind.Lists); {
	case kind.Lot == Listed && kind.Lists == "":
		r.fail(e.key, e.path, both("a listed lot says what it lists: \"lists\" is missing", "清单批次须说明其物品类别：缺少 \"lists\""))
	case kind.Lot != Listed && kind.Lists != "":
		r.fail(e.key, e.path, both("only a listed lot has \"lists\"", "只有清单批次才有 \"lists\""))
	case kind.Lists != "" && (items == nil || items.Lot != ""):
		r.fail(e.key, e.path+"/lists", both("%q is no kind of single things here", "%q 不是本手册中的物品类别"), kind.Lists)
	case kind.Lists != "" && !slices.ContainsFunc(kind.States, func(s State) bool { return items.State(s.Name) != nil }):
		r.fail(e.key, e.path, both("no state of the lot is a state of %q, so that no item could wake", "批次的状态均不是 %q 的状态，物品无法唤醒"), kind.Lists)
	}
}

// lifeCycle refuses states that nothing leads to.
func (r *reader) lifeCycle(book *Rulebook, kind *Kind, e entry) {
	reached := map[string]bool{}
	for _, a := range kind.Actions {
		reached[a.To] = true
	}
	for _, lot := range book.Kinds {
		if lot.Lists == kind.Name {
			for _, s := range lot.States {
				reached[s.Name] = true
			}
		}
	}
	for _, s := range kind.States {
		if !reached[s.Name] {
			r.fail(keyNode(e.value, e.key, "states", s.Name), e.path+"/states/"+s.Name, both("no action leads to the state %q", "没有操作通向状态 %q"), s.Name)
		}
	}
}

// keyNode finds the key at the end of a path below a mapping, for pointing at it; the nearest one that is there.
func keyNode(n, found *yaml.Node, path ...string) *yaml.Node {
	if len(path) == 0 {
		return found
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == path[0] {
			return keyNode(n.Content[i+1], n.Content[i], path[1:]...)
		}
	}
	return found
}

func (r *reader) roles(book *Rulebook, e entry) []string {
	return r.words(e, roles, func(s string) bool {
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
