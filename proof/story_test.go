package proof

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/channel"
)

// tale is what the tests prove: a tree from a listed lot with ten events, by devices of three organisations. One is invited by an
// admin who was invited; one was revoked, and its last event attested by another organisation; one event is another item's.
type tale struct {
	*world
	code, lot                           string
	codes                               rootline.Codes
	owner, contractor, supervisor       *person
	second, planter, inspector, manager *person
	events                              []Event
	// more are acts beside those that let the planter, the inspector and the manager in.
	more []string
	// keys are those that the proof of the tree has to ask for.
	keys []string
	item *rootline.Asset
}

func newTale(t testing.TB, name string) *tale {
	w := newWorld(t, name)
	s := &tale{world: w, code: "9520001TREE0000001", lot: "9520001LOT00000001"}
	s.contractor, s.owner, s.supervisor = w.confirm(w.orgs[0]), w.confirm(w.orgs[1]), w.confirm(w.orgs[3])
	s.second = w.invite(s.contractor, rootline.RoleAdmin, "C2")
	s.planter = w.invite(s.second, "planter", "C7")
	s.inspector = w.invite(s.supervisor, "supervisor", "S1")
	s.manager = w.invite(s.owner, rootline.RoleManager, "O1")
	all := []string{s.code}
	for i := range 40 {
		all = append(all, fmt.Sprintf("9520001TREE%07d", 100+i*3))
	}
	s.codes = rootline.NewCodes(all)
	list := s.codes.List()
	w.submit([]rootline.Record{&rootline.Asset{
		ID: s.lot, Kind: "seedling-lot", Rulebook: "forestation@1", State: "delivered", Maker: w.orgs[0].id, Custodian: w.orgs[0].id, List: &list, Seq: 1, Head: rootline.HashOf(nil), Changed: w.now,
	}})
	w.seal()
	s.keys = []string{"A/" + s.code, "A/" + s.lot}
	s.item = &rootline.Asset{ID: s.code, Kind: "tree", Rulebook: "forestation@1", Maker: w.orgs[0].id, Custodian: w.orgs[0].id, Lot: s.lot}
	in, _ := s.codes.Prove(s.lot, s.code)
	for i := range 7 {
		e := s.event(s.planter, s.code, []string{"plant", "water"}[min(i, 1)])
		if i == 0 {
			s.record(s.planter, e, "planted", in)
		} else {
			s.record(s.planter, e, "planted", nil)
		}
	}
	e := s.event(s.inspector, s.code, "accept")
	seen := w.blocks[w.next-1].header
	e.Seen = &rootline.Seen{Block: seen.Number, Hash: rootline.HashOf(channel.Header(seen.Number, seen.Previous, seen.Data))}
	s.record(s.inspector, e, "accepted", nil)
	s.record(s.manager, s.event(s.manager, "9520002OTHER000001", "combine"), "accepted", nil)
	late := s.event(s.planter, s.code, "measure")
	d := s.device(s.planter)
	d.Revoked = w.now
	w.submit([]rootline.Record{d})
	s.attest(s.planter, s.inspector, late)
	for _, p := range []*person{s.owner, s.contractor, s.supervisor, s.second, s.planter, s.inspector, s.manager} {
		s.keys = append(s.keys, "D/"+p.kid)
		for _, message := range p.acts {
			s.keys = append(s.keys, "E/"+s.idOf(message))
		}
	}
	for _, o := range []*org{w.orgs[0], w.orgs[1], w.orgs[3]} {
		s.keys = append(s.keys, "O/"+o.id)
	}
	for key := range w.state {
		if key[0] == 'E' && !slices.Contains(s.keys, key) {
			s.keys = append(s.keys, key) // the confirmed enrolments
		}
	}
	slices.Sort(s.keys)
	s.keys = slices.Compact(s.keys)
	w.seal()
	return s
}

