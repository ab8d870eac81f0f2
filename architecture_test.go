package rootline_test

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/rootline/rootline"

// arrows says, for each room, which other rooms of the project it may import; all may import limits. What is not listed
// may import nothing of the project's. Longer names come before their parents.
var arrows = map[string][]string{
	"":                                {"strictjson", "jws"},
	"fuzzing":                         {},
	"limits":                          {},
	"strictjson":                      {},
	"strictcbor":                      {},
	"jws":                             {"strictjson"},
	"numeral":                         {},
	"rulebook":                        {"", "jws", "strictjson"},
	"judge":                           {"", "rulebook", "jws", "strictjson"},
	"judge/judgetest":                 {"", "judge", "jws"},
	"rehearsal":                       {"", "judge", "jws", "rulebook"},
	"chaincode/wire":                  {"", "strictcbor"},
	"chaincode/wire/wiretest":         {},
	"chaincode/store":                 {"", "chaincode/wire"},
	"chaincode/contract":              {"", "chaincode/wire", "chaincode/store", "judge"},
	"chaincode":                       {"chaincode/contract", "profiling"},
	"client":                          {"", "jws", "proof", "strictjson"},
	"importer":                        {"", "client", "jws", "numeral", "rulebook", "strictjson"},
	"founding":                        {"", "chaincode/wire", "client"},
	"story":                           {"", "client"},
	"story/recorded":                  {},
	"web":                             {},
	"web/page":                        {"", "web"},
	"channel":                         {},
	"proof":                           {"", "chaincode/wire", "channel", "jws", "rulebook", "strictcbor", "strictjson"},
	"proof/vectors":                   {},
	"network/guard":                   {},
	"network":                         {"channel"},
	"profiling":                       {},
	"gateway/block":                   {"", "channel"},
	"gateway/certificates":            {},
	"gateway/evidence":                {"", "gateway/evidence/picture", "gateway/storage"},
	"gateway/evidence/picture":        {},
	"gateway/labels":                  {"", "gateway/labels/pdf", "gateway/labels/symbol"},
	"gateway/labels/pdf":              {},
	"gateway/labels/symbol":           {},
	"gateway/tiles":                   {},
	"gateway/sessions":                {"", "gateway/storage"},
	"gateway/storage":                 {},
	"gateway/fabric":                  {"", "channel", "chaincode/wire", "gateway/block"},
	"gateway/integrity":               {"", "channel", "gateway/budget", "chaincode/wire", "gateway/block", "gateway/readmodel", "judge", "jws", "rulebook"},
	"gateway/proofs":                  {"", "channel", "chaincode/wire", "gateway/block", "gateway/budget", "gateway/integrity", "gateway/readmodel", "gateway/storage", "jws", "proof", "strictjson"},
	"gateway/outbox":                  {"", "chaincode/wire", "judge", "gateway/fabric", "gateway/storage", "jws", "strictjson"},
	"gateway/codeindex":               {"", "gateway/storage"},
	"gateway/readmodel/readmodeltest": {"gateway/readmodel"},
	"gateway/readmodel":               {"", "channel", "chaincode/wire", "judge", "gateway/block", "gateway/codeindex", "gateway/storage", "rulebook", "jws"},
	"gateway/budget":                  {},
	"gateway/httpapi":                 {"", "gateway/integrity", "gateway/block", "gateway/budget", "gateway/evidence", "gateway/evidence/picture", "gateway/export", "gateway/labels", "gateway/money", "gateway/outbox", "gateway/pages", "gateway/presentation", "gateway/problem", "gateway/proofs", "gateway/query", "gateway/readmodel", "gateway/sessions", "gateway/storage", "gateway/tiles", "judge", "jws", "proof", "rehearsal", "rulebook", "strictjson", "web", "web/page"},
	"gateway/export":                  {"", "gateway/labels", "gateway/money", "gateway/presentation", "gateway/problem", "gateway/query", "gateway/readmodel", "gateway/storage", "rulebook"},
	"gateway/money":                   {"", "gateway/presentation", "gateway/problem", "gateway/readmodel", "rulebook"},
	"gateway/pages":                   {"", "gateway/budget", "gateway/integrity", "gateway/presentation", "gateway/problem", "gateway/readmodel", "judge", "rulebook", "web/page"},
	"gateway/presentation":            {"", "gateway/block", "gateway/readmodel", "rulebook", "web/page"},
	"gateway/problem":                 {"", "gateway/evidence", "gateway/storage"},
	"gateway/query":                   {"", "gateway/problem", "gateway/readmodel"},
	"gateway/projection":              {"", "channel", "chaincode/wire", "judge", "gateway/block", "gateway/readmodel", "gateway/storage", "rulebook", "jws"},

	"gateway/storage/storagetest": {"gateway/storage"},
}

