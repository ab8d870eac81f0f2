package rulebook

import (
	"strings"

	"cel.dev/cel-go/common/types"
	"go.yaml.in/yaml/v3"

	"github.com/rootline/rootline"
)

// anyState stands for all states of a kind in an action's "from".
const anyState = "any"

func (r *reader) action(book *Rulebook, kind *Kind, e entry) *Action {
	a := &Action{Name: e.name, Asks: Asks{Place: No, Amount: No}, book: book.Ref(), kind: kind}
	got := r.members(e.value, e.path,
		"title", "creates", "from", "to", "by", "signers", "custody", "adds", "unique", "frees", "whenFrozen", "releases", "walk", "likely",
		"asks", "rules", "marks", "unmarks", "keeps", "place", "epcis")
	r.require(e.value, e.path, got, "title")
	if m, ok := got["title"]; ok {
		a.Title = r.text(m)
	}
	if m, ok := got["creates"]; ok {
		a.Creates = r.boolean(m)
	}
	r.transition(a, e, got)
	r.whoActs(book, a, e, got)
	for name, into := range map[string]*bool{
		"custody": &a.TakesCustody, "adds": &a.Adds, "frees": &a.Frees, "whenFrozen": &a.WhenFrozen, "releases": &a.Releases, "walk": &a.Walk,
		"likely": &a.Likely,
	} {
		if m, ok := got[name]; ok {
			*into = r.boolean(m)
		}
	}
	if m, ok := got["asks"]; ok {
		r.asks(book, a, m)
	}
	r.fits(a, e)
	if m, ok := got["epcis"]; ok {
		r.epcis(a, m)
	}
	r.formulas(book, a, got)
	return a
}

// transition reads the states that an action leads from and to.
func (r *reader) transition(a *Action, e entry, got map[string]entry) {
	from, hasFrom := got["from"]
	to, hasTo := got["to"]
	known := func(s string) bool { return a.kind.State(s) != nil }
	switch {
	case a.Creates && hasFrom:
		r.fail(from.key, from.path, both("an action that creates the asset leads from nowhere", "创建资产的操作没有起始状态"))
	case a.Creates && !hasTo:
		r.fail(e.key, e.path, both("an action that creates the asset says its first state: \"to\" is missing", "创建资产的操作须说明首个状态：缺少 \"to\""))
	case !a.Creates && !hasFrom:
		r.fail(e.key, e.path, both("\"from\" is missing: a state, a list of states, or %q", "缺少 \"from\"：一个状态、状态列表或 %q"), anyState)
	}
	switch {
	case !hasFrom:
	case from.value.Value == anyState:
		for _, s := range a.kind.States {
			a.From = append(a.From, s.Name)
		}
	default:
		a.From = r.words(from, statesOf(a.kind), known)
	}
	if hasTo {
		if s, ok := r.scalar(to); ok && !known(s) {
			r.fail(to.value, to.path, noState, s, a.kind.Name)
		} else {
			a.To = s
		}
	}
}

func (r *reader) asks(book *Rulebook, a *Action, e entry) {
	got := r.members(e.value, e.path,
		"place", "evidence", "sample", "amount", "data", "inputs", "refs", "list", "into", "tag", "corrects")
	need := func(name string, into *Need) {
		if m, ok := got[name]; ok {
			*into = Need(r.word(m, string(No), string(Optional), string(Required)))
		}
	}
	flag := func(name string, into *bool) {
		if m, ok := got[name]; ok {
			*into = r.boolean(m)
		}
	}
	need("place", &a.Asks.Place)
	need("amount", &a.Asks.Amount)
	flag("list", &a.Asks.List)
	flag("into", &a.Asks.Into)
	flag("corrects", &a.Asks.Corrects)
	if m, ok := got["evidence"]; ok {
		a.Asks.Evidence = int(r.integer(m, 0, rootline.MaxEvidence))
	}
	if m, ok := got["sample"]; ok {
		a.Asks.Sample = int(r.integer(m, 2, rootline.MaxSample))
	}
	if m, ok := got["tag"]; ok {
		a.Asks.Tag = TagAsk(r.word(m, string(BindTag), string(ReplaceTag)))
	}
	if m, ok := got["inputs"]; ok {
		a.Asks.Inputs = r.inputs(book, m, rootline.MaxInputs)
		for i, ks := range a.Asks.Inputs.Kinds {
			if !ks.Own() {
				if f := book.foreign(ks.Book, ks.Kind); f != nil {
					f.input = true
				}
				continue
			}
			if k := book.Kind(ks.Kind); k != nil && k.Lot == Listed {
				r.fail(m.value, m.path, both("a listed lot is never an input: %q", "清单批次不能作为投入物：%q"), a.Asks.Inputs.Kinds[i].Kind)
			}
		}
	}
	if m, ok := got["refs"]; ok {
		a.Asks.Refs = r.inputs(book, m, rootline.MaxRefs)
	}
	if m, ok := got["data"]; ok {
		for _, one := range r.named(m, rootline.MaxFields, rootline.ValidFieldName) {
			f := r.field(one, a.kind.Field(one.name))
			if f.Type.FromRecord() {
				r.fail(one.key, one.path, both("nobody types %s: it comes from the record. Keep it with an expression, like %s", "%s 不由人填写，只取自记录。请用表达式保存，例如 %s"), f.Type, "keeps: {"+f.Name+": "+fromRecord[f.Type]+"}")
			}
			a.Asks.Data = append(a.Asks.Data, f)
		}
	}
}

