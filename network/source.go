package network

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// toolsModule is where the repository pins Fabric.
const toolsModule = "tools/fabric/go.mod"

// findSource gives the repository's folder: the configured one, or the nearest upwards from the working folder.
func findSource(configured string) (string, error) {
	const way = "Run from inside the repository, set Config.Source to it, or point ROOTLINE_FABRIC_BIN at ready-made binaries."
	if configured != "" {
		dir, err := filepath.Abs(configured)
		if err != nil || !exists(filepath.Join(dir, toolsModule)) {
			return "", fail(CodeSource, err, way, "there is no %s in %s", toolsModule, configured)
		}
		return dir, nil
	}
	start, err := os.Getwd()
	if err != nil {
		return "", fail(CodeSource, err, way, "the working folder is unknown")
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		if exists(filepath.Join(dir, toolsModule)) {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fail(CodeSource, nil, way, "there is no %s in %s or above it", toolsModule, start)
		}
	}
}

// goBuild runs "go build" in dir without cgo, so that the result runs on any Linux of this architecture.
func goBuild(ctx context.Context, dir string, args ...string) error {
	cmd := exec.CommandContext(ctx, "go", append([]string{"build", "-trimpath"}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS="+plainFlags(os.Getenv("GOFLAGS")))
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, exec.ErrNotFound):
		return fail(CodeBuild, err, "Install Go from https://go.dev/dl/, or point ROOTLINE_FABRIC_BIN at ready-made binaries.",
			"the go tool is not installed")
	}
	return fail(CodeBuild, err, "", "go build failed in %s:\n%s", dir, lastLines(out.String(), 20))
}

// plainFlags drops -mod=…, which would contradict the pinned modules.
func plainFlags(flags string) string {
	var keep []string
	for _, f := range strings.Fields(flags) {
		if !strings.HasPrefix(f, "-mod=") {
			keep = append(keep, f)
		}
	}
	return strings.Join(keep, " ")
}

// lastLines gives the end of a text, where the reason usually is.
func lastLines(s string, n int) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	if len(lines) > n {
		lines = lines[len(lines)-n:]
	}
	return strings.Join(lines, "\n")
}
