package rulebook

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/rootline/rootline"
)

// Problem is one mistake in a rulebook's text.
type Problem struct {
	// Line and Column count from 1; 0 when the mistake is nowhere in particular.
	Line   int `json:"line"`
	Column int `json:"column"`
	// Path is the JSON pointer of what is wrong: "/kinds/tree/actions/plant/rules/0/check".
	Path    string `json:"path,omitempty"`
	Message string `json:"message"`
	// Zh is the message in Chinese, where it has words of its own; what CEL and YAML say themselves stays as it is.
	Zh string `json:"zh,omitempty"`
}

// Says is the mistake in both languages.
func (p Problem) Says() rootline.Text {
	return rootline.Text{En: p.Message, Zh: cmp.Or(p.Zh, p.Message)}
}

// String gives the mistake on one line.
func (p Problem) String() string {
	var b strings.Builder
	if p.Line > 0 {
		fmt.Fprintf(&b, "%d:%d: ", p.Line, p.Column)
	}
	if p.Path != "" {
		b.WriteString(p.Path + ": ")
	}
	return b.String() + p.Message
}

// Problems are the mistakes of a rulebook, in the order of its lines. It is the error of Parse.
type Problems []Problem

// Error lists the mistakes, one a line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}
