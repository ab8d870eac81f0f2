package readmodel

import (
	"database/sql"
)

const selectFinding = `SELECT ordinal, id, kind, alarm, block, transaction_id, event, asset, detail, found FROM findings `

func scanFinding(rows *sql.Rows) (Finding, error) {
	f, err := scanOrdered(rows)
	return f.Finding, err
}

type orderedFinding struct {
	Finding
	ordinal int64
}

func scanOrdered(rows *sql.Rows) (orderedFinding, error) {
	var f orderedFinding
	err := rows.Scan(&f.ordinal, &f.ID, &f.Kind, &f.Alarm, &f.Block, &f.Transaction, &f.Event, &f.Asset, &f.Detail, &f.Found)
	return f, err
}

// Findings lists what did not agree, newest first.
func (v *View) Findings(p Page) (List[Finding], error) {
	before := int64(1) << 62
	if _, err := after("findings", p, &before); err != nil {
		return List[Finding]{}, err
	}
	rows, err := collect(v, scanOrdered, selectFinding+`WHERE ordinal < ? ORDER BY ordinal DESC LIMIT ?`, before, p.limit()+1)
	if err != nil {
		return List[Finding]{}, err
	}
	page := paged("findings", rows, p.limit(), func(f *orderedFinding) int64 { return f.ordinal })
	out := List[Finding]{Next: page.Next}
	for i := range page.Items {
		out.Items = append(out.Items, page.Items[i].Finding)
	}
	return out, nil
}

// RepeatedCount counts the events that valid transactions hold once more, without effect.
func (v *View) RepeatedCount() (n int, err error) {
	_, err = v.one([]any{&n}, `SELECT count(*) FROM repeated`)
	return n, err
}

// FindingCount says how many findings there are, and how many of them are alarms.
func (v *View) FindingCount() (all, alarms int, err error) {
	_, err = v.one([]any{&all, &alarms}, `SELECT count(*), coalesce(sum(alarm), 0) FROM findings`)
	return all, alarms, err
}
