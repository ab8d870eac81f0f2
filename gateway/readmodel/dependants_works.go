package readmodel

import (
	"database/sql"

	"github.com/rootline/rootline"
)

// below goes to what lies under the root: deliveries share the fate of the test lot that they were tested with. Only
// from the root, or each panel would lead through its division to all the others.
func (s *spread) below(root string) error {
	found, err := collect(s.View, func(rows *sql.Rows) (step, error) {
		to := step{via: root}
		return to, rows.Scan(&to.asset)
	}, `SELECT id FROM assets WHERE under = ? ORDER BY id`, root)
	for _, to := range found {
		s.push(to)
	}
	return err
}

// above is what an asset lies under when that, or something above it, is closed to what lies under it: it was accepted on
// the strength of this one. Otherwise it is "". Something that is still open counts what is held under it, and is not
// accepted meanwhile, so that it need not be held itself.
func (s *spread) above(id string) (string, error) {
	if up, known := s.raised[id]; known {
		return up, nil
	}
	up, open, err := s.under(id)
	if err != nil || up == "" {
		return "", err
	}
	if open {
		higher, err := s.above(up)
		if err != nil {
			return "", err
		}
		if higher == "" {
			up = ""
		}
	}
	s.raised[id] = up
	return up, nil
}

// under gives what an asset lies under, "" for nothing, and whether that is open to it.
func (s *spread) under(id string) (up string, open bool, err error) {
	type pair struct{ up, kind, book, above, state string }
	pairs, err := collect(s.View, func(rows *sql.Rows) (pair, error) {
		var p pair
		err := rows.Scan(&p.up, &p.kind, &p.book, &p.above, &p.state)
		return p, err
	}, `SELECT p.id, c.kind, c.rulebook, p.kind, p.state FROM assets c JOIN assets p ON p.id = c.under WHERE c.id = ? AND c.under <> ''`, id)
	if err != nil || len(pairs) == 0 {
		return "", false, err
	}
	p := pairs[0]
	adopted, err := record[*rootline.AdoptedRulebook](s.View, rootline.SpaceRulebook, p.book)
	if err != nil || adopted == nil {
		return p.up, false, err
	}
	book, err := s.store.books.Parse(adopted.YAML)
	if err != nil {
		return "", false, err
	}
	kind := book.Kind(p.kind)
	return p.up, kind != nil && kind.Under != nil && kind.Under.Open(p.above, p.state), nil
}
