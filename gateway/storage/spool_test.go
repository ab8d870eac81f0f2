package storage_test

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/rootline/rootline/gateway/storage"
	"github.com/rootline/rootline/gateway/storage/storagetest"
)

func zeros(n int64) func(*bufio.Writer) error {
	return func(w *bufio.Writer) error {
		_, err := io.CopyN(w, zeroReader{}, n)
		return err
	}
}

type zeroReader struct{}

func (zeroReader) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// A file that is made to be sent leaves the others their room, and nothing on the disk.
func TestSpoolLeavesRoom(t *testing.T) {
	disk := storagetest.NewDisk(t, 32<<20)
	dir := filepath.Join(disk.Dir, "spool")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "spool-of-one-that-was-killed"), make([]byte, 20<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := storage.OpenSpool(dir, 16<<20)
	if err != nil {
		t.Fatal(err)
	}
	file, err := s.Write(zeros(5 << 20))
	if err != nil {
		t.Fatal(err)
	}
	if n, err := io.Copy(io.Discard, file); err != nil || n != 5<<20 {
		t.Errorf("%d bytes are read, %v", n, err)
	}
	if _, err := s.Write(zeros(30 << 20)); !storage.Full(err) {
		t.Errorf("30 MB where 11 may be used: %v", err)
	}
	if free := storage.Free(dir); free < 16<<20 {
		t.Errorf("%d bytes are left", free)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("a row that cannot be read")
	if _, err := s.Write(func(*bufio.Writer) error { return broken }); !errors.Is(err, broken) {
		t.Error(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 || storage.Free(dir) < 31<<20 {
		t.Errorf("left: %v, %v; %d bytes are free", left, err, storage.Free(dir))
	}
	disk.Fill()
	if _, err := s.Write(zeros(1)); !storage.Full(err) {
		t.Errorf("on a full disk: %v", err)
	}
}
