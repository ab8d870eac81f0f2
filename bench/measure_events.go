package main

import (
	"context"
	"fmt"
	"time"
)

// measures are taken in this order: those that the peak rate belongs to before the ledger grows.
var measures = []*measure{
	{names: []string{"events", "bytes-event"}, take: takeEvents},
	{names: []string{"latency"}, take: takeLatency},
	{names: []string{"lots", "bytes-lot"}, take: takeLots},
	{names: []string{"rebuild"}, take: takeRebuild},
	{names: []string{"contention"}, take: takeContention},
	{names: []string{"lag"}, take: takeLag},
	{names: []string{"phones"}, take: takePhones},
	{names: []string{"labels"}, take: takeLabels},
	{names: []string{"trace"}, take: takeTrace},
	{names: growth.names, fullOnly: true, take: takeGrowth},
}

// The shape of the requests by which events are imported.
const perRequest, requestsAtOnce = 500, 8

// bestConcurrency finds the number of transactions under way at which the plain client is fastest.
func (s *stage) bestConcurrency(ctx context.Context, w Workload) error {
	if s.concurrency > 0 {
		return nil
	}
	best := 0.0
	for _, c := range []int{50, 100, 200, 400} {
		trees := w.Draw(max(300, 2*c))
		out, err := s.timed(ctx, plainItems, func(ctx context.Context) (int, error) { return s.plain.record(ctx, trees, c) })
		if err != nil {
			return err
		}
		s.say("plain: %d at a time: %.0f creates/s", c, out.rate())
		if out.rate() > best {
			best, s.concurrency = out.rate(), c
		}
	}
	return nil
}

// takeEvents measures the rate of single events through the API against plain creates, and what a peer keeps of each.
func takeEvents(ctx context.Context, s *stage) ([]result, error) {
	w := newInventory()
	if err := s.bestConcurrency(ctx, w); err != nil {
		return nil, err
	}
	err := s.whileProfiled(ctx, "events", func(ctx context.Context) error {
		_, err := s.eventSlice(ctx, w, 2*requestsAtOnce*perRequest)
		return err
	})
	if err != nil {
		return nil, err
	}
	// A slice of each side warms it up and says how many items fill a slice.
	ours, err := s.eventSlice(ctx, w, requestsAtOnce*perRequest)
	if err != nil {
		return nil, err
	}
	plain, err := s.plainSlice(ctx, w, s.concurrency)
	if err != nil {
		return nil, err
	}
	// A slice shorter than a few rounds of all requests would measure the time of one round.
	nOurs := max(2*requestsAtOnce*perRequest, int(ours.rate()*s.o.slice.Seconds())/perRequest*perRequest)
	nPlain := max(s.concurrency, int(plain.rate()*s.o.slice.Seconds()))
	pairs, err := abba(ctx, s.o.pairs,
		func(ctx context.Context) (slice, error) { return s.eventSlice(ctx, w, nOurs) },
		func(ctx context.Context) (slice, error) { return s.plainSlice(ctx, w, nPlain) })
	if err != nil {
		return nil, err
	}
	rates, ourRate, plainRate := compare(pairs, func(p pair) float64 { return p.ours.rate() / p.plain.rate() }, (*slice).rate)
	s.peak = ourRate
	sizes, ourSize, plainSize := compare(pairs, func(p pair) float64 { return p.plain.bytesPerItem() / p.ours.bytesPerItem() }, (*slice).bytesPerItem)
	var ourBlocks, plainBlocks []float64
	for _, p := range pairs {
		ourBlocks = append(ourBlocks, float64(p.ours.blocks)/float64(p.ours.items))
		plainBlocks = append(plainBlocks, float64(p.plain.blocks)/float64(p.plain.items))
	}
	return []result{
		result{
			Name: "events", Goal: 25, Pairs: rates,
			Ours:   &side{"events", ourRate, "items/s", cpuPerItem(pairs, oursOf)},
			Plain:  &side{"plain creates", plainRate, "items/s", cpuPerItem(pairs, plainOf)},
			Method: fmt.Sprintf("signed events, %d a request, %d requests at a time, until committed and readable; against one create a transaction, %d at a time", perRequest, requestsAtOnce, s.concurrency),
			Note:   cpuNote(pairs),
		}.reached(median(rates)),
		result{
			Name: "bytes-event", Goal: 3, Pairs: sizes,
			Ours: &side{"signed event", ourSize, "bytes/item", nil}, Plain: &side{"plain asset", plainSize, "bytes/item", nil},
			Method: "growth of the owner's peer: blocks, state, history and indexes",
			Note:   fmt.Sprintf("of it blocks: %.0f bytes an event, %.0f a plain asset", median(ourBlocks), median(plainBlocks)),
		}.reached(median(sizes)),
	}, nil
}

func (s *stage) eventSlice(ctx context.Context, w Workload, n int) (slice, error) {
	subs, err := s.sign(w.Draw(n))
	if err != nil {
		return slice{}, err
	}
	return s.timed(ctx, ourEvents, func(ctx context.Context) (int, error) {
		return record(ctx, s.owner, subs, perRequest, requestsAtOnce)
	})
}

func (s *stage) plainSlice(ctx context.Context, w Workload, n int) (slice, error) {
	trees := w.Draw(n)
	return s.timed(ctx, plainItems, func(ctx context.Context) (int, error) { return s.plain.record(ctx, trees, s.concurrency) })
}

// takeLatency compares the time from sending one thing to knowing that it is committed, with nothing else going on.
func takeLatency(ctx context.Context, s *stage) ([]result, error) {
	w := newInventory()
	n := 10 * s.o.pairs
	ours, plain := make([]float64, 0, n), make([]float64, 0, n)
	one := func(into *[]float64, record func(context.Context) error) func(context.Context) (slice, error) {
		return func(ctx context.Context) (slice, error) {
			// Where in the orderer's interval a transaction falls shall not depend on the one before.
			time.Sleep(time.Duration(len(*into)%7) * 15 * time.Millisecond)
			began := time.Now()
			err := record(ctx)
			wall := time.Since(began)
			*into = append(*into, wall.Seconds()*1000)
			return slice{items: 1, wall: wall}, err
		}
	}
	pairs, err := abba(ctx, n,
		func(ctx context.Context) (slice, error) {
			subs, err := s.sign(w.Draw(1))
			if err != nil {
				return slice{}, err
			}
			return one(&ours, func(ctx context.Context) error { _, err := record(ctx, s.owner, subs, 1, 1); return err })(ctx)
		},
		func(ctx context.Context) (slice, error) {
			trees := w.Draw(1)
			return one(&plain, func(ctx context.Context) error { _, err := s.plain.record(ctx, trees, 1); return err })(ctx)
		})
	if err != nil {
		return nil, err
	}
	ratios, _, _ := compare(pairs, func(p pair) float64 { return p.ours.wall.Seconds() / p.plain.wall.Seconds() }, func(s *slice) float64 { return s.wall.Seconds() })
	return []result{result{
		Name: "latency", Goal: 1.2, AtMost: true,
		Ours: &side{"POST to committed, p50", median(ours), "ms", nil}, Plain: &side{"plain submit to committed, p50", median(plain), "ms", nil},
		Method: fmt.Sprintf("one at a time, %d of each, in turn; POST /api/v1/events?wait until it is committed and readable", n),
		Note:   fmt.Sprintf("p95 %.0f ms against %.0f ms; median of paired ratios %.2f", quantile(ours, 0.95), quantile(plain, 0.95), median(ratios)),
	}.reached(median(ours) / median(plain))}, nil
}
