package judge_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/jws"
	"github.com/rootline/rootline/limits"
	"github.com/rootline/rootline/rulebook"
)

func TestEnrolment(t *testing.T) {
	w := judgetest.NewWorld(t)
	once := w.Invite(judgetest.Contractor, "planter")
	key := judgetest.NewKey(t)
	change := func(change func(*rootline.EnrolData)) *rootline.Event {
		e := w.Enrolment(key, once, "planter")
		var d rootline.EnrolData
		if err := json.Unmarshal(e.Data, &d); err != nil {
			t.Fatal(err)
		}
		change(&d)
		e.Data, _ = json.Marshal(d)
		return e
	}
	sameKey := &judgetest.Person{Key: key}
	for _, c := range []struct {
		name string
		who  *judgetest.Person
		e    *rootline.Event
		want rootline.Code
	}{
		{"another role", sameKey, change(func(d *rootline.EnrolData) { d.Role = "supervisor" }), rootline.CodeRoleNotInvited},
		{"no such invitation", sameKey, w.Enrolment(key, w.Offer(w.Admins[judgetest.Contractor], "planter", once.Once), "planter"), rootline.CodeUnknownInvite},
		{"another key's invitation", sameKey, w.Enrolment(key, judgetest.Offer{Once: judgetest.NewKey(t), Organisation: judgetest.Contractor, Event: once.Event}, "planter"), rootline.CodeUnknownInvite},
		{"an invitation of another organisation", sameKey, w.Enrolment(key, judgetest.Offer{Once: once.Once, Organisation: judgetest.Owner, Event: once.Event}, "planter"), rootline.CodeOtherInviter},
		{"no proof", sameKey, change(func(d *rootline.EnrolData) { d.Proof = "" }), rootline.CodeUnknownInvite},
		{"a proof for another device", sameKey, w.Enrolment(judgetest.NewKey(t), once, "planter"), rootline.CodeKeyNotHeld},
		{"a key that the signer does not hold", &judgetest.Person{Key: judgetest.NewKey(t)}, w.Enrolment(key, once, "planter"), rootline.CodeKeyNotHeld},
		{"a name of its own choice", sameKey, change(func(d *rootline.EnrolData) { d.Name = "boss" }), rootline.CodeNotAsked},
		{"a key off the curve", sameKey, change(func(d *rootline.EnrolData) { d.Key.X = d.Key.Y }), rootline.CodeBadKey},
		{"taken", sameKey, w.Enrolment(key, once, "planter"), ""},
		{"taken twice", &judgetest.Person{Key: once.Once}, w.Enrolment(once.Once, once, "planter"), rootline.CodeInviteUsed},
		{"the same key again", sameKey, w.Enrolment(key, w.Invite(judgetest.Contractor, "nursery"), "nursery"), rootline.CodeKeyKnown},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := w.Try(c.who, c.e); rootline.CodeOf(err) != c.want {
				t.Fatalf("got %v, want %q", err, c.want)
			}
		})
	}
	ended := w.Invite(judgetest.Contractor, "planter")
	ends := func(offer judgetest.Offer) *rootline.Event {
		return judgetest.Act(rootline.ActRevoke, rootline.RevokeData{Invitation: offer.Event.ID, Reason: "sent to the wrong person"})
	}
	for _, c := range []struct {
		name string
		by   string
		e    *rootline.Event
		want rootline.Code
	}{
		{"another organisation's", judgetest.Owner, ends(ended), rootline.CodeWrongOrg},
		{"one that is taken", judgetest.Contractor, ends(once), rootline.CodeInviteUsed},
		{"one that there is not", judgetest.Contractor, ends(w.Offer(w.Admins[judgetest.Contractor], "planter", once.Once)), rootline.CodeUnknownInvite},
		{"neither", judgetest.Contractor, judgetest.Act(rootline.ActRevoke, rootline.RevokeData{}), rootline.CodeMissing},
		{"both", judgetest.Contractor, judgetest.Act(rootline.ActRevoke, rootline.RevokeData{Device: "x", Invitation: ended.Event.ID}), rootline.CodeNotAsked},
		{"an open one", judgetest.Contractor, ends(ended), ""},
		{"twice", judgetest.Contractor, ends(ended), rootline.CodeInviteRevoked},
	} {
		if err := w.Try(w.Admins[c.by], c.e); rootline.CodeOf(err) != c.want {
			t.Errorf("an invitation revoked, %s: %v, want %q", c.name, err, c.want)
		}
	}
	newcomer := &judgetest.Person{Key: judgetest.NewKey(t)}
	if err := w.Try(newcomer, w.Enrolment(newcomer.Key, ended, "planter")); rootline.CodeOf(err) != rootline.CodeInviteRevoked {
		t.Fatalf("a revoked invitation lets somebody in: %v", err)
	}
	late := w.Invite(judgetest.Contractor, "planter")
	w.Now += 2 * 86_400_000
	if err := w.Try(newcomer, w.Enrolment(newcomer.Key, late, "planter")); rootline.CodeOf(err) != rootline.CodeInviteExpired {
		t.Fatalf("an invitation outlived its end: %v", err)
	}
}

