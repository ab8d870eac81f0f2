package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rootline/rootline/importer"
)

// finish writes the reports and the summary of an import, however it ended.
func finish(env *environment, o *importOptions, plan *importer.Plan, j *importer.Journal, journalPath string, s *importer.Summary, total int, runErr error) error {
	recorded := "recorded"
	if o.check {
		recorded = "would be accepted"
	}
	tell := func(what string, value any) { env.say("%-18s %v", what, value) }
	tell("rows", total)
	tell(recorded, s.Recorded)
	if s.Before > 0 {
		tell("recorded before", s.Before)
	}
	tell("refused", s.Refused)
	if left := total - s.Done(); left > 0 {
		tell("left", left)
	}
	tell("time", s.Elapsed.Round(100*time.Millisecond))
	if secs := s.Elapsed.Seconds(); secs > 0 && s.Recorded > 0 {
		tell("events/s", fmt.Sprintf("%.0f", float64(s.Recorded)/secs))
	}
	if err := writeReports(env, o, plan, journalPath, s); err != nil {
		return err
	}
	if o.codes != "" && !o.check {
		if err := writeFile(o.codes, func(w io.Writer) error { return importer.WriteCodes(w, plan, j) }); err != nil {
			return err
		}
		tell("codes", o.codes)
	}
	if runErr != nil {
		env.note("Run the same import again to go on.")
		return runErr
	}
	if s.Refused > 0 {
		return &someRefused{fmt.Sprintf("%d of %d rows refused", s.Refused, total)}
	}
	return nil
}

// writeReports writes what was refused. Files named by the time never take the place of one that somebody mends.
func writeReports(env *environment, o *importOptions, plan *importer.Plan, journalPath string, s *importer.Summary) error {
	if len(s.Refusals) == 0 {
		return nil
	}
	base := strings.TrimSuffix(journalPath, filepath.Ext(journalPath)) + time.Now().Format("-20060102T150405")
	report := first(o.report, base+".refused.csv")
	faulty := first(o.faulty, strings.TrimSuffix(report, ".refused.csv")+".faulty.csv")
	if err := writeFile(report, func(w io.Writer) error { return importer.WriteReport(w, s.Refusals, o.lang) }); err != nil {
		return err
	}
	if err := writeFile(faulty, func(w io.Writer) error { return importer.WriteFaulty(w, plan, s.Refusals) }); err != nil {
		return err
	}
	env.say("%-18s %s", "report", report)
	env.say("%-18s %s", "rows to mend", faulty)
	return nil
}

func writeFile(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	err = write(f)
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}
