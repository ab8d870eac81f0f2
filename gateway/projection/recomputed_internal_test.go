package projection

import (
	"log/slog"
	"path/filepath"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/gateway/readmodel/readmodeltest"
)

// What a transaction that was not recomputed wrote, or would have written, rests on it, and so does what was written by those
// that read it; all else does not, until one is not recomputed that decides on others.
func TestWhatRestsOnWhatWasNotRecomputed(t *testing.T) {
	store, err := readmodel.Open(t.Context(), filepath.Join(t.TempDir(), "r.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	p := &Projection{config: Config{Store: store, Log: slog.Default()}}
	number := uint64(0)
	key := func(id string) string { return wire.Key(rootline.Ref{Space: rootline.SpaceAsset, ID: id}) }
	// apply applies a transaction with nothing but its writes, after it read something.
	apply := func(id string, code channel.Code, unknown, decides bool, reads string, writes ...string) {
		t.Helper()
		number++
		tx := block.Transaction{ID: id, Code: int32(code), CodeName: code.String(), Valid: code == channel.Valid}
		for _, w := range writes {
			tx.Writes = append(tx.Writes, block.Write{Namespace: wire.Chaincode, Key: key(w)})
		}
		b := &block.Block{Number: number, Transactions: []block.Transaction{tx}}
		if err := store.Write(t.Context(), func(w *readmodel.Tx) error {
			a := &applying{Projection: p, tx: w, block: b, unknown: map[int]bool{}}
			if unknown {
				a.unknown[0] = decides
			}
			if reads != "" {
				if _, err := a.state().Get(rootline.Ref{Space: rootline.SpaceAsset, ID: reads}); err != nil {
					return err
				}
			}
			if err := a.rests(&b.Transactions[0]); err != nil {
				return err
			}
			return w.SetCursor(readmodel.Cursor{Block: number})
		}); err != nil {
			t.Fatal(err)
		}
	}
	rests := func(on string, ids ...string) {
		t.Helper()
		for _, id := range ids {
			n, err := readmodeltest.View(t, store).RestsOn(key(id))
			if err != nil || (n == nil) != (on == "") || n != nil && n.Transaction != on {
				t.Errorf("%s rests on %+v, %v, and not on %q", id, n, err, on)
			}
		}
	}
	apply("usual", channel.Valid, false, false, "", "a", "b")
	rests("", "a", "b")
	apply("word", channel.Valid, true, false, "", "a")
	apply("refused by word", channel.ReadConflict, true, false, "", "c")
	apply("reads", channel.Valid, false, false, "a", "d")
	apply("reads on", channel.Valid, false, false, "d", "e")
	apply("apart", channel.Valid, false, false, "b", "f")
	apply("writes again", channel.Valid, false, false, "", "a", "g")
	apply("without endorsement", channel.EndorsementPolicyFailure, false, false, "", "a", "h")
	apply("read something older", channel.ReadConflict, false, false, "", "a", "i")
	rests("word", "a", "d", "e", "g", "i")
	rests("refused by word", "c")
	rests("", "b", "f", "h")
	apply("decides", channel.Valid, true, true, "")
	rests("", "b", "f")
	apply("after", channel.Valid, false, false, "b", "f")
	rests("decides", "f")
	rests("", "b")
	// It is known after a new start, too.
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if store, err = readmodel.Open(t.Context(), store.Path()); err != nil {
		t.Fatal(err)
	}
	rests("word", "d")
	rests("", "h")
}

func TestWhatConcernsTheLedger(t *testing.T) {
	for name, c := range map[string]struct {
		t        block.Transaction
		concerns bool
	}{
		"a call":                  {block.Transaction{Chaincode: wire.Chaincode}, true},
		"another's write to ours": {block.Transaction{Chaincode: "other", Writes: []block.Write{{Namespace: wire.Chaincode}}}, true},
		"another's":               {block.Transaction{Chaincode: "other", Writes: []block.Write{{Namespace: "other"}}}, false},
		"a definition":            {block.Transaction{Chaincode: channel.Lifecycle}, true},
	} {
		if concerns(&c.t) != c.concerns {
			t.Errorf("%s: %v", name, concerns(&c.t))
		}
	}
}
