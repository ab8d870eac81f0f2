package channel

import "fmt"

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
	for _, a := range t.accesses {
		if a.namespace != namespace || a.private {
			continue
		}
		for _, r := range a.reads {
			out = append(out, Read{Key: r.key, Version: r.version})
		}
	}
	return out, nil
}
