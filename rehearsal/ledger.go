package rehearsal

import (
	"maps"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/rulebook"
)

// Ledger is what examples are played on. What it refuses comes back as a *rootline.Error and leaves no trace; every other
// error is a fault. The instants are the witnessed times, which never go back.
type Ledger interface {
	// Found and Confirm are called as the Fabric admin of an organisation.
	Found(msp, founding string, at rootline.Instant) error
	Confirm(msp, enrolment string, at rootline.Instant) error
	// Record records one event.
	Record(sub rootline.Submission, at rootline.Instant) error
	// Get reads a record, nil when there is none.
	Get(ref rootline.Ref) (rootline.Record, error)
	// Seed writes a record that came about before the examples begin.
	Seed(r rootline.Record) error
	// Fork is a ledger with the same records, which goes its own way from now on.
	Fork() Ledger
}

// memory is a ledger of records in memory that the judge decides on.
type memory struct {
	judge *judge.Judge
	state state
	last  *decision
}

// decision is what the last decision of a rulebook was made on.
type decision struct {
	book   *rulebook.Rulebook
	action *rulebook.Action
	facts  rulebook.Facts
}

// saw is what a rule saw in that decision; nothing where the rulebook was not asked.
func (d *decision) saw(kind string, code rootline.Code) []rulebook.Saw {
	if d == nil || d.book == nil {
		return nil
	}
	return d.book.Saw(kind, d.action.Name, code, &d.facts)
}

// NewMemory returns an empty ledger in memory.
func NewMemory() Ledger {
	m := &memory{judge.New(), state{}, &decision{}}
	m.judge.Watch = func(b *rulebook.Rulebook, a *rulebook.Action, f *rulebook.Facts) { *m.last = decision{b, a, *f} }
	return m
}

// Found implements Ledger.
func (m *memory) Found(msp, founding string, at rootline.Instant) error {
	return m.take(m.judge.Found(m.state, judge.Caller{MSPID: msp, Admin: true}, founding, at))
}

// Confirm implements Ledger.
func (m *memory) Confirm(msp, enrolment string, at rootline.Instant) error {
	return m.take(m.judge.Confirm(m.state, judge.Caller{MSPID: msp, Admin: true}, enrolment, at))
}

// Record implements Ledger.
func (m *memory) Record(sub rootline.Submission, at rootline.Instant) error {
	*m.last = decision{}
	return m.take(m.judge.Record(m.state, []rootline.Submission{sub}, at))
}

// Get implements Ledger.
func (m *memory) Get(ref rootline.Ref) (rootline.Record, error) { return m.state.Get(ref) }

// Seed implements Ledger.
func (m *memory) Seed(r rootline.Record) error {
	m.state[r.Ref()] = r
	return nil
}

// Fork implements Ledger. Records are never changed, only replaced.
func (m *memory) Fork() Ledger { return &memory{m.judge, maps.Clone(m.state), m.last} }

// take writes what a decision says, or returns why it was refused.
func (m *memory) take(d *judge.Decision, err error) error {
	switch {
	case err != nil:
		return err
	case len(d.Refused) > 0:
		return d.Refused[0].Error
	}
	for _, r := range d.Writes {
		m.state[r.Ref()] = r
	}
	return nil
}

// state implements judge.State.
type state map[rootline.Ref]rootline.Record

// Load implements judge.State.
func (s state) Load([]rootline.Ref) error { return nil }

// Get implements judge.State.
func (s state) Get(ref rootline.Ref) (rootline.Record, error) {
	if r, ok := s[ref]; ok {
		return r, nil
	}
	return nil, nil
}
