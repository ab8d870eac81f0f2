package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// options say what to measure and how large.
type options struct {
	full           bool
	only           []string
	data, out      string
	portBase, port int
	keep           bool
	profiles       string
	// slice is how long one slice of a comparison should last, pairs how many pairs of slices there are.
	slice time.Duration
	pairs int
	// assets is how many assets are on the ledger for the measures that depend on it.
	assets int
}

func main() { os.Exit(run()) }

func run() int {
	o, err := parse()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := bench(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		return 1
	}
	return 0
}

func parse() (options, error) {
	var o options
	var only string
	flag.BoolVar(&o.full, "full", false, "the full form: longer slices, more of them, more assets")
	flag.StringVar(&only, "only", "", "measures to take, comma-separated; others are left out")
	flag.StringVar(&o.data, "data", "", "folder for everything that is written (default: a temporary one, deleted at the end)")
	flag.StringVar(&o.out, "out", "bench-result.json", "file for the results")
	flag.IntVar(&o.portBase, "port-base", 23050, "first of the 40 ports of the Fabric network")
	flag.IntVar(&o.port, "port", 24080, "HTTP port of the gateway; profiles are served on the next ports")
	flag.BoolVar(&o.keep, "keep", false, "keep the data folder")
	flag.StringVar(&o.profiles, "profiles", "", "folder for processor profiles of a gateway, a peer and a chaincode service under load")
	flag.DurationVar(&o.slice, "slice", 0, "length of one slice (default 3s, full 10s)")
	flag.IntVar(&o.pairs, "pairs", 0, "pairs of slices (default 3, full 8)")
	flag.IntVar(&o.assets, "assets", 0, "assets on the ledger for trace and growth (default 10,000, full 1,000,000)")
	flag.Parse()
	if only != "" {
		o.only = strings.Split(only, ",")
	}
	for _, name := range o.only {
		if !known(name) {
			return o, fmt.Errorf("there is no measure %q; there are %s", name, strings.Join(names(), ", "))
		}
	}
	if o.full {
		o.slice, o.pairs, o.assets = orElse(o.slice, 10*time.Second), orElse(o.pairs, 8), orElse(o.assets, 1_000_000)
	}
	o.slice, o.pairs, o.assets = orElse(o.slice, 3*time.Second), orElse(o.pairs, 3), orElse(o.assets, 10_000)
	return o, nil
}

func orElse[T comparable](v, standard T) T {
	var zero T
	if v == zero {
		return standard
	}
	return v
}

// bench brings the network up, takes the measures, and stops everything, whatever happens.
func bench(ctx context.Context, o options) (err error) {
	if o.data == "" {
		if o.data, err = os.MkdirTemp("", "rootline-bench-"); err != nil {
			return err
		}
	}
	if o.data, err = filepath.Abs(o.data); err != nil {
		return err
	}
	began := time.Now()
	s, err := setUp(ctx, o)
	defer func() {
		if e := s.tearDown(o.keep); err == nil {
			err = e
		}
	}()
	if err != nil {
		return err
	}
	r := &report{machine: machine(), began: began}
	if slices.ContainsFunc(measures, func(m *measure) bool { return slices.Equal(m.names, growth.names) && m.wanted(o) }) {
		if err := takeSmall(ctx, s); err != nil {
			return err
		}
	}
	var failed []error
	for _, m := range measures {
		if !m.wanted(o) {
			continue
		}
		at, before := time.Now(), s.read()
		found, err := m.take(ctx, s)
		if err != nil && ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil { // the others are still worth having
			failed = append(failed, fmt.Errorf("%s: %w", m.names[0], err))
			found = nil
			for _, name := range m.names {
				found = append(found, result{Name: name, Note: "not measured: " + err.Error()})
			}
		}
		for i := range found {
			found[i].Others = s.others(before)
			found[i].Seconds = time.Since(at).Round(time.Second).Seconds()
			s.say("%s", found[i].line())
		}
		r.results = append(r.results, found...)
		if err := r.write(o.out); err != nil {
			return err
		}
	}
	r.table(os.Stdout)
	return errors.Join(failed...)
}

// measure takes one or several results.
type measure struct {
	names []string
	// fullOnly is for what takes longer than the short form may, unless it is asked for by name.
	fullOnly bool
	take     func(context.Context, *stage) ([]result, error)
}

func (m *measure) wanted(o options) bool {
	for _, asked := range o.only {
		for _, name := range m.names {
			if asked == name {
				return true
			}
		}
	}
	return len(o.only) == 0 && (o.full || !m.fullOnly)
}

func names() (all []string) {
	for _, m := range measures {
		all = append(all, m.names...)
	}
	return all
}

func known(name string) bool {
	for _, n := range names() {
		if n == name {
			return true
		}
	}
	return false
}
