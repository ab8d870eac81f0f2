package proof

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/jws"
)

// write is where the files go for the other verifier: go test ./proof -run TestTampers -write DIR.

var write = flag.String("write", "", "a directory to write every tampered proof to, with manifest.json")

// tampered is a proof that something was done to.

type tampered struct {
	File string `json:"file"`
	Name string `json:"name"`
	// Anchor is the file of the anchor that it is held against.
	Anchor string `json:"anchor"`
	// Code is why it is refused, or the first thing in which it is weaker than asked; "" when it is valid. Exit is the command's.
	Code Code `json:"code"`
	Exit int  `json:"exit"`
	// Benign says that something was changed that proves nothing else: it stays valid, or becomes weaker.
	Benign bool  `json:"benign"`
	Asked  asked `json:"options"`

	bytes  []byte
	anchor *Anchor
}

// asked are the options, as a manifest has them.

type asked struct {
	Code          string           `json:"code,omitempty"`
	Nonce         string           `json:"nonce,omitempty"`
	Organisations int              `json:"orgs,omitempty"`
	MaxAge        int              `json:"maxAgeSeconds,omitempty"`
	Now           rootline.Instant `json:"now,omitempty"`
}

// tamperer makes tampered proofs.

type tamperer struct {
	testing.TB
	all []*tampered
	// tale is what they are made of, twin another ledger of the same names.
	tale, twin *tale
}

func (x *tamperer) add(name string, code Code, file []byte) *tampered {
	c := &tampered{Name: name, Code: code, bytes: file, anchor: x.tale.anchor(), Asked: asked{Now: x.tale.now}, Anchor: "anchor.json"}
	if code != "" {
		c.Exit = code.Exit()
	}
	x.all = append(x.all, c)
	return c
}

// unpacked adds a proof that unpacks to some bytes.

func (x *tamperer) unpacked(name string, code Code, b []byte) *tampered {
	return x.add(name, code, must(pack(b)))
}

// copied is a bundle that shares nothing with another.

func copied(b *Bundle) *Bundle { return must(decode(bytes.Clone(b.encode()))) }

// alter changes the proof of the tree.

func (x *tamperer) alter(name string, code Code, change func(b *Bundle)) *tampered {
	return x.altered(name, code, x.tale.bundle(), change)
}

func (x *tamperer) altered(name string, code Code, b *Bundle, change func(b *Bundle)) *tampered {
	b = copied(b)
	change(b)
	return x.unpacked(name, code, b.encode())
}

// ask changes question or answer, which are then endorsed anew.

func (x *tamperer) ask(name string, code Code, change func(q *asking)) *tampered {
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
	x.questions()
	x.harmless()
	x.flips()
	return x.all
}

// drop does not ask for a key.

// relinkAs makes the ledger hold event i under the id of what it was.

// invitations are those that the ledger would never have taken.

// absenceOf is the proof of absence with a changed question.

// harmless are changes after which a proof is as good, or shows a little less.

// flips change one bit of what is packed, anywhere. The file's hash is made anew, as who tampers would.

// verdict is what becomes of a file; nil when it is valid and as asked.

func verdict(file []byte, anchor *Anchor, a asked) *Fault {
	b, err := Decode(file)
	var fault *Fault
	if errors.As(err, &fault) {
		return fault
	}
	o := Options{Code: a.Code, Organisations: a.Organisations, MaxAge: time.Duration(a.MaxAge) * time.Second, Now: a.Now}
	if a.Nonce != "" {
		o.Nonce = must(hexBytes(a.Nonce))
	}
	r, err := Verify(b, anchor, o)
	if errors.As(err, &fault) {
		return fault
	}
	if len(r.Weaker) > 0 {
		return r.Weaker[0].fault("")
	}
	return nil
}

func TestTampers(t *testing.T) {
	all := tampers(t)
	kinds := map[string]int{}
	for i, c := range all {
		kinds[c.Name]++
		c.File = fmt.Sprintf("%04d.rlproof", i)
		code := Code("")
		fault := verdict(c.bytes, c.anchor, c.Asked)
		if fault != nil {
			code = fault.Code
		}
		if c.Code == "" && !c.Benign && code != "" {
			c.Code = code // any refusal will do; the other verifier must have the same
		}
		c.Exit = ExitValid
		if c.Code != "" {
			c.Exit = c.Code.Exit()
		}
		if code != c.Code || c.Benign != (code == "") && c.Exit != ExitWeaker {
			t.Errorf("%s: %v, want the code %q", c.Name, fault, c.Code)
		}
	}
	t.Logf("%d files, %d kinds", len(all), len(kinds))
	if *write != "" {
		writeTampers(t, all)
	}
}

func writeTampers(t *testing.T, all []*tampered) {
	t.Helper()
	save := func(name string, b []byte) {
		if err := os.WriteFile(filepath.Join(*write, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	anchors := map[[sha256.Size]byte]string{}
	for _, c := range all {
		b := c.anchor.Encode()
		sum := sha256.Sum256(b)
		if anchors[sum] == "" {
			anchors[sum] = "anchor.json"
			if n := len(anchors); n > 1 {
				anchors[sum] = fmt.Sprintf("anchor-%d.json", n)
			}
			save(anchors[sum], b)
		}
		c.Anchor = anchors[sum]
		save(c.File, c.bytes)
	}
	save("manifest.json", must(json.MarshalIndent(all, "", " ")))
}
