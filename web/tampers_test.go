package web

import (
	"os"
	"os/exec"
	"testing"
)

// TestSecondVerifier runs the page's verifier, which is written apart from package proof, over the table of vectors that the
// tests of that package write: both say the same of every file, with the same code, and what their reports say is the same.
func TestSecondVerifier(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes a minute")
	}
	if _, err := os.Stat("node_modules/vitest"); err != nil {
		t.Skip("the pages' tools are not installed: make web")
	}
	out, err := exec.CommandContext(t.Context(), "npx", "vitest", "run", "--config", "verify/vitest.config.ts").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}
