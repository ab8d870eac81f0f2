package fabric_test

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/fabric"
	"github.com/rootline/rootline/gateway/outbox"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/network"
)

func (r *real) reads() {
	rec, err := r.client.Get(r.ctx, rootline.Ref{Space: rootline.SpaceLedger})
	if ledger, ok := rec.(*rootline.Ledger); err != nil || !ok || ledger.Net != judgetest.Net {
		r.Errorf("ledger: %+v, %v", rec, err)
	}
	if rec, err := r.client.Get(r.ctx, rootline.Ref{Space: rootline.SpaceAsset, ID: "9520002NOTHING"}); err != nil || rec != nil {
		r.Errorf("nothing: %+v, %v", rec, err)
	}
}

// refuses sends 1,000 events of which all but one are bad: the whole list of reasons comes back, and nothing is sent.
func (r *real) refuses() {
	batch := r.trees(rootline.MaxBatch)
	for i := range batch {
		if i != 500 {
			batch[i].JWS = batch[i].JWS[:len(batch[i].JWS)-8] + strings.Repeat("A", 8)
		}
	}
	before, err := r.client.Height(r.ctx)
	r.check(err)
	_, err = r.client.Propose(r.ctx, batch)
	var refused *fabric.Refused
	if !errors.As(err, &refused) || len(refused.List) != rootline.MaxBatch-1 {
		r.Fatalf("got %v", err)
	}
	for _, why := range refused.List {
		if why.Index == 500 || why.Error.Code != rootline.CodeBadSignature || why.Error.Says.Zh == "" {
			r.Fatalf("got %+v", why)
		}
	}
	if after, err := r.client.Height(r.ctx); err != nil || after != before {
		r.Errorf("height %d, then %d, %v", before, after, err)
	}
}

// conflicts endorses two transactions that create the same tree: one takes effect.
func (r *real) conflicts() {
	code := judgetest.Code(judgetest.Contractor)
	var attempts []fabric.Attempt
	for range 2 {
		a, err := r.client.Propose(r.ctx, []rootline.Submission{r.tree(code)})
		r.check(err)
		attempts = append(attempts, a)
	}
	for _, a := range attempts {
		r.check(a.Submit(r.ctx))
	}
	_, err := attempts[0].Wait(r.ctx)
	_, err2 := attempts[1].Wait(r.ctx)
	if (err == nil) == (err2 == nil) {
		r.Fatalf("got %v and %v", err, err2)
	}
	if err == nil {
		err = err2
	}
	var conflict *fabric.Conflict
	if !errors.As(err, &conflict) || !conflict.Contended() || conflict.Block == 0 {
		r.Fatalf("got %v", err)
	}
	fate, err := r.client.Resolve(r.ctx, conflict.TxID)
	if err != nil || !fate.Found || fate.Valid || fate.CodeName != conflict.Code || fate.Block != conflict.Block {
		r.Errorf("fate %+v, %v", fate, err)
	}
}

func (r *real) fates() {
	a, err := r.client.Propose(r.ctx, r.trees(1))
	r.check(err)
	if fate, err := r.client.Resolve(r.ctx, a.TxID()); err != nil || fate.Found || fate.Height == 0 {
		r.Errorf("before it was sent: %+v, %v", fate, err)
	}
	r.check(a.Submit(r.ctx))
	at, err := a.Wait(r.ctx)
	r.check(err)
	if fate, err := r.client.Resolve(r.ctx, a.TxID()); err != nil || !fate.Valid || fate.Block != at {
		r.Errorf("after it was committed: %+v, %v", fate, err)
	}
	b, err := r.client.Block(r.ctx, at)
	if err != nil || b.Number != at || !slices.ContainsFunc(b.Transactions, func(t block.Transaction) bool { return t.ID == a.TxID() }) {
		r.Errorf("its block: %v", err)
	}
}

// load measures one event alone, and many together.
func (r *real) load() {
	start := time.Now()
	r.committed(r.submit(r.trees(1)), time.Minute)
	r.Logf("one event alone: %s", time.Since(start).Round(time.Millisecond))
	batches := make([][]rootline.Submission, 4)
	for i := range batches {
		batches[i] = r.trees(rootline.MaxBatch)
	}
	start = time.Now()
	var all []outbox.Status
	for _, b := range batches {
		all = append(all, r.submit(b)...)
	}
	taken := time.Since(start)
	r.committed(all, 2*time.Minute)
	took := time.Since(start)
	r.Logf("%d events: taken after %s, committed after %s: %.0f events/s", len(all), taken.Round(time.Millisecond),
		took.Round(time.Millisecond), float64(len(all))/took.Seconds())
}

// chaincodeDies: other organisations endorse while the own chaincode service is dead.
func (r *real) chaincodeDies() {
	name := network.Contractor + "-chaincode-" + wire.Chaincode
	r.check(r.net.Kill(name))
	start := time.Now()
	r.committed(r.submit(r.trees(20)), time.Minute)
	r.Logf("committed after %s without the own chaincode service", time.Since(start).Round(time.Millisecond))
	r.check(r.net.Start(r.ctx, name))
	r.committed(r.submit(r.trees(20)), time.Minute)
}

func (r *real) orderersDie() {
	dead := []string{network.Owner + "-orderer", network.Regulator + "-orderer"}
	for _, name := range dead {
		r.check(r.net.Kill(name))
	}
	answers := r.submit(r.trees(20))
	r.await("a transaction of unknown fate", func() bool { return r.box.Pending().Unknown == 20 })
	for _, name := range dead {
		r.check(r.net.Start(r.ctx, name))
	}
	start := time.Now()
	r.committed(answers, 2*time.Minute)
	r.Logf("committed %s after the orderers were back", time.Since(start).Round(time.Millisecond))
}

