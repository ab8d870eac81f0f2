package main

import (
	"context"
	"crypto/ecdsa"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/app"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/fabric"
	"github.com/rootline/rootline/gateway/projection"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/jws"
	"github.com/rootline/rootline/network"
)

// takeRebuild makes a read model from block 0, with every event judged again, against reading the same blocks and
// checking their signatures alone. Both use all cores, and begin with the bytes that a peer delivers.
func takeRebuild(ctx context.Context, s *stage) ([]result, error) {
	// Most of the ledger shall be events: the plain side's transactions are in the blocks, too.
	if err := s.fill(ctx, 30_000); err != nil {
		return nil, err
	}
	blocks, err := s.rawBlocks(ctx)
	if err != nil {
		return nil, err
	}
	keys, err := deviceKeys(blocks)
	if err != nil {
		return nil, err
	}
	// Both sides run in this process, which collects garbage as often as a gateway does meanwhile.
	defer debug.SetGCPercent(debug.SetGCPercent(app.GarbagePercent))
	n := 0
	rebuild := func(ctx context.Context) (slice, error) {
		n++
		return ownTime(func() (int, error) {
			return rebuilt(ctx, blocks, filepath.Join(s.o.data, fmt.Sprintf("rebuild-%d", n)))
		})
	}
	bare := func(context.Context) (slice, error) {
		return ownTime(func() (int, error) {
			return checked(blocks, func(s *jws.Signed) error { return s.Verify(keys[s.Kid]) })
		})
	}
	verifiers := map[string]*jws.Verifier{}
	for kid, key := range keys {
		verifiers[kid] = jws.NewVerifier(key)
	}
	pairs, err := abba(ctx, s.o.pairs, rebuild, bare)
	if err != nil {
		return nil, err
	}
	if pairs[0].ours.items != pairs[0].plain.items {
		return nil, fmt.Errorf("one side saw %d events, the other %d", pairs[0].ours.items, pairs[0].plain.items)
	}
	tables, err := ownTime(func() (int, error) {
		return checked(blocks, func(s *jws.Signed) error { return verifiers[s.Kid].Verify(s) })
	})
	if err != nil {
		return nil, err
	}
	rates, ours, plain := compare(pairs, func(p pair) float64 { return p.ours.rate() / p.plain.rate() }, (*slice).rate)
	return []result{result{
		Name: "rebuild", Goal: 0.5, Pairs: rates,
		Ours:   &side{"judged and in the read model", ours, "events/s", cpuPerItem(pairs, oursOf)},
		Plain:  &side{"decoded, signatures checked", plain, "events/s", cpuPerItem(pairs, plainOf)},
		Method: fmt.Sprintf("%d blocks with %d events from memory, into an empty SQLite file; the other side checks with crypto/ecdsa", len(blocks), pairs[0].ours.items),
		Note:   fmt.Sprintf("%s; checked with the tables of package jws %.0f events/s, ratio %.2f", cpuNote(pairs), tables.rate(), ours/tables.rate()),
	}.reached(median(rates))}, nil
}

// rawBlocks are all blocks as the peer delivers them.
func (s *stage) rawBlocks(ctx context.Context) ([]*common.Block, error) {
	height, err := s.peer.Height(ctx)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c, err := s.net.Connection(network.Owner)
	if err != nil {
		return nil, err
	}
	events, err := s.plain.gateway.GetNetwork(c.Channel).BlockEvents(ctx, client.WithStartBlock(0))
	if err != nil {
		return nil, err
	}
	var out []*common.Block
	for raw := range events {
		if out = append(out, raw); uint64(len(out)) == height {
			return out, nil
		}
	}
	return nil, fmt.Errorf("the peer delivered %d of %d blocks", len(out), height)
}

// ownTime measures work of this process.
func ownTime(work func() (int, error)) (slice, error) {
	runtime.GC()
	cpu, began := ownCPU(), time.Now()
	n, err := work()
	return slice{items: n, wall: time.Since(began), cpu: map[string]time.Duration{"client": ownCPU() - cpu}}, err
}

func ownCPU() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// replay delivers blocks from memory, as a peer would.
type replay []*common.Block

