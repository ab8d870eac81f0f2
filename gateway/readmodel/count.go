package readmodel

// MaxCount is how far the assets of a filter are counted.
const MaxCount = 10_000

// maxTextCount is how far they are counted where whole records are read.
const maxTextCount = 1_000

// Count is how many there are. More says that there are, or may be, more than N.
type Count struct {
	N    int
	More bool
}

// CountAssets counts what a filter matches, as far as MaxCount and as a page would look for it.
func (v *View) CountAssets(f AssetFilter) (Count, error) {
	v = v.long()
	grouped, rest := f.groupPart()
	if rest == (AssetFilter{}) {
		groups, ok, err := v.groups(&grouped)
		if err != nil {
			return Count{}, err
		}
		if ok {
			return v.countGroups(groups)
		}
	}
	return v.countWalked(&f)
}

func (v *View) countGroups(groups []group) (Count, error) {
	n := 0
	for _, g := range groups {
		query, args := idsOfGroup, []any{g.kind, g.state, g.custodian, g.located, "", MaxCount + 1 - n}
		if g.place != "" {
			query, args = idsOfGroupAt, []any{g.place, g.kind, g.state, g.custodian, "", MaxCount + 1 - n}
		}
		var of int
		if _, err := v.one([]any{&of}, `SELECT count(*) FROM (`+query+`)`, args...); err != nil {
			return Count{}, err
		}
		if n += of; n > MaxCount {
			return Count{N: MaxCount, More: true}, nil
		}
	}
	return Count{N: n}, nil
}

// countWalked counts what one page would look through.
func (v *View) countWalked(f *AssetFilter) (Count, error) {
	f.Order = ByID
	w, err := v.walk(f)
	if err != nil {
		return Count{}, err
	}
	limit := MaxCount + 1
	if f.Text != "" {
		limit = maxTextCount + 1
	}
	ids, end, _, err := w(at{}, limit)
	if err != nil {
		return Count{}, err
	}
	n := len(ids)
	if f.Text != "" {
		rows, err := v.assets(ids)
		if err != nil {
			return Count{}, err
		}
		n = 0
		for i := range rows {
			if f.holds(&rows[i]) {
				n++
			}
		}
	}
	return Count{N: min(n, limit-1), More: end != nowhere}, nil
}
