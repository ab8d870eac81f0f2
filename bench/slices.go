package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// slice is what one side did in one slice.
type slice struct {
	// items are those that a peer found valid.
	items int
	wall  time.Duration
	// cpu is processor time by kind of process.
	cpu map[string]time.Duration
	// bytes is what the owner's peer keeps more, blocks what its block files alone do.
	bytes, blocks int64
}

func (s *slice) rate() float64         { return float64(s.items) / s.wall.Seconds() }
func (s *slice) bytesPerItem() float64 { return float64(s.bytes) / float64(s.items) }

// pair is a slice of each side, taken one after the other.
type pair struct{ ours, plain slice }

// abba takes pairs in the order A B B A, so that what drifts in the machine meets both sides alike.
func abba(ctx context.Context, pairs int, ours, plain func(context.Context) (slice, error)) ([]pair, error) {
	out := make([]pair, pairs)
	for i := range out {
		a := func() (err error) { out[i].ours, err = ours(ctx); return err }
		b := func() (err error) { out[i].plain, err = plain(ctx); return err }
		if i%2 == 1 {
			a, b = b, a
		}
		if err := a(); err != nil {
			return nil, err
		}
		if err := b(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// compare makes the paired ratios of a quantity, and the two sides' medians.
func compare(pairs []pair, ratio func(pair) float64, of func(*slice) float64) (ratios []float64, ours, plain float64) {
	var a, b []float64
	for i := range pairs {
		ratios = append(ratios, ratio(pairs[i]))
		a, b = append(a, of(&pairs[i].ours)), append(b, of(&pairs[i].plain))
	}
	return ratios, median(a), median(b)
}

func median(v []float64) float64 { return quantile(v, 0.5) }

// quantile interpolates linearly between the two nearest values. It is 0 for none.
func quantile(v []float64, q float64) float64 {
	if len(v) == 0 {
		return 0
	}
	v = slices.Clone(v)
	slices.Sort(v)
	at := q * float64(len(v)-1)
	low := int(at)
	if low+1 >= len(v) {
		return v[low]
	}
	return v[low] + (at-float64(low))*(v[low+1]-v[low])
}

// cpuPerItem sums a side's processor time over all slices, in milliseconds an item.
func cpuPerItem(pairs []pair, of func(*pair) *slice) map[string]float64 {
	total, items := map[string]time.Duration{}, 0
	for i := range pairs {
		s := of(&pairs[i])
		items += s.items
		for kind, d := range s.cpu {
			total[kind] += d
		}
	}
	out := map[string]float64{}
	for kind, d := range total {
		out[kind] = d.Seconds() * 1000 / float64(max(items, 1))
	}
	return out
}

func oursOf(p *pair) *slice  { return &p.ours }
func plainOf(p *pair) *slice { return &p.plain }

// cpuNote compares the two sides by processor time, which other work on the machine does not change.
func cpuNote(pairs []pair) string {
	sum := func(of func(*pair) *slice) (total float64) {
		for _, ms := range cpuPerItem(pairs, of) {
			total += ms
		}
		return total
	}
	ours, plain := sum(oursOf), sum(plainOf)
	return fmt.Sprintf("by processor time of all processes: %.3g ms an item against %.3g, ratio %.3g", ours, plain, plain/ours)
}
