package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"regexp"
	"strconv"
	"time"
)

// takeGrowth measures the rate of events and the look-up of an item on a small ledger and on a large one. The two cannot
// be interleaved; processor time stands beside wall time for that.
func takeGrowth(ctx context.Context, s *stage) ([]result, error) {
	const small = 10_000
	if err := s.fill(ctx, small); err != nil {
		return nil, err
	}
	before, err := s.grown(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.fill(ctx, s.o.assets); err != nil {
		return nil, err
	}
	after, err := s.grown(ctx)
	if err != nil {
		return nil, err
	}
	pairs := make([]pair, len(before.slices))
	var rates []float64
	for i := range pairs {
		pairs[i] = pair{ours: after.slices[i], plain: before.slices[i]}
		rates = append(rates, pairs[i].ours.rate()/pairs[i].plain.rate())
	}
	what := fmt.Sprintf("%d → %d assets", small, s.filled)
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
			Method: what + "; GET /api/v1/assets/{id} of random items, one after the other",
			Note:   fmt.Sprintf("p50 %.2f ms against %.2f ms", median(after.lookups), median(before.lookups)),
		}.reached(quantile(after.lookups, 0.99) / quantile(before.lookups, 0.99)),
	}, nil
}

// size is what was measured at one size of the ledger.
type size struct {
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
	w, g := newInventory(), &size{}
	n := 8 * perRequest
	var codes []string
	for range s.o.pairs {
		trees := w.Draw(n)
		subs, err := s.sign(trees)
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
		for _, t := range trees {
			codes = append(codes, t.Code)
		}
	}
	s.filled += n * s.o.pairs
	codes = append(codes, s.sample...)
	for range 3000 {
		at := time.Now()
		if _, err := s.owner.Asset(ctx, codes[rand.IntN(len(codes))]); err != nil {
			return nil, err
		}
		g.lookups = append(g.lookups, time.Since(at).Seconds()*1000)
	}
	return g, nil
}

var labelFigures = regexp.MustCompile(`([0-9.]+) (naive-us/label|us/label|ratio)\b`)

// takeLabels runs the label writer's own benchmark, which holds both sides, and the test that reads its labels with an
// independent decoder.
func takeLabels(ctx context.Context, s *stage) ([]result, error) {
	const pkg = "github.com/rootline/rootline/gateway/labels"
	turns := fmt.Sprintf("%dx", 2*s.o.pairs)
	out, err := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", "^BenchmarkLabels$", "-benchtime", turns, pkg).CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%w\n%s", err, out)
	}
	figure := map[string]float64{}
	for _, m := range labelFigures.FindAllStringSubmatch(string(out), -1) {
		if figure[m[2]], err = strconv.ParseFloat(m[1], 64); err != nil {
			return nil, err
		}
	}
	if figure["us/label"] == 0 {
		return nil, errors.New("the benchmark of labels gave no figures")
	}
	read, err := exec.CommandContext(ctx, "go", "test", "-count=1", pkg).CombinedOutput()
	note := "every label of the sample was decoded"
	if err != nil {
		note = "the tests that decode labels fail: " + string(read)
	}
	r := result{
		Name: "labels", Goal: 50,
		Ours:   &side{"vector labels", 1e6 / figure["us/label"], "labels/core-s", nil},
		Plain:  &side{"PNG labels", 1e6 / figure["naive-us/label"], "labels/core-s", nil},
		Method: "processor time of a label, " + turns + " turns; a sample is decoded by gozxing in the package's tests", Note: note,
	}.reached(figure["ratio"])
	r.Met = r.Met && err == nil
	return []result{r}, nil
}
