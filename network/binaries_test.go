package network

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPinnedFabric(t *testing.T) {
	got, err := pinnedFabric(filepath.Join("..", toolsModule))
	if err != nil || !strings.HasPrefix(got, "1.4.0-rc1.0.") {
		t.Errorf("got %q, %v", got, err)
	}
	none := filepath.Join(t.TempDir(), "go.mod")
	if err := os.WriteFile(none, []byte("module x\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := pinnedFabric(none); CodeOf(err) != CodeSource {
		t.Errorf("a module without Fabric: %v", err)
	}
}

func TestGivenBinaries(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"peer", "orderer", "cryptogen"} {
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv(BinariesEnv, folder)
	if _, err := Binaries(t.Context(), Config{}, nil); CodeOf(err) != CodeBinaries || !contains(err, "lacks configtxgen") || !contains(err, BinariesEnv) {
		t.Errorf("an incomplete folder: %v", err)
	}
	program := filepath.Join(folder, "configtxgen")
	if err := os.WriteFile(program, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Binaries(t.Context(), Config{}, nil); CodeOf(err) != CodeBinaries {
		t.Errorf("a file that is no program: %v", err)
	}
	if err := os.Chmod(program, 0o755); err != nil {
		t.Fatal(err)
	}
	if got, err := Binaries(t.Context(), Config{}, nil); got != folder || err != nil {
		t.Errorf("a complete folder: %q %v", got, err)
	}
	// The setting in the program goes before the one in the environment.
	if _, err := Binaries(t.Context(), Config{Binaries: t.TempDir()}, nil); CodeOf(err) != CodeBinaries || !contains(err, "Config.Binaries") {
		t.Errorf("an empty folder by setting: %v", err)
	}
}

func TestSourceIsFoundOrMissed(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := findSource(""); err != nil || got != filepath.Dir(here) {
		t.Errorf("from network/: %q %v", got, err)
	}
	if _, err := findSource(t.TempDir()); CodeOf(err) != CodeSource {
		t.Errorf("a folder that is not the repository: %v", err)
	}
	t.Chdir(t.TempDir())
	if _, err := findSource(""); CodeOf(err) != CodeSource || !contains(err, BinariesEnv) {
		t.Errorf("outside the repository: %v", err)
	}
}

func TestPlainFlags(t *testing.T) {
	if got := plainFlags("-mod=vendor -buildvcs=false"); got != "-buildvcs=false" {
		t.Errorf("got %q", got)
	}
}
