// Package picture makes small pictures of the photos that somebody else sent: JPEG, upright, with nothing in them but
// pixels. What a camera wrote beside the pixels (place, device, time, a preview) is not carried over.
package picture

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"

	"github.com/rootline/rootline/limits"
)

// Edition numbers what is made of the same file: a cache of another edition is of no use.
const Edition = 1

// MaxPixels is how many pixels a picture has of which a smaller one is made.
const MaxPixels = limits.PicturePixels

// ErrNone says that no picture is made of a file: it is none, of another format than JPEG, PNG and WebP, too large, in the
// colours of printers, or broken.
var ErrNone = errors.New("picture: no picture is made of this file")

func none(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrNone, fmt.Sprintf(format, args...))
}

// format is how files of one format are read. Others are not looked at: an SVG is a program, a GIF a film.
type format struct {
	magic  string
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}

var formats = []format{
	{"\xff\xd8\xff", jpeg.DecodeConfig, jpeg.Decode},
	{"\x89PNG\r\n\x1a\n", png.DecodeConfig, png.Decode},
	{"RIFF????WEBP", webp.DecodeConfig, webp.Decode},
}

func (f *format) of(head []byte) bool {
	if len(head) < len(f.magic) {
		return false
	}
	for i := range len(f.magic) {
		if f.magic[i] != '?' && f.magic[i] != head[i] {
			return false
		}
	}
	return true
}

// Header is what is known of a picture before any of its pixels is read.
type Header struct {
	// Width and Height are as the pixels lie in the file.
	Width, Height int
	format        *format
}

// Pixels is how many there are: what decoding it costs.
func (h Header) Pixels() int64 { return int64(h.Width) * int64(h.Height) }

// Read reads the header of a file from its beginning, and fails with ErrNone where nothing is to be made of it.
func Read(r io.Reader) (h Header, err error) {
	defer survive(&err)
	in := bufio.NewReader(r)
	head, _ := in.Peek(16)
	for i := range formats {
		if !formats[i].of(head) {
			continue
		}
		c, err := formats[i].config(in)
		if err != nil {
			return h, none("%v", err)
		}
		h = Header{c.Width, c.Height, &formats[i]}
		switch {
		case c.Width <= 0 || c.Height <= 0 || h.Pixels() > MaxPixels:
			return h, none("%d × %d pixels", c.Width, c.Height)
		case c.ColorModel == color.CMYKModel || deep(c.ColorModel):
			return h, none("its colours are for printers, or have 16 bits")
		}
		return h, nil
	}
	return h, none("it is no JPEG, PNG or WebP")
}

// deep reports whether a colour has 16 bits: twice the memory, and no camera that people carry writes it.
func deep(m color.Model) bool {
	return m == color.RGBA64Model || m == color.NRGBA64Model || m == color.Gray16Model
}

// Make makes the picture of a file, read from its beginning, whose longest side has at most side pixels; one that is smaller
// keeps its size. It fails with ErrNone, or with the fault of r or the end of ctx.
func Make(ctx context.Context, r io.ReadSeeker, side int) (made []byte, err error) {
	defer survive(&err)
	h, err := Read(r)
	if err != nil {
		return nil, err
	}
	turned := upright
	if h.format == &formats[0] {
		if turned, err = orientation(r); err != nil {
			return nil, err
		}
		if err = checkScans(r); err != nil {
			return nil, err
		}
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	in := &reading{ctx: ctx, r: r}
	src, err := h.format.decode(bufio.NewReader(in))
	if in.fault != nil {
		return nil, in.fault
	}
	if err != nil {
		return nil, none("%v", err)
	}
	if b := src.Bounds(); b.Dx() != h.Width || b.Dy() != h.Height {
		return nil, none("it is of another size than it says")
	}
	var out bytes.Buffer
	err = jpeg.Encode(&out, turned.apply(scale(src, side)), &jpeg.Options{Quality: 80})
	return out.Bytes(), err
}

// reading ends a decoder's work with the one that it is for, and keeps what was no fault of the file.
type reading struct {
	ctx   context.Context
	r     io.Reader
	fault error
}

func (in *reading) Read(p []byte) (int, error) {
	if err := in.ctx.Err(); err != nil {
		in.fault = err
		return 0, err
	}
	n, err := in.r.Read(p)
	if err != nil && err != io.EOF { // as io.Reader has it, not wrapped
		in.fault = err
	}
	return n, err
}

// survive turns a fault of a decoder into no picture: the file is anybody's.
func survive(err *error) {
	if p := recover(); p != nil {
		*err = none("reading it broke down: %v", p)
	}
}

// over is how many times as large as what is wanted a picture is when its pixels are mixed with care.
const over = 2

// scale draws a picture on white, no longer than side.
func scale(src image.Image, side int) *image.RGBA {
	fit := fitted(src.Bounds(), side)
	if rough := fitted(src.Bounds(), max(over*side, 1280)); rough != src.Bounds().Sub(src.Bounds().Min) {
		// A large one is taken down fast first: careful mixing needs 32 bytes for each row of the source and column of the result.
		src = drawn(src, rough, draw.ApproxBiLinear)
	}
	return drawn(src, fit, draw.CatmullRom)
}

func drawn(src image.Image, size image.Rectangle, with draw.Scaler) *image.RGBA {
	dst := image.NewRGBA(size)
	draw.Draw(dst, size, image.White, image.Point{}, draw.Src)
	with.Scale(dst, size, src, src.Bounds(), draw.Over, nil)
	return dst
}

// fitted is the size of a picture within a square of side.
func fitted(b image.Rectangle, side int) image.Rectangle {
	w, h := b.Dx(), b.Dy()
	if longest := max(w, h); longest > side {
		w, h = max(1, w*side/longest), max(1, h*side/longest)
	}
	return image.Rect(0, 0, w, h)
}
