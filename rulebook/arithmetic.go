package rulebook

import (
	"math"
	"math/big"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// Arithmetic of whole numbers that is exact before it rounds: nothing here is a float, so that every machine gives the same.
// What is rounded is rounded half up: 2.5 to 3, and −2.5 to −2.

// arithmetic are the functions. Each refuses what has no answer in 64 bits, which leaves the rule undecided.
var arithmetic = []cel.EnvOption{
	numeric("root", 1, func(n []int64) (*big.Int, string) {
		if n[0] < 0 {
			return nil, "a number below zero has no root"
		}
		return rooted(big.NewInt(n[0]), 2), ""
	}),
	numeric("cubeRoot", 1, func(n []int64) (*big.Int, string) {
		if n[0] < 0 {
			return nil, "a cube root is taken of no number below zero"
		}
		return rooted(big.NewInt(n[0]), 3), ""
	}),
	numeric("power", 2, func(n []int64) (*big.Int, string) {
		if n[1] < 0 || n[1] > maxPower {
			return nil, "a power is from 0 to 63"
		}
		return new(big.Int).Exp(big.NewInt(n[0]), big.NewInt(n[1]), nil), ""
	}),
	numeric("ratio", 3, func(n []int64) (*big.Int, string) {
		if n[2] == 0 {
			return nil, "divided by zero"
		}
		return halfUp(new(big.Int).Mul(big.NewInt(n[0]), big.NewInt(n[1])), big.NewInt(n[2])), ""
	}),
	cel.Function("deviation",
		cel.Overload("deviation_integers", []*cel.Type{cel.ListType(cel.IntType)}, cel.IntType,
			cel.UnaryBinding(func(list ref.Val) ref.Val { return deviation(list, types.Int(1)) })),
		cel.Overload("deviation_integers_integer", []*cel.Type{cel.ListType(cel.IntType), cel.IntType}, cel.IntType,
			cel.BinaryBinding(deviation))),
	cel.Function("day", cel.Overload("day_integer_integer", []*cel.Type{cel.IntType, cel.IntType}, cel.IntType, cel.BinaryBinding(day))),
}

const (
	maxPower = 63
	// maxScale bounds what a deviation is multiplied with before it is rounded.
	maxScale = 1_000_000
	// Offsets of local time from UTC, in hours.
	leastOffset, mostOffset = -12, 14
)

// numeric declares a function of so many integers. What it gives, if anything, is a number or the reason why there is none.
func numeric(name string, arguments int, of func([]int64) (*big.Int, string)) cel.EnvOption {
	ints := make([]*cel.Type, arguments)
	for i := range ints {
		ints[i] = cel.IntType
	}
	apply := func(args ...ref.Val) ref.Val {
		n := make([]int64, len(args))
		for i, a := range args {
			v, ok := a.(types.Int)
			if !ok {
				return types.NewErr("%s takes integers", name)
			}
			n[i] = int64(v)
		}
		out, reason := of(n)
		if reason != "" {
			return types.NewErr("%s: %s", name, reason)
		}
		return whole(name, out)
	}
	return cel.Function(name, cel.Overload(name+"_integers", ints, cel.IntType, cel.FunctionBinding(apply)))
}

// whole is a number of 64 bits, or a mistake when it has more.
func whole(name string, n *big.Int) ref.Val {
	if !n.IsInt64() {
		return types.NewErr("%s: the result is too large", name)
	}
	return types.Int(n.Int64())
}

// halfUp divides and rounds to the nearest whole number, a half upwards: ⌊a/b + 1/2⌋.
func halfUp(a, b *big.Int) *big.Int {
	twice := new(big.Int).Lsh(b, 1)
	up := new(big.Int).Add(new(big.Int).Lsh(a, 1), b)
	if twice.Sign() < 0 {
		twice.Neg(twice)
		up.Neg(up)
	}
	return up.Div(up, twice) // Euclid's division rounds down where the divisor is above zero
}

// Ratio is a × b / c, exact until it is rounded half up, as rules have it; ok is false where there is none in 64 bits.
func Ratio(a, b, c int64) (n int64, ok bool) {
	if c == 0 {
		return 0, false
	}
	out := halfUp(new(big.Int).Mul(big.NewInt(a), big.NewInt(b)), big.NewInt(c))
	return out.Int64(), out.IsInt64()
}

// rooted is the square or cube root, rounded half up: ⌊(⌊2r⌋ + 1)/2⌋, where 2r is the root of 4n or 8n.
func rooted(n *big.Int, degree int) *big.Int {
	scaled := new(big.Int).Lsh(n, uint(degree))
	var twice *big.Int
	if degree == 2 {
		twice = new(big.Int).Sqrt(scaled)
	} else {
		twice = cubed(scaled)
	}
	return twice.Rsh(twice.Add(twice, big.NewInt(1)), 1)
}

// cubed is the greatest number whose cube is not above n.
func cubed(n *big.Int) *big.Int {
	low, high := new(big.Int), new(big.Int).Lsh(big.NewInt(1), uint(n.BitLen()/3+1))
	for one := big.NewInt(1); new(big.Int).Sub(high, low).Cmp(one) > 0; {
		middle := new(big.Int).Rsh(new(big.Int).Add(low, high), 1)
		if new(big.Int).Exp(middle, big.NewInt(3), nil).Cmp(n) > 0 {
			high = middle
		} else {
			low = middle
		}
	}
	return low
}

// deviation is the standard deviation of samples, with one less than their number below the line, times a scale, rounded half up.
func deviation(list, scale ref.Val) ref.Val {
	ns, bad := integers(list)
	by, ok := scale.(types.Int)
	switch {
	case bad != nil:
		return bad
	case !ok || by < 1 || by > maxScale:
		return types.NewErr("deviation: a scale is from 1 to %d", maxScale)
	case len(ns) < 2:
		return types.NewErr("deviation: one sample deviates from nothing")
	}
	sum, squares, count := new(big.Int), new(big.Int), big.NewInt(int64(len(ns)))
	for _, n := range ns {
		b := big.NewInt(n)
		sum.Add(sum, b)
		squares.Add(squares, new(big.Int).Mul(b, b))
	}
	// s² = (n Σx² − (Σx)²) / (n (n − 1)); ⌊2s⌋ is the root of ⌊4s²⌋.
	above := new(big.Int).Sub(squares.Mul(squares, count), sum.Mul(sum, sum))
	above.Mul(above, new(big.Int).Mul(big.NewInt(4*int64(by)), big.NewInt(int64(by))))
	below := new(big.Int).Mul(count, big.NewInt(int64(len(ns)-1)))
	twice := new(big.Int).Sqrt(above.Quo(above, below))
	return whole("deviation", twice.Rsh(twice.Add(twice, big.NewInt(1)), 1))
}

// day is the date of a moment where local time is so many hours ahead of UTC, as days since 1970-01-01.
func day(moment, offset ref.Val) ref.Val {
	at, ok := moment.(types.Int)
	hours, alsoOK := offset.(types.Int)
	switch {
	case !ok || !alsoOK || hours < leastOffset || hours > mostOffset:
		return types.NewErr("day: local time is %d to %d hours ahead of UTC", leastOffset, mostOffset)
	case at > math.MaxInt64-mostOffset*3600 || at < math.MinInt64-leastOffset*3600:
		return types.NewErr("day: no such moment")
	}
	return types.Int(floorDiv(int64(at)+int64(hours)*3600, 24*60*60))
}
