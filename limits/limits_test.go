package limits_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/rootline/rootline/limits"
)

var update = flag.Bool("update", false, "write docs/limits.md and web/src/core/limits.ts anew")

// A limit that nobody can look up is none.
func TestEveryLimitIsInTheTable(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "limits.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	for _, g := range limits.Table {
		for _, l := range g.Limits {
			if told[l.Name] || l.Value <= 0 || l.Of == "" {
				t.Errorf("%+v", l)
			}
			told[l.Name] = true
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok {
			for _, name := range v.Names {
				if !told[name.Name] {
					t.Errorf("%s is not in the table", name.Name)
				}
				delete(told, name.Name)
			}
		}
		return true
	})
	for name := range told {
		t.Errorf("%s is in the table and is no limit", name)
	}
}

func TestTheDocumentSaysWhatTheTableSays(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Limits\n\nEverything that Rootline reads from others has a bound, which is looked at before memory is taken for it. The bounds\n" +
		"are in one table in code, `limits/table.go`; this file is written from it (`go test ./limits -update`).\n")
	for _, g := range limits.Table {
		fmt.Fprintf(&b, "\n## %s\n\nBeyond: %s\n\n| what | at most | in code |\n| --- | ---: | --- |\n", g.Title, g.Beyond)
		for _, l := range g.Limits {
			fmt.Fprintf(&b, "| %s | %s | `%s` |\n", l.Of, amount(l), l.Name)
		}
	}
	same(t, "../docs/limits.md", b.String())
}

// amount is a limit in the unit that people count in.
func amount(l limits.Limit) string {
	n := l.Value
	switch {
	case l.Unit == "bytes" && n%(1<<20) == 0:
		return fmt.Sprintf("%d MiB", n>>20)
	case l.Unit == "bytes" && n%(1<<10) == 0:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return strings.TrimSpace(digits + " " + l.Unit)
}

func TestThePagesHaveTheSameLimits(t *testing.T) {
	values := map[string]int64{}
	for _, g := range limits.Table {
		for _, l := range g.Limits {
			values[l.Name] = l.Value
		}
	}
	var b strings.Builder
	b.WriteString("// Written from limits/table.go by `go test ./limits -update`.\n\n" +
		"/** Limits that the pages share with gateways and chaincode. Lengths are in bytes. */\nexport const limits = {\n")
	for _, name := range slices.Sorted(maps.Keys(limits.Pages)) {
		v, ok := values[limits.Pages[name]]
		if !ok {
			t.Errorf("%s is no limit", limits.Pages[name])
		}
		fmt.Fprintf(&b, "  %s: %d,\n", name, v)
	}
	b.WriteString("} as const;\n")
	same(t, "../web/src/core/limits.ts", b.String())
}

func same(t *testing.T, file, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s differs from the table: go test ./limits -update", file)
	}
}