// seal writes the seal.
func (w *world) seal() {
	c := w.call([]byte(wire.FnSeal), nonce)
	w.write([][]byte{c.envelope()}, 0, &rootline.Seal{Nonce: nonce, Witnessed: w.now})
}

func (s *tale) event(by *person, asset, action string) *rootline.Event {
	return &rootline.Event{ID: s.id(by), Asset: asset, Action: action, Rulebook: "forestation@1", At: s.now - 30_000, Data: json.RawMessage(`{"height":120}`)}
}

// idOf is the id of the event in a JWS.
func (s *tale) idOf(compact string) string {
	var e struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(split(compact).Payload, &e); err != nil {
		s.Fatal(err)
	}
	return e.ID
}

// record adds an event to the tree's history.
func (s *tale) record(by *person, e *rootline.Event, state string, in *rootline.Inclusion) {
	s.link(Event{JWS: split(s.sign(by, rootline.TypEvent, e)), Inclusion: in}, e, state)
}

// attest adds an event for which another device vouches.
func (s *tale) attest(by, voucher *person, e *rootline.Event) {
	inner := s.sign(by, rootline.TypEvent, e)
	act := &rootline.Event{ID: s.id(voucher), Action: rootline.ActAttest, Rulebook: rootline.Registry, At: s.now, Data: must(json.Marshal(rootline.AttestData{JWS: inner, Reason: "It was in the woods."}))}
	attestation := split(s.sign(voucher, rootline.TypEvent, act))
	s.link(Event{JWS: split(inner), Attestation: &attestation}, e, s.item.State,
		&rootline.EventRecord{ID: act.ID, Subject: "E/" + e.ID, Hash: attestation.hash()})
}

func (s *tale) link(given Event, e *rootline.Event, state string, more ...rootline.Record) {
	s.item.Link(given.hash(), s.now)
	s.item.State = state
	r := &rootline.EventRecord{ID: e.ID, Subject: e.Asset, Hash: given.hash()}
	if r.Seq = s.item.Seq; e.Asset != s.code {
		r.Seq = 3
	}
	submitted := given.compact()
	if given.Attestation != nil {
		submitted = given.Attestation.compact()
	}
	item := *s.item
	s.submit(append(more, r, &item), submitted)
	s.events = append(s.events, given)
}

// renew has an admin move the end of a device.
func (s *tale) renew(by, p *person, until rootline.Instant) *rootline.EventRecord {
	e := &rootline.Event{ID: s.id(by), Action: rootline.ActRenew, Rulebook: rootline.Registry, At: s.now, Data: must(json.Marshal(rootline.RenewData{Device: p.kid, Until: until}))}
	message := s.sign(by, rootline.TypEvent, e)
	d := s.device(p)
	d.Until = until
	r := &rootline.EventRecord{ID: e.ID, Subject: "D/" + p.kid, Hash: hashOfJWS(message)}
	s.submit([]rootline.Record{d, r}, message)
	s.more, s.keys = append(slices.Clone(s.more), message), append(s.keys, "E/"+e.ID)
	return r
}

// engage adds a device whose way in the proof shows, too.
func (s *tale) engage(p *person) *person {
	s.keys = append(s.keys, "D/"+p.kid)
	for _, message := range p.acts {
		if key := "E/" + s.idOf(message); !slices.Contains(s.keys, key) {
			s.keys, s.more = append(s.keys, key), append(slices.Clone(s.more), message)
		}
	}
	return p
}

// move makes the ledger have written a key elsewhere.
func (s *tale) move(key string, to channel.Version) {
	v := s.state[key]
	v.version = to
	s.state[key] = v
}

// enrolledAt is where a person's device came in.
func (s *tale) enrolledAt(p *person) channel.Version {
	for key, v := range s.state {
		if key[0] == 'E' {
			if r := recordOf[*rootline.EventRecord](s, key); r.Subject == "D/"+p.kid && r.Witnessed == s.device(p).Since {
				return v.version
			}
		}
	}
	return channel.Version{}
}