func (r *real) peerDies() {
	name := network.Contractor + "-peer"
	answers := r.submit(r.trees(200))
	r.await("a transaction on its way", func() bool { return r.box.Pending().Submitted > 0 })
	r.check(r.net.Kill(name))
	var unavailable *fabric.Unavailable
	if _, err := r.client.Height(r.ctx); !errors.As(err, &unavailable) {
		r.Errorf("height of a dead peer: %v", err)
	}
	answers = append(answers, r.submit(r.trees(20))...)
	r.check(r.net.Start(r.ctx, name))
	start := time.Now()
	r.committed(answers, 2*time.Minute)
	r.Logf("committed %s after the peer was back", time.Since(start).Round(time.Millisecond))
}

// signatures checks that every signature of some blocks holds, and that one over another block would not.
func (r *real) signatures() {
	height, err := r.client.Height(r.ctx)
	r.check(err)
	for _, number := range []uint64{1, height / 2, height - 1} {
		s, err := r.client.Signatures(r.ctx, number)
		r.check(err)
		r.mu.Lock()
		b := r.blocks[number]
		r.mu.Unlock()
		if s.Number != number || s.Hash != b.Hash || len(s.Orderers) < 2 || len(s.Transactions) != len(b.Transactions) {
			r.Fatalf("block %d: %+v", number, s)
		}
		all := s.Orderers
		for i, t := range s.Transactions {
			if t.ID != b.Transactions[i].ID || len(t.Endorsements) != len(b.Transactions[i].Endorsers) {
				r.Errorf("transaction %d: %+v", i, t)
			}
			all = append(append(all, *t.Creator), t.Endorsements...)
		}
		for _, one := range all {
			if !one.Holds || one.MSPID == "" || one.Subject == "" || one.Issuer == "" || one.Until <= one.ValidFrom {
				r.Errorf("block %d: %+v", number, one)
			}
		}
	}
}

// orderersDeliver reads all blocks anew from orderers, with no peer there: those that the peer delivered, without its verdicts.
func (r *real) orderersDeliver() {
	r.mu.Lock()
	want := slices.Clone(r.blocks)
	r.mu.Unlock()
	state, err := channel.Begin(want[0].Raw, want[0].Raw.Hash())
	r.check(err)
	client := r.connect(network.Contractor, false)
	client.Others(state.Config().Anchors, state.Config().Orderers)
	for _, o := range network.Orgs() {
		r.check(r.net.Kill(o.Name + "-peer"))
	}
	var got []*block.Block
	all := errors.New("all blocks are read")
	err = client.Blocks(r.ctx, 0, func(b *block.Block) error {
		if got = append(got, b); len(got) == len(want) {
			return all
		}
		return nil
	})
	if !errors.Is(err, all) {
		r.Fatal(err)
	}
	for i, b := range got {
		if b.Hash != want[i].Hash || !strings.Contains(b.By, "orderer") || len(b.Raw.Flags) != 0 || len(b.Transactions) != len(want[i].Transactions) {
			r.Fatalf("block %d by %q: %s, %d verdicts", b.Number, b.By, b.Hash, len(b.Raw.Flags))
		}
	}
}

// chain checks all that was delivered: no gap, every hash as Fabric computed it, every event once.
func (r *real) chain() {
	height, err := r.client.Height(r.ctx)
	r.check(err)
	r.await("all blocks", func() bool { return uint64(r.seen()) >= height })
	r.mu.Lock()
	defer r.mu.Unlock()
	var last *block.Position
	recorded := map[string]string{}
	admins := 0
	for _, b := range r.blocks {
		if err := b.Follows(last); err != nil {
			r.Fatal(err)
		}
		at := b.Position()
		last = &at
		for _, t := range b.Transactions {
			// Nobody signs the first configuration.
			if t.Malformed != "" || t.Channel != network.Channel || t.Creator.MSPID == "" && b.Number > 0 {
				r.Errorf("block %d, transaction %d by %+v: %s", b.Number, t.Index, t.Creator, t.Malformed)
			}
			if t.Chaincode != wire.Chaincode || !t.Valid {
				continue
			}
			if len(t.Endorsers) < 2 || t.Timestamp < r.world.Now-60_000 || len(t.Args) != 1 || len(t.WritesTo(wire.Chaincode)) == 0 {
				r.Errorf("block %d, transaction %s: %v, %s, %d arguments, %d writes", b.Number, t.ID, t.Endorsers, t.Timestamp, len(t.Args), len(t.Writes))
			}
			if fn := t.Function; t.Creator.Admin != (fn != wire.FnRecord) {
				r.Errorf("%s by admin %v", fn, t.Creator.Admin)
			} else if t.Creator.Admin {
				admins++
			}
			for _, w := range t.WritesTo(wire.Chaincode) {
				if ref, err := wire.ParseKey(w.Key); err == nil && ref.Space == rootline.SpaceEvent {
					if other, twice := recorded[ref.ID]; twice {
						r.Errorf("event %s in transactions %s and %s", ref.ID, other, t.ID)
					}
					recorded[ref.ID] = t.ID
				}
			}
		}
	}
	r.Logf("%d blocks, %d events", len(r.blocks), len(recorded))
	if admins != 5 || len(recorded) < 4000 {
		r.Errorf("%d acts of admins, %d events", admins, len(recorded))
	}
}
