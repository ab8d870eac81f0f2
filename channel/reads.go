package channel

import (
	"fmt"

	"github.com/rootline/rootline/limits"
)

// Read is a key that a transaction read of one namespace, with the version that it saw.
type Read struct {
	Key     string
	Version Version
}

// Reads gives what an envelope says that its transaction read of a namespace's public state, in the order of the read
// set: what the transaction was judged from. Nothing of the envelope is verified; its bytes are those of a block that was.
// The error is that it cannot be read, or calls no chaincode.
func Reads(raw []byte, namespace string) ([]Read, error) {
	e, err := parseEnvelope(raw)
	if err != nil {
		return nil, err
	}
	t := parseTransaction(e)
	for _, f := range []*flaw{t.early, t.form, t.call} {
		if f != nil {
			return nil, fmt.Errorf("channel: read set: %s", f.why)
		}
	}
	var out []Read
	if err := t.accesses.each(func(a *access) (err error) {
		if a.namespace == namespace && !a.private {
			out, err = a.appendReads(out)
		}
		return err
	}); err != nil {
		return nil, fmt.Errorf("channel: read set: %w", err)
	}
	return out, nil
}

// appendReads adds what was read. The error is that it is more than is kept.
func (a *access) appendReads(to []Read) ([]Read, error) {
	err := a.eachRead(func(r read) error {
		if len(to) >= limits.MessageMembers {
			return errMembers
		}
		to = append(to, Read{Key: r.key, Version: r.version})
		return nil
	})
	return to, err
}
