package rootline

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// declaredCodes reads the constants of codes.go, so that a code without words cannot slip in.
func declaredCodes(t *testing.T) []Code {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var all []Code
	ast.Inspect(file, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok {
			s, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, Code(s))
		}
		return true
	})
	return all
}

func TestEveryCodeHasWordsInBothLanguages(t *testing.T) {
	all := declaredCodes(t)
	if len(all) < 60 || len(all) != len(catalogue) {
		t.Fatalf("%d codes, %d in the catalogue", len(all), len(catalogue))
	}
	for _, code := range all {
		says, ok := catalogue[code]
		if !ok || says.En == "" || says.Zh == "" {
			t.Errorf("%s has no words", code)
			continue
		}
		if en, zh := strings.Count(says.En, "%"), strings.Count(says.Zh, "%"); en != zh {
			t.Errorf("%s takes %d arguments in English, %d in Chinese", code, en, zh)
		}
		chinese := strings.ContainsFunc(says.Zh, func(r rune) bool { return unicode.Is(unicode.Han, r) })
		if !chinese && says.Zh != "%v" {
			t.Errorf("%s speaks no Chinese", code)
		}
	}
}

// The golden value was computed apart, by the formula in NextHead's comment.
func TestHeadsLink(t *testing.T) {
	one, two := HashOf([]byte("one")), HashOf([]byte("two"))
	first := NextHead(Hash{}, 1, one)
	// A golden value: heads written today must be computed alike for ever.
	const want = "4300e0c6"
	if first.String()[:8] != want {
		t.Errorf("the first head is %s", first)
	}
	if NextHead(first, 2, two) == NextHead(first, 2, one) || NextHead(first, 2, two) == NextHead(first, 3, two) || NextHead(Hash{}, 2, two) == NextHead(first, 2, two) {
		t.Error("a head must depend on the previous head, the number and the event")
	}
}
