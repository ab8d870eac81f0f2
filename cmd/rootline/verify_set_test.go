package main

import (
	"archive/zip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rootline/rootline/proof"
)

// packOf makes a ZIP of proofs that tests have, by their names in it; each may be there twice.
func packOf(t *testing.T, kept string, parts ...[2]string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "set.zip")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	for _, p := range parts {
		b, err := os.ReadFile(kept + p[1])
		if err != nil {
			t.Fatal(err)
		}
		w, err := z.Create(p[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return name
}

// A ZIP of a set and its items is verified as a whole: what the set does not name is not in it. The table of vectors has those with items.
func TestVerifyPack(t *testing.T) {
	s, kept := newStage(t), keptProofs(t)
	set, tree := [2]string{"set.rlproof", "set.rlproof"}, [2]string{"items/9520001TREE0000001.rlproof", "tree.rlproof"}
	for _, c := range []struct {
		name  string
		parts [][2]string
		exit  int
		says  string
	}{
		{"a set alone", [][2]string{set}, proof.ExitValid, "0 of 2"},
		{"an item that the set does not name", [][2]string{set, tree}, proof.ExitRefused, "unused"},
		{"no set", [][2]string{tree}, proof.ExitRefused, "part-missing: set.rlproof"},
		{"two sets", [][2]string{set, set}, proof.ExitRefused, "order"},
		{"an item as the set", [][2]string{{"set.rlproof", "anchor.json"}}, proof.ExitUnreadable, "magic"},
		{"of another ledger", [][2]string{{"set.rlproof", "twin.rlproof"}}, proof.ExitRefused, "pin"},
		{"an item in place of the set", [][2]string{{"set.rlproof", "tree.rlproof"}}, proof.ExitUnreadable, "pack"},
	} {
		t.Run(c.name, func(t *testing.T) {
			exit, out, errs := s.run("verify", packOf(t, kept, c.parts...), "--anchor", kept+"anchor.json")
			if exit != c.exit || !strings.Contains(out, c.says) {
				t.Errorf("exit %d, want %d and %q\n%s%s", exit, c.exit, c.says, out, errs)
			}
		})
	}
}
