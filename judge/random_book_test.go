package judge_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/rulebook"
)

const randomRef = "random@1"

// randomBook is a rulebook that was drawn: which kinds there are, what is made of what, what lies under what, and what is
// marked, how often and up to what.
type randomBook struct {
	kinds []randomKind
	yaml  string
}

type randomKind struct {
	name string
	// lot: it has an amount, of which others use. Otherwise it is one thing, with a size.
	lot bool
	// inputs are the kinds that it is made of, marked those at which it leaves a mark, under the kind that it lies under, "" for none.
	inputs, marked []string
	under          string
	// once: the mark is left once at a thing. Otherwise sizes are added up there, to cap at most.
	once bool
	cap  int
}

// mark is the name of the mark that things of the kind leave.
func (k *randomKind) mark() string { return "ofKind" + strings.ToUpper(k.name[len(k.name)-1:]) }

func drawBook(r *rand.Rand) *randomBook {
	b := &randomBook{}
	some := func(of []string) []string {
		of = slices.Clone(of)
		r.Shuffle(len(of), func(i, j int) { of[i], of[j] = of[j], of[i] })
		return of[:r.IntN(len(of)+1)]
	}
	var all, things []string
	for i := range 3 + r.IntN(3) {
		k := randomKind{name: fmt.Sprintf("kind-%c", 'a'+i), lot: r.IntN(3) == 0}
		if !k.lot {
			k.inputs, k.marked, k.once, k.cap = some(all), some(things), r.IntN(2) == 0, 5+r.IntN(20)
			if len(things) > 0 && r.IntN(2) == 0 {
				k.under = things[r.IntN(len(things))]
			}
			things = append(things, k.name)
		}
		all = append(all, k.name)
		b.kinds = append(b.kinds, k)
	}
	b.yaml = b.text()
	return b
}

func (b *randomBook) text() string {
	var marks, kinds strings.Builder
	for _, k := range b.kinds {
		title := fmt.Sprintf("{en: Kind %s, zh: 类别 %s}", k.name, k.name)
		if k.lot {
			fmt.Fprintf(&kinds, "  %s:\n    title: %s\n    unit: kg\n    lot: counted\n    states: {open: {en: Open, zh: 可用}}\n    actions:\n", k.name, title)
			fmt.Fprintf(&kinds, "      make: {title: {en: Deliver, zh: 进场}, creates: true, to: open, by: builder, asks: {amount: required}}\n")
			continue
		}
		fmt.Fprintf(&kinds, "  %s:\n    title: %s\n    unit: each\n", k.name, title)
		rule := ""
		if k.under != "" {
			fmt.Fprintf(&kinds, "    under: {kinds: {%s: open}, counts: {size: asset.size}}\n", k.under)
			rule = "        rules: [{check: under.children.size + event.data.size <= 30, code: over-size, says: {en: Too much., zh: 超出。}}]\n"
		}
		fmt.Fprintf(&kinds, "    states: {open: {en: Open, zh: 可用}}\n    fields: {size: {integer: mm, min: 1, max: 20, title: {en: Size, zh: 尺寸}}}\n    actions:\n")
		fmt.Fprintf(&kinds, "      make:\n        title: {en: Make, zh: 制作}\n        creates: true\n        to: open\n        by: builder\n        asks: {data: {size}}\n        keeps: {size}\n%s", rule)
		if len(k.inputs) > 0 {
			fmt.Fprintf(&kinds, "      use: {title: {en: Use, zh: 使用}, from: open, by: builder, asks: {inputs: {kinds: {%s}, min: 1, max: 3}}}\n", openOnes(k.inputs))
		}
		if len(k.marked) == 0 {
			continue
		}
		name := k.mark()
		if k.once {
			fmt.Fprintf(&marks, "  %s: {once: true}\n", name)
			fmt.Fprintf(&kinds, "      mark: {title: {en: Mark, zh: 标记}, from: open, by: builder, asks: {refs: {kinds: {%s}, max: 3}}, marks: {%s}}\n", openOnes(k.marked), name)
		} else {
			fmt.Fprintf(&marks, "  %s:\n", name)
			fmt.Fprintf(&kinds, "      mark:\n        title: {en: Mark, zh: 标记}\n        from: open\n        by: builder\n        asks: {data: {size}, refs: {kinds: {%s}, max: 3}}\n        marks: {%s: event.data.size}\n", openOnes(k.marked), name)
			fmt.Fprintf(&kinds, "        rules: [{check: \"refs.all(r, r.marked.%s + event.data.size <= %d)\", code: over-cap, says: {en: Too much., zh: 超出。}}]\n", name, k.cap)
		}
		fmt.Fprintf(&kinds, "      unmark: {title: {en: Take the mark away, zh: 取消标记}, from: open, by: builder, asks: {refs: {kinds: {%s}, max: 3}}, unmarks: %s}\n", openOnes(k.marked), name)
	}
	text := "rulebook: random\nversion: 1\ntitle: {en: Drawn at random, zh: 随机}\nroles:\n  builder: {en: Builder, zh: 施工人员}\n"
	if marks.Len() > 0 {
		text += "marks:\n" + marks.String()
	}
	return text + "kinds:\n" + kinds.String()
}

