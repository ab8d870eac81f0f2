package rulebook

import (
	"maps"
	"slices"

	"github.com/rootline/rootline"
)

// larger are the units that a field may be typed and read in, by the unit of what is recorded, with how many powers of ten lie
// between. What is recorded stays a whole number of the smallest unit.
var larger = map[string]map[string]int{
	"um":    {"mm": 3, "cm": 4, "m": 6},
	"mm":    {"mm": 0, "cm": 1, "m": 3, "km": 6},
	"m":     {"m": 0, "km": 3},
	"mm2":   {"mm2": 0, "cm2": 2, "m2": 6},
	"cm2":   {"cm2": 0, "m2": 4},
	"m2":    {"m2": 0, "ha": 4, "km2": 6},
	"ml":    {"ml": 0, "l": 3, "m3": 6},
	"l":     {"l": 0, "m3": 3},
	"mg":    {"mg": 0, "g": 3, "kg": 6},
	"g":     {"g": 0, "kg": 3, "t": 6},
	"kg":    {"kg": 0, "t": 3},
	"Pa":    {"Pa": 0, "kPa": 3, "MPa": 6},
	"kPa":   {"kPa": 0, "MPa": 3},
	"N":     {"N": 0, "kN": 3},
	"kg/m3": {"kg/m3": 0, "g/cm3": 3, "t/m3": 3},
	"fen":   {"yuan": 2, "wan-yuan": 6},
}

// DateUnit is the unit of integers that are dates: days since 1970-01-01.
const DateUnit = "date"

// in reads the unit that people type and read a field in.
func (r *reader) in(f *Field, m entry) {
	name, ok := r.scalar(m)
	if !ok {
		return
	}
	digits, known := larger[f.Unit][name]
	switch units := slices.Sorted(maps.Keys(larger[f.Unit])); {
	case len(units) == 0:
		r.fail(m.key, m.path, both("\"in\" goes with integers of one of these units: %s", "\"in\" 用于以下单位的整数：%s"), inARow(slices.Sorted(maps.Keys(larger))))
	case !known:
		r.fail(m.value, m.path, both("%s is typed and read in one of %s, not in %q", "%s 可按以下单位填写和显示：%s，不能用 %q"), rootline.Text{En: f.Unit, Zh: f.Unit}, inARow(units), name)
	default:
		f.In, f.Digits = name, digits
	}
}
