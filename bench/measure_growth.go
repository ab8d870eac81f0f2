package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

// growth is measured at both ends of a run: on the small ledger before anything else grows it.
var growth = struct {
	names []string
	small int
}{[]string{"growth-rate", "growth-lookup"}, 10_000}

// takeSmall measures what takeGrowth compares the large ledger with.
func takeSmall(ctx context.Context, s *stage) (err error) {
	if err = s.fill(ctx, growth.small); err == nil {
		s.small, err = s.grown(ctx)
	}
	return err
}

// takeGrowth measures the rate of events and the look-up of an item on the large ledger. It and the small one cannot be
// interleaved; processor time stands beside wall time for that.
func takeGrowth(ctx context.Context, s *stage) ([]result, error) {
	before := s.small
	if err := s.fill(ctx, s.o.assets); err != nil {
		return nil, err
	}
	after, err := s.grown(ctx)
	if err != nil {
		return nil, err
	}
	if after.assets < 2*before.assets {
		return nil, fmt.Errorf("the ledger grew from %d to %d assets only; -assets says how far", before.assets, after.assets)
	}
	pairs := make([]pair, len(before.slices))
	var rates []float64
	for i := range pairs {
		pairs[i] = pair{ours: after.slices[i], plain: before.slices[i]}
		rates = append(rates, pairs[i].ours.rate()/pairs[i].plain.rate())
	}
	what := fmt.Sprintf("%d → %d assets", before.assets, after.assets)
	return []result{
		result{
			Name: "growth-rate", Goal: 0.9, Pairs: rates,
			Ours:   &side{"events on the large ledger", median(after.rates()), "items/s", cpuPerItem(pairs, oursOf)},
			Plain:  &side{"events on the small one", median(before.rates()), "items/s", cpuPerItem(pairs, plainOf)},
			Method: what, Note: cpuNote(pairs),
		}.reached(median(after.rates()) / median(before.rates())),
		result{
			Name: "growth-lookup", Goal: 1.2, AtMost: true,
			Ours:   &side{"p99 on the large ledger", quantile(after.lookups, 0.99), "ms", nil},
			Plain:  &side{"p99 on the small one", quantile(before.lookups, 0.99), "ms", nil},
			Method: what + "; GET /api/v1/assets/{id} of random items of the whole ledger, one after the other",
			Note:   fmt.Sprintf("p50 %.2f ms against %.2f ms", median(after.lookups), median(before.lookups)),
		}.reached(quantile(after.lookups, 0.99) / quantile(before.lookups, 0.99)),
	}, nil
}

// size is what was measured at one size of the ledger, of at least so many assets.
type size struct {
	assets  int
	slices  []slice
	lookups []float64
}

func (g *size) rates() (out []float64) {
	for i := range g.slices {
		out = append(out, g.slices[i].rate())
	}
	return out
}

func (s *stage) grown(ctx context.Context) (*size, error) {
	w, g := newInventory(), &size{assets: s.filled}
	n := 8 * perRequest
	for range s.o.pairs {
		subs, err := s.sign(w.Draw(n))
		if err != nil {
			return nil, err
		}
		out, err := s.timed(ctx, ourEvents, func(ctx context.Context) (int, error) {
			return record(ctx, s.owner, subs, perRequest, requestsAtOnce)
		})
		if err != nil {
			return nil, err
		}
		g.slices = append(g.slices, out)
	}
	s.filled += n * s.o.pairs
	for range 3000 {
		at := time.Now()
		if _, err := s.owner.Asset(ctx, s.sample[rand.IntN(len(s.sample))]); err != nil {
			return nil, err
		}
		g.lookups = append(g.lookups, time.Since(at).Seconds()*1000)
	}
	return g, nil
}
