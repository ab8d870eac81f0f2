package main

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/limits"
	"github.com/rootline/rootline/proof"
)

const (
	// setName is the set's proof in a ZIP, itemsFolder where the items' lie, by their codes.
	setName     = "set" + proof.Extension
	itemsFolder = "items/"
	zipMagic    = "PK\x03\x04"
)

// packError says what is wrong with a ZIP of a set and its items, beside what each proof in it says of itself.
type packError struct{ says string }

func (e *packError) Error() string { return e.says }

// verifyPack verifies a ZIP of a set's proof and its items': the set, then each item's by the hash that the set names, by the same
// anchor, and that it is of the same state. It gives the set's report, and how many items' proofs were verified.
func verifyPack(file []byte, pinned *proof.Anchor, o proof.Options) (*proof.Report, int, error) {
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil, 0, err
	}
	if len(z.File) > limits.SetProofs+1 {
		return nil, 0, &packError{fmt.Sprintf("it holds %d files; %d at most are read", len(z.File), limits.SetProofs+1)}
	}
	parts := map[string]*zip.File{}
	for _, f := range z.File {
		if parts[f.Name] != nil {
			return nil, 0, &packError{fmt.Sprintf("%q is there twice", f.Name)}
		}
		parts[f.Name] = f
	}
	set, err := partOf(parts[setName], setName)
	if err != nil {
		return nil, 0, err
	}
	report, err := verifyBytes(set, pinned, o)
	if err != nil {
		return nil, 0, err
	}
	own, n := o, 0
	for _, item := range report.Items {
		if item.Proof == nil {
			continue
		}
		name := itemsFolder + item.Code + proof.Extension
		f := parts[name]
		if f == nil {
			return nil, 0, &packError{"the proof of " + item.Code + " is missing"}
		}
		b, err := partOf(f, name)
		if err != nil {
			return nil, 0, err
		}
		if rootline.HashOf(b) != *item.Proof {
			return nil, 0, &packError{"the proof of " + item.Code + " is not the one that the set names"}
		}
		own.Code = item.Code
		of, err := verifyBytes(b, pinned, own)
		var fault *proof.Fault
		switch {
		case errors.As(err, &fault):
			return nil, 0, &proof.Fault{Code: fault.Code, Detail: strings.TrimSuffix(item.Code+": "+fault.Detail, ": ")}
		case err != nil:
			return nil, 0, err
		case of.Item == nil || of.Item.Head != item.Head || of.Item.Seq != item.Seq:
			return nil, 0, &packError{"the proof of " + item.Code + " is of another state than the set names"}
		}
		delete(parts, name)
		n++
	}
	if len(parts) > 1 {
		return nil, 0, &packError{"it holds files that the set does not name"}
	}
	return report, n, nil
}

// partOf reads a file of a ZIP.
func partOf(f *zip.File, name string) ([]byte, error) {
	if f == nil {
		return nil, &packError{"there is no " + name + " in it"}
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(r, proof.MaxBytes+1))
	if err = errors.Join(err, r.Close()); err != nil {
		return nil, err
	}
	if len(b) > proof.MaxBytes {
		return nil, &packError{name + " is longer than any proof"}
	}
	return b, nil
}

// isPack reports whether a file is a ZIP.
func isPack(file []byte) bool {
	return strings.HasPrefix(string(file[:min(len(file), len(zipMagic))]), zipMagic)
}
