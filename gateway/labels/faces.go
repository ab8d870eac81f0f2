package labels

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/labels/pdf"
)

// EnvFont names a font file for what the built-in fonts lack, such as Chinese.
const EnvFont = "ROOTLINE_FONT"

// faces are what a job is set in.
type faces struct {
	code *pdf.Face // of equal widths, for codes
	text *pdf.Face // Latin, Greek and Cyrillic
	wide *pdf.Face // for what text lacks; nil when nothing needs it
}

// The Go fonts come with the program (BSD licence). They know no Chinese, and a font that does has several megabytes:
// it is taken from the machine, when a label needs it.
var builtIn = sync.OnceValues(func() (faces, error) {
	code, err := pdf.ParseFace(gomonobold.TTF)
	if err != nil {
		return faces{}, err
	}
	text, err := pdf.ParseFace(goregular.TTF)
	return faces{code: code, text: text}, err
})

// faces finds the fonts that can set the text that all labels have, and the most of their own. The error is a refusal.
func (j *Job) faces() (faces, error) {
	f, err := builtIn()
	if err != nil {
		return f, err
	}
	needed, wanted := map[rune]bool{}, map[rune]bool{}
	want := func(set map[rune]bool, lines []string) {
		for _, line := range lines {
			for _, r := range tidy(line) {
				if r >= 0x80 && !f.text.Has(r) {
					set[r] = true
				}
			}
		}
	}
	want(needed, j.Text)
	want(wanted, j.Text)
	for i := range j.Labels {
		want(wanted, j.Labels[i].Text)
	}
	if len(wanted) == 0 {
		return f, nil
	}
	if f.wide, err = findFace(j.Font, wanted); err != nil {
		return f, err
	}
	if r, lacks := f.lacking(needed); lacks {
		return f, f.refuseRune(j.Font, r)
	}
	return f, nil
}

// refuseRune is the refusal of a character that no face has.
func (f *faces) refuseRune(named string, r rune) *rootline.Error {
	if named = fontNamed(named); named != "" {
		return refuse(CodeFontFile, named, rootline.Text{En: "it lacks the character %q", Zh: "缺少字符 %q"}.Fill(r))
	}
	return refuse(CodeFont, r)
}

// fontNamed is the path of the font that the job names, or else the environment; "" for the system's.
func fontNamed(named string) string { return cmp.Or(named, os.Getenv(EnvFont)) }

// findFace finds the face with the most of the characters: the font that is named, or else one of the system's. It is nil where
// there is none.
func findFace(named string, wanted map[rune]bool) (*pdf.Face, error) {
	if named = fontNamed(named); named != "" {
		face, err := openFace(named)
		if err != nil {
			return nil, refuse(CodeFontFile, named, err)
		}
		return face, nil
	}
	var best *pdf.Face
	has := 0
	for _, pattern := range systemFonts() {
		found, err := filepath.Glob(pattern)
		if err != nil {
			return nil, err
		}
		for _, path := range found {
			face, err := openFace(path)
			if err != nil {
				continue // another program's broken font is not this job's fault
			}
			n := 0
			for r := range wanted {
				if face.Has(r) {
					n++
				}
			}
			if n == len(wanted) {
				return face, nil
			}
			if n > has {
				best, has = face, n
			}
		}
	}
	return best, nil
}

// lacking is a character of a set that neither the built-in face nor the wide one has.
func (f *faces) lacking(set map[rune]bool) (rune, bool) {
	for r := range set {
		if f.wide == nil || !f.wide.Has(r) {
			return r, true
		}
	}
	return 0, false
}

// unset is the first character of a label's own text that no face has.
func (f *faces) unset(label *Label) (rune, bool) {
	for _, line := range label.Text {
		for _, r := range tidy(line) {
			if r >= 0x80 && !f.text.Has(r) && (f.wide == nil || !f.wide.Has(r)) {
				return r, true
			}
		}
	}
	return 0, false
}

// opened keeps the fonts that were used: a gateway prints many jobs. Their files stay open, and are read only where a
// glyph is.
var opened sync.Map // of path to *pdf.Face

func openFace(path string) (*pdf.Face, error) {
	if f, ok := opened.Load(path); ok {
		return f.(*pdf.Face), nil
	}
	file, err := os.Open(path)
	if err != nil {
		var p *fs.PathError
		if errors.As(err, &p) {
			err = p.Err // the path is told beside it
		}
		return nil, err
	}
	f, err := pickFace(file)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	kept, already := opened.LoadOrStore(path, f)
	if already {
		return kept.(*pdf.Face), file.Close()
	}
	return f, nil
}

// pickFace takes a file's face; of a collection the one for simplified Chinese, where it says which that is.
func pickFace(file *os.File) (*pdf.Face, error) {
	collection, err := sfnt.ParseCollectionReaderAt(file)
	if err != nil {
		return nil, err
	}
	var chosen *sfnt.Font
	for i := range collection.NumFonts() {
		f, err := collection.Font(i)
		if err != nil {
			return nil, err
		}
		if chosen == nil {
			chosen = f
		}
		if name, err := f.Name(nil, sfnt.NameIDFamily); err == nil && (strings.HasSuffix(name, " SC") || strings.HasSuffix(name, " GB")) {
			chosen = f
			break
		}
	}
	if chosen == nil {
		return nil, errors.New("it holds no font")
	}
	return pdf.NewFace(chosen), nil
}

// systemFonts are where Chinese fonts usually are: Debian and Ubuntu, Fedora, Arch, Alpine, macOS, Windows.
func systemFonts() []string {
	windows := filepath.Join(os.Getenv("SystemRoot"), "Fonts")
	return []string{
		"/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
		"/usr/share/fonts/google-noto-sans-cjk*fonts/NotoSansCJK-Regular.ttc",
		"/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
		"/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
		"/usr/share/fonts/noto/NotoSansCJK-Regular.ttc",
		"/usr/share/fonts/opentype/source-han-sans/SourceHanSans*-Regular.*",
		"/usr/share/fonts/*/wqy/wqy-microhei.ttc",
		"/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
		"/usr/share/fonts/truetype/droid/DroidSansFallback*.ttf",
		"/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
		"/System/Library/Fonts/PingFang.ttc",
		"/System/Library/Fonts/STHeiti Light.ttc",
		"/System/Library/Fonts/Hiragino Sans GB.ttc",
		filepath.Join(windows, "msyh.ttc"),
		filepath.Join(windows, "simhei.ttf"),
	}
}
