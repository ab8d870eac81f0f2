package rulebook

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/rootline/rootline"
)

// Every sentence that a mistake is reported with has words in both languages that are filled in alike.
func TestMistakesInBothLanguages(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	sentences := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if name, ok := call.Fun.(*ast.Ident); !ok || name.Name != "both" {
				return true
			}
			var words [2]string
			for i, arg := range call.Args {
				lit, ok := arg.(*ast.BasicLit)
				if !ok {
					return true // a word with a name of the author's in it
				}
				if words[i], err = strconv.Unquote(lit.Value); err != nil {
					t.Fatal(err)
				}
			}
			sentences++
			if words[0] != "%s" && !strings.ContainsFunc(words[1], func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
				t.Errorf("%s: no Chinese words: %q", file, words[0])
			}
			if strings.Count(words[0], "%") != strings.Count(words[1], "%") {
				t.Errorf("%s: the languages fill in other things: %q, %q", file, words[0], words[1])
			}
			return true
		})
	}
	if sentences < 100 {
		t.Errorf("only %d sentences were found", sentences)
	}
}

// What is filled in is in the language of the sentence, too.
func TestMistakesAreFilledInBothLanguages(t *testing.T) {
	_, err := Parse([]byte("rulebook: [x]\nkinds:\n  - tree\n"))
	p, ok := err.(Problems)
	if !ok {
		t.Fatal(err)
	}
	for _, want := range []rootline.Text{
		both("expected a single value, found a list", "应为单个值，实为 列表"),
		both("expected a mapping, found a list", "应为映射，实为 列表"),
	} {
		if !slices.ContainsFunc(p, func(p Problem) bool { return p.Says() == want }) {
			t.Errorf("%v is not among %+v", want, p)
		}
	}
	if got, want := plainly("(int, string)").Zh, "（整数，文字）"; got != want {
		t.Errorf("types are called %s, not %s", got, want)
	}
}
