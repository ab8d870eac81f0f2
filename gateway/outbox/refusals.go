package outbox

import (
	"context"
	"database/sql"
	"encoding/json"
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
	// events are those of known devices that are not on disk, the last refused last.
	events []RefusedEvent
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

// RefusedEvent is an event of a known device that was refused here.
type RefusedEvent struct {
	// Seq orders them: a later one is greater. It is 0 until the event is on disk.
	Seq                                       int64
	ID, Device, Asset, Kind, Action, Rulebook string
	// At is when it was refused.
	At  rootline.Instant
	Why *rootline.Error
}

// What is kept of refused events: so many in all and of one device, so that one that is refused all day pushes nobody out of
// sight, and so many before they come to disk.
const (
	mostRefused, mostRefusedOfDevice = 10_000, 500
	mostRefusedFresh                 = 2_000
)

// noteEvent keeps who was refused what, and why. Who signed must be known.
func (o *Outbox) noteEvent(device string, e *rootline.Event, why *rootline.Error) {
	if device == "" || e == nil || why == nil {
		return
	}
	r := &o.refusals
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.events) >= mostRefusedFresh {
		r.events = r.events[1:]
	}
	r.events = append(r.events, RefusedEvent{
		ID: e.ID, Device: device, Asset: e.Asset, Kind: e.Kind, Action: e.Action, Rulebook: e.Rulebook, At: o.instant(), Why: why,
	})
}

// keepRefusedEvents puts refused events on disk, and lets go what is too much. The caller holds the lock.
func keepRefusedEvents(tx *sql.Tx, fresh []RefusedEvent, before int64) error {
	devices := map[string]bool{}
	for i := range fresh {
		e := &fresh[i]
		why, err := json.Marshal(e.Why)
		if err != nil {
			return fmt.Errorf("outbox: a refusal: %w", err)
		}
		devices[e.Device] = true
		if _, err := tx.Exec(`INSERT OR REPLACE INTO refused_events (id, device, asset, kind, action, rulebook, at, refused) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
			e.ID, e.Device, e.Asset, e.Kind, e.Action, e.Rulebook, int64(e.At), string(why)); err != nil {
			return err
		}
	}
	for device := range devices {
		if _, err := tx.Exec(`DELETE FROM refused_events WHERE device = ? AND seq <= (SELECT seq FROM refused_events WHERE device = ? ORDER BY seq DESC LIMIT 1 OFFSET ?)`,
			device, device, mostRefusedOfDevice); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(`DELETE FROM refused_events WHERE seq <= (SELECT seq FROM refused_events ORDER BY seq DESC LIMIT 1 OFFSET ?)`, mostRefused); err != nil {
		return err
	}
	_, err := tx.Exec(`DELETE FROM refused_events WHERE at < ?`, before)
	return err
}

// RefusedOrder is how refused events are listed.
type RefusedOrder string

// The orders of refused events. Those of one device go with the last refused first.
const (
	LastRefused  RefusedOrder = "-at"
	FirstRefused RefusedOrder = "at"
	ByDevice     RefusedOrder = "device"
	ByDeviceDown RefusedOrder = "-device"
)

// RefusedFilter narrows and sorts a list of refused events. Device "" takes those of all, Order "" is LastRefused. The list
// goes on after an event of which After is the Seq and AfterDevice the device; an After of 0 begins it.
type RefusedFilter struct {
	Device      string
	Order       RefusedOrder
	After       int64
	AfterDevice string
}

// order is the filter's order as SQL, and the condition of what comes after its After with that condition's values.
func (f *RefusedFilter) order() (by, beyond string, values []any) {
	switch f.Order {
	case FirstRefused:
		return `seq`, `seq > ?`, []any{f.After}
	case ByDevice:
		return `device, seq DESC`, `(device > ? OR device = ? AND seq < ?)`, []any{f.AfterDevice, f.AfterDevice, f.After}
	case ByDeviceDown:
		return `device DESC, seq DESC`, `(device < ? OR device = ? AND seq < ?)`, []any{f.AfterDevice, f.AfterDevice, f.After}
	}
	return `seq DESC`, `seq < ?`, []any{f.After}
}

// RefusedEvents lists what was refused here of known devices. What was refused within the last minute may be on disk only now.
func (o *Outbox) RefusedEvents(ctx context.Context, f RefusedFilter, limit int) ([]RefusedEvent, error) {
	o.keepRefusals()
	by, beyond, values := f.order()
	where, args := `(? = '' OR device = ?)`, []any{f.Device, f.Device}
	if f.After > 0 {
		where, args = where+` AND `+beyond, append(args, values...)
	}
	rows, err := o.store.db.QueryContext(ctx, `SELECT seq, id, device, asset, kind, action, rulebook, at, refused FROM refused_events
		WHERE `+where+` ORDER BY `+by+` LIMIT ?`, append(args, limit)...)
	if err != nil {
		return nil, fmt.Errorf("outbox: read refused events: %w", err)
	}
	defer rows.Close()
	out := []RefusedEvent{}
	for rows.Next() {
		var e RefusedEvent
		var why string
		if err := rows.Scan(&e.Seq, &e.ID, &e.Device, &e.Asset, &e.Kind, &e.Action, &e.Rulebook, &e.At, &why); err != nil {
			return nil, fmt.Errorf("outbox: read refused events: %w", err)
		}
		e.Why = &rootline.Error{}
		if err := json.Unmarshal([]byte(why), e.Why); err != nil {
			return nil, fmt.Errorf("outbox: read refused events: %w", err)
		}
		out = append(out, e)
	}
	return out, rows.Err()
}

// keepRefusals puts the counts on disk.
func (o *Outbox) keepRefusals() {
	o.refusals.mu.Lock()
	defer o.refusals.mu.Unlock()
	if len(o.refusals.fresh)+len(o.refusals.events) == 0 {
		return
	}
	err := o.store.do(func(tx *sql.Tx) error {
		for hour, n := range o.refusals.fresh {
			if _, err := tx.Exec(`INSERT INTO refusals (hour, n) VALUES (?, ?) ON CONFLICT (hour) DO UPDATE SET n = n + excluded.n`, hour, n); err != nil {
				return err
			}
		}
		oldest := hourOf(o.instant()) - refusalHours
		if _, err := tx.Exec(`DELETE FROM refusals WHERE hour < ?`, oldest); err != nil {
			return err
		}
		return keepRefusedEvents(tx, o.refusals.events, oldest*3_600_000)
	})
	if err == nil {
		clear(o.refusals.fresh)
		o.refusals.events = nil
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
