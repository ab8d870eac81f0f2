package readmodel

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"strings"

	"github.com/rootline/rootline"
)

// Places are sorted by their titles and devices by their pseudonyms as columns hold them: in lower case, numbers by how much
// they are, and where a title is missing in a language by that of the other one. Chinese goes by its code points.

func titleEn(p *rootline.Place) string { return sortKey(cmp.Or(p.Title.En, p.Title.Zh)) }

func titleZh(p *rootline.Place) string { return sortKey(cmp.Or(p.Title.Zh, p.Title.En)) }

func deviceName(d *rootline.Device) string { return sortKey(d.Name) }

var number = regexp.MustCompile(`[0-9]{1,99}`)

// sortKey writes a title so that keys that are compared by their bytes are in the order that people expect: K9+900 before
// K10+000, and Plot 9 before Plot 10. Each number has how many digits it has before it, without zeros at its beginning.
func sortKey(title string) string {
	return number.ReplaceAllStringFunc(strings.ToLower(title), func(digits string) string {
		digits = strings.TrimLeft(digits, "0")
		return fmt.Sprintf("%02d%s", len(digits), digits)
	})
}

// addTitles makes the columns and fills them from the records that are there.
func addTitles(ctx context.Context, tx *sql.Tx) error {
	for _, statement := range []string{
		`ALTER TABLE places ADD COLUMN title_en TEXT NOT NULL DEFAULT ''`,
		`ALTER TABLE places ADD COLUMN title_zh TEXT NOT NULL DEFAULT ''`,
		`ALTER TABLE devices ADD COLUMN name TEXT NOT NULL DEFAULT ''`,
		`CREATE INDEX places_title_en ON places (title_en, id)`,
		`CREATE INDEX places_title_zh ON places (title_zh, id)`,
		`CREATE INDEX devices_name ON devices (name, kid)`,
	} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("readmodel: %s: %w", statement, err)
		}
	}
	err := eachRecord(ctx, tx, rootline.SpacePlace, func(p *rootline.Place) error {
		_, err := tx.ExecContext(ctx, `UPDATE places SET title_en = ?, title_zh = ? WHERE id = ?`, titleEn(p), titleZh(p), p.ID)
		return err
	})
	if err != nil {
		return err
	}
	return eachRecord(ctx, tx, rootline.SpaceDevice, func(d *rootline.Device) error {
		_, err := tx.ExecContext(ctx, `UPDATE devices SET name = ? WHERE kid = ?`, deviceName(d), d.Kid)
		return err
	})
}

// eachRecord reads all records of a namespace, which are few compared with assets, and then does something with each.
func eachRecord[T rootline.Record](ctx context.Context, tx *sql.Tx, space rootline.Space, do func(T) error) error {
	rows, err := tx.QueryContext(ctx, `SELECT substr(key, 3), value FROM state WHERE key >= ? AND key < ?`, string(rune(space))+"/", string(rune(space))+"0")
	if err != nil {
		return fmt.Errorf("readmodel: read records: %w", err)
	}
	defer rows.Close()
	var all []T
	for scan := scanRecord[T](space); rows.Next(); {
		r, err := scan(rows)
		if err != nil {
			return fmt.Errorf("readmodel: read a record: %w", err)
		}
		all = append(all, r)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("readmodel: read records: %w", err)
	}
	for _, r := range all {
		if err := do(r); err != nil {
			return fmt.Errorf("readmodel: fill in a title: %w", err)
		}
	}
	return nil
}

func dropTitles(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `DROP INDEX devices_name; DROP INDEX places_title_zh; DROP INDEX places_title_en;
		ALTER TABLE devices DROP COLUMN name; ALTER TABLE places DROP COLUMN title_zh; ALTER TABLE places DROP COLUMN title_en`)
	return err
}
