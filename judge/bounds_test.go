package judge_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/fuzzing"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/limits"
)

// Before a signature is looked at, all is read that a batch names.
func TestBatchesThatNameTooManyRecordsAreRefused(t *testing.T) {
	f := newForest(t)
	stranger := &judgetest.Person{Key: judgetest.NewKey(t)}
	var subs []rootline.Submission
	for range 160 {
		e := selectTree(judgetest.Code(judgetest.Contractor))
		for range limits.Inputs {
			e.Inputs = append(e.Inputs, rootline.Input{Asset: judgetest.Code(judgetest.Contractor), Amount: 1})
			e.Refs = append(e.Refs, judgetest.Code(judgetest.Contractor))
		}
		subs = append(subs, f.Sign(stranger, e))
	}
	for n, want := range map[int]rootline.Code{1: rootline.CodeUnknownDevice, 140: rootline.CodeUnknownDevice, 160: rootline.CodeTooManyRecords} {
		d := f.Record(subs[:n]...)
		if len(d.Refused) != n || d.Refused[0].Error.Code != want || d.Outcomes[n-1].Event == nil {
			t.Errorf("%d events: %d refused, the first as %v", n, len(d.Refused), d.Refused[0].Error)
		}
	}
}

// Whatever may be written can be read again: a record that no decoder takes would stop all that its key concerns.
func TestTheLargestRecordsThatAreWrittenAreRead(t *testing.T) {
	long := rootline.Text{En: strings.Repeat("x", limits.Title), Zh: strings.Repeat("中", limits.Title)}
	founding := rootline.Founding{Net: judgetest.Net, Protocol: foundingOf(t, judgetest.FoundingJSON(t)).Protocol}
	for i := range limits.Organisations {
		org := rootline.Organisation{MSPID: fmt.Sprintf("Org%dMSP", i), Title: rootline.Text{En: "x", Zh: "中"}, Prefix: fmt.Sprintf("%04d", 1000+i)}
		for r := range limits.OrganisationRoles {
			org.Roles = append(org.Roles, fmt.Sprintf("role-%d", r))
		}
		founding.Organisations = append(founding.Organisations, org)
	}
	place := &rootline.Place{ID: "forest", Kind: "project", Title: long, Plan: map[string]int64{}, Weeks: map[string]map[string]int64{}}
	for i := range limits.PlanKinds {
		place.Plan[fmt.Sprintf("kind-%d", i)] = 1
	}
	place.Weeks["tree"] = map[string]int64{}
	for i := range limits.Weeks {
		place.Weeks["tree"][fmt.Sprintf("%d-W%02d", 2020+i/52, 1+i%52)] = 1
	}
	for i := range limits.Outline {
		place.Line = append(place.Line, rootline.Point{Lat: 1, Lon: int64(i)})
	}
	f := newForest(t)
	changed := func(how func(*rootline.Place)) *rootline.Place {
		var p rootline.Place
		b, err := json.Marshal(place)
		if err != nil || json.Unmarshal(b, &p) != nil {
			t.Fatal(err)
		}
		how(&p)
		return &p
	}
	for name, p := range map[string]*rootline.Place{
		"a longer title":     changed(func(p *rootline.Place) { p.Title.Zh += "中" }),
		"another kind":       changed(func(p *rootline.Place) { p.Plan["more"] = 1 }),
		"another amount":     changed(func(p *rootline.Place) { p.Weeks["tree"]["2030-W01"] = 1 }),
		"one more of points": changed(func(p *rootline.Place) { p.Line = append(p.Line, p.Line[0]) }),
	} {
		if err := f.Try(f.manager, judgetest.Act(rootline.ActPlace, p)); rootline.CodeOf(err) != rootline.CodeBadPlace {
			t.Errorf("a place with %s: %v", name, err)
		}
	}
	f.Do(f.manager, judgetest.Act(rootline.ActPlace, place))
	found := func(change func(*rootline.Founding)) (*judge.Decision, error) {
		var copied rootline.Founding
		b, err := json.Marshal(founding)
		if err != nil || json.Unmarshal(b, &copied) != nil {
			t.Fatal(err)
		}
		change(&copied)
		if b, err = json.Marshal(copied); err != nil {
			t.Fatal(err)
		}
		return judge.New().Found(judgetest.NewState(), judge.Caller{MSPID: "Org0MSP", Admin: true}, string(b), f.Now)
	}
	for name, change := range map[string]func(*rootline.Founding){
		"another organisation": func(f *rootline.Founding) {
			f.Organisations = append(f.Organisations, rootline.Organisation{MSPID: "MoreMSP", Prefix: "9999"})
		},
		"another role":   func(f *rootline.Founding) { f.Organisations[0].Roles = append(f.Organisations[0].Roles, "more") },
		"a longer title": func(f *rootline.Founding) { f.Organisations[0].Title.En = long.En + "x" },
	} {
		if d, err := found(change); err != nil || len(d.Refused) != 1 || d.Refused[0].Error.Code != rootline.CodeBadFounding {
			t.Errorf("a founding with %s: %v", name, err)
		}
	}
	d, err := judge.New().Found(judgetest.NewState(), judge.Caller{}, strings.Repeat(" ", limits.FoundingBytes)+"{}", f.Now)
	if err != nil || d.Refused[0].Error.Code != rootline.CodeTooLarge {
		t.Errorf("a founding without end: %v", err)
	}
	if d, err = found(func(*rootline.Founding) {}); err != nil || len(d.Refused) > 0 {
		t.Fatalf("the largest founding: %+v, %v", d.Refused, err)
	}
	for _, r := range append(d.Writes, place) {
		b, err := wire.Encode(r)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := wire.Decode(r.Ref(), b); err != nil {
			t.Errorf("%s: %v", r.Ref(), err)
		}
	}
}

func foundingOf(t *testing.T, text string) (f rootline.Founding) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &f); err != nil {
		t.Fatal(err)
	}
	return f
}

// A founding is taken, or refused with a code; the state alone is a fault.
func FuzzFounding(f *testing.F) {
	fuzzing.Strings(f, "", judgetest.FoundingJSON(f), `{"net":null}`, strings.Repeat("[", 10_000))
	f.Fuzz(func(t *testing.T, arg string) {
		d, err := judge.New().Found(judgetest.NewState(), judge.Caller{MSPID: judgetest.Owner, Admin: true}, arg, 1_773_300_000_123)
		var unknown *judge.UnknownProtocolError
		if errors.As(err, &unknown) {
			return
		}
		if err != nil || len(d.Refused) == 0 && len(d.Writes) == 0 || len(d.Refused) > 0 && d.Refused[0].Error.Code == "" {
			t.Fatalf("%.100q: %+v, %v", arg, d, err)
		}
	})
}
