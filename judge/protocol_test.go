package judge_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/jws"
)

func raise(number int) *rootline.Event {
	return judgetest.Act(rootline.ActRaise, rootline.RaiseData{Protocol: number})
}

func numberOf(w *judgetest.World) int {
	return w.State.Records()[rootline.Ref{Space: rootline.SpaceLedger}].(*rootline.Ledger).Protocol
}

func TestTheProtocolIsRaisedByAMajority(t *testing.T) {
	w := judgetest.NewWorld(t)
	manager := w.Enrol(judgetest.Owner, rootline.RoleManager)
	if n := numberOf(w); n != rootline.FirstProtocol {
		t.Fatalf("founded with %d", n)
	}
	for _, c := range []struct {
		name   string
		who    *judgetest.Person
		number int
		want   rootline.Code
		holds  int
	}{
		{"not an admin", manager, 2, rootline.CodeWrongRole, 1},
		{"in force", w.Admins[judgetest.Owner], 1, rootline.CodeProtocolHolds, 1},
		{"none", w.Admins[judgetest.Owner], 0, rootline.CodeNotNextProtocol, 1},
		{"negative", w.Admins[judgetest.Owner], -1, rootline.CodeNotNextProtocol, 1},
		{"one left out", w.Admins[judgetest.Owner], 3, rootline.CodeNotNextProtocol, 1},
		{"first", w.Admins[judgetest.Owner], 2, "", 1},
		{"the same again", w.Admins[judgetest.Owner], 2, rootline.CodeAlreadyVoted, 1},
		{"second", w.Admins[judgetest.Regulator], 2, "", 1},
		{"the last", w.Admins[judgetest.Contractor], 2, "", 2},
	} {
		if err := w.Try(c.who, raise(c.number)); rootline.CodeOf(err) != c.want || err != nil && c.want == "" {
			t.Fatalf("%s: %v, want %q", c.name, err, c.want)
		}
		if n := numberOf(w); n != c.holds {
			t.Fatalf("%s: protocol %d holds, want %d", c.name, n, c.holds)
		}
	}
	ballot := w.State.Records()[rootline.Ref{Space: rootline.SpaceBallot, ID: "protocol/2"}].(*rootline.Ballot)
	if want := []string{judgetest.Owner, judgetest.Regulator, judgetest.Contractor}; !slices.Equal(ballot.Votes, want) {
		t.Errorf("voted: %v, want %v", ballot.Votes, want)
	}
}

// Two devices of one organisation are one vote, and nothing beside the number may be in the data.
func TestAnOrganisationVotesOnce(t *testing.T) {
	w := judgetest.NewWorld(t)
	second := w.Enrol(judgetest.Owner, rootline.RoleAdmin)
	w.Do(w.Admins[judgetest.Owner], raise(2))
	if err := w.Try(second, raise(2)); rootline.CodeOf(err) != rootline.CodeAlreadyVoted {
		t.Errorf("a second admin: %v", err)
	}
	more := &rootline.Event{Action: rootline.ActRaise, Rulebook: rootline.Registry, Data: []byte(`{"protocol":2,"also":3}`)}
	if err := w.Try(w.Admins[judgetest.Contractor], more); rootline.CodeOf(err) != rootline.CodeMalformedEvent {
		t.Errorf("with more data: %v", err)
	}
}

// unknown is the number that a decision failed by; 0, false when it did not.
func unknown(t *testing.T, d *judge.Decision, err error) (int, bool) {
	t.Helper()
	var e *judge.UnknownProtocolError
	if !errors.As(err, &e) {
		return 0, false
	}
	if d != nil || rootline.AsError(err) != nil {
		t.Errorf("an unknown number is a refusal, too: %v, %v", d, err)
	}
	return e.Number, true
}

// A number that the code does not know is no statement about events: every decision fails, whatever it is about, and
// writes nothing.
func TestAnUnknownNumberIsNoRefusal(t *testing.T) {
	for _, number := range []int{0, -1, 2, 1 << 40} {
		w := judgetest.NewWorld(t)
		good := w.Sign(w.Admins[judgetest.Owner], raise(2))
		w.Do(w.Admins[judgetest.Owner], raise(2))
		ledger := *w.State.Records()[rootline.Ref{Space: rootline.SpaceLedger}].(*rootline.Ledger)
		ledger.Protocol = number
		w.State.Apply([]rootline.Record{&ledger})
		for name, sub := range map[string]rootline.Submission{
			"good": good, "not a JWS": {JWS: "x"}, "of nobody": w.Sign(&judgetest.Person{Key: judgetest.NewKey(t)}, raise(2)),
		} {
			d, err := w.Judge.Record(w.State, []rootline.Submission{sub}, w.Now)
			if n, ok := unknown(t, d, err); !ok || n != number {
				t.Errorf("protocol %d, %s: %v", number, name, err)
			}
		}
		caller := judge.Caller{MSPID: judgetest.Owner, Admin: true}
		d, err := w.Judge.Confirm(w.State, caller, good.JWS, w.Now)
		if n, ok := unknown(t, d, err); !ok || n != number {
			t.Errorf("protocol %d, Confirm: %v", number, err)
		}
		d, err = w.Judge.Found(w.State, caller, judgetest.FoundingJSON(t), w.Now)
		if n, ok := unknown(t, d, err); !ok || n != number {
			t.Errorf("protocol %d, Found: %v", number, err)
		}
	}
}