func openOnes(kinds []string) string { return strings.Join(kinds, ": open, ") + ": open" }

// Of rulebooks that were drawn at random, and any history under each: nothing is used beyond what there was, no single thing
// twice, nothing is counted twice or beyond its cap, what lies under is added up, and a replay gives the same bytes.
func TestRandomRulebooksAddUp(t *testing.T) {
	r := rand.New(rand.NewPCG(16, 7))
	for n := range 8 {
		b := drawBook(r)
		if _, err := rulebook.Parse([]byte(b.yaml)); err != nil {
			t.Fatalf("the book that was drawn is none: %v\n%s", err, b.yaml)
		}
		w := judgetest.NewWorld(t)
		w.Adopt([]byte(b.yaml), randomRef)
		builder := w.Enrol(judgetest.Contractor, "builder")
		start := w.State.Records()
		begin := func() *judgetest.State {
			s := judgetest.NewState()
			for _, record := range start {
				s.Apply([]rootline.Record{record})
			}
			return s
		}
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				var subs []rootline.Submission
				made := map[string][]string{}
				for range rapid.IntRange(10, 40).Draw(t, "events") {
					subs = append(subs, w.Sign(builder, b.draw(t, made)))
				}
				q := &quarry{world: w}
				state := begin()
				accepted, _ := q.oneByOne(t, state, subs)
				b.addsUp(t, state, accepted)
				again := begin()
				if replayed, _ := q.oneByOne(t, again, accepted); len(replayed) != len(accepted) || dump(t, again) != dump(t, state) {
					t.Fatalf("the replay differs: %d of %d were accepted", len(replayed), len(accepted))
				}
				if d, err := judge.New().Record(again, accepted, w.Now); err != nil || len(d.Refused) > 0 || len(d.Writes) > 0 {
					t.Fatalf("once more: %v, %v", d, err)
				}
			})
		})
	}
}

// draw makes an event of a few things, so that events meet. `made` are the codes of each kind.
func (b *randomBook) draw(t *rapid.T, made map[string][]string) *rootline.Event {
	there := func(kinds []string) bool {
		return slices.ContainsFunc(kinds, func(kind string) bool { return len(made[kind]) > 0 })
	}
	// A kind has two things before anything is done with them, and then none is made any more where something can be done.
	var busy []randomKind
	for _, k := range b.kinds {
		if len(made[k.name]) < 2 || there(k.inputs) || there(k.marked) {
			busy = append(busy, k)
		}
	}
	k := b.kinds[0]
	if len(busy) > 0 {
		k = rapid.SampledFrom(busy).Draw(t, "kind")
	}
	one := func(kind string) string {
		if len(made[kind]) == 0 {
			return judgetest.Code(judgetest.Contractor)
		}
		return rapid.SampledFrom(made[kind]).Draw(t, "code")
	}
	several := func(kinds []string, most int) (codes []string) {
		for range rapid.IntRange(1, most).Draw(t, "of") {
			if code := one(rapid.SampledFrom(kinds).Draw(t, "of kind")); !slices.Contains(codes, code) {
				codes = append(codes, code)
			}
		}
		return codes
	}
	size := func() json.RawMessage {
		return json.RawMessage(fmt.Sprintf(`{"size":%d}`, rapid.IntRange(1, 12).Draw(t, "size")))
	}
	e := &rootline.Event{Rulebook: randomRef, Action: "make"}
	may := []string{"make"}
	if len(made[k.name]) > 1 && there(k.inputs) {
		may = append(may, "use", "use")
	}
	if len(made[k.name]) > 1 && there(k.marked) {
		may = append(may, "mark", "mark", "unmark")
	}
	if len(made[k.name]) > 3 && len(may) > 1 {
		may = may[1:]
	}
	e.Action = rapid.SampledFrom(may).Draw(t, "action")
	switch {
	case e.Action == "use":
		e.Asset = one(k.name)
		for _, code := range several(k.inputs, 2) {
			e.Inputs = append(e.Inputs, rootline.Input{Asset: code, Amount: rapid.Int64Range(1, 4).Draw(t, "amount")})
		}
	case e.Action == "mark" || e.Action == "unmark":
		e.Asset, e.Refs = one(k.name), several(k.marked, map[string]int{"mark": 3, "unmark": 1}[e.Action])
		if e.Action == "mark" && !k.once {
			e.Data = size()
		}
	default:
		e.Kind, e.Asset = k.name, judgetest.Code(judgetest.Contractor)
		made[k.name] = append(made[k.name], e.Asset)
		if k.lot {
			e.Amount = rapid.Int64Range(1, 9).Draw(t, "delivered")
			break
		}
		e.Data = size()
		if k.under != "" {
			e.Under = one(k.under)
		}
	}
	return e
}

