package page

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rootline/rootline"
)

var (
	update = flag.Bool("update", false, "write the golden files anew")
	outDir = flag.String("out", "", "write the pages and their style sheet into this folder, to look at them")
)

const installSite = "https://192.0.2.5:8443/"

// pages are the cases that are held by golden files, each in both languages.
func pages() map[string]func(io.Writer, string) error {
	asleep, disputed, lot, stopped := sapling(), layer(), layer(), tree()
	stopped.Integrity.Behind, stopped.Integrity.Stopped, stopped.Integrity.Since = 387, "unverified-block", instant("2026-09-20T08:01:00Z")
	resting := tree()
	resting.Integrity.NotRecomputed = &NotRecomputed{Transaction: strings.Repeat("5eed", 16), Block: 907}
	lot.Quantity, lot.Unit = &rootline.Quantity{Total: 40000, Left: 12500}, "kg"
	lot.Kind, lot.State, lot.Roots, lot.Fields = text("Lot of cement", "水泥批次"), State{Name: "released"}, nil, nil
	lot.Frozen = nil
	lot.Events[0].Disputed, lot.Integrity = false, Integrity{Compared: compared(1), Events: 1, Devices: 1, Organisations: 1, Standing: Standing{Block: 5}}
	render := func(i Item) func(io.Writer, string) error {
		return func(w io.Writer, lang string) error { return Render(w, lang, i) }
	}
	unknown := func(u Unknown) func(io.Writer, string) error {
		return func(w io.Writer, lang string) error { return RenderUnknown(w, lang, u) }
	}
	return map[string]func(io.Writer, string) error{
		"intact":               render(tree()),
		"disputed":             render(disputed),
		"stopped":              render(stopped),
		"asleep":               render(asleep),
		"lot":                  render(lot),
		"check":                checked(Check{Signed: true, Linked: true, Led: true, Chained: true, Alike: true}),
		"not-recomputed":       render(resting),
		"check-not-recomputed": checked(Check{Signed: true, Linked: true, Led: true, Chained: true, Alike: true, Compared: Compared{NotRecomputed: resting.Integrity.NotRecomputed}}),
		"unchecked":            checked(Check{Signed: true, Linked: true, Led: true, Chained: true, Alike: true, Compared: Compared{Unchecked: "busy"}}),
		"broken": checked(Check{Led: true, Chained: true, Faults: []Fault{
			{Kind: "signature", Event: "0190c7f2-0000-7000-8000-000000000003", Block: 812}, {Kind: "link", Event: "0190c7f2-0000-7000-8000-000000000004", Block: 907},
			{Kind: "field", Field: "event.role", Event: "0190c7f2-0000-7000-8000-000000000003", Block: 812},
			{Kind: "field", Field: "asset.state", By: supervisor}}}),
		"unknown": unknown(Unknown{Code: "9520001T7H2K9QF3XC", Project: project, Standing: Standing{Block: 1842}}),
		"meant":   unknown(Unknown{Code: "952OOO1T7H2K9QF3XC", Meant: "9520001T7H2K9QF3XC", Standing: Standing{Block: 1842}}),
		"lagging": unknown(Unknown{Code: "9520001T7H2K9QF3XC", Standing: Standing{Block: 1812, Behind: 30}}),
		"no-code": unknown(Unknown{Code: "hello there", Standing: Standing{Block: 1842}}),
		"roll":    unknown(Unknown{Code: "9520001TRN46000000", IssuedTo: &contractor, Roll: "9520001TRN46000000", Standing: Standing{Block: 1842}}),
		"blank":   unknown(Unknown{Code: "9520001T46000043", IssuedTo: &contractor, Roll: "9520001TRN46000000", Standing: Standing{Block: 1842}}),
		"install": func(w io.Writer, lang string) error {
			return RenderInstall(w, lang, Install{
				Fingerprint: strings.TrimSpace(strings.Repeat("0F 1E 2D 3C ", 8)), Certificate: "/install/root.crt", Profile: "/install/root.mobileconfig",
				Site: installSite, Ends: "2036-01-31",
			})
		},
		"problem": func(w io.Writer, lang string) error {
			return RenderProblem(w, lang, Problem{Project: project, Status: 503, Code: rootline.CodeNotReady})
		},
	}
}

