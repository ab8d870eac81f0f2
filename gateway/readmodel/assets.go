package readmodel

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/rootline/rootline"
)

// Asset returns an asset by its own code, by a tag bound to it, or by its code on the list of its lot.
func (v *View) Asset(code string) (*Asset, error) {
	asset, err := v.resolve(code)
	if err == nil && asset == nil {
		if err = v.unjudgedCode(code); err == nil {
			err = absent(code)
		}
	}
	return asset, err
}

func (v *View) resolve(code string) (*Asset, error) {
	asset, err := v.asset(code)
	if asset != nil || err != nil {
		return asset, err
	}
	tag, err := record[*rootline.Tag](v, rootline.SpaceTag, code)
	if err != nil {
		return nil, err
	}
	if tag != nil && tag.Asset != "" {
		return v.asset(tag.Asset)
	}
	asleep, err := v.sleeping(code)
	return asleep[code], err
}

// asset returns an asset that has a record of its own, or nil.
func (v *View) asset(id string) (*Asset, error) {
	found, err := v.assets([]string{id})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

const selectAsset = `SELECT a.id, s.value,
	(SELECT json_group_array(code) FROM (SELECT code FROM tags WHERE asset <> '' AND asset = a.id ORDER BY code)),
	EXISTS (SELECT 1 FROM event_subjects x WHERE x.asset = a.id AND x.seq = 0 AND x.link <> 'unjudged'),
	` + latestPhoto + `, ` + releasedPhoto + `
	FROM assets a JOIN state s ON s.key = 'A/' || a.id `

func scanAsset(rows *sql.Rows) (Asset, error) {
	var id, tags string
	var value []byte
	var a Asset
	if err := rows.Scan(&id, &value, &tags, &a.Disputed, (*hash)(&a.Photo), (*hash)(&a.ReleasedPhoto)); err != nil {
		return a, err
	}
	record, err := decode[*rootline.Asset](rootline.Ref{Space: rootline.SpaceAsset, ID: id}, value)
	if err != nil {
		return a, err
	}
	a.Asset = *record
	if err := json.Unmarshal([]byte(tags), &a.Tags); err != nil {
		return a, malformed("tags of %s: %w", id, err)
	}
	return a, nil
}

// assets returns the assets of the ids that have records, in the order of their ids.
func (v *View) assets(ids []string) ([]Asset, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, fmt.Errorf("readmodel: ids: %w", err)
	}
	found, err := collect(v, scanAsset, selectAsset+`WHERE a.id IN (SELECT value FROM json_each(?)) ORDER BY a.id`, string(list))
	if err != nil {
		return nil, err
	}
	if err := v.markUnjudged(found); err != nil {
		return nil, err
	}
	all := make([]*Asset, len(found))
	for i := range found {
		all[i] = &found[i]
	}
	return found, v.markNotRecomputed(all...)
}

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
