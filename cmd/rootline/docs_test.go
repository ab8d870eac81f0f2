package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var updateDocs = flag.Bool("update-docs", false, "rewrite what commands print in docs/rulebooks.md")

// block is a fenced piece of a page.
var block = regexp.MustCompile("(?ms)^```(yaml|console)(?: change=\"([^\n]*)\")?\n(.*?)^```$")

// TestTheRulebookGuide holds what docs/rulebooks.md shows: its YAML stands in the rulebook of the road lamps, and its
// commands print what it says.
func TestTheRulebookGuide(t *testing.T) {
	guide := filepath.Join("..", "..", "docs", "rulebooks.md")
	page, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	lamps, err := os.ReadFile(lampsFile)
	if err != nil {
		t.Fatal(err)
	}
	guide, err = filepath.Abs(guide)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	yaml, console := 0, 0
	learn, reference, found := strings.Cut(string(page), "\n# Reference\n")
	if !found {
		t.Fatal("there is no reference")
	}
	shown := block.ReplaceAllStringFunc(learn, func(whole string) string {
		m := block.FindStringSubmatch(whole)
		if m[1] == "yaml" {
			yaml++
			if !strings.Contains(string(lamps), m[3]) {
				t.Errorf("this does not stand in the rulebook:\n%s", m[3])
			}
			return whole
		}
		console++
		text := string(lamps)
		if m[2] != "" {
			old, new, _ := strings.Cut(m[2], "=>")
			if !strings.Contains(text, old) {
				t.Errorf("there is no %q to change", old)
			}
			text = strings.Replace(text, old, new, 1)
		}
		if err := os.WriteFile("road-lamps@1.yaml", []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		command, _, _ := strings.Cut(m[3], "\n")
		var out bytes.Buffer
		env := &environment{in: strings.NewReader(""), out: &out, err: &out, getenv: func(string) string { return "" }}
		execute(context.Background(), env, strings.Fields(strings.TrimPrefix(command, "$ rootline ")))
		got := command + "\n" + out.String()
		if got != m[3] && !*updateDocs {
			t.Errorf("the page says\n%s\nbut it is\n%s", m[3], got)
		}
		return strings.Replace(whole, m[3], got, 1)
	})
	if yaml < 8 || console < 5 {
		t.Errorf("%d pieces of YAML and %d commands were found", yaml, console)
	}
	if *updateDocs {
		if err := os.WriteFile(guide, []byte(shown+"\n# Reference\n"+reference), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
