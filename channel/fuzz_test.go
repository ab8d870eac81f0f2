package channel

import (
	"bytes"
	"testing"

	"github.com/rootline/rootline/fuzzing"
)

// readAll lets every decoder of this package read b. None may break down, and what is read of a block is written as it was.
func readAll(t *testing.T, config *Config, b []byte) {
	t.Helper()
	if block, err := ParseBlock(b); err == nil {
		_ = Prepare(block, config)
		_ = config.Ordered(block)
	}
	if e, err := parseEnvelope(b); err == nil {
		if !bytes.Equal(e.encode(nil), b) {
			t.Fatalf("%x is read as an envelope, and written otherwise", b)
		}
		_, _ = parseConfig("works", 0, parseTransaction(e).data)
	}
	_ = parseTransaction(envelope{payload: b})
	_, _ = parseConfig("works", 0, b)
	_, _ = parseResults(b)
	_ = config.Peer(b, "A")
	if m, err := parseMSP(b, true); err == nil {
		_, _ = m.identity(b)
	}
	if a, err := ParseAnswer(b); err == nil {
		if !bytes.Equal(a.Encode(), b) {
			t.Fatalf("%x is read as an answer, and written otherwise", b)
		}
		_, _ = a.Question()
		_, _ = a.Outcome()
	}
	_, _ = Decode(b)
	e := evaluation{config: config}
	_, _ = e.application(b)
	_, _ = e.signature(b)
	_, _ = define(map[string][]byte{metadataKey + "x": b, fieldsKey + "x" + validationField: b, fieldsKey + "x" + collectionsField: b}, "x")
	block := &Block{Number: config.block + 1, Envelopes: [][]byte{b}, Signatures: b}
	if n, _, _ := config.signed(block); n != 0 {
		t.Fatalf("%d orderers signed a block that there is not", n)
	}
}

// seeds are envelopes, whole blocks and what lies in them, each as another decoder expects it.
func seeds(t testing.TB) (*Config, [][]byte) {
	t.Helper()
	blocks := stories(t)[:6]
	state, err := Begin(blocks[0], blocks[0].Hash())
	if err != nil {
		t.Fatal(err)
	}
	out := [][]byte{nil, {0}, state.Encode()}
	for _, b := range blocks {
		out = append(out, b.Signatures)
		for _, raw := range b.Envelopes {
			e, err := parseEnvelope(raw)
			if err != nil {
				t.Fatal(err)
			}
			tx := parseTransaction(e)
			out = append(out, raw, e.payload, tx.data)
		}
	}
	return state.Config(), out
}

func FuzzParse(f *testing.F) {
	config, all := seeds(f)
	for _, b := range all {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) { readAll(t, config, b) })
}

// TestNoBytesBreakADecoder changes, leaves out and cuts at bytes spread over each seed, the same ones each time.
func TestNoBytesBreakADecoder(t *testing.T) {
	config, all := seeds(t)
	for _, seed := range all {
		for b := range fuzzing.Spoiled(seed) {
			readAll(t, config, b)
		}
	}
}
