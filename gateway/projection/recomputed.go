package projection

import (
	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/judge"
)

// reading is a state that notes which records are read from it.
type reading struct {
	judge.State
	keys map[string]bool
}

// Get implements judge.State.
func (r *reading) Get(ref rootline.Ref) (rootline.Record, error) {
	r.keys[wire.Key(ref)] = true
	return r.State.Get(ref)
}

// state is what a transaction is judged by. What it reads is noted where something rests on what was not recomputed.
func (a *applying) state() judge.State {
	if !a.tx.Resting() {
		return a.tx.State()
	}
	if a.reads == nil {
		a.reads = &reading{a.tx.State(), map[string]bool{}}
	}
	return a.reads
}

// rests notes what the writes of a transaction rest on, once it was judged: on itself when it was not recomputed, else on
// what one that it read rests on. Of one that takes no effect the writes are noted, too, when that is somebody's word, or
// when it is said to have read what changed: then nobody knows here what it read.
func (a *applying) rests(t *block.Transaction) error {
	read := a.reads
	a.reads = nil
	var keys []string
	for _, w := range t.WritesTo(wire.Chaincode) {
		keys = append(keys, w.Key)
	}
	if decides, unknown := a.unknown[t.Index]; unknown {
		n := readmodel.NotRecomputed{Block: a.block.Number, Transaction: t.ID}
		if decides {
			a.tx.PutAllNotRecomputed(n)
		}
		a.tx.PutNotRecomputed(n, keys...)
		return nil
	}
	if !a.tx.Resting() || len(keys) == 0 || !t.Valid && channel.Code(t.Code) != channel.ReadConflict {
		return nil
	}
	looked := keys
	if read != nil {
		for key := range read.keys {
			looked = append(looked, key)
		}
	}
	on, err := a.tx.RestsOn(looked...)
	if on != nil {
		a.tx.PutNotRecomputed(*on, keys...)
	}
	return err
}
