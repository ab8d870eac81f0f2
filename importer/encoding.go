package importer

import (
	"bufio"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// encodings are those that a mapping may name. windows-1252 holds latin-1.
var encodings = []string{"utf-8", "gb18030", "windows-1252", "utf-16le", "utf-16be"}

// maxHead is how much of a file tells which line ends it has, in bytes.
const maxHead = 1 << 16

// decoded gives the file as UTF-8 without its mark. A mark (U+FEFF) decides, whatever the mapping says: a mended file may be saved
// either way.
func decoded(r *bufio.Reader, name string) io.Reader {
	head, _ := r.Peek(3)
	switch {
	case string(head) == "\uFEFF":
		_, _ = r.Discard(3)
		return r
	case strings.HasPrefix(string(head), "\xff\xfe"):
		name = "utf-16le"
	case strings.HasPrefix(string(head), "\xfe\xff"):
		name = "utf-16be"
	}
	var from encoding.Encoding
	switch name {
	case "gb18030":
		from = simplifiedchinese.GB18030
	case "windows-1252":
		from = charmap.Windows1252
	case "utf-16le":
		from = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case "utf-16be":
		from = unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	default:
		return r
	}
	return from.NewDecoder().Reader(r)
}

// carriageReturns ends lines as they are ended today in a file that has none but carriage returns.
type carriageReturns struct{ transform.NopResetter }

// Transform implements transform.Transformer.
func (carriageReturns) Transform(dst, src []byte, _ bool) (int, int, error) {
	n := copy(dst, src)
	for i := range n {
		if dst[i] == '\r' {
			dst[i] = '\n'
		}
	}
	if n < len(src) {
		return n, n, transform.ErrShortDst
	}
	return n, n, nil
}

var (
	// saidMark is a first line that says the mark between cells, which spreadsheets write and read.
	saidMark = regexp.MustCompile(`^sep=.\r?\n`)
	// apostrophe is what our own tables put before what a spreadsheet would take for a formula.
	apostrophe = regexp.MustCompile(`(^|[;\t\r\n])'([\s\p{C}\p{Z}]*[=+\-@＝＋－＠﹦﹢﹣﹫⁼₌⁺₊⁻₋−])`)
)

// unescaped is a cell of our own tables as it was: without the apostrophes before what would be taken for formulas.
func unescaped(cell string) string {
	if !strings.Contains(cell, "'") {
		return cell
	}
	return apostrophe.ReplaceAllString(cell, "$1$2")
}

// errorValues are what a spreadsheet writes in place of a value that it does not have.
var errorValues = []string{"#FORMULA?", "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA"}

// unreadable says what makes a cell unreadable, whatever it should hold: bytes that were no text, or an error of a spreadsheet.
func unreadable(column, cell string) *Fault {
	if !utf8.ValidString(cell) || strings.ContainsRune(cell, utf8.RuneError) {
		return fault(column, broken.ReplaceAllString(strings.ToValidUTF8(cell, "\uFFFD"), "\uFFFD"), CodeEncoding)
	}
	if text := strings.TrimSpace(cell); slices.Contains(errorValues, text) {
		return fault(column, text, CodeErrorValue)
	}
	return nil
}

// broken is a run of what stands where bytes were no text: decoders differ in how many it gets.
var broken = regexp.MustCompile("\uFFFD+")
