package web

import (
	"os"
	"os/exec"
	"testing"
)

// TestSecondVerifier runs the page's verifier, which is written apart from package proof, over every tampered proof of that
// package's tests: both say the same, with the same code.
func TestSecondVerifier(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes a minute")
	}
	if _, err := os.Stat("node_modules/vitest"); err != nil {
		t.Skip("the pages' tools are not installed: make web")
	}
	proofs := t.TempDir()
	for _, command := range [][]string{
		{"go", "test", "../proof", "-run", "^TestTampers$", "-count=1", "-write", proofs},
		{"npx", "vitest", "run", "--config", "verify/vitest.config.ts"},
	} {
		cmd := exec.CommandContext(t.Context(), command[0], command[1:]...) // the two above
		cmd.Env = append(os.Environ(), "ROOTLINE_PROOFS="+proofs)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", command, err, out)
		}
	}
}
