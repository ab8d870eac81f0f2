package readmodel

import (
	"database/sql"
	"slices"
	"strings"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
)

// marking are the assets that left a mark at one by which a recall of it reaches them, in the order of their ids: as the
// ledger takes a step to a dependant.
func (s *spread) marking(at string) ([]string, error) {
	prefix := wire.Key(rootline.Ref{Space: rootline.SpaceMark, ID: at + "/"})
	marks, err := collect(s.View, func(rows *sql.Rows) (*rootline.Mark, error) {
		var key string
		var value []byte
		if err := rows.Scan(&key, &value); err != nil {
			return nil, err
		}
		ref, err := wire.ParseKey(key)
		if err != nil {
			return nil, malformed("%v", err)
		}
		return decode[*rootline.Mark](ref, value)
	}, `SELECT key, value FROM state WHERE key >= ? AND key < ? ORDER BY key`, prefix, strings.TrimSuffix(prefix, "/")+"0")
	if err != nil {
		return nil, err
	}
	var found []string
	for _, m := range marks {
		parts := strings.Split(m.ID, "/") // as MarkID puts them together
		if m.Count == 0 || len(parts) != 5 {
			continue
		}
		by := parts[4]
		if by == "" {
			by = m.Asset // of one that is left once; "" in the sum of parts
		}
		if by == "" {
			continue
		}
		follows, err := s.recallsBy(by, parts[2])
		if err != nil {
			return nil, err
		}
		if follows {
			found = append(found, by)
		}
	}
	slices.Sort(found)
	return slices.Compact(found), nil
}

// recallsBy reports whether a mark that an asset left leads a recall to it, by the version that the asset stands under.
func (s *spread) recallsBy(id, mark string) (bool, error) {
	a, err := s.asset(id)
	if err != nil || a == nil {
		return false, err
	}
	adopted, err := record[*rootline.AdoptedRulebook](s.View, rootline.SpaceRulebook, a.Rulebook)
	if err != nil || adopted == nil {
		return false, err
	}
	book, err := s.store.books.Parse(adopted.YAML)
	if err != nil {
		return false, err
	}
	m := book.Mark(mark)
	return m != nil && m.Recalls, nil
}
