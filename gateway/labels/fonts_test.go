package labels

import (
	"cmp"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/image/font/gofont/goregular"

	"github.com/rootline/rootline"
)

// chineseFont writes a font that has some Chinese characters, so that the tests need none of the machine's: the
// letters of Go Regular under other names.
func chineseFont(t *testing.T, characters string) string {
	t.Helper()
	type table struct {
		tag  string
		data []byte
	}
	be, ttf := binary.BigEndian, goregular.TTF
	var tables []table
	for i := range int(be.Uint16(ttf[4:])) {
		entry := ttf[12+16*i:]
		tag, at, length := string(entry[:4]), be.Uint32(entry[8:]), be.Uint32(entry[12:])
		tables = append(tables, table{tag, ttf[at : at+length]})
	}
	runes := []rune(characters)
	slices.Sort(runes)
	// A cmap of format 12: each character has a glyph of its own, from that of the letter A on.
	const glyphA = 36
	cmap := be.AppendUint16(nil, 0)
	for _, v := range []uint16{1, 3, 10} {
		cmap = be.AppendUint16(cmap, v)
	}
	cmap = be.AppendUint32(cmap, 12)
	cmap = be.AppendUint32(cmap, 12<<16)
	for _, v := range []int{16 + 12*len(runes), 0, len(runes)} {
		cmap = be.AppendUint32(cmap, uint32(v))
	}
	for i, r := range runes {
		for _, v := range []int{int(r), int(r), glyphA + i} {
			cmap = be.AppendUint32(cmap, uint32(v))
		}
	}
	for i := range tables {
		if tables[i].tag == "cmap" {
			tables[i].data = cmap
		}
	}
	slices.SortFunc(tables, func(a, b table) int { return cmp.Compare(a.tag, b.tag) })
	head, body := slices.Clone(ttf[:12]), []byte(nil)
	for _, tb := range tables {
		head = append(head, tb.tag...)
		for _, v := range []int{0, 12 + 16*len(tables) + len(body), len(tb.data)} {
			head = be.AppendUint32(head, uint32(v))
		}
		body = append(body, tb.data...)
		for len(body)%4 != 0 {
			body = append(body, 0)
		}
	}
	path := filepath.Join(t.TempDir(), "chinese.ttf")
	if err := os.WriteFile(path, append(head, body...), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const species = "油松 Pinus tabuliformis"

func TestChineseText(t *testing.T) {
	j := jobOf(t, "a4-70x37", 30)
	j.Text, j.Font = []string{species}, chineseFont(t, "松油")
	raw := printed(t, j)
	d := read(t, raw)
	resources := d.objects[d.ref(d.pages()[0], "Resources")]
	font := d.objects[d.ref(resources, "F0")]
	unicode := d.stream(d.ref(font, "ToUnicode"))
	for _, want := range []string{"<6CB9>", "<677E>", "<0050>"} { // 油, 松, P
		if strings.Count(unicode, want) != 1 {
			t.Errorf("%s is not once in the font's characters:\n%s", want, unicode)
		}
	}
	used := map[string]bool{} // by typeface: codes have their own
	for _, l := range j.Labels {
		for _, r := range rootline.GroupCode(l.Code) {
			used["code"+string(r)] = true
		}
	}
	for _, r := range species {
		used[string(r)] = true
	}
	if glyphs := strings.Count(unicode, "\n<") - 1; glyphs != len(used) { // less the range of codes
		t.Errorf("%d glyphs are embedded, %d are used", glyphs, len(used))
	}
	if len(raw) > 40_000 {
		t.Errorf("%d bytes", len(raw))
	}
}

func TestFontsThatDoNotServe(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "broken.ttf")
	if err := os.WriteFile(broken, []byte("no font"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, font string
		want       rootline.Code
		says       string
	}{
		{"lacks a character", chineseFont(t, "油"), CodeFontFile, "lacks the character '松'"},
		{"is not there", filepath.Join(t.TempDir(), "none.ttf"), CodeFontFile, "no such file"},
		{"is no font", broken, CodeFontFile, "broken.ttf"},
	} {
		for _, way := range []string{"job", "environment"} {
			t.Run(c.name+" "+way, func(t *testing.T) {
				j := jobOf(t, "a4-70x37", 1)
				j.Text = []string{species}
				if way == "job" {
					j.Font = c.font
				} else {
					t.Setenv(EnvFont, c.font)
				}
				_, err := j.Prepare()
				e := rootline.AsError(err)
				if e == nil || e.Code != c.want || !strings.Contains(e.Says.En, c.says) || !strings.Contains(e.Says.En, EnvFont) || strings.Contains(e.Error(), "%!") {
					t.Error(err)
				}
			})
		}
	}
	j := jobOf(t, "a4-70x37", 1)
	j.Text, j.Font = []string{"Pinus tabuliformis, Çınar, сосна"}, broken
	if _, err := j.Prepare(); err != nil {
		t.Errorf("a font that is not needed was asked for: %v", err)
	}
}

func TestBreakingLines(t *testing.T) {
	f, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	if f.wide, err = openFace(chineseFont(t, "第三作业班组，胸径（）")); err != nil {
		t.Fatal(err)
	}
	em := func(text string) Length { return Length(f.text.Width(text)) + 1 }
	for _, c := range []struct {
		line  string
		width Length
		want  string
	}{
		{"", 1000, ""},
		{"Pinus tabuliformis", 100_000, "Pinus tabuliformis"},
		{"Pinus tabuliformis", em("tabuliformis"), "Pinus|tabuliformis"},
		{"Pinus  \t tabuliformis ", em("Pinus tabuliformi"), "Pinus|tabuliformis"},
		{"Pinus tabuliformis", em("tabuliform"), "-"},
	} {
		got, ok := f.wrap(nil, tidy(c.line), c.width)
		if joined := strings.Join(got, "|"); c.want == "-" && ok || c.want != "-" && (joined != c.want || !ok) {
			t.Errorf("%q in %d: %q, %v", c.line, c.width, joined, ok)
		}
	}
	// No line begins with a closing mark, whatever the width.
	for width := Length(2500); width < 8000; width += 50 {
		lines, ok := f.wrap(nil, "第三作业班组，胸径（三）", width)
		if !ok {
			t.Fatalf("%d: does not break", width)
		}
		if strings.Join(lines, "") != "第三作业班组，胸径（三）" {
			t.Fatalf("%d: %q lost something", width, lines)
		}
		for _, l := range lines {
			if strings.HasPrefix(l, "，") || strings.HasPrefix(l, "）") || strings.HasSuffix(l, "（") {
				t.Fatalf("%d: %q", width, lines)
			}
		}
	}
}

// All labels of a job have letters of one size.
func TestTextHasOneSize(t *testing.T) {
	j := jobOf(t, "a4-48.5x25.4", 3)
	j.Labels[0].Text = []string{"short"}
	j.Labels[1].Text = []string{"a text of many words that has to be broken", "and another one"}
	sizes := map[float64]int{}
	for _, w := range drawn(t, j)[0].texts {
		sizes[float64(int(w.size*1000+0.5))]++
	}
	if len(sizes) != 2 { // the codes', and the texts'
		t.Errorf("%v", sizes)
	}
}

// A system that has a Chinese font needs no setting.
func TestTheSystemsFont(t *testing.T) {
	t.Setenv(EnvFont, "")
	found := ""
	for _, pattern := range systemFonts() {
		if paths, _ := filepath.Glob(pattern); len(paths) > 0 {
			found = paths[0]
			break
		}
	}
	j := jobOf(t, "a4-70x37", 1)
	j.Text = []string{species}
	_, err := j.Prepare()
	if found == "" && rootline.CodeOf(err) != CodeFont || found != "" && err != nil {
		t.Errorf("font %q: %v", found, err)
	}
}
