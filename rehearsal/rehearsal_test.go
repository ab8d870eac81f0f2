package rehearsal

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rootline/rootline/rulebook"
)

func parse(t testing.TB, text string) *rulebook.File {
	t.Helper()
	f, err := rulebook.ParseFile([]byte(text), rulebook.LastVersions()...)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func play(t testing.TB, text string) *Report {
	t.Helper()
	r, err := Play(t.Context(), parse(t, text))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func lamps(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile(filepath.FromSlash("../docs/examples/road-lamps@1.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// complete complains about everything that the examples of a rulebook leave open.
func complete(t *testing.T, text string) {
	t.Helper()
	r := play(t, text)
	for _, f := range r.Failures {
		t.Errorf("%d:%d: %s: %s", f.Line, f.Column, f.History, f.Says.En)
	}
	for _, s := range r.Missing() {
		t.Errorf("%s is shown allowing: %v, refusing: %v", s.Name(), s.Allows, s.Refuses)
	}
	for _, a := range r.Unplayed {
		t.Errorf("no example performs %s", a)
	}
}

// Every rule of the shipped rulebooks is shown refusing something and letting something pass, and every action performed.
func TestShipped(t *testing.T) {
	for name, text := range rulebook.ShippedFiles() {
		t.Run(name, func(t *testing.T) { complete(t, string(text)) })
	}
}

func TestRoadLamps(t *testing.T) { complete(t, lamps(t)) }

// Every rulebook of the documentation shows each of its rules both ways, as the shipped ones do.
func TestDocumentedRulebooks(t *testing.T) {
	files, err := filepath.Glob(filepath.FromSlash("../docs/examples/*@*.yaml"))
	if err != nil || len(files) < 2 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(file), func(t *testing.T) { complete(t, string(text)) })
	}
}

// Each change makes the examples fail, at the step that shows it, or leaves a rule without an example.
func TestWhatExamplesShow(t *testing.T) {
	whole := lamps(t)
	for _, c := range []struct {
		name, old, new string
		says           []string
	}{
		{"a rule is taken away", "mean(event.data.light) >= 15", "mean(event.data.light) >= 0",
			[]string{"should be refused as too-dark, but it is allowed"}},
		{"a rule is too strict", "mean(event.data.light) >= 15", "mean(event.data.light) >= 18",
			[]string{"should be allowed, but it is refused as too-dark", "The 3 steps after it were not played"}},
		{"another rule refuses first", "check: actor.org != asset.builder", "check: mean(event.data.light) > 15 && actor.org != asset.builder",
			[]string{"should be refused as too-dark, but it is refused as self-acceptance"}},
		{"another state", "state: failed}", "state: erected}", []string{"lamp should be erected afterwards, but it is failed"}},
		{"a role is added", "by: supervisor\n        asks: {place: required, evidence: 1, data: {light}}", "by: [supervisor, builder]\n        asks: {place: required, evidence: 1, data: {light}}",
			[]string{"should be refused as wrong-role"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(whole, c.old, c.new, 1)
			if text == whole {
				t.Fatal("nothing was changed")
			}
			r := play(t, text)
			var all []string
			for _, f := range r.Failures {
				all = append(all, f.Says.En)
				if f.Line < 1 || f.Says.Zh == "" || f.History == "" {
					t.Errorf("%+v", f)
				}
			}
			for _, want := range c.says {
				if !strings.Contains(strings.Join(all, "\n"), want) {
					t.Errorf("not said: %s\n%s", want, strings.Join(all, "\n"))
				}
			}
			if r.Passed() {
				t.Error("passed")
			}
		})
	}
}

func TestWhatIsNotShown(t *testing.T) {
	whole := lamps(t)
	r := play(t, strings.Replace(whole, "too-dark: {data: {light: [16, 14, 13, 14]}}", "bad-data: {data: {light: [900]}}", 1))
	if !r.Passed() {
		t.Fatal(r.Failures)
	}
	missing := r.Missing()
	if len(missing) != 1 || missing[0].Name() != "lamp/accept/too-dark" || !missing[0].Allows || missing[0].Refuses || r.Complete() {
		t.Errorf("%+v", missing)
	}
	rules, _ := rulebook.Split([]byte(whole))
	r = play(t, string(rules))
	if len(r.Unplayed) != 5 || len(r.Missing()) != len(r.Rules) || !r.Passed() || r.Complete() {
		t.Errorf("without examples: %+v", r)
	}
}

// A later version is played as one that follows another.
func TestLaterVersions(t *testing.T) {
	complete(t, strings.Replace(lamps(t), "version: 1", "version: 7", 1))
}

// Lots, lists, divisions and tags, with the names that examples give them.
func TestLotsListsAndTags(t *testing.T) {
	text, err := os.ReadFile("testdata/quarry.yaml")
	if err != nil {
		t.Fatal(err)
	}
	complete(t, string(text))
}

// Breakdowns, joint signatures and recalls, in a rulebook that has them.
func TestRecallsAreStepsToo(t *testing.T) {
	whole := string(rulebook.ShippedFiles()["floodway@1"])
	text := strings.Replace(whole, "- {do: registry/recall, asset: soil, by: sam, refs: [one, above]}", "- {do: registry/recall, asset: soil, by: bo, refs: [one, above]}", 1)
	if r := play(t, text); text == whole || r.Passed() || !strings.Contains(r.Failures[0].Says.En, "refused as wrong-role") {
		t.Errorf("a builder recalled: %+v", r.Failures)
	}
}

// A file with any one of its lines taken away is refused as mistaken, or played; nothing breaks.
func TestDamagedFiles(t *testing.T) {
	lines := strings.Split(lamps(t), "\n")
	played := 0
	for i := range lines {
		text := strings.Join(append(append([]string{}, lines[:i]...), lines[i+1:]...), "\n")
		f, err := rulebook.ParseFile([]byte(text))
		if err != nil {
			for _, p := range rulebook.AsProblems(err) {
				if strings.Contains(p.Message, "cannot be read") || p.Line == 0 {
					t.Errorf("without line %d: %s", i+1, p)
				}
			}
			continue
		}
		if _, err := Play(t.Context(), f); err != nil {
			t.Errorf("without line %d: %v", i+1, err)
		}
		played++
	}
	if played < 10 {
		t.Errorf("only %d were played", played)
	}
}
