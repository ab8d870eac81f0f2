package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rootline/rootline/proof"
	"github.com/rootline/rootline/proof/vectors"
)

// keptProofs is a folder with proofs of a ledger whose keys tests hold, and its anchor. Package proof makes them.
func keptProofs(t *testing.T) string {
	t.Helper()
	table, err := vectors.Load()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir() + "/"
	for file, name := range map[string]string{
		"tree.rlproof": "as it is", "absent.rlproof": "absence", "set.rlproof": "set", "twin.rlproof": "another ledger of the same names",
		"pack.zip": "a set with an item's own proof",
	} {
		v, err := table.Named(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(dir+file, table.Bytes(v), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(dir+"anchor.json", table.Anchors[0], 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestVerify(t *testing.T) {
	s, kept := newStage(t), keptProofs(t)
	anchor := kept + "anchor.json"
	long := filepath.Join(t.TempDir(), "long.rlproof")
	f, err := os.Create(long)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("RLPROOF1"); err != nil {
		t.Fatal(err)
	}
	if err := f.Truncate(1 << 30); err != nil { // it takes no room on the disk
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	const code = "9520001TREE0000001"
	for _, c := range []struct {
		name string
		args []string
		exit int
		says []string
	}{
		{"an item", []string{"tree.rlproof", "--anchor", anchor}, proof.ExitValid, []string{
			"VALID", code, "10 events", "4 of 4 organisations", "C7 (planter, ContractorMSP)", "cannot prove", "Not older than  block",
			"vouched for by S1 (supervisor, SupervisorMSP)", "event of 9520002OTHER000001",
		}},
		{"in Chinese", []string{"tree.rlproof", "--anchor", anchor, "--lang", "zh"}, proof.ExitValid, []string{"有效", "10 个事件", "以下无法证明"}},
		{"absence", []string{"absent.rlproof", "--anchor", anchor}, proof.ExitValid, []string{"never recorded 9520001TREE0000102", "Not on the list"}},
		{"a set", []string{"set.rlproof", "--anchor", anchor}, proof.ExitValid, []string{"2 items", "read models", "List made by    ContractorMSP", "9520001LOT00000001  1 event  "}},
		{"a set with its items", []string{"pack.zip", "--anchor", anchor}, proof.ExitValid, []string{"10 events", "own proof valid", "1 of 2"}},
		{"as asked", []string{"tree.rlproof", "--anchor", anchor, "--code", "9520001TREE0000001", "--orgs", "4", "--nonce", "30313233343536373839616263646566"}, proof.ExitValid, nil},
		{"another ledger", []string{"twin.rlproof", "--anchor", anchor}, proof.ExitRefused, []string{"REFUSED", "pin"}},
		{"another code", []string{"tree.rlproof", "--anchor", anchor, "--code", "9520001TREE0000002"}, proof.ExitRefused, []string{"other-subject"}},
		{"another nonce", []string{"tree.rlproof", "--anchor", anchor, "--nonce", "00"}, proof.ExitRefused, []string{"nonce"}},
		{"no anchor", []string{"tree.rlproof"}, proof.ExitWeaker, []string{"CONSISTENT WITH ITSELF; NOT COMPARED WITH ANY LEDGER", "not-pinned", "block 0"}},
		{"more organisations", []string{"tree.rlproof", "--anchor", anchor, "--orgs", "5"}, proof.ExitWeaker, []string{"fewer-organisations"}},
		{"younger", []string{"tree.rlproof", "--anchor", anchor, "--max-age", "1h"}, proof.ExitWeaker, []string{"stale"}},
		{"no proof", []string{"anchor.json", "--anchor", anchor}, proof.ExitUnreadable, []string{"CANNOT BE READ", "magic"}},
		{"no anchor in it", []string{"tree.rlproof", "--anchor", kept + "tree.rlproof"}, proof.ExitUnreadable, []string{"anchor"}},
		{"a gigabyte", []string{long, "--anchor", anchor}, proof.ExitUnreadable, []string{"too-large"}},
		{"no file", []string{"none.rlproof"}, proof.ExitUnreadable, nil},
		{"an odd nonce", []string{"tree.rlproof", "--nonce", "x"}, exitUsage, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			args := append([]string{"verify"}, c.args...)
			if !filepath.IsAbs(args[1]) {
				args[1] = kept + args[1]
			}
			exit, out, errs := s.run(args...)
			if exit != c.exit {
				t.Errorf("exit %d, want %d\n%s%s", exit, c.exit, out, errs)
			}
			for _, says := range c.says {
				if !strings.Contains(out, says) {
					t.Errorf("it does not say %q:\n%s", says, out)
				}
			}
			if c.exit > exitOK && c.says != nil && errs != "" {
				t.Errorf("it says more: %s", errs)
			}
		})
	}
	var unpinned verdictForm
	if _, out, _ := s.run("verify", kept+"tree.rlproof", "--json"); json.Unmarshal([]byte(out), &unpinned) != nil || unpinned.Valid || unpinned.Exit != proof.ExitWeaker || unpinned.Report == nil {
		t.Errorf("without an anchor: %+v", unpinned)
	}
	for args, valid := range map[string]bool{"tree.rlproof": true, "twin.rlproof": false} {
		_, out, _ := s.run("verify", kept+args, "--anchor", anchor, "--json")
		var got verdictForm
		if err := json.Unmarshal([]byte(out), &got); err != nil || got.Valid != valid || valid == (got.Code != "") || valid != (got.Report != nil) {
			t.Errorf("%s: %s, %v", args, out, err)
		}
	}
}
