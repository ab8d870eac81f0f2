package rulebook

import (
	"fmt"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"go.yaml.in/yaml/v3"

	"github.com/rootline/rootline"
)

// formula is a checked expression, ready to be evaluated.
type formula struct {
	program cel.Program
	ast     *ast.AST
}

// formulas reads and compiles the rules of an action, what it keeps, and the place that it gives the asset.
func (r *reader) formulas(book *Rulebook, a *Action, got map[string]entry) {
	before := len(r.problems)
	env, err := environment(book, a)
	if err != nil {
		r.failAt(0, 0, "", cannotCheck, err)
		return
	}
	c := &compiler{reader: r, env: env, book: book, action: a}
	if m, ok := got["rules"]; ok {
		c.rules(m)
	}
	if m, ok := got["keeps"]; ok {
		for _, one := range r.entries(m.value, m.path, rootline.MaxFields) {
			c.keep(one)
		}
	}
	if m, ok := got["unique"]; ok {
		c.unique(m)
	}
	c.marks(book, got)
	if m, ok := got["place"]; ok {
		if s, ok := r.scalar(m); ok {
			if a.place = c.compile(m.value, m.path, s, placeType); a.place != nil {
				a.plainPlace, _ = selection(a.place.ast.Expr())
			}
		}
	}
	if len(r.problems) == before {
		slices.Sort(a.reads)
		a.reads = slices.Compact(a.reads)
		slices.Sort(a.readsMarks)
		a.readsMarks = slices.Compact(a.readsMarks)
	}
}

// compiler turns the expressions of one action into formulas.
type compiler struct {
	*reader
	env    *cel.Env
	book   *Rulebook
	action *Action
	// counting says that the expression sees only the asset, and of places only their ids.
	counting bool
	// keeping says that a field keeps what the expression gives.
	keeping bool
}

func (c *compiler) rules(e entry) {
	if e.value.Kind != yaml.SequenceNode {
		c.fail(e.value, e.path, both("expected a list of rules, found %s", "应为规则列表，实为 %s"), describe(e.value))
		return
	}
	if len(e.value.Content) > maxRules {
		c.fail(e.value, e.path, both("at most %d rules go here, found %d", "此处最多 %d 条规则，现有 %d 条"), maxRules, len(e.value.Content))
		return
	}
	codes := map[rootline.Code]bool{}
	for i, n := range e.value.Content {
		path := fmt.Sprintf("%s/%d", e.path, i)
		got := c.members(n, path, "check", "code", "says", "clause")
		c.require(n, path, got, "check", "code", "says")
		rule := &Rule{}
		if m, ok := got["code"]; ok {
			s, _ := c.scalar(m)
			rule.Code = rootline.Code(s)
			switch {
			case !validCode(s):
				c.fail(m.value, m.path, both("%q cannot be a code; codes are like %q", "%q 不能作为代码；代码形如 %q"), s, "outside-plot")
			case rule.Code.Known():
				c.fail(m.value, m.path, both("%q is a code of Rootline's own; call the rule otherwise", "%q 是根迹自用的代码；请为规则另取名称"), s)
			case codes[rule.Code]:
				c.fail(m.value, m.path, both("the action has another rule with the code %q", "该操作已有代码为 %q 的规则"), s)
			}
			codes[rule.Code] = true
		}
		if m, ok := got["says"]; ok {
			rule.Says = c.text(m)
		}
		if m, ok := got["clause"]; ok {
			rule.Clause = c.clause(m)
		}
		if m, ok := got["check"]; ok {
			if s, ok := c.scalar(m); ok {
				rule.Check = strings.TrimSpace(s)
				rule.formula = c.compile(m.value, m.path, s, types.BoolType)
			}
		}
		c.action.Rules = append(c.action.Rules, rule)
	}
}

// keep reads one entry of keeps: a field with an expression, or alone, for the member of the data of the same name.
func (c *compiler) keep(e entry) {
	field := c.action.kind.Field(e.name)
	if field == nil {
		c.fail(e.key, e.path, both("the kind has no field %q to keep this in", "该类别没有可保存此值的字段 %q"), e.name)
		return
	}
	k := &keep{field: field}
	c.keeping = true
	defer func() { c.keeping = false }()
	if isNothing(e.value) {
		k.formula = c.compile(e.key, e.path, "event.data."+e.name, typeOf(field))
	} else if s, ok := c.scalar(e); ok {
		want := []*types.Type{typeOf(field)}
		if field.Type == PlaceRef {
			want = append(want, placeIDType)
		}
		k.formula = c.compile(e.value, e.path, s, want...)
	}
	if k.formula != nil {
		k.plain, k.data = selection(k.formula.ast.Expr())
	}
	c.action.keeps = append(c.action.keeps, k)
}

