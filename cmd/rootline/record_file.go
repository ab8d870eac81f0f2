package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/jws"
	"github.com/rootline/rootline/strictjson"
)

// signedLine is a line of a FILE.signed: an event as it was signed, and which line of FILE it was made of.
type signedLine struct {
	// Line is the SHA-256 of the line, Nth its number among lines of the same text; absent for what had no file.
	Line rootline.Hash `json:"line,omitzero"`
	Nth  int           `json:"nth,omitempty"`
	// Event is its id.
	Event string `json:"event"`
	JWS   string `json:"jws"`
}

// file records a file of events.
func (r *recorder) file(ctx context.Context, path string) error {
	lines, err := r.readLines(path)
	if err != nil {
		return err
	}
	journal := path + ".signed"
	signed, err := r.signAll(path, lines, journal)
	if err != nil {
		return err
	}
	keep := path != "-" && !r.options.check && !alreadySigned(lines)
	if keep {
		if err := saveSigned(journal, signed); err != nil {
			return err
		}
	}
	subs := make([]rootline.Submission, len(signed))
	for i := range signed {
		subs[i] = rootline.Submission{JWS: signed[i].JWS}
	}
	err = r.send(ctx, subs)
	if undelivered(err) && keep {
		r.env.note("The signed events are kept in %s. Repeat the command to go on.", journal)
	}
	return err
}

// readLines gives the JSON documents of a file: one a line, or a single one over several lines.
func (r *recorder) readLines(path string) ([][]byte, error) {
	content, err := readAll(r.env.in, path)
	if err != nil {
		return nil, err
	}
	if whole := bytes.TrimSpace(content); strictjson.Check(whole) == nil {
		return [][]byte{whole}, nil
	}
	var lines [][]byte
	for s := newLineScanner(content); s.Scan(); {
		if l := bytes.TrimSpace(s.Bytes()); len(l) > 0 {
			lines = append(lines, bytes.Clone(l))
		}
	}
	if len(lines) == 0 {
		return nil, fmt.Errorf("%s has no events", path)
	}
	return lines, nil
}

func newLineScanner(content []byte) *bufio.Scanner {
	s := bufio.NewScanner(bytes.NewReader(content))
	s.Buffer(nil, 4*rootline.MaxEventBytes)
	return s
}

func readAll(in io.Reader, path string) ([]byte, error) {
	if path == "-" {
		return io.ReadAll(in)
	}
	return os.ReadFile(path)
}

// signAll signs every line, or takes the signature that an earlier run made for the same line. All lines are read
// before any is sent, so that a mistake in the last one sends none.
func (r *recorder) signAll(path string, lines [][]byte, journal string) ([]signedLine, error) {
	type place struct {
		line rootline.Hash
		nth  int
	}
	before := map[place]signedLine{}
	if path != "-" {
		earlier, err := loadSigned(journal)
		if err != nil {
			return nil, err
		}
		for _, s := range earlier {
			if signed, err := jws.Parse(s.JWS); err == nil && signed.Kid == r.device.Kid && signed.Net == r.device.Net {
				before[place{s.Line, s.Nth}] = s
			}
		}
	}
	count := map[rootline.Hash]int{}
	out := make([]signedLine, len(lines))
	for i, line := range lines {
		at := place{line: rootline.HashOf(line)}
		count[at.line]++
		at.nth = count[at.line]
		if s, ok := before[at]; ok {
			out[i] = s
			continue
		}
		s, err := r.signLine(line)
		if err != nil {
			return nil, fmt.Errorf("%s, event %d: %w", path, i+1, err)
		}
		s.Line, s.Nth = at.line, at.nth
		out[i] = s
	}
	return out, nil
}

// alreadySigned reports whether all the lines are from a FILE.signed, which needs no keeping.
func alreadySigned(lines [][]byte) bool {
	for _, line := range lines {
		var kept signedLine
		if strictjson.Decode(line, &kept) != nil || kept.JWS == "" {
			return false
		}
	}
	return true
}

// signLine signs an event, or takes one that is signed already.
func (r *recorder) signLine(line []byte) (signedLine, error) {
	var kept signedLine
	if strictjson.Decode(line, &kept) == nil && kept.JWS != "" {
		return kept, nil
	}
	var e rootline.Event
	if err := strictjson.Decode(line, &e); err != nil {
		return signedLine{}, rootline.Refuse(rootline.CodeMalformedEvent, err)
	}
	sub, err := r.device.Sign(&e)
	return signedLine{Event: e.ID, JWS: sub.JWS}, err
}

func loadSigned(path string) ([]signedLine, error) {
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []signedLine
	for s := newLineScanner(content); s.Scan(); {
		var l signedLine
		if err := strictjson.Decode(s.Bytes(), &l); err != nil {
			return nil, fmt.Errorf("%s is damaged: %w. Move it away to sign the events anew; those that were recorded would be recorded again", path, err)
		}
		out = append(out, l)
	}
	return out, nil
}

// saveSigned writes signed events, whole or not at all, and flushed to the disk.
func saveSigned(path string, lines []signedLine) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".signed-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	w := bufio.NewWriter(tmp)
	enc := json.NewEncoder(w)
	for i := range lines {
		if err := enc.Encode(&lines[i]); err != nil {
			tmp.Close()
			return err
		}
	}
	err = w.Flush()
	if err == nil {
		err = tmp.Sync()
	}
	if e := tmp.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
