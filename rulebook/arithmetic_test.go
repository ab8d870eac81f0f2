package rulebook

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// TestArithmetic are the answers and the refusals at their bounds.
func TestArithmetic(t *testing.T) {
	for _, c := range []struct{ check, want string }{
		{"root(0) == 0 && root(1) == 1 && root(2) == 1 && root(3) == 2 && root(6) == 2 && root(7) == 3 && root(1000000) == 1000", ""},
		{"root(9223372036854775807) == 3037000500", ""},
		{"root(0 - 1) == 0", "rule-undecided"},
		{"cubeRoot(0) == 0 && cubeRoot(3) == 1 && cubeRoot(4) == 2 && cubeRoot(27) == 3 && cubeRoot(1000000000) == 1000", ""},
		{"cubeRoot(9223372036854775807) == 2097152", ""},
		{"cubeRoot(0 - 8) == 0", "rule-undecided"},
		{"power(2, 0) == 1 && power(0, 0) == 1 && power(-2, 3) == -8 && power(10, 18) == 1000000000000000000 && power(2, 62) > 0", ""},
		{"power(2, 63) > 0", "rule-undecided"},
		{"power(10, 19) > 0", "rule-undecided"},
		{"power(1, 63) == 1", ""},
		{"power(1, 64) == 1", "rule-undecided"},
		{"power(2, -1) == 0", "rule-undecided"},
		{"ratio(5, 1, 2) == 3 && ratio(-5, 1, 2) == -2 && ratio(5, 1, -2) == -2 && ratio(-5, -1, 2) == 3 && ratio(7, 1, 3) == 2 && ratio(8, 1, 3) == 3", ""},
		{"ratio(9223372036854775807, 9223372036854775807, 9223372036854775807) == 9223372036854775807", ""},
		{"ratio(9223372036854775807, 2, 1) > 0", "rule-undecided"},
		{"ratio(1, 1, 0) > 0", "rule-undecided"},
		{"deviation([2, 4, 4, 4, 5, 5, 7, 9]) == 2 && deviation([2, 4, 4, 4, 5, 5, 7, 9], 1000) == 2138 && deviation([7, 7]) == 0", ""},
		{"deviation([1686, 1687, 1686, 1685, 1687, 1686, 1686, 1687], 1000) == 707", ""},
		{"deviation([9223372036854775807, -9223372036854775807]) > 0", "rule-undecided"},
		{"deviation([7]) == 0", "rule-undecided"},
		{"deviation(event.data.samples.filter(s, s > 100)) == 0", "rule-undecided"},
		{"deviation([1, 2], 0) == 0", "rule-undecided"},
		{"deviation([1, 2], 1000001) == 0", "rule-undecided"},
		{"day(0, 0) == 0 && day(-1, 0) == -1 && day(57599, 8) == 0 && day(57600, 8) == 1 && day(86399, -12) == 0 && day(event.at, 8) == 20486", ""},
		{"day(0, 15) == 0", "rule-undecided"},
		{"day(0, -13) == 0", "rule-undecided"},
		{"day(9223372036854775807, 8) == 0", "rule-undecided"},
		{"day(-9223372036854775807, -8) == 0", "rule-undecided"},
	} {
		a, err := parseSmall(c.check, "asset.height")
		if err != nil {
			t.Errorf("%s:\n%v", c.check, err)
			continue
		}
		if _, refused := a.Decide(look(t)); codeOf(refused) != c.want {
			t.Errorf("%s: got %q (%v), want %q", c.check, codeOf(refused), refused, c.want)
		}
	}
}

// TestRoundingIsHalfUp holds halfUp, roots and deviations to what rounding half up means, without dividing: r is right when
// r − 1/2 ≤ exact < r + 1/2.
func TestRoundingIsHalfUp(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	any := func() int64 { return int64(random.Uint64()) >> random.IntN(64) }
	half := func(r *big.Int, up int64) *big.Int { return new(big.Int).Add(new(big.Int).Lsh(r, 1), big.NewInt(up)) } // 2r ± 1
	for range 20_000 {
		a, b := big.NewInt(any()), big.NewInt(any())
		if b.Sign() != 0 {
			r := halfUp(a, b)
			sign := big.NewInt(int64(b.Sign()))
			twice, size := new(big.Int).Mul(new(big.Int).Lsh(a, 1), sign), new(big.Int).Abs(b)
			if new(big.Int).Mul(half(r, -1), size).Cmp(twice) > 0 || new(big.Int).Mul(half(r, 1), size).Cmp(twice) <= 0 {
				t.Fatalf("%v / %v is not %v", a, b, r)
			}
		}
		n := new(big.Int).Abs(a)
		for degree := 2; degree <= 3; degree++ {
			r, scaled := rooted(n, degree), new(big.Int).Lsh(n, uint(degree))
			d := big.NewInt(int64(degree))
			if low := half(r, -1); low.Sign() > 0 && new(big.Int).Exp(low, d, nil).Cmp(scaled) > 0 || new(big.Int).Exp(half(r, 1), d, nil).Cmp(scaled) <= 0 {
				t.Fatalf("the root of degree %d of %v is not %v", degree, n, r)
			}
		}
	}
	for range 2_000 {
		ns, vals := make([]int64, 2+random.IntN(30)), []ref.Val{}
		for i := range ns {
			ns[i] = any() >> 20
			vals = append(vals, types.Int(ns[i]))
		}
		got, ok := deviation(types.NewRefValList(adapter{}, vals), types.Int(1)).(types.Int)
		again, _ := deviation(types.NewRefValList(adapter{}, reversed(vals)), types.Int(1)).(types.Int)
		if want := deviates(ns); !ok || got != again || math.Abs(float64(got)-want) > 0.51+want*1e-9 {
			t.Fatalf("%v deviate by %v, not %v", ns, want, got)
		}
	}
}

func reversed(vals []ref.Val) []ref.Val {
	out := slices.Clone(vals)
	slices.Reverse(out)
	return out
}

// deviates is the sample standard deviation as a textbook has it.
func deviates(ns []int64) float64 {
	mean, squares := 0.0, 0.0
	for _, n := range ns {
		mean += float64(n) / float64(len(ns))
	}
	for _, n := range ns {
		squares += (float64(n) - mean) * (float64(n) - mean)
	}
	return math.Sqrt(squares / float64(len(ns)-1))
}
