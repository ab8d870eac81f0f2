package outbox

import (
	"testing"

	"github.com/rootline/rootline"
)

// Rulebooks bring codes of their own, without end, and count as one; Rootline's own are told apart, though each names
// the rules that it stands on.
func TestRefusalsAreCountedByTheirCode(t *testing.T) {
	for want, e := range map[string]*rootline.Error{
		"rule":        {Code: "outside-plot", Rule: "forestation@1/tree/plant/outside-plot"},
		"own-release": {Code: rootline.CodeOwnRelease, Rule: "registry@1/recall-release"},
		"too-large":   {Code: rootline.CodeTooLarge},
	} {
		if got := label(Status{Refused: e}); got != want {
			t.Errorf("%s is counted as %q", e.Code, got)
		}
	}
}
