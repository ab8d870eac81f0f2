package judgetest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/jws"
)

// Net is the id of the test ledger.
const Net = "00112233445566778899aabbccddeeff"

// Start is when the test ledger is founded.
const Start rootline.Instant = 1_773_300_000_000 // 2026-03-12T07:20:00Z

// MSP ids and prefixes of the test ledger's organisations.
const (
	Owner      = "OwnerMSP"
	Contractor = "ContractorMSP"
	Supervisor = "SupervisorMSP"
	Regulator  = "RegulatorMSP"
)

// Prefixes are the GS1 company prefixes, by MSP id.
var Prefixes = map[string]string{Owner: "9520001", Contractor: "9520002", Supervisor: "9520003", Regulator: "9520004"}

// Roles are what each organisation may give, besides admin.
var Roles = map[string][]string{
	Owner:      {rootline.RoleManager, "importer", "designer", "operator", "disposal"},
	Contractor: {"nursery", "carrier", "planter", "builder", "supplier", "factory"},
	Supervisor: {"supervisor", "laboratory"},
	Regulator:  {"regulator"},
}

// World is a founded ledger in memory whose organisations have confirmed, each with an admin.
type World struct {
	T      testing.TB
	State  *State
	Judge  *judge.Judge
	Now    rootline.Instant
	Admins map[string]*Person
	// Recorded, when set, is told of each transaction of Record that was accepted.
	Recorded func(subs []rootline.Submission, d *judge.Decision)
}

// Person is a device in a test.
type Person struct {
	Key          *ecdsa.PrivateKey
	Organisation string
	Role         string
}

// Kid is the id of the person's device.
func (p *Person) Kid() string { return jws.KeyOf(&p.Key.PublicKey).Thumbprint() }

// NewKey makes a key on P-256.
func NewKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// NewWorld founds the ledger.
func NewWorld(t testing.TB) *World {
	t.Helper()
	w := &World{T: t, State: NewState(), Judge: judge.New(), Now: Start, Admins: map[string]*Person{}}
	w.apply(w.Judge.Found(w.State, judge.Caller{MSPID: Owner, Admin: true}, FoundingJSON(t), w.Now))
	for _, msp := range []string{Owner, Contractor, Supervisor, Regulator} {
		admin := &Person{Key: NewKey(t), Organisation: msp, Role: rootline.RoleAdmin}
		enrol := w.Sign(admin, Act(rootline.ActEnrol, rootline.EnrolData{
			Key: jws.KeyOf(&admin.Key.PublicKey), Role: rootline.RoleAdmin, Name: "admin",
		}))
		w.apply(w.Judge.Confirm(w.State, judge.Caller{MSPID: msp, Admin: true}, enrol.JWS, w.Now))
		w.Admins[msp] = admin
	}
	return w
}