// fromRecord are examples of expressions that give values of types that nobody types.
var fromRecord = map[FieldType]string{
	OrganisationRef: "actor.org", OrganisationRefs: "asset.signers", DeviceRef: "actor.device", ItemRef: "refs[0].id", ItemRefs: "refs.map(r, r.id)",
}

func (r *reader) inputs(book *Rulebook, e entry, most int64) *InputAsk {
	in := &InputAsk{Min: 1, Max: int(min(most, defaultLinks))}
	got := r.members(e.value, e.path, "kinds", "min", "max", "mixes")
	r.require(e.value, e.path, got, "kinds")
	if m, ok := got["mixes"]; ok {
		in.Mixes = r.word(m, possible) == possible
	}
	if m, ok := got["min"]; ok {
		in.Min = int(r.integer(m, 0, most))
	}
	if m, ok := got["max"]; ok {
		in.Max = int(r.integer(m, 1, most))
	}
	if in.Min > in.Max {
		r.fail(e.key, e.path, minAboveMax)
	}
	if m, ok := got["kinds"]; ok {
		in.Kinds = r.kindStates(book, m)
	}
	return in
}

func (r *reader) kindStates(book *Rulebook, e entry) (list []KindStates) {
	for _, one := range r.named(e, maxKinds, validKindRef) {
		if f := r.across(book, one.name, one.key, one.path); f != nil {
			list = append(list, KindStates{Book: f.Book, Kind: f.Kind, States: r.foreignStates(f, one), from: f.Book})
			continue
		}
		kind := book.Kind(one.name)
		if kind == nil {
			r.fail(one.key, one.path, noKind, one.name)
			continue
		}
		states := r.words(one, statesOf(kind), func(s string) bool { return kind.State(s) != nil })
		list = append(list, KindStates{Kind: one.name, States: states, from: book.Name})
	}
	return list
}

// fits refuses asks that make no sense for the kind.
func (r *reader) fits(a *Action, e entry) {
	lot := a.kind.Lot
	for _, c := range []struct {
		wrong bool
		says  rootline.Text
	}{
		{a.Asks.Amount != No && lot != Counted, both("only counted lots have an amount", "只有计量批次才有数量")},
		{a.Creates && lot == Counted && a.Asks.Amount != Required, both("creating a counted lot asks for its amount: \"amount: required\" is missing", "创建计量批次须要求数量：缺少 \"amount: required\"")},
		{a.Asks.List && !(a.Creates && lot == Listed), both("only creating a listed lot asks for a list", "只有创建清单批次才要求清单")},
		{a.Creates && lot == Listed && !a.Asks.List, both("creating a listed lot asks for its list: \"list: true\" is missing", "创建清单批次须要求清单：缺少 \"list: true\"")},
		{a.Asks.Into && (a.Creates || lot != Listed), both("only a listed lot that is there can be divided", "只有已存在的清单批次才能拆分")},
		{a.Asks.Corrects && a.Creates, both("a creating action has nothing to correct", "创建操作没有可更正的事件")},
		{a.Adds && (a.Creates || lot != Counted || a.Asks.Amount != Required), both("only an action on a counted lot that asks for an amount (\"amount: required\") adds to it", "只有对计量批次、且要求数量（\"amount: required\"）的操作才能增加存量")},
		{a.Frees && a.Creates, both("a creating action has nothing to free", "创建操作没有可放弃的声明")},
		{a.WhenFrozen && (a.Creates || a.Asks.Into), both("an action that creates or divides cannot be done to what is frozen", "创建或拆分的操作不能用于已冻结的资产")},
		{a.Asks.Sample > 0 && a.Asks.Evidence == 0, both("a sample is of the evidence: \"evidence\" is missing", "抽样针对证据：缺少 \"evidence\"")},
		{a.Releases && (a.Asks.Evidence == 0 || len(a.Signers) > 0), both("what is released to the public are the files of one signer: the action asks for \"evidence\", and has no \"signers\"", "向公众公开的是一位签署者所附的文件：操作须要求 \"evidence\"，且不得有 \"signers\"")},
		{a.Walk && (a.usesUp() || a.Asks.Refs != nil || a.Asks.Place != Required), both("what is done on a walk asks for the position (\"place: required\"), creates nothing, uses nothing up, looks at nothing else, and asks for no amount, list, tag or correction", "巡检签认的操作须要求定位（\"place: required\"），不创建资产、不消耗投入物、不查看其他资产，也不要求数量、清单、标签或更正")},
		{a.Walk && len(a.Signers) > 0, both("what several organisations accept together is looked at one by one, and not on a walk", "多方共同签认的应逐一查验，不得巡检签认")},
		{a.Likely && (a.Creates || a.Asks.Corrects), both("what is likely done next is done to an asset that is there, and puts nothing right", "通常的下一步操作针对已存在的资产，且不是更正操作")},
		{len(a.Signers) > 0 && a.usesUp(), both("an action of several signers creates nothing, uses nothing up, and asks for no amount, list, tag or correction", "多方签认的操作不创建资产、不消耗投入物，也不要求数量、清单、标签或更正")},
	} {
		if c.wrong {
			r.fail(e.key, e.path, c.says)
		}
	}
}

