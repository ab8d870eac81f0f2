package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
)

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
