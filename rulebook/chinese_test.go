package rulebook

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Every sentence that a mistake is reported with has Chinese words.
func TestMistakesHaveChineseWords(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
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
			name := ""
			switch fun := call.Fun.(type) {
			case *ast.SelectorExpr:
				name = fun.Sel.Name
			case *ast.Ident:
				name = fun.Name
			}
			at, ok := map[string]int{"fail": 2, "failAt": 3}[name]
			if _, plain := call.Fun.(*ast.Ident); plain {
				at = 1 // the compiler's own, about a part of an expression
			}
			if !ok || len(call.Args) <= at {
				return true
			}
			lit, ok := call.Args[at].(*ast.BasicLit)
			if !ok {
				return true
			}
			format, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			zh, known := chinese[format]
			if format != "%s" && (!known || strings.Count(zh, "%") != strings.Count(format, "%")) {
				t.Errorf("%s: no Chinese words, or other ones to fill in: %q", file, format)
			}
			return true
		})
	}
}
