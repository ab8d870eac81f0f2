package judge_test

import (
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge/judgetest"
)

// saplings is a listed lot of n trees that stands on the site.
func (f *forest) saplings(n int) (lot string, codes rootline.Codes) {
	f.T.Helper()
	raw := make([]string, n)
	for i := range raw {
		raw[i] = judgetest.Code(judgetest.Contractor)
	}
	codes, lot = rootline.NewCodes(raw), judgetest.Code(judgetest.Contractor)
	list := codes.List()
	e := event(lot, "select", `{"species":"Populus tomentosa","height":1500}`)
	e.Kind, e.List = "tree-lot", &list
	f.Do(f.nursery, e)
	f.Do(f.nursery, event(lot, "lift", ""))
	f.Do(f.nursery, event(lot, "load", `{"waybill":"W1"}`))
	f.Do(f.carrier, event(lot, "ship", ""))
	return lot, codes
}

func (f *forest) waking(e *rootline.Event, in *rootline.Inclusion) rootline.Submission {
	sub := f.Sign(f.planter, e)
	sub.Inclusion = in
	return sub
}

func TestItemsWakeFromTheirLot(t *testing.T) {
	f := newForest(t)
	lot, codes := f.saplings(5)
	in, _ := codes.Prove(lot, codes[2])
	if err := f.TrySubmission(f.waking(plant(codes[2]), in)); rootline.CodeOf(err) != rootline.CodeWrongState {
		t.Fatalf("a tree of a lot on its way was planted: %v", err)
	}
	f.Do(f.planter, event(lot, "receive", `{"waybill":"W1"}`))
	lotHead := f.asset(lot).Head
	stranger := judgetest.Code(judgetest.Contractor)
	for name, c := range map[string]struct {
		sub  rootline.Submission
		want rootline.Code
	}{
		"no proof":           {f.waking(plant(codes[2]), nil), rootline.CodeUnknownAsset},
		"a code not its own": {f.waking(plant(stranger), in), rootline.CodeNotOnList},
		"another lot":        {f.waking(plant(codes[2]), &rootline.Inclusion{List: stranger}), rootline.CodeUnknownAsset},
	} {
		if err := f.TrySubmission(c.sub); rootline.CodeOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := f.TrySubmission(f.waking(plant(codes[2]), in)); err != nil {
		t.Fatal(err)
	}
	tree := f.asset(codes[2])
	if tree.Kind != "tree" || tree.Lot != lot || tree.State != "planted" || tree.Fields["species"].Str() != "Populus tomentosa" || tree.Seq != 1 {
		t.Fatalf("woke as %+v", tree)
	}
	if f.asset(lot).Head != lotHead {
		t.Fatal("waking wrote the lot")
	}
	if err := f.TrySubmission(f.waking(plant(codes[2]), in)); rootline.CodeOf(err) != rootline.CodeWrongState {
		t.Fatalf("planted twice: %v", err)
	}
}

func TestAListedLotIsDivided(t *testing.T) {
	f := newForest(t)
	lot, codes := f.saplings(5)
	f.Do(f.planter, event(lot, "receive", `{"waybill":"W1"}`))
	left, right := rootline.NewCodes(codes[:2]), rootline.NewCodes(codes[2:])
	a, b := judgetest.Code(judgetest.Contractor), judgetest.Code(judgetest.Contractor)
	divide := event(lot, "divide", "")
	divide.Into = []rootline.Part{{Asset: a, List: left.List()}}
	if err := f.Try(f.planter, divide); rootline.CodeOf(err) != rootline.CodeBadDivision {
		t.Fatalf("three trees were lost: %v", err)
	}
	divide = event(lot, "divide", "")
	divide.Into = []rootline.Part{{Asset: a, List: left.List()}, {Asset: b, List: right.List()}}
	f.Do(f.planter, divide)
	if got := f.asset(b); got.State != "received" || got.Lot != lot || got.List.Count != 3 {
		t.Fatalf("the part is %+v", got)
	}
	in, _ := codes.Prove(lot, codes[4])
	if err := f.TrySubmission(f.waking(plant(codes[4]), in)); err == nil {
		t.Fatal("a tree woke from the lot that was divided")
	}
	in, _ = right.Prove(b, codes[4])
	if err := f.TrySubmission(f.waking(plant(codes[4]), in)); err != nil {
		t.Fatal(err)
	}
}

// roll issues blank tags to the contractor.
func (f *forest) roll() (string, rootline.Codes) {
	f.T.Helper()
	roll := judgetest.Code(judgetest.Contractor)
	codes := rootline.NewCodes([]string{judgetest.Code(judgetest.Contractor), judgetest.Code(judgetest.Contractor), judgetest.Code(judgetest.Contractor)})
	list := codes.List()
	issue := judgetest.Act(rootline.ActIssue, rootline.IssueData{Roll: roll})
	issue.List = &list
	f.Do(f.Admins[judgetest.Contractor], issue)
	return roll, codes
}

func TestTagsAreBoundAndReplaced(t *testing.T) {
	f := newForest(t)
	tree, other := judgetest.Code(judgetest.Contractor), judgetest.Code(judgetest.Contractor)
	f.Do(f.nursery, selectTree(tree))
	f.Do(f.nursery, selectTree(other))
	roll, tags := f.roll()
	bind := func(who *judgetest.Person, asset, action, tag, replaces string) error {
		e := event(asset, action, "")
		e.Tag, e.Replaces = tag, replaces
		sub := f.Sign(who, e)
		sub.Inclusion, _ = tags.Prove(roll, tag)
		return f.TrySubmission(sub)
	}
	for _, step := range []struct {
		name, asset, action, tag, replaces string
		want                               rootline.Code
	}{
		{"a code of no roll", tree, "bind", judgetest.Code(judgetest.Contractor), "", rootline.CodeUnknownTag},
		{"an asset's own code", tree, "bind", other, "", rootline.CodeTagBound},
		{"bound", tree, "bind", tags[0], "", ""},
		{"bound to another", other, "bind", tags[0], "", rootline.CodeTagBound},
		{"replaces a tag of another", other, "retag", tags[1], tags[0], rootline.CodeUnknownTag},
		{"replaced", tree, "retag", tags[1], tags[0], ""},
		{"replaced twice", tree, "retag", tags[2], tags[0], rootline.CodeUnknownTag},
		{"its own plate replaced", tree, "retag", tags[2], tree, ""},
	} {
		if err := bind(f.nursery, step.asset, step.action, step.tag, step.replaces); rootline.CodeOf(err) != step.want {
			t.Errorf("%s: %v", step.name, err)
		}
	}
	old, _ := f.State.Get(rootline.Ref{Space: rootline.SpaceTag, ID: tags[0]})
	if tag := old.(*rootline.Tag); tag.Asset != tree || tag.ReplacedBy != tags[1] {
		t.Fatalf("the old code leads to %+v", tag)
	}
	foreign := f.Enrol(judgetest.Supervisor, "supervisor")
	roll2, tags2 := f.roll()
	e := event(tree, "retag", "")
	e.Tag, e.Replaces = tags2[0], tags[1]
	sub := f.Sign(foreign, e)
	sub.Inclusion, _ = tags2.Prove(roll2, tags2[0])
	if err := f.TrySubmission(sub); rootline.CodeOf(err) != rootline.CodeWrongOrg {
		t.Fatalf("a tag of another organisation's roll: %v", err)
	}
	// Nobody takes another's blank tags by listing them on a roll of its own.
	roll3 := judgetest.Code(judgetest.Supervisor)
	list := tags2.List()
	issue := judgetest.Act(rootline.ActIssue, rootline.IssueData{Roll: roll3})
	issue.List = &list
	f.Do(f.Admins[judgetest.Supervisor], issue)
	sub = f.Sign(foreign, e)
	sub.Inclusion, _ = tags2.Prove(roll3, tags2[0])
	if err := f.TrySubmission(sub); rootline.CodeOf(err) != rootline.CodeForeignPrefix {
		t.Fatalf("another organisation's tag on an own roll: %v", err)
	}
}

// A proof travels beside what was signed, so that nothing about it is taken on trust: not its form, nor that it is there.
func TestAProofHasItsFormAndIsNeeded(t *testing.T) {
	f := newForest(t)
	lot, codes := f.saplings(5)
	f.Do(f.planter, event(lot, "receive", `{"waybill":"W1"}`))
	in, _ := codes.Prove(lot, codes[2])
	change := func(how func(*rootline.Inclusion)) *rootline.Inclusion {
		c := *in
		how(&c)
		return &c
	}
	fresh, tree := selectTree(judgetest.Code(judgetest.Contractor)), judgetest.Code(judgetest.Contractor)
	f.Do(f.nursery, selectTree(tree))
	for name, c := range map[string]struct {
		e    *rootline.Event
		in   *rootline.Inclusion
		want rootline.Code
	}{
		"65 hashes":               {plant(codes[2]), change(func(in *rootline.Inclusion) { in.Path = make([]rootline.Hash, 65) }), rootline.CodeMalformedEvent},
		"no list":                 {plant(codes[2]), change(func(in *rootline.Inclusion) { in.List = "" }), rootline.CodeMalformedEvent},
		"a list that is no code":  {plant(codes[2]), change(func(in *rootline.Inclusion) { in.List = "\x00\xff" }), rootline.CodeMalformedEvent},
		"an index below 0":        {plant(codes[2]), change(func(in *rootline.Inclusion) { in.Index = -1 }), rootline.CodeMalformedEvent},
		"an index beyond a list":  {plant(codes[2]), change(func(in *rootline.Inclusion) { in.Index = rootline.MaxListed }), rootline.CodeMalformedEvent},
		"of an item that is made": {fresh, in, rootline.CodeNotAsked},
		"of what never slept":     {event(tree, "lift", `{"rootBall":400}`), in, rootline.CodeNotAsked},
		"of an act":               {judgetest.Act(rootline.ActInvite, rootline.InviteData{}), in, rootline.CodeNotAsked},
	} {
		if err := f.TrySubmission(f.waking(c.e, c.in)); rootline.CodeOf(err) != c.want || rootline.AsError(err).Field != "/inclusion" {
			t.Errorf("%s: %v", name, err)
		}
	}
	// The second was sent while the item slept.
	for _, e := range []*rootline.Event{plant(codes[2]), at(event(codes[2], "tend", `{"work":"water"}`), lat, lon, 5)} {
		if err := f.TrySubmission(f.waking(e, in)); err != nil {
			t.Errorf("%s: %v", e.Action, err)
		}
	}
}
