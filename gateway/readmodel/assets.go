package readmodel

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/rootline/rootline"
)

// AssetFilter narrows a list of assets; "" leaves a member open.
type AssetFilter struct {
	Kind, State, Custodian, Lot string
	// Place takes the places within it, too: "forest/9" finds what is in forest/9/14.
	Place string
	// Q is part of the code of the asset or of one of its tags. Spaces and the case do not matter.
	Q string
	// Disputed takes only those that a disputed event names.
	Disputed bool
	// Under takes those that lie under an asset, Recall those that a recall holds, Pending those of which an action of
	// that name waits for more signatures.
	Under, Recall, Pending string
	// Frozen takes those that any recall holds.
	Frozen bool
}

// Asset returns an asset by its own code, by a tag bound to it, or by its code on the list of its lot.
func (s *Store) Asset(ctx context.Context, code string) (*Asset, error) {
	return look(ctx, s, func(v *view) (*Asset, error) {
		asset, err := v.resolve(s, code)
		if err == nil && asset == nil {
			err = absent(code)
		}
		return asset, err
	})
}

func (v *view) resolve(s *Store, code string) (*Asset, error) {
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
	return v.sleeping(s, code)
}

// asset returns an asset that has a record of its own, or nil.
func (v *view) asset(id string) (*Asset, error) {
	found, err := v.assets([]string{id})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

const selectAsset = `SELECT a.id, s.value,
	(SELECT json_group_array(code) FROM (SELECT code FROM tags WHERE asset <> '' AND asset = a.id ORDER BY code)),
	EXISTS (SELECT 1 FROM event_subjects x WHERE x.asset = a.id AND x.seq = 0)
	FROM assets a JOIN state s ON s.key = 'A/' || a.id `

func scanAsset(rows *sql.Rows) (Asset, error) {
	var id, tags string
	var value []byte
	var a Asset
	if err := rows.Scan(&id, &value, &tags, &a.Disputed); err != nil {
		return a, err
	}
	record, err := decode[*rootline.Asset](rootline.Ref{Space: rootline.SpaceAsset, ID: id}, value)
	if err != nil {
		return a, err
	}
	a.Asset = *record
	if err := json.Unmarshal([]byte(tags), &a.Tags); err != nil {
		return a, fmt.Errorf("tags of %s: %w", id, err)
	}
	return a, nil
}

// assets returns the assets of the ids that have records, in the order of their ids.
func (v *view) assets(ids []string) ([]Asset, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, fmt.Errorf("readmodel: ids: %w", err)
	}
	return collect(v, scanAsset, selectAsset+`WHERE a.id IN (SELECT value FROM json_each(?)) ORDER BY a.id`, string(list))
}

// Assets lists assets in the order of their ids. Items that sleep are not among them: their lot is.
func (s *Store) Assets(ctx context.Context, f AssetFilter, p Page) (List[Asset], error) {
	var last string
	if _, err := after("assets", p, &last); err != nil {
		return List[Asset]{}, err
	}
	return look(ctx, s, func(v *view) (List[Asset], error) {
		v.long = true
		rows, err := v.page(&f, last, p.limit())
		return paged("assets", rows, p.limit(), func(a *Asset) string { return a.ID }), err
	})
}

// where gives the conditions of a filter and what fills them. Some say what a value implies, so that an index that leaves
// empty values out can be used.
func (f *AssetFilter) where() (where []string, args []any) {
	for _, c := range []struct{ value, condition string }{
		{f.Kind, `a.kind = ?`}, {f.State, `a.state = ?`}, {f.Custodian, `a.custodian = ?`}, {f.Lot, `a.lot = ? AND a.lot <> ''`},
		{f.Under, `a.under = ? AND a.under <> ''`}, {f.Pending, `a.pending = ? AND a.pending <> ''`},
		{f.Recall, `a.id IN (SELECT asset FROM freezes WHERE recall = ? AND held = 1)`},
	} {
		if c.value != "" {
			where, args = append(where, c.condition), append(args, c.value)
		}
	}
	if f.Place != "" {
		// '0' follows '/': the range holds all places within.
		where = append(where, `a.place <> '' AND (a.place = ? OR a.place > ? AND a.place < ?)`)
		args = append(args, f.Place, f.Place+"/", f.Place+"0")
	}
	if q := strings.ToUpper(strings.Join(strings.Fields(f.Q), "")); q != "" {
		where = append(where, `(instr(a.id, ?) > 0 OR a.id IN (SELECT asset FROM tags WHERE asset <> '' AND instr(code, ?) > 0))`)
		args = append(args, q, q)
	}
	if f.Frozen {
		where = append(where, `a.id IN (SELECT asset FROM freezes WHERE held = 1)`)
	}
	if f.Disputed {
		where = append(where, `a.id IN (SELECT asset FROM event_subjects WHERE seq = 0)`)
	}
	return where, args
}
