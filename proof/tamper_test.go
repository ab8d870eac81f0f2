package proof

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"google.golang.org/protobuf/encoding/protowire"

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

func (x *tamperer) container() {
	good := must(Encode(x.tale.bundle()))
	unpacked := x.tale.bundle().encode()
	for i := range 8 {
		x.add("magic", codeMagic, flip(good[:8:8], i*3)).bytes = append(flip(good[:8:8], i*3), good[8:]...)
		x.add("outer hash", codeOuterHash, append(slices.Concat(good[:8], flip(good[8:40], i*5)), good[40:]...))
		x.add("content", codeOuterHash, append(slices.Clone(good[:40]), flip(good[40:], i*997)...))
	}
	for _, n := range []int{1, 7, 100, len(good) - 60} {
		x.add("truncated", codeOuterHash, good[:len(good)-n])
		x.add("truncated, hashed again", codeDeflate, headed(slices.Clone(good[:len(good)-n])))
	}
	x.add("truncated to the head", codeMagic, good[:7])
	x.add("trailing bytes", codeOuterHash, append(slices.Clone(good), 0))
	x.add("trailing bytes, hashed again", codeDeflate, headed(append(slices.Clone(good), 1, 2, 3)))
	x.add("two files in one", codeOuterHash, slices.Concat(good, good))
	x.unpacked("bomb", codeTooLarge, make([]byte, MaxBytes+1))
	x.unpacked("bomb of lists", codeTooLarge, append([]byte{0x9a, 0, 0x40, 0, 0}, make([]byte, 4<<20)...))
	x.unpacked("bomb of depth", codeCBOR, bytes.Repeat([]byte{0x81}, 1<<20))
	x.unpacked("list that is announced", codeCBOR, []byte{0x9b, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff})
	x.unpacked("text that is announced", codeCBOR, []byte{0x7b, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff})
	for name, head := range map[string][]byte{"long number": {unpacked[0], 0, 0x18, 1}, "long key": {unpacked[0], 0x18, 0, 1}, "float": {unpacked[0], 0, 0xf9, 0x3c, 0}, "tag": {unpacked[0], 0, 0xc0, 1}, "true": {unpacked[0], 0, 0xf5}, "indefinite": {0xbf, 0, 1}} {
		x.unpacked("not canonical: "+name, codeCBOR, append(head, unpacked[3:]...))
	}
	x.unpacked("repeated key", codeCBOR, slices.Concat([]byte{unpacked[0] + 1, 0, 1}, unpacked[1:]))
	x.unpacked("keys out of order", codeCBOR, slices.Concat([]byte{unpacked[0], 1, 1, 0, 1}, unpacked[5:]))
	x.unpacked("after the end", codeCBOR, append(slices.Clone(unpacked), 0))
	x.unpacked("unknown field", codeUnknownField, slices.Concat([]byte{unpacked[0] + 1}, unpacked[1:], []byte{0x18, 99, 0}))
	x.unpacked("other version", codeVersion, slices.Concat([]byte{unpacked[0], 0, 2}, unpacked[3:]))
	x.unpacked("other kind", codeUnused, slices.Concat([]byte{unpacked[0], 0, 1, 1, 2}, unpacked[5:]))
	x.unpacked("no kind", codeForm, slices.Concat([]byte{unpacked[0], 0, 1, 1, 9}, unpacked[5:]))
	for _, key := range []byte{fieldRulebooks, fieldLog, fieldTimestamp} {
		x.unpacked("field for later", codeNotYet, []byte{0xa2, 0, 1, key, 0x41, 0})
	}
	x.unpacked("not a map", codeForm, []byte{0x80})
	x.alter("no subject", codeForm, func(b *Bundle) { b.Subject = "" })
	x.alter("long subject", codeForm, func(b *Bundle) { b.Subject = strings.Repeat("<script>alert(1)</script>", 20) })
	x.alter("neighbours of an item", codeUnused, func(b *Bundle) { b.Neighbours = []Neighbours{{List: x.tale.lot}} })
	x.altered("events of an absence", codeUnused, x.tale.absence("9520001TREE0000002"), func(b *Bundle) { b.Events = x.tale.events })
	x.alter("HTML as a code", codeNotAttested, func(b *Bundle) { b.Subject = "<img src=x onerror=alert(1)>" })
	x.alter("no events", codeForm, func(b *Bundle) { b.Events = nil })
	x.alter("no answers", codeForm, func(b *Bundle) { b.Answers = nil })
}

func (x *tamperer) configurations() {
	s := x.tale
	x.unpacked("another ledger of the same names", codePin, x.twin.bundle().encode())
	x.alter("genesis of another ledger", codePin, func(b *Bundle) { b.Configurations[0] = x.twin.configs[0] })
	x.alter("replaced root CA", codePin, func(b *Bundle) {
		orgs := slices.Clone(s.orgs)
		orgs[0] = x.twin.orgs[0]
		b.Configurations[0].Envelope = s.configurationOf(orgs, 0, nil)
	})
	for i := range 6 {
		x.alter("byte of the genesis", codePin, func(b *Bundle) { b.Configurations[0].Envelope = flip(b.Configurations[0].Envelope, i*1601+3) })
		x.alter("byte of a configuration", codeBlockSignatures, func(b *Bundle) { b.Configurations[1].Envelope = flip(b.Configurations[1].Envelope, i*1601+3) })
		x.alter("previous hash of a configuration", codeBlockSignatures, func(b *Bundle) { b.Configurations[1].Previous = flip(b.Configurations[1].Previous, i*5) })
		x.alter("value signed with a configuration", codeBlockSignatures, func(b *Bundle) {
			b.Configurations[1].Signatures.Value = flip(b.Configurations[1].Signatures.Value, i)
		})
		x.alter("signature on a configuration", codeBlockSignatures, func(b *Bundle) {
			b.Configurations[1].Signatures.By[i%3].Signature = flip(b.Configurations[1].Signatures.By[i%3].Signature, 6+i*9)
		})
	}
	x.alter("number of a configuration", codeBlockSignatures, func(b *Bundle) { b.Configurations[1].Number++ })
	x.alter("without the genesis envelope", codePin, func(b *Bundle) { b.Configurations[0].Envelope = nil })
	x.alter("without a later envelope", codePin, func(b *Bundle) { b.Configurations[1].Envelope = nil })
	x.alter("genesis with signatures", codeForm, func(b *Bundle) { b.Configurations[0].Signatures = b.Configurations[1].Signatures })
	x.alter("configuration without signatures", codeForm, func(b *Bundle) { b.Configurations[1].Signatures = nil })
	x.alter("two signatures on a configuration", codeBlockSignatures, func(b *Bundle) {
		b.Configurations[1].Signatures.By = b.Configurations[1].Signatures.By[:2]
	})
	x.alter("genesis dropped", codeForm, func(b *Bundle) { b.Configurations = b.Configurations[1:] })
	x.alter("genesis dropped and the next one pinned", codePin, func(b *Bundle) {
		b.Configurations = b.Configurations[1:]
		b.Configurations[0].Signatures = nil
	})
	x.alter("configuration dropped", codeLastConfig, func(b *Bundle) { b.Configurations = b.Configurations[:1] })
	x.alter("configuration twice", codeOrder, func(b *Bundle) { b.Configurations = append(b.Configurations, b.Configurations[1]) })
	configured := func(name string, code Code, envelope func(*tale) []byte, sign func(*tale, []byte) *Signatures) {
		c := x.tale.copied()
		next := Configuration{Number: c.next, Previous: c.hash, Envelope: envelope(c)}
		next.Signatures = sign(c, channel.Header(next.Number, next.Previous, hashOf(next.Envelope)))
		b := c.bundle()
		b.Configurations = append(b.Configurations, next)
		x.unpacked(name, code, b.encode())
	}
	by := func(config uint64, orgs ...int) func(*tale, []byte) *Signatures {
		return func(c *tale, header []byte) *Signatures {
			if config == 0 {
				config = c.next
			}
			return c.signatures(header, config, orgs...)
		}
	}
	third := func(c *tale) []byte { return c.configuration(2, c.orgs[3].second) }
	configured("configuration skipped", codeConfiguration, func(c *tale) []byte { return c.configuration(3, nil) }, by(0, 0, 1, 2))
	configured("configuration repeated", codeConfiguration, func(c *tale) []byte { return c.configuration(1, nil) }, by(0, 0, 1, 2))
	configured("configuration that is none", codeConfiguration, func(c *tale) []byte { return c.filler() }, by(0, 0, 1, 2))
	configured("wrong last configuration", codeLastConfig, third, by(2, 0, 1, 2))
	configured("orderer twice", codeOrder, third, by(0, 0, 1, 1))
	configured("orderers out of order", codeOrder, third, by(0, 1, 0, 2))
	configured("its own new orderers", codeBlockSignatures, func(c *tale) []byte { return c.configurationOf(x.twin.orgs, 2, nil) }, func(c *tale, header []byte) *Signatures {
		return x.twin.signatures(header, c.next, 0, 1, 2)
	})
	for _, change := range []struct {
		name string
		code Code
		do   func(a *Anchor)
	}{
		{"anchor of another channel", codeChannel, func(a *Anchor) { a.Channel = "other" }},
		{"anchor of another net", codeNet, func(a *Anchor) { a.Net = x.twin.net }},
		{"anchor of another block", codePin, func(a *Anchor) { a.Block = 2 }},
		{"anchor of another hash", codePin, func(a *Anchor) { a.Hash = x.twin.genesis }},
		{"anchor whose members do not vouch", codeTooFewOrganisations, func(a *Anchor) { a.Members = []string{"AMSP", "BMSP", "OwnerMSP", "SupervisorMSP"} }},
		{"anchor that asks for all", "", func(a *Anchor) { a.K = 4 }},
	} {
		c := x.unpacked(change.name, change.code, s.bundle().encode())
		change.do(c.anchor)
		c.Benign = change.code == ""
	}
}

