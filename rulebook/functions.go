package rulebook

import (
	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"github.com/rootline/rootline"
)

// functions is the vocabulary of our own. README.md describes each.
var functions = []cel.EnvOption{
	cel.Function("within", cel.Overload("within_position_place",
		[]*cel.Type{positionType, placeType}, cel.BoolType, cel.BinaryBinding(within))),
	cel.Function("distance", cel.Overload("distance_position_position",
		[]*cel.Type{positionType, positionType}, cel.IntType, cel.BinaryBinding(distance))),
	cel.Function("share", cel.Overload("share_integers_integer",
		[]*cel.Type{cel.ListType(cel.IntType), cel.IntType}, cel.IntType, cel.BinaryBinding(share))),
	cel.Function("clustered", cel.Overload("clustered_integers_integer",
		[]*cel.Type{cel.ListType(cel.IntType), cel.IntType}, cel.IntType, cel.BinaryBinding(clustered))),
	statistic("least", func(ns []int64) ref.Val {
		least := ns[0]
		for _, n := range ns {
			least = min(least, n)
		}
		return types.Int(least)
	}),
	statistic("greatest", func(ns []int64) ref.Val {
		greatest := ns[0]
		for _, n := range ns {
			greatest = max(greatest, n)
		}
		return types.Int(greatest)
	}),
	statistic("sum", func(ns []int64) ref.Val { return sum(ns) }),
	statistic("mean", func(ns []int64) ref.Val {
		total, ok := sum(ns).(types.Int)
		if !ok {
			return sum(ns)
		}
		return types.Int(floorDiv(int64(total), int64(len(ns))))
	}),
}

// within reports whether a position may lie in a place: only what is certainly outside, beyond the position's own
// accuracy, is not. A place without an outline holds every position, since it cannot tell.
func within(position, place ref.Val) ref.Val {
	at, ok := position.Value().(*rootline.Position)
	in, isSite := place.Value().(*site)
	switch {
	case !ok || !isSite:
		return types.NewErr("within takes a position and a place")
	case in.place == nil:
		return types.NewErr("the place %s is not known", in.id)
	case len(in.place.Outline) == 0:
		return types.True
	}
	return types.Bool(in.place.Contains(at.Point, at.Accuracy))
}

// distance is the metres between two positions, rounded up.
func distance(from, to ref.Val) ref.Val {
	a, ok := from.Value().(*rootline.Position)
	b, alsoOK := to.Value().(*rootline.Position)
	if !ok || !alsoOK {
		return types.NewErr("distance takes two positions")
	}
	return types.Int(rootline.Distance(a.Point, b.Point))
}

// share is how many of the samples reach a least value, in hundredths of a per cent, rounded down.
func share(samples, least ref.Val) ref.Val {
	ns, bad := integers(samples)
	bound, ok := least.(types.Int)
	switch {
	case bad != nil:
		return bad
	case !ok:
		return types.NewErr("share takes a list of integers and an integer")
	}
	reach := 0
	for _, n := range ns {
		if n >= int64(bound) {
			reach++
		}
	}
	return types.Int(reach * 10_000 / len(ns))
}

// clustered is the greatest number of samples in a row that do not reach a least value. The list is in the order in
// which the samples lie.
func clustered(samples, least ref.Val) ref.Val {
	ns, bad := integers(samples)
	bound, ok := least.(types.Int)
	switch {
	case bad != nil:
		return bad
	case !ok:
		return types.NewErr("clustered takes a list of integers and an integer")
	}
	row, most := 0, 0
	for _, n := range ns {
		if row++; n >= int64(bound) {
			row = 0
		}
		most = max(most, row)
	}
	return types.Int(most)
}

func statistic(name string, of func([]int64) ref.Val) cel.EnvOption {
	return cel.Function(name, cel.Overload(name+"_integers", []*cel.Type{cel.ListType(cel.IntType)}, cel.IntType,
		cel.UnaryBinding(func(list ref.Val) ref.Val {
			ns, bad := integers(list)
			if bad != nil {
				return bad
			}
			return of(ns)
		})))
}

// integers reads a list; an empty one has no statistics.
func integers(list ref.Val) ([]int64, ref.Val) {
	l, ok := list.(traits.Lister)
	if !ok {
		return nil, types.NewErr("this is not a list")
	}
	size, ok := l.Size().(types.Int)
	if !ok || size == 0 {
		return nil, types.NewErr("there are no samples")
	}
	ns := make([]int64, size)
	for i := range ns {
		n, ok := l.Get(types.Int(i)).(types.Int)
		if !ok {
			return nil, types.NewErr("sample %d is not an integer", i+1)
		}
		ns[i] = int64(n)
	}
	return ns, nil
}

func sum(ns []int64) ref.Val {
	var total types.Int
	for _, n := range ns {
		v, ok := total.Add(types.Int(n)).(types.Int)
		if !ok {
			return types.NewErr("the sum is too large")
		}
		total = v
	}
	return total
}

// floorDiv divides and rounds down, towards the smaller number also below zero.
func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}
