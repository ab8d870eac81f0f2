package judge_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/judge/judgetest"
)

// yard is the few things that a history of works is about.
type yard struct {
	*works
	q                                       *quarry // its state and its recording
	divisions, elements, lots, silos, mixes []string
	recalls                                 []string
	// unit is what the divisions lie under.
	unit string
	// mending lets accepted elements be rejected again.
	mending bool
}

var theYard struct {
	once  sync.Once
	works *works
	start map[rootline.Ref]rootline.Record
}

func newYard(t *testing.T, mending bool) func() *yard {
	theYard.once.Do(func() {
		theYard.works = newWorks(t)
		theYard.start = theYard.works.State.Records()
	})
	return func() *yard {
		w := theYard.works
		y := &yard{works: w, q: &quarry{world: w.World, start: theYard.start}, mending: mending}
		for _, c := range []struct {
			into *[]string
			n    int
		}{{&y.divisions, 2}, {&y.elements, 6}, {&y.lots, 2}, {&y.silos, 1}, {&y.mixes, 2}} {
			for range c.n {
				*c.into = append(*c.into, judgetest.Code(judgetest.Contractor))
			}
		}
		for i := range y.divisions {
			y.divisions[i] = judgetest.Code(judgetest.Owner)
		}
		y.unit = judgetest.Code(judgetest.Owner)
		return y
	}
}

// drawn is an event and who signs it.
type drawn struct {
	by *judgetest.Person
	e  *rootline.Event
}

func (y *yard) history(t *rapid.T) []rootline.Submission {
	var list []drawn
	begin := func(by *judgetest.Person, kind, action string, amount int64, codes []string) {
		for _, code := range codes {
			e := act(code, action, "")
			e.Kind, e.Amount = kind, amount
			list = append(list, drawn{by, e})
		}
	}
	begin(y.manager, "unit", "start", 0, []string{y.unit})
	begin(y.manager, "division", "start", 0, y.divisions)
	for _, d := range list[1:] {
		d.e.Under = y.unit
	}
	begin(y.supplier, "cement", "deliver", 20, y.lots)
	for range rapid.IntRange(10, 60).Draw(t, "events") {
		switch rapid.IntRange(0, 11).Draw(t, "turn") {
		case 0:
			list = append(list, y.storeys(t)...)
		case 1:
			list = append(list, y.finish(t)...)
		default:
			list = append(list, y.draw(t))
		}
	}
	subs := make([]rootline.Submission, len(list))
	for i, d := range list {
		subs[i] = y.Sign(d.by, d.e)
	}
	return subs
}

// storeys are events that most likely make two layers, one on the other.
func (y *yard) storeys(t *rapid.T) []drawn {
	codes := rapid.Permutation(y.elements).Draw(t, "elements")
	first, second := act(codes[0], "start", `{"layer":1}`), act(codes[1], "start", `{"layer":2}`)
	first.Kind, second.Kind = "element", "element"
	first.Under = rapid.SampledFrom(y.divisions).Draw(t, "division")
	second.Under, second.Refs = first.Under, []string{codes[0]}
	return []drawn{{y.builder, first}, {y.supervisor, act(codes[0], "accept", good)}, {y.builder, second}}
}

// finish are events that most likely end in a joint acceptance.
func (y *yard) finish(t *rapid.T) []drawn {
	var list []drawn
	for _, code := range y.elements {
		list = append(list, drawn{y.supervisor, act(code, "accept", good)})
	}
	division := rapid.SampledFrom(y.divisions).Draw(t, "division")
	for _, p := range rapid.Permutation([]*judgetest.Person{y.builder, y.supervisor, y.manager}).Draw(t, "order") {
		list = append(list, drawn{p, act(division, "accept", good)})
	}
	return list
}

