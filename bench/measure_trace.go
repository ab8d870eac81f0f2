package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
)

// The shape of the genealogy: 900 parts joined by tens into 90, those into 9, and those into one: 1,000 nodes.
const traceNodes, joinedAtOnce = 1000, 10

// sampled is of how many trees the code of one is kept, to be looked up.
const sampled = 10

// fill records trees until the ledger holds so many.
func (s *stage) fill(ctx context.Context, trees int) error {
	began := time.Now()
	w := newInventory()
	for s.filled < trees {
		n := min(trees-s.filled, 20*perRequest)
		trees := w.Draw(n)
		subs, err := s.sign(trees)
		if err != nil {
			return err
		}
		if _, err := record(ctx, s.owner, subs, perRequest, requestsAtOnce); err != nil {
			return err
		}
		s.filled += n
		for i := rand.IntN(sampled); i < n; i += sampled {
			s.sample = append(s.sample, trees[i].Code)
		}
		if s.filled%100_000 == 0 {
			s.say("fill: %d trees (%.0f s)", s.filled, time.Since(began).Seconds())
		}
	}
	return nil
}

// takeTrace follows a genealogy of 1,000 nodes: record by record from the peer's world state, and through the API.
func takeTrace(ctx context.Context, s *stage) ([]result, error) {
	if err := s.fill(ctx, s.o.assets); err != nil {
		return nil, err
	}
	n := s.o.pairs
	roots := make([]string, n+1) // the first warms up what no genealogy owns
	for i := range roots {
		var err error
		if roots[i], err = s.genealogy(ctx); err != nil {
			return nil, err
		}
	}
	err := s.whileProfiled(ctx, "trace", func(ctx context.Context) error {
		_, err := s.traced(ctx, roots[0])
		return err
	})
	if err != nil {
		return nil, err
	}
	const walkers, again = 16, 5
	asked, walked := roots[1:], roots[1:]
	var first, later, walks []float64
	pairs, err := abba(ctx, n,
		func(ctx context.Context) (slice, error) {
			root := asked[0]
			asked = asked[1:]
			took, err := s.traced(ctx, root)
			first = append(first, milliseconds(took))
			for i := 0; i < again && err == nil; i++ {
				var more time.Duration
				more, err = s.traced(ctx, root)
				later = append(later, milliseconds(more))
			}
			return slice{items: 1, wall: took}, err
		},
		func(ctx context.Context) (slice, error) {
			root := walked[0]
			walked = walked[1:]
			began := time.Now()
			nodes, err := s.walk(ctx, root, walkers)
			if err == nil && nodes != traceNodes {
				err = fmt.Errorf("the walk has %d nodes", nodes)
			}
			walks = append(walks, milliseconds(time.Since(began)))
			return slice{items: 1, wall: time.Since(began)}, err
		})
	if err != nil {
		return nil, err
	}
	rates, _, _ := compare(pairs, func(p pair) float64 { return p.ours.rate() / p.plain.rate() }, (*slice).rate)
	return []result{result{
		Name: "trace", Goal: 300, Pairs: rates,
		Ours: &side{"one request, p50", median(first), "ms", nil}, Plain: &side{"walk on the chain, p50", median(walks), "ms", nil},
		Method: fmt.Sprintf("%d nodes in 4 levels among at least %d assets, each genealogy asked for the first time; the walk evaluates one record a call, %d at a time within a level", traceNodes, s.filled, walkers),
		Note:   fmt.Sprintf("asked again while nothing of it changed: p50 %.2f ms, ratio %.0f", median(later), median(walks)/median(later)),
	}.reached(median(walks) / median(first))}, nil
}

// traced asks the API for a genealogy, and says how long the answer took.
func (s *stage) traced(ctx context.Context, root string) (time.Duration, error) {
	began := time.Now()
	t, err := s.owner.Trace(ctx, root, client.Back, 16)
	took := time.Since(began)
	if err == nil && (len(t.Nodes) != traceNodes || t.Truncated) {
		err = fmt.Errorf("the trace has %d nodes", len(t.Nodes))
	}
	return took, err
}

func milliseconds(d time.Duration) float64 { return d.Seconds() * 1000 }

// genealogy records parts that are joined into one, and returns its code.
func (s *stage) genealogy(ctx context.Context) (string, error) {
	var level []string
	var made []rootline.Submission
	for range 900 {
		code := rootline.NewCode(contractorPrefix)
		sub, err := s.builders[0].Sign(&rootline.Event{Asset: code, Kind: "part", Action: "make", Rulebook: benchRef})
		if err != nil {
			return "", err
		}
		level, made = append(level, code), append(made, sub)
	}
	if _, err := record(ctx, s.owner, made, perRequest, 4); err != nil {
		return "", err
	}
	for len(level) > 1 {
		var next []string
		var joins []rootline.Submission
		for i := 0; i < len(level); i += joinedAtOnce {
			e := &rootline.Event{Asset: rootline.NewCode(contractorPrefix), Kind: "part", Action: "join", Rulebook: benchRef}
			for _, part := range level[i:min(i+joinedAtOnce, len(level))] {
				e.Inputs = append(e.Inputs, rootline.Input{Asset: part, Amount: 1})
			}
			sub, err := s.builders[0].Sign(e)
			if err != nil {
				return "", err
			}
			next, joins = append(next, e.Asset), append(joins, sub)
		}
		if _, err := record(ctx, s.owner, joins, perRequest, 4); err != nil {
			return "", err
		}
		level = next
	}
	return level[0], nil
}

// walk follows parents record by record, so many calls at a time, and counts the nodes.
func (s *stage) walk(ctx context.Context, root string, walkers int) (int, error) {
	seen := map[string]bool{root: true}
	for level := []string{root}; len(level) > 0; {
		var mu sync.Mutex
		var next []string
		_, err := together(ctx, len(level), walkers, func(ctx context.Context, i int) error {
			r, err := s.peer.Get(ctx, rootline.Ref{Space: rootline.SpaceAsset, ID: level[i]})
			if err != nil {
				return err
			}
			a, ok := r.(*rootline.Asset)
			if !ok {
				return errors.New("an asset is missing on the ledger")
			}
			mu.Lock()
			defer mu.Unlock()
			for _, p := range a.Parents {
				if !seen[p.Asset] {
					seen[p.Asset] = true
					next = append(next, p.Asset)
				}
			}
			return nil
		})
		if err != nil {
			return 0, err
		}
		level = next
	}
	return len(seen), nil
}
