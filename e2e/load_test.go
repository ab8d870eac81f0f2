package e2e

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/network"
)

// The load of one crash: 2,000 events by 8 devices, 50 events a request.
const (
	crews        = 8
	wallsPerCrew = 25
	notesPerWall = 8 // besides the start and one use of gravel
	batchSize    = 50
)

// crew is a device with the events that it is going to send, signed in the field before any is sent.
type crew struct {
	*person
	gravel string
	walls  []string
	events []rootline.Submission
	// ids are the events of each wall, in order.
	ids map[string][]string
}

// load is the work of all crews.
type load struct {
	crews []*crew
	// to is the gateway's URL.
	to string
	// taken counts the events that the gateway said it keeps.
	taken atomic.Int64
}

func (l *load) size() (n int) {
	for _, c := range l.crews {
		n += len(c.events)
	}
	return n
}

// prepareLoad lets crews sign their events. Each has gravel of its own, delivered before.
func (w *works) prepareLoad() *load {
	w.Helper()
	l := &load{to: w.owner.URL()}
	for range crews {
		c := &crew{person: w.enrolledBuilder(), gravel: rootline.NewCode(contractorPrefix), ids: map[string][]string{}}
		w.do(w.sign(c.person, delivering(c.gravel, wallsPerCrew)))
		for range wallsPerCrew {
			wall := rootline.NewCode(contractorPrefix)
			c.walls = append(c.walls, wall)
			life := []*rootline.Event{starting(wall), building(wall, c.gravel, 1)}
			for range notesPerWall {
				life = append(life, noting(wall))
			}
			for _, e := range life {
				c.events = append(c.events, w.sign(c.person, e))
				c.ids[wall] = append(c.ids[wall], e.ID)
			}
		}
		l.crews = append(l.crews, c)
	}
	return l
}

var builders struct {
	sync.Mutex
	all  []*person
	next int
}

// enrolledBuilder gives one of a few builders in turn; enrolling takes longer than working.
func (w *works) enrolledBuilder() *person {
	w.Helper()
	builders.Lock()
	defer builders.Unlock()
	if len(builders.all) < crews {
		builders.all = append(builders.all, w.enrol(network.Contractor, "builder"))
		return builders.all[len(builders.all)-1]
	}
	builders.next++
	return builders.all[builders.next%crews]
}

// send sends the events of all crews at once, each crew in its order, as phones do: what is not acknowledged is sent
// again until it is.
func (l *load) send(ctx context.Context, t *testing.T) error {
	errs := make(chan error, len(l.crews))
	for _, c := range l.crews {
		go func() {
			g, err := client.NewGateway(l.to, client.WithPatience(2*time.Minute))
			for rest := c.events; err == nil && len(rest) > 0; {
				n := min(batchSize, len(rest))
				var statuses []client.EventStatus
				if statuses, err = g.Submit(ctx, rest[:n], 0); err == nil {
					err = noneRefused(statuses)
				}
				l.taken.Add(int64(n))
				rest = rest[n:]
			}
			errs <- err
		}()
	}
	for range l.crews {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

func noneRefused(statuses []client.EventStatus) error {
	for _, s := range statuses {
		if s.Error != nil {
			return fmt.Errorf("%s about %s was refused: %w", s.Event, s.Asset, s.Error)
		}
	}
	return nil
}

// check finds every event recorded once, in the order of its signing, at both gateways.
func (l *load) check(t *testing.T, w *works) {
	t.Helper()
	idle(t, w)
	for _, c := range l.crews {
		for _, wall := range c.walls {
			events := history(t, w.owner, wall)
			head := linked(t, events)
			if len(events) != len(c.ids[wall]) {
				t.Fatalf("%s has %d events, and %d were acknowledged", wall, len(events), len(c.ids[wall]))
			}
			for i, e := range events {
				if e.ID != c.ids[wall][i] {
					t.Fatalf("%s: event %d is %s, and %s was signed then", wall, i+1, e.ID, c.ids[wall][i])
				}
			}
			other, err := w.regulator.Asset(t.Context(), wall)
			if err != nil || other.Head != head || other.Seq != uint64(len(events)) {
				t.Fatalf("the regulator has another history of %s: %+v (%v)", wall, other, err)
			}
		}
		gravel, err := w.owner.Asset(t.Context(), c.gravel)
		if err != nil || gravel.Quantity.Left != 0 || gravel.Seq != wallsPerCrew+1 {
			t.Fatalf("the gravel that each wall took 1 kg of is %+v, %v (%v)", gravel.Quantity, gravel.Seq, err)
		}
	}
}
