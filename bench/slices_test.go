package main

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"
)

// Slices are taken A B B A B B A …, so that drift meets both sides alike, and stay with their pair.
func TestSlicesAreInterleaved(t *testing.T) {
	var order []string
	side := func(name string, items int) func(context.Context) (slice, error) {
		return func(context.Context) (slice, error) {
			order = append(order, name)
			return slice{items: items + len(order), wall: time.Second}, nil
		}
	}
	pairs, err := abba(t.Context(), 4, side("A", 100), side("B", 200))
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(order, ""); got != "ABBAABBA" {
		t.Errorf("the order is %s", got)
	}
	for i, p := range pairs {
		if p.ours.items < 101 || p.ours.items > 108 || p.plain.items < 201 {
			t.Errorf("pair %d is %+v", i, p)
		}
	}
	broken := errors.New("broken")
	if _, err := abba(t.Context(), 2, side("A", 1), func(context.Context) (slice, error) { return slice{}, broken }); !errors.Is(err, broken) {
		t.Errorf("a side that fails gives %v", err)
	}
}

func TestQuantile(t *testing.T) {
	for _, c := range []struct {
		values []float64
		q      float64
		want   float64
	}{
		{nil, 0.5, 0}, {[]float64{7}, 0.99, 7}, {[]float64{3, 1, 2}, 0.5, 2}, {[]float64{4, 1, 2, 3}, 0.5, 2.5},
		{[]float64{1, 2, 3, 4, 5}, 1, 5}, {[]float64{1, 2, 3, 4, 5}, 0, 1}, {[]float64{0, 10}, 0.95, 9.5},
	} {
		if got := quantile(c.values, c.q); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("quantile %v of %v is %v, want %v", c.q, c.values, got, c.want)
		}
	}
}

// A goal is a lower bound, or an upper one where less is better.
func TestGoals(t *testing.T) {
	for _, c := range []struct {
		atMost bool
		ratio  float64
		met    bool
	}{{false, 25, true}, {false, 24.9, false}, {false, 26, true}, {true, 25, true}, {true, 25.1, false}, {true, 1, true}} {
		r := result{Goal: 25, AtMost: c.atMost}.reached(c.ratio)
		if r.Met != c.met || *r.Ratio != c.ratio {
			t.Errorf("%v with an upper bound %v: met %v, %v", c.ratio, c.atMost, r.Met, *r.Ratio)
		}
	}
}

// Only what succeeded counts; what may be sent again is no failure, anything else ends it.
func TestTogetherCountsWhatSucceeded(t *testing.T) {
	n, err := together(t.Context(), 10, 3, func(_ context.Context, i int) error {
		if i%5 == 0 {
			return errAgain
		}
		return nil
	})
	if n != 8 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	broken := errors.New("broken")
	if _, err := together(t.Context(), 10, 3, func(context.Context, int) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}

// Both sides record the same of a tree.
func TestBothSidesRecordTheSame(t *testing.T) {
	tree := newInventory().Draw(1)[0]
	value, err := tree.plainValue(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	e, err := tree.event()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(value, string(e.Data)) || !strings.Contains(value, tree.Code) || e.Asset != tree.Code {
		t.Errorf("%s\n%s", value, e.Data)
	}
}