// Blocks implements projection.Source.
func (r replay) Blocks(ctx context.Context, from uint64, deliver func(*block.Block) error) error {
	var decoder fabric.Decoder
	for _, raw := range r[from:] {
		if err := deliver(decoder.Block(raw)); err != nil {
			return err
		}
	}
	<-ctx.Done()
	return ctx.Err()
}

// rebuilt runs the gateway's own projection over the blocks, into a new read model.
func rebuilt(ctx context.Context, blocks replay, folder string) (int, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return 0, err
	}
	defer os.RemoveAll(folder)
	store, err := readmodel.Open(ctx, filepath.Join(folder, "readmodel.db"))
	if err != nil {
		return 0, err
	}
	defer store.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	last, events, disputed := blocks[len(blocks)-1].GetHeader().GetNumber(), 0, 0
	p, err := projection.New(projection.Config{
		Store: store, Source: blocks, Log: slog.New(slog.DiscardHandler),
		Listeners: []projection.Listener{projection.ListenerFunc(func(_ context.Context, b readmodel.BlockApplied) {
			for _, e := range b.Events {
				if events++; e.Status != readmodel.Committed {
					disputed++
				}
			}
			if b.Number == last {
				cancel()
			}
		})},
	})
	if err != nil {
		return 0, err
	}
	err = p.Run(ctx)
	if status := p.Status(); status.Cursor.Block != last {
		return 0, fmt.Errorf("the projection ended at block %d of %d: %w", status.Cursor.Block, last, err)
	}
	if disputed > 0 {
		return 0, fmt.Errorf("%d events are disputed", disputed)
	}
	return events, nil
}

// signedEvents gives the events of a block's valid transactions; confirmations carry one of their own.
func signedEvents(b *block.Block) (out []rootline.Submission) {
	for i := range b.Transactions {
		t := &b.Transactions[i]
		if !t.Valid || t.Chaincode != wire.Chaincode || len(t.Args) != 1 {
			continue
		}
		if t.Function == wire.FnConfirm {
			out = append(out, rootline.Submission{JWS: t.Args[0]})
			continue
		}
		if subs, err := wire.DecodeBatch(t.Args[0]); err == nil {
			out = append(out, subs...)
		}
	}
	return out
}

// deviceKeys reads the public keys of all devices from what the blocks write.
func deviceKeys(blocks []*common.Block) (map[string]*ecdsa.PublicKey, error) {
	var decoder fabric.Decoder
	out := map[string]*ecdsa.PublicKey{}
	for _, raw := range blocks {
		b := decoder.Block(raw)
		for i := range b.Transactions {
			for _, w := range b.Transactions[i].WritesTo(wire.Chaincode) {
				ref, err := wire.ParseKey(w.Key)
				if err != nil || ref.Space != rootline.SpaceDevice {
					continue
				}
				r, err := wire.Decode(ref, w.Value)
				if err != nil {
					return nil, err
				}
				if d, ok := r.(*rootline.Device); ok {
					if out[ref.ID], err = d.Key.Public(); err != nil {
						return nil, err
					}
				}
			}
		}
	}
	return out, nil
}

// checked decodes the blocks and checks the signature of every event, on all cores, and does nothing else. The keys of
// all devices are known.
func checked(blocks []*common.Block, verify func(*jws.Signed) error) (int, error) {
	var decoder fabric.Decoder
	var good, bad atomic.Int64
	work := make(chan []rootline.Submission, 16)
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for subs := range work {
				for i := range subs {
					signed, err := jws.Parse(subs[i].JWS)
					if err != nil || verify(signed) != nil {
						bad.Add(1)
						continue
					}
					good.Add(1)
				}
			}
		})
	}
	for _, raw := range blocks {
		subs := signedEvents(decoder.Block(raw))
		for len(subs) > 0 {
			n := min(len(subs), 100)
			work <- subs[:n]
			subs = subs[n:]
		}
	}
	close(work)
	wait.Wait()
	if bad.Load() > 0 {
		return 0, fmt.Errorf("%d signatures do not hold", bad.Load())
	}
	return int(good.Load()), nil
}
