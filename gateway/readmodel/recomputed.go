package readmodel

import (
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
)

// NotRecomputed is a transaction of which only the peer that delivered it says whether it took effect.
type NotRecomputed struct {
	Block       uint64
	Transaction string
}

// allKeys stands for all that is written from then on.
const allKeys = ""

// PutNotRecomputed notes keys that rest on a transaction which was not recomputed. The first one that a key rests on stays.
func (t *Tx) PutNotRecomputed(n NotRecomputed, keys ...string) {
	for _, key := range keys {
		t.bulks.recomputed.add(key, n.Block, kept(n.Transaction))
	}
	t.resting = t.resting || len(keys) > 0
}

// PutAllNotRecomputed notes that all that is written from then on rests on a transaction which was not recomputed: it decides
// on others, or nobody knows what it writes.
func (t *Tx) PutAllNotRecomputed(n NotRecomputed) { t.PutNotRecomputed(n, allKeys) }

// Resting reports, at no cost, whether anything rests on what was not recomputed.
func (t *Tx) Resting() bool { return t.resting || t.store.cache.resting.Load() }

// RestsOn finds what one of the keys, or all that is written now, rests on; nil when they rest on nothing such. It sees what
// was put in this transaction.
func (t *Tx) RestsOn(keys ...string) (*NotRecomputed, error) {
	if !t.Resting() {
		return nil, nil
	}
	v := t.view()
	if err := t.bulks.recomputed.flush(t.ctx, t.prepare); err != nil {
		return nil, err
	}
	return v.restsOn(append([]string{allKeys}, keys...))
}

// RestsOn finds the first transaction that was not recomputed and that one of the keys of the ledger rests on; nil when there
// is none.
func (v *View) RestsOn(keys ...string) (*NotRecomputed, error) {
	if v.cache == nil || !v.cache.resting.Load() {
		return nil, nil
	}
	return v.restsOn(keys)
}

// RestingOf gives, of records that rest on a transaction which was not recomputed, the first such one, by their ids.
func (v *View) RestingOf(space rootline.Space, ids ...string) (map[string]*NotRecomputed, error) {
	if len(ids) == 0 || v.cache == nil || !v.cache.resting.Load() {
		return nil, nil
	}
	keys := make([]string, len(ids))
	for i, id := range ids {
		keys[i] = wire.Key(rootline.Ref{Space: space, ID: id})
	}
	found, err := v.restingOf(keys)
	out := make(map[string]*NotRecomputed, len(found))
	for i, key := range keys {
		if n := found[key]; n != nil {
			out[ids[i]] = n
		}
	}
	return out, err
}

// restsOn is the first in the order of the ledger.
func (v *View) restsOn(keys []string) (first *NotRecomputed, err error) {
	found, err := v.restingOf(keys)
	for _, n := range found {
		first = n.Before(first)
	}
	return first, err
}

// Before is the one of two that comes first in the ledger; either may be nil.
func (n *NotRecomputed) Before(o *NotRecomputed) *NotRecomputed {
	if o == nil || n != nil && (n.Block < o.Block || n.Block == o.Block && n.Transaction < o.Transaction) {
		return n
	}
	return o
}

// restingOf gives, of the keys that rest on a transaction which was not recomputed, that one.
func (v *View) restingOf(keys []string) (map[string]*NotRecomputed, error) {
	list, err := json.Marshal(keys)
	if err != nil {
		return nil, fmt.Errorf("readmodel: keys: %w", err)
	}
	out := map[string]*NotRecomputed{}
	_, err = collect(v, func(rows *sql.Rows) (struct{}, error) {
		var key string
		var n NotRecomputed
		err := rows.Scan(&key, &n.Block, &n.Transaction)
		out[key] = &n
		return struct{}{}, err
	}, `SELECT n.key, n.block, n.transaction_id FROM json_each(?) j CROSS JOIN not_recomputed n ON n.key = j.value`, string(list))
	return out, err
}

// recordsOf are the keys of the records that an asset is shown by: its own or, while it sleeps, that of the lot on whose list it
// does, and those of the codes that lead to it.
func recordsOf(a *Asset) []string {
	ref := a.Ref()
	if a.Asleep {
		ref.ID = a.Lot
	}
	keys := []string{wire.Key(ref)}
	for _, code := range a.Tags {
		keys = append(keys, wire.Key(rootline.Ref{Space: rootline.SpaceTag, ID: code}))
	}
	return keys
}

// markNotRecomputed notes which of the assets rest on what was not recomputed.
func (v *View) markNotRecomputed(assets ...*Asset) error {
	if len(assets) == 0 || v.cache == nil || !v.cache.resting.Load() {
		return nil
	}
	var keys []string
	for _, a := range assets {
		keys = append(keys, recordsOf(a)...)
	}
	found, err := v.restingOf(keys)
	for _, a := range assets {
		for _, key := range recordsOf(a) {
			a.NotRecomputed = found[key].Before(a.NotRecomputed)
		}
	}
	return err
}
