package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// browserTime bounds what one browser test may take; those that measure take longer.
const browserTime, measureTime = 12 * time.Minute, 30 * time.Minute

// inBrowser runs web/e2e/NAME.e2e.ts, which drives Chromium, on a scene that was set here. The scene is read by the
// test as JSON. Its screenshots go to web/e2e/shots, which is not committed.
func inBrowser(t *testing.T, name string, scene any) {
	t.Helper()
	chromium := os.Getenv("ROOTLINE_CHROMIUM")
	if chromium == "" {
		for _, program := range []string{"chromium", "chromium-browser", "google-chrome"} {
			if found, err := exec.LookPath(program); err == nil {
				chromium = found
				break
			}
		}
	}
	if chromium == "" {
		t.Skip("there is no browser: scripts/browser installs Chromium, or ROOTLINE_CHROMIUM names one")
	}
	b, err := json.Marshal(scene)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "scene.json")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	limit := browserTime
	if name == "measure" {
		limit = measureTime
	}
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "npx", "vitest", "run", "--config", "e2e/vitest.config.ts", "e2e/"+name+".e2e.ts")
	cmd.Dir = "../web"
	cmd.Env = append(os.Environ(), "ROOTLINE_SCENE="+file, "ROOTLINE_CHROMIUM="+chromium)
	cmd.WaitDelay = 10 * time.Second
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		t.Log(lines.Text())
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("the browser's test failed: %v", err)
	}
}
