package network

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestMendsFitThePinnedFabric(t *testing.T) {
	dir := t.TempDir()
	goMod, err := mended(t.Context(), filepath.Join("..", filepath.Dir(toolsModule)), dir)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(goMod)
	if err != nil || !strings.Contains(string(b), "replace github.com/hyperledger/fabric => "+filepath.Join(dir, "fabric")) {
		t.Errorf("%v: %s", err, b)
	}
	for _, m := range mends {
		text, err := os.ReadFile(filepath.Join(dir, "fabric", m.file))
		if err != nil || strings.Count(string(text), m.after+m.add) != 1 {
			t.Errorf("%s is not mended: %v", m.file, err)
		}
	}
}
