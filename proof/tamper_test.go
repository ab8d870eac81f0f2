package proof

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/jws"
	"github.com/rootline/rootline/proof/vectors"
)

// tampered is a proof that something was done to.

type tampered struct {
	Name string
	// Code is why it is refused, or the first thing in which it is weaker than asked; "" when it is valid.
	Code Code
	// Benign says that something was changed that proves nothing else: it stays valid, or becomes weaker.
	Benign bool
	Asked  asked

	bytes  []byte
	anchor *Anchor
}

// asked are the options, as the table of vectors has them.

type asked struct {
	Code, Nonce           string
	Organisations, MaxAge int
	Now                   rootline.Instant
}

// tamperer makes tampered proofs.

type tamperer struct {
	testing.TB
	all []*tampered
	// tale is what they are made of, twin another ledger of the same names.
	tale, twin *tale
	// alters, asks and lied are what was done so far: done are two at a time, too.
	alters []done[*Bundle]
	asks   []done[*asking]
	lied   []done[*tale]
}

// done is something that is done to a proof, or to what it is made of.
type done[T any] struct {
	name string
	do   func(T)
}

func (x *tamperer) add(name string, code Code, file []byte) *tampered {
	c := &tampered{Name: name, Code: code, bytes: file, anchor: x.tale.anchor(), Asked: asked{Now: x.tale.now}}
	x.all = append(x.all, c)
	return c
}

// unpacked adds a proof that unpacks to some bytes.

func (x *tamperer) unpacked(name string, code Code, b []byte) *tampered {
	return x.add(name, code, stored(b))
}

// stored packs what is unpacked as it is: so the file is the same whatever packs it, and most of it is what other files have too.

func stored(unpacked []byte) []byte {
	out := bytes.NewBuffer(make([]byte, len(magic)+sha256.Size))
	w := must(flate.NewWriter(out, flate.NoCompression))
	_ = must(w.Write(unpacked))
	must(0, w.Close())
	return headed(out.Bytes())
}

// copied is a bundle that shares nothing with another.

func copied(b *Bundle) *Bundle { return must(decode(bytes.Clone(b.encode()))) }

// alter changes the proof of the tree.

func (x *tamperer) alter(name string, code Code, change func(b *Bundle)) *tampered {
	x.alters = append(x.alters, done[*Bundle]{name, change})
	return x.altered(name, code, x.tale.bundle(), change)
}

func (x *tamperer) altered(name string, code Code, b *Bundle, change func(b *Bundle)) *tampered {
	b = copied(b)
	change(b)
	return x.unpacked(name, code, b.encode())
}

// ask changes question or answer, which are then endorsed anew.

func (x *tamperer) ask(name string, code Code, change func(q *asking)) *tampered {
	x.asks = append(x.asks, done[*asking]{name, change})
	q := x.tale.ask(x.tale.keys...)
	change(q)
	return x.unpacked(name, code, x.tale.bundleOf(q.finish()).encode())
}

// leaf changes an answer after it was endorsed.

func (x *tamperer) leaf(name string, code Code, change func(a *channel.Answer)) *tampered {
	return x.alter(name, code, func(b *Bundle) {
		a := must(channel.ParseAnswer(b.Answers[0]))
		change(a)
		b.Answers[0] = a.Encode()
	})
}

// lie changes the ledger on which all organisations then vouch.

func (x *tamperer) lie(name string, code Code, change func(s *tale)) *tampered {
	x.lied = append(x.lied, done[*tale]{name, change})
	s := x.tale.copied()
	change(s)
	return x.unpacked(name, code, s.bundle().encode())
}

// copied is a tale of the same ledger that may go another way.

func (s *tale) copied() *tale {
	w := *s.world
	w.blocks, w.state, w.confirms = map[uint64]*kept{}, map[string]value{}, map[string][]byte{}
	for k, v := range s.blocks {
		w.blocks[k] = v
	}
	for k, v := range s.state {
		w.state[k] = v
	}
	for k, v := range s.confirms {
		w.confirms[k] = v
	}
	c, item := *s, *s.item
	c.world, c.events, c.keys, c.item = &w, slices.Clone(s.events), slices.Clone(s.keys), &item
	c.configs = slices.Clone(s.configs)
	return &c
}

// put replaces a record, where it was written.

func (s *tale) put(r rootline.Record) {
	key := wire.Key(r.Ref())
	s.state[key] = value{must(wire.Encode(r)), s.state[key].version}
}

// recordOf reads a record of the state.

func recordOf[T rootline.Record](s *tale, key string) T {
	return must(wire.Decode(must(wire.ParseKey(key)), s.state[key].bytes)).(T)
}

// relink makes the ledger hold the events as they are.

