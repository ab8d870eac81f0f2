package readmodel

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
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
	{`assets`, `*`, `id`},
	{`edges`, `*`, `to_asset, from_asset, event`},
	{`tags`, `*`, `code`},
	{`places`, `*`, `id`},
	{`devices`, `*`, `kid`},
	{`lists`, `*`, `list, sha256`},
	{`list_items`, `*`, `code, list`},
	{`findings`, `id, kind, alarm, block, transaction_id, event, asset, detail, found`, `id`},
}

// Dump writes all rows, one JSON list a line after the name of the table. Two read models of the same blocks and
// evidence files give the same bytes, however they came to be.
func (s *Store) Dump(ctx context.Context, w io.Writer) error {
	_, err := look(ctx, s, func(v *view) (struct{}, error) {
		v.long = true
		for _, d := range dumped {
			if err := v.dump(w, d.table, `SELECT `+d.columns+` FROM `+d.table+` ORDER BY `+d.order); err != nil {
				return struct{}{}, err
			}
		}
		return struct{}{}, nil
	})
	return err
}

func (v *view) dump(w io.Writer, table, query string) error {
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