// bundle is the proof of the tree, with one answer.
func (s *tale) bundle() *Bundle { return s.bundleOf(s.ask(s.keys...).finish()) }

// bundleOf is the proof of the tree with answers.
func (s *tale) bundleOf(answers ...[]byte) *Bundle {
	b := &Bundle{Kind: KindItem, Subject: s.code, Configurations: slices.Clone(s.configs), Answers: answers, Events: slices.Clone(s.events)}
	b.Confirms = [][]byte{s.confirms[s.orgs[0].id], s.confirms[s.orgs[1].id], s.confirms[s.orgs[3].id]}
	acts := slices.Clone(s.more)
	for _, p := range []*person{s.planter, s.inspector, s.manager} {
		acts = append(acts, p.acts...)
	}
	slices.SortFunc(acts, func(x, y string) int {
		if s.idOf(x) < s.idOf(y) {
			return -1
		}
		return 1
	})
	for _, a := range acts {
		b.Acts = append(b.Acts, split(a))
	}
	needed := map[uint64]bool{}
	for _, key := range append(slices.Clone(s.keys), wire.AlwaysAttested...) {
		if at := s.state[key].version; at.Exists {
			needed[at.Block] = true
		}
	}
	for i := range s.events {
		var e rootline.Event
		if err := json.Unmarshal(s.events[i].Payload, &e); err != nil {
			s.Fatal(err)
		}
		if e.Seen != nil {
			needed[e.Seen.Block] = true
		}
	}
	b.Headers = s.headers(needed)
	return b
}

func (w *world) headers(needed map[uint64]bool) []Header {
	var out []Header
	for n := range w.next {
		if needed[n] && w.blocks[n] != nil {
			out = append(out, w.blocks[n].header)
		}
	}
	return out
}

// absence is the proof that a code was never recorded.
func (s *tale) absence(code string) *Bundle {
	keys := []string{"A/" + code, "T/" + code, "A/" + s.lot}
	needed := map[uint64]bool{}
	for _, key := range append(keys, wire.AlwaysAttested...) {
		if at := s.state[key].version; at.Exists {
			needed[at.Block] = true
		}
	}
	b := &Bundle{
		Kind: KindAbsence, Subject: code, Configurations: slices.Clone(s.configs), Answers: [][]byte{s.ask(keys...).finish()}, Headers: s.headers(needed),
	}
	i, _ := slices.BinarySearch(s.codes, code)
	n := Neighbours{List: s.lot}
	if i > 0 {
		n.Before = s.place(i - 1)
	}
	if i < len(s.codes) {
		n.After = s.place(i)
	}
	b.Neighbours = []Neighbours{n}
	return b
}

func (s *tale) place(i int) *Place {
	in, _ := s.codes.Prove(s.lot, s.codes[i])
	return &Place{uint64(in.Index), s.codes[i], in.Path}
}

// set is a list of two items, signed by the clients of organisations.
func (s *tale) set(by ...*signer) *Bundle {
	at := s.blocks[s.next-1].header
	items := []Item{{s.lot, 1, rootline.HashOf(nil), nil}, {s.code, s.item.Seq, s.item.Head, nil}}
	b := &Bundle{
		Kind: KindSet, Subject: "place/forest/9", Configurations: slices.Clone(s.configs), Headers: []Header{at},
		Set: &Set{s.net, at.Number, rootline.HashOf(channel.Header(at.Number, at.Previous, at.Data)), s.now, s.orgs[0].id, items},
	}
	for _, c := range by {
		b.Voices = append(b.Voices, Voice{c.identity(), c.sign(b.Set.Message(b.Subject))})
	}
	return b
}

// anchor is what each organisation publishes of the ledger.
func (w *world) anchor() *Anchor {
	a := &Anchor{Version: 1, Channel: "works", Hash: w.genesis, Net: w.net, K: 3}
	for _, o := range w.orgs {
		a.Members = append(a.Members, o.id)
	}
	return a
}