func (x *tamperer) headers() {
	s := x.tale
	last := len(s.bundle().Headers) - 1
	for i := range 6 {
		at := i * last / 5
		x.alter("header missing", codeHeaderMissing, func(b *Bundle) { b.Headers = slices.Delete(b.Headers, at, at+1) })
		x.alter("header number", codeBlockSignatures, func(b *Bundle) { b.Headers[last].Number += uint64(i) + 1 })
		x.alter("previous hash", codeBlockSignatures, func(b *Bundle) { b.Headers[at].Previous = flip(b.Headers[at].Previous, i*7) })
		x.alter("data hash", codeBlockSignatures, func(b *Bundle) { b.Headers[at].Data = flip(b.Headers[at].Data, i*7) })
		x.alter("two signatures", codeBlockSignatures, func(b *Bundle) {
			b.Headers[at].Signatures.By = slices.Delete(b.Headers[at].Signatures.By, i%3, i%3+1)
		})
		x.alter("one orderer twice", codeOrder, func(b *Bundle) {
			by := b.Headers[at].Signatures.By
			b.Headers[at].Signatures.By = []Signature{by[0], by[0], by[1], by[2]}
		})
		x.alter("high S of an orderer", codeBlockSignatures, func(b *Bundle) {
			b.Headers[at].Signatures.By[i%3].Signature = lowered(b.Headers[at].Signatures.By[i%3].Signature, true)
		})
		x.alter("bytes after an orderer's signature", codeBlockSignatures, func(b *Bundle) {
			b.Headers[at].Signatures.By[i%3].Signature = append(slices.Clone(b.Headers[at].Signatures.By[i%3].Signature), 0)
		})
		x.alter("identifier of an orderer", codeBlockSignatures, func(b *Bundle) {
			b.Headers[at].Signatures.By[i%3].Identifier = flip(b.Headers[at].Signatures.By[i%3].Identifier, i)
		})
		x.alter("signature of nobody beside a quorum", codeBlockSignatures, func(b *Bundle) {
			id := marshal(&common.IdentifierHeader{Identifier: 9, Nonce: []byte("nonce")})
			b.Headers[at].Signatures.By = append(b.Headers[at].Signatures.By, Signature{id, b.Headers[at].Signatures.By[0].Signature})
		})
		x.alter("another ledger's orderers", codeBlockSignatures, func(b *Bundle) {
			h := &b.Headers[at]
			h.Signatures = *x.twin.signatures(channel.Header(h.Number, h.Previous, h.Data), 2, 0, 1, 2)
		})
	}
	x.alter("headers out of order", codeOrder, func(b *Bundle) { b.Headers[3], b.Headers[4] = b.Headers[4], b.Headers[3] })
	x.alter("header twice", codeOrder, func(b *Bundle) { b.Headers = slices.Insert(b.Headers, 1, b.Headers[0]) })
	x.alter("header that nothing needs", codeUnused, func(b *Bundle) { b.Headers = slices.Insert(b.Headers, 0, s.blocks[1].header) })
	unneeded := s.copied()
	n := unneeded.block([][]byte{unneeded.filler()})
	x.altered("header that nothing needs", codeUnused, s.bundle(), func(b *Bundle) { b.Headers = append(b.Headers, unneeded.blocks[n].header) })
	x.alter("header under another configuration", codeLastConfig, func(b *Bundle) {
		h := &b.Headers[last]
		h.Signatures = *s.signatures(channel.Header(h.Number, h.Previous, h.Data), 0, 0, 1, 2)
	})
}

