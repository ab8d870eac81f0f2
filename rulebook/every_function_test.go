package rulebook

import (
	"slices"
	"testing"
)

// vectors is for each function of the language what holds at its bounds, and what leaves a rule undecided. Functions that always
// have an answer have none of the latter. The pages evaluate nothing: what they show of rules comes from the gateway, which decides
// by this package. The tables of a rulebook are looked up in TestTablesAreLookedUp.
var vectors = map[string]struct{ holds, undecided []string }{
	"within":    {[]string{"within(event.place, asset.place)"}, []string{"within(asset.position, asset.place)", "within(event.place, asset.plot)"}},
	"distance":  {[]string{"distance(event.place, event.place) == 0"}, []string{"distance(event.place, asset.position) == 0"}},
	"share":     {[]string{"share([1], 1) == 10000 && share([1, 2, 3], 2) == 6666 && share([-1], 0) == 0"}, []string{"share(event.data.samples.filter(s, s > 100), 1) == 0"}},
	"clustered": {[]string{"clustered([5], 5) == 0 && clustered([4], 5) == 1 && clustered([1, 9, 1, 1], 5) == 2"}, []string{"clustered(event.data.samples.filter(s, s > 100), 1) == 0"}},
	"least": {[]string{"least([9223372036854775807]) == 9223372036854775807 && least([-9223372036854775808, 0]) == -9223372036854775808"},
		[]string{"least(event.data.samples.filter(s, s > 100)) == 0"}},
	"greatest": {[]string{"greatest([9223372036854775807, 0]) == 9223372036854775807 && greatest([-9223372036854775808]) == -9223372036854775808"},
		[]string{"greatest(event.data.samples.filter(s, s > 100)) == 0"}},
	"sum": {[]string{"sum([9223372036854775806, 1]) == 9223372036854775807 && sum([-9223372036854775807, -1]) == -9223372036854775808"},
		[]string{"sum([9223372036854775807, 1]) > 0", "sum([-9223372036854775808, -1]) < 0", "sum(event.data.samples.filter(s, s > 100)) == 0"}},
	"mean": {[]string{"mean([1, 2]) == 1 && mean([-1, -2]) == -2 && mean([9223372036854775807]) == 9223372036854775807"},
		[]string{"mean([9223372036854775807, 1]) > 0", "mean(event.data.samples.filter(s, s > 100)) == 0"}},
	"deviation": {[]string{"deviation([7, 7]) == 0 && deviation([1, 2], 1000000) == 707107"},
		[]string{"deviation([7]) == 0", "deviation([1, 2], 0) == 0", "deviation([1, 2], 1000001) == 0"}},
	"ratio": {[]string{"ratio(9223372036854775807, 9223372036854775807, 9223372036854775807) == 9223372036854775807 && ratio(-5, 1, 2) == -2"},
		[]string{"ratio(1, 1, 0) == 0", "ratio(9223372036854775807, 2, 1) > 0"}},
	"root":     {[]string{"root(0) == 0 && root(9223372036854775807) == 3037000500"}, []string{"root(-1) == 0"}},
	"cubeRoot": {[]string{"cubeRoot(0) == 0 && cubeRoot(9223372036854775807) == 2097152"}, []string{"cubeRoot(-1) == 0"}},
	"power":    {[]string{"power(0, 0) == 1 && power(1, 63) == 1 && power(-2, 63) == -9223372036854775808"}, []string{"power(2, 63) > 0", "power(1, 64) == 1", "power(2, -1) == 0"}},
	"day":      {[]string{"day(86399, 0) == 0 && day(86400, 0) == 1 && day(-1, 0) == -1 && day(0, -12) == -1 && day(36000, 14) == 1"}, []string{"day(0, 15) == 0", "day(0, -13) == 0"}},

	"size":       {[]string{"size('') == 0 && size('路') == 1 && size([1, 2]) == 2 && 'ab'.size() == 2 && [1].size() == 1"}, nil},
	"contains":   {[]string{"'wall'.contains('') && !'wall'.contains('x')"}, nil},
	"startsWith": {[]string{"'wall'.startsWith('wall') && !'wall'.startsWith('walls')"}, nil},
	"endsWith":   {[]string{"'wall'.endsWith('ll') && !'wall'.endsWith('la')"}, nil},

	"_+_":  {[]string{"9223372036854775806 + 1 == 9223372036854775807"}, []string{"9223372036854775807 + 1 > 0"}},
	"_-_":  {[]string{"-9223372036854775807 - 1 == -9223372036854775808"}, []string{"-9223372036854775808 - 1 < 0"}},
	"_*_":  {[]string{"4611686018427387904 * -2 == -9223372036854775808"}, []string{"4611686018427387904 * 2 > 0"}},
	"_/_":  {[]string{"-7 / 2 == -3 && 7 / -2 == -3"}, []string{"1 / (asset.seq - 2) == 0", "-9223372036854775808 / (1 - asset.seq) > 0"}},
	"_%_":  {[]string{"-7 % 2 == -1 && 7 % -2 == 1"}, []string{"1 % (asset.seq - 2) == 0"}},
	"-_":   {[]string{"-(-9223372036854775807) == 9223372036854775807"}, []string{"-(-9223372036854775806 - asset.seq) > 0"}},
	"_[_]": {[]string{"[5, 6][1] == 6"}, []string{"[5, 6][asset.seq] == 6", "[5][-1] == 5"}},
	"_==_": {[]string{"1 == 1 && 'a' == 'a' && [1] == [1]"}, nil},
	"_!=_": {[]string{"1 != 2 && 'a' != 'b' && [1] != [1, 1]"}, nil},
	"_<_":  {[]string{"-1 < 0 && !(0 < 0)"}, nil},
	"_<=_": {[]string{"0 <= 0 && !(1 <= 0)"}, nil},
	"_>_":  {[]string{"1 > 0 && !(0 > 0)"}, nil},
	"_>=_": {[]string{"0 >= 0 && !(-1 >= 0)"}, nil},
	"@in":  {[]string{"1 in [0, 1] && !(2 in [0, 1])"}, nil},
	"!_":   {[]string{"!(1 == 2)"}, nil},
	// An answer that does not need what is undecided is given all the same.
	"_&&_":                {[]string{"!(1 == 2 && root(-1) == 0)"}, []string{"1 == 1 && root(-1) == 0"}},
	"_||_":                {[]string{"1 == 1 || root(-1) == 0"}, []string{"1 == 2 || root(-1) == 0"}},
	"_?_:_":               {[]string{"1 == 1 ? true : root(-1) == 0"}, []string{"1 == 2 ? true : root(-1) == 0"}},
	"@not_strictly_false": {[]string{"[1, 2].all(n, n > 0) && [1, 2].exists(n, n > 1) && [1, 2].exists_one(n, n > 1)"}, []string{"[1].all(n, root(-n) == 0)"}},
}

// Every function that an expression can call has its vectors, so that none is added without its bounds and its refusals.
func TestEveryFunctionHasItsVectors(t *testing.T) {
	env, err := base()
	if err != nil {
		t.Fatal(err)
	}
	for name := range env.Functions() {
		if _, ok := vectors[name]; !ok {
			t.Errorf("%s has no vectors", name)
		}
	}
	for name, v := range vectors {
		if env.Functions()[name] == nil {
			t.Errorf("%s is no function of the language", name)
		}
		for _, check := range slices.Concat(v.holds, v.undecided) {
			want := ""
			if slices.Contains(v.undecided, check) {
				want = "rule-undecided"
			}
			a, err := parseSmall(check, "asset.height")
			if err != nil {
				t.Errorf("%s:\n%v", check, err)
				continue
			}
			if _, refused := a.Decide(look(t)); codeOf(refused) != want {
				t.Errorf("%s: got %q (%v), want %q", check, codeOf(refused), refused, want)
			}
		}
	}
}
