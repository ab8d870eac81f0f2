// Command fuzz lets every fuzz target of the project run for a while, one after the other: go test takes one at a time.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"time"
)

func main() {
	each := flag.Duration("time", 20*time.Second, "how long each target runs")
	only := flag.String("only", "", "a regular expression for the targets that run, like jws.FuzzHeader")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *each, *only); err != nil {
		fmt.Fprintln(os.Stderr, "fuzz:", err)
		os.Exit(1)
	}
}

// target is a fuzz test in a folder, relative to the working one.
type target struct{ folder, name string }

func (t target) String() string { return filepath.ToSlash(t.folder) + "." + t.name }

func run(ctx context.Context, each time.Duration, only string) error {
	wanted, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	all, err := targets(".")
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(t target) bool { return !wanted.MatchString(t.String()) })
	if len(all) == 0 {
		return errors.New("no target has such a name")
	}
	var failed []error
	for i, t := range all {
		fmt.Printf("%d/%d %s\n", i+1, len(all), t)
		// What fails is kept as it was found: making a large input smaller can take longer than finding it.
		cmd := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-fuzz", "^"+t.name+"$",
			"-fuzztime", each.String(), "-fuzzminimizetime", "1x", "./"+filepath.ToSlash(t.folder))
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		if err := cmd.Run(); err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", t, err))
		}
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(failed...)
}

var declared = regexp.MustCompile(`(?m)^func (Fuzz\w+)\(\w+ \*testing\.F\)`)

// targets finds the fuzz tests below a folder, those of other modules left out.
func targets(root string) ([]target, error) {
	var all []target
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root:
			if name := d.Name(); name[0] == '.' || name == "node_modules" || name == "tools" {
				return filepath.SkipDir
			}
			return nil
		}
		if ok, _ := filepath.Match("*_test.go", d.Name()); !ok {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range declared.FindAllSubmatch(text, -1) {
			all = append(all, target{filepath.Dir(path), string(m[1])})
		}
		return nil
	})
	slices.SortFunc(all, func(a, b target) int {
		return cmp.Or(cmp.Compare(a.folder, b.folder), cmp.Compare(a.name, b.name))
	})
	return all, err
}