func (x *tamperer) answers() {
	s := x.tale
	item := slices.Index(s.ask(s.keys...).keys, "A/"+s.code)
	for i := range 4 {
		x.leaf("altered payload", codeEndorsement, func(a *channel.Answer) { a.Response = flip(a.Response, len(a.Response)/4*i+11) })
		x.leaf("altered question", codeProposalHash, func(a *channel.Answer) { a.Proposal = flip(a.Proposal, len(a.Proposal)/4*i+11) })
		x.leaf("altered channel header", codeProposalHash, func(a *channel.Answer) { a.Header = flip(a.Header, len(a.Header)/4*i+3) })
		x.leaf("altered signature header", codeProposalHash, func(a *channel.Answer) { a.Signer = flip(a.Signer, len(a.Signer)/4*i+3) })
		x.leaf("signature of an endorser", codeEndorsement, func(a *channel.Answer) { a.Endorsements[i].Signature = flip(a.Endorsements[i].Signature, 9+i*7) })
		x.leaf("high S of an endorser", codeEndorsement, func(a *channel.Answer) { a.Endorsements[i].Signature = lowered(a.Endorsements[i].Signature, true) })
		x.leaf("bytes after an endorser's signature", codeEndorsement, func(a *channel.Answer) {
			a.Endorsements[i].Signature = append(slices.Clone(a.Endorsements[i].Signature), 0)
		})
		x.leaf("signatures exchanged", codeEndorsement, func(a *channel.Answer) {
			j := (i + 1) % 4
			a.Endorsements[i].Signature, a.Endorsements[j].Signature = a.Endorsements[j].Signature, a.Endorsements[i].Signature
		})
		x.alter("answer with unknown fields", codeAnswerForm, func(b *Bundle) {
			b.Answers[0] = protowire.AppendVarint(protowire.AppendTag(b.Answers[0], protowire.Number(5+i), protowire.VarintType), 1)
		})
	}
	x.leaf("one organisation twice, the same peer", codeOrder, func(a *channel.Answer) { a.Endorsements = append(a.Endorsements, a.Endorsements[3]) })
	x.leaf("endorsements out of order", codeOrder, func(a *channel.Answer) { slices.Reverse(a.Endorsements) })
	x.leaf("two organisations", codeTooFewOrganisations, func(a *channel.Answer) { a.Endorsements = a.Endorsements[:2] })
	x.leaf("nobody", codeAnswerForm, func(a *channel.Answer) { a.Endorsements = nil })
	x.alter("no answer at all", codeAnswerForm, func(b *Bundle) { b.Answers[0] = []byte("answer") })
	x.alter("answer twice", codeOrder, func(b *Bundle) { b.Answers = append(b.Answers, b.Answers[0]) })
	x.alter("answer of another ledger", codeEndorser, func(b *Bundle) { b.Answers = x.twin.bundle().Answers })
	x.ask("altered payload, proposal hash", codeProposalHash, func(q *asking) { q.hash = hashOf(nil) })
	x.ask("transaction id", codeTransactionId, func(q *asking) { q.id = "00" })
	x.ask("another channel", codeChannel, func(q *asking) { q.channel = "other" })
	x.ask("another type", codeAnswerForm, func(q *asking) { q.kind = int32(common.HeaderType_CONFIG) })
	x.ask("creator of another ledger", codeCreator, func(q *asking) { q.creator = x.twin.orgs[0].client })
	x.ask("other chaincode in the header", codeChaincode, func(q *asking) { q.called = "other" })
	x.ask("other chaincode in the call", codeChaincode, func(q *asking) { q.specified = "other" })
	x.ask("other chaincode that answers", codeChaincode, func(q *asking) { q.running = "other" })
	x.ask("other function", codeFunction, func(q *asking) { q.args = [][]byte{[]byte("Get"), nonce, []byte(encodeKeys(q.keys))} })
	x.ask("endorsed Record", codeFunction, func(q *asking) { q.args = [][]byte{[]byte(wire.FnRecord), []byte(must(wire.EncodeBatch(nil)))} })
	x.ask("more arguments", codeFunction, func(q *asking) { q.args = [][]byte{[]byte(wire.FnAttest), nonce, []byte(encodeKeys(q.keys)), nil} })
	x.ask("other spelling", codeFunction, func(q *asking) { q.args = [][]byte{[]byte("Contract:Attest"), nonce, []byte(encodeKeys(q.keys))} })
	x.ask("short nonce", codeFunction, func(q *asking) { q.nonce, q.answered = nonce[:15], nonce[:15] })
	x.ask("keys out of order", codeFunction, func(q *asking) {
		q.args = [][]byte{[]byte(wire.FnAttest), nonce, []byte(encodeKeys(append(q.keys[1:], q.keys[0])))}
	})
	x.ask("key twice", codeFunction, func(q *asking) {
		q.args = [][]byte{[]byte(wire.FnAttest), nonce, []byte(encodeKeys(append([]string{q.keys[0]}, q.keys...)))}
	})
	x.ask("the seal left out", codeFunction, func(q *asking) {
		q.args = [][]byte{[]byte(wire.FnAttest), nonce, []byte(encodeKeys(slices.DeleteFunc(slices.Clone(q.keys), func(k string) bool { return k == "S/" })))}
	})
	for _, status := range []int32{0, 201, 400, 500} {
		x.ask(fmt.Sprint("status ", status), codeStatus, func(q *asking) { q.status = status })
	}
	x.ask("writes present", codeWrites, func(q *asking) { q.writes = []*kvrwset.KVWrite{{Key: "A/X", Value: []byte{1}}} })
	x.ask("writes in another namespace", codeWrites, func(q *asking) {
		q.more = []*rwset.NsReadWriteSet{{Namespace: "other", Rwset: marshal(&kvrwset.KVRWSet{Writes: []*kvrwset.KVWrite{{Key: "A/X", Value: []byte{1}}}})}}
	})
	x.ask("metadata written", codeWrites, func(q *asking) {
		q.more = []*rwset.NsReadWriteSet{{Namespace: "other", Rwset: marshal(&kvrwset.KVRWSet{MetadataWrites: []*kvrwset.KVMetadataWrite{{Key: "A/X"}}})}}
	})
	x.ask("an event", codeWrites, func(q *asking) { q.events = []byte{10, 1, 'x'} })
	x.ask("wrong nonce", codeNonce, func(q *asking) { q.answered = []byte("0123456789abcdeX") })
	x.ask("altered read version", codeEventPlace, func(q *asking) {
		q.reads[item].Version = &kvrwset.Version{BlockNum: q.reads[item].GetVersion().GetBlockNum(), TxNum: 9}
	})
	x.ask("read version of a block that there is not", codeHeaderMissing, func(q *asking) {
		i := slices.Index(q.keys, "L/")
		q.reads[i].Version = &kvrwset.Version{BlockNum: 9999}
	})
	x.ask("key that was not asked for", codeReadSet, func(q *asking) { q.reads = append(q.reads, &kvrwset.KVRead{Key: "Z/"}) })
	x.ask("key that was not read", codeReadSet, func(q *asking) { q.reads = q.reads[1:] })
	x.ask("another key read", codeReadSet, func(q *asking) { q.reads[item].Key = "A/" + s.lot + "X" })
	x.ask("other namespace", codeReadSet, func(q *asking) {
		q.more = []*rwset.NsReadWriteSet{{Namespace: "other", Rwset: marshal(&kvrwset.KVRWSet{Reads: []*kvrwset.KVRead{{Key: "A/X"}}})}}
	})
	x.ask("range read", codeReadSet, func(q *asking) {
		q.more = []*rwset.NsReadWriteSet{{Namespace: "other", Rwset: marshal(&kvrwset.KVRWSet{RangeQueriesInfo: []*kvrwset.RangeQueryInfo{{StartKey: "A"}}})}}
	})
	x.ask("private read", codeReadSet, func(q *asking) {
		q.more = []*rwset.NsReadWriteSet{{Namespace: "other", CollectionHashedRwset: []*rwset.CollectionHashedReadWriteSet{{CollectionName: "c", HashedRwset: marshal(&kvrwset.HashedRWSet{HashedReads: []*kvrwset.KVReadHash{{KeyHash: []byte("k")}}})}}}}
	})
	x.ask("value without version", codePresence, func(q *asking) { q.reads[item].Version = nil })
	x.ask("version without value", codePresence, func(q *asking) { q.values[item] = nil })
	x.ask("a value too few", codeValues, func(q *asking) { q.values = q.values[1:] })
	x.ask("values that are none", codeValues, func(q *asking) { q.payload = []byte("no CBOR") })
	x.ask("values not in their one form", codeValues, func(q *asking) {
		q.payload = append([]byte(must(wire.EncodeAttested(&wire.Attested{Nonce: q.answered, Values: q.values}))), 0)
	})
	x.ask("value of another key", codeRecord, func(q *asking) {
		i := slices.Index(q.keys, "L/")
		q.values[i], q.values[item] = q.values[item], q.values[i]
	})
	x.altered("answer of another item", codeNotAttested, s.bundle(), func(b *Bundle) { b.Answers = s.absence("9520001TREE0000002").Answers })
	x.ask("left out: an event", codeNotAttested, func(q *asking) { q.drop("E/" + s.idOf(s.events[2].compact())) })
	x.ask("left out: a device", codeNotAttested, func(q *asking) { q.drop("D/" + s.planter.kid) })
	x.ask("left out: an organisation", codeNotAttested, func(q *asking) { q.drop("O/" + s.orgs[0].id) })
	x.ask("left out: the item", codeNotAttested, func(q *asking) { q.drop("A/" + s.code) })
	x.ask("left out: the list", codeNotAttested, func(q *asking) { q.drop("A/" + s.lot) })
	x.ask("from the future", codeFuture, func(q *asking) { q.at += 3_600_000 })
	several := func(name string, code Code, change func(first, second *asking)) {
		half := len(s.keys) / 2
		first, second := s.ask(append(slices.Clone(s.keys[:half]), "A/"+s.code)...), s.ask(append(slices.Clone(s.keys[half:]), "A/"+s.code)...)
		change(first, second)
		answers := [][]byte{first.finish(), second.finish()}
		slices.SortFunc(answers, bytes.Compare)
		c := x.unpacked(name, code, s.bundleOf(answers...).encode())
		c.Benign = code == ""
	}
	several("two answers", "", func(_, _ *asking) {})
	several("two answers of two nonces", codeAnswersDiffer, func(_, b *asking) { b.nonce, b.answered = []byte("another nonce of"), []byte("another nonce of") })
	several("two answers of two moments", codeAnswersDiffer, func(_, b *asking) {
		i := slices.Index(b.keys, "A/"+s.code)
		b.reads[i].Version = &kvrwset.Version{BlockNum: 5}
	})
	several("two answers by different organisations", codeTooFewOrganisations, func(a, b *asking) { a.endorsers, b.endorsers = a.endorsers[:3], b.endorsers[2:] })
}

