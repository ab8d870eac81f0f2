package main

import (
	"bytes"
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLabels(t *testing.T) {
	s := newStage(t)
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	codes := s.file("codes.txt", "\ufeff9520001T7H2K9QF3ABCD\tPinus tabuliformis\tL-220\n\n9520 001T 7H2K 9QF3 ABCE\n")
	const site = "https://works.example"
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"codes", []string{"9520001T7H2K9QF3ABCD", "9520001T7H2K9QF3ABCE", "--start", "24"}, exitOK, "2 labels on 2 pages"},
		{"a file", []string{codes, "--text", "Rootline", "--template", "roll-50x30"}, exitOK, "2 labels on 2 pages"},
		{"smaller", []string{codes, "--size", "12.5", "--offset-x", "-0.5", "--scale-y", "1.004"}, exitOK, "QR codes of 12.5 mm, version 3-Q, modules of 0.431 mm"},
		{"to measure", []string{"--calibration"}, exitOK, "Calibration page"},
		{"blank", []string{"--blank", "40", "--prefix", "9520001"}, exitOK, "blank.codes.txt"},
		{"blank again", []string{"--blank", "40", "--prefix", "9520001", "--codes", at("blank.codes.txt")}, exitFailure, "is there already"},
		{"nothing", nil, exitUsage, "give codes"},
		{"both", []string{"--blank", "1", "--prefix", "9520001", codes}, exitUsage, "not both"},
		{"no prefix", []string{"--blank", "1"}, exitUsage, "label-prefix-invalid"},
		{"no template", []string{codes, "--template", "a3"}, exitUsage, "roll-40x20"},
		{"no such file", []string{"codes.csv"}, exitFailure, "no such file"},
		{"no code", []string{"9520"}, exitRefused, "label-code-invalid"},
		{"too small", []string{codes, "--size", "5"}, exitRefused, "label-module-too-small"},
		{"no number", []string{codes, "--offset-x", "1.5 mm"}, exitUsage, "not a number"},
		{"no scale", []string{codes, "--scale-x", "0"}, exitUsage, "leaves nothing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := at(strings.ReplaceAll(c.name, " ", "-") + ".pdf")
			code, said, errs := s.run(append([]string{"labels", "--origin", site, "--out", out}, c.args...)...)
			if code != c.code || !strings.Contains(said+errs, c.says) {
				t.Errorf("exit %d, want %d\n%s%s", code, c.code, said, errs)
			}
			content, err := os.ReadFile(out)
			if written := err == nil && bytes.HasPrefix(content, []byte("%PDF-")); written != (c.code == exitOK) {
				t.Errorf("a document: %v, %v", written, err)
			}
		})
	}
	list, err := os.ReadFile(at("blank.codes.txt"))
	if lines := strings.Fields(string(list)); err != nil || len(lines) != 40 || !strings.HasPrefix(lines[0], "9520001") {
		t.Errorf("%v: %q", err, lines)
	}
	if left, _ := filepath.Glob(at(".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	// A label outlives the machine that printed it.
	if code, _, errs := s.run("labels", "--out", at("x.pdf"), "--gateway", "http://localhost:8080", codes); code != exitUsage || !strings.Contains(errs, "--origin") {
		t.Errorf("exit %d: %s", code, errs)
	}
	if code, said, errs := s.run("labels", "--out", at("x.pdf"), "--gateway", "https://works.example", codes); code != exitOK {
		t.Errorf("exit %d: %s%s", code, said, errs)
	}
	if code, _, errs := s.run("labels", codes); code != exitUsage || !strings.Contains(errs, "--out") {
		t.Errorf("exit %d: %s", code, errs)
	}
	if said := s.must("labels", "--templates"); !strings.Contains(said, "a4-48.5x25.4") || !strings.Contains(said, "40 on a page") {
		t.Error(said)
	}
}

// What is of this machine alone, by the cases to which the pages are held as well.
func TestOnlyHere(t *testing.T) {
	b, err := os.ReadFile("../../web/src/core/testdata/onlyhere.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Origin string `json:"origin"`
		Here   bool   `json:"here"`
	}
	if err := json.Unmarshal(b, &cases); err != nil || len(cases) == 0 {
		t.Fatal(len(cases), err)
	}
	for _, c := range cases {
		u, err := url.Parse(c.Origin)
		if err != nil {
			t.Fatal(err)
		}
		if got := onlyHere(u); got != c.Here {
			t.Errorf("%s: only this machine opens it: %v", c.Origin, got)
		}
	}
}

// Measures of a sheet are read by the one reader of numbers, and exactly.
func TestThousandths(t *testing.T) {
	for text, want := range map[string]int64{"1.005": 1005, "1,5": 1500, "-0.0005": -1, "12": 12000, "１.２": 1200, "1000": 1000000} {
		if got, err := thousandths(text, 3); err != nil || got != want {
			t.Errorf("%s is %d, not %d: %v", text, got, want, err)
		}
	}
	for _, text := range []string{"", "1e3", "0x10", "NaN", "Inf", "1.2.3 mm", "1000001"} {
		if got, err := thousandths(text, 3); err == nil {
			t.Errorf("%q is read as %d", text, got)
		}
	}
}
