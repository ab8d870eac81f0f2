package integrity

import (
	"bytes"
	"errors"
	"slices"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/judge"
)

// judged derives the states of an asset after the events of one transaction, by their positions in it: those events, and
// the ones before them that they build on, are judged again from the records that the transaction read. These are taken
// from the blocks in which they were written, which its read versions name. It is empty where that is not possible, or
// where it leads to another record than was written: then nothing is said of the states.
func (k *checking) judged(b *read, position int, asset string, is *rootline.Asset) map[int]string {
	key := judgedKey{position, asset}
	if known, ok := b.judged[key]; ok {
		return known
	}
	states := k.judgeAgain(b, position, asset, is)
	b.judged[key] = states
	return states
}

// judgedKey names an asset in a transaction of a block.
type judgedKey struct {
	position int
	asset    string
}

func (k *checking) judgeAgain(b *read, position int, asset string, is *rootline.Asset) map[int]string {
	t := &b.Transactions[position]
	subs, err := wire.DecodeBatch(t.Args[0])
	if err != nil {
		return nil
	}
	reads, err := channel.Reads(t.Envelope, wire.Chaincode)
	if err != nil {
		return nil
	}
	want, err := wire.Encode(is)
	if err != nil {
		return nil
	}
	before := &recordsBefore{checking: k, versions: make(map[string]channel.Version, len(reads))}
	for _, r := range reads {
		before.versions[r.Key] = r.Version
	}
	// What an event builds on is not always in its bytes: the record above the asset's, say. Then all are judged.
	few := builtOn(subs, is.Ref())
	all := make([]int, len(subs))
	for i := range all {
		all[i] = i
	}
	for _, these := range [][]int{few, all} {
		if states := k.states(before, t, subs, these, asset, want); states != nil {
			return states
		}
	}
	return nil
}

// states judges some submissions of a transaction, and gives the states of an asset after each; nil where that leads to
// another record than was written.
func (k *checking) states(before judge.State, t *block.Transaction, subs []rootline.Submission, these []int, asset string, want []byte) map[int]string {
	some := make([]rootline.Submission, len(these))
	for i, n := range these {
		some[i] = subs[n]
	}
	d, err := k.judge.Record(before, some, t.Timestamp)
	if err != nil || len(d.Refused) > 0 {
		return nil
	}
	if !slices.ContainsFunc(d.Writes, func(r rootline.Record) bool {
		a, ok := r.(*rootline.Asset)
		if !ok || a.ID != asset {
			return false
		}
		got, err := wire.Encode(a)
		return err == nil && bytes.Equal(got, want)
	}) {
		return nil
	}
	states := map[int]string{}
	for i, n := range these {
		if e := d.Outcomes[i].Event; e != nil && e.Asset == asset {
			states[n] = d.Outcomes[i].State
		}
	}
	return states
}

// builtOn gives the positions of the submissions that may write a record, and of those before them that may write what
// these read or write, in their order.
func builtOn(subs []rootline.Submission, ref rootline.Ref) []int {
	wanted := map[rootline.Ref]bool{ref: true}
	var out []int
	for i := len(subs) - 1; i >= 0; i-- {
		_, t, err := judge.Touch(&subs[i])
		if err != nil || !slices.ContainsFunc(t.Writes, func(r rootline.Ref) bool { return wanted[r] }) {
			continue
		}
		out = append(out, i)
		for _, r := range slices.Concat(t.Reads, t.Writes) {
			wanted[r] = true
		}
	}
	slices.Reverse(out)
	return out
}

// recordsBefore are the records that a transaction read, each as the transaction wrote it that its version names.
type recordsBefore struct {
	*checking
	versions map[string]channel.Version
}

// errNotRead is the error of a record that the transaction did not read, or whose block is not at hand.
var errNotRead = errors.New("integrity: a record is not among those that were read")

// Load implements judge.State.
func (r *recordsBefore) Load([]rootline.Ref) error { return nil }

// Get implements judge.State.
func (r *recordsBefore) Get(ref rootline.Ref) (rootline.Record, error) {
	key := wire.Key(ref)
	version, ok := r.versions[key]
	switch {
	case !ok:
		return nil, errNotRead
	case !version.Exists:
		return nil, nil
	}
	b := r.fetch(version.Block)
	if b == nil || version.Tx >= uint64(len(b.Transactions)) {
		return nil, errNotRead
	}
	for _, w := range b.Transactions[version.Tx].WritesTo(wire.Chaincode) {
		if w.Key == key && !w.Delete {
			return wire.Decode(ref, w.Value)
		}
	}
	return nil, errNotRead
}