// drop does not ask for a key.
func (q *asking) drop(key string) {
	i := slices.Index(q.keys, key)
	q.keys, q.values, q.reads = slices.Delete(q.keys, i, i+1), slices.Delete(q.values, i, i+1), slices.Delete(q.reads, i, i+1)
}

func (x *tamperer) certificates() {
	s := x.tale
	o := s.orgs[3]
	for i := range 4 {
		replaced := func(name string, code Code, by func(o *org) *signer) {
			x.ask(name, code, func(q *asking) { q.endorsers[i] = by(s.orgs[i]) })
		}
		replaced("client as peer", codeEndorserRole, func(o *org) *signer { return o.client })
		replaced("admin as peer", codeEndorserRole, func(o *org) *signer { return o.boss })
		replaced("orderer as peer", codeEndorserRole, func(o *org) *signer { return o.orderer })
		replaced("foreign CA", codeEndorser, func(*org) *signer { return x.twin.orgs[i].peer })
		replaced("authority as peer", codeEndorser, func(o *org) *signer { return o.ca })
		replaced("no role", codeEndorser, func(o *org) *signer { return s.certify(o.id, certificate{name: "nobody", by: o.ca}) })
		replaced("two roles", codeEndorser, func(o *org) *signer {
			return s.certify(o.id, certificate{name: "both", by: o.ca, units: []string{"peer", "client"}})
		})
		replaced("expired at the time", codeEndorserExpired, func(o *org) *signer {
			return s.certify(o.id, certificate{name: "old", by: o.ca, units: []string{"peer"}, notBefore: begins.Time().AddDate(-1, 0, 0), notAfter: begins.Time()})
		})
		replaced("not valid yet at the time", codeEndorserExpired, func(o *org) *signer {
			return s.certify(o.id, certificate{name: "new", by: o.ca, units: []string{"peer"}, notBefore: s.now.Time().Add(time.Hour), notAfter: s.now.Time().AddDate(1, 0, 0)})
		})
		replaced("signed by another", codeEndorsement, func(o *org) *signer {
			return &signer{o.id, o.peer.cert, o.peer.pem, s.orgs[(i+1)%4].peer.key}
		})
	}
	x.ask("revoked", codeEndorserRevoked, func(q *asking) { q.endorsers[3] = o.second })
	for i := range 3 {
		x.ask("one organisation twice", codeOrganisationTwice, func(q *asking) { q.endorsers[i+1] = s.orgs[i].second; q.endorsers[i] = s.orgs[i].peer })
	}
	x.ask("one organisation twice beside the others", codeOrganisationTwice, func(q *asking) { q.endorsers = append(q.endorsers, s.orgs[0].second) })
	x.leaf("a certificate of the same key, changed", codeEndorser, func(a *channel.Answer) {
		a.Endorsements[1].Identity = flip(a.Endorsements[1].Identity, 300)
		slices.SortFunc(a.Endorsements, func(x, y channel.Endorsement) int { return bytes.Compare(x.Identity, y.Identity) })
	})
}

