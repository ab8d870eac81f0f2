package rulebook

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rootline/rootline"
)

// TestRuntimeLimit offers a list far longer than its field allows, which CheckData would have refused.
func TestRuntimeLimit(t *testing.T) {
	a, err := parseSmall("event.data.samples.all(a, event.data.samples.exists(b, a == b))", "asset.height")
	if err != nil {
		t.Fatal(err)
	}
	f := look(t)
	long := make([]int64, 5_000)
	for i := range long {
		long[i] = int64(i)
	}
	f.Data["samples"] = numbers(long...)
	_, refused := a.Decide(f)
	if codeOf(refused) != "rule-undecided" || !strings.Contains(refused.Says.En, "cost limit") {
		t.Errorf("got %v", refused)
	}
	if refused := a.CheckData(f.Data); codeOf(refused) != "bad-data" || refused.Field != "/data/samples" {
		t.Errorf("got %v", refused)
	}
}

func TestPlaceRefs(t *testing.T) {
	for _, c := range []struct {
		check string
		want  []string
	}{
		{"true", []string{"data/plot"}},
		{"asset.place == event.data.plot", []string{"data/plot"}},
		{"within(event.place, asset.place)", []string{"asset/place", "data/plot"}},
		{"has(asset.plot.side)", []string{"asset/plot", "data/plot"}},
		{"asset.plot.id == asset.place.id", []string{"data/plot"}},
	} {
		a, err := parseSmall(c.check, "asset.height")
		if err != nil {
			t.Fatal(c.check, err)
		}
		asset := &rootline.Asset{Place: "asset/place", Fields: data(t, `{"plot":"asset/plot"}`)}
		got := a.PlaceRefs(data(t, `{"plot":"data/plot","word":"other"}`), asset)
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: got %v, want %v", c.check, got, c.want)
		}
		if got := a.PlaceRefs(nil, nil); len(got) != 0 {
			t.Errorf("%s: got %v for nothing", c.check, got)
		}
	}
	a, err := parseSmall("true", "asset.height")
	if err != nil {
		t.Fatal(err)
	}
	f := look(t)
	f.Places = nil
	if _, refused := a.Decide(f); codeOf(refused) != "unknown-place" || refused.Field != "/data/plot" {
		t.Errorf("got %v", refused)
	}
}

// documented finds the words of the language in the source of its parser: keys of mappings, types, and functions.
var documented = []*regexp.Regexp{
	regexp.MustCompile(`\.members\(([^)]*)\)`), regexp.MustCompile(`cel\.Function\(("\w+")`), regexp.MustCompile(`statistic\(("\w+")`),
}

// Every word that the parser knows is explained in the reference.
func TestTheReferenceHasEveryWord(t *testing.T) {
	page, err := os.ReadFile("../docs/rulebooks.md")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]bool{}
	for _, name := range FieldTypes() {
		words[name] = true
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, form := range documented {
			for _, m := range form.FindAllStringSubmatch(string(source), -1) {
				for _, w := range regexp.MustCompile(`"(\w+)"`).FindAllStringSubmatch(m[1], -1) {
					words[w[1]] = true
				}
			}
		}
	}
	if len(words) < 80 {
		t.Errorf("only %d words were found", len(words))
	}
	for word := range words {
		if !regexp.MustCompile("`[^`\n]*\\b"+word+"\\b[^`\n]*`").Match(page) && !regexp.MustCompile(`(?m)^ +`+word+`:`).Match(page) {
			t.Errorf("docs/rulebooks.md does not explain %q", word)
		}
	}
	for _, code := range MistakeCodes {
		if !strings.Contains(string(page), "`"+string(code)+"`") {
			t.Errorf("docs/rulebooks.md does not explain the mistake %q", code)
		}
	}
}

func TestDeterminism(t *testing.T) {
	for name, list := range scenes(t) {
		first, second := shipped(t, name), shipped(t, name)
		a, _ := json.Marshal(first)
		b, _ := json.Marshal(second)
		if string(a) != string(b) {
			t.Errorf("%s: two readings differ", name)
		}
		answers := make(chan string)
		const readers = 8
		for range readers {
			go func() { answers <- answer(t, first, list) }()
		}
		want := answer(t, second, list)
		for range readers {
			if got := <-answers; got != want {
				t.Errorf("%s: two evaluations differ:\n%s\n%s", name, got, want)
			}
		}
	}
}

// answer is what a book says to all scenes and all their changes.
func answer(t testing.TB, book *Rulebook, list []scene) string {
	var b strings.Builder
	for _, s := range list {
		a := s.find(t, book)
		for _, code := range append([]string{""}, ruleCodes(a)...) {
			f := s.facts(t, a)
			if breaks := s.breaks[code]; breaks != nil {
				breaks(f)
			}
			e, refused := a.Decide(f)
			line, _ := json.Marshal([]any{s.action, code, e, refused})
			b.Write(line)
		}
	}
	return b.String()
}

func ruleCodes(a *Action) (codes []string) {
	for _, r := range a.Rules {
		codes = append(codes, string(r.Code))
	}
	return codes
}

func TestTooLong(t *testing.T) {
	_, err := Parse([]byte(strings.Repeat("# long\n", 20_000)))
	var problems Problems
	if !errors.As(err, &problems) || len(problems) != 1 {
		t.Fatalf("got %v", err)
	}
	for _, text := range []string{"", "\xff", "- a", "~", "rulebook", strings.Repeat("[", 60_000), strings.Repeat("a: {", 10_000)} {
		if _, err := Parse([]byte(text)); err == nil {
			t.Errorf("%.20q was taken", text)
		}
	}
}
