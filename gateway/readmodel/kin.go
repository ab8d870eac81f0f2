package readmodel

import (
	"database/sql"
	"encoding/json"
	"fmt"
)

// kin is an asset as traces need it, with its links. It does not change once others see it.
type kin struct {
	Relative
	since int64
	// back leads to what it was made from, forward to what it went into, each nil until it is read.
	back, forward *links
}

// links are the edges at an asset, in the order of the ledger.
type links []link

type link struct {
	// other is the asset at the far end.
	other  string
	amount int64
	// possible says that it is not certain that the one went into the other.
	possible bool
	event    string
	ordinal  int64
}

// maxKept is how many links of one asset are remembered. A lot that a city's trees wake from has more.
const maxKept = 5_000

func (k *kin) links(d Direction) *links {
	if d == Forward {
		return k.forward
	}
	return k.back
}

// size is what counts towards maxKin.
func (k *kin) size() int {
	n := 1
	for _, l := range []*links{k.back, k.forward} {
		if l != nil {
			n += len(*l)
		}
	}
	return n
}

func (m *memory) drop(k *kin) {
	m.links -= k.size()
	delete(m.kin, k.ID)
}

// keepKin remembers assets that were read at a block.
func (m *memory) keepKin(all []*kin, at int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if at != m.at {
		return
	}
	for _, k := range all {
		if k.size() > maxKept {
			continue
		}
		if old := m.kin[k.ID]; old != nil {
			m.drop(old)
			if k.back == nil {
				k.back = old.back
			}
			if k.forward == nil {
				k.forward = old.forward
			}
		}
		if m.links > maxKin {
			clear(m.kin)
			m.links = 0
		}
		m.kin[k.ID] = k
		m.links += k.size()
	}
}

// kinOf gives assets with their links in a direction. whole is false when some links were left out, being too many.
func (v *View) kinOf(ids []string, d Direction, most int) (found map[string]*kin, whole bool, err error) {
	at := v.block()
	found = make(map[string]*kin, len(ids))
	var missing []string
	v.cache.mu.RLock()
	for _, id := range ids {
		if k := v.cache.kin[id]; k != nil && k.links(d) != nil && k.since <= at && at <= v.cache.at {
			found[id] = k
		} else {
			missing = append(missing, id)
		}
	}
	v.cache.mu.RUnlock()
	if len(missing) == 0 {
		return found, true, nil
	}
	read, whole, err := v.readKin(missing, d, at, most)
	if err != nil {
		return nil, false, err
	}
	for _, k := range read {
		found[k.ID] = k
	}
	if whole {
		v.cache.keepKin(read, at)
	}
	return found, whole, nil
}

// readKin reads assets and their links from the tables.
func (v *View) readKin(ids []string, d Direction, at int64, most int) (all []*kin, whole bool, err error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, false, fmt.Errorf("readmodel: ids: %w", err)
	}
	words := map[string]string{} // kinds, rulebooks and states are few
	word := func(s *string) {
		if known, ok := words[*s]; ok {
			*s = known
		} else {
			words[*s] = *s
		}
	}
	all, err = collect(v, func(rows *sql.Rows) (*kin, error) {
		k := &kin{since: at}
		err := rows.Scan(&k.ID, &k.Kind, &k.Rulebook, &k.State, &k.Disputed)
		word(&k.Kind)
		word(&k.Rulebook)
		word(&k.State)
		return k, err
	}, `SELECT a.id, a.kind, a.rulebook, a.state, EXISTS (SELECT 1 FROM event_subjects x WHERE x.asset = a.id AND x.seq = 0 AND x.link <> 'unjudged')
		FROM json_each(?) j CROSS JOIN assets a ON a.id = j.value`, string(list))
	if err != nil {
		return nil, false, err
	}
	by := make(map[string]*links, len(all))
	for _, k := range all {
		l := &links{}
		if by[k.ID] = l; d == Forward {
			k.forward = l
		} else {
			k.back = l
		}
	}
	whole, err = v.readLinks(string(list), d, by, most)
	return all, whole, err
}

// The links of some assets: the near end, the far end, and what lies between, in the order of the ledger for each.
const (
	linksBack = `SELECT x.to_asset, x.from_asset, x.amount, x.event, x.possible FROM json_each(?) j
		CROSS JOIN edges x ON x.to_asset = j.value ORDER BY x.event, x.from_asset, x.to_asset LIMIT ?`
	linksForward = `SELECT x.from_asset, x.to_asset, x.amount, x.event, x.possible FROM json_each(?) j
		CROSS JOIN edges x ON x.from_asset = j.value ORDER BY x.event, x.from_asset, x.to_asset LIMIT ?`
)

func (v *View) readLinks(ids string, d Direction, by map[string]*links, most int) (whole bool, err error) {
	query := linksBack
	if d == Forward {
		query = linksForward
	}
	n, events := 0, map[int64]string{}
	_, err = collect(v, func(rows *sql.Rows) (struct{}, error) {
		var near string
		var l link
		err := rows.Scan(&near, &l.other, &l.amount, &l.ordinal, &l.possible)
		if to := by[near]; to != nil && n < most {
			*to = append(*to, l)
			events[l.ordinal] = ""
		}
		n++
		return struct{}{}, err
	}, query, ids, most+1)
	if err != nil || len(events) == 0 {
		return n <= most, err
	}
	return n <= most, v.nameEvents(events, by)
}

// nameEvents puts the events' ids into the links.
func (v *View) nameEvents(events map[int64]string, by map[string]*links) error {
	ordinals := make([]int64, 0, len(events))
	for o := range events {
		ordinals = append(ordinals, o)
	}
	list, err := json.Marshal(ordinals)
	if err != nil {
		return fmt.Errorf("readmodel: ordinals: %w", err)
	}
	_, err = collect(v, func(rows *sql.Rows) (struct{}, error) {
		var ordinal int64
		var id string
		err := rows.Scan(&ordinal, &id)
		events[ordinal] = id
		return struct{}{}, err
	}, `SELECT e.ordinal, e.id FROM json_each(?) j CROSS JOIN events e ON e.ordinal = j.value`, string(list))
	for _, l := range by {
		for i := range *l {
			(*l)[i].event = events[(*l)[i].ordinal]
		}
	}
	return err
}
