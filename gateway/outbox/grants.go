package outbox

import (
	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge"
)

// granted is a device or an invitation that a waiting act brings, as the judge wrote it, and the act.
type granted struct {
	record rootline.Record
	by     *entry
}

// grant notes what an entry that was taken brings.
func (q *queue) grant(e *entry) {
	for _, r := range e.grants {
		q.granted[r.Ref()] = granted{r, e}
	}
}

// withdraw forgets what an entry brings that is let go of: the read model shows it, or it came to nothing.
func (q *queue) withdraw(e *entry) {
	for _, r := range e.grants {
		if q.granted[r.Ref()].by == e {
			delete(q.granted, r.Ref())
		}
	}
}

// brings reports whether an event may let somebody in: it invites, or it enrols.
func brings(e *rootline.Event) bool {
	return e.Rulebook == rootline.Registry && (e.Action == rootline.ActInvite || e.Action == rootline.ActEnrol)
}

// coming is the read model together with the devices and invitations that waiting acts bring.
type coming struct {
	judge.State
	granted map[rootline.Ref]rootline.Record
}

// Get implements judge.State.
func (c coming) Get(ref rootline.Ref) (rootline.Record, error) {
	if r := c.granted[ref]; r != nil {
		return r, nil
	}
	return c.State.Get(ref)
}

// coming is what the read model will hold once what waits here is recorded, as far as people go.
func (o *Outbox) coming(state judge.State) coming {
	o.mu.Lock()
	defer o.mu.Unlock()
	c := coming{State: state, granted: make(map[rootline.Ref]rootline.Record, len(o.q.granted))}
	for ref, g := range o.q.granted {
		c.granted[ref] = g.record
	}
	return c
}

// bring judges an act that invites or enrols against what is coming, and adds to it what the act brings. So an enrolment
// stands when an invitation is open, recorded or waiting here, and not because some other act waits.
func (o *Outbox) bring(c coming, e *entry, reading judge.Reading) (*rootline.Error, error) {
	d, err := o.config.Judge.RecordRead(c, []judge.Reading{reading}, rootline.InstantOf(o.now()))
	if err != nil {
		return nil, err
	}
	if out := d.Outcomes[0]; out.Refused != nil || out.Duplicate {
		return out.Refused, nil
	}
	e.grants = nil
	for _, w := range d.Writes {
		switch w := w.(type) {
		case *rootline.Device: // who enrols counts for the organisation that invited
			e.source = source{organisation: w.Organisation, device: w.Kid}
		case *rootline.Invitation:
		default:
			continue
		}
		e.grants = append(e.grants, w)
		c.granted[w.Ref()] = w
	}
	return nil, nil
}
