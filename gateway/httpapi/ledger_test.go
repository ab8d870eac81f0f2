package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/fabric"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/jws"
)

// ledger is a channel in memory: it judges as the chaincode does, each transaction is a block, and blocks continue
// each other. It stands in for Fabric behind the real outbox, projection and read model.
type ledger struct {
	*judgetest.World
	mu      sync.Mutex
	blocks  []*block.Block
	changed chan struct{}
	// latency is the time from submitting to the block.
	latency time.Duration
}

func newLedger(t testing.TB) *ledger {
	l := &ledger{changed: make(chan struct{}), World: &judgetest.World{
		T: t, State: judgetest.NewState(), Judge: judge.New(), Now: rootline.InstantOf(time.Now().Add(-time.Hour)), Admins: map[string]*judgetest.Person{},
	}}
	l.add(block.Transaction{Type: "CONFIG", Valid: true, CodeName: "VALID", Timestamp: l.Now})
	founding, owner := judgetest.FoundingJSON(t), judge.Caller{MSPID: judgetest.Owner, Admin: true}
	d, err := l.Judge.Found(l.State, owner, founding, l.Now)
	l.transact(wire.FnFound, founding, owner, d, err)
	for _, msp := range []string{judgetest.Owner, judgetest.Contractor, judgetest.Supervisor, judgetest.Regulator} {
		admin := &judgetest.Person{Key: judgetest.NewKey(t), Organisation: msp, Role: rootline.RoleAdmin}
		l.Admins[msp] = admin
		caller := judge.Caller{MSPID: msp, Admin: true}
		arg := l.Sign(admin, judgetest.Act(rootline.ActEnrol, rootline.EnrolData{
			Key: jws.KeyOf(&admin.Key.PublicKey), Role: rootline.RoleAdmin, Name: "admin",
		})).JWS
		d, err := l.Judge.Confirm(l.State, caller, arg, l.Now)
		l.transact(wire.FnConfirm, arg, caller, d, err)
	}
	l.Recorded = func(subs []rootline.Submission, d *judge.Decision) {
		arg, err := wire.EncodeBatch(subs)
		if err != nil {
			t.Fatal(err)
		}
		l.add(l.transaction(wire.FnRecord, arg, judge.Caller{MSPID: judgetest.Owner}, d))
	}
	return l
}

func (l *ledger) transact(fn, arg string, caller judge.Caller, d *judge.Decision, err error) {
	l.T.Helper()
	if err != nil {
		l.T.Fatal(err)
	}
	if len(d.Refused) > 0 {
		l.T.Fatal(d.Refused[0].Error)
	}
	l.State.Apply(d.Writes)
	l.add(l.transaction(fn, arg, caller, d))
}

func (l *ledger) transaction(fn, arg string, caller judge.Caller, d *judge.Decision) block.Transaction {
	t := block.Transaction{
		CodeName: "VALID", Valid: true, Type: "ENDORSER_TRANSACTION", Channel: "works", Chaincode: wire.Chaincode,
		Function: fn, Args: []string{arg}, Creator: block.Creator{MSPID: caller.MSPID, Admin: caller.Admin},
		Endorsers: []string{judgetest.Owner, judgetest.Contractor}, Timestamp: l.Now,
	}
	for _, r := range d.Writes {
		b, err := wire.Encode(r)
		if err != nil {
			l.T.Fatal(err)
		}
		t.Writes = append(t.Writes, block.Write{Namespace: wire.Chaincode, Key: wire.Key(r.Ref()), Value: b})
	}
	return t
}

// add makes a block of one transaction and returns its number.
func (l *ledger) add(t block.Transaction) uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := &block.Block{Number: uint64(len(l.blocks))}
	if t.ID == "" {
		t.ID = fmt.Sprintf("%064d", b.Number)
	}
	if b.Number > 0 {
		b.Previous = l.blocks[b.Number-1].Hash
	}
	envelope, err := json.Marshal(t)
	if err != nil {
		l.T.Fatal(err)
	}
	t.Envelope, b.Bytes = envelope, len(envelope)
	b.Transactions = []block.Transaction{t}
	b.DataHash = block.DataHash([][]byte{envelope})
	b.Computed = b.DataHash
	b.Hash = block.HeaderHash(b.Number, b.Previous, b.DataHash)
	l.blocks = append(l.blocks, b)
	close(l.changed)
	l.changed = make(chan struct{})
	return b.Number
}

func (l *ledger) height() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return uint64(len(l.blocks))
}