// validCode reports whether s has the form of a refusal's code.
func validCode(s string) bool { return rootline.ValidName(s) && !strings.HasSuffix(s, "-") }

// maxUnique is how many expressions an action's "unique" has at most, maxSigners how many sign one action.
const (
	maxUnique  = 8
	maxSigners = rootline.MaxSigners
)

// whoActs reads who may do an action alone, or who must do it together.
func (r *reader) whoActs(book *Rulebook, a *Action, e entry, got map[string]entry) {
	by, alone := got["by"]
	signers, together := got["signers"]
	switch {
	case alone && together:
		r.fail(signers.key, signers.path, both("an action has \"by\" or \"signers\", not both", "操作应写 \"by\" 或 \"signers\" 之一，不能并用"))
	case alone:
		a.By = r.roles(book, by)
	case together:
		a.Signers = r.roles(book, signers)
		a.By = a.Signers
		if n := len(a.Signers); n < 2 || n > maxSigners {
			r.fail(signers.value, signers.path, both("an action of several signers has 2 to %d of them", "多方签认的操作应有 2 至 %d 个签认角色"), maxSigners)
		}
	default:
		r.fail(e.value, e.path, both("\"by\" is missing", "缺少 \"by\""))
	}
}

// usesUp reports whether the action does more than look and change the asset's own record.
func (a *Action) usesUp() bool {
	s := &a.Asks
	return a.Creates || s.Inputs != nil || s.Amount != No || s.List || s.Into || s.Tag != "" || s.Corrects
}

// claimed are the types of what an asset can have for itself alone.
var claimed = []*types.Type{
	types.StringType, types.IntType, textType, placeType, organisationType, deviceType, itemType, placeIDType, hashType,
}

// unique reads the expressions whose values an asset claims for itself when it is created.
func (c *compiler) unique(e entry) {
	if e.value.Kind != yaml.SequenceNode || len(e.value.Content) < 1 || len(e.value.Content) > maxUnique {
		c.fail(e.value, e.path, both("expected a list of 1 to %d expressions", "应为 1 至 %d 个表达式的列表"), maxUnique)
		return
	}
	if !c.action.Creates {
		c.fail(e.key, e.path, both("only an action that creates the asset claims something for it alone", "只有创建资产的操作才能为其声明唯一性"))
	}
	for _, n := range e.value.Content {
		s, ok := c.scalar(entry{key: n, value: n, path: e.path})
		if !ok {
			continue
		}
		c.action.Unique = append(c.action.Unique, s)
		if f := c.compile(n, e.path, s, claimed...); f != nil {
			c.action.claims = append(c.action.claims, f)
		}
	}
}

// clause reads a clause in one language, which then stands for both, or in each.
func (r *reader) clause(e entry) rootline.Text {
	if e.value.Kind == yaml.MappingNode {
		return r.text(e)
	}
	s := r.str(e, maxTitle)
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
