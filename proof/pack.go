package proof

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/limits"
)

// What a ZIP of a set holds: the set's proof, and in a folder those of its items by their codes.
const (
	PackExtension = ".zip"
	PackSet       = "set" + Extension
	PackItems     = "items/"
)

// MaxPack is how long a ZIP of a set's proof and its items' may be.
const MaxPack = limits.SetPackBytes

const packMagic = "PK\x03\x04"

// IsPack reports whether a file begins as a ZIP does.
func IsPack(file []byte) bool {
	return strings.HasPrefix(string(file[:min(len(file), len(packMagic))]), packMagic)
}

// VerifyPack verifies a ZIP of a set's proof and its items': the set, then by the same anchor each item's proof that the set names,
// whose hash must be the set's, and whose item must be in the state that the set names. What the set does not name must not be
// there. The report is the set's, weaker where one of the items' proofs is. Parts are read one after the other; progress, unless
// nil, hears after each item's proof how many of how many are verified. The error is a *Fault, or of reading the file.
func VerifyPack(file io.ReaderAt, size int64, anchor *Anchor, o Options, progress func(done, total int)) (*Report, error) {
	parts, err := packed(file, size)
	if err != nil {
		return nil, err
	}
	set, err := parts.take(PackSet)
	if err != nil {
		return nil, err
	}
	report, err := verifyFile(set, anchor, o)
	if err != nil {
		return nil, err
	}
	if report.Kind != KindSet.String() {
		return nil, codePack.fault("%s is of another kind: %s", PackSet, report.Kind)
	}
	named := slices.DeleteFunc(slices.Clone(report.Items), func(i Item) bool { return i.Proof == nil })
	for done, item := range named {
		weaker, err := parts.item(&item, anchor, o)
		if err != nil {
			return nil, err
		}
		for _, code := range weaker {
			if !slices.Contains(report.Weaker, code) {
				report.Weaker = append(report.Weaker, code)
			}
		}
		if progress != nil {
			progress(done+1, len(named))
		}
	}
	for name := range parts {
		return nil, codeUnused.fault("the set names no %q", name)
	}
	n := len(named)
	report.ItemsProven = &n
	slices.SortFunc(report.Weaker, func(a, b Code) int { return slices.Index(weakerInOrder, a) - slices.Index(weakerInOrder, b) })
	return report, nil
}

func verifyFile(file []byte, anchor *Anchor, o Options) (*Report, error) {
	b, err := Decode(file)
	if err != nil {
		return nil, err
	}
	return Verify(b, anchor, o)
}

// parts are the files of a ZIP by their names.
type parts map[string]*zip.File

// item verifies an item's own proof. It gives in what that is weaker than was asked.
func (p parts) item(item *Item, anchor *Anchor, o Options) ([]Code, error) {
	b, err := p.take(PackItems + item.Code + Extension)
	if err != nil {
		return nil, err
	}
	if rootline.HashOf(b) != *item.Proof {
		return nil, codePartHash.fault("%s", item.Code)
	}
	o.Code = item.Code
	report, err := verifyFile(b, anchor, o)
	var fault *Fault
	switch {
	case errors.As(err, &fault):
		return nil, &Fault{fault.Code, strings.TrimSuffix(item.Code+": "+fault.Detail, ": ")}
	case err != nil:
		return nil, err
	case report.Item == nil || report.Item.Seq != item.Seq || report.Item.Head != item.Head:
		return nil, codePartState.fault("%s", item.Code)
	}
	return report.Weaker, nil
}

// endBytes is the length of a ZIP's end record, without a comment.
const endBytes = 22

// packed reads the directory of a ZIP, in the narrow form that docs/proof.md has: so that all who verify find the same parts in it.
func packed(file io.ReaderAt, size int64) (parts, error) {
	if size > MaxPack {
		return nil, codeTooLarge.fault("the ZIP has %d bytes; %d at most are read", size, MaxPack)
	}
	if size < endBytes {
		return nil, codePack.fault("it ends too early")
	}
	end := make([]byte, endBytes)
	if _, err := file.ReadAt(end, size-endBytes); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	number := binary.LittleEndian
	begins, length := int64(number.Uint32(end[16:])), int64(number.Uint32(end[12:]))
	if !bytes.HasPrefix(end, []byte("PK\x05\x06")) || number.Uint32(end[4:]) != 0 || number.Uint16(end[20:]) != 0 || begins+length != size-endBytes {
		return nil, codePack.fault("it does not end as a ZIP does")
	}
	count := int(number.Uint16(end[10:]))
	if count > limits.SetProofs+1 {
		return nil, codeTooLarge.fault("the ZIP holds %d files; %d at most are read", count, limits.SetProofs+1)
	}
	z, err := zip.NewReader(file, size)
	if err != nil || len(z.File) != count || int(number.Uint16(end[8:])) != count {
		return nil, codePack.fault("its directory")
	}
	for _, f := range z.File {
		length -= int64(46 + len(f.Name) + len(f.Extra) + len(f.Comment)) // as a directory's record has it
	}
	if length != 0 {
		return nil, codePack.fault("its directory")
	}
	out := parts{}
	for _, f := range z.File {
		if f.CompressedSize64 >= math.MaxUint32 || f.UncompressedSize64 >= math.MaxUint32 || wide(f.Extra) {
			return nil, codePack.fault("%q has a form for long files", f.Name)
		}
		if out[f.Name] != nil {
			return nil, codeOrder.fault("%q is there twice", f.Name)
		}
		out[f.Name] = f
	}
	return out, nil
}

// wide reports whether the extra fields of a record have one of ZIP64.
func wide(extra []byte) bool {
	for len(extra) >= 4 {
		id, n := binary.LittleEndian.Uint16(extra), int(binary.LittleEndian.Uint16(extra[2:]))
		if id == 1 {
			return true
		}
		extra = extra[min(len(extra), 4+n):]
	}
	return false
}

// take reads a part, and leaves the others.
func (p parts) take(name string) ([]byte, error) {
	f := p[name]
	if f == nil {
		return nil, codePartMissing.fault("%s", name)
	}
	delete(p, name)
	if f.CompressedSize64 > 2*MaxBytes || f.UncompressedSize64 > MaxBytes {
		return nil, codeTooLarge.fault("%s has %d bytes", name, f.UncompressedSize64)
	}
	raw, err := f.OpenRaw()
	if err != nil {
		return nil, codePack.fault("%s", name)
	}
	b, err := io.ReadAll(raw)
	if err != nil {
		return nil, err
	}
	if f.Method == zip.Deflate {
		in := bytes.NewReader(b)
		if b, err = io.ReadAll(io.LimitReader(flate.NewReader(in), MaxBytes+1)); err != nil || in.Len() > 0 {
			return nil, codePack.fault("%s", name)
		}
	}
	if f.Flags&1 != 0 || f.Method != zip.Store && f.Method != zip.Deflate || uint64(len(b)) != f.UncompressedSize64 || crc32.ChecksumIEEE(b) != f.CRC32 {
		return nil, codePack.fault("%s", name)
	}
	return b, nil
}
