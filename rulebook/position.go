package rulebook

import (
	"strings"

	"cel.dev/cel-go/common"
	"go.yaml.in/yaml/v3"

	"github.com/rootline/rootline"
)

// failIn reports a mistake at a position within an expression. The position in the file is known when the expression
// stands on one line or is a literal block; otherwise the expression's own position is given.
func (r *reader) failIn(n *yaml.Node, path string, at common.Location, says rootline.Text, args ...any) {
	line, column := n.Line, n.Column
	switch {
	case at.Line() < 1 || n.Kind != yaml.ScalarNode:
	case n.Style == yaml.LiteralStyle:
		if i := n.Line + at.Line() - 1; i < len(r.lines) {
			line = i + 1
			column = at.Column() + 1 + len(r.lines[i]) - len(strings.TrimLeft(r.lines[i], " "))
		}
	case n.Style == 0 && at.Line() == 1 && r.holds(n, n.Value, 0):
		column += at.Column()
	case n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 && at.Line() == 1 && r.holds(n, n.Value, 1):
		column += at.Column() + 1
	}
	r.failAt(line, column, path, says, args...)
}

// holds reports whether the file shows the value of a node literally, so that positions can be counted in it.
func (r *reader) holds(n *yaml.Node, value string, skip int) bool {
	if n.Line < 1 || n.Line > len(r.lines) {
		return false
	}
	line := []rune(r.lines[n.Line-1])
	from := n.Column - 1 + skip
	return from >= 0 && from <= len(line) && strings.HasPrefix(string(line[from:]), value)
}
