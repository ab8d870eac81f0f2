package rehearsal

import (
	"slices"
	"strings"
	"testing"

	"github.com/rootline/rootline/rulebook"
)

// What came out otherwise shows the rule that decided, or that should have, and the values that it saw.
func TestFailuresShowWhatTheRuleSaw(t *testing.T) {
	whole := lamps(t)
	for _, c := range []struct {
		name, old, new, rule, check string
		saw                         []rulebook.Saw
	}{
		{"allowed", "mean(event.data.light) >= 15", "mean(event.data.light) >= 1", "lamp/accept/too-dark", "mean(event.data.light) >= 1",
			[]rulebook.Saw{{Expression: "mean(event.data.light)", Value: "14"}, {Expression: "event.data.light", Value: "[16,14,13,14]"}}},
		{"refused", "mean(event.data.light) >= 15", "mean(event.data.light) >= 18", "lamp/accept/too-dark", "mean(event.data.light) >= 18",
			[]rulebook.Saw{{Expression: "mean(event.data.light)", Value: "17"}, {Expression: "event.data.light", Value: "[22,18,12,19]"}}},
		{"by another one", "by: supervisor\n        asks: {place: required, evidence: 1, data: {light}}", "by: [supervisor, builder]\n        asks: {place: required, evidence: 1, data: {light}}",
			"lamp/accept/self-acceptance", "actor.org != asset.builder", []rulebook.Saw{{Expression: "actor.org", Value: `"Fitters"`}, {Expression: "asset.builder", Value: `"Fitters"`}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !strings.Contains(whole, c.old) {
				t.Fatalf("there is no %q", c.old)
			}
			r := play(t, strings.Replace(whole, c.old, c.new, 1))
			if len(r.Failures) == 0 {
				t.Fatal("nothing came out otherwise")
			}
			if f := r.Failures[0]; f.Rule != c.rule || f.Check != c.check || !slices.Equal(f.Saw, c.saw) {
				t.Errorf("%+v", f)
			}
		})
	}
}