// TestNobodyTakesAnothersNewcomer: a hostile member sees an invitation in transit, and invites the same key first, by an
// event of the same id or of its own. Whoever has the link comes in where it was invited.
func TestNobodyTakesAnothersNewcomer(t *testing.T) {
	for _, sameID := range []bool{false, true} {
		w := judgetest.NewWorld(t)
		honest := w.Offer(w.Admins[judgetest.Owner], rootline.RoleAdmin, judgetest.NewKey(t))
		hostile := w.Offer(w.Admins[judgetest.Contractor], rootline.RoleAdmin, honest.Once)
		want := rootline.Code("")
		if sameID {
			hostile.Event.ID, want = honest.Event.ID, rootline.CodeOtherKeysID
		}
		if err := w.Try(w.Admins[judgetest.Contractor], hostile.Event); rootline.CodeOf(err) != want {
			t.Fatalf("the hostile invitation: %v, want %q", err, want)
		}
		w.Do(w.Admins[judgetest.Owner], honest.Event)
		newcomer := &judgetest.Person{Key: judgetest.NewKey(t)}
		w.Do(newcomer, w.Enrolment(newcomer.Key, honest, rootline.RoleAdmin))
		device, err := w.State.Get(rootline.Ref{Space: rootline.SpaceDevice, ID: newcomer.Kid()})
		if err != nil || device.(*rootline.Device).Organisation != judgetest.Owner {
			t.Fatalf("enrolled as %+v (%v)", device, err)
		}
	}
}

func TestInvitationsStayWithinTheOrganisation(t *testing.T) {
	w := judgetest.NewWorld(t)
	invite := func(role string, expires rootline.Instant) *rootline.Event {
		return judgetest.Act(rootline.ActInvite, rootline.InviteData{
			Key: jws.KeyOf(&judgetest.NewKey(t).PublicKey), Role: role, Name: "x", Expires: expires,
		})
	}
	contractor := w.Admins[judgetest.Contractor]
	if err := w.Try(contractor, invite("supervisor", w.Now+1e6)); rootline.CodeOf(err) != rootline.CodeRoleNotAllowed {
		t.Errorf("a contractor made a supervisor: %v", err)
	}
	if err := w.Try(contractor, invite("planter", w.Now)); rootline.CodeOf(err) != rootline.CodeInviteExpired {
		t.Errorf("an invitation that ended before it began: %v", err)
	}
	planter := w.Enrol(judgetest.Contractor, "planter")
	if err := w.Try(planter, invite("planter", w.Now+1e6)); rootline.CodeOf(err) != rootline.CodeWrongRole {
		t.Errorf("a planter invited: %v", err)
	}
}

