package labels

import (
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

// faces finds the fonts that can set all the job's text.
func (j *Job) faces() (faces, error) {
	f, err := builtIn()
	if err != nil {
		return f, err
	}
	wanted := map[rune]bool{}
	want := func(lines []string) {
		for _, line := range lines {
			for _, r := range tidy(line) {
				if r >= 0x80 && !wanted[r] && !f.text.Has(r) {
					wanted[r] = true
				}
			}
		}
	}
	want(j.Text)
	for i := range j.Labels {
		want(j.Labels[i].Text)
	}
	if len(wanted) == 0 {
		return f, nil
	}
	f.wide, err = findFace(j.Font, wanted)
	return f, err
}

// findFace finds a face with all the characters: the font that is named, or else one of the system's.
func findFace(named string, wanted map[rune]bool) (*pdf.Face, error) {
	if named == "" {
		named = os.Getenv(EnvFont)
	}
	missing := anyOf(wanted)
	if named != "" {
		face, err := openFace(named)
		if err != nil {
			return nil, refuse(CodeFontFile, named, err)
		}
		if r, lacks := lacking(face, wanted); lacks {
			return nil, refuse(CodeFontFile, named, rootline.Text{En: "it lacks the character %q", Zh: "缺少字符 %q"}.Fill(r))
		}
		return face, nil
	}
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
			r, lacks := lacking(face, wanted)
			if !lacks {
				return face, nil
			}
			missing = r
		}
	}
	return nil, refuse(CodeFont, missing)
}

func lacking(face *pdf.Face, wanted map[rune]bool) (rune, bool) {
	for r := range wanted {
		if !face.Has(r) {
			return r, true
		}
	}
	return 0, false
}

func anyOf(set map[rune]bool) rune {
	for r := range set {
		return r
	}
	return 0
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
