package rulebook

import (
	"fmt"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/parser"

	"github.com/rootline/rootline"
)

// Saw is something that a rule looked at, as it is written in its check, and the value that it had, as JSON.
type Saw struct {
	Expression string `json:"expression"`
	Value      string `json:"value"`
}

// mostSaw bounds how much is told of one rule, and maxSaw of one value, in characters.
const (
	mostSaw = 12
	maxSaw  = 120
)

// Saw tells what a rule of an action saw: each member and each function in its check with its value, in their order. It
// evaluates the check anew and is slow; it is for those who try a rulebook. Nothing comes back where there is no such rule.
func (b *Rulebook) Saw(kind, action string, code rootline.Code, f *Facts) []Saw {
	k := b.Kind(kind)
	if k == nil || k.Action(action) == nil {
		return nil
	}
	a := k.Action(action)
	for _, rule := range a.Rules {
		if rule.Code == code {
			return saw(b, a, rule, f)
		}
	}
	return nil
}

func saw(b *Rulebook, a *Action, rule *Rule, f *Facts) []Saw {
	env, err := environment(b, a)
	if err != nil {
		return nil
	}
	checked, issues := env.Compile(rule.Check)
	if issues.Err() != nil {
		return nil
	}
	program, err := env.Program(checked, cel.EvalOptions(cel.OptTrackState, cel.OptExhaustiveEval), cel.CostTracking(costs{a}), cel.CostLimit(maxCost))
	if err != nil {
		return nil
	}
	_, details, _ := program.Eval(activate(f)) // what could not be evaluated shows nothing
	if details == nil {
		return nil
	}
	tree := checked.NativeRep()
	var all []Saw
	told := map[string]bool{}
	walk(tree.Expr(), func(e ast.Expr) bool {
		text, err := parser.Unparse(e, tree.SourceInfo())
		value, seen := details.State().Value(e.ID())
		if err != nil || !seen || told[text] || len(all) == mostSaw {
			return true
		}
		shown, ok := shownValue(value)
		if !ok {
			return true
		}
		told[text] = true
		all = append(all, Saw{text, shown})
		return e.Kind() != ast.SelectKind
	})
	return all
}

// walk visits what looks at something: members and functions, but no operators. visit says whether to look within.
func walk(e ast.Expr, visit func(ast.Expr) bool) {
	switch e.Kind() {
	case ast.SelectKind:
		if visit(e) {
			walk(e.AsSelect().Operand(), visit)
		}
	case ast.CallKind:
		call := e.AsCall()
		if operator := strings.HasPrefix(call.FunctionName(), "_") || strings.HasPrefix(call.FunctionName(), "@") || strings.HasPrefix(call.FunctionName(), "!") || strings.HasPrefix(call.FunctionName(), "-"); !operator && !visit(e) {
			return
		}
		if call.IsMemberFunction() {
			walk(call.Target(), visit)
		}
		for _, arg := range call.Args() {
			walk(arg, visit)
		}
	case ast.ListKind:
		for _, one := range e.AsList().Elements() {
			walk(one, visit)
		}
	case ast.ComprehensionKind:
		walk(e.AsComprehension().IterRange(), visit)
	}
}

// shownValue writes a value for people; false for what has none of its own, like an asset as a whole.
func shownValue(v ref.Val) (string, bool) {
	if types.IsUnknownOrError(v) {
		return fmt.Sprintf("(%v)", v), true
	}
	value := toValue(v)
	if value.Kind() == rootline.Absent {
		return "", false
	}
	b, err := value.MarshalJSON()
	if err != nil {
		return "", false
	}
	if r := []rune(string(b)); len(r) > maxSaw {
		return string(r[:maxSaw]) + "…", true
	}
	return string(b), true
}