func TestFounding(t *testing.T) {
	j, s := judge.New(), judgetest.NewState()
	owner := judge.Caller{MSPID: judgetest.Owner, Admin: true}
	good := judgetest.FoundingJSON(t)
	for _, c := range []struct {
		name   string
		caller judge.Caller
		arg    string
		want   rootline.Code
	}{
		{"not an admin", judge.Caller{MSPID: judgetest.Owner}, good, rootline.CodeNotAdmin},
		{"a stranger", judge.Caller{MSPID: "OtherMSP", Admin: true}, good, rootline.CodeNotAdmin},
		{"not JSON", owner, "{", rootline.CodeBadFounding},
		{"a short net", owner, strings.Replace(good, judgetest.Net, "00", 1), rootline.CodeBadFounding},
		{"prefixes that overlap", owner, strings.Replace(good, `"9520002"`, `"95200"`, 1), rootline.CodeBadFounding},
		{"an organisation twice", owner, strings.Replace(good, `"mspId":"ContractorMSP"`, `"mspId":"OwnerMSP"`, 1), rootline.CodeBadFounding},
		{"founded", owner, good, ""},
		{"founded twice", owner, good, rootline.CodeAlreadyFounded},
	} {
		d, err := j.Found(s, c.caller, c.arg, judgetest.Start)
		if err != nil {
			t.Fatal(err)
		}
		var got rootline.Code
		if len(d.Refused) > 0 {
			got = d.Refused[0].Error.Code
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
		s.Apply(d.Writes)
	}
}

func TestConfirming(t *testing.T) {
	w := judgetest.NewWorld(t) // everybody has confirmed
	other := &judgetest.Person{Key: judgetest.NewKey(t)}
	enrol := func(data rootline.EnrolData) string {
		return w.Sign(other, judgetest.Act(rootline.ActEnrol, data)).JWS
	}
	first := rootline.EnrolData{Key: jws.KeyOf(&other.Key.PublicKey), Role: rootline.RoleAdmin, Name: "admin"}
	d, err := w.Judge.Confirm(w.State, judge.Caller{MSPID: judgetest.Owner, Admin: true}, enrol(first), w.Now)
	if err != nil || d.Refused[0].Error.Code != rootline.CodeAlreadyConfirmed {
		t.Fatalf("confirmed twice: %+v %v", d, err)
	}
	fresh := judgetest.NewState()
	f, _ := w.Judge.Found(fresh, judge.Caller{MSPID: judgetest.Owner, Admin: true}, judgetest.FoundingJSON(t), w.Now)
	fresh.Apply(f.Writes)
	stranger := jws.KeyOf(&judgetest.NewKey(t).PublicKey)
	for _, c := range []struct {
		name   string
		caller judge.Caller
		arg    string
		want   rootline.Code
	}{
		{"by a gateway's identity", judge.Caller{MSPID: judgetest.Owner}, enrol(first), rootline.CodeNotAdmin},
		{"a key that is not held", judge.Caller{MSPID: judgetest.Owner, Admin: true}, enrol(rootline.EnrolData{Key: stranger, Role: rootline.RoleAdmin, Name: "a"}), rootline.CodeKeyNotHeld},
		{"another role", judge.Caller{MSPID: judgetest.Owner, Admin: true}, enrol(rootline.EnrolData{Key: first.Key, Role: "planter", Name: "a"}), rootline.CodeRoleNotInvited},
		{"no event", judge.Caller{MSPID: judgetest.Owner, Admin: true}, "x", rootline.CodeMalformedJWS},
	} {
		d, err := w.Judge.Confirm(fresh, c.caller, c.arg, w.Now)
		if err != nil || len(d.Refused) != 1 || d.Refused[0].Error.Code != c.want {
			t.Errorf("%s: %+v %v", c.name, d, err)
		}
	}
	// Until an organisation confirms, nobody of it signs.
	if d, err := w.Judge.Record(judgetest.NewState(), []rootline.Submission{{JWS: enrol(first)}}, w.Now); err != nil || d.Refused[0].Error.Code != rootline.CodeNotFounded {
		t.Fatalf("an event before the founding: %+v %v", d, err)
	}
}

func TestARulebookHoldsByMajority(t *testing.T) {
	w := judgetest.NewWorld(t)
	text := rulebook.Shipped()[forestation]
	propose := func(yaml string) *rootline.Event {
		return judgetest.Act(rootline.ActPropose, rootline.ProposeData{YAML: yaml})
	}
	vote := func(sum rootline.Hash) *rootline.Event {
		return judgetest.Act(rootline.ActVote, rootline.VoteData{Rulebook: forestation, SHA256: sum})
	}
	owner, contractor, supervisor := w.Admins[judgetest.Owner], w.Admins[judgetest.Contractor], w.Admins[judgetest.Supervisor]
	adopted := func() bool {
		r, _ := w.State.Get(rootline.Ref{Space: rootline.SpaceRulebook, ID: forestation})
		return r != nil
	}
	for _, c := range []struct {
		name string
		who  *judgetest.Person
		e    *rootline.Event
		want rootline.Code
	}{
		{"a vote on nothing", owner, vote(rootline.HashOf(text)), rootline.CodeUnknownRulebook},
		{"rubbish", owner, propose("rulebook: [1"), rootline.CodeBadRulebook},
		{"not the next version", owner, propose(strings.Replace(string(text), "version: 1", "version: 7", 1)), rootline.CodeNotNextVersion},
		{"proposed", owner, propose(string(text)), ""},
		{"proposed twice", owner, propose(string(text)), rootline.CodeAlreadyVoted},
		{"a vote for what one did not read", contractor, vote(rootline.Hash{1}), rootline.CodeOtherText},
		{"voted", contractor, vote(rootline.HashOf(text)), ""},
		{"voted twice", contractor, vote(rootline.HashOf(text)), rootline.CodeAlreadyVoted},
	} {
		if err := w.Try(c.who, c.e); rootline.CodeOf(err) != c.want {
			t.Fatalf("%s: %v", c.name, err)
		}
	}
	if adopted() {
		t.Fatal("two of four are no majority")
	}
	w.Do(supervisor, vote(rootline.HashOf(text)))
	if !adopted() {
		t.Fatal("three of four are a majority")
	}
	if err := w.Try(w.Admins[judgetest.Regulator], vote(rootline.HashOf(text))); rootline.CodeOf(err) != rootline.CodeRulebookAdopted {
		t.Fatalf("a vote after the vote: %v", err)
	}
}

func TestPlaces(t *testing.T) {
	f := newForest(t)
	for name, c := range map[string]struct {
		who  *judgetest.Person
		p    rootline.Place
		want rootline.Code
	}{
		"by a planter":    {f.planter, place("lake", "project", ""), rootline.CodeWrongRole},
		"no parent there": {f.manager, place("lake/1", "section", "lake"), rootline.CodeUnknownPlace},
		"another parent":  {f.manager, place("forest/10", "section", "lake"), rootline.CodeBadPlace},
		"a strange id":    {f.manager, place("Forest 10", "section", ""), rootline.CodeBadPlace},
		"a bow tie": {f.manager, rootline.Place{
			ID: "lake", Kind: "project", Title: rootline.Text{En: "Lake", Zh: "湖"}, Outline: []rootline.Point{{Lat: 0, Lon: 0}, {Lat: 10, Lon: 10}, {Lat: 0, Lon: 10}, {Lat: 10, Lon: 0}},
		}, rootline.CodeBadPlace},
		"an outline across the meridian of 180°": {f.manager, rootline.Place{
			ID: "lake", Kind: "project", Title: rootline.Text{En: "Lake", Zh: "湖"}, Outline: []rootline.Point{{Lat: 0, Lon: 179_999_000}, {Lat: 0, Lon: -179_999_000}, {Lat: 5, Lon: -179_999_000}},
		}, rootline.CodeBadPlace},
		"a line of one point": {f.manager, rootline.Place{
			ID: "lake", Kind: "project", Title: rootline.Text{En: "Lake", Zh: "湖"}, Line: []rootline.Point{{Lat: 1, Lon: 1}, {Lat: 1, Lon: 1}},
		}, rootline.CodeBadPlace},
		"no title": {f.manager, rootline.Place{ID: "lake", Kind: "project"}, rootline.CodeBadPlace},
		"a week that is none": {f.manager, rootline.Place{
			ID: "lake", Kind: "project", Title: rootline.Text{En: "Lake", Zh: "湖"}, Weeks: map[string]map[string]int64{"tree": {"2026-W54": 1}},
		}, rootline.CodeBadPlace},
	} {
		if err := f.Try(c.who, judgetest.Act(rootline.ActPlace, c.p)); rootline.CodeOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAPlaceIsChangedByWhoHasIt: outline, plan and what lies under a place are its organisation's, until it names another.
func TestAPlaceIsChangedByWhoHasIt(t *testing.T) {
	f := newForest(t)
	r, err := f.State.Get(rootline.Ref{Space: rootline.SpaceOrganisation, ID: judgetest.Supervisor})
	if err != nil {
		t.Fatal(err)
	}
	may := *r.(*rootline.Organisation)
	may.Roles = append(slices.Clone(may.Roles), rootline.RoleManager)
	f.State.Apply([]rootline.Record{&may})
	other := f.Enrol(judgetest.Supervisor, rootline.RoleManager)
	planned := func(id, kind, parent string, n int64, successor string) rootline.Place {
		p := place(id, kind, parent)
		p.Plan, p.Organisation = map[string]int64{"tree": n}, successor
		return p
	}
	for _, c := range []struct {
		name string
		who  *judgetest.Person
		p    rootline.Place
		want rootline.Code
	}{
		{"another's plan", other, planned("forest/9", "section", "forest", 1, ""), rootline.CodeForeignPlace},
		{"taken over by naming oneself", other, planned("forest/9", "section", "forest", 1, judgetest.Supervisor), rootline.CodeForeignPlace},
		{"a part of another's", other, planned("forest/10", "section", "forest", 1, ""), rootline.CodeForeignPlace},
		{"another's name", other, planned("hill."+judgetest.Prefixes[judgetest.Owner], "project", "", 1, ""), rootline.CodeForeignPlace},
		{"another's name for oneself", other, planned("hill."+judgetest.Prefixes[judgetest.Owner], "project", "", 1, judgetest.Supervisor), rootline.CodeForeignPlace},
		{"one's own name", f.manager, planned("hill."+judgetest.Prefixes[judgetest.Owner], "project", "", 1, ""), ""},
		{"under it", f.manager, planned("hill."+judgetest.Prefixes[judgetest.Owner]+"/1", "section", "hill."+judgetest.Prefixes[judgetest.Owner], 1, ""), ""},
		{"a name with a year", other, planned("hill.2026", "project", "", 1, ""), ""},
		{"a name that others want, too", other, planned("hill", "project", "", 1, ""), ""},
		{"to nobody", f.manager, planned("forest/9", "section", "forest", 1, "NobodyMSP"), rootline.CodeNoSuccessor},
		{"one's own", f.manager, planned("forest/9", "section", "forest", 1, ""), ""},
		{"handed over", f.manager, planned("forest/9", "section", "forest", 2, judgetest.Supervisor), ""},
		{"no more one's own", f.manager, planned("forest/9", "section", "forest", 3, ""), rootline.CodeForeignPlace},
		{"nor what is new under it", f.manager, planned("forest/9/15", "plot", "forest/9", 3, ""), rootline.CodeForeignPlace},
		{"what was under it stays", f.manager, planned("forest/9/14", "plot", "forest/9", 3, ""), ""},
		{"the successor's", other, planned("forest/9", "section", "forest", 4, ""), ""},
		{"and what is new under it", other, planned("forest/9/15", "plot", "forest/9", 3, ""), ""},
		{"a part given away at once", f.manager, planned("forest/11", "section", "forest", 1, judgetest.Supervisor), ""},
		{"is another's", other, planned("forest/11", "section", "forest", 2, judgetest.Owner), ""},
	} {
		if err := f.Try(c.who, judgetest.Act(rootline.ActPlace, c.p)); rootline.CodeOf(err) != c.want {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	r, err = f.State.Get(rootline.Ref{Space: rootline.SpacePlace, ID: "forest/9"})
	if p := r.(*rootline.Place); err != nil || p.Organisation != judgetest.Supervisor || p.Plan["tree"] != 4 {
		t.Errorf("%+v %v", p, err)
	}
}

// TestAVoteIsOnARulebookOnly: what a ballot on a protocol number has is no text that could be adopted.
func TestAVoteIsOnARulebookOnly(t *testing.T) {
	w := judgetest.NewWorld(t)
	number := rootline.FirstProtocol + 1
	for _, org := range []string{judgetest.Owner, judgetest.Contractor} {
		w.Do(w.Admins[org], judgetest.Act(rootline.ActRaise, rootline.RaiseData{Protocol: number}))
	}
	e := judgetest.Act(rootline.ActVote, rootline.VoteData{Rulebook: rootline.ProtocolBallot(number), SHA256: rootline.HashOf(nil)})
	if err := w.Try(w.Admins[judgetest.Supervisor], e); rootline.CodeOf(err) != rootline.CodeUnknownRulebook {
		t.Fatalf("a vote for a rulebook that is a number: %v", err)
	}
}

// TestNobodyKeepsAVersionFromTheOthers: whoever proposes first has no veto over what the others want.
func TestNobodyKeepsAVersionFromTheOthers(t *testing.T) {
	w := judgetest.NewWorld(t)
	text := string(rulebook.Shipped()[forestation])
	hostile, owner := w.Admins[judgetest.Contractor], w.Admins[judgetest.Owner]
	supervisor, regulator := w.Admins[judgetest.Supervisor], w.Admins[judgetest.Regulator]
	propose := func(yaml string) *rootline.Event {
		return judgetest.Act(rootline.ActPropose, rootline.ProposeData{YAML: yaml})
	}
	vote := func(ballot, yaml string) *rootline.Event {
		return judgetest.Act(rootline.ActVote, rootline.VoteData{Rulebook: ballot, SHA256: rootline.HashOf([]byte(yaml))})
	}
	try := func(who *judgetest.Person, e *rootline.Event, want rootline.Code) {
		t.Helper()
		if err := w.Try(who, e); rootline.CodeOf(err) != want {
			t.Fatalf("got %v, want %q", err, want)
		}
	}
	own := rootline.OwnBallot(forestation, judgetest.Owner)
	try(hostile, propose(text+"# mine\n"), "")
	try(owner, propose(text+"# a slip\n"), "")
	try(owner, propose(text), "") // nobody else wants the slip: it is put right
	try(owner, propose(text), rootline.CodeAlreadyVoted)
	try(hostile, propose(text+"# mine again\n"), "") // its own, too
	try(supervisor, vote(own, text+"# a slip\n"), rootline.CodeOtherText)
	try(supervisor, propose(text), "") // the same text is the same ballot
	try(owner, propose(text+"# too late\n"), rootline.CodeOtherText)
	try(regulator, vote(forestation, text), rootline.CodeOtherText)
	try(regulator, vote(own, text), "")
	r, err := w.State.Get(rootline.Ref{Space: rootline.SpaceRulebook, ID: forestation})
	if err != nil || r == nil || r.(*rootline.AdoptedRulebook).YAML != text {
		t.Fatalf("adopted %v, %v", r, err)
	}
	if b, _ := w.State.Get(rootline.Ref{Space: rootline.SpaceBallot, ID: own}); len(b.(*rootline.Ballot).Votes) != 3 {
		t.Errorf("ballot %+v", b)
	}
	try(supervisor, vote(forestation, text+"# mine again\n"), rootline.CodeRulebookAdopted)
	try(supervisor, propose(text+"# mine again\n"), rootline.CodeRulebookAdopted)
}

// TestAnUnversionedNameIsRefused: under a rulebook's name alone lies another record than a text.
func TestAnUnversionedNameIsRefused(t *testing.T) {
	w := judgetest.NewWorld(t)
	w.Adopt(rulebook.Shipped()[forestation], forestation)
	admin := w.Admins[judgetest.Owner]
	for _, e := range []*rootline.Event{
		judgetest.Act(rootline.ActMove, rootline.MoveData{Rulebook: "forestation", Assets: []string{"x"}, Reason: "r"}),
		judgetest.Act(rootline.ActVote, rootline.VoteData{Rulebook: "forestation"}),
	} {
		if err := w.Try(admin, e); rootline.CodeOf(err) != rootline.CodeUnknownRulebook {
			t.Errorf("%s: got %v", e.Action, err)
		}
	}
}

// TestOpenVotesAreBounded: an organisation proposes and votes for so much at a time, and takes back a vote for more. What
// is decided counts no more.
func TestOpenVotesAreBounded(t *testing.T) {
	w := judgetest.NewWorld(t)
	text := string(rulebook.Shipped()[forestation])
	owner, contractor, supervisor := w.Admins[judgetest.Owner], w.Admins[judgetest.Contractor], w.Admins[judgetest.Supervisor]
	named := func(n int) (string, string) {
		name := fmt.Sprintf("forestation-%d", n)
		return name + "@1", strings.Replace(text, "rulebook: forestation", "rulebook: "+name, 1)
	}
	propose := func(n int) *rootline.Event {
		_, yaml := named(n)
		return judgetest.Act(rootline.ActPropose, rootline.ProposeData{YAML: yaml})
	}
	vote := func(n int) *rootline.Event {
		name, yaml := named(n)
		return judgetest.Act(rootline.ActVote, rootline.VoteData{Rulebook: name, SHA256: rootline.HashOf([]byte(yaml))})
	}
	withdraw := func(name string) *rootline.Event {
		return judgetest.Act(rootline.ActWithdraw, rootline.WithdrawData{Rulebook: name})
	}
	try := func(what string, who *judgetest.Person, e *rootline.Event, want rootline.Code) {
		t.Helper()
		if err := w.Try(who, e); rootline.CodeOf(err) != want {
			t.Fatalf("%s: got %v, want %q", what, err, want)
		}
	}
	for n := range limits.OpenVotes {
		try("proposed", contractor, propose(n), "")
	}
	first, _ := named(0)
	try("one too many", contractor, propose(limits.OpenVotes), rootline.CodeTooManyVotes)
	try("another's text, which has a vote as well", owner, propose(limits.OpenVotes), "")
	try("a vote too many", contractor, vote(limits.OpenVotes), rootline.CodeTooManyVotes)
	try("its own text put right", contractor, judgetest.Act(rootline.ActPropose, rootline.ProposeData{YAML: strings.Replace(text, "rulebook: forestation", "rulebook: forestation-0", 1) + "# right\n"}), "")
	try("what nobody proposed", contractor, withdraw("forestation@9"), rootline.CodeUnknownRulebook)
	try("what another voted for", owner, withdraw(first), rootline.CodeNotVoted)
	try("no admin", w.Enrol(judgetest.Contractor, "planter"), withdraw(first), rootline.CodeWrongRole)
	try("withdrawn", contractor, withdraw(first), "")
	try("withdrawn twice", contractor, withdraw(first), rootline.CodeUnknownRulebook)
	try("a vote for what is withdrawn", owner, vote(0), rootline.CodeUnknownRulebook)
	if r, err := w.State.Get(rootline.Ref{Space: rootline.SpaceProposedText, ID: first}); err != nil || r.(*rootline.ProposedText).YAML != "" {
		t.Errorf("the text of what is withdrawn: %v %v", r, err)
	}
	try("room for another", contractor, vote(limits.OpenVotes), "")
	try("and no more", contractor, propose(0), rootline.CodeTooManyVotes)
	// The others adopt one. The vote for it is decided, and makes room.
	try("voted", owner, vote(1), "")
	try("adopted", supervisor, vote(1), "")
	second, _ := named(1)
	try("a vote for what holds is not taken back", contractor, withdraw(second), rootline.CodeRulebookAdopted)
	try("proposed anew", contractor, propose(0), "")
	// Who proposed takes the vote back: the ballot stays with those of the others.
	third, _ := named(2)
	try("voted", owner, vote(2), "")
	try("withdrawn by who proposed", contractor, withdraw(third), "")
	b, err := w.State.Get(rootline.Ref{Space: rootline.SpaceBallot, ID: third})
	if err != nil || !slices.Equal(b.(*rootline.Ballot).Votes, []string{judgetest.Owner}) {
		t.Errorf("%+v %v", b, err)
	}
	try("and voted again", contractor, vote(2), "")
}
