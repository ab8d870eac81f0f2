package rulebook

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the expectations of testdata/mistakes")

// TestMistakes reads the files of testdata/mistakes. What Parse says about each stands at its end, behind "# want ".
func TestMistakes(t *testing.T) {
	files, err := filepath.Glob("testdata/mistakes/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			text, _, _ := strings.Cut(string(raw), "# want ")
			_, err = Parse([]byte(text))
			var problems Problems
			if !errors.As(err, &problems) {
				t.Fatalf("no mistake found: %v", err)
			}
			whole := text
			for _, p := range problems {
				whole += "# want " + p.String() + "\n"
			}
			if *update {
				if err := os.WriteFile(file, []byte(whole), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if whole != string(raw) {
				t.Errorf("got\n%s\nwant\n%s", whole[len(text):], raw[len(text):])
			}
		})
	}
}
