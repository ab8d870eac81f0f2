package outbox

import (
	"context"
	"database/sql"
	"time"

	"github.com/rootline/rootline"
)

// diskEvery is the pause between two looks whether a full disk has room again.
const diskEvery = 5 * time.Second

// Full reports whether the disk takes nothing at present. What was taken before is on it and goes on; what comes is turned
// away.
func (o *Outbox) Full() bool { return o.store.full.Load() }

// Damaged reports whether the file was found to be damaged since it was opened. Nothing is taken any more; the next start
// salvages what can be read.
func (o *Outbox) Damaged() bool { return o.store.damaged.Load() }

// errDamaged answers those who come while it is.
func errDamaged() error {
	return rootline.Refuse(rootline.CodeNotReady, rootline.Text{En: "the outbox's file is damaged; the operator starts the gateway again, and it salvages what can be read", Zh: "待发件箱的文件已损坏；请运维人员重新启动网关，可读的内容会被抢救"})
}

// watchDisk finds out, while the disk is full and nobody writes, when it has room again.
func (o *Outbox) watchDisk(ctx context.Context) {
	for sleep(ctx, diskEvery) {
		if !o.Full() {
			continue
		}
		// As much as a page and its place in the log need.
		_ = o.store.do(func(tx *sql.Tx) error {
			_, err := tx.Exec("INSERT INTO heights (id, seen) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET seen = MAX(seen, excluded.seen)", o.seen())
			return err
		})
	}
}
