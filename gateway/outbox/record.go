package outbox

import (
	"database/sql"
	"encoding/json"
	"errors"

	"github.com/rootline/rootline"
)

// insert puts new entries on disk. Those whose id is there already come back as they stand, except refused ones, which
// are taken anew; freed are those of which the bytes were kept.
func (s *store) insert(entries []*entry) (known map[string]*row, freed []*row, err error) {
	err = s.do(func(tx *sql.Tx) error {
		known, freed = map[string]*row{}, nil
		fresh, err := tx.Prepare(`INSERT INTO events (seq, id, hash, jws, inclusion, received, stage, changed, organisation, device, sum)
			VALUES (?, ?, ?, ?, ?, ?, 'queued', ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`)
		if err != nil {
			return err
		}
		defer fresh.Close()
		for _, e := range entries {
			inclusion, err := encode(e.sub.Inclusion)
			if err != nil {
				return err
			}
			args := []any{e.seq, e.id, e.hash[:], e.sub.JWS, inclusion, e.received, e.received, e.source.organisation, e.source.device, sumOf(e.sub.JWS, inclusion, e.source)}
			res, err := fresh.Exec(args...)
			if err != nil {
				return err
			}
			if n, err := res.RowsAffected(); err != nil {
				return err
			} else if n == 1 {
				continue
			}
			old, err := scan(tx.QueryRow("SELECT "+columns+" FROM events WHERE id = ?", e.id))
			if err != nil {
				return err
			}
			if old.stage != Refused {
				known[e.id] = old
				continue
			}
			if _, err := tx.Exec("DELETE FROM events WHERE id = ?", e.id); err != nil {
				return err
			}
			if old.submission.JWS != "" {
				freed = append(freed, old)
			}
			if _, err := fresh.Exec(args...); err != nil {
				return err
			}
		}
		return nil
	})
	return known, freed, err
}

// move notes the stage and the transaction of entries, except of those that the read model shows already.
func (s *store) move(entries []*entry, stage Stage, txID string, block uint64, at rootline.Instant) error {
	list, err := seqs(entries)
	if err != nil || len(entries) == 0 {
		return err
	}
	return s.do(func(tx *sql.Tx) error {
		_, err := tx.Exec(`UPDATE events SET stage = ?, tx = ?, block = ?, changed = ?
			WHERE seq IN (SELECT value FROM json_each(?)) AND settled = 0`, stage, txID, block, at, list)
		return err
	})
}

// seqs lists entries for json_each: one statement for all costs a fraction of one for each.
func seqs(entries []*entry) (string, error) {
	list := make([]int64, len(entries))
	for i, e := range entries {
		list[i] = e.seq
	}
	b, err := json.Marshal(list)
	return string(b), err
}

// refuse notes why entries were refused. Their signed bytes stay for who sent them.
func (s *store) refuse(refused []refusal, at rootline.Instant) error {
	return s.do(func(tx *sql.Tx) error {
		stmt, err := tx.Prepare(
			"UPDATE events SET stage = 'refused', refused = ?, tx = '', changed = ? WHERE seq = ?")
		if err != nil {
			return err
		}
		defer stmt.Close()
		for _, r := range refused {
			text, err := encode(r.why)
			if err != nil {
				return err
			}
			if _, err := stmt.Exec(text, at, r.entry.seq); err != nil {
				return err
			}
		}
		return nil
	})
}

// fetched notes that a refused event's device has its bytes.
func (s *store) fetched(id string, at rootline.Instant) error {
	return s.do(func(tx *sql.Tx) error {
		_, err := tx.Exec("UPDATE events SET fetched = ? WHERE id = ? AND stage = 'refused' AND fetched = 0", at, id)
		return err
	})
}

// settle notes that the read model shows the entries; their bytes are not needed any more.
func (s *store) settle(entries []*entry, at rootline.Instant) error {
	type recorded struct {
		tx    string
		block uint64
	}
	by := map[recorded][]*entry{}
	for _, e := range entries {
		where := recorded{e.tx, e.block}
		by[where] = append(by[where], e)
	}
	return s.do(func(tx *sql.Tx) error {
		for where, group := range by {
			list, err := seqs(group)
			if err != nil {
				return err
			}
			if _, err := tx.Exec(`UPDATE events SET stage = 'committed', tx = ?, block = ?, settled = 1, jws = '', inclusion = '',
				changed = ? WHERE seq IN (SELECT value FROM json_each(?))`, where.tx, where.block, at, list); err != nil {
				return err
			}
		}
		return nil
	})
}

// sweep removes answers that are older than they are kept, and the signed bytes that their devices fetched. It returns
// the refused events whose bytes went.
func (s *store) sweep(committedBefore, refusedBefore, fetchedBefore rootline.Instant) (freed []*row, err error) {
	err = s.do(func(tx *sql.Tx) error {
		if _, err := tx.Exec("DELETE FROM events WHERE stage = 'committed' AND settled = 1 AND changed < ?", committedBefore); err != nil {
			return err
		}
		freed = nil
		for _, going := range []struct {
			which  string
			before rootline.Instant
		}{{"stage = 'refused' AND changed < ?", refusedBefore}, {"fetched > 0 AND fetched < ?", fetchedBefore}} {
			rows, err := tx.Query("SELECT "+columns+" FROM events WHERE "+going.which+" AND jws <> ''", going.before)
			if err != nil {
				return err
			}
			for rows.Next() {
				r, err := scan(rows)
				if err != nil {
					_ = rows.Close()
					return err
				}
				freed = append(freed, r)
			}
			if err := errors.Join(rows.Err(), rows.Close()); err != nil {
				return err
			}
			// The second way to go meets none of the first: those are gone.
			if _, err := tx.Exec("UPDATE events SET jws = '', inclusion = '', fetched = 0 WHERE "+going.which, going.before); err != nil {
				return err
			}
		}
		_, err := tx.Exec("DELETE FROM events WHERE stage = 'refused' AND changed < ?", refusedBefore)
		return err
	})
	return freed, err
}
