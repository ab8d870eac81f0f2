package rehearsal

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/jws"
	"github.com/rootline/rootline/rulebook"
)

// net is the id of the rehearsal's ledger: a signature made here holds nowhere else.
const net = "72656865617273616c00000000000000"

// begin is when every rehearsal starts: 2026-03-12T07:20:00Z. Examples do not depend on the day they are played.
const begin rootline.Instant = 1_773_300_000_000

// firstPrefix numbers the organisations' GS1 prefixes, below 952, which is for demonstrations.
const firstPrefix = 9_520_001

// person is a device.
type person struct {
	key  *ecdsa.PrivateKey
	org  string
	role string
}

// world is the founded ledger.
type world struct {
	ledger   Ledger
	now      rootline.Instant
	admins   map[string]*person
	prefixes map[string]string
	actors   map[string]*person
}

// newWorld founds a ledger with the organisations of the examples, adopts the rulebook, enrols the actors and registers
// the places. The error is a refusal when the examples ask for what no ledger takes.
func newWorld(f *rulebook.File, ledger Ledger) (*world, error) {
	w := &world{
		ledger: ledger, now: begin,
		admins: map[string]*person{}, prefixes: map[string]string{}, actors: map[string]*person{},
	}
	orgs := organisations(f.Examples)
	if err := w.found(f, orgs); err != nil {
		return nil, err
	}
	if err := w.adoptAll(f, orgs); err != nil {
		return nil, err
	}
	for _, p := range f.Examples.Actors {
		person, err := w.enrol(p.Organisation, p.Role, p.Name)
		if err != nil {
			return nil, err
		}
		w.actors[p.Name] = person
	}
	manager, err := w.enrol(orgs[0], rootline.RoleManager, "places")
	if err != nil {
		return nil, err
	}
	for _, p := range f.Examples.Places {
		if err := w.do(manager, act(rootline.ActPlace, p)); err != nil {
			return nil, fmt.Errorf("the place %s: %w", p.ID, err)
		}
	}
	return w, nil
}

// organisations are those of the actors; a ledger has at least two.
func organisations(x *rulebook.Examples) []string {
	var orgs []string
	for _, p := range x.Actors {
		if !slices.Contains(orgs, p.Organisation) {
			orgs = append(orgs, p.Organisation)
		}
	}
	for i := 1; len(orgs) < 2; i++ {
		if other := "Other" + strconv.Itoa(i); !slices.Contains(orgs, other) {
			orgs = append(orgs, other)
		}
	}
	return orgs
}

func (w *world) found(f *rulebook.File, orgs []string) error {
	roles := []string{rootline.RoleManager}
	for _, of := range append([]*rulebook.File{f}, f.Others...) {
		for _, r := range of.Roles {
			if r.Name != rootline.RoleAdmin && !slices.Contains(roles, r.Name) {
				roles = append(roles, r.Name)
			}
		}
	}
	founding := rootline.Founding{Net: net, Protocol: rootline.FirstProtocol}
	for i, msp := range orgs {
		w.prefixes[msp] = strconv.Itoa(firstPrefix + i)
		founding.Organisations = append(founding.Organisations, rootline.Organisation{
			MSPID: msp, Title: rootline.Text{En: msp, Zh: msp}, Prefix: w.prefixes[msp], Roles: roles,
		})
	}
	b, err := json.Marshal(founding)
	if err != nil {
		return err
	}
	if err := w.ledger.Found(orgs[0], string(b), w.now); err != nil {
		return err
	}
	for _, msp := range orgs {
		admin, err := newPerson(msp, rootline.RoleAdmin)
		if err != nil {
			return err
		}
		enrol, err := w.sign(admin, act(rootline.ActEnrol, rootline.EnrolData{
			Key: jws.KeyOf(&admin.key.PublicKey), Role: rootline.RoleAdmin, Name: "admin",
		}))
		if err != nil {
			return err
		}
		if err := w.ledger.Confirm(msp, enrol.JWS, w.now); err != nil {
			return err
		}
		w.admins[msp] = admin
	}
	return nil
}

