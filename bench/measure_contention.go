package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
)

// takeContention lets many writers draw on one material lot, against one key that is read and written.
func takeContention(ctx context.Context, s *stage) ([]result, error) {
	const writers = 64
	lot, err := s.deliver(ctx, 1_000_000)
	if err != nil {
		return nil, err
	}
	key := rootline.NewCode(ownerPrefix)
	if err := s.plain.fill(ctx, key, 1_000_000); err != nil {
		return nil, err
	}
	pairs, err := abba(ctx, s.o.pairs,
		func(ctx context.Context) (slice, error) {
			return s.timed(ctx, ourEvents, func(ctx context.Context) (int, error) {
				return until(ctx, writers, s.o.slice, func(ctx context.Context, i int) error { return s.draw(ctx, i, lot) })
			})
		},
		func(ctx context.Context) (slice, error) {
			return s.timed(ctx, plainDraws, func(ctx context.Context) (int, error) {
				_, err := until(ctx, writers, s.o.slice, func(ctx context.Context, _ int) error { return s.plain.draw(ctx, key) })
				return countInBlocks, err
			})
		})
	if err != nil {
		return nil, err
	}
	over, err := s.overdraw(ctx, writers)
	if err != nil {
		return nil, err
	}
	rates, ourRate, plainRate := compare(pairs, func(p pair) float64 { return p.ours.rate() / max(p.plain.rate(), 0.1) }, (*slice).rate)
	r := result{
		Name: "contention", Goal: 50, Pairs: rates,
		Ours:   &side{"draws on one lot", ourRate, "draws/s", cpuPerItem(pairs, oursOf)},
		Plain:  &side{"draws on one key", plainRate, "draws/s", cpuPerItem(pairs, plainOf)},
		Method: fmt.Sprintf("%d writers, each sends its next draw when the last is committed; a refused one is sent again", writers),
		Note:   over,
	}.reached(median(rates))
	r.Met = r.Met && strings.HasSuffix(over, noOverdraw)
	return []result{r}, nil
}

const noOverdraw = "none over-drawn"

// overdraw has many writers ask for twice what a lot holds, and says what was given out.
func (s *stage) overdraw(ctx context.Context, writers int) (string, error) {
	const holds = 100
	lot, err := s.deliver(ctx, holds)
	if err != nil {
		return "", err
	}
	var refused atomic.Int64
	given, err := together(ctx, 2*holds, writers, func(ctx context.Context, i int) error {
		err := s.draw(ctx, i, lot)
		if c := rootline.CodeOf(err); c == rootline.CodeNotEnough || c == rootline.CodeUsedUp {
			refused.Add(1)
			return errAgain
		}
		return err
	})
	if err != nil {
		return "", err
	}
	r, err := s.peer.Get(ctx, rootline.Ref{Space: rootline.SpaceAsset, ID: lot})
	if err != nil {
		return "", err
	}
	onLedger, ok := r.(*rootline.Asset)
	if !ok || given > holds || onLedger.Quantity.Left != int64(holds-given) {
		return fmt.Sprintf("%d of a lot of %d were given out: over-drawn", given, holds), nil
	}
	return fmt.Sprintf("of %d asked of a lot of %d, %d were given out and %d refused: %s", 2*holds, holds, given, refused.Load(), noOverdraw), nil
}

// deliver records a lot of gravel.
func (s *stage) deliver(ctx context.Context, kilograms int64) (string, error) {
	lot := rootline.NewCode(contractorPrefix)
	_, err := s.owner.Record(ctx, s.builders[0], &rootline.Event{Asset: lot, Kind: "gravel", Action: "deliver", Rulebook: benchRef, Amount: kilograms}, commitWait)
	return lot, err
}

// draw makes a part of one kilogram of a lot.
func (s *stage) draw(ctx context.Context, i int, lot string) error {
	status, err := s.owner.Record(ctx, s.builders[i%len(s.builders)], &rootline.Event{
		Asset: rootline.NewCode(contractorPrefix), Kind: "part", Action: "fill", Rulebook: benchRef, Inputs: []rootline.Input{{Asset: lot, Amount: 1}},
	}, commitWait)
	if err == nil && status.Status != client.Committed {
		err = fmt.Errorf("a draw is %s", status.Status)
	}
	return err
}

// until lets workers do something over and over for a time, and counts what succeeded. What is under way at the end is
// finished.
func until(ctx context.Context, workers int, length time.Duration, do func(context.Context, int) error) (int, error) {
	var done atomic.Int64
	end := time.Now().Add(length)
	_, err := together(ctx, workers, workers, func(ctx context.Context, i int) error {
		for time.Now().Before(end) && ctx.Err() == nil {
			switch err := do(ctx, i); {
			case err == nil:
				done.Add(1)
			case !errors.Is(err, errAgain):
				return err
			}
		}
		return nil
	})
	return int(done.Load()), err
}
