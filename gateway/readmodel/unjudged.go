package readmodel

import (
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
)

// Unjudged is a key of the state whose newest value was taken from the ledger without being judged.
type Unjudged struct {
	Key string
	// Value is what lies in the block; nil when the key was deleted. It is never decoded here.
	Value []byte
	Block uint64
	// Quarantined is the id of the quarantined transaction that it goes back to.
	Quarantined string
}

// Quarantined is a transaction that is not tried any more at this gateway.
type Quarantined struct {
	Block       uint64
	Position    int
	Transaction string
	// Version is the build that it ended: another one tries it again.
	Version string
}

// PutUnjudged takes a value of the ledger without judging it. From here on whoever reads the key in this state is
// refused with rootline.CodeNotJudged. What was judged before stays in the rows for pages.
func (t *Tx) PutUnjudged(u Unjudged) {
	var value any
	if u.Value != nil {
		value = u.Value
	}
	t.bulks.unjudged.add(u.Key, value, u.Block, u.Quarantined)
	t.unjudged = true
	t.state.look = true
	if ref, err := wire.ParseKey(u.Key); err == nil {
		t.state.opaque[ref] = u.Quarantined
		if ref.Space == rootline.SpaceAsset {
			t.touched[ref.ID] = struct{}{}
		}
		if constant(ref.Space) {
			t.changed = append(t.changed, ref)
		}
	}
}

// AddQuarantined notes a transaction that is not tried any more.
func (t *Tx) AddQuarantined(q Quarantined) {
	t.bulks.quarantined.add(q.Block, q.Position, q.Transaction, q.Version)
}

// Quarantined lists the transactions that are not judged here, in the order of the ledger.
func (v *View) Quarantined() ([]Quarantined, error) {
	return collect(v, func(rows *sql.Rows) (q Quarantined, err error) {
		err = rows.Scan(&q.Block, &q.Position, &q.Transaction, &q.Version)
		return q, err
	}, `SELECT block, position, id, version FROM quarantined ORDER BY block, position`)
}

// notJudged is the refusal of what is not judged here.
func notJudged(what, transaction string) error {
	return rootline.Refuse(rootline.CodeNotJudged, what, transaction)
}

// unjudgedOf gives the quarantined transaction of each of the keys that are not judged.
func (v *View) unjudgedOf(keys ...string) (map[string]string, error) {
	list, err := json.Marshal(keys)
	if err != nil {
		return nil, fmt.Errorf("readmodel: keys: %w", err)
	}
	out := map[string]string{}
	_, err = collect(v, func(rows *sql.Rows) (struct{}, error) {
		var key, by string
		err := rows.Scan(&key, &by)
		out[key] = by
		return struct{}{}, err
	}, `SELECT u.key, u.quarantined FROM json_each(?) j CROSS JOIN unjudged u ON u.key = j.value`, string(list))
	return out, err
}

// missing is the error about a record that is not there: it is absent, or all that the ledger holds of it was not judged.
func (v *View) missing(ref rootline.Ref) error {
	if !v.store.cache.unjudged.Load() {
		return absent(ref.ID)
	}
	key := wire.Key(ref)
	by, err := v.unjudgedOf(key)
	if err != nil {
		return err
	}
	if tx, ok := by[key]; ok {
		return notJudged(ref.ID, tx)
	}
	return absent(ref.ID)
}

// unjudgedCode refuses a code that leads to nothing that was judged, when it leads to something that was not.
func (v *View) unjudgedCode(code string) error {
	if !v.store.cache.unjudged.Load() {
		return nil
	}
	keys := []string{
		wire.Key(rootline.Ref{Space: rootline.SpaceAsset, ID: code}), wire.Key(rootline.Ref{Space: rootline.SpaceTag, ID: code}),
	}
	by, err := v.unjudgedOf(keys...)
	if err != nil {
		return err
	}
	for _, key := range keys {
		if tx, ok := by[key]; ok {
			return notJudged(code, tx)
		}
	}
	return nil
}

// markUnjudged notes which of the assets hold something newer that was not judged.
func (v *View) markUnjudged(assets []Asset) error {
	if len(assets) == 0 || v.cache == nil || !v.cache.unjudged.Load() {
		return nil
	}
	keys := make([]string, len(assets))
	for i := range assets {
		keys[i] = wire.Key(assets[i].Ref())
	}
	by, err := v.unjudgedOf(keys...)
	for i := range assets {
		assets[i].Unjudged = by[keys[i]]
	}
	return err
}

// UnjudgedOf gives, of records that hold something newer that was not judged, the quarantined transaction that it goes back
// to, by their ids. Pages show what was judged before.
func (v *View) UnjudgedOf(space rootline.Space, ids ...string) (map[string]string, error) {
	if len(ids) == 0 || !v.store.cache.unjudged.Load() {
		return nil, nil
	}
	keys := make([]string, len(ids))
	for i, id := range ids {
		keys[i] = wire.Key(rootline.Ref{Space: space, ID: id})
	}
	by, err := v.unjudgedOf(keys...)
	out := make(map[string]string, len(by))
	for i, key := range keys {
		if tx := by[key]; tx != "" {
			out[ids[i]] = tx
		}
	}
	return out, err
}
