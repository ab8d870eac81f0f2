package importer

import (
	"errors"
	"math/big"

	"github.com/rootline/rootline/numeral"
	"github.com/rootline/rootline/strictjson"
)

// round gives the nearest whole number, halves away from zero.
func round(r *big.Rat) *big.Int {
	twice := new(big.Int).Lsh(new(big.Int).Abs(r.Num()), 1)
	twice.Add(twice, r.Denom())
	n := twice.Quo(twice, new(big.Int).Lsh(r.Denom(), 1))
	if r.Sign() < 0 {
		n.Neg(n)
	}
	return n
}

// toInteger gives n as an integer of JSON; ok is false when it is too large.
func toInteger(n *big.Int) (int64, bool) {
	if !n.IsInt64() || n.Int64() > strictjson.MaxInteger || n.Int64() < -strictjson.MaxInteger {
		return 0, false
	}
	return n.Int64(), true
}

// units gives each unit's dimension and size, as a fraction of the dimension's basic unit.
var units = map[string]struct {
	dimension string
	size      *big.Rat
}{
	"mm": {"length", big.NewRat(1, 1000)}, "cm": {"length", big.NewRat(1, 100)}, "dm": {"length", big.NewRat(1, 10)},
	"m": {"length", big.NewRat(1, 1)}, "km": {"length", big.NewRat(1000, 1)},
	"m2": {"area", big.NewRat(1, 1)}, "ha": {"area", big.NewRat(10_000, 1)}, "mu": {"area", big.NewRat(2000, 3)},
	"l": {"volume", big.NewRat(1, 1000)}, "m3": {"volume", big.NewRat(1, 1)},
	// Customary units, exact in metric ones since 1959: an inch is 25.4 mm, a pound 453.59237 g.
	"in": {"length", big.NewRat(254, 10_000)}, "ft": {"length", big.NewRat(3048, 10_000)}, "yd": {"length", big.NewRat(9144, 10_000)},
	"ft2": {"area", big.NewRat(9_290_304, 100_000_000)}, "acre": {"area", big.NewRat(40_468_564_224, 10_000_000)},
	"ft3": {"volume", big.NewRat(28_316_846_592, 1_000_000_000_000)}, "yd3": {"volume", big.NewRat(764_554_857_984, 1_000_000_000_000)},
	"lb": {"mass", big.NewRat(45_359_237, 100_000_000)},
	"g":  {"mass", big.NewRat(1, 1000)}, "kg": {"mass", big.NewRat(1, 1)}, "t": {"mass", big.NewRat(1000, 1)},
	"fen": {"money", big.NewRat(1, 100)}, "yuan": {"money", big.NewRat(1, 1)},
	"s": {"time", big.NewRat(1, 1)}, "min": {"time", big.NewRat(60, 1)}, "h": {"time", big.NewRat(3600, 1)}, "d": {"time", big.NewRat(86400, 1)},
	"percent": {"share", big.NewRat(1, 100)}, "permille": {"share", big.NewRat(1, 1000)},
}

// factor is what a number in one unit is multiplied by to be in another; nil when they measure different things.
func factor(from, to string) *big.Rat {
	a, okA := units[from]
	b, okB := units[to]
	if !okA || !okB || a.dimension != b.dimension {
		return nil
	}
	return new(big.Rat).Quo(a.size, b.size)
}

// MicroDegrees reads decimal degrees into micro-degrees, to the nearest, halves away from zero. The arithmetic is exact:
// no binary fraction comes in between. Nobody groups degrees by thousands: a lone separator stands before decimals.
func MicroDegrees(s string) (int64, bool) {
	r, err := numeral.Read(s, numeral.Unsaid)
	var either *numeral.AmbiguousError
	if errors.As(err, &either) {
		r = either.Decimal
	} else if err != nil {
		return 0, false
	}
	return toInteger(round(r.Mul(r, big.NewRat(1_000_000, 1))))
}
