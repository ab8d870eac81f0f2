package judge_test

import (
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/jws"
)

func TestASealHoldsItsNonceAndTime(t *testing.T) {
	w := judgetest.NewWorld(t)
	nonce := strings.Repeat("n", 32)
	d, err := w.Judge.Seal(w.State, nonce, w.Now)
	if err != nil || len(d.Refused) > 0 || len(d.Writes) != 1 {
		t.Fatalf("%+v, %v", d, err)
	}
	if s := d.Writes[0].(*rootline.Seal); string(s.Nonce) != nonce || s.Witnessed != w.Now {
		t.Errorf("%+v", s)
	}
	for _, n := range []int{0, 15, 65, 1 << 20} {
		d, err := w.Judge.Seal(w.State, strings.Repeat("n", n), w.Now)
		if err != nil || len(d.Refused) != 1 || d.Refused[0].Error.Code != rootline.CodeBadCall || len(d.Writes) > 0 {
			t.Errorf("a nonce of %d bytes: %+v, %v", n, d, err)
		}
	}
	w.State.Apply(d.Writes)
	const pause = 10 * 60 * 1000
	for _, c := range []struct {
		at   rootline.Instant
		want rootline.Code
	}{
		{w.Now - pause, rootline.CodeSealedLately}, // its submitter says what time it is, to a minute
		{w.Now, rootline.CodeSealedLately}, {w.Now + pause - 1, rootline.CodeSealedLately}, {w.Now + pause, ""},
	} {
		d, err := w.Judge.Seal(w.State, nonce, c.at)
		if err != nil || (c.want == "") != (len(d.Refused) == 0) || c.want != "" && d.Refused[0].Error.Code != c.want || (c.want == "") != (len(d.Writes) == 1) {
			t.Errorf("%d ms after a seal: %+v, %v", c.at-w.Now, d, err)
		}
	}
	if d, err := w.Judge.Seal(judgetest.NewState(), nonce, w.Now); err != nil || len(d.Refused) != 1 || d.Refused[0].Error.Code != rootline.CodeNotFounded {
		t.Errorf("before the founding: %+v, %v", d, err)
	}
}

// Each organisation states the hash of block 0 once: with its confirmation, or later by an act.
func TestABlock0IsStatedOnce(t *testing.T) {
	w := judgetest.NewWorld(t)
	org := func(msp string) *rootline.Organisation {
		return w.State.Records()[rootline.Ref{Space: rootline.SpaceOrganisation, ID: msp}].(*rootline.Organisation)
	}
	genesis, other := rootline.HashOf([]byte("block 0")), rootline.HashOf([]byte("another"))
	pin := func(h rootline.Hash) *rootline.Event {
		return judgetest.Act(rootline.ActPin, rootline.PinData{Genesis: h})
	}
	owner, planter := w.Admins[judgetest.Owner], w.Enrol(judgetest.Contractor, "planter")
	for _, c := range []struct {
		name string
		who  *judgetest.Person
		e    *rootline.Event
		want rootline.Code
	}{
		{"not an admin", planter, pin(genesis), rootline.CodeWrongRole},
		{"nothing stated", owner, pin(rootline.Hash{}), rootline.CodeMissing},
		{"no data", owner, &rootline.Event{Action: rootline.ActPin, Rulebook: rootline.Registry}, rootline.CodeMissing},
		{"stated", owner, pin(genesis), ""},
		{"the same again", owner, pin(genesis), rootline.CodeGenesisPinned},
		{"another", owner, pin(other), rootline.CodeGenesisPinned},
		{"another organisation for itself", w.Admins[judgetest.Regulator], pin(other), ""},
	} {
		if err := w.Try(c.who, c.e); rootline.CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	if got := org(judgetest.Owner); got.Genesis != genesis || got.Confirmed == 0 || got.Prefix != judgetest.Prefixes[judgetest.Owner] {
		t.Errorf("the owner is %+v", got)
	}
	if got := org(judgetest.Regulator).Genesis; got != other {
		t.Errorf("the regulator stated %s", got)
	}
	key := judgetest.NewKey(t)
	enrol := judgetest.Act(rootline.ActEnrol, rootline.EnrolData{Key: jws.KeyOf(&key.PublicKey), Role: "planter", Genesis: genesis})
	enrolled := w.Enrolment(key, w.Invite(judgetest.Contractor, "planter"), "planter")
	enrol.Data = append(enrolled.Data[:len(enrolled.Data)-1:len(enrolled.Data)-1], []byte(`,"genesis":"`+genesis.String()+`"}`)...)
	if err := w.Try(&judgetest.Person{Key: key}, enrol); rootline.CodeOf(err) != rootline.CodeNotAsked {
		t.Errorf("an invited device stated it: %v", err)
	}
}

func TestAConfirmationStatesBlock0(t *testing.T) {
	state, j := judgetest.NewState(), judge.New()
	w := &judgetest.World{T: t, State: state, Judge: j, Now: judgetest.Start}
	apply := func(d *judge.Decision, err error) {
		t.Helper()
		if err != nil || len(d.Refused) > 0 {
			t.Fatalf("%+v, %v", d, err)
		}
		state.Apply(d.Writes)
	}
	caller := judge.Caller{MSPID: judgetest.Owner, Admin: true}
	apply(j.Found(state, caller, judgetest.FoundingJSON(t), w.Now))
	admin, genesis := &judgetest.Person{Key: judgetest.NewKey(t)}, rootline.HashOf([]byte("block 0"))
	enrol := w.Sign(admin, judgetest.Act(rootline.ActEnrol, rootline.EnrolData{
		Key: jws.KeyOf(&admin.Key.PublicKey), Role: rootline.RoleAdmin, Name: "admin", Genesis: genesis,
	}))
	apply(j.Confirm(state, caller, enrol.JWS, w.Now))
	ref := rootline.Ref{Space: rootline.SpaceOrganisation, ID: judgetest.Owner}
	if org := state.Records()[ref].(*rootline.Organisation); org.Genesis != genesis || org.Confirmed != w.Now {
		t.Errorf("%+v", org)
	}
	founding := strings.Replace(judgetest.FoundingJSON(t), `"roles"`, `"genesis":"`+genesis.String()+`","roles"`, 1)
	if d, err := j.Found(judgetest.NewState(), caller, founding, w.Now); err != nil || len(d.Refused) != 1 || d.Refused[0].Error.Code != rootline.CodeBadFounding {
		t.Errorf("the founder stated it for another: %+v, %v", d, err)
	}
}