func (x *tamperer) events() {
	s := x.tale
	for i := range 9 {
		x.alter("event dropped", codeHistoryLength, func(b *Bundle) { b.Events = slices.Delete(b.Events, i, i+1) })
		x.alter("event doubled", codeHistoryLength, func(b *Bundle) { b.Events = slices.Insert(b.Events, i, b.Events[i]) })
		x.alter("events exchanged", codeHead, func(b *Bundle) { b.Events[i], b.Events[i+1] = b.Events[i+1], b.Events[i] })
		x.alter("event doubled for another", codeHead, func(b *Bundle) { b.Events[i+1] = b.Events[i] })
		x.alter("payload edited", codeHead, func(b *Bundle) { b.Events[i].Payload = flip(b.Events[i].Payload, 40+i) })
		x.alter("header edited", codeHead, func(b *Bundle) { b.Events[i].Header = flip(b.Events[i].Header, 20+i) })
		x.alter("signature of an event", codeEventSignature, func(b *Bundle) { b.Events[i].Signature = flip(b.Events[i].Signature, 7*i) })
		x.lie("signed again by another device", codeEventSignature, func(s *tale) {
			s.resign(i, s.planter, func(_ *rootline.Event, _ *jws.Header) {})
			was := s.events[i].JWS
			was.Signature = split(signRaw(s.inspector.key, was.Header, was.Payload)).Signature
			s.events[i].JWS = was
		})
	}
	for i := range 3 {
		event := func(name string, code Code, change func(e *rootline.Event, h *jws.Header)) {
			x.lie(name, code, func(s *tale) { s.resign(i, s.planter, change) })
		}
		event("alg", codeEvent, func(_ *rootline.Event, h *jws.Header) { h.Alg = "none" })
		event("typ", codeEvent, func(_ *rootline.Event, h *jws.Header) { h.Typ = rootline.TypSignIn })
		event("net", codeEvent, func(_ *rootline.Event, h *jws.Header) { h.Net = x.twin.net })
		event("kid of nobody", codeEnrolmentMissing, func(_ *rootline.Event, h *jws.Header) { h.Kid = "nobody" })
		event("kid of another", codeEventSignature, func(_ *rootline.Event, h *jws.Header) { h.Kid = s.inspector.kid })
		event("event of another item", codeEventPlace, func(e *rootline.Event, _ *jws.Header) { e.Asset = "9520002OTHER000001" })
		event("event id of another", codeNotAttested, func(e *rootline.Event, _ *jws.Header) { e.ID = "01957a00-0000-7000-8000-00000000ffff" })
		event("bad code", codeEvent, func(e *rootline.Event, _ *jws.Header) { e.Asset = "<b>" })
		event("bad id", codeEvent, func(e *rootline.Event, _ *jws.Header) { e.ID = "1" })
		x.lie("repeated JSON name", codeEvent, func(s *tale) {
			was := s.events[i].JWS
			s.events[i].JWS = split(signRaw(s.planter.key, was.Header, append([]byte(`{"action":"void",`), was.Payload[1:]...)))
			s.relinkAs(i, was)
		})
		x.lie("unknown JSON name", codeEvent, func(s *tale) {
			was := s.events[i].JWS
			s.events[i].JWS = split(signRaw(s.planter.key, was.Header, append([]byte(`{"more":1,`), was.Payload[1:]...)))
			s.relinkAs(i, was)
		})
		x.lie("more in the header", codeEvent, func(s *tale) {
			was := s.events[i].JWS
			s.events[i].JWS = split(signRaw(s.planter.key, append([]byte(`{"jku":"https://x.example",`), was.Header[1:]...), was.Payload))
			s.relinkAs(i, was)
		})
		x.lie("seq shifted", codeEventPlace, func(s *tale) {
			r := recordOf[*rootline.EventRecord](s, "E/"+s.idOf(s.events[i].compact()))
			r.Seq++
			s.put(r)
		})
		x.lie("hash of another event", codeEventHash, func(s *tale) {
			r := recordOf[*rootline.EventRecord](s, "E/"+s.idOf(s.events[i].compact()))
			r.Hash = s.events[i+1].hash()
			s.put(r)
		})
		x.lie("event of another subject", codeEventPlace, func(s *tale) {
			r := recordOf[*rootline.EventRecord](s, "E/"+s.idOf(s.events[i].compact()))
			r.Subject = "9520002OTHER000001"
			s.put(r)
		})
		x.lie("event that was not recorded", codeEventHash, func(s *tale) { delete(s.state, "E/"+s.idOf(s.events[i].compact())) })
		x.lie("recorded before the one before it", codeEventPlace, func(s *tale) {
			key := "E/" + s.idOf(s.events[i+2].compact())
			v := s.state[key]
			v.version = s.state["E/"+s.idOf(s.events[i].compact())].version
			s.state[key] = v
		})
	}
	x.lie("head forged", codeHead, func(s *tale) { s.item.Head[0] ^= 1; s.put(s.item) })
	x.lie("history of eleven", codeHistoryLength, func(s *tale) { s.item.Seq++; s.put(s.item) })
	x.lie("no such item", codeAbsent, func(s *tale) { delete(s.state, "A/"+s.code) })
	x.lie("last event without the item's change", codeEventPlace, func(s *tale) {
		v := s.state["A/"+s.code]
		v.version.Block--
		s.state["A/"+s.code] = v
	})
	for i := range 4 {
		x.alter("inclusion path", codeInclusion, func(b *Bundle) { b.Events[0].Inclusion.Path[i][i] ^= 1 })
		x.alter("inclusion index", codeInclusion, func(b *Bundle) { b.Events[0].Inclusion.Index += int64(i) + 1 })
		x.alter("inclusion of another code", codeInclusion, func(b *Bundle) {
			b.Events[0].Inclusion, _ = s.codes.Prove(s.lot, s.codes[i+5])
		})
	}
	x.alter("inclusion cut", codeInclusion, func(b *Bundle) { b.Events[0].Inclusion.Path = b.Events[0].Inclusion.Path[1:] })
	x.alter("inclusion of another list", codeNotAttested, func(b *Bundle) { b.Events[0].Inclusion.List = "9520001LOT00000002" })
	x.alter("inclusion of no list", codeInclusion, func(b *Bundle) { b.Events[0].Inclusion.List = s.code })
	x.alter("inclusion where none is due", codeInclusion, func(b *Bundle) { b.Events[8].Inclusion = b.Events[0].Inclusion })
	x.lie("list of other codes", codeInclusion, func(s *tale) {
		lot := recordOf[*rootline.Asset](s, "A/"+s.lot)
		lot.List.Root[0] ^= 1
		s.put(lot)
	})
	x.altered("seen block missing", codeHeaderMissing, s.bundle(), func(b *Bundle) {
		var e rootline.Event
		must(0, json.Unmarshal(b.Events[7].Payload, &e))
		b.Headers = slices.DeleteFunc(b.Headers, func(h Header) bool { return h.Number == e.Seen.Block })
	})
	x.alter("attestation dropped", codeDeviceRevoked, func(b *Bundle) { b.Events[9].Attestation = nil })
	x.alter("attestation of another event", codeAttestation, func(b *Bundle) { b.Events[3].Attestation = b.Events[9].Attestation })
	x.alter("attestation that is another act", codeAttestation, func(b *Bundle) { b.Events[9].Attestation = &b.Acts[0] })
	for i := range 3 {
		x.alter("signature of an attestation", codeEventSignature, func(b *Bundle) { b.Events[9].Attestation.Signature = flip(b.Events[9].Attestation.Signature, i*9) })
		x.alter("attestation edited", codeAttestation, func(b *Bundle) { b.Events[9].Attestation.Payload = flip(b.Events[9].Attestation.Payload, 200+i) })
	}
	vouched := func(name string, code Code, by func(s *tale) *person, change func(e *rootline.Event)) {
		x.lie(name, code, func(s *tale) {
			i := len(s.events) - 1
			var e, act rootline.Event
			must(0, json.Unmarshal(s.events[i].Payload, &e))
			must(0, json.Unmarshal(s.events[i].Attestation.Payload, &act))
			change(&e)
			inner := s.sign(s.planter, rootline.TypEvent, &e)
			act.Data = must(json.Marshal(rootline.AttestData{JWS: inner, Reason: "It was in the woods."}))
			attestation := split(s.sign(by(s), rootline.TypEvent, &act))
			s.events[i] = Event{JWS: split(inner), Attestation: &attestation}
			r := recordOf[*rootline.EventRecord](s, "E/"+act.ID)
			r.Hash = attestation.hash()
			s.put(r)
			s.relink()
		})
	}
	vouched("attested by its own organisation", codeAttestation, func(s *tale) *person { return s.second }, func(*rootline.Event) {})
	vouched("attested by itself", codeAttestation, func(s *tale) *person { return s.planter }, func(*rootline.Event) {})
	vouched("attested, signed after its device's end", codeAttestation, func(s *tale) *person { return s.inspector }, func(e *rootline.Event) { e.At = s.now })
}

// relinkAs makes the ledger hold event i under the id of what it was.
func (s *tale) relinkAs(i int, was JWS) {
	r := recordOf[*rootline.EventRecord](s, "E/"+s.idOf(was.compact()))
	r.Hash = s.events[i].hash()
	s.put(r)
	s.item.Head = rootline.Hash{}
	for j := range s.events {
		s.item.Head = rootline.NextHead(s.item.Head, uint64(j)+1, s.events[j].hash())
	}
	s.put(s.item)
}

