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
