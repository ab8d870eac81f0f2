package importer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"iter"
	"sync"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
)

// Gateway is what a run needs of a gateway; *client.Gateway is one.
type Gateway interface {
	Submit(ctx context.Context, subs []rootline.Submission, wait time.Duration) ([]client.EventStatus, error)
	Check(ctx context.Context, subs []rootline.Submission) ([]client.EventStatus, error)
	Event(ctx context.Context, id string) (*client.EventView, error)
}

// Run is one import of one table.
type Run struct {
	Plan    *Plan
	Device  *client.Device
	Gateway Gateway
	Journal *Journal
	// Prefix is the GS1 company prefix of the device's organisation; the codes of the new assets begin with it.
	Prefix string
	// Batch is the number of events in a request, Parallel the number of requests under way.
	Batch, Parallel int
	// CheckOnly asks the gateway what it would say, and records nothing.
	CheckOnly bool
	// Progress is told how far the run is, five times a second and at the end; it may be nil. Calls do not overlap.
	Progress func(Progress)
}

// Progress is how far a run is.
type Progress struct {
	// Rows were read so far. Each is one of the following, or on its way.
	Rows int
	// Recorded are those that this run recorded (when checking: that would be), Before those of earlier runs.
	Recorded, Before int
	Refused          int
	Elapsed          time.Duration
}

// Done is the number of rows whose fate is known.
func (p Progress) Done() int { return p.Recorded + p.Before + p.Refused }

// Summary is how a run ended.
type Summary struct {
	Progress
	// Refusals are the refused rows in the order of the file.
	Refusals []Refusal
}

// Refusal is a refused row and all that is known to be wrong with it.
type Refusal struct {
	Row    Row
	Faults []Fault
}

// ErrStalled says that the gateway keeps events and does not say what became of them.
var ErrStalled = errors.New("the gateway has taken events and does not get them recorded; look at its readiness, then run the same import again")

// item is a row on its way.
type item struct {
	row   Row
	event *rootline.Event
	entry Entry
}

// maxRequest bounds the rows of a request in bytes of CSV and data, well below what a gateway takes.
const maxRequest = 2 << 20

// Do imports the rows. It returns when the fate of all is known, or with the first error that stops it (the context's, the
// table's, the journal's or the gateway's); the summary then says how far it came. A run with the same journal goes on from there.
func (r *Run) Do(ctx context.Context, rows iter.Seq2[Row, error]) (*Summary, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	t := newTally(r.Progress)
	defer t.stop()
	batches := make(chan []item)
	var workers sync.WaitGroup
	for range max(r.Parallel, 1) {
		workers.Go(func() {
			for batch := range batches {
				if err := r.send(ctx, t, batch); err != nil {
					stop(err)
				}
			}
		})
	}
	err := r.read(ctx, t, rows, batches)
	close(batches)
	workers.Wait()
	if err == nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return t.summary(), err
}

// read makes events of the rows and hands them on in batches, each journaled first.
func (r *Run) read(ctx context.Context, t *tally, rows iter.Seq2[Row, error], batches chan<- []item) error {
	var batch []item
	size, lines := 0, map[string]int{}
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		if err := r.Journal.Sync(); err != nil {
			return err
		}
		select {
		case batches <- batch:
			batch, size = nil, 0
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	for row, err := range rows {
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		t.read()
		next, faults, err := r.prepare(row, lines)
		if err != nil {
			return err
		}
		switch {
		case len(faults) > 0:
			t.refuse(row, faults...)
			continue
		case next == nil:
			t.before()
			continue
		}
		batch = append(batch, *next)
		size += len(row.Raw) + len(next.event.Data)
		if len(batch) >= min(max(r.Batch, 1), rootline.MaxBatch) || size >= maxRequest {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// prepare makes a row's event with the ids that the journal has for it. No item and no fault: it is recorded already.
func (r *Run) prepare(row Row, lines map[string]int) (*item, []Fault, error) {
	if row.Fault != nil {
		return nil, []Fault{*row.Fault}, nil
	}
	key, wrong := r.Plan.RowKey(row)
	if wrong != nil {
		return nil, []Fault{*wrong}, nil
	}
	if line, twice := lines[key]; twice {
		return nil, []Fault{*fault(r.Plan.Key[0], row.cell(r.Plan.key[0]), CodeKeyTwice, line)}, nil
	}
	lines[key] = row.Line
	event, faults := r.Plan.Event(row)
	if len(faults) > 0 {
		return nil, faults, nil
	}
	digest, err := digestOf(event)
	if err != nil {
		return nil, nil, err
	}
	entry, err := r.Journal.Plan(key, digest, r.Prefix, r.Device.Kid)
	if err != nil {
		return nil, nil, err
	}
	if entry.Recorded {
		if entry.Digest != digest {
			return nil, []Fault{*fault(r.Plan.Key[0], row.cell(r.Plan.key[0]), CodeChanged)}, nil
		}
		return nil, nil, nil
	}
	event.ID, event.Asset = entry.Event, entry.Asset
	return &item{row: row, event: event, entry: entry}, nil, nil
}

// digestOf tells events of the same row apart that say different things.
func digestOf(e *rootline.Event) (string, error) {
	b, err := json.Marshal(e)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:12]), nil
}
