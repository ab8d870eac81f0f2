package readmodel

import (
	"strings"
)

// MaxCodes is the most codes of a page of ListCodes.
const MaxCodes = 5_000

// ListCodes lists the codes of a listed lot or a roll in their order. A list that is not known, or whose file has not
// arrived, has none.
func (v *View) ListCodes(list string, p Page) (List[string], error) {
	var position int64
	if _, err := after("codes", p, &position); err != nil {
		return List[string]{}, err
	}
	limit := int64(p.Limit)
	if limit <= 0 || limit > MaxCodes {
		limit = MaxCodes
	}
	var number, count int64
	found, err := v.one([]any{&number, &count}, `SELECT number, count FROM indexed_lists WHERE list = ? LIMIT 1`, list)
	if err != nil || !found {
		return List[string]{}, err
	}
	end := min(position+limit, count)
	if position >= end {
		return List[string]{}, nil
	}
	rows, err := collect(v, text, `SELECT codes FROM list_codes WHERE chunk >= ? AND chunk <= ? ORDER BY chunk`,
		number<<16|position/codesPerRow, number<<16|(end-1)/codesPerRow)
	if err != nil || len(rows) == 0 {
		return List[string]{}, err
	}
	codes := strings.Split(strings.Join(rows, "\n"), "\n")
	first := position % codesPerRow
	out := List[string]{Items: codes[first:min(int64(len(codes)), first+end-position)]}
	if end < count {
		out.Next = cursorOf("codes", end)
	}
	return out, nil
}
