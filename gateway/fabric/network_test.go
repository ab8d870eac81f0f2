package fabric_test

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/fabric"
	"github.com/rootline/rootline/gateway/outbox"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/jws"
	"github.com/rootline/rootline/network"
	"github.com/rootline/rootline/network/guard"
	"github.com/rootline/rootline/rulebook"
)

const forestation = "forestation@1"

// real is a real network with a founded ledger, an outbox at the contractor's peer, and what its blocks hold.
type real struct {
	*testing.T
	ctx     context.Context
	net     *network.Network
	world   *judgetest.World
	client  *fabric.Client
	box     *outbox.Outbox
	nursery *judgetest.Person

	mu     sync.Mutex
	state  *judgetest.State
	blocks []*block.Block
	// recorded is what they record.
	recorded outbox.Reading
}

// TestRealNetwork runs the client and the outbox against real peers and orderers.
func TestRealNetwork(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a network of processes; make e2e runs it")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Minute)
	defer cancel()
	config := network.Config{Data: t.TempDir(), PortBase: 20050}
	if err := guard.Folder(config.Data); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	n, err := network.Up(ctx, config, network.PrintProgress(t.Output()))
	t.Cleanup(func() {
		if n, err := network.Open(config); err == nil {
			if err := n.Down(context.Background()); err != nil {
				t.Error(err)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("the network is up after %s", time.Since(start))
	r := &real{
		T: t, ctx: ctx, net: n, state: judgetest.NewState(),
		world: &judgetest.World{T: t, Now: rootline.InstantOf(time.Now()), Admins: map[string]*judgetest.Person{}},
	}
	r.client = r.connect(network.Contractor, false)
	r.found()
	r.follow()
	r.open()
	defer func() { _ = r.box.Close() }()
	r.prepare()
	for _, step := range []struct {
		name string
		run  func(r *real)
	}{
		{"records are read", (*real).reads},
		{"the chaincode refuses past the gateway", (*real).refuses},
		{"a conflict", (*real).conflicts},
		{"fates", (*real).fates},
		{"load", (*real).load},
		{"signatures", (*real).signatures},
		{"the chaincode service dies", (*real).chaincodeDies},
		{"two orderers die", (*real).orderersDie},
		{"the peer dies", (*real).peerDies},
		{"the chain holds", (*real).chain},
		{"no peer is there", (*real).orderersDeliver},
	} {
		if !t.Run(step.name, func(t *testing.T) {
			sub := r.T
			r.T, r.world.T = t, t
			defer func() { r.T, r.world.T = sub, sub }()
			step.run(r)
		}) {
			return
		}
	}
}

func (r *real) check(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

func (r *real) connect(org string, admin bool) *fabric.Client {
	r.Helper()
	c, err := r.net.Connection(org)
	r.check(err)
	config := fabric.Config{
		PeerEndpoint: c.PeerEndpoint, ServerName: c.PeerServerName, TLSCACert: c.TLSCACert, MSPID: c.MSPID,
		Cert: c.ServiceCert, Key: c.ServiceKey, Channel: c.Channel,
	}
	if admin {
		config.Cert, config.Key = c.AdminCert, c.AdminKey
	}
	client, err := fabric.Connect(r.ctx, config)
	r.check(err)
	r.Cleanup(func() { _ = client.Close() })
	return client
}

// found founds the ledger, by the organisations' Fabric admins only.
func (r *real) found() {
	r.Helper()
	founding := judgetest.FoundingJSON(r)
	var refused *fabric.Refused
	if err := r.client.Transact(r.ctx, wire.FnFound, founding); !errors.As(err, &refused) || refused.List[0].Error.Code != rootline.CodeNotAdmin {
		r.Fatalf("founding without an admin: %v", err)
	}
	for i, org := range network.Orgs() {
		admin := r.connect(org.Name, true)
		if i == 0 {
			r.check(admin.Transact(r.ctx, wire.FnFound, founding))
		} else if err := admin.Transact(r.ctx, wire.FnFound, founding); !errors.As(err, &refused) || refused.List[0].Error.Code != rootline.CodeAlreadyFounded {
			r.Fatalf("founding again: %v", err)
		}
		p := &judgetest.Person{Key: judgetest.NewKey(r), Organisation: org.MSPID, Role: rootline.RoleAdmin}
		enrol := r.world.Sign(p, judgetest.Act(rootline.ActEnrol, rootline.EnrolData{
			Key: jws.KeyOf(&p.Key.PublicKey), Role: rootline.RoleAdmin, Name: "admin",
		}))
		r.check(admin.Transact(r.ctx, wire.FnConfirm, enrol.JWS))
		r.world.Admins[org.MSPID] = p
	}
}

// follow keeps a read model: what the blocks write.
func (r *real) follow() {
	ctx, cancel := context.WithCancel(r.ctx)
	done := make(chan error, 1)
	go func() { done <- r.client.Blocks(ctx, 0, r.apply) }()
	r.Cleanup(func() {
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			r.Errorf("blocks: %v", err)
		}
	})
	height, err := r.client.Height(r.ctx)
	r.check(err)
	r.await("the read model", func() bool { return uint64(r.seen()) >= height })
}

func (r *real) seen() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.blocks)
}

func (r *real) apply(b *block.Block) error {
	for _, t := range b.Transactions {
		if !t.Valid {
			continue
		}
		var records []rootline.Record
		for _, w := range t.WritesTo(wire.Chaincode) {
			ref, err := wire.ParseKey(w.Key)
			if err != nil {
				return err
			}
			rec, err := wire.Decode(ref, w.Value)
			if err != nil {
				return err
			}
			records = append(records, rec)
		}
		r.state.Apply(records)
		if t.Function != wire.FnRecord {
			continue
		}
		subs, err := wire.DecodeBatch(t.Args[0])
		if err != nil {
			return err
		}
		var recorded []outbox.Recorded
		for i := range subs {
			if reading := judge.Read(&subs[i]); reading.Err() == nil {
				recorded = append(recorded, outbox.Recorded{Event: reading.Event().ID, Hash: reading.Hash(), Transaction: t.ID, Block: b.Number})
			}
		}
		r.mu.Lock()
		r.recorded.Events = append(r.recorded.Events, recorded...)
		r.mu.Unlock()
		if r.box != nil {
			r.box.Committed(context.Background(), recorded)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.recorded.Blocks = b.Number + 1
	r.blocks = append(r.blocks, b)
	return nil
}

func (r *real) await(what string, ok func() bool) {
	r.Helper()
	for deadline := time.Now().Add(time.Minute); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			r.Fatalf("%s: not within a minute", what)
		}
	}
}

func (r *real) open() {
	r.Helper()
	box, err := outbox.Open(r.ctx, outbox.Config{
		Path: filepath.Join(r.TempDir(), "outbox.db"), Ledger: r.client,
		State: func(context.Context) (judge.State, func(), error) { return r.state, func() {}, nil },
		Read: func(context.Context, []string) (outbox.Reading, error) {
			r.mu.Lock()
			defer r.mu.Unlock()
			return outbox.Reading{Blocks: r.recorded.Blocks, Events: slices.Clone(r.recorded.Events)}, nil
		},
	})
	r.check(err)
	r.box = box
}

// prepare enrols a nursery and has the rulebook adopted, through the outbox.
func (r *real) prepare() {
	r.Helper()
	offer := r.world.Offer(r.world.Admins[judgetest.Contractor], "nursery", judgetest.NewKey(r))
	r.nursery = &judgetest.Person{Key: judgetest.NewKey(r), Organisation: judgetest.Contractor, Role: "nursery"}
	yaml := rulebook.Shipped()[forestation]
	subs := []rootline.Submission{
		r.world.Sign(r.world.Admins[judgetest.Contractor], offer.Event),
		r.world.Sign(r.nursery, r.world.Enrolment(r.nursery.Key, offer, "nursery")),
		r.world.Sign(r.world.Admins[judgetest.Owner], judgetest.Act(rootline.ActPropose, rootline.ProposeData{YAML: string(yaml)})),
	}
	for _, msp := range []string{judgetest.Contractor, judgetest.Supervisor} {
		subs = append(subs, r.world.Sign(r.world.Admins[msp], judgetest.Act(rootline.ActVote, rootline.VoteData{
			Rulebook: forestation, SHA256: rootline.HashOf(yaml),
		})))
	}
	// One by one and without waiting: each builds on the one before it.
	var all []outbox.Status
	for _, s := range subs {
		answers, err := r.box.Submit(r.ctx, []rootline.Submission{s})
		r.check(err)
		all = append(all, answers...)
	}
	r.committed(all, time.Minute)
}

func (r *real) committed(answers []outbox.Status, within time.Duration) []outbox.Status {
	r.Helper()
	ctx, cancel := context.WithTimeout(r.ctx, within)
	defer cancel()
	ids := make([]string, len(answers))
	for i, a := range answers {
		if a.Refused != nil {
			r.Fatalf("event %s: %v", a.Event, a.Refused)
		}
		ids[i] = a.Event
	}
	got, err := r.box.Wait(ctx, ids)
	r.check(err)
	for _, s := range got {
		if s.Stage != outbox.Committed || s.Transaction == "" {
			r.Fatalf("event %s: %s %v; pending %+v", s.Event, s.Stage, s.Refused, r.box.Pending())
		}
	}
	return got
}

func (r *real) tree(code string) rootline.Submission {
	return r.world.Sign(r.nursery, &rootline.Event{
		Asset: code, Action: "select", Kind: "tree", Rulebook: forestation,
		Evidence: []rootline.Evidence{{SHA256: rootline.HashOf([]byte(code)), Type: "image/jpeg", Size: 1000}},
		Data:     json.RawMessage(`{"species":"Pinus tabuliformis","dbh":60,"height":3200}`),
	})
}

func (r *real) trees(n int) []rootline.Submission {
	subs := make([]rootline.Submission, n)
	for i := range subs {
		subs[i] = r.tree(judgetest.Code(judgetest.Contractor))
	}
	return subs
}

func (r *real) submit(subs []rootline.Submission) []outbox.Status {
	r.Helper()
	answers, err := r.box.Submit(r.ctx, subs)
	r.check(err)
	return answers
}