func (x *tamperer) people() {
	s := x.tale
	acts := len(s.bundle().Acts)
	for i := range acts {
		x.alter("act dropped", "", func(b *Bundle) { b.Acts = slices.Delete(b.Acts, i, i+1) }).Code = []Code{codeInvitation, codeEnrolmentMissing, codeInvitation, codeUnused}[min(i, 2+i%2)]
		x.alter("act doubled", codeOrder, func(b *Bundle) { b.Acts = slices.Insert(b.Acts, i, b.Acts[i]) })
		x.alter("signature of an act", codeActSignature, func(b *Bundle) { b.Acts[i].Signature = flip(b.Acts[i].Signature, i*5) })
		x.alter("act that is an event", codeAct, func(b *Bundle) { b.Acts[i] = b.Events[0].JWS })
	}
	// The last act is the enrolment of the manager, who signed event nine.
	for i := range 3 {
		x.alter("act edited", "", func(b *Bundle) { b.Acts[i].Payload = flip(b.Acts[i].Payload, 12+i) })
	}
	x.alter("acts out of order", codeOrder, func(b *Bundle) {
		a := b.Acts
		b.Acts = slices.Concat(a[:4], a[6:8], a[4:6])
	})
	x.alter("enrolment before its invitation", codeInvitation, func(b *Bundle) { b.Acts[0], b.Acts[1] = b.Acts[1], b.Acts[0] })
	x.alter("no acts", codeEnrolmentMissing, func(b *Bundle) { b.Acts = nil })
	x.alter("cyclic chain", codeEnrolmentMissing, func(b *Bundle) { b.Acts = slices.Concat(b.Acts[2:4], b.Acts[:2], b.Acts[4:]) })
	// A device that signed nothing here.
	more := s.copied()
	extra := more.invite(more.supervisor, "supervisor", "S2")
	for _, message := range extra.acts {
		more.keys = append(more.keys, "E/"+more.idOf(message))
	}
	more.keys = append(more.keys, "D/"+extra.kid)
	b := more.bundle()
	x.altered("enrolment for nothing", codeUnused, b, func(b *Bundle) { b.Acts = append(b.Acts, split(extra.acts[0]), split(extra.acts[1])) })
	x.altered("invitation for nothing", codeUnused, b, func(b *Bundle) { b.Acts = append(b.Acts, split(extra.acts[0])) })
	for i := range 3 {
		x.alter("confirmation dropped", codeEnrolmentMissing, func(b *Bundle) { b.Confirms = slices.Delete(b.Confirms, i, i+1) })
		x.alter("confirmation doubled", codeOrder, func(b *Bundle) { b.Confirms = slices.Insert(b.Confirms, i, b.Confirms[i]) })
		x.alter("the confirmation's signature", codeConfirmSignature, func(b *Bundle) {
			c := b.Confirms[i]
			c[len(c)-5] ^= 1
		})
		x.alter("high S of a confirmation", codeConfirmSignature, func(b *Bundle) {
			_, payload, signature, _ := channel.ParseSubmitted(b.Confirms[i])
			b.Confirms[i] = marshal(&common.Envelope{Payload: payload, Signature: lowered(signature, true)})
		})
		x.alter("the confirmation edited", codeConfirmSignature, func(b *Bundle) {
			a, _, signature, _ := channel.ParseSubmitted(b.Confirms[i])
			a.Endorsements = a.Endorsements[1:]
			b.Confirms[i] = marshal(&common.Envelope{Payload: a.Encode(), Signature: signature})
		})
		x.alter("bytes behind a confirmation", codeConfirm, func(b *Bundle) { b.Confirms[i] = append(b.Confirms[i], 0) })
		confirmed := func(name string, code Code, change func(c *call)) {
			x.alter(name, code, func(b *Bundle) {
				a, _, _, _ := channel.ParseSubmitted(b.Confirms[i])
				q := must(a.Question())
				c := s.call(q.Args...)
				c.creator = s.orgs[[]int{0, 1, 3}[i]].boss
				change(c)
				b.Confirms[i] = c.envelope()
			})
		}
		confirmed("confirmation by a client", codeConfirmAdmin, func(c *call) { c.creator = s.orgs[i].client })
		confirmed("confirmation by a peer", codeConfirmAdmin, func(c *call) { c.creator = s.orgs[i].peer })
		confirmed("confirmation by another organisation's administrator", codeDevice, func(c *call) { c.creator = s.orgs[2].boss })
		confirmed("confirmation by another ledger's administrator", codeConfirmAdmin, func(c *call) { c.creator = x.twin.orgs[i].boss })
		confirmed("confirmation that is another function", codeConfirm, func(c *call) { c.args[0] = []byte(wire.FnRecord) })
		confirmed("confirmation of another chaincode", codeConfirm, func(c *call) { c.called = "other" })
		confirmed("confirmation on another channel", codeConfirm, func(c *call) { c.channel = "other" })
		confirmed("confirmation of another id", codeConfirm, func(c *call) { c.id = "00" })
		confirmed("confirmation of nothing", codeConfirm, func(c *call) { c.args[1] = []byte("nothing") })
		confirmed("confirmation by an expired administrator", codeConfirmAdmin, func(c *call) {
			o := s.orgs[[]int{0, 1, 3}[i]]
			c.creator = s.certify(o.id, certificate{name: "old boss", by: o.ca, units: []string{"admin"}, notBefore: begins.Time().AddDate(-1, 0, 0), notAfter: begins.Time()})
		})
	}
	x.alter("confirmations out of order", codeOrder, func(b *Bundle) { slices.Reverse(b.Confirms) })
	confirmedMore := s.copied()
	idle := confirmedMore.confirm(confirmedMore.orgs[2])
	confirmedMore.keys = append(confirmedMore.keys, "D/"+idle.kid, "O/"+idle.org.id)
	for key := range confirmedMore.state {
		if key[0] == 'E' && !slices.Contains(confirmedMore.keys, key) {
			confirmedMore.keys = append(confirmedMore.keys, key)
		}
	}
	x.altered("confirmation for nothing", codeUnused, confirmedMore.bundle(), func(b *Bundle) {
		b.Confirms = slices.Insert(b.Confirms, 2, confirmedMore.confirms[idle.org.id])
	})
	for _, p := range []*person{s.planter, s.inspector, s.second, s.owner} {
		device := func(name string, code Code, change func(d *rootline.Device)) {
			x.lie(name, code, func(s *tale) {
				d := s.device(p)
				change(d)
				s.put(d)
			})
		}
		device("role raised", codeDevice, func(d *rootline.Device) { d.Role = "regulator" })
		device("device of another organisation", codeDevice, func(d *rootline.Device) { d.Organisation = s.orgs[2].id })
		device("invited by another", codeDevice, func(d *rootline.Device) { d.InvitedBy = s.manager.kid })
		device("another key", codeDevice, func(d *rootline.Device) { d.Key = jws.KeyOf(&s.manager.key.PublicKey) })
		device("another name", codeDevice, func(d *rootline.Device) { d.Name = "<b>C7</b>" })
		device("since another time", codeDevice, func(d *rootline.Device) { d.Since++ })
		device("revoked before the event", codeDeviceRevoked, func(d *rootline.Device) { d.Revoked = d.Since + 1 })
		device("expired before the event", codeDeviceExpired, func(d *rootline.Device) { d.Until, d.Revoked = d.Since+1, 0 })
		x.lie("no such device", codeDevice, func(s *tale) { delete(s.state, "D/"+p.kid) })
	}
	for i, message := range s.planter.acts {
		x.lie("act that is another on the ledger", codeActHash, func(s *tale) {
			r := recordOf[*rootline.EventRecord](s, "E/"+s.idOf(message))
			r.Hash[i] ^= 1
			s.put(r)
		})
		x.lie("act that was not recorded", codeActHash, func(s *tale) { delete(s.state, "E/"+s.idOf(message)) })
		x.lie("act about another", "", func(s *tale) {
			r := recordOf[*rootline.EventRecord](s, "E/"+s.idOf(message))
			r.Subject += "x"
			s.put(r)
		}).Code = []Code{codeAct, codeDevice}[i%2]
	}
	x.invitations()
	for _, o := range []int{0, 1, 3} {
		organisation := func(name string, code Code, change func(o *rootline.Organisation)) {
			x.lie(name, code, func(s *tale) {
				r := recordOf[*rootline.Organisation](s, "O/"+s.orgs[o].id)
				change(r)
				s.put(r)
			})
		}
		organisation("genesis of another ledger confirmed", codeGenesis, func(o *rootline.Organisation) { o.Genesis = x.twin.genesis })
		organisation("organisation that did not confirm", codeConfirm, func(o *rootline.Organisation) { o.Confirmed = 0 })
		organisation("genesis not recorded", "", func(o *rootline.Organisation) { o.Genesis = rootline.Hash{} })
		x.all[len(x.all)-1].Benign = true
	}
	x.lie("net of another ledger", codeNet, func(s *tale) {
		l := recordOf[*rootline.Ledger](s, "L/")
		l.Net = x.twin.net
		s.put(l)
	})
	x.lie("no founding", codeNet, func(s *tale) { delete(s.state, "L/") })
}

