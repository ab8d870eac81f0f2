package proofs

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/budget"
	"github.com/rootline/rootline/gateway/integrity"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/limits"
	"github.com/rootline/rootline/proof"
	"github.com/rootline/rootline/proof/vectors"
)

// asked is a ledger whose organisations hold nothing, and that notes what it is asked.
type asked struct {
	Ledger
	keys [][]string
	// moves makes each answer differ from the one before.
	moves bool
}

func (l *asked) Attest(_ context.Context, _ []byte, keys []string) (*block.Attested, error) {
	l.keys = append(l.keys, keys)
	arg, err := wire.EncodeKeys(keys)
	if err != nil {
		return nil, err
	}
	all, err := wire.DecodeKeys(arg)
	if err != nil {
		return nil, err
	}
	out := &block.Attested{Payload: []byte(arg), Organisations: []string{"A", "B", "C"}[:4-len(l.keys)], Own: true}
	for _, key := range all {
		r := block.AttestedRecord{Key: key}
		if l.moves {
			r.Written = &block.Written{Block: uint64(len(l.keys))} // a count
		}
		out.Records = append(out.Records, r)
	}
	return out, nil
}

// Many keys are asked for in several questions, each with those of every one; what an organisation left out once it does
// not vouch for, and a record that changes between two means beginning anew.
func TestManyKeysAreAskedForInParts(t *testing.T) {
	keys := make([]string, 300)
	for i := range keys {
		keys[i] = "E/" + rootline.NewEventID("somebody")
	}
	l := &asked{}
	a := &assembly{Maker: New(Config{Ledger: l}), ctx: t.Context(), nonce: []byte("0123456789abcdef")}
	if err := a.attest([]string{"A/95200017H2K9QF3ABCD0"}, keys); err != nil {
		t.Fatal(err)
	}
	if len(l.keys) != 2 || len(l.keys[0]) != limits.AttestedKeys-2 || !slices.Contains(l.keys[1], "A/95200017H2K9QF3ABCD0") || len(a.records) != 303 || len(a.bundle.Answers) != 2 {
		t.Errorf("asked %d times, %d keys the first time; %d records", len(l.keys), len(l.keys[0]), len(a.records))
	}
	if want := []string{"A", "B"}; !slices.Equal(a.organisations, want) {
		t.Errorf("%v vouch for all, want %v", a.organisations, want)
	}
	l = &asked{moves: true}
	a = &assembly{Maker: New(Config{Ledger: l}), ctx: t.Context(), nonce: []byte("0123456789abcdef")}
	if err := a.attest([]string{"A/95200017H2K9QF3ABCD0"}, keys); !errors.Is(err, errMoved) {
		t.Errorf("the ledger went on: %v", err)
	}
	one := &assembly{Maker: New(Config{Ledger: &asked{}}), ctx: t.Context()}
	if err := one.attest([]string{"A/95200017H2K9QF3ABCD0"}, nil); err != nil || len(one.bundle.Answers) != 1 {
		t.Errorf("one key: %d answers, %v", len(one.bundle.Answers), err)
	}
}

// Acts stand after what they rest on, and of those that may come next the one with the lowest id does.
func TestActsAreInTheirOneOrder(t *testing.T) {
	device := func(enrol string) *came { return &came{Device: &rootline.Device{}, enrol: enrol} }
	a := &assembly{
		ctx: t.Context(),
		acts: map[string]*act{
			"5": {id: "5", after: []string{signer + "first"}},                    // the first invites the second
			"3": {id: "3", after: []string{"5"}},                                 // who enrols
			"1": {id: "1", after: []string{signer + "second"}},                   // and invites the third
			"2": {id: "2", after: []string{"1"}},                                 // who enrols
			"4": {id: "4", after: []string{signer + "first"}},                    // the first invites the fourth
			"6": {id: "6", after: []string{"4"}},                                 // who enrols
			"0": {id: "0", after: []string{signer + "third", signer + "second"}}, // the second renews the third
		},
		devices: map[string]*came{"first": device(""), "second": device("3"), "third": device("2"), "fourth": device("6")},
	}
	for id, x := range a.acts {
		x.jws.Payload = []byte(id)
	}
	if err := a.arrange(); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, j := range a.bundle.Acts {
		got = append(got, string(j.Payload))
	}
	if want := "4 5 3 1 2 0 6"; strings.Join(got, " ") != want {
		t.Errorf("%v, want %s", got, want)
	}
}