// assembled are the programs, and the rooms that put the others together for them or for tests. They may import any.
var assembled = []string{
	"bench", "bench/plain", "cmd/rootline", "demonstration", "deploy", "e2e", "e2e/altered", "e2e/stage", "e2e/upgrade", "gateway", "gateway/app",
	"network/ccaas", "network/fabric", "story/recorded/make", "tools/fuzz",
}

// forbidden says what the rooms must not link, however indirectly. A name that ends in a slash stands for all below it.
var forbidden = map[string][]string{
	"":          {"github.com/gin-gonic/", "github.com/hyperledger/", "database/sql", "net/http"},
	"judge":     {"github.com/gin-gonic/", "github.com/hyperledger/", "database/sql"},
	"chaincode": {"github.com/gin-gonic/", "database/sql", module + "/gateway/"},
	"client":    {"github.com/hyperledger/", "database/sql", "github.com/gin-gonic/"},
	"channel":   {"github.com/hyperledger/", "database/sql", "google.golang.org/grpc", "google.golang.org/protobuf/proto", "net/http"},
	"proof":     {"github.com/hyperledger/", "github.com/gin-gonic/", "database/sql", "google.golang.org/grpc", "net/http"},
}

type goPackage struct {
	ImportPath string
	Imports    []string
	Deps       []string
}

func packages(t *testing.T) map[string]goPackage {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports,Deps", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	all := map[string]goPackage{}
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var p goPackage
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all[room(p.ImportPath)] = p
	}
	return all
}

// room is the import path within the project.
func room(path string) string { return strings.TrimPrefix(strings.TrimPrefix(path, module), "/") }

// The arrows of docs/architecture.md run one way.
func TestArrowsRunOneWay(t *testing.T) {
	all := packages(t)
	for name, allowed := range arrows {
		p, ok := all[name]
		if !ok {
			t.Errorf("there is no package %q; mend the table", name)
			continue
		}
		for _, imported := range p.Imports {
			if ours := imported == module || strings.HasPrefix(imported, module+"/"); !ours {
				continue
			}
			if room(imported) != "limits" && !slices.Contains(allowed, room(imported)) {
				t.Errorf("%q imports %q", name, room(imported))
			}
		}
	}
}

func TestEveryPackageIsListed(t *testing.T) {
	for name := range packages(t) {
		_, listed := arrows[name]
		if listed == slices.Contains(assembled, name) {
			t.Errorf("%q is to be in the table of arrows or among what is assembled", name)
		}
	}
}

// deterministic are the rooms whose outcome every organisation has to come to alike: no clock, no chance, no environment.
var deterministic = []string{".", "judge", "rulebook", "jws", "strictjson", "chaincode/wire", "chaincode/store", "chaincode/contract", "channel", "proof"}

// makers are the files of those rooms that make new keys, signatures and identifiers, for who records.
var makers = []string{"id.go", "jws/jws.go"}

func TestOutcomesDoNotHangOnClockOrChance(t *testing.T) {
	banned := map[string][]string{
		"time":         {"Now", "Since", "Until", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker", "Sleep", "Local", "LoadLocation"},
		"os":           {"Getenv", "LookupEnv", "Environ", "ReadFile", "Open", "Hostname", "Getwd"},
		"math/rand":    nil,
		"math/rand/v2": nil,
		"crypto/rand":  nil,
	}
	for _, dir := range deterministic {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no files in %q: %v", dir, err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") || slices.Contains(makers, name) {
				continue
			}
			clockOrChance(t, name, banned)
		}
	}
}