// selection reports whether e only reads a member, and which one of the event's data, if it is one.
func selection(e ast.Expr) (plain bool, data string) {
	path := []string{}
	for e.Kind() == ast.SelectKind && !e.AsSelect().IsTestOnly() {
		path = append(path, e.AsSelect().FieldName())
		e = e.AsSelect().Operand()
	}
	if e.Kind() != ast.IdentKind {
		return false, ""
	}
	if len(path) == 2 && path[1] == "data" && e.AsIdent() == "event" {
		return true, path[0]
	}
	return true, ""
}

// compile checks one expression; nil when it has mistakes.
func (c *compiler) compile(n *yaml.Node, path, source string, want ...*types.Type) *formula {
	checked, issues := c.env.Compile(source)
	if issues.Err() != nil {
		for _, one := range issues.Errors() {
			says, args := celMistake(one.Message)
			c.failIn(n, path, one.Location, says, args...)
		}
		return nil
	}
	tree := checked.NativeRep()
	before := len(c.problems)
	c.inspect(n, path, tree)
	if got := checked.OutputType(); !slices.ContainsFunc(want, got.IsExactType) {
		says := both("the expression gives %s; %s is needed", "表达式得到%s；此处需要%s")
		if t := fieldTypeOf(got); t != "" && c.keeping {
			says = both(says.En+". Declare the field as "+string(t), says.Zh+"。请将字段类型声明为 "+string(t))
		}
		c.fail(n, path, says, typeName(got), oneOf(want))
	}
	if len(c.problems) > before {
		return nil
	}
	cost := costs{c.action}
	estimate, err := c.env.EstimateCost(checked, cost)
	switch {
	case err != nil:
		c.fail(n, path, both("the cost of the expression cannot be estimated: %v", "无法估算表达式的开销：%v"), err)
		return nil
	case estimate.Max > maxCost:
		c.fail(n, path, both("the expression may take %d steps; at most %d are allowed. Bound its lists with \"maxLength\" or \"max\"", "表达式可能需要 %d 步，最多允许 %d 步。请用 \"maxLength\" 或 \"max\" 限制其列表"), estimate.Max, maxCost)
		return nil
	}
	program, err := c.env.Program(checked, cel.EvalOptions(cel.OptOptimize), cel.CostTracking(cost), cel.CostLimit(maxCost))
	if err != nil {
		c.fail(n, path, both("the expression cannot be planned: %v", "表达式无法编排：%v"), err)
		return nil
	}
	return &formula{program, tree}
}

// inspect refuses what the type check lets through, and notes which places are looked at.
func (c *compiler) inspect(n *yaml.Node, path string, tree *ast.AST) {
	at := func(e ast.Expr) common.Location { return tree.SourceInfo().GetStartLocation(e.ID()) }
	fail := func(e ast.Expr, says rootline.Text, args ...any) {
		c.failIn(n, path, at(e), says, args...)
	}
	ast.PreOrderVisit(tree.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		switch e.Kind() {
		case ast.LiteralKind:
			switch e.AsLiteral().Type() {
			case types.IntType, types.StringType, types.BoolType:
			default:
				fail(e, both("only whole numbers, texts, true and false can be written here", "此处只能写整数、文字、true 和 false"))
			}
		case ast.IdentKind:
			switch name := e.AsIdent(); {
			case c.counting && slices.Contains(variables, name) && name != "asset" && name != "children":
				fail(e, both("what is counted is seen by its own record alone: %q is not there", "统计只看资产自身的记录：此处没有 %q"), name)
			case name == "under":
				c.action.readsUnder = true
			}
		case ast.MapKind, ast.StructKind:
			fail(e, both("objects and maps cannot be made here", "此处不能构造对象或映射"))
		case ast.ComprehensionKind:
			if v := e.AsComprehension().IterVar(); slices.Contains(variables, v) {
				fail(e, both("%q is taken; give the variable another name", "%q 已被占用；请给变量另取名称"), v)
			}
		case ast.SelectKind:
			operand, name := e.AsSelect().Operand(), e.AsSelect().FieldName()
			if c.counting && operand.Kind() == ast.IdentKind && operand.AsIdent() == "asset" && slices.Contains(uncounted, name) {
				fail(e, both("%q cannot be counted: it changes without the asset above being counted anew", "不能统计 %q：其变化不会引起上级重新统计"), name)
			}
			if tree.GetType(operand.ID()).IsExactType(markedType) {
				c.action.readsMarks = append(c.action.readsMarks, name)
			}
			if tree.GetType(operand.ID()).IsExactType(placeType) && name != "id" {
				c.looksAt(operand, fail)
			}
		case ast.CallKind:
			c.inspectCall(e, tree, fail)
		}
		if t := tree.GetType(e.ID()); isDynamic(t) {
			fail(e, both("the type of this is not known", "其类型未知"))
		}
	}))
}