func (s *tale) relink() {
	s.item.Seq, s.item.Head = uint64(len(s.events)), rootline.Hash{}
	for i := range s.events {
		s.item.Head = rootline.NextHead(s.item.Head, uint64(i)+1, s.events[i].hash())
		if key := "E/" + s.idOf(s.events[i].compact()); s.state[key].version.Exists {
			r := recordOf[*rootline.EventRecord](s, key)
			r.Hash = s.events[i].hash()
			s.put(r)
		}
	}
	s.put(s.item)
}

// resign signs an event anew, as a person or with another header, and makes the ledger hold it.

func (s *tale) resign(i int, by *person, change func(e *rootline.Event, h *jws.Header)) {
	var e rootline.Event
	must(0, json.Unmarshal(s.events[i].Payload, &e))
	h := jws.Header{Alg: jws.Algorithm, Typ: rootline.TypEvent, Kid: by.kid, Net: s.net}
	change(&e, &h)
	s.events[i].JWS = split(s.signWith(by.key, h, must(json.Marshal(e))))
	s.relink()
}

// flip changes one bit.

func flip(b []byte, i int) []byte {
	out := slices.Clone(b)
	out[i%len(out)] ^= 1 << (i % 8)
	return out
}

// tampers are all of them. Each line is a kind, of which some are made several times.

func tampers(t testing.TB) []*tampered {
	x := &tamperer{TB: t, tale: newTale(t, "works"), twin: newTale(t, "twin")}
	x.container()
	x.configurations()
	x.headers()
	x.answers()
	x.parts()
	x.certificates()
	x.events()
	x.people()
	x.blocks()
	x.absences()
	x.sets()
	x.packs()
	x.rulebooks()
	x.questions()
	x.harmless()
	x.pairs()
	x.flips()
	return x.all
}

// drop does not ask for a key.

// relinkAs makes the ledger hold event i under the id of what it was.

// invitations are those that the ledger would never have taken.

// absenceOf is the proof of absence with a changed question.

// harmless are changes after which a proof is as good, or shows a little less.

// verdict is what becomes of a file: its report, or why it is refused.

func verdict(file []byte, anchor *Anchor, a asked) (*Report, *Fault) {
	o := Options{Code: a.Code, Organisations: a.Organisations, MaxAge: time.Duration(a.MaxAge) * time.Second, Now: a.Now}
	if a.Nonce != "" {
		o.Nonce = must(hex.DecodeString(a.Nonce))
	}
	verify := verifyFile
	if IsPack(file) {
		verify = func(file []byte, anchor *Anchor, o Options) (*Report, error) {
			return VerifyPack(bytes.NewReader(file), int64(len(file)), anchor, o, nil)
		}
	}
	r, err := verify(file, anchor, o)
	var fault *Fault
	if errors.As(err, &fault) {
		return nil, fault
	}
	return r, nil
}

// firstCode is the code of what becomes of a file: "" for what is valid and as asked.

func firstCode(r *Report, fault *Fault) Code {
	switch {
	case fault != nil:
		return fault.Code
	case len(r.Weaker) > 0:
		return r.Weaker[0]
	}
	return ""
}

// The table of vectors is what the tests of this package make of each kind; -update writes it anew.

func TestTampers(t *testing.T) {
	all := tampers(t)
	kinds := map[string]int{}
	var table vectors.Builder
	for _, c := range all {
		kinds[c.Name]++
		report, fault := verdict(c.bytes, c.anchor, c.Asked)
		code := firstCode(report, fault)
		if c.Code == "" && !c.Benign && code != "" {
			c.Code = code // any refusal will do; the other verifier must have the same
		}
		v := vectors.Vector{Name: c.Name, Code: string(code), Asked: vectors.Asked{Code: c.Asked.Code, Nonce: c.Asked.Nonce, Organisations: c.Asked.Organisations, MaxAge: c.Asked.MaxAge}}
		if c.Asked.Now != 0 {
			v.Asked.Now = c.Asked.Now.String()
		}
		if code != "" {
			v.Exit = code.Exit()
		}
		if code != c.Code || c.Benign != (code == "") && v.Exit != ExitWeaker {
			t.Errorf("%s: %v, want the code %q", c.Name, fault, c.Code)
		}
		var summary []byte
		if report != nil {
			summary = must(json.Marshal(report))
		}
		must(0, table.Add(v, c.bytes, c.anchor.Encode(), summary))
	}
	t.Logf("%d files, %d kinds", len(all), len(kinds))
	name, b := filepath.Join("vectors", vectors.Name), table.Encode()
	if *update {
		must(0, os.WriteFile(name, b, 0o644)) // it is for whoever verifies
	}
	if got, err := os.ReadFile(name); err != nil || !bytes.Equal(got, b) {
		t.Errorf("%s is another table (%v): go test ./proof -update", name, err)
	}
	read := must(vectors.Parse(b))
	for i, c := range all {
		if !bytes.Equal(read.Bytes(&read.Vectors[i]), c.bytes) {
			t.Fatalf("%s is another file in the table", c.Name)
		}
	}
}
