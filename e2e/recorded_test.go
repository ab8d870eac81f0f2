package e2e

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/network"
)

// eventID is an event's id in 16 bytes, for tests that keep a million of them.
type eventID [16]byte

func parseID(id string) (out eventID, err error) {
	n, err := hex.Decode(out[:], []byte(strings.ReplaceAll(id, "-", "")))
	if err == nil && n != len(out) {
		err = fmt.Errorf("%q is no event id", id)
	}
	return out, err
}

// recorded counts how often each event was recorded by the blocks from one number on. It reads them from the owner's
// peer, past every gateway.
func recorded(t *testing.T, from uint64) map[eventID]int {
	t.Helper()
	peer := straight(t, network.Owner, false)
	height, err := peer.Height(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	times := map[eventID]int{}
	if from >= height {
		return times
	}
	ended := fmt.Errorf("block %d was the last", height-1)
	err = peer.Blocks(t.Context(), from, func(b *block.Block) error {
		for i := range b.Transactions {
			if tx := &b.Transactions[i]; tx.Valid {
				for _, w := range tx.WritesTo(wire.Chaincode) {
					space, id, _ := strings.Cut(w.Key, "/")
					if space != string(rune(rootline.SpaceEvent)) {
						continue
					}
					event, err := parseID(id)
					if err != nil {
						return err
					}
					times[event]++
				}
			}
		}
		if b.Number+1 >= height {
			return ended
		}
		return nil
	})
	if err != ended {
		t.Fatal(err)
	}
	return times
}

// onceEach fails unless every acknowledged event was recorded once, and no other event was.
func onceEach(t *testing.T, acknowledged []eventID, times map[eventID]int) {
	t.Helper()
	for _, id := range acknowledged {
		if n := times[id]; n != 1 {
			t.Fatalf("%x was acknowledged and is %d times on the ledger", id, n)
		}
	}
	if len(times) != len(acknowledged) {
		t.Fatalf("%d events are on the ledger, and %d were acknowledged", len(times), len(acknowledged))
	}
}