// uncounted are the members of an asset that change when it is used for another one, or with each event: nothing is
// counted anew then, so that work on many assets under one does not meet there.
var uncounted = []string{"left", "usedBy", "signers", "seq", "changed"}

var variables = []string{"event", "asset", "actor", "inputs", "refs", "ref", "under", "children"}

func (c *compiler) inspectCall(e ast.Expr, tree *ast.AST, fail func(ast.Expr, rootline.Text, ...any)) {
	call := e.AsCall()
	switch call.FunctionName() {
	case "within":
		c.looksAt(call.Args()[1], fail)
	case lookupFunction:
		c.inspectLookup(call.Args(), tree, fail)
	case operators.Equals, operators.NotEquals, operators.In:
		t := tree.GetType(call.Args()[0].ID())
		for t.Kind() == types.ListKind {
			t = t.Parameters()[0]
		}
		if t.Kind() == types.StructKind && !comparable(t) {
			fail(e, both("a whole %s cannot be compared; compare its members", "%s 不能整体比较；请比较其成员"), t.TypeName())
		}
	}
}

// looksAt notes that a formula needs the place itself, not only its id. Only the places of the asset and of the data
// are read with an event.
func (c *compiler) looksAt(e ast.Expr, fail func(ast.Expr, rootline.Text, ...any)) {
	if c.counting {
		fail(e, both("a place cannot be looked into here; compare its id", "此处不能查看部位的内容；请比较其编号"))
		return
	}
	if e.Kind() == ast.SelectKind {
		switch operand := e.AsSelect().Operand(); operand.Kind() {
		case ast.IdentKind:
			if operand.AsIdent() == "asset" {
				if name := e.AsSelect().FieldName(); name == "place" {
					c.action.readsPlace = true
				} else {
					c.action.reads = append(c.action.reads, name)
				}
				return
			}
		case ast.SelectKind:
			if inner := operand.AsSelect(); inner.Operand().Kind() == ast.IdentKind && inner.Operand().AsIdent() == "event" {
				return
			}
		}
	}
	fail(e, both("only places of the asset and of the event's data can be looked at; of others, compare the id", "只能查看资产及事件数据中的部位；其他部位请比较编号"))
}

func isDynamic(t *types.Type) bool {
	if t == nil {
		return false
	}
	if t.Kind() == types.DynKind || t.Kind() == types.AnyKind {
		return true
	}
	return slices.ContainsFunc(t.Parameters(), isDynamic)
}

// fieldTypeOf is the type of the fields that keep values of a type that no rule writes; "" where there is none.
func fieldTypeOf(t *types.Type) FieldType {
	for _, one := range []FieldType{OrganisationRef, OrganisationRefs, DeviceRef, ItemRef, ItemRefs, PlaceRef} {
		if typeOf(&Field{Type: one}).IsExactType(t) {
			return one
		}
	}
	return ""
}

// oneOf names types of which one is needed.
func oneOf(want []*types.Type) rootline.Text {
	if len(want) > 3 {
		return both("a single value", "单个值")
	}
	needed := typeName(want[0])
	for _, t := range want[1:] {
		name := typeName(t)
		needed = both(needed.En+" or "+name.En, needed.Zh+"或"+name.Zh)
	}
	return needed
}

var typeNames = []struct {
	t    *types.Type
	name rootline.Text
}{
	{types.BoolType, both("true or false", "真假值")},
	{types.IntType, both("an integer", "整数")},
	{types.StringType, both("a word", "词")},
	{textType, both("a free text", "自由文字")},
	{organisationType, both("an organisation", "单位")},
	{deviceType, both("a device", "设备")},
	{itemType, both("an item", "物品")},
	{placeType, both("a place", "部位")},
	{placeIDType, both("a place's id", "部位编号")},
	{eventIDType, both("an event's id", "事件编号")},
	{chainageType, both("a chainage", "桩号")},
	{positionType, both("a position", "定位")},
}

func typeName(t *types.Type) rootline.Text {
	for _, one := range typeNames {
		if one.t.IsExactType(t) {
			return one.name
		}
	}
	if t.Kind() == types.ListKind {
		of := typeName(t.Parameters()[0])
		return both("a list, each "+of.En, of.Zh+"的列表")
	}
	return both("a "+t.TypeName(), " "+t.TypeName()+" ")
}
