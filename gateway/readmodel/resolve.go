package readmodel

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
)

// Resolve returns what Asset would for each code, all as of one block, in the order of the codes; nil where a code
// leads to nothing. However many they are, a few statements are run.
func (v *View) Resolve(codes []string) ([]*Asset, error) {
	known, err := v.recorded(codes)
	if err != nil {
		return nil, err
	}
	var others []string
	for _, code := range codes {
		if known[code] == nil {
			others = append(others, code)
		}
	}
	asleep, err := v.sleeping(others...)
	if err != nil {
		return nil, err
	}
	out := make([]*Asset, len(codes))
	for i, code := range codes {
		if out[i] = known[code]; out[i] == nil {
			out[i] = asleep[code]
		}
	}
	return out, nil
}

// recorded finds the assets that have records of their own, by their own codes and by those of their tags.
func (v *View) recorded(codes []string) (map[string]*Asset, error) {
	list, err := json.Marshal(codes)
	if err != nil {
		return nil, fmt.Errorf("readmodel: codes: %w", err)
	}
	type tagged struct{ code, asset string }
	tags, err := collect(v, func(rows *sql.Rows) (t tagged, err error) {
		err = rows.Scan(&t.code, &t.asset)
		return t, err
	}, `SELECT t.code, t.asset FROM json_each(?) j CROSS JOIN tags t ON t.code = j.value WHERE t.asset <> ''`, string(list))
	if err != nil {
		return nil, err
	}
	ids := slices.Clone(codes)
	for _, t := range tags {
		ids = append(ids, t.asset)
	}
	found, err := v.assets(ids)
	if err != nil {
		return nil, err
	}
	known := make(map[string]*Asset, len(found)+len(tags))
	for i := range found {
		known[found[i].ID] = &found[i]
	}
	for _, t := range tags {
		if known[t.code] == nil { // a code's own asset comes first
			known[t.code] = known[t.asset]
		}
	}
	return known, nil
}
