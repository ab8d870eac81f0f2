package rulebook

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rootline/rootline"
)

// TestFileMistakes reads the files of testdata/files, as TestMistakes does, with their examples.
func TestFileMistakes(t *testing.T) {
	files, err := filepath.Glob("testdata/files/*.yaml")
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
			_, err = ParseFile([]byte(text))
			whole := text
			for _, p := range AsProblems(err) {
				whole += "# want " + p.String() + "\n"
				if p.Zh == "" {
					t.Errorf("no Chinese words for: %s", p)
				}
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

// What is adopted of a file is its rules, and nobody can adopt the examples with them.
func TestExamplesAreNotAdopted(t *testing.T) {
	for name, text := range ShippedFiles() {
		rules, examples := Split(text)
		if !bytes.Equal(rules, Shipped()[name]) || !bytes.HasSuffix(rules, []byte("\n")) || len(rules) > MaxBytes {
			t.Errorf("%s: the rules were not cut out well", name)
		}
		if again, rest := Split(rules); rest != nil || !bytes.Equal(again, rules) {
			t.Errorf("%s: cut twice, it is not the same", name)
		}
		if examples == nil {
			continue
		}
		_, err := Parse(text)
		if ps := AsProblems(err); len(ps) != 1 || ps[0].Path != "/examples" {
			t.Errorf("%s: with its examples it can be adopted: %v", name, err)
		}
	}
}

func TestFilesThatAreTooLong(t *testing.T) {
	if _, err := ParseFile(bytes.Repeat([]byte("#\n"), MaxFileBytes)); AsProblems(err) == nil {
		t.Error("taken:", err)
	}
}

// What is adopted is signed as one event: rules of full length, written as the shipped ones are, fit into it.
func TestRulesOfFullLengthFitIntoAnEvent(t *testing.T) {
	for name, text := range Shipped() {
		full := bytes.Repeat(text, MaxBytes/len(text)+1)[:MaxBytes]
		payload, err := json.Marshal(rootline.ProposeData{YAML: string(bytes.ToValidUTF8(full, nil))})
		if err != nil {
			t.Fatal(err)
		}
		const rest = 4 << 10 // the event around it, its header and its signature
		if signed := base64.RawURLEncoding.EncodedLen(len(payload)) + rest; signed > rootline.MaxEventBytes {
			t.Errorf("written as %s, they make an event of %d bytes; %d are allowed", name, signed, rootline.MaxEventBytes)
		}
	}
	for n, long := range map[int]bool{MaxBytes: false, MaxBytes + 1: true} {
		_, err := Parse(bytes.Repeat([]byte("#"), n))
		if ps := AsProblems(err); len(ps) == 0 || strings.Contains(ps[0].Message, "are allowed") != long {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
}
