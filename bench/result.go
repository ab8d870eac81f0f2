package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"
)

// result is one line of the table and one member of bench-result.json.
type result struct {
	Name string `json:"name"`
	// Ratio is what the goal is about; nil when it was not measured.
	Ratio *float64 `json:"ratio"`
	Goal  float64  `json:"goal"`
	// AtMost says that the goal is an upper bound.
	AtMost bool `json:"atMost,omitempty"`
	Met    bool `json:"met"`
	// Unit is "" for a ratio, and "ms" for a time.
	Unit string `json:"unit,omitempty"`
	// Pairs are the single ratios that Ratio is the median of, in the order in which they were taken.
	Pairs []float64 `json:"pairs,omitempty"`
	// Ours and Plain are the two sides' own medians.
	Ours  *side `json:"ours,omitempty"`
	Plain *side `json:"plain,omitempty"`
	// Method says in short what was compared, Note what else matters for reading it.
	Method  string  `json:"method,omitempty"`
	Note    string  `json:"note,omitempty"`
	Seconds float64 `json:"seconds,omitempty"`
	// Others is how many cores other programs kept busy meanwhile, in the mean.
	Others float64 `json:"othersCores"`
}

// side is one side of a comparison.
type side struct {
	What string `json:"what"`
	// Value is in Unit: "items/s", "ms", "bytes/item".
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	// CPU is processor milliseconds an item, by kind of process.
	CPU map[string]float64 `json:"cpuMsPerItem,omitempty"`
}

// reached fills in the ratio and whether it meets the goal.
func (r result) reached(ratio float64) result {
	ratio = float64(int64(ratio*1000+0.5)) / 1000
	r.Ratio = &ratio
	r.Met = ratio >= r.Goal
	if r.AtMost {
		r.Met = ratio <= r.Goal
	}
	return r
}

func (r *result) goal() string {
	sign := "≥"
	if r.AtMost {
		sign = "≤"
	}
	return strings.TrimSpace(fmt.Sprintf("%s %g %s", sign, r.Goal, r.Unit))
}

func (r *result) value() string {
	if r.Ratio == nil {
		return "–"
	}
	return strings.TrimSpace(fmt.Sprintf("%.4g %s", *r.Ratio, r.Unit))
}

func (r *result) line() string {
	text := fmt.Sprintf("%s: %s (goal %s)", r.Name, r.value(), r.goal())
	for _, s := range []*side{r.Ours, r.Plain} {
		if s != nil {
			text += fmt.Sprintf("; %s %.4g %s", s.What, s.Value, s.Unit)
		}
	}
	if r.Note != "" {
		text += "; " + r.Note
	}
	return text
}

// report is all results of a run.
type report struct {
	machine string
	began   time.Time
	results []result
}

// write writes bench-result.json.
func (r *report) write(path string) error {
	b, err := json.MarshalIndent(r.results, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(b, '\n'), 0o644)
}

// table prints the results for people.
func (r *report) table(w io.Writer) {
	fmt.Fprintf(w, "\n%s, %s\n\n", r.machine, time.Since(r.began).Round(time.Second))
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "name\tresult\tgoal\tmet\tRootline\tplain\tothers\tpairs")
	for i := range r.results {
		m := &r.results[i]
		met := "no"
		if m.Met {
			met = "yes"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%.2f\t%s\n", m.Name, m.value(), m.goal(), met, m.Ours, m.Plain, m.Others, figures(m.Pairs))
	}
	t.Flush()
	fmt.Fprintln(w, "others: cores that other programs kept busy meanwhile")
	fmt.Fprintln(w, "\nprocessor milliseconds an item")
	t = tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "name\tside\t"+strings.Join(kinds, "\t"))
	for i := range r.results {
		for _, s := range []*side{r.results[i].Ours, r.results[i].Plain} {
			if s == nil || s.CPU == nil {
				continue
			}
			fmt.Fprintf(t, "%s\t%s", r.results[i].Name, s.What)
			for _, k := range kinds {
				fmt.Fprintf(t, "\t%.3f", s.CPU[k])
			}
			fmt.Fprintln(t)
		}
	}
	t.Flush()
	for _, m := range r.results {
		if m.Note != "" {
			fmt.Fprintf(w, "%s: %s\n", m.Name, m.Note)
		}
	}
}

// String shows a side in a cell.
func (s *side) String() string {
	if s == nil {
		return "–"
	}
	return fmt.Sprintf("%.4g %s", s.Value, s.Unit)
}

func figures(pairs []float64) string {
	out := make([]string, len(pairs))
	for i, p := range pairs {
		out[i] = fmt.Sprintf("%.3g", p)
	}
	return strings.Join(out, " ")
}

// machine says what the figures were taken on.
func machine() string {
	load, _ := os.ReadFile("/proc/loadavg")
	return fmt.Sprintf("%d cores, %s/%s, load before %s", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, strings.Join(strings.Fields(string(load))[:1], " "))
}
