package picture

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"io"
)

// turn is how a camera was held: the value of Exif's tag Orientation, 1 to 8.
type turn int

const upright turn = 1

// tagOrientation is the number of Exif's tag Orientation, typeShort that of its type.
const (
	tagOrientation = 0x0112
	typeShort      = 3
)

// mostSegments is how many segments of a JPEG are looked at before its pixels.
const mostSegments = 64

// orientation reads from a JPEG how its camera was held. What it does not say, or says wrongly, is upright; the error is a fault of r.
func orientation(r io.ReadSeeker) (turn, error) {
	if _, err := r.Seek(2, io.SeekStart); err != nil { // after SOI
		return upright, err
	}
	for range mostSegments {
		var head [4]byte // 0xff, the marker, the length with its own two bytes
		if _, err := io.ReadFull(r, head[:]); err != nil {
			return upright, ended(err)
		}
		length := int64(binary.BigEndian.Uint16(head[2:])) - 2
		if head[0] != 0xff || length < 0 || head[1] == 0xda { // no marker, or the pixels
			return upright, nil
		}
		if head[1] != 0xe1 { // APP1
			if _, err := r.Seek(length, io.SeekCurrent); err != nil {
				return upright, err
			}
			continue
		}
		body := make([]byte, length)
		if _, err := io.ReadFull(r, body); err != nil {
			return upright, ended(err)
		}
		if tiff, ok := bytes.CutPrefix(body, []byte("Exif\x00\x00")); ok {
			return orientationOf(tiff), nil
		}
	}
	return upright, nil
}

func ended(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}

// mostScans is how many times the pixels of a JPEG are gone over: a progressive one has some ten. Each may cost as much as the
// whole picture and be a few bytes long.
const mostScans = 64

// checkScans refuses a JPEG of too many scans. Among pixels the mark of one does not occur.
func checkScans(r io.ReadSeeker) error {
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return err
	}
	in := bufio.NewReaderSize(r, 64<<10)
	n, last := 0, byte(0)
	for {
		b, err := in.ReadByte()
		if err != nil {
			return ended(err)
		}
		if last == 0xff && b == 0xda {
			if n++; n > mostScans {
				return none("more than %d scans", mostScans)
			}
		}
		last = b
	}
}

// orientationOf looks the tag up in the first directory of a TIFF, as Exif holds one.
func orientationOf(tiff []byte) turn {
	var order binary.ByteOrder = binary.LittleEndian
	switch {
	case len(tiff) < 8:
		return upright
	case string(tiff[:2]) == "MM":
		order = binary.BigEndian
	case string(tiff[:2]) != "II":
		return upright
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return upright
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < 12 {
			return upright
		}
		if order.Uint16(entries) == tagOrientation && order.Uint16(entries[2:]) == typeShort {
			if t := turn(order.Uint16(entries[8:])); t >= 1 && t <= 8 {
				return t
			}
			return upright
		}
		entries = entries[12:]
	}
	return upright
}

// apply turns a picture so that it stands upright.
func (t turn) apply(src *image.RGBA) *image.RGBA {
	if t == upright {
		return src
	}
	w, h := src.Bounds().Dx(), src.Bounds().Dy()
	size := image.Rect(0, 0, w, h)
	if t >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	dst := image.NewRGBA(size)
	for y := range h {
		for x := range w {
			to := t.place(x, y, w, h)
			copy(dst.Pix[dst.PixOffset(to.X, to.Y):][:4], src.Pix[src.PixOffset(x, y):][:4])
		}
	}
	return dst
}

// place is where a pixel of a picture of w × h belongs.
func (t turn) place(x, y, w, h int) image.Point {
	switch t {
	case 2:
		return image.Pt(w-1-x, y)
	case 3:
		return image.Pt(w-1-x, h-1-y)
	case 4:
		return image.Pt(x, h-1-y)
	case 5:
		return image.Pt(y, x)
	case 6:
		return image.Pt(h-1-y, x)
	case 7:
		return image.Pt(h-1-y, w-1-x)
	case 8:
		return image.Pt(y, w-1-x)
	}
	return image.Pt(x, y)
}
