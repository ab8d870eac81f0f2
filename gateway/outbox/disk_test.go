package outbox_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/rootline/rootline/gateway/storage"
	"github.com/rootline/rootline/gateway/storage/storagetest"
)

// On a full disk nothing is taken, and that is said; what was taken before is recorded, and the outbox goes on by itself
// when there is room.
func TestFullDisk(t *testing.T) {
	scenario(t, func(r *rig) {
		disk := storagetest.NewDisk(t, 1<<20)
		r.config.Path = filepath.Join(disk.Dir, "outbox.db")
		goOn := r.hold()
		r.open()
		answers := r.submit(r.trees(3)...)
		disk.Fill()
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
		disk.Free()
		time.Sleep(10 * time.Second)
		if r.box.Full() {
			t.Error("the disk is still full")
		}
		r.allCommitted(answers)
		r.allCommitted(r.submit(r.trees(3)...))
	})
}
