package contract_test

import (
	"encoding/json"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/judge/judgetest"
)

// works is a ledger that adopted the rulebook of judge/testdata, with a person of each role.
type works struct {
	*ledger
	supplier, builder, supervisor, manager *judgetest.Person
}

func newWorks(t *testing.T) *works {
	t.Helper()
	yaml, err := os.ReadFile("../../judge/testdata/works@1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	l := founded(t)
	l.must(l.record(l.sign(l.admins[judgetest.Owner], judgetest.Act(rootline.ActPropose, rootline.ProposeData{YAML: string(yaml)}))))
	for _, msp := range []string{judgetest.Contractor, judgetest.Supervisor} {
		l.must(l.record(l.sign(l.admins[msp], judgetest.Act(rootline.ActVote, rootline.VoteData{
			Rulebook: "works@1", SHA256: rootline.HashOf(yaml),
		}))))
	}
	return &works{
		ledger: l, supplier: l.enrol(judgetest.Contractor, "supplier"), builder: l.enrol(judgetest.Contractor, "builder"),
		supervisor: l.enrol(judgetest.Supervisor, "supervisor"), manager: l.enrol(judgetest.Owner, "manager"),
	}
}

func (w *works) event(asset, kind, action, data string) *rootline.Event {
	e := &rootline.Event{Asset: asset, Kind: kind, Action: action, Rulebook: "works@1"}
	if data != "" {
		e.Data = json.RawMessage(data)
	}
	return e
}

// does records one event and returns the code of its refusal, "" when it was accepted.
func (w *works) does(p *judgetest.Person, e *rootline.Event) rootline.Code {
	w.Helper()
	e.ID = ""
	_, err := w.record(w.sign(p, e))
	if err == nil {
		return ""
	}
	var refused wire.Refused
	if !errors.As(err, &refused) || len(refused) != 1 {
		w.Fatal(err)
	}
	return refused[0].Error.Code
}

func (w *works) asset(id string) *rootline.Asset {
	w.Helper()
	return get[*rootline.Asset](w.ledger, rootline.Ref{Space: rootline.SpaceAsset, ID: id})
}

// Breakdown, joint signatures, a silo and a recall, as a peer runs them: each rule refuses, then allows.
func TestWorksOverTheWorldState(t *testing.T) {
	w := newWorks(t)
	division, element := judgetest.Code(judgetest.Owner), judgetest.Code(judgetest.Contractor)
	cement, silo := judgetest.Code(judgetest.Contractor), judgetest.Code(judgetest.Contractor)
	rating := `{"rating":"good"}`
	start := w.event(element, "element", "start", `{"layer":1}`)
	deliver := w.event(cement, "cement", "deliver", "")
	deliver.Amount = 100
	fill := w.event(silo, "silo", "fill", "")
	fill.Amount, fill.Inputs = 60, []rootline.Input{{Asset: cement, Amount: 60}}
	place := w.event(element, "", "fill", "")
	place.Inputs = []rootline.Input{{Asset: silo, Amount: 5}}
	accept := w.event(division, "", "accept", rating)
	recall := judgetest.Act(rootline.ActRecall, rootline.RecallData{
		Asset: cement, Reason: "28 d", Deadline: rootline.InstantOf(w.clock.Add(48 * time.Hour)),
		Dependants: []rootline.Dependant{{Asset: silo, Via: cement}, {Asset: element, Via: silo}},
	})
	under := func(e *rootline.Event, id string) *rootline.Event {
		c := *e
		c.Under = id
		return &c
	}
	for i, step := range []struct {
		by   *judgetest.Person
		e    *rootline.Event
		want rootline.Code
	}{
		{w.builder, start, rootline.CodeMissing},
		{w.builder, under(start, division), rootline.CodeUnknownAsset},
		{w.manager, w.event(division, "division", "start", ""), ""},
		{w.builder, under(start, division), ""},
		{w.builder, under(w.event(judgetest.Code(judgetest.Contractor), "element", "start", `{"layer":1}`), division), rootline.CodeNotUnique},
		{w.supplier, deliver, ""},
		{w.builder, fill, ""},
		{w.builder, place, ""},
		{w.builder, accept, "elements-open"},
		{w.supervisor, w.event(element, "", "accept", rating), ""},
		{w.builder, accept, ""},
		{w.builder, accept, rootline.CodeAlreadySigned},
		{w.supervisor, w.event(division, "", "accept", `{"rating":"fair"}`), rootline.CodeSignersDisagree},
		{w.supervisor, accept, ""},
		{w.builder, recall, rootline.CodeWrongRole},
		{w.supervisor, recall, ""},
		{w.manager, accept, "elements-open"}, // an element is frozen
		{w.builder, place, rootline.CodeWrongState},
		{w.supervisor, w.event(element, "", "reject", ""), rootline.CodeFrozen},
		{w.supervisor, w.event(element, "", "inspect", ""), ""},
	} {
		if got := w.does(step.by, step.e); got != step.want {
			t.Fatalf("step %d, %s: got %q, want %q", i, step.e.Action, got, step.want)
		}
	}
	held := w.asset(element)
	if len(held.Frozen) != 1 || !held.Frozen[0].Possible || !held.Parents[0].Possible || w.asset(division).Children["frozen"] != 1 {
		t.Fatalf("the element is %+v", held)
	}
	release := judgetest.Act(rootline.ActRecallRelease, rootline.RecallReleaseData{
		Recall: held.Frozen[0].Recall, Assets: []string{element}, Reason: "cores are sound",
	})
	if got := w.does(w.supervisor, release); got != "" {
		t.Fatal(got)
	}
	for _, p := range []*judgetest.Person{w.manager, w.builder, w.supervisor} { // the recall took back what was signed
		if got := w.does(p, accept); got != "" || p != w.supervisor && w.asset(division).State != "open" {
			t.Fatalf("%q, and the division is %s", got, w.asset(division).State)
		}
	}
	if state := w.asset(division).State; state != "accepted" {
		t.Fatalf("signed by all, the division is %s", state)
	}
	if got := w.does(w.supervisor, w.event(element, "", "reject", "")); got != rootline.CodeParentClosed {
		t.Errorf("under a closed division: %q", got)
	}
}

// An attestation carries the event of a device that was revoked meanwhile.
func TestAnAttestationOverTheWorldState(t *testing.T) {
	w := newWorks(t)
	division, element := judgetest.Code(judgetest.Owner), judgetest.Code(judgetest.Contractor)
	start := w.event(element, "element", "start", `{"layer":1}`)
	start.Under = division
	if w.does(w.manager, w.event(division, "division", "start", "")) != "" || w.does(w.builder, start) != "" {
		t.Fatal("the element could not be started")
	}
	sub := w.sign(w.builder, w.event(element, "", "notice", ""))
	w.must(w.record(w.sign(w.admins[judgetest.Contractor], judgetest.Act(rootline.ActRevoke, rootline.RevokeData{Device: w.builder.Kid()}))))
	if _, err := w.record(sub); err == nil {
		t.Fatal("the revoked device's event was taken")
	}
	attest := func() *rootline.Event {
		return judgetest.Act(rootline.ActAttest, rootline.AttestData{JWS: sub.JWS, Reason: "I stood beside it"})
	}
	if got := w.does(w.manager, attest()); got != rootline.CodeWrongRole {
		t.Errorf("without the power: %q", got)
	}
	if got := w.does(w.supervisor, attest()); got != "" {
		t.Fatal(got)
	}
	if w.asset(element).Seq != 2 {
		t.Errorf("the element is %+v", w.asset(element))
	}
	if got := w.does(w.supervisor, attest()); got != rootline.CodeAlreadyRecorded {
		t.Errorf("once more: %q", got)
	}
}
