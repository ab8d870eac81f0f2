package projection

import (
	"bytes"
	"fmt"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/judge"
)

// quarantined passes over a transaction that ended the gateway again and again. Nothing of it is read but where it lies
// and which keys it writes; these are not judged from here on.
func (a *applying) quarantined(t *block.Transaction) error {
	row := &readmodel.Transaction{ID: t.ID, Block: a.block.Number, Position: t.Index, Code: t.Code, CodeName: t.CodeName,
		Valid: t.Valid, Time: t.Timestamp, Verdict: readmodel.VerdictQuarantined}
	a.tx.AddQuarantined(readmodel.Quarantined{Block: a.block.Number, Position: t.Index, Transaction: t.ID, Version: a.config.Version})
	writes := t.WritesTo(wire.Chaincode)
	if t.Valid {
		a.take(writes, t.ID)
	}
	a.find(KindQuarantined, t, fmt.Sprintf("it ended this gateway %d times, and is not judged here until another build tries it again; %d keys that it wrote and all that reads them are not judged either", MaxDeaths, len(writes)))
	return a.tx.AddTransaction(row)
}

// take puts values of the ledger that are not judged.
func (a *applying) take(writes []block.Write, by string) {
	for _, w := range writes {
		u := readmodel.Unjudged{Key: w.Key, Block: a.block.Number, Quarantined: by}
		if !w.Delete {
			u.Value = append([]byte{}, w.Value...)
		}
		a.tx.PutUnjudged(u)
	}
}

// blind reports whether the events that were refused were so only because what they read is not judged here.
func blind(d *judge.Decision) bool {
	for _, r := range d.Refused {
		if r.Error == nil || r.Error.Code != rootline.CodeNotJudged {
			return false
		}
	}
	return true
}

// without is a state in which some more keys are not judged.
type without struct {
	judge.State
	hidden map[string]bool
	by     string
}

// Get implements judge.State.
func (s without) Get(ref rootline.Ref) (rootline.Record, error) {
	if key := wire.Key(ref); s.hidden[key] {
		return nil, rootline.Refuse(rootline.CodeNotJudged, ref.String(), s.by)
	}
	return s.State.Get(ref)
}

// unjudged applies a transaction of which some events read what is not judged here. The others are judged as ever. What
// the transaction wrote and they do not explain is what those events wrote, or builds on it: it is taken as it is. Each
// key that is found to be so may make more events blind, until no more are.
func (a *applying) unjudged(t *block.Transaction, c *call, writes []block.Write, d *judge.Decision) (readmodel.Verdict, error) {
	state := without{a.state(), map[string]bool{}, a.tx.Blamed()}
	for {
		written, err := readmodel.Encode(d.Writes)
		if err != nil {
			return "", err
		}
		judged := map[string][]byte{}
		for _, w := range written {
			judged[wire.Key(w.Record.Ref())] = w.Value
		}
		grown, left := false, []block.Write{}
		for _, w := range writes {
			if state.hidden[w.Key] {
				left = append(left, w)
			} else if value, ok := judged[w.Key]; !ok || w.Delete || !bytes.Equal(value, w.Value) {
				state.hidden[w.Key], grown = true, true
			}
			delete(judged, w.Key)
		}
		if !grown {
			if len(judged) > 0 {
				a.find(KindWritesDiffer, t, fmt.Sprintf("it did not write %d keys that belong", len(judged)))
				return readmodel.VerdictDisputed, a.dispute(t, c, d)
			}
			clean := written[:0]
			for _, w := range written {
				if !state.hidden[wire.Key(w.Record.Ref())] {
					clean = append(clean, w)
				}
			}
			a.tx.Put(clean)
			a.take(left, state.by)
			return readmodel.VerdictUnjudged, a.accept(t, c, d)
		}
		next, panicked, err := decide(c, state)
		switch {
		case err != nil:
			return "", fmt.Errorf("projection: judge transaction %s of block %d: %w", t.ID, a.block.Number, err)
		case panicked != "":
			a.find(KindJudgedOtherwise, t, "judging it broke down: "+panicked)
			return readmodel.VerdictDisputed, a.dispute(t, c, nil)
		case !blind(next):
			a.refusals(t, next)
			return readmodel.VerdictDisputed, a.dispute(t, c, next)
		}
		d = next
	}
}