// Blocks implements projection.Source.
func (l *ledger) Blocks(ctx context.Context, from uint64, deliver func(*block.Block) error) error {
	for next := from; ; {
		l.mu.Lock()
		ready, changed := l.blocks[min(next, uint64(len(l.blocks))):], l.changed
		l.mu.Unlock()
		for _, b := range ready {
			if err := deliver(b); err != nil {
				return err
			}
			next++
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		}
	}
}

// Signatures implements Signatures. Nobody signs these blocks, so it names those who would.
func (l *ledger) Signatures(_ context.Context, number uint64) (*block.Signed, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.blocks[number]
	s := &block.Signed{Number: number, Hash: b.Hash, Orderers: []block.Signature{{MSPID: judgetest.Owner, Subject: "CN=orderer", Holds: true}}}
	for _, t := range b.Transactions {
		one := block.SignedTransaction{ID: t.ID, Index: t.Index, Creator: &block.Signature{MSPID: t.Creator.MSPID}}
		for _, msp := range t.Endorsers {
			one.Endorsements = append(one.Endorsements, block.Signature{MSPID: msp, Value: []byte{1}})
		}
		s.Transactions = append(s.Transactions, one)
	}
	return s, nil
}

// Block implements integrity.Ledger.
func (l *ledger) Block(_ context.Context, number uint64) (*block.Block, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if number >= uint64(len(l.blocks)) {
		return nil, &fabric.Unavailable{}
	}
	return l.blocks[number], nil
}

// Answer implements integrity.Ledger: every organisation's peer holds the same.
func (l *ledger) Answer(_ context.Context, ref rootline.Ref, organisation string) (*block.Answer, error) {
	a := &block.Answer{MSPID: organisation, Holds: true}
	if r, _ := l.State.Get(ref); r != nil {
		a.Value, _ = wire.Encode(r)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, b := range l.blocks {
		for _, t := range b.Transactions {
			for _, w := range t.Writes {
				if w.Key == wire.Key(ref) {
					a.Written = &block.Written{Block: b.Number, Position: t.Index}
				}
			}
		}
	}
	return a, nil
}

// Propose implements outbox.Ledger.
func (l *ledger) Propose(_ context.Context, batch []rootline.Submission) (fabric.Attempt, error) {
	now := rootline.InstantOf(time.Now())
	d, err := l.Judge.Record(l.State, batch, now)
	if err != nil {
		return nil, &fabric.Unavailable{Err: err}
	}
	if len(d.Refused) > 0 {
		return nil, &fabric.Refused{List: wire.Refused(d.Refused)}
	}
	arg, err := wire.EncodeBatch(batch)
	if err != nil {
		return nil, err
	}
	t := l.transaction(wire.FnRecord, arg, judge.Caller{MSPID: judgetest.Owner}, d)
	t.ID, t.Timestamp = rootline.HashOf([]byte(rootline.NewCode("tx"))).String(), now
	return &attempt{l: l, t: t, writes: d.Writes, block: make(chan uint64, 1)}, nil
}

// Resolve implements outbox.Ledger.
func (l *ledger) Resolve(context.Context, string) (fabric.Fate, error) {
	return fabric.Fate{Height: l.height()}, nil
}

// Height implements outbox.Ledger.
// Attest answers nothing: nobody signs here.
func (l *ledger) Attest(context.Context, []byte, []string) (*block.Attested, error) {
	return nil, &fabric.Unavailable{Err: errors.New("nobody signs here")}
}

func (l *ledger) Seal(context.Context, []byte) error {
	return &fabric.Unavailable{Err: errors.New("nobody signs here")}
}

func (l *ledger) Height(context.Context) (uint64, error) { return l.height(), nil }

// HeightOfOthers implements outbox.Ledger.
func (l *ledger) HeightOfOthers(context.Context) uint64 { return 0 }

type attempt struct {
	l      *ledger
	t      block.Transaction
	writes []rootline.Record
	block  chan uint64
}

func (a *attempt) TxID() string { return a.t.ID }

func (a *attempt) Submit(context.Context) error {
	go func() {
		time.Sleep(a.l.latency)
		a.l.State.Apply(a.writes)
		a.block <- a.l.add(a.t)
	}()
	return nil
}

func (a *attempt) Wait(ctx context.Context) (uint64, error) {
	select {
	case n := <-a.block:
		return n, nil
	case <-ctx.Done():
		return 0, &fabric.Unknown{TxID: a.t.ID, Err: ctx.Err()}
	}
}