// addsUp adds the accepted events up by itself, and compares the records with the sums.
func (b *randomBook) addsUp(t *rapid.T, state *judgetest.State, accepted []rootline.Submission) {
	type left struct{ thing, by, mark string }
	kindOf, used, sizes := map[string]*randomKind{}, map[string]int64{}, map[string]int64{}
	delivered, lying, beneath := map[string]int64{}, map[string]int64{}, map[string]int64{}
	marks := map[left]int64{}
	for _, sub := range accepted {
		e := parsed(t, sub)
		var data struct{ Size int64 }
		if len(e.Data) > 0 {
			if err := json.Unmarshal(e.Data, &data); err != nil {
				t.Fatal(err)
			}
		}
		switch e.Action {
		case "make":
			i := slices.IndexFunc(b.kinds, func(k randomKind) bool { return k.name == e.Kind })
			kindOf[e.Asset], delivered[e.Asset], sizes[e.Asset] = &b.kinds[i], e.Amount, data.Size
			if e.Under != "" {
				lying[e.Under]++
				beneath[e.Under] += data.Size
			}
		case "use":
			for _, in := range e.Inputs {
				used[in.Asset] += in.Amount
			}
		case "mark":
			k := kindOf[e.Asset]
			for _, thing := range e.Refs {
				key := left{thing, e.Asset, k.mark()}
				if k.once {
					marks[key]++
				} else {
					marks[key] += data.Size
				}
			}
		case "unmark":
			for _, thing := range e.Refs {
				delete(marks, left{thing, e.Asset, kindOf[e.Asset].mark()})
			}
		}
	}
	atThing := map[[2]string]int64{}
	for key, n := range marks {
		atThing[[2]string{key.thing, key.mark}] += n
	}
	for code, k := range kindOf {
		record := state.Records()[rootline.Ref{Space: rootline.SpaceAsset, ID: code}].(*rootline.Asset)
		switch {
		case k.lot && (record.Quantity.Total != delivered[code] || record.Quantity.Left != delivered[code]-used[code] || record.Quantity.Left < 0):
			t.Fatalf("%d were delivered, %d used, and the record says %+v", delivered[code], used[code], record.Quantity)
		case !k.lot && used[code] > 1:
			t.Fatalf("a single thing was used %d times", used[code])
		case record.Children["total"] != lying[code] || record.Children["size"] != beneath[code]:
			t.Fatalf("%d of size %d lie under it, and the record says %v", lying[code], beneath[code], record.Children)
		}
		for i := range b.kinds {
			by := &b.kinds[i]
			n := atThing[[2]string{code, by.mark()}]
			if most := int64(by.cap); by.once && n > 1 || !by.once && n > most {
				t.Fatalf("%s has %d of %s", code, n, by.mark())
			}
			r, _ := state.Records()[rootline.Ref{Space: rootline.SpaceMark, ID: rootline.MarkID(code, "random", by.mark(), "", "")}].(*rootline.Mark)
			if r == nil {
				r = &rootline.Mark{}
			}
			if sum := map[bool]int64{true: r.Count, false: r.Sum}[by.once]; sum != n {
				t.Fatalf("%s has %d of %s, and its record says %+v", code, n, by.mark(), r)
			}
		}
	}
}
