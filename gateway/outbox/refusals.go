package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"github.com/rootline/rootline"
)

// refusalHours is how long the counts of refusals are kept, in hours.
const refusalHours = 90 * 24

// refusals counts refused events by the hour. What was refused at once leaves nothing else behind. The counts go to disk with
// the outbox's tidying, so that a power cut costs a minute of them and no refusal waits for the disk.
type refusals struct {
	mu sync.Mutex
	// fresh are those that are not on disk, by the hour since 1970.
	fresh map[int64]int64
}

func hourOf(at rootline.Instant) int64 { return int64(at) / 3_600_000 }

func (r *refusals) add(at rootline.Instant, n int) {
	if n == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fresh == nil {
		r.fresh = map[int64]int64{}
	}
	r.fresh[hourOf(at)] += int64(n)
}

// noteRefused counts the refusals among answers.
func (o *Outbox) noteRefused(answers []Status) {
	n := 0
	for i := range answers {
		if answers[i].Stage == Refused {
			n++
		}
	}
	o.refusals.add(o.instant(), n)
}

// keepRefusals puts the counts on disk.
func (o *Outbox) keepRefusals() {
	o.refusals.mu.Lock()
	defer o.refusals.mu.Unlock()
	if len(o.refusals.fresh) == 0 {
		return
	}
	err := o.store.do(func(tx *sql.Tx) error {
		for hour, n := range o.refusals.fresh {
			if _, err := tx.Exec(`INSERT INTO refusals (hour, n) VALUES (?, ?) ON CONFLICT (hour) DO UPDATE SET n = n + excluded.n`, hour, n); err != nil {
				return err
			}
		}
		_, err := tx.Exec(`DELETE FROM refusals WHERE hour < ?`, hourOf(o.instant())-refusalHours)
		return err
	})
	if err == nil {
		clear(o.refusals.fresh)
	} else if !errors.Is(err, errStopped) {
		o.config.Log.Error("counts of refusals were not kept", "error", err)
	}
}

// Refusals is how many events were refused here since an hour, by the gateway at once or by the chaincode later; by the hour
// since 1970. An event that was sent again and refused again counts again.
func (o *Outbox) Refusals(ctx context.Context, from int64) (map[int64]int64, error) {
	o.refusals.mu.Lock()
	defer o.refusals.mu.Unlock()
	out := map[int64]int64{}
	rows, err := o.store.db.QueryContext(ctx, `SELECT hour, n FROM refusals WHERE hour >= ?`, from)
	if err != nil {
		return nil, fmt.Errorf("outbox: read refusals: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var hour, n int64
		if err := rows.Scan(&hour, &n); err != nil {
			return nil, fmt.Errorf("outbox: read refusals: %w", err)
		}
		out[hour] = n
	}
	for hour, n := range o.refusals.fresh {
		if hour >= from {
			out[hour] += n
		}
	}
	return out, rows.Err()
}