func TestTheFounderNamesTheNumber(t *testing.T) {
	caller := judge.Caller{MSPID: judgetest.Owner, Admin: true}
	for number, known := range map[int]bool{0: false, 1: true, 99: false} {
		var f rootline.Founding
		if err := json.Unmarshal([]byte(judgetest.FoundingJSON(t)), &f); err != nil {
			t.Fatal(err)
		}
		f.Protocol = number
		b, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		d, err := judge.New().Found(judgetest.NewState(), caller, string(b), judgetest.Start)
		if n, ok := unknown(t, d, err); ok == known || ok && n != number {
			t.Errorf("founded with %d: %v", number, err)
		}
	}
}

// The words tell a ledger of before the first release from one that is ahead.
func TestAnUnknownNumberSaysWhatToDo(t *testing.T) {
	for number, want := range map[int]string{0: "Found a new ledger", 7: "upgrade the chaincode"} {
		if says := (&judge.UnknownProtocolError{Number: number}).Error(); !strings.Contains(says, want) {
			t.Errorf("%d: %s", number, says)
		}
	}
}

// Code declines to vote for what it does not know, and counts such votes of others.
func TestVotesForAnUnknownNumber(t *testing.T) {
	last := judge.Protocols()[len(judge.Protocols())-1]
	for number, want := range map[int]rootline.Code{last: "", last + 1: rootline.CodeProtocolUnknown, 0: "", -3: ""} {
		why := judge.UnknownVote(raise(number))
		if got := rootline.Code(""); why != nil && why.Code != want || why == nil && got != want {
			t.Errorf("a vote for %d: %v, want %q", number, why, want)
		}
	}
	if why := judge.UnknownVote(selectTree(judgetest.Code(judgetest.Owner))); why != nil {
		t.Errorf("another event: %v", why)
	}
	if why := judge.UnknownVote(nil); why != nil {
		t.Errorf("what cannot be read: %v", why)
	}
}

// What was recorded once is accepted again only as its device signed it: the hash of an event leaves the signature out.
func TestARecordedEventWithAForgedSignatureIsRefused(t *testing.T) {
	w := newWorks(t)
	element := w.element(w.division())
	once, key := w.Invite(judgetest.Contractor, "builder"), judgetest.NewKey(t)
	early := w.Sign(w.builder, act(element, "notice", ""))
	w.Now += 3_600_000
	w.revoke(w.builder)
	recorded := []struct {
		name string
		sub  rootline.Submission
	}{
		{"an enrolment", w.Sign(&judgetest.Person{Key: key}, w.Enrolment(key, once, "builder"))},
		{"an invitation", w.Sign(w.Admins[judgetest.Contractor], judgetest.Act(rootline.ActInvite, rootline.InviteData{
			Key: jws.KeyOf(&judgetest.NewKey(t).PublicKey), Role: "builder", Name: "C9", Expires: w.Now + 86_400_000,
		}))},
		{"an attestation", w.Sign(w.supervisor, attestation(early))},
		{"what it let in", early},
	}
	for _, r := range recorded {
		if d := w.Record(r.sub); len(d.Refused) > 0 {
			t.Fatalf("%s: %v", r.name, d.Refused[0].Error)
		}
	}
	other := strings.Split(w.Sign(w.supervisor, act(element, "notice", "")).JWS, ".")[2]
	for _, r := range recorded {
		t.Run(r.name, func(t *testing.T) {
			if d := w.Record(r.sub); len(d.Refused) > 0 || !d.Outcomes[0].Duplicate || len(d.Writes) > 0 {
				t.Errorf("as it was signed: %+v", d)
			}
			parts := strings.Split(r.sub.JWS, ".")
			forged := rootline.Submission{JWS: parts[0] + "." + parts[1] + "." + other}
			d := w.Record(forged)
			if len(d.Refused) != 1 || d.Refused[0].Error.Code != rootline.CodeBadSignature || d.Outcomes[0].Duplicate {
				t.Errorf("with another's signature: %+v", d)
			}
			if d := w.Record(r.sub, forged); len(d.Refused) != 1 || d.Refused[0].Index != 1 {
				t.Errorf("after the good one in a batch: %+v", d)
			}
		})
	}
}
