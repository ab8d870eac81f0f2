// Package storagetest gives tests disks of their own that they can fill.
package storagetest

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/rootline/rootline/gateway/storage"
)

// Disk is a small disk of its own.
type Disk struct {
	// Dir is where it is mounted.
	Dir string
	t   testing.TB
}

// NewDisk mounts a disk of some bytes. Where that is not allowed, which needs root, the test is skipped.
func NewDisk(t testing.TB, bytes int) *Disk {
	t.Helper()
	d := &Disk{t.TempDir(), t}
	if err := syscall.Mount("tmpfs", d.Dir, "tmpfs", 0, fmt.Sprintf("size=%d", bytes)); err != nil {
		t.Skip("skipped: a disk of its own cannot be mounted here, which needs root:", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(d.Dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return d
}

func (d *Disk) filler() string { return filepath.Join(d.Dir, "filler") }

// Fill writes until not one byte more fits.
func (d *Disk) Fill() {
	d.t.Helper()
	f, err := os.OpenFile(d.filler(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		d.t.Fatal(err)
	}
	defer f.Close()
	for _, size := range []int{4096, 1} {
		for b := make([]byte, size); err == nil; {
			_, err = f.Write(b)
		}
		if !storage.Full(err) {
			d.t.Fatal(err)
		}
		err = nil
	}
}

// Free makes room again.
func (d *Disk) Free() {
	d.t.Helper()
	if err := os.Remove(d.filler()); err != nil {
		d.t.Fatal(err)
	}
}
