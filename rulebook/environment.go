package rulebook

import (
	"slices"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/env"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/overloads"
)

// vocabulary is what expressions may use of CEL's own functions, with the overloads of each. Doubles, unsigned numbers,
// bytes, maps, moments, durations, regular expressions and conversions are left out: they cost more than they tell, or
// differ between time zones and platforms.
var vocabulary = []struct {
	function  string
	overloads []string
}{
	{operators.Conditional, nil},
	{operators.LogicalAnd, nil},
	{operators.LogicalOr, nil},
	{operators.LogicalNot, nil},
	{operators.NotStrictlyFalse, nil}, // all and exists are made of it
	{operators.Equals, nil},
	{operators.NotEquals, nil},
	{operators.Add, []string{overloads.AddInt64, overloads.AddList}}, // map and filter are made of adding lists
	{operators.Subtract, []string{overloads.SubtractInt64}},
	{operators.Multiply, []string{overloads.MultiplyInt64}},
	{operators.Divide, []string{overloads.DivideInt64}},
	{operators.Modulo, []string{overloads.ModuloInt64}},
	{operators.Negate, []string{overloads.NegateInt64}},
	{operators.Less, []string{overloads.LessInt64}},
	{operators.LessEquals, []string{overloads.LessEqualsInt64}},
	{operators.Greater, []string{overloads.GreaterInt64}},
	{operators.GreaterEquals, []string{overloads.GreaterEqualsInt64}},
	{operators.Index, []string{overloads.IndexList}},
	{operators.In, []string{overloads.InList}},
	{overloads.Size, []string{overloads.SizeString, overloads.SizeStringInst, overloads.SizeList, overloads.SizeListInst}},
	{overloads.Contains, nil},
	{overloads.StartsWith, nil},
	{overloads.EndsWith, nil},
}

// base is the environment that those of all actions extend. It is built once, since that is what takes long.
var base = sync.OnceValues(func() (*cel.Env, error) {
	subset := &env.LibrarySubset{}
	for _, v := range vocabulary {
		f := &env.Function{Name: v.function}
		for _, id := range v.overloads {
			f.Overloads = append(f.Overloads, &env.Overload{ID: id})
		}
		subset.IncludeFunctions = append(subset.IncludeFunctions, f)
	}
	options := []cel.EnvOption{
		cel.CustomTypeAdapter(adapter{}),
		cel.StdLib(cel.StdLibSubset(subset)),
		cel.HomogeneousAggregateLiterals(),
		cel.ParserExpressionSizeLimit(maxExpression),
		cel.ParserRecursionLimit(maxNesting),
		cel.ParserErrorRecoveryLimit(4),
		cel.ExpressionNodeLimit(maxNodes),
		cel.Variable("actor", actorType),
		cel.Variable("asset", assetType),
		cel.Variable("event", eventType),
	}
	return cel.NewCustomEnv(slices.Concat(options, functions, arithmetic, textFunctions, chainageFunctions)...)
})

// environment is what the expressions of one action are checked against.
func environment(book *Rulebook, a *Action) (*cel.Env, error) {
	b, err := base()
	if err != nil {
		return nil, err
	}
	options := []cel.EnvOption{cel.CustomTypeProvider(shapesOf(book, a))}
	if len(book.Tables) > 0 {
		options = append(options, book.lookup())
	}
	if a.Asks.Inputs != nil {
		options = append(options, cel.Variable("inputs", cel.ListType(inputType)))
	}
	if a.Asks.Refs != nil {
		options = append(options, cel.Variable("refs", cel.ListType(refType)))
	}
	if a.kind.Under != nil {
		options = append(options, cel.Variable("under", underType))
	}
	if hasChildren(book, a.kind.Name) {
		options = append(options, cel.Variable("children", childrenType))
	}
	return b.Extend(options...)
}
