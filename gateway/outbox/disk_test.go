package outbox_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/rootline/rootline/gateway/storage"
)

// smallDisk mounts a disk of a megabyte, and gives how to fill it and how to make room.
func smallDisk(t *testing.T) (dir string, fill, free func()) {
	t.Helper()
	dir = t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=1m"); err != nil {
		t.Skip("a disk of its own cannot be mounted here, which needs root:", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	filler := filepath.Join(dir, "filler")
	return dir, func() {
			f, err := os.Create(filler)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			for _, size := range []int{4096, 1} {
				for b := make([]byte, size); err == nil; {
					_, err = f.Write(b)
				}
				if !storage.Full(err) {
					t.Fatal(err)
				}
				err = nil
			}
		}, func() {
			if err := os.Remove(filler); err != nil {
				t.Fatal(err)
			}
		}
}

// On a full disk nothing is taken, and that is said; what was taken before is recorded, and the outbox goes on by itself
// when there is room.
func TestFullDisk(t *testing.T) {
	scenario(t, func(r *rig) {
		dir, fill, free := smallDisk(t)
		r.config.Path = filepath.Join(dir, "outbox.db")
		goOn := r.hold()
		r.open()
		answers := r.submit(r.trees(3)...)
		fill()
		var err error
		for i := 0; err == nil && i < 100; i++ { // the log may have some room left
			subs := r.trees(10)
			before, failed := r.box.Submit(r.Context(), subs)
			if err = failed; err == nil {
				answers = append(answers, before...)
			}
		}
		if !storage.Full(err) || !r.box.Full() {
			t.Fatalf("the full disk is %v, %v", err, r.box.Full())
		}
		goOn()
		time.Sleep(time.Minute)
		free()
		time.Sleep(10 * time.Second)
		if r.box.Full() {
			t.Error("the disk is still full")
		}
		r.allCommitted(answers)
		r.allCommitted(r.submit(r.trees(3)...))
	})
}
