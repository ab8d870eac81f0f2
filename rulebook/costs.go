package rulebook

import (
	"strings"

	"cel.dev/cel-go/checker"
	"cel.dev/cel-go/common/overloads"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/limits"
)

// costs says how large the things may be that expressions look at, and what the functions of our own cost. One unit is
// one step of CEL. It implements checker.CostEstimator for the bound at Parse and interpreter.ActualCostEstimator for
// the limit while evaluating.
type costs struct{ action *Action }

// The costs of geometry: an outline has up to 512 corners, each tested in a few nanoseconds.
const (
	withinCost   = 100
	distanceCost = 2
	// lookupCost is that of comparing a key with those of a table, of up to 200 rows: as geometry is, in nanoseconds each.
	lookupCost = 10
	// arithmeticCost is that of numbers beyond 64 bits: a cube root halves its range some 23 times.
	arithmeticCost = 10
	// textCost is that of looking for one text in another, as CEL reckons it: a tenth of a step for each of MaxString characters.
	textCost = MaxString / 10
)

// EstimateSize implements checker.CostEstimator.
func (c costs) EstimateSize(n checker.AstNode) *checker.SizeEstimate {
	return &checker.SizeEstimate{Min: 0, Max: c.most(n)}
}

func (c costs) most(n checker.AstNode) uint64 {
	path := n.Path()
	if len(path) == 1 {
		switch in := c.action.Asks; {
		case path[0] == "inputs" && in.Inputs != nil:
			return uint64(in.Inputs.Max)
		case path[0] == "refs" && in.Refs != nil:
			return uint64(in.Refs.Max)
		}
	}
	if len(path) > 1 && path[len(path)-1] != "@items" {
		name := path[len(path)-1]
		if name == "signers" {
			return maxSigners
		}
		if path[0] == "event" && len(path) == 2 && name == "files" {
			return rootline.MaxEvidence
		}
		if n.Type().IsExactType(types.StringType) && len(path) > 2 && path[1] == "files" {
			return limits.MediaType
		}
		for _, fields := range [][]Field{c.action.Asks.Data, c.action.kind.Fields} {
			own := path[0] == "event" && len(path) == 3 || path[0] == "asset" && len(path) == 2
			if f := fieldIn(fields, name); own && f != nil && f.MaxLength > 0 {
				return uint64(f.MaxLength)
			}
		}
	}
	switch {
	case n.Type() != nil && n.Type().Kind() == types.ListKind:
		return MaxItems
	case n.Type() == nil || n.Type().Kind() == types.StringKind || n.Type().IsExactType(textType):
		return MaxString
	default:
		return 1
	}
}

// EstimateCallCost implements checker.CostEstimator.
func (c costs) EstimateCallCost(function, overload string, _ *checker.AstNode, args []checker.AstNode) *checker.CallEstimate {
	fixed := func(cost uint64) *checker.CallEstimate {
		return &checker.CallEstimate{CostEstimate: checker.CostEstimate{Min: 1, Max: cost}}
	}
	switch function {
	case overloads.Contains, overloads.StartsWith, overloads.EndsWith:
		if strings.HasPrefix(overload, "text_") {
			return fixed(textCost)
		}
	case "within":
		return fixed(withinCost)
	case "distance":
		return fixed(distanceCost)
	case lookupFunction:
		return fixed(lookupCost)
	case "root", "cubeRoot", "power", "ratio":
		return fixed(arithmeticCost)
	case "share", "clustered", "least", "greatest", "sum", "mean", "deviation":
		if size := args[0].ComputedSize(); size != nil {
			return fixed(size.Max + 1)
		}
		return fixed(c.most(args[0]) + 1)
	}
	return nil
}

// CallCost implements interpreter.ActualCostEstimator.
func (c costs) CallCost(function, overload string, args []ref.Val, _ ref.Val) *uint64 {
	var cost uint64
	switch function {
	case overloads.Contains, overloads.StartsWith, overloads.EndsWith:
		if !strings.HasPrefix(overload, "text_") {
			return nil
		}
		cost = textCost
	case "within":
		cost = withinCost
	case "distance":
		cost = distanceCost
	case lookupFunction:
		cost = lookupCost
	case "root", "cubeRoot", "power", "ratio":
		cost = arithmeticCost
	case "share", "clustered", "least", "greatest", "sum", "mean", "deviation":
		cost = 1
		if l, ok := args[0].(traits.Sizer); ok {
			if n, ok := l.Size().(types.Int); ok {
				cost += uint64(n)
			}
		}
	default:
		return nil
	}
	return &cost
}
