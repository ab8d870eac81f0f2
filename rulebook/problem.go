package rulebook

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/rootline/rootline"
)

// Problem is one mistake in a rulebook's text.
type Problem struct {
	// Code is the sort of mistake, for programs.
	Code MistakeCode `json:"code"`
	// Line and Column count from 1; 0 when the mistake is nowhere in particular.
	Line   int `json:"line"`
	Column int `json:"column"`
	// Path is the JSON pointer of what is wrong: "/kinds/tree/actions/plant/rules/0/check".
	Path    string `json:"path,omitempty"`
	Message string `json:"message"`
	// Zh is the message in Chinese; what CEL and YAML say themselves is in it in English, marked as technical.
	Zh string `json:"zh,omitempty"`
	// Advice says what to write instead, where ParseFile can tell; Example is that in YAML: the line put right, or what is
	// missing.
	Advice  rootline.Text `json:"advice,omitzero"`
	Example string        `json:"example,omitempty"`

	// args are what the message was filled with.
	args []any
}

// Says is the mistake in both languages.
func (p Problem) Says() rootline.Text {
	return rootline.Text{En: p.Message, Zh: cmp.Or(p.Zh, p.Message)}
}

// String gives the mistake on one line.
func (p Problem) String() string { return p.line(p.Message) }

// line gives the mistake with its place before what is said of it.
func (p Problem) line(says string) string {
	var b strings.Builder
	if p.Line > 0 {
		fmt.Fprintf(&b, "%d:%d: ", p.Line, p.Column)
	}
	if p.Path != "" {
		b.WriteString(p.Path + ": ")
	}
	return b.String() + says
}

// Problems are the mistakes of a rulebook, in the order of its lines. It is the error of Parse.
type Problems []Problem

// Error lists the mistakes, one a line.
func (ps Problems) Error() string {
	en, _ := ps.Words()
	return en
}

// Words lists the mistakes in both languages, one a line.
func (ps Problems) Words() (en, zh string) {
	english, chinese := make([]string, len(ps)), make([]string, len(ps))
	for i, p := range ps {
		says := p.Says()
		english[i], chinese[i] = p.line(says.En), p.line(says.Zh)
	}
	return strings.Join(english, "\n"), strings.Join(chinese, "\n")
}
