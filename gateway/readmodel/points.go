package readmodel

import (
	"database/sql"
	"strings"

	"github.com/rootline/rootline"
)

// MaxPoints bounds how many positions Points gives: what a map can draw, and a browser can hold.
const MaxPoints = 250_000

// Look is what a map tells apart: a kind in a state, under the rulebook that names both.
type Look struct{ Rulebook, Kind, State string }

// Points are positions of assets, in columns of equal length.
type Points struct {
	IDs []string
	// At are micro-degrees.
	At []rootline.Point
	// Look is each one's place in Looks.
	Look  []uint16
	Looks []Look
	// More says that there are more than MaxPoints.
	More bool
}

// Points gives the positions of the assets that match and have one. Filters that read whole records, Text among them, are
// not followed.
func (v *View) Points(f AssetFilter) (*Points, error) {
	f.Located, f.Text = Yes, ""
	v = v.long()
	where, args := f.where("")
	out, looks := &Points{}, map[Look]uint16{}
	type row struct {
		id string
		at rootline.Point
		of Look
	}
	rows, err := collect(v, func(rows *sql.Rows) (r row, err error) {
		err = rows.Scan(&r.id, &r.at.Lat, &r.at.Lon, &r.of.Rulebook, &r.of.Kind, &r.of.State)
		return r, err
	}, `SELECT a.id, a.lat, a.lon, a.rulebook, a.kind, a.state FROM assets a WHERE `+strings.Join(where, ` AND `)+` LIMIT ?`, append(args, MaxPoints+1)...)
	if err != nil {
		return nil, err
	}
	if out.More = len(rows) > MaxPoints; out.More {
		rows = rows[:MaxPoints]
	}
	for i := range rows {
		r := &rows[i]
		n, ok := looks[r.of]
		if !ok {
			n = uint16(len(looks)) // a rulebook has tens of states, and a ledger tens of rulebooks
			looks[r.of], out.Looks = n, append(out.Looks, r.of)
		}
		out.IDs, out.At, out.Look = append(out.IDs, r.id), append(out.At, r.at), append(out.Look, n)
	}
	return out, nil
}
