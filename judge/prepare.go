package judge

import (
	"github.com/rootline/rootline"
	"github.com/rootline/rootline/jws"
)

// Prepared is a batch of which everything is done that needs no ledger: it is read, and its signatures are checked with
// the keys that its signers probably have.
type Prepared struct{ cases []*reading }

// Prepare reads a batch before its turn, on all processors. What it finds good counts only where the ledger turns out to
// hold the same key.
func (j *Judge) Prepare(subs []rootline.Submission) *Prepared {
	p := &Prepared{cases: make([]*reading, len(subs))}
	parallel(len(subs), func(i int) {
		c := read(&subs[i])
		p.cases[i] = c
		if c.err != nil {
			return
		}
		if key, known := j.keys.guess(c.signed.Kid); known {
			if good, err := j.Verify(c.signed, key); err == nil && good {
				c.verified = key
			}
		}
	})
	return p
}

// guess gives a key that a device was seen to have.
func (c *keyCache) guess(kid string) (jws.Key, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	key, known := c.byKid[kid]
	return key, known
}

// Reading is a submission read without any state, to be judged later without reading it again.
type Reading struct{ r *reading }

// Read reads a submission, which is not changed afterwards.
func Read(sub *rootline.Submission) Reading { return Reading{read(sub)} }

// Event is nil when the submission could not be read so far.
func (r Reading) Event() *rootline.Event { return r.r.event }

// Hash identifies what was signed; zero when the submission could not be read so far.
func (r Reading) Hash() rootline.Hash { return r.r.hash }

// Touches are the records that the submission may read and write.
func (r Reading) Touches() Touches { return r.r.touches }

// Err is the refusal that the submission's form alone earns.
func (r Reading) Err() error { return r.r.err }

// RecordRead is Record for submissions that were read before. Each may be judged once at a time.
func (j *Judge) RecordRead(state State, readings []Reading, witnessed rootline.Instant) (*Decision, error) {
	batch := &Prepared{cases: make([]*reading, len(readings))}
	for i, r := range readings {
		batch.cases[i] = r.r
	}
	return j.RecordPrepared(state, batch, witnessed)
}