// FoundingJSON is the argument of Found for the test ledger.
func FoundingJSON(t testing.TB) string {
	t.Helper()
	f := rootline.Founding{Net: Net, Protocol: rootline.FirstProtocol}
	for _, msp := range []string{Owner, Contractor, Supervisor, Regulator} {
		f.Organisations = append(f.Organisations, rootline.Organisation{
			MSPID: msp, Title: rootline.Text{En: msp, Zh: msp}, Prefix: Prefixes[msp], Roles: Roles[msp],
		})
	}
	b, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func (w *World) apply(d *judge.Decision, err error) {
	w.T.Helper()
	if err != nil {
		w.T.Fatal(err)
	}
	if len(d.Refused) > 0 {
		w.T.Fatalf("refused: %v", d.Refused[0].Error)
	}
	w.State.Apply(d.Writes)
}

// Act makes an event of the registry.
func Act(action string, data any) *rootline.Event {
	b, err := json.Marshal(data)
	if err != nil {
		panic(err)
	}
	return &rootline.Event{Action: action, Rulebook: rootline.Registry, Data: b}
}

// Sign fills in the id and the time where they are missing and signs.
func (w *World) Sign(p *Person, e *rootline.Event) rootline.Submission {
	w.T.Helper()
	if e.ID == "" {
		e.ID = rootline.NewEventID(p.Kid())
	}
	if e.At == 0 {
		e.At = w.Now
	}
	b, err := json.Marshal(e)
	if err != nil {
		w.T.Fatal(err)
	}
	return w.SignRaw(p.Key, rootline.TypEvent, string(b))
}

// SignRaw signs any bytes.
func (w *World) SignRaw(key *ecdsa.PrivateKey, typ, payload string) rootline.Submission {
	w.T.Helper()
	compact, err := jws.Sign(key, typ, Net, []byte(payload))
	if err != nil {
		w.T.Fatal(err)
	}
	return rootline.Submission{JWS: compact}
}

// Record judges submissions as one transaction and applies it when nothing was refused. A second passes each time.
func (w *World) Record(subs ...rootline.Submission) *judge.Decision {
	w.T.Helper()
	w.Now += 1000
	d, err := w.Judge.Record(w.State, subs, w.Now)
	if err != nil {
		w.T.Fatal(err)
	}
	if len(d.Refused) == 0 {
		w.State.Apply(d.Writes)
		if w.Recorded != nil {
			w.Recorded(subs, d)
		}
	}
	return d
}

// Do signs and records one event that must be accepted.
func (w *World) Do(p *Person, e *rootline.Event) {
	w.T.Helper()
	if err := w.Try(p, e); err != nil {
		w.T.Fatalf("%s %s: %v", e.Action, e.Asset, err)
	}
}

// Try signs and records one event, and returns why it was refused, or nil.
func (w *World) Try(p *Person, e *rootline.Event) error {
	w.T.Helper()
	return w.TrySubmission(w.Sign(p, e))
}

// TrySubmission records one submission, and returns why it was refused, or nil.
func (w *World) TrySubmission(sub rootline.Submission) error {
	w.T.Helper()
	if d := w.Record(sub); len(d.Refused) > 0 {
		return d.Refused[0].Error
	}
	return nil
}

// Offer is an invitation as its link carries it: the one-time key, and what is accepted with it.
type Offer struct {
	Once         *ecdsa.PrivateKey
	Organisation string
	// Event is the one that invites.
	Event *rootline.Event
}

// Offer makes the event by which an admin invites whoever has the one-time key.
func (w *World) Offer(by *Person, role string, once *ecdsa.PrivateKey) Offer {
	e := Act(rootline.ActInvite, rootline.InviteData{
		Key: jws.KeyOf(&once.PublicKey), Role: role, Name: role + "-1", Expires: w.Now + 86_400_000,
	})
	e.ID = rootline.NewEventID(by.Kid())
	return Offer{once, by.Organisation, e}
}

// Invite lets the admin of an organisation offer a role.
func (w *World) Invite(msp, role string) Offer {
	w.T.Helper()
	offer := w.Offer(w.Admins[msp], role, NewKey(w.T))
	w.Do(w.Admins[msp], offer.Event)
	return offer
}

// Enrolment makes the event by which key takes an invitation.
func (w *World) Enrolment(key *ecdsa.PrivateKey, offer Offer, role string) *rootline.Event {
	w.T.Helper()
	proof, err := json.Marshal(rootline.EnrolProof{
		Device: jws.KeyOf(&key.PublicKey).Thumbprint(), Organisation: offer.Organisation, Invitation: offer.Event.ID,
	})
	if err != nil {
		w.T.Fatal(err)
	}
	signed := w.SignRaw(offer.Once, rootline.TypEnrolment, string(proof))
	return Act(rootline.ActEnrol, rootline.EnrolData{Key: jws.KeyOf(&key.PublicKey), Role: role, Proof: signed.JWS})
}

// Enrol invites and enrols a device.
func (w *World) Enrol(msp, role string) *Person {
	w.T.Helper()
	p := &Person{Key: NewKey(w.T), Organisation: msp, Role: role}
	w.Do(p, w.Enrolment(p.Key, w.Invite(msp, role), role))
	return p
}

// Adopt has a rulebook proposed by the owner and voted for until it holds.
func (w *World) Adopt(yaml []byte, ref string) {
	w.T.Helper()
	w.Do(w.Admins[Owner], Act(rootline.ActPropose, rootline.ProposeData{YAML: string(yaml)}))
	for _, msp := range []string{Contractor, Supervisor} {
		w.Do(w.Admins[msp], Act(rootline.ActVote, rootline.VoteData{Rulebook: ref, SHA256: rootline.HashOf(yaml)}))
	}
}

// Code makes a fresh code of an organisation.
func Code(msp string) string { return rootline.NewCode(Prefixes[msp]) }
