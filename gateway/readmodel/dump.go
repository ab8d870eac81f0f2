package readmodel

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"io"

	"github.com/rootline/rootline/gateway/codeindex"
)

// dumped lists the tables with the order of their rows. Ordinals of findings are left out: a finding about a file is
// made when the file arrives.
var dumped = []struct{ table, columns, order string }{
	{`cursor`, `*`, `only`},
	{`blocks`, `*`, `number`},
	{`transactions`, `*`, `block, position`},
	{`state`, `*`, `key`},
	{`events`, `*`, `ordinal`},
	{`event_subjects`, `*`, `asset, event`},
	{`event_files`, `*`, `sha256, event`},
	{`photos`, `*`, `asset, event, position`},
	{`assets`, `*`, `id`},
	{`also_under`, `*`, `asset`},
	{`tallies`, `*`, `book, kind, action, hour, place, state`},
	{`tallies_by_hour`, `*`, `book, kind, action, hour, state`},
	{`tallies_by_place`, `*`, `book, kind, action, place, state`},
	{`stocks`, `*`, `book, kind, state, place, located`},
	{`edges`, `*`, `to_asset, from_asset, event`},
	{`freezes`, `*`, `recall, asset`},
	{`tags`, `*`, `code`},
	{`places`, `*`, `id`},
	{`devices`, `*`, `kid`},
	{`lists`, `*`, `list, sha256`},
	{`indexed_lists`, `space, list, count`, `space, list`},
	{`repeated`, `*`, `block, transaction_position, position`},
	{`quarantined`, `*`, `block, position`},
	{`unjudged`, `*`, `key`},
	{`not_recomputed`, `*`, `key`},
	{`findings`, `id, kind, alarm, block, transaction_id, event, asset, detail, found`, `id`},
}

// Dump writes all rows, one JSON list a line after the name of the table. Two read models of the same blocks and
// evidence files give the same bytes, however they came to be.
func (v *View) Dump(w io.Writer) error {
	v = v.long()
	for _, d := range dumped {
		if err := v.dump(w, d.table, `SELECT `+d.columns+` FROM `+d.table+` ORDER BY `+d.order); err != nil {
			return err
		}
	}
	return v.dumpCodes(w)
}

// dumpCodes writes the codes of lists, each with its list and its place on it.
func (v *View) dumpCodes(w io.Writer) error {
	all, err := collect(v, func(rows *sql.Rows) (l codeindex.Listing, err error) {
		err = rows.Scan(&l.List, &l.Number)
		return l, err
	}, `SELECT list, number FROM indexed_lists ORDER BY space, list`)
	for _, l := range all {
		codes, err := v.store.codes.Codes(v.query, l.Number)
		if err != nil {
			return err
		}
		for i, code := range codes {
			if _, err := fmt.Fprintf(w, "list_codes [%q,%q,%d]\n", code, l.List, i); err != nil {
				return fmt.Errorf("readmodel: dump codes: %w", err)
			}
		}
	}
	return err
}

func (v *View) dump(w io.Writer, table, query string) error {
	rows, err := v.query(query)
	if err != nil {
		return fmt.Errorf("readmodel: dump %s: %w", table, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return fmt.Errorf("readmodel: dump %s: %w", table, err)
	}
	row, cells := make([]any, len(columns)), make([]any, len(columns))
	for i := range row {
		cells[i] = &row[i]
	}
	for rows.Next() {
		if err := rows.Scan(cells...); err != nil {
			return fmt.Errorf("readmodel: dump %s: %w", table, err)
		}
		line, err := json.Marshal(row)
		if err != nil {
			return fmt.Errorf("readmodel: dump %s: %w", table, err)
		}
		if _, err := fmt.Fprintf(w, "%s %s\n", table, line); err != nil {
			return fmt.Errorf("readmodel: dump %s: %w", table, err)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("readmodel: dump %s: %w", table, err)
	}
	return nil
}