func (y *yard) draw(t *rapid.T) drawn {
	one := func(codes []string) string { return rapid.SampledFrom(codes).Draw(t, "code") }
	actions := []string{
		"start", "start", "start", "start", "fill", "fill", "fill", "place", "mix", "silo", "top-up", "dig-out", "inspect",
		"pass", "pass", "pass", "pass", "accept", "accept", "accept", "accept", "accept", "object", "reopen", "recall", "add", "release", "close",
	}
	if y.mending {
		actions = append(actions, "reject", "reject")
	}
	switch action := rapid.SampledFrom(actions).Draw(t, "action"); action {
	case "start":
		e := act(one(y.elements), "start", fmt.Sprintf(`{"layer":%d}`, rapid.IntRange(1, 3).Draw(t, "layer")))
		e.Kind, e.Under = "element", one(y.divisions)
		if rapid.IntRange(0, 2).Draw(t, "refs") > 0 {
			if below := one(y.elements); below != e.Asset {
				e.Refs = []string{below}
			}
		}
		return drawn{y.builder, e}
	case "fill", "place":
		pool := y.lots
		if action == "fill" {
			pool = slices.Concat(y.lots, y.silos, y.mixes)
		}
		return y.using(t, act(one(y.elements), action, ""), pool)
	case "mix":
		e := act(one(y.mixes), "mix", "")
		e.Kind = "mix"
		return y.using(t, e, slices.Concat(y.lots, y.silos))
	case "silo", "top-up":
		d := y.using(t, act(y.silos[0], "top-up", ""), y.lots)
		if action == "silo" {
			d.e.Action, d.e.Kind = "fill", "silo"
		}
		for _, in := range d.e.Inputs {
			d.e.Amount += in.Amount
		}
		return d
	case "dig-out":
		return drawn{y.builder, act(one(y.elements), "dig-out", "")}
	case "inspect", "reject":
		return drawn{y.supervisor, act(one(y.elements), action, "")}
	case "pass":
		return drawn{y.supervisor, act(one(y.elements), "accept", good)}
	case "accept", "object":
		who := rapid.SampledFrom([]*judgetest.Person{y.builder, y.supervisor, y.manager}).Draw(t, "who")
		data := ""
		if action == "accept" {
			data = rapid.SampledFrom([]string{good, good, good, `{"rating":"fair"}`}).Draw(t, "rating")
		}
		return drawn{who, act(one(y.divisions), action, data)}
	case "reopen":
		return drawn{y.supervisor, act(one(y.divisions), "reopen", "")}
	default:
		return y.drawRecall(t, action)
	}
}

func (y *yard) using(t *rapid.T, e *rootline.Event, pool []string) drawn {
	for _, code := range rapid.SliceOfNDistinct(rapid.SampledFrom(pool), 1, 2, rapid.ID).Draw(t, "inputs") {
		amount := int64(1)
		if !slices.Contains(y.mixes, code) {
			amount = rapid.Int64Range(1, 9).Draw(t, "used")
		}
		e.Inputs = append(e.Inputs, rootline.Input{Asset: code, Amount: amount})
	}
	return drawn{y.builder, e}
}

func (y *yard) drawRecall(t *rapid.T, action string) drawn {
	all := slices.Concat(y.lots, y.silos, y.mixes, y.elements, y.divisions)
	one := func() string { return rapid.SampledFrom(all).Draw(t, "any") }
	if action == "recall" || len(y.recalls) == 0 {
		e := judgetest.Act(rootline.ActRecall, rootline.RecallData{
			Asset: rapid.SampledFrom(y.lots).Draw(t, "lot"), Reason: "bad", Deadline: y.Now + 86_400_000,
		})
		e.ID = rootline.NewEventID(y.supervisor.Kid())
		y.recalls = append(y.recalls, e.ID)
		return drawn{y.supervisor, e}
	}
	recall := rapid.SampledFrom(y.recalls).Draw(t, "recall")
	switch action {
	case "add":
		return drawn{y.supplier, judgetest.Act(rootline.ActRecallAdd, rootline.RecallAddData{
			Recall: recall, Dependants: []rootline.Dependant{{Asset: one(), Via: one()}},
		})}
	case "release":
		return drawn{y.supervisor, judgetest.Act(rootline.ActRecallRelease, rootline.RecallReleaseData{Recall: recall, Assets: []string{one()}, Reason: "sound"})}
	}
	return drawn{y.manager, judgetest.Act(rootline.ActRecallClose, rootline.RecallCloseData{Recall: recall, Reason: "over"})}
}

// assets are those of a state, by their codes.
func assetsOf(state *judgetest.State) map[string]*rootline.Asset {
	found := map[string]*rootline.Asset{}
	for _, r := range state.Records() {
		if a, ok := r.(*rootline.Asset); ok {
			found[a.ID] = a
		}
	}
	return found
}

// stepwise records the history event by event and looks after each accepted one.
func (y *yard) stepwise(t *rapid.T, look func(before, after map[string]*rootline.Asset, e *rootline.Event, o *judge.Outcome)) *judgetest.State {
	state, j := y.q.state(), judge.New()
	for _, sub := range y.history(t) {
		before := assetsOf(state)
		d, err := j.Record(state, []rootline.Submission{sub}, y.Now)
		if err != nil {
			t.Fatal(err)
		}
		if len(d.Refused) > 0 {
			continue
		}
		state.Apply(d.Writes)
		look(before, assetsOf(state), d.Outcomes[0].Event, &d.Outcomes[0])
	}
	return state
}