// checked makes the page of a check with the verdicts of c.
func checked(c Check) func(io.Writer, string) error {
	c.Code, c.Project = "9520001T7H2K9QF3XB", project
	c.Events, c.Signatures, c.Devices, c.Organisations = 6, 6, 5, 3
	if c.Compared.Unchecked == "" {
		on := c.Compared.NotRecomputed
		c.Compared = compared(6)
		c.Compared.NotRecomputed = on
	}
	c.First, c.Last, c.Blocks, c.Block = 101, 1838, 1843, 1842
	c.Head, c.BlockHash = rootline.HashOf([]byte("head")), rootline.HashOf([]byte("block"))
	c.Read, c.BlockTime = instant("2026-09-20T08:00:03Z"), instant("2026-09-20T08:00:00Z")
	return func(w io.Writer, lang string) error { return RenderCheck(w, lang, c) }
}

func TestGolden(t *testing.T) {
	if *outDir != "" {
		if err := os.WriteFile(filepath.Join(*outDir, filepath.Base(StylesheetPath)), Stylesheet, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, render := range pages() {
		for _, lang := range []string{English, Chinese} {
			t.Run(name+"/"+lang, func(t *testing.T) {
				var b bytes.Buffer
				if err := render(&b, lang); err != nil {
					t.Fatal(err)
				}
				if *outDir != "" {
					if err := os.WriteFile(filepath.Join(*outDir, name+"."+lang+".html"), b.Bytes(), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				// The name of the style sheet changes with every line of CSS; the pages do not.
				got := bytes.ReplaceAll(b.Bytes(), []byte(StylesheetPath), []byte("/page.css"))
				golden := filepath.Join("testdata", name+"."+lang+".html")
				if *update {
					if err := os.WriteFile(golden, got, 0o600); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(golden)
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(got, want) {
					t.Errorf("%s differs; go test ./web/page -update writes it anew\n%s", golden, got)
				}
			})
		}
	}
}

// What is left open or crossed would be mended by each browser in its own way, so the pages are read as XML, too.
func TestWellFormed(t *testing.T) {
	for name, render := range pages() {
		for _, lang := range []string{English, Chinese} {
			var b bytes.Buffer
			if err := render(&b, lang); err != nil {
				t.Fatal(err)
			}
			d := xml.NewDecoder(&b)
			d.Strict, d.AutoClose, d.Entity = false, []string{"meta", "link", "img", "br"}, xml.HTMLEntity
			ids := map[string]bool{}
			for {
				token, err := d.Token()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatalf("%s in %s: %v", name, lang, err)
				}
				checkElement(t, name, token, ids)
			}
		}
	}
}

// checkElement holds what the content security policy and links within the page need.
func checkElement(t *testing.T, page string, token xml.Token, ids map[string]bool) {
	t.Helper()
	e, ok := token.(xml.StartElement)
	if !ok {
		return
	}
	if e.Name.Local == "script" || e.Name.Local == "style" {
		t.Errorf("%s has a <%s>", page, e.Name.Local)
	}
	for _, a := range e.Attr {
		switch {
		case a.Name.Local == "style" || strings.HasPrefix(a.Name.Local, "on"):
			t.Errorf("%s has an inline %s", page, a.Name.Local)
		case a.Name.Local == "id" && ids[a.Value]:
			t.Errorf("%s has the id %q twice", page, a.Value)
		case a.Name.Local == "id":
			ids[a.Value] = true
		case a.Value == installSite:
			// The same gateway, over HTTPS.
		case (a.Name.Local == "href" || a.Name.Local == "src") && strings.Contains(a.Value, "//"):
			t.Errorf("%s leads to another origin: %s", page, a.Value)
		}
	}
}

func TestWeight(t *testing.T) {
	var b bytes.Buffer
	if err := Render(&b, Chinese, tree()); err != nil {
		t.Fatal(err)
	}
	if sum := b.Len() + len(Stylesheet); sum > 60_000 {
		t.Errorf("the page and its style weigh %d bytes, want at most 60,000", sum)
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestRenderTellsOfAFailedWrite(t *testing.T) {
	if err := Render(brokenPipe{}, English, tree()); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("got %v, want the writer's error", err)
	}
}
