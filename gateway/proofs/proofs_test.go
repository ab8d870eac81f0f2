package proofs

import (
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
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/limits"
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
	out := &block.Attested{Payload: []byte(arg), Organisations: []string{"A", "B", "C"}[:4-len(l.keys)]}
	for _, key := range all {
		r := block.AttestedRecord{Key: key}
		if l.moves {
			r.Written = &block.Written{Block: uint64(len(l.keys))} //nolint:gosec // a count
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
		keys[i] = "E/" + strconv.Itoa(i)
	}
	l := &asked{}
	a := &assembly{Maker: New(Config{Ledger: l}), ctx: t.Context(), nonce: []byte("0123456789abcdef")}
	if err := a.attest([]string{"A/1"}, keys); err != nil {
		t.Fatal(err)
	}
	if len(l.keys) != 2 || len(l.keys[0]) != limits.AttestedKeys-2 || !slices.Contains(l.keys[1], "A/1") || len(a.records) != 303 || len(a.bundle.Answers) != 2 {
		t.Errorf("asked %d times, %d keys the first time; %d records", len(l.keys), len(l.keys[0]), len(a.records))
	}
	if want := []string{"A", "B"}; !slices.Equal(a.organisations, want) {
		t.Errorf("%v vouch for all, want %v", a.organisations, want)
	}
	l = &asked{moves: true}
	a = &assembly{Maker: New(Config{Ledger: l}), ctx: t.Context(), nonce: []byte("0123456789abcdef")}
	if err := a.attest([]string{"A/1"}, keys); !errors.Is(err, errMoved) {
		t.Errorf("the ledger went on: %v", err)
	}
	one := &assembly{Maker: New(Config{Ledger: &asked{}}), ctx: t.Context()}
	if err := one.attest([]string{"A/1"}, nil); err != nil || len(one.bundle.Answers) != 1 {
		t.Errorf("one key: %d answers, %v", len(one.bundle.Answers), err)
	}
}

// Acts stand after what they rest on, and of those that may come next the one with the lowest id does.
func TestActsAreInTheirOneOrder(t *testing.T) {
	device := func(enrol string) *came { return &came{Device: &rootline.Device{}, enrol: enrol} }
	a := &assembly{
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
	a.arrange()
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
		m.making <- struct{}{}
	}
	if _, err := m.made(ctx, "z", Options{}, nil); rootline.CodeOf(err) != rootline.CodeBusy {
		t.Errorf("with all places taken: %v", err)
	}
}

// The orderers' signatures are put in the order of their numbers, each once.
func TestSignaturesAreInTheOrderOfTheOrderers(t *testing.T) {
	member := func(to []byte, n protowire.Number, v []byte) []byte {
		return protowire.AppendBytes(protowire.AppendTag(to, n, protowire.BytesType), v)
	}
	metadata := member(nil, 1, []byte("value"))
	for _, id := range []uint64{3, 1, 3, 2} {
		identifier := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), id)
		metadata = member(metadata, 2, member(member(nil, 2, []byte(strconv.FormatUint(id, 10))), 3, identifier))
	}
	s, err := signaturesOf(metadata)
	if err != nil || string(s.Value) != "value" {
		t.Fatalf("%+v, %v", s, err)
	}
	got := ""
	for _, by := range s.By {
		got += string(by.Signature)
	}
	if got != "123" {
		t.Errorf("%q", got)
	}
	for _, bad := range [][]byte{{0xff}, member(nil, 2, []byte{0x1a, 0x05}), metadata[:len(metadata)-1]} {
		if _, err := signaturesOf(bad); err == nil {
			t.Errorf("%x was read", bad)
		}
	}
}
