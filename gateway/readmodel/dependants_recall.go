package readmodel

import (
	"database/sql"

	"github.com/rootline/rootline"
)

// mark is how a recall has an asset that it named: held until it is let go, for certain or only possibly.
type mark struct{ held, possible bool }

// mark reads what a recall of the root named. "" is no recall.
func (s *spread) mark(root, id string) error {
	if id == "" {
		return nil
	}
	r, err := read[*rootline.Recall](s.View, rootline.Ref{Space: rootline.SpaceRecall, ID: id})
	switch {
	case err != nil:
		return err
	case r == nil || r.Asset != root:
		return absent(id)
	}
	s.marks = map[string]mark{}
	_, err = collect(s.View, func(rows *sql.Rows) (struct{}, error) {
		var asset string
		var m mark
		err := rows.Scan(&asset, &m.held, &m.possible)
		s.marks[asset] = m
		return struct{}{}, err
	}, `SELECT asset, held, possible FROM freezes WHERE recall = ?`, id)
	return err
}

// free reports whether the recall let an asset go.
func (s *spread) free(asset string) bool {
	m, known := s.marks[asset]
	return known && !m.held
}

// settled reports whether the recall needs to name an asset no more: it was let go, or is held as surely as was found. A
// way through what was let go names nothing, since the ledger would not take it.
func (s *spread) settled(asset, via string, possible bool) bool {
	m, known := s.marks[asset]
	return known && (!m.held || !m.possible || possible) || s.free(via)
}
