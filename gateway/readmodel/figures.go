package readmodel

import (
	"cmp"
	"database/sql"

	"github.com/rootline/rootline"
)

// Tally is how many acts of a sort there were in an hour.
type Tally struct {
	Book, Kind, Action string
	// State is the one after the act.
	State string
	// Place is where the asset belonged then; "" is nowhere, or not asked for.
	Place string
	// Hour is when the ledger witnessed them, in hours since 1970; 0 where the places are kept apart.
	Hour int64
	// N counts the acts; Units what they were about, one for a single thing and its whole amount for a lot.
	N, Units int64
}

// TallyFilter says which acts are counted. Book is a rulebook without its version. "" and 0 leave the members after Action
// open.
type TallyFilter struct {
	Book, Kind, Action string
	// Place takes the places within it, too.
	Place string
	// From and To are hours since 1970: from the one, and before the other.
	From, To int64
	// ByPlace keeps the places apart, and not the hours.
	ByPlace bool
}

const lastHour = int64(1) << 40

// Tallies counts committed acts, by the hour or by the place. Disputed ones count nothing.
func (v *View) Tallies(f TallyFilter) ([]Tally, error) {
	// The table that has no more apart than is asked for.
	table, apart := `tallies`, `'' AS p, hour AS h`
	allHours := f.From == 0 && f.To == 0
	if f.ByPlace {
		apart = `place AS p, 0 AS h`
	}
	switch {
	case f.ByPlace && allHours:
		table = `tallies_by_place`
	case !f.ByPlace && f.Place == "":
		table = `tallies_by_hour`
	}
	query := `SELECT book, kind, action, state, ` + apart + `, sum(n), sum(units) FROM ` + table + `
		WHERE book = ? AND kind = ? AND action = ?`
	args := []any{f.Book, f.Kind, f.Action}
	if !allHours {
		query, args = query+` AND hour >= ? AND hour < ?`, append(args, f.From, cmp.Or(f.To, lastHour))
	}
	if f.Place != "" {
		query, args = query+within, append(args, f.Place, f.Place+"/", f.Place+"0")
	}
	v = v.long()
	return collect(v, func(rows *sql.Rows) (t Tally, err error) {
		err = rows.Scan(&t.Book, &t.Kind, &t.Action, &t.State, &t.Place, &t.Hour, &t.N, &t.Units)
		return t, err
	}, query+` GROUP BY p, h, state ORDER BY p, h, state`, args...)
}

// within is the condition of a place with all that are in it: '0' follows '/'.
const within = ` AND (place = ? OR place > ? AND place < ?)`

// Stock is how many assets of a sort there are now.
type Stock struct {
	Book, Kind, State string
	// Place is where they belong; "" is nowhere, or not asked for.
	Place string
	// Located says whether they have a position.
	Located bool
	// N counts the assets; Units one for a single thing and the whole amount of a lot.
	N, Units int64
}

// StockFilter narrows stocks; "" leaves a member open.
type StockFilter struct {
	Book, Kind string
	// Place takes the places within it, too.
	Place string
	// ByPlace keeps the places apart.
	ByPlace bool
}

// Stocks counts the assets that there are. Items that sleep on the list of a lot are part of the lot.
func (v *View) Stocks(f StockFilter) ([]Stock, error) {
	place := `''`
	if f.ByPlace {
		place = `place`
	}
	query, args := `SELECT book, kind, state, `+place+` AS p, located, sum(n), sum(units) FROM stocks WHERE true`, []any{}
	if f.Book != "" {
		query, args = query+` AND book = ?`, append(args, f.Book)
	}
	if f.Kind != "" {
		query, args = query+` AND kind = ?`, append(args, f.Kind)
	}
	if f.Place != "" {
		query, args = query+within, append(args, f.Place, f.Place+"/", f.Place+"0")
	}
	v = v.long()
	return collect(v, func(rows *sql.Rows) (k Stock, err error) {
		err = rows.Scan(&k.Book, &k.Kind, &k.State, &k.Place, &k.Located, &k.N, &k.Units)
		return k, err
	}, query+` GROUP BY book, kind, state, p, located ORDER BY book, kind, state, p, located`, args...)
}

// PlannedPlaces are the places that have a plan, of those within one, or of all; in the order of their ids. Their shapes are
// left out, which are most of what a place weighs.
func (v *View) PlannedPlaces(in string) ([]rootline.Place, error) {
	query, args := `SELECT p.id, s.value FROM places p JOIN state s ON s.key = 'P/' || p.id`, []any{}
	if in != "" {
		query, args = query+` WHERE p.id = ? OR p.id > ? AND p.id < ?`, append(args, in, in+"/", in+"0")
	}
	var planned []rootline.Place
	_, err := collect(v, func(rows *sql.Rows) (none struct{}, err error) {
		p, err := scanRecord[*rootline.Place](rootline.SpacePlace)(rows)
		if err == nil && len(p.Plan)+len(p.Weeks) > 0 {
			bare := *p
			bare.Outline, bare.Line = nil, nil
			planned = append(planned, bare)
		}
		return none, err
	}, query+` ORDER BY p.id`, args...)
	return planned, err
}