// invitations are those that the ledger would never have taken.
func (x *tamperer) invitations() {
	// reinvite makes the ledger hold other messages for the manager's way in.
	reinvite := func(name string, code Code, by func(s *tale) *person, invite func(d *rootline.InviteData), enrol func(s *tale, d *rootline.EnrolData, once *person)) {
		s := x.tale.copied()
		once := s.person(s.orgs[1], rootline.RoleManager, "O1's invitation")
		var first, second rootline.Event
		must(0, json.Unmarshal(split(s.manager.acts[0]).Payload, &first))
		must(0, json.Unmarshal(split(s.manager.acts[1]).Payload, &second))
		var in rootline.InviteData
		must(0, json.Unmarshal(first.Data, &in))
		invite(&in)
		first.Data = must(json.Marshal(in))
		var d rootline.EnrolData
		must(0, json.Unmarshal(second.Data, &d))
		enrol(s, &d, once)
		second.Data = must(json.Marshal(d))
		manager := *s.manager
		s.manager = &manager
		s.manager.acts = []string{s.sign(by(s), rootline.TypEvent, &first), s.sign(s.manager, rootline.TypEvent, &second)}
		for i, e := range []rootline.Event{first, second} {
			r := recordOf[*rootline.EventRecord](s, "E/"+e.ID)
			r.Hash = hashOfJWS(s.manager.acts[i])
			s.put(r)
		}
		x.unpacked(name, code, s.bundle().encode())
	}
	same := func(*rootline.InviteData) {}
	as := func(*tale, *rootline.EnrolData, *person) {}
	reinvite("invitation by a non-admin", codeInvitation, func(s *tale) *person { return s.inspector }, same, as)
	reinvite("invitation by another organisation's admin", codeDevice, func(s *tale) *person { return s.supervisor }, same, as)
	reinvite("invitation by one who is not enrolled", codeEnrolmentMissing, func(s *tale) *person { return x.twin.manager }, same, as)
	reinvite("role raised by the enrolment", codeDevice, func(s *tale) *person { return s.owner }, same, func(_ *tale, d *rootline.EnrolData, _ *person) { d.Role = rootline.RoleAdmin })
	reinvite("role raised by the invitation", codeDevice, func(s *tale) *person { return s.owner }, func(d *rootline.InviteData) { d.Role = rootline.RoleAdmin }, as)
	reinvite("another name invited", codeDevice, func(s *tale) *person { return s.owner }, func(d *rootline.InviteData) { d.Name = "O2" }, as)
	reinvite("another key invited", codeAct, func(s *tale) *person { return s.owner }, func(d *rootline.InviteData) { d.Key = jws.KeyOf(&x.twin.owner.key.PublicKey) }, as)
	reinvite("proof by another key", codeEnrolmentProof, func(s *tale) *person { return s.owner }, same, func(s *tale, d *rootline.EnrolData, once *person) {
		other := *once
		other.key = s.planter.key
		d.Proof = s.sign(&other, rootline.TypEnrolment, rootline.EnrolProof{Device: s.manager.kid})
	})
	reinvite("proof for another device", codeEnrolmentProof, func(s *tale) *person { return s.owner }, same, func(s *tale, d *rootline.EnrolData, once *person) {
		d.Proof = s.sign(once, rootline.TypEnrolment, rootline.EnrolProof{Device: s.planter.kid})
	})
	reinvite("proof of another type", codeEnrolmentProof, func(s *tale) *person { return s.owner }, same, func(s *tale, d *rootline.EnrolData, once *person) {
		d.Proof = s.sign(once, rootline.TypEvent, rootline.EnrolProof{Device: s.manager.kid})
	})
	reinvite("no proof", codeEnrolmentProof, func(s *tale) *person { return s.owner }, same, func(_ *tale, d *rootline.EnrolData, _ *person) { d.Proof = "" })
	reinvite("enrolment with another key", codeAct, func(s *tale) *person { return s.owner }, same, func(s *tale, d *rootline.EnrolData, _ *person) {
		d.Key = jws.KeyOf(&s.planter.key.PublicKey)
	})
}

func (x *tamperer) blocks() {
	s := x.tale
	whole := s.bundle()
	for i := range 10 {
		at := s.state["E/"+s.idOf(s.events[i].compact())].version.Block
		whole.Blocks = append(whole.Blocks, Block{at, s.blocks[at].envelopes})
	}
	x.unpacked("whole blocks", "", whole.encode()).Benign = true
	for i := range 5 {
		deep := func(name string, code Code, change func(b *Bundle, at *Block)) {
			x.altered(name, code, whole, func(b *Bundle) { change(b, &b.Blocks[i*2]) })
		}
		deep("byte of a block", codeBlockData, func(_ *Bundle, at *Block) { at.Envelopes[1] = flip(at.Envelopes[1], 1000+i) })
		deep("moved envelope border", codeBlockData, func(_ *Bundle, at *Block) {
			all := bytes.Join(at.Envelopes, nil)
			cut := len(at.Envelopes[0]) + 1 - 2*(i%2)
			at.Envelopes = [][]byte{all[:cut], all[cut:]}
		})
		deep("envelopes joined", codeBlockData, func(_ *Bundle, at *Block) { at.Envelopes = [][]byte{bytes.Join(at.Envelopes, nil)} })
		deep("trailing bytes in an envelope", codeBlockData, func(_ *Bundle, at *Block) { at.Envelopes[1] = append(at.Envelopes[1], 0x18, 1) })
		deep("envelope dropped", codeBlockData, func(_ *Bundle, at *Block) { at.Envelopes = at.Envelopes[1:] })
		deep("another block's envelopes", codeBlockData, func(b *Bundle, at *Block) { at.Envelopes = b.Blocks[(i*2+1)%10].Envelopes })
		deep("block twice", codeOrder, func(b *Bundle, at *Block) { b.Blocks = slices.Insert(b.Blocks, i*2, *at) })
		x.altered("signature of an event in a block", codeBlockEvent, whole, func(b *Bundle) {
			e := &b.Events[i]
			r := e.Signature[32:]
			copy(r, negated(r))
		})
	}
	x.altered("block without a header", codeHeaderMissing, whole, func(b *Bundle) { b.Blocks[9].Number = 9999 })
	x.altered("block for nothing", codeUnused, s.bundle(), func(b *Bundle) {
		l := s.state["L/"].version.Block
		b.Blocks = []Block{{l, s.blocks[l].envelopes}}
	})
	for i := range 3 {
		absent := s.copied()
		key := "E/" + s.idOf(s.events[9].compact())
		for _, k := range []string{key, "A/" + s.code} {
			v := absent.state[k]
			v.version = channel.Version{Block: v.version.Block + 1, Tx: uint64(i), Exists: true}
			absent.state[k] = v
		}
		at := absent.state[key].version.Block
		b := absent.bundle()
		b.Blocks = []Block{{at, absent.blocks[at].envelopes}}
		x.unpacked("event absent from the whole block", codeAttestation, b.encode())
	}
	inner := s.copied()
	key := "E/" + s.idOf(s.events[3].compact())
	v := inner.state[key]
	v.version.Tx = 0
	inner.state[key] = v
	b := inner.bundle()
	b.Blocks = []Block{{v.version.Block, inner.blocks[v.version.Block].envelopes}}
	x.unpacked("event in another transaction of the block", codeBlockEvent, b.encode())
}

func (x *tamperer) absences() {
	s := x.tale
	const code = "9520001TREE0000102"
	good := s.absence(code)
	x.unpacked("absence", "", good.encode()).Benign = true
	x.altered("absence of another code", codeNotAttested, good, func(b *Bundle) { b.Subject = "9520001TREE0000105" })
	x.unpacked("absence of what is there", codePresent, s.absenceOf(s.code, nil).encode())
	x.unpacked("absence of a lot", codePresent, s.absenceOf(s.lot, nil).encode())
	x.unpacked("absence, T/ left out", codeNotAttested, s.absenceOf(code, func(q *asking) { q.drop("T/" + code) }).encode())
	x.unpacked("absence, A/ left out", codeNotAttested, s.absenceOf(code, func(q *asking) { q.drop("A/" + code) }).encode())
	x.unpacked("absence, a value hidden", codePresence, s.absenceOf(s.code, func(q *asking) { q.values[slices.Index(q.keys, "A/"+s.code)] = nil }).encode())
	for i := range 3 {
		n := func(name string, code Code, change func(n *Neighbours)) {
			x.altered(name, code, good, func(b *Bundle) { change(&b.Neighbours[0]) })
		}
		at, _ := slices.BinarySearch(s.codes, code)
		n("neighbours not adjacent", codeNeighbours, func(n *Neighbours) { n.After = s.place(at + 1 + i) })
		n("neighbours not adjacent before", codeNeighbours, func(n *Neighbours) { n.Before = s.place(at - 2) })
		n("neighbour's path", codeNeighbours, func(n *Neighbours) { n.After.Path[i][0] ^= 1 })
		n("neighbour's index", codeNeighbours, func(n *Neighbours) { n.After.Index += uint64(i) + 1; n.Before.Index += uint64(i) + 1 })
		n("neighbour's code", codeNeighbours, func(n *Neighbours) { n.After.Code += "X" })
		n("the first", codeNeighbours, func(n *Neighbours) { n.Before = nil })
		n("the last", codeNeighbours, func(n *Neighbours) { n.After = nil })
		n("no neighbours", codeNeighbours, func(n *Neighbours) { n.After, n.Before = nil, nil })
		n("neighbours on another list", codeNotAttested, func(n *Neighbours) { n.List = "9520001LOT00000002" })
	}
	x.altered("neighbours twice", codeOrder, good, func(b *Bundle) { b.Neighbours = append(b.Neighbours, b.Neighbours[0]) })
	x.altered("absence of a header", codeHeaderMissing, good, func(b *Bundle) { b.Headers = b.Headers[1:] })
	x.altered("absence with a header for nothing", codeUnused, good, func(b *Bundle) {
		b.Headers = append(b.Headers, s.blocks[s.state["A/"+s.code].version.Block].header)
		slices.SortFunc(b.Headers, func(a, b Header) int { return int(a.Number) - int(b.Number) })
	})
	on := s.codes[7]
	c := s.absenceOf(on, nil)
	c.Neighbours = []Neighbours{{s.lot, s.place(6), s.place(8)}}
	x.unpacked("absence of a code that is on the list", codeNeighbours, c.encode())
}