// clockOrChance reports what a file uses of banned names, by import path; nil bans all of one.
func clockOrChance(t *testing.T, name string, banned map[string][]string) {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	imported := map[string]string{}
	for _, spec := range file.Imports {
		p := strings.Trim(spec.Path.Value, `"`)
		names, ok := banned[p]
		switch {
		case ok && names == nil:
			t.Errorf("%s imports %s", name, p)
		case spec.Name != nil:
			imported[spec.Name.Name] = p
		default:
			imported[path.Base(p)] = p
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := selector.X.(*ast.Ident); ok && slices.Contains(banned[imported[x.Name]], selector.Sel.Name) {
			t.Errorf("%s uses %s.%s", fset.Position(selector.Pos()), x.Name, selector.Sel.Name)
		}
		return true
	})
}

func TestRoomsDoNotLinkWhatIsNotTheirs(t *testing.T) {
	all := packages(t)
	for name, prefixes := range forbidden {
		for _, dep := range all[name].Deps {
			for _, prefix := range prefixes {
				if dep == prefix || strings.HasSuffix(prefix, "/") && strings.HasPrefix(dep, prefix) {
					t.Errorf("%q links %s", name, dep)
				}
			}
		}
	}
}

// users are the rooms that may import what others only reach through them. A name that ends in a slash stands for all
// below it. What is assembled may import any.
var users = map[string][]string{
	"database/sql":              {"gateway/codeindex", "gateway/evidence", "gateway/outbox", "gateway/readmodel", "gateway/sessions", "gateway/storage"},
	"modernc.org/":              {"gateway/evidence", "gateway/outbox", "gateway/readmodel", "gateway/sessions"},
	"github.com/gin-gonic/":     {"gateway/httpapi", "gateway/pages", "gateway/problem"},
	"github.com/danielgtaylor/": {"gateway/httpapi"},
	"github.com/hyperledger/":   {"chaincode", "chaincode/contract", "gateway/fabric", "network", "story/recorded"},
}

// What only some rooms know, others do not import, though they may link it through those.
func TestRoomsImportOnlyWhatTheyAreFor(t *testing.T) {
	used := map[string]bool{}
	for name, p := range packages(t) {
		if slices.Contains(assembled, name) {
			continue
		}
		for _, imported := range p.Imports {
			for prefix, may := range users {
				if imported != prefix && !(strings.HasSuffix(prefix, "/") && strings.HasPrefix(imported, prefix)) {
					continue
				}
				if used[name+" "+prefix] = true; !slices.Contains(may, name) {
					t.Errorf("%q imports %s", name, imported)
				}
			}
		}
	}
	for prefix, may := range users {
		for _, name := range may {
			if !used[name+" "+prefix] {
				t.Errorf("%q does not import %s; mend the table", name, prefix)
			}
		}
	}
}

// ofTheState are the beginnings of the names of the stub's methods that read or write the world state.
var ofTheState = []string{"GetState", "GetMultipleStates", "PutState", "DelState", "GetQuery", "GetHistory", "GetPrivate", "PutPrivate", "DelPrivate", "PurgePrivate", "SetStateValidation", "StartWriteBatch", "FinishWriteBatch"}

// Only chaincode/store reads and writes the world state.
func TestOnlyTheStoreTouchesTheState(t *testing.T) {
	for _, dir := range []string{"chaincode", "chaincode/contract", "chaincode/wire"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no files in %q: %v", dir, err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			fset := token.NewFileSet()
			file, err := parser.ParseFile(fset, name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				s, ok := n.(*ast.SelectorExpr)
				if ok && slices.ContainsFunc(ofTheState, func(begins string) bool { return strings.HasPrefix(s.Sel.Name, begins) }) {
					t.Errorf("%s uses %s", fset.Position(s.Pos()), s.Sel.Name)
				}
				return true
			})
		}
	}
}

// No line names a linter for golangci-lint, which does not run here: staticcheck and vet do.
func TestNoLineSilencesALinterThatDoesNotRun(t *testing.T) {
	for _, name := range goFiles(t) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(text, []byte("//"+"nolint")) {
			t.Errorf("%s silences a linter", name)
		}
	}
}

// goFiles are all sources of the module, from its root, tests among them. They are looked for as they lie there, without git, so
// that nothing that git cannot do leaves a test without any.
func goFiles(t *testing.T) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git"):
			return filepath.SkipDir
		case !d.IsDir() && strings.HasSuffix(name, ".go"):
			names = append(names, filepath.ToSlash(name))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(names) < 500 {
		t.Fatalf("%d sources were found", len(names))
	}
	return names
}
