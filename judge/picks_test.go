package judge_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// picking has a division tell the greatest, the least and the last layer of its elements, and the unit those of its divisions. What
// was dug out counts as none. Layers need none below them.
var picking = []string{
	"        depth: asset.depth\n", `        top: {greatest: "asset.state == 'gone' ? 0 : asset.layer"}
        bottom: {least: "asset.state == 'gone' ? 100 : asset.layer"}
        latest: {last: asset.layer}
`,
	"      optional: true\n      counts:\n", `      optional: true
      counts:
        highest: {greatest: children.top}
        lowest: {least: children.bottom}
        newest: {last: children.latest}
`,
	`"event.data.layer == 1 || `, `"event.data.layer > 0 || `,
	"unique: [asset.under, event.data.layer]", "unique: [asset.id]",
	"children.total > 0 && children.accepted == children.total && children.frozen == 0", "children.top <= 5",
}

// What is told of several levels is what a list of all elements tells, whatever is done in whatever order, and a rule reads it.
func TestTheGreatestTheLeastAndTheLastClimb(t *testing.T) {
	passed, refused := 0, 0
	for seed := range uint64(6) {
		random := rand.New(rand.NewPCG(seed, 16))
		w := newWorks(t, picking...)
		unit := w.begin(w.manager, "unit", "start", "", nil)
		var (
			divisions, elements []string
			in                  = map[string]string{}
			layers              = map[string][2]int64{} // of an element, as the greatest and as the least
			last                = map[string]int64{}
		)
		for range 40 {
			switch n := random.IntN(6); {
			case len(divisions) == 0 || n == 0 && len(divisions) < 3:
				divisions = append(divisions, w.begin(w.manager, "division", "start", "", under(unit)))
			case len(elements) == 0 || n < 4:
				division, layer := divisions[random.IntN(len(divisions))], random.Int64N(9)+1
				e := w.begin(w.builder, "element", "start", fmt.Sprintf(`{"layer":%d}`, layer), under(division))
				elements, in[e], layers[e] = append(elements, e), division, [2]int64{layer, layer}
				last[unit], last[division] = layer, layer
			default:
				if e := elements[random.IntN(len(elements))]; w.Try(w.builder, act(e, "dig-out", "")) == nil {
					layers[e] = [2]int64{0, 100}
				}
			}
			var tops, bottoms []int64
			for _, d := range divisions {
				var top, bottom []int64
				for _, e := range elements {
					if in[e] == d {
						top, bottom = append(top, layers[e][0]), append(bottom, layers[e][1])
					}
				}
				w.told(d, "greatest/top", slices.Max, top)
				w.told(d, "least/bottom", slices.Min, bottom)
				if len(top) > 0 {
					w.told(d, "last/latest", slices.Max, []int64{last[d]})
					tops, bottoms = append(tops, slices.Max(top)), append(bottoms, slices.Min(bottom))
				}
			}
			w.told(unit, "greatest/highest", slices.Max, tops)
			w.told(unit, "least/lowest", slices.Min, bottoms)
			// The last number that changed: that of another division may be told twice.
			if l := asset(w.World, unit).Tallies["last/newest"]; len(elements) > 0 && len(l.Values) != 1 {
				t.Fatalf("the last is %+v", l)
			}
		}
		for _, d := range divisions {
			top, known := asset(w.World, d).Tallies["greatest/top"].Best()
			err := w.Try(w.builder, act(d, "accept", good))
			switch {
			case !known:
				w.refused("rule-undecided", err)
			case top > 5:
				w.refused("elements-open", err)
				refused++
			case err != nil:
				t.Errorf("%d: %v", top, err)
			default:
				passed++
			}
		}
	}
	if passed == 0 || refused == 0 {
		t.Errorf("%d passed and %d refused: the histories show nothing", passed, refused)
	}
}

func (w *works) told(id, name string, of func([]int64) int64, all []int64) {
	w.T.Helper()
	best, known := asset(w.World, id).Tallies[name].Best()
	if known != (len(all) > 0) || known && best != of(all) {
		w.T.Fatalf("%s of %v is %d (%v)", name, all, best, known)
	}
}
