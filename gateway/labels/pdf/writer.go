// Package pdf writes PDF documents (ISO 32000-1) page by page to a stream: a page leaves memory as soon as it is drawn,
// so a document of any length takes the same memory. It knows what labels need, which is little: pages drawn in
// millimetres, and text in the few glyphs that a document uses.
package pdf

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/zlib"
)

// The objects with fixed numbers.
const (
	catalogObject = iota + 1
	pagesObject
	resourcesObject
	infoObject
	fixedObjects = infoObject
)

// pagesInNode is how many pages hang on one node of the page tree, so that readers find a page fast.
const pagesInNode = 256

// Writer writes one document. Its methods return the first error of the stream; nothing is written after one.
type Writer struct {
	// Text holds the glyphs that the document's pages use.
	Text Text

	out     io.Writer
	written int64
	err     error
	// offsets are where the objects begin, by number less one; 0 for one that is still to be written.
	offsets []int64
	nodes   []node
	packed  bytes.Buffer
	packer  *zlib.Writer
}

// node is a node of the page tree.
type node struct {
	object int
	pages  []int
}

// NewWriter begins a document. The caller closes it.
func NewWriter(out io.Writer, title string) *Writer {
	w := &Writer{out: out, offsets: make([]int64, fixedObjects)}
	// Level 1: stronger levels make labels a tenth smaller and take three times as long.
	w.packer, w.err = zlib.NewWriterLevel(&w.packed, zlib.BestSpeed)
	// The bytes above 127 tell programs that carry the file that it is not text (section 7.5.2).
	w.print("%%PDF-1.7\n%%\xe2\xe3\xcf\xd3\n")
	// Printers' dialogs must not shrink a page to their margins.
	w.object(catalogObject, "<</Type/Catalog/Pages %d 0 R/ViewerPreferences<</PrintScaling/None>>>>", pagesObject)
	w.object(infoObject, "<</Title %s/Producer(Rootline)>>", textString(title))
	return w
}

// Page adds a page of a width and a height in micrometres, drawn by a content stream whose unit is the millimetre, from the
// upper left corner to the right and down (see Millimetres). The content may be reused once Page returns.
func (w *Writer) Page(width, height int64, content []byte) error {
	if len(w.nodes) == 0 || len(w.nodes[len(w.nodes)-1].pages) == pagesInNode {
		w.nodes = append(w.nodes, node{object: w.reserve()})
	}
	n := &w.nodes[len(w.nodes)-1]
	page, stream := w.reserve(), w.reserve()
	n.pages = append(n.pages, page)
	w.object(page, "<</Type/Page/Parent %d 0 R/MediaBox[0 0 %s %s]/Resources %d 0 R/Contents %d 0 R>>",
		n.object, points(width), points(height), resourcesObject, stream)
	w.stream(stream, "", content)
	return w.err
}

// Close writes the glyphs and what ends the document. It does not close the stream.
func (w *Writer) Close() error {
	if len(w.nodes) == 0 && w.err == nil {
		w.err = fmt.Errorf("pdf: a document needs a page")
	}
	fonts := w.Text.write(w)
	w.object(resourcesObject, "<</ProcSet[/PDF/Text]/Font<<%s>>>>", fonts)
	w.pageTree()
	xref := w.written
	w.print("xref\n0 %d\n0000000000 65535 f \n", len(w.offsets)+1)
	for _, at := range w.offsets {
		w.print("%010d 00000 n \n", at)
	}
	w.print("trailer\n<</Size %d/Root %d 0 R/Info %d 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(w.offsets)+1, catalogObject, infoObject, xref)
	return w.err
}

func (w *Writer) pageTree() {
	var kids []int
	count := 0
	for _, n := range w.nodes {
		w.object(n.object, "<</Type/Pages/Parent %d 0 R/Kids[%s]/Count %d>>", pagesObject, references(n.pages), len(n.pages))
		kids = append(kids, n.object)
		count += len(n.pages)
	}
	w.object(pagesObject, "<</Type/Pages/Kids[%s]/Count %d>>", references(kids), count)
}

// reserve takes the number of an object that is written later.
func (w *Writer) reserve() int {
	w.offsets = append(w.offsets, 0)
	return len(w.offsets)
}

func (w *Writer) object(number int, format string, args ...any) {
	w.offsets[number-1] = w.written
	w.print("%d 0 obj\n%s\nendobj\n", number, fmt.Sprintf(format, args...))
}

// stream writes an object that is a stream, packed when that makes it smaller.
func (w *Writer) stream(number int, entries string, content []byte) {
	if w.err != nil {
		return
	}
	w.packed.Reset()
	w.packer.Reset(&w.packed)
	if _, w.err = w.packer.Write(content); w.err == nil {
		w.err = w.packer.Close()
	}
	if w.packed.Len() < len(content) {
		entries, content = entries+"/Filter/FlateDecode", w.packed.Bytes()
	}
	w.offsets[number-1] = w.written
	w.print("%d 0 obj\n<<%s/Length %d>>\nstream\n", number, entries, len(content))
	w.write(content)
	w.print("\nendstream\nendobj\n")
}

func (w *Writer) print(format string, args ...any) { w.write(fmt.Appendf(nil, format, args...)) }

func (w *Writer) write(b []byte) {
	if w.err != nil {
		return
	}
	n, err := w.out.Write(b)
	w.written += int64(n)
	w.err = err
}

func references(objects []int) string {
	var b strings.Builder
	for _, o := range objects {
		fmt.Fprintf(&b, "%d 0 R ", o)
	}
	return strings.TrimSuffix(b.String(), " ")
}