// A proof is given again for a minute, and what is kept is bounded.
func TestProofsAreGivenAgainForAMinute(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	makes := 0
	m := New(Config{Clock: func() time.Time { return now }})
	get := func(key string, o Options, size int) *Made {
		made, err := m.made(t.Context(), key, o, func(nonce []byte) (*Made, error) {
			if len(nonce) < limits.NonceLeast {
				t.Errorf("a nonce of %d bytes", len(nonce))
			}
			makes++
			return &Made{File: make([]byte, size)}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	get("a", Options{}, 10)
	if now = now.Add(59 * time.Second); !get("a", Options{}, 10).Again || makes != 1 {
		t.Errorf("made %d times within a minute", makes)
	}
	if get("a", Options{Nonce: make([]byte, 16)}, 10).Again || makes != 2 {
		t.Error("one with a nonce was given again")
	}
	if now = now.Add(time.Second); get("a", Options{}, 10).Again || makes != 3 {
		t.Error("after a minute it was given again")
	}
	for i := range 10 {
		get(strconv.Itoa(i), Options{}, limits.ProofsKept/4)
	}
	if m.kept.bytes > limits.ProofsKept || len(m.kept.each) > 4 || len(m.kept.order) != len(m.kept.each) {
		t.Errorf("%d proofs with %d bytes are kept", len(m.kept.each), m.kept.bytes)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range limits.ProofsAtOnce {
		if _, err := m.making.take(t.Context(), budget.Who{}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := m.made(ctx, "z", Options{}, nil); rootline.CodeOf(err) != rootline.CodeBusy {
		t.Errorf("with all places taken: %v", err)
	}
}

// held is a ledger, and what is shown of it, that answer what lies in a proof of package proof's tests.
type held struct {
	Shown
	*proof.Bundle
	anchor *proof.Anchor
	// answered is what the organisations say instead of what is in the proof; raw the metadata of blocks.
	answered []byte
	raw      map[uint64][]byte
	asleep   bool
}

func (h *held) Attest(_ context.Context, _ []byte, _ []string) (*block.Attested, error) {
	out := &block.Attested{Payload: h.answered, Organisations: h.anchor.Members, Own: true}
	for _, header := range h.Headers {
		out.Records = append(out.Records, block.AttestedRecord{Key: strconv.FormatUint(header.Number, 10), Written: &block.Written{Block: header.Number}})
	}
	return out, nil
}

func (h *held) Seal(context.Context, []byte) error { return nil }

func (h *held) Block(_ context.Context, number uint64) (*block.Block, error) {
	for _, header := range h.Headers {
		if header.Number == number {
			out := &block.Block{Number: number, Previous: rootline.Hash(header.Previous), DataHash: rootline.Hash(header.Data)}
			out.Raw = &channel.Block{Number: number, Previous: header.Previous, DataHash: header.Data, Signatures: h.raw[number]}
			return out, nil
		}
	}
	return nil, errors.New("no such block")
}

func (h *held) Configurations(context.Context, uint64, func(int64) error) (all []*integrity.Given, err error) {
	for _, c := range h.Bundle.Configurations {
		g := &integrity.Given{Number: c.Number, DataHash: rootline.HashOf(c.Envelope), Envelopes: []integrity.GivenEnvelope{{Bytes: c.Envelope}}, Signatures: h.raw[c.Number]}
		copy(g.Previous[:], c.Previous)
		all = append(all, g)
	}
	return all, nil
}

func (h *held) Give(context.Context, string, uint64) (*integrity.Given, int64, error) {
	return nil, 0, errors.New("no blocks are given")
}

func (h *held) Cursor(context.Context) (readmodel.Cursor, bool, error) {
	return readmodel.Cursor{Block: h.Headers[len(h.Headers)-1].Number}, true, nil
}

func (h *held) Ledger(context.Context) (*readmodel.Ledger, error) {
	return &readmodel.Ledger{Ledger: &rootline.Ledger{Net: h.anchor.Net, Organisations: h.anchor.Members}}, nil
}

func (h *held) Asset(_ context.Context, code string) (*readmodel.Asset, error) {
	if h.asleep {
		return &readmodel.Asset{Asset: rootline.Asset{ID: code, Lot: "LOT"}, Asleep: true}, nil
	}
	return nil, rootline.Refuse(rootline.CodeNotFound, code)
}

func member(to []byte, n protowire.Number, v []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(to, n, protowire.BytesType), v)
}

// signed is metadata with signatures.
func signed(s *proof.Signatures, by ...proof.Signature) []byte {
	out := member(nil, 1, s.Value)
	for _, one := range by {
		out = member(out, 2, member(member(nil, 2, one.Signature), 3, one.Identifier))
	}
	return out
}

// heldAbsence is a ledger whose proof of an absence is known.
func heldAbsence(t *testing.T) (*held, []byte) {
	t.Helper()
	table, err := vectors.Load()
	if err != nil {
		t.Fatal(err)
	}
	file, err := table.Named("absence")
	if err != nil {
		t.Fatal(err)
	}
	bundle, err := proof.Decode(table.Bytes(file))
	if err != nil {
		t.Fatal(err)
	}
	bundle.Neighbours = nil // which nobody adds yet
	h := &held{Bundle: bundle, answered: bundle.Answers[0], raw: map[uint64][]byte{}}
	if h.anchor, err = proof.ParseAnchor(table.Anchors[file.Anchor]); err != nil {
		t.Fatal(err)
	}
	for _, header := range bundle.Headers {
		h.raw[header.Number] = signed(&header.Signatures, header.Signatures.By...)
	}
	for _, c := range bundle.Configurations[1:] {
		h.raw[c.Number] = signed(c.Signatures, c.Signatures.By...)
	}
	want, err := proof.Encode(bundle)
	if err != nil {
		t.Fatal(err)
	}
	return h, want
}

func (h *held) make(t *testing.T) (*Made, error) {
	t.Helper()
	return h.maker().Absence(t.Context(), h.Subject, h.options())
}

func (h *held) maker() *Maker {
	return New(Config{Shown: h, Ledger: h, Blocks: h, Channel: h.anchor.Channel, Genesis: h.anchor.Hash})
}

func (h *held) options() Options { return Options{Nonce: []byte("0123456789abcdef")} }

// One orderer can put into a block's metadata what it likes: what does not hold is left out, one of each is kept.
func TestSignaturesThatDoNotHoldAreLeftOut(t *testing.T) {
	h, want := heldAbsence(t)
	if made, err := h.make(t); err != nil || !bytes.Equal(made.File, want) {
		t.Fatalf("as it is: %v", err)
	}
	spoilt := func(s *proof.Signatures) []byte {
		right := s.By
		forged := proof.Signature{Identifier: right[0].Identifier, Signature: right[1].Signature}
		stranger := proof.Signature{Identifier: []byte{8, 99, 18, 1, 1}, Signature: right[0].Signature}
		all := []proof.Signature{forged, stranger, {}, right[len(right)-1]}
		all = append(all, right...)
		for len(all) < 3*maxSignatures {
			all = append(all, forged)
		}
		return signed(s, all...)
	}
	for _, header := range h.Headers {
		h.raw[header.Number] = spoilt(&header.Signatures)
	}
	if made, err := h.make(t); err != nil || !bytes.Equal(made.File, want) {
		t.Errorf("with signatures that do not hold: %v", err)
	}
	for _, header := range h.Headers {
		h.raw[header.Number] = signed(&header.Signatures, header.Signatures.By[0])
	}
	m := h.maker()
	if _, err := m.Absence(t.Context(), h.Subject, h.options()); rootline.CodeOf(err) != rootline.CodeNotReady {
		t.Errorf("with fewer signatures than a quorum: %v", err)
	}
	for _, header := range h.Headers {
		h.raw[header.Number] = signed(&header.Signatures, header.Signatures.By...)
	}
	if made, err := m.Absence(t.Context(), h.Subject, h.options()); err != nil || !bytes.Equal(made.File, want) {
		t.Errorf("after the peer lied once: %v", err)
	}
}

// What does not verify is not handed out, and not kept.
func TestAProofThatDoesNotVerifyIsNotHandedOut(t *testing.T) {
	h, _ := heldAbsence(t)
	a, err := channel.ParseAnswer(h.answered)
	if err != nil {
		t.Fatal(err)
	}
	a.Endorsements[0].Signature = a.Endorsements[1].Signature
	h.answered = a.Encode()
	if _, err := h.make(t); rootline.CodeOf(err) != rootline.CodeNotReady {
		t.Errorf("an endorsement that does not hold: %v", err)
	}
	h.anchor.Hash[0]++
	if _, err := h.make(t); err == nil {
		t.Error("of another ledger, and handed out")
	}
}

// A code that sleeps on a list is genuine: that nothing was recorded of it is no proof that it is not.
func TestTheAbsenceOfASleepingCodeIsNotProved(t *testing.T) {
	h, _ := heldAbsence(t)
	h.asleep = true
	if _, err := h.make(t); rootline.CodeOf(err) != rootline.CodeAsleep {
		t.Errorf("%v", err)
	}
}

// Where the own peer does not say the same, blocks that were not read are the others' word alone: nobody waits for them.
func TestNobodyWaitsForABlockThatOthersName(t *testing.T) {
	h, _ := heldAbsence(t)
	a := &assembly{Maker: New(Config{Shown: h}), ctx: t.Context()}
	said := &block.Attested{Records: []block.AttestedRecord{{Key: "A/95200017H2K9QF3ABCD0", Written: &block.Written{Block: 1 << 40}}}}
	if err := a.known(said); rootline.CodeOf(err) != rootline.CodeNotReady {
		t.Errorf("%v", err)
	}
	said.Own = true
	if err := a.known(said); err != nil {
		t.Errorf("as the own peer says: %v", err)
	}
}
