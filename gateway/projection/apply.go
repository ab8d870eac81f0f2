package projection

import (
	"errors"
	"slices"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/limits"
)

// applying is one block being applied within a write transaction.
type applying struct {
	*Projection
	tx    *readmodel.Tx
	block *block.Block
	// calls are those that were read ahead, by the transactions' positions.
	calls []called
	// unknown are the positions of the transactions that were not recomputed, and whether others depend on that; reads is
	// what the one that is judged now reads, nil where nobody asks.
	unknown map[int]bool
	reads   *reading
	// before is the cursor before the block; first says that there is none.
	before readmodel.Cursor
	first  bool
	time   rootline.Instant
	out    readmodel.BlockApplied
}

// apply applies one block that may follow the cursor and returns what it brought. The error is a fault of the store, or a
// *judge.UnknownProtocolError when the block raises the number and goes on after that: nothing of it may be kept then.
func (p *Projection) apply(tx *readmodel.Tx, b *ahead, before *readmodel.Cursor, differing ...differs) (*readmodel.BlockApplied, error) {
	a := &applying{Projection: p, tx: tx, block: b.Block, calls: b.calls, first: before == nil, unknown: map[int]bool{}}
	if before != nil {
		a.before = *before
	}
	a.time = a.blockTime()
	a.out = readmodel.BlockApplied{Number: b.Number, Hash: b.Hash, Time: a.time, Transactions: len(b.Transactions)}
	for _, d := range differing {
		a.find(d.kind, d.Transaction, d.detail)
		if d.kind == KindNotRecomputed {
			a.unknown[d.Index] = d.decides
		}
	}
	for i := range b.Transactions {
		if err := a.attempt(&b.Transactions[i]); err != nil {
			return nil, err
		}
	}
	tx.AddBlock(&readmodel.Block{
		Number: b.Number, Hash: b.Hash, Previous: b.Previous, DataHash: b.DataHash, Time: a.time,
		Count: len(b.Transactions), Events: len(a.out.Events),
	})
	return &a.out, nil
}

// blockTime is the median of the transactions' timestamps, which no single client can move, and the time of the block
// before when there are none.
func (a *applying) blockTime() rootline.Instant {
	var times []rootline.Instant
	for i := range a.block.Transactions {
		if t := a.block.Transactions[i].Timestamp; t > 0 {
			times = append(times, t)
		}
	}
	if len(times) == 0 {
		return a.before.Time
	}
	slices.Sort(times)
	return times[len(times)/2]
}

// attempt adds a transaction under a mark that says so to the next process, should this one die of it.
func (a *applying) attempt(t *block.Transaction) error {
	if a.attempts.quarantined(a.block.Number, t.Index) {
		return errors.Join(a.quarantined(t), a.rests(t))
	}
	a.attempts.mark(markApplied, a.block.Number, t.Index)
	defer a.attempts.done(markApplied)
	a.config.at(stageApply, a.block.Number, t.Index)
	if err := a.transaction(t); err != nil {
		return err
	}
	if err := a.rests(t); err != nil {
		return err
	}
	if a.attempts.isCareful(a.block.Number) {
		return a.tx.Flush()
	}
	return nil
}

// transaction adds one transaction with what it brings.
func (a *applying) transaction(t *block.Transaction) error {
	row := &readmodel.Transaction{
		ID: t.ID, Block: a.block.Number, Position: t.Index, Code: t.Code, CodeName: t.CodeName, Valid: t.Valid,
		Chaincode: t.Chaincode, Function: t.Function, Creator: t.Creator.MSPID, Admin: t.Creator.Admin,
		Endorsers: t.Endorsers, Time: t.Timestamp,
	}
	if t.Valid {
		verdict, err := a.judged(t, row.Function)
		if err != nil {
			return err
		}
		row.Verdict = verdict
		if verdict == readmodel.VerdictDisputed {
			row.Arguments = make([][]byte, len(t.Args))
			for i, arg := range t.Args {
				row.Arguments[i] = []byte(arg) // cut to a bound where it is kept
			}
		}
		if verdict != readmodel.NotJudged {
			a.timeApart(t)
		}
	}
	return a.tx.AddTransaction(row)
}

// timeApart finds a transaction whose time, which its client chose, does not fit where it lies.
func (a *applying) timeApart(t *block.Transaction) {
	tolerance := rootline.Instant(a.config.Tolerance.Milliseconds())
	switch {
	case !a.first && t.Timestamp+tolerance < a.before.Time:
		a.find(KindTimeApart, t, "its time "+t.Timestamp.String()+" lies before the block before, "+a.before.Time.String())
	case t.Timestamp+tolerance < a.time, t.Timestamp > a.time+tolerance:
		a.find(KindTimeApart, t, "its time "+t.Timestamp.String()+" lies apart from its block's, "+a.time.String())
	}
}

// find adds a finding about a transaction as a whole.
func (a *applying) find(kind string, t *block.Transaction, detail string) {
	a.add(&readmodel.Finding{ID: findingID(kind, a.block.Number, t.Index), Kind: kind, Transaction: t.ID, Detail: detail})
}

// findEvent adds a finding about an event.
func (a *applying) findEvent(kind string, t *block.Transaction, position int, e *rootline.Event, detail string) {
	f := &readmodel.Finding{ID: findingID(kind, a.block.Number, t.Index, position), Kind: kind, Transaction: t.ID, Detail: detail}
	if e != nil {
		f.Event, f.Asset = e.ID, e.Asset
	}
	a.add(f)
}

func (a *applying) add(f *readmodel.Finding) {
	f.Block, f.Found, f.Alarm = a.block.Number, a.time, alarming(f.Kind)
	f.Detail = block.Kept(f.Detail, limits.KeptDetail)
	a.tx.AddFinding(f)
	a.out.Findings = append(a.out.Findings, *f)
}
