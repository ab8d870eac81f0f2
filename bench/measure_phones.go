package main

import (
	"context"
	"fmt"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/network"
)

// takePhones has many phones send one event each, at half the rate that as many reach when they hurry, while pages are read.
func takePhones(ctx context.Context, s *stage) ([]result, error) {
	phones := 500
	if s.o.full {
		phones = 2000
	}
	devices, err := s.enrol(ctx, s.admins[network.Owner], "importer", phones)
	if err != nil {
		return nil, err
	}
	items := newInventory().Draw(phones)
	hurry, err := signAll(items, devices)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if _, err := record(ctx, s.owner, hurry, 1, phones); err != nil {
		return nil, err
	}
	peak := float64(phones) / time.Since(began).Seconds()
	every := time.Duration(float64(time.Second) / (peak / 2))
	n := max(phones, int(3*s.o.slice/every))
	subs, err := signAll(newInventory().Draw(n), devices)
	if err != nil {
		return nil, err
	}
	height, err := s.peer.Height(ctx)
	if err != nil {
		return nil, err
	}
	watch, stop := context.WithCancel(ctx)
	defer stop()
	go s.profile(watch, "phones", 8)
	took, reads := make([]float64, n), make([]float64, n)
	err = paced(ctx, n, every, func(ctx context.Context, i int) error {
		at := time.Now()
		if _, err := record(ctx, s.owner, subs[i:i+1], 1, 1); err != nil {
			return err
		}
		took[i] = time.Since(at).Seconds() * 1000
		at = time.Now()
		_, err := s.owner.Asset(ctx, items[i%phones].Code)
		reads[i] = time.Since(at).Seconds() * 1000
		return err
	})
	if err != nil {
		return nil, err
	}
	lost, doubled, err := s.accounted(ctx, height, subs)
	if err != nil {
		return nil, err
	}
	r := result{
		Name: "phones", Goal: 1500, AtMost: true, Unit: "ms",
		Ours:   &side{"POST to committed, p50", median(took), "ms", nil},
		Method: fmt.Sprintf("p95; %d phones, one event a request, %d events at %.0f events/s, the peak of as many being %.0f; one item read for each", phones, n, peak/2, peak),
		Note:   fmt.Sprintf("%d lost, %d doubled; reading an item p95 %.0f ms", lost, doubled, quantile(reads, 0.95)),
	}.reached(quantile(took, 0.95))
	r.Met = r.Met && lost == 0 && doubled == 0
	return []result{r}, nil
}

// accounted counts the events that the blocks do not hold, and those that they hold twice.
func (s *stage) accounted(ctx context.Context, from uint64, subs []rootline.Submission) (lost, doubled int, err error) {
	blocks, err := s.blocks(ctx, from)
	if err != nil {
		return 0, 0, err
	}
	times := map[string]int{}
	for _, b := range blocks {
		for _, sub := range signedEvents(b) {
			times[sub.JWS]++
		}
	}
	for i := range subs {
		switch times[subs[i].JWS] {
		case 0:
			lost++
		case 1:
		default:
			doubled++
		}
	}
	return lost, doubled, nil
}