// absenceOf is the proof of absence with a changed question.
func (s *tale) absenceOf(code string, change func(q *asking)) *Bundle {
	b := s.absence(code)
	q := s.ask("A/"+code, "T/"+code, "A/"+s.lot)
	if change != nil {
		change(q)
	}
	b.Answers, b.Neighbours = [][]byte{q.finish()}, nil
	return b
}

func (x *tamperer) sets() {
	s := x.tale
	good := s.set(s.orgs[0].client, s.orgs[1].client, s.orgs[3].client)
	x.unpacked("set", "", good.encode()).Benign = true
	change := func(name string, code Code, do func(b *Bundle)) { x.altered(name, code, good, do) }
	resign := func(name string, code Code, do func(b *Bundle)) {
		x.altered(name, code, good, func(b *Bundle) {
			do(b)
			b.Voices = nil
			for _, o := range []*org{s.orgs[0], s.orgs[1], s.orgs[3]} {
				b.Voices = append(b.Voices, Voice{o.client.identity(), o.client.sign(b.Set.Message(b.Subject))})
			}
		})
	}
	change("set of another scope", codeVoice, func(b *Bundle) { b.Subject = "place/forest/8" })
	change("set with another head", codeVoice, func(b *Bundle) { b.Set.Items[0].Head[0] ^= 1 })
	change("set with another seq", codeVoice, func(b *Bundle) { b.Set.Items[0].Seq++ })
	change("set with an item less", codeVoice, func(b *Bundle) { b.Set.Items = b.Set.Items[1:] })
	change("set of another time", codeVoice, func(b *Bundle) { b.Set.Made++ })
	change("set of another block", codeHeaderMissing, func(b *Bundle) { b.Set.Block++ })
	change("set of another net", codeNet, func(b *Bundle) { b.Set.Net = x.twin.net })
	change("set by two", codeTooFewOrganisations, func(b *Bundle) { b.Voices = b.Voices[1:] })
	change("set by one twice", codeOrder, func(b *Bundle) { b.Voices[1] = b.Voices[0] })
	change("signatures of the set out of order", codeOrder, func(b *Bundle) { slices.Reverse(b.Voices) })
	change("set by another ledger's organisation", codeVoice, func(b *Bundle) {
		b.Voices[0] = Voice{x.twin.orgs[0].client.identity(), x.twin.orgs[0].client.sign(b.Set.Message(b.Subject))}
	})
	change("high S on a set", codeVoice, func(b *Bundle) { b.Voices[0].Signature = lowered(b.Voices[0].Signature, true) })
	resign("block of another hash", codeSet, func(b *Bundle) { b.Set.Hash[0] ^= 1 })
	resign("items out of order", codeSet, func(b *Bundle) { slices.Reverse(b.Set.Items) })
	resign("item twice", codeSet, func(b *Bundle) { b.Set.Items[1] = b.Set.Items[0] })
	resign("item of no code", codeSet, func(b *Bundle) { b.Set.Items[0].Code = "<b>x</b>" })
	resign("item without events", codeSet, func(b *Bundle) { b.Set.Items[0].Seq = 0 })
	change("header for nothing beside a set", codeUnused, func(b *Bundle) {
		b.Headers = append([]Header{s.blocks[s.state["L/"].version.Block].header}, b.Headers...)
	})
}

func (x *tamperer) questions() {
	ask := func(name string, code Code, a asked) {
		c := x.unpacked(name, code, x.tale.bundle().encode())
		c.Asked = a
		c.Benign = code == ""
	}
	hex := fmt.Sprintf("%x", nonce)
	now := x.tale.now
	ask("as asked", "", asked{Code: x.tale.code, Nonce: hex, Organisations: 4, MaxAge: 60, Now: now})
	ask("asked about another", codeOtherSubject, asked{Code: x.tale.lot, Now: now})
	ask("asked with another nonce", codeNonce, asked{Nonce: fmt.Sprintf("%x", x.tale.genesis[:16]), Now: now})
	ask("asked for more organisations", codeFewerOrganisations, asked{Organisations: 5, Now: now})
	ask("stale", codeStale, asked{MaxAge: 60, Now: now + 61_000})
	ask("future", codeFuture, asked{Now: now - 601_000})
	ask("a little ahead", "", asked{Now: now - 599_000})
}

// harmless are changes after which a proof is as good, or shows a little less.
func (x *tamperer) harmless() {
	s := x.tale
	benign := func(name string, change func(b *Bundle)) { x.alter(name, "", change).Benign = true }
	benign("as it is", func(*Bundle) {})
	for i := range 4 {
		x.leaf("an endorsement less", "", func(a *channel.Answer) { a.Endorsements = slices.Delete(a.Endorsements, i, i+1) }).Benign = true
	}
	benign("a fourth orderer's signature", func(b *Bundle) {
		h := &b.Headers[0]
		h.Signatures = *s.signatures(channel.Header(h.Number, h.Previous, h.Data), 2, 0, 1, 2, 3)
	})
	benign("an inclusion less", func(b *Bundle) { b.Events[0].Inclusion = nil })
	for i := range 3 {
		benign("the other form of a device's signature", func(b *Bundle) { copy(b.Events[i].Signature[32:], negated(b.Events[i].Signature[32:])) })
	}
	x.altered("neighbours left out", "", s.absence("9520001TREE0000002"), func(b *Bundle) { b.Neighbours = nil }).Benign = true
	x.lie("a block that there is not, seen by a device", "", func(s *tale) {
		s.resign(7, s.inspector, func(e *rootline.Event, _ *jws.Header) { e.Seen.Hash[0] ^= 1 })
	}).Benign = true
}

// flips change one bit of what is packed, anywhere. The file's hash is made anew, as who tampers would.
func (x *tamperer) flips() {
	random := rand.New(rand.NewPCG(15, 1)) //nolint:gosec // the same ones each time
	for _, b := range []*Bundle{x.tale.bundle(), x.tale.absence("9520001TREE0000102"), x.tale.set(x.tale.orgs[0].client, x.tale.orgs[1].client, x.tale.orgs[3].client)} {
		unpacked := b.encode()
		for range 150 {
			i := random.IntN(len(unpacked))
			f := slices.Clone(unpacked)
			f[i] ^= 1 << random.IntN(8)
			code := Code("")
			if err := verdict(must(pack(f)), x.tale.anchor(), asked{Now: x.tale.now}); err != nil {
				code = err.Code
			}
			if code == "" {
				x.Errorf("bit of byte %d of a proof of %s: it is valid", i, b.Kind)
			}
			x.unpacked(fmt.Sprintf("bit of byte %d", i), code, f)
		}
	}
}

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
