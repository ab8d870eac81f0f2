package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/rootline/rootline/network"
)

// paced sends requests at even times, whether or not the earlier ones are answered, and returns when all are.
func paced(ctx context.Context, n int, every time.Duration, send func(context.Context, int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wait sync.WaitGroup
	began := time.Now()
	for i := range n {
		if !sleepUntil(ctx, began.Add(time.Duration(i)*every)) {
			break
		}
		wait.Go(func() {
			if err := send(ctx, i); err != nil {
				cancel(err)
			}
		})
	}
	wait.Wait()
	return context.Cause(ctx)
}

func sleepUntil(ctx context.Context, t time.Time) bool {
	timer := time.NewTimer(time.Until(t))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// takeLag measures the time from the peer's commit of a block to its rows being visible, at half the peak rate. Both
// moments are seen by this program: the peer's block event, and the gateway's news of the block, which it tells once its
// SQL transaction is committed.
func takeLag(ctx context.Context, s *stage) ([]result, error) {
	if err := s.findPeak(ctx); err != nil {
		return nil, err
	}
	const inRequest = 25
	every := time.Duration(float64(time.Second) * inRequest / (s.peak / 2))
	n := int((2 * s.o.slice * time.Duration(s.o.pairs)) / every)
	subs, err := s.sign(newInventory().Draw(n * inRequest))
	if err != nil {
		return nil, err
	}
	watch, stop := context.WithCancel(ctx)
	defer stop()
	w := &sightings{committed: map[uint64]time.Time{}, visible: map[uint64]sighting{}}
	if err := w.watch(watch, s); err != nil {
		return nil, err
	}
	before, err := s.metrics(ctx)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	go s.profile(watch, "lag", 8)
	err = paced(ctx, n, every, func(ctx context.Context, i int) error {
		_, err := record(ctx, s.owner, subs[i*inRequest:(i+1)*inRequest], inRequest, 1)
		return err
	})
	if err != nil {
		return nil, err
	}
	rate := float64(len(subs)) / time.Since(began).Seconds()
	time.Sleep(time.Second) // for the last block's news
	after, err := s.metrics(ctx)
	if err != nil {
		return nil, err
	}
	stop()
	lags, blocks := w.lags()
	return []result{result{
		Name: "lag", Goal: 50, AtMost: true, Unit: "ms",
		Ours:   &side{"commit to visible, p50", median(lags), "ms", nil},
		Method: fmt.Sprintf("p99 by event; %d events in requests of %d at %.0f events/s, the peak being %.0f", len(subs), inRequest, rate, s.peak),
		Note:   fmt.Sprintf("%d events in %d blocks; p95 %.1f ms; judging and applying took %.1f ms in the mean", len(lags), blocks, quantile(lags, 0.95), mean(before, after, "rootline_projection_apply_seconds")),
	}.reached(quantile(lags, 0.99))}, nil
}

// findPeak measures the rate of events unless that was done.
func (s *stage) findPeak(ctx context.Context) error {
	if s.peak > 0 {
		return nil
	}
	w := newInventory()
	var rates []float64
	for range 3 {
		out, err := s.eventSlice(ctx, w, 8*perRequest)
		if err != nil {
			return err
		}
		rates = append(rates, out.rate())
	}
	s.peak = median(rates)
	return nil
}

type sighting struct {
	at     time.Time
	events int
}

// sightings are the moments at which blocks were seen, by number.
type sightings struct {
	sync.Mutex
	committed map[uint64]time.Time
	visible   map[uint64]sighting
}

// watch begins to watch the peer and the gateway, from now on to the end of ctx.
func (w *sightings) watch(ctx context.Context, s *stage) error {
	c, err := s.net.Connection(network.Owner)
	if err != nil {
		return err
	}
	filtered, err := s.plain.gateway.GetNetwork(c.Channel).FilteredBlockEvents(ctx)
	if err != nil {
		return err
	}
	go func() {
		for b := range filtered {
			now := time.Now()
			w.Lock()
			w.committed[b.GetNumber()] = now
			w.Unlock()
		}
	}()
	go func() {
		for news, err := range s.owner.Stream(ctx, nil) {
			if err != nil {
				return
			}
			now := time.Now()
			if news.Block != nil {
				w.Lock()
				w.visible[news.Block.Number] = sighting{now, len(news.Block.Events)}
				w.Unlock()
			}
		}
	}()
	return nil
}

// lags gives the lag of each event in milliseconds, and how many blocks they were in.
func (w *sightings) lags() (lags []float64, blocks int) {
	w.Lock()
	defer w.Unlock()
	for number, seen := range w.visible {
		committed, ok := w.committed[number]
		if !ok || seen.events == 0 {
			continue
		}
		blocks++
		for range seen.events {
			lags = append(lags, seen.at.Sub(committed).Seconds()*1000)
		}
	}
	return lags, blocks
}
