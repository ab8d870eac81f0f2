package channel

import (
	"bytes"
	"testing"
)

// What proofs carry of blocks and transactions is there in the one form that they have: of a real network, too.
func TestRealBlocksAreInTheFormOfProofs(t *testing.T) {
	blocks := stories(t)
	state, err := Begin(blocks[0], blocks[0].Hash())
	if err != nil {
		t.Fatal(err)
	}
	called := map[string]int{}
	for _, b := range blocks[1:] {
		value, signatures := []byte(nil), 0
		if err := each(b.Signatures, func(f field) error {
			if f.is(1) {
				value = f.bytes
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if err := each(b.Signatures, func(f field) error {
			if !f.is(2) {
				return nil
			}
			signature, err := member(f.bytes, 2)
			if err != nil {
				return err
			}
			identifier, err := member(f.bytes, 3)
			if err != nil {
				return err
			}
			signatures++
			_, err = state.Config().Signed(b.Header(), value, identifier, signature)
			return err
		}); err != nil || signatures < state.Config().Quorum() {
			t.Errorf("block %d, of %d signatures: %v", b.Number, signatures, err)
		}
		for i, raw := range b.Envelopes {
			a, payload, _, err := ParseSubmitted(raw)
			if err != nil || !bytes.Equal(payload, a.Encode()) {
				t.Fatalf("block %d, transaction %d: %v", b.Number, i, err)
			}
			q, err := a.Question()
			if err != nil || !q.SameID || q.Milliseconds == 0 || len(q.Args) == 0 {
				t.Fatalf("block %d, transaction %d: %+v, %v", b.Number, i, q, err)
			}
			o, err := a.Outcome()
			if err != nil || !o.ForThis || o.Status != 200 || o.Chaincode != q.Called {
				t.Fatalf("block %d, transaction %d: %+v, %v", b.Number, i, o, err)
			}
			for _, e := range a.Endorsements {
				id, err := state.Config().Identity(e.Identity)
				if err == nil {
					err = id.Verify(e.Signature, a.Message(e)...)
				}
				if err != nil || !id.Peer() || id.Revoked() {
					t.Fatalf("block %d, transaction %d: %v", b.Number, i, err)
				}
			}
			called[string(q.Args[0])]++
		}
	}
	if called["Confirm"] == 0 || called["Record"] == 0 {
		t.Errorf("%v", called)
	}
}
