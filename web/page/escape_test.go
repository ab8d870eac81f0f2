package page

import (
	"bytes"
	"strings"
	"testing"

	"github.com/rootline/rootline"
)

// Whatever comes from a device or a rulebook must end as text, and turns the order of no other.
func TestHostileTexts(t *testing.T) {
	const script = "<script>alert(1)</script>\u202e"
	const attribute = `" onmouseover="alert(1)`
	const address = `javascript:alert(1)`
	evil := text(script, script+attribute)
	party := Party{script, text(attribute, attribute)}
	value := rootline.StringOf(script + attribute)
	field := Field{Name: script, Value: value, Words: map[string]rootline.Text{script + attribute: evil}}
	item := Item{
		Code: script, Project: evil, Kind: evil, Rules: Rules{evil, 1}, State: State{script, evil, Tone(script)},
		Maker: party, Custodian: Party{MSPID: attribute}, Place: &Place{script, evil}, Unit: script,
		Quantity: &rootline.Quantity{Total: 1, Left: 1}, Lot: &Root{Code: attribute, Name: evil},
		Roots: []Root{{Code: address, Name: evil, Amount: 1, Unit: script}}, UsedBy: &Root{Code: script},
		Fields: []Field{field, {Name: "species", Value: value}, {Name: "x", Value: value, Code: true},
			{Name: "list", Value: rootline.ListOf(value)}},
		Tags: []string{script}, ProofURL: address, Address: script,
		Events: []Event{{ID: attribute, Action: evil, Organisation: party, Role: evil, Signer: script,
			Fields: []Field{field}, Amount: 1, Unit: script, Corrects: attribute, CorrectedBy: []string{script}}},
	}
	for _, lang := range []string{English, Chinese} {
		var b bytes.Buffer
		if err := Render(&b, lang, item); err != nil {
			t.Fatal(err)
		}
		clean(t, b.String())
		b.Reset()
		if err := RenderUnknown(&b, lang, Unknown{Code: script + attribute, Project: evil}); err != nil {
			t.Fatal(err)
		}
		clean(t, b.String())
		b.Reset()
		if err := RenderProblem(&b, lang, Problem{Project: evil, Code: script, Says: evil}); err != nil {
			t.Fatal(err)
		}
		clean(t, b.String())
	}
}

func clean(t *testing.T, html string) {
	t.Helper()
	for _, bad := range []string{"<script", `" onmouseover`, `="javascript:`, "\u202e"} {
		if i := strings.Index(html, bad); i >= 0 {
			t.Errorf("%q stands in the page: …%s…", bad, html[max(0, i-80):min(len(html), i+80)])
		}
	}
}