// adoptAll adopts the rulebooks beside one, each after those that it reads, and that one last. Those that read one another
// are left to the ledger to refuse.
func (w *world) adoptAll(f *rulebook.File, orgs []string) error {
	rest := slices.Clone(f.Others)
	for len(rest) > 0 {
		next := max(0, slices.IndexFunc(rest, func(of *rulebook.File) bool {
			return !slices.ContainsFunc(rest, func(o *rulebook.File) bool { return len(of.ReadsOf(o.Name)) > 0 })
		}))
		if err := w.adopt(rest[next], orgs); err != nil {
			return fmt.Errorf("%s beside it: %w", rest[next].Ref(), err)
		}
		rest = slices.Delete(rest, next, next+1)
	}
	return w.adopt(f, orgs)
}

// adopt has the rulebook proposed and voted for. A later version finds the one before it in force.
func (w *world) adopt(f *rulebook.File, orgs []string) error {
	if f.Version > 1 {
		before := &rootline.CurrentRulebook{Name: f.Name, Version: f.Version - 1}
		if err := w.ledger.Seed(before); err != nil {
			return err
		}
	}
	if err := w.do(w.admins[orgs[0]], act(rootline.ActPropose, rootline.ProposeData{YAML: string(f.Rules)})); err != nil {
		return err
	}
	vote := rootline.VoteData{Rulebook: f.Ref(), SHA256: rootline.HashOf(f.Rules)}
	for _, msp := range orgs[1:] {
		if err := w.do(w.admins[msp], act(rootline.ActVote, vote)); err != nil && rootline.CodeOf(err) != rootline.CodeRulebookAdopted {
			return err
		}
	}
	return nil
}

func newPerson(org, role string) (*person, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	return &person{key, org, role}, err
}

// enrol invites a device and has it take the invitation.
func (w *world) enrol(org, role, name string) (*person, error) {
	if role == rootline.RoleAdmin {
		return w.admins[org], nil
	}
	once, err := newPerson(org, role)
	if err != nil {
		return nil, err
	}
	p, err := newPerson(org, role)
	if err != nil {
		return nil, err
	}
	invite := act(rootline.ActInvite, rootline.InviteData{
		Key: jws.KeyOf(&once.key.PublicKey), Role: role, Name: name, Expires: w.now + 86_400_000,
	})
	if err := w.do(w.admins[org], invite); err != nil {
		return nil, err
	}
	proof, err := json.Marshal(rootline.EnrolProof{
		Device: jws.KeyOf(&p.key.PublicKey).Thumbprint(), Organisation: org, Invitation: invite.ID,
	})
	if err != nil {
		return nil, err
	}
	signed, err := jws.Sign(once.key, rootline.TypEnrolment, net, proof)
	if err != nil {
		return nil, err
	}
	err = w.do(p, act(rootline.ActEnrol, rootline.EnrolData{Key: jws.KeyOf(&p.key.PublicKey), Role: role, Proof: signed}))
	return p, err
}

// act makes an event of the registry.
func act(action string, data any) *rootline.Event {
	b, err := json.Marshal(data)
	if err != nil {
		panic(err) // types of our own
	}
	return &rootline.Event{Action: action, Rulebook: rootline.Registry, Data: b}
}

// sign fills in id and time and signs.
func (w *world) sign(p *person, e *rootline.Event) (rootline.Submission, error) {
	e.ID, e.At = rootline.NewEventID(jws.KeyOf(&p.key.PublicKey).Thumbprint()), w.now
	b, err := json.Marshal(e)
	if err != nil {
		return rootline.Submission{}, err
	}
	compact, err := jws.Sign(p.key, rootline.TypEvent, net, b)
	return rootline.Submission{JWS: compact}, err
}

// do signs an event and has it recorded; the error is the refusal. A second passes each time.
func (w *world) do(p *person, e *rootline.Event) error { return w.doWith(p, e, nil) }

// doWith does the same with the proof of a code's place on a list.
func (w *world) doWith(p *person, e *rootline.Event, in *rootline.Inclusion) error {
	w.now += 1000
	sub, err := w.sign(p, e)
	if err != nil {
		return err
	}
	sub.Inclusion = in
	return w.ledger.Record(sub, w.now)
}
