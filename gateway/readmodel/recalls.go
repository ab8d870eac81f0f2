package readmodel

import (
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/rootline/rootline"
)

// Recalls lists recalls, the newest first.
func (v *View) Recalls(p Page) (List[rootline.Recall], error) {
	before := "G" // the keys of recalls are F/ and an id that grows with time
	var last string
	if ok, err := after("recalls", p, &last); err != nil {
		return List[rootline.Recall]{}, err
	} else if ok {
		before = "F/" + last
	}
	rows, err := collect(v, func(rows *sql.Rows) (rootline.Recall, error) {
		var key string
		var value []byte
		if err := rows.Scan(&key, &value); err != nil {
			return rootline.Recall{}, err
		}
		r, err := decode[*rootline.Recall](rootline.Ref{Space: rootline.SpaceRecall, ID: key[2:]}, value)
		if err != nil {
			return rootline.Recall{}, err
		}
		return *r, nil
	}, `SELECT key, value FROM state WHERE key > 'F/' AND key < ? ORDER BY key DESC LIMIT ?`, before, p.limit()+1)
	return paged("recalls", rows, p.limit(), func(r *rootline.Recall) string { return r.ID }), err
}

// Recall returns one recall.
func (v *View) Recall(id string) (*rootline.Recall, error) {
	ref := rootline.Ref{Space: rootline.SpaceRecall, ID: id}
	r, err := read[*rootline.Recall](v, ref)
	if err == nil && r == nil {
		err = v.missing(ref)
	}
	return r, err
}

// RecallsOf returns the recalls of some ids by their ids, without those that are not there, were not judged or cannot be read.
func (v *View) RecallsOf(ids ...string) (map[string]*rootline.Recall, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, fmt.Errorf("readmodel: ids: %w", err)
	}
	out := make(map[string]*rootline.Recall, len(ids))
	_, err = collect(v, func(rows *sql.Rows) (struct{}, error) {
		var id string
		var value []byte
		if err := rows.Scan(&id, &value); err != nil {
			return struct{}{}, err
		}
		if r, err := decode[*rootline.Recall](rootline.Ref{Space: rootline.SpaceRecall, ID: id}, value); err == nil {
			out[id] = r
		}
		return struct{}{}, nil
	}, `SELECT j.value, s.value FROM json_each(?) j CROSS JOIN state s ON s.key = 'F/' || j.value`, string(list))
	return out, err
}

// Recalled is an asset that a recall froze.
type Recalled struct {
	Asset Asset
	rootline.Freeze
	// Held says that it is not released yet.
	Held bool
}

// RecallAssets lists what a recall froze, those that it released included, in the order of their ids.
func (v *View) RecallAssets(id string, p Page) (List[Recalled], error) {
	var last string
	if _, err := after("recall-assets", p, &last); err != nil {
		return List[Recalled]{}, err
	}
	rows, err := collect(v, func(rows *sql.Rows) (Recalled, error) {
		r := Recalled{Freeze: rootline.Freeze{Recall: id}}
		err := rows.Scan(&r.Asset.ID, &r.Via, &r.Possible, &r.Held)
		return r, err
	}, `SELECT asset, via, possible, held FROM freezes WHERE recall = ? AND asset > ? ORDER BY asset LIMIT ?`, id, last, p.limit()+1)
	if err != nil {
		return List[Recalled]{}, err
	}
	page := paged("recall-assets", rows, p.limit(), func(r *Recalled) string { return r.Asset.ID })
	ids := make([]string, len(page.Items))
	for i := range page.Items {
		ids[i] = page.Items[i].Asset.ID
	}
	assets, err := v.assets(ids)
	for i, j := 0, 0; i < len(page.Items) && j < len(assets); i++ { // both in the order of the ids
		if page.Items[i].Asset.ID == assets[j].ID {
			page.Items[i].Asset = assets[j]
			j++
		}
	}
	return page, err
}
