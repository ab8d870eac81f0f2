package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/importer"
	"github.com/rootline/rootline/rulebook"
)

// importOptions are the flags of import.
type importOptions struct {
	mapping, journal, report, faulty, codes string
	batch, parallel                         int
	check                                   bool
	lang                                    string
}

func newImportCmd(env *environment) *cobra.Command {
	o := &importOptions{}
	cmd := &cobra.Command{
		Use:   "import FILE --map MAPPING.yaml",
		Short: "Import a table: one signed event for each row of a CSV file",
		Long: `Makes one event of each row of a CSV file (plain or gzip), signs it with this device's key and sends it. The mapping
says which column becomes what; docs/examples/melbourne-trees.yaml explains each of its settings.

Each row gets a new code with your organisation's prefix. A journal keeps which row got which, before anything is sent:
interrupt the import and run it again, and it goes on where it was. No row is recorded twice.

Rows that are refused do not stop the others. They are listed in a report (row, column, value, code, reason), and
written to a file of their own: mend that file and import it with the same mapping.`,
		Example: `  rootline import trees.csv.gz --map docs/examples/melbourne-trees.yaml --check
  rootline import trees.csv.gz --map docs/examples/melbourne-trees.yaml --codes codes.csv`,
		GroupID: groupDevice,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.lang != "en" && o.lang != "zh" {
				return &usageError{fmt.Errorf("--lang is en or zh, not %q", o.lang)}
			}
			if o.batch < 1 || o.batch > rootline.MaxBatch || o.parallel < 1 || o.parallel > 64 {
				return &usageError{fmt.Errorf("--batch is 1 to %d, --parallel 1 to 64", rootline.MaxBatch)}
			}
			return runImport(cmd.Context(), env, o, args[0])
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.mapping, "map", "", "mapping file")
	flags.BoolVar(&o.check, "check", false, "check every row, also against the ledger's rules, and record nothing")
	flags.IntVar(&o.batch, "batch", 500, "events in a request")
	flags.IntVar(&o.parallel, "parallel", 4, "requests under way at once")
	flags.StringVar(&o.journal, "journal", "", "journal (default: in the data folder, named by the mapping's source and the ledger)")
	flags.StringVar(&o.report, "report", "", "report of the refused rows (default: beside the journal, named by the time)")
	flags.StringVar(&o.faulty, "faulty", "", "the refused rows as a table to mend (default: beside the report)")
	flags.StringVar(&o.codes, "codes", "", "also write which row got which code, as CSV")
	flags.StringVar(&o.lang, "lang", "en", "language of the reasons in the report: en or zh")
	_ = cmd.MarkFlagRequired("map")
	return cmd
}

// importPatience is how long an import waits for a gateway that is down or busy.
const importPatience = 5 * time.Minute

func runImport(ctx context.Context, env *environment, o *importOptions, path string) error {
	m, err := readMapping(o.mapping)
	if err != nil {
		return err
	}
	show := newProgress(env)
	d, g, err := env.both(importPatience, client.OnRetry(show.waiting))
	if err != nil {
		return err
	}
	l, book, err := ledgerFor(ctx, env, d, m)
	if err != nil {
		return err
	}
	total, err := countRows(path, m)
	if err != nil {
		return err
	}
	table, err := importer.OpenTable(path, m.Table)
	if err != nil {
		return err
	}
	defer table.Close()
	plan, err := m.Bind(table.Heading, book)
	if err != nil {
		return err
	}
	journalPath := first(o.journal, filepath.Join(env.data(), "imports", m.Source+"-"+l.Net[:min(8, len(l.Net))]+".jsonl"))
	journal, err := importer.OpenJournal(journalPath, m.Source, l.Net)
	if err != nil {
		return err
	}
	defer journal.Close()
	run := &importer.Run{
		Plan: plan, Device: d, Gateway: g, Journal: journal, Prefix: l.Organisation(d.Organisation).Prefix,
		Batch: o.batch, Parallel: o.parallel, CheckOnly: o.check, Progress: show.show,
	}
	env.note("Importing %s: %d rows, journal %s", path, total, journalPath)
	show.begin(total)
	summary, err := run.Do(ctx, table.Rows())
	show.end()
	return errors.Join(finish(env, o, plan, journal, journalPath, summary, total, err), journal.Close())
}

func readMapping(path string) (*importer.Mapping, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	m, err := importer.ParseMapping(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

// ledgerFor finds the organisation's prefix, and the rulebook as this ledger adopted it. Here nothing is under way, so
// a gateway that is not there is told at once.
func ledgerFor(ctx context.Context, env *environment, d *client.Device, m *importer.Mapping) (*client.Ledger, *rulebook.Rulebook, error) {
	g, err := env.gateway(d.Gateway, shortly)
	if err != nil {
		return nil, nil, err
	}
	l, err := g.Ledger(ctx)
	if err != nil {
		return nil, nil, err
	}
	if l.Net != d.Net {
		return nil, nil, fmt.Errorf("this device is enrolled on the ledger %s; the gateway at %s serves %s. Choose another with --device or --gateway", d.Net, g.URL(), l.Net)
	}
	if l.Organisation(d.Organisation) == nil {
		return nil, nil, fmt.Errorf("the ledger has no organisation %s", d.Organisation)
	}
	view, err := g.Rulebook(ctx, m.Rulebook)
	if err != nil {
		return nil, nil, fmt.Errorf("the rulebook %s: %w", m.Rulebook, err)
	}
	book, err := rulebook.Parse([]byte(view.YAML))
	if err != nil {
		return nil, nil, fmt.Errorf("the rulebook %s cannot be read by this version of rootline: %w", m.Rulebook, err)
	}
	return l, book, nil
}

// countRows reads the table once, so that progress can be told against the whole and a table that cannot be read to
// its end is told before anything is sent.
func countRows(path string, m *importer.Mapping) (int, error) {
	table, err := importer.OpenTable(path, m.Table)
	if err != nil {
		return 0, err
	}
	defer table.Close()
	n := 0
	for _, err := range table.Rows() {
		if err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}
