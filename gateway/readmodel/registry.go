package readmodel

import (
	"database/sql"
	"strings"

	"github.com/rootline/rootline"
)

// PlaceFilter narrows a list of places; "" leaves a member open.
type PlaceFilter struct {
	Kind string
	// Parent takes the places directly within one.
	Parent string
	// Within takes a place and all places within it, however deep.
	Within string
	// Q is part of what the record says in words: the id, the title, the kind. The case of Latin letters does not matter.
	Q string
	// Order is by id, kind or parent; "" is by id.
	Order Order
}

// Place returns a place by its id.
func (v *View) Place(id string) (*rootline.Place, error) {
	return single[*rootline.Place](v, rootline.SpacePlace, id)
}

// Places lists places. By their ids, a place comes before those within it; what is alike of a kind or a parent goes by its id.
func (v *View) Places(f PlaceFilter, p Page) (List[rootline.Place], error) {
	return listed[rootline.Place](v, "places", `SELECT p.id, s.value FROM places p JOIN state s ON s.key = 'P/' || p.id`,
		`p.id`, []condition{
			{f.Kind, `p.kind = ?`}, {f.Parent, `p.parent = ?`}, {slashed(f.Within), `instr(p.id || '/', ?) = 1`},
			{lower(f.Q), `instr(lower(p.id || ' ' || CAST(s.value AS TEXT)), ?) > 0`},
		}, f.Order, map[string]column[rootline.Place]{
			"kind":   {`p.kind`, func(p *rootline.Place) string { return p.Kind }},
			"parent": {`p.parent`, func(p *rootline.Place) string { return p.Parent }}, "title-en": {`p.title_en`, titleEn}, "title-zh": {`p.title_zh`, titleZh},
		}, p, rootline.SpacePlace, func(p *rootline.Place) string { return p.ID })
}

// slashed ends an id where those within begin.
func slashed(id string) string {
	if id == "" {
		return ""
	}
	return id + "/"
}

// DeviceFilter narrows a list of devices; "" leaves a member open.
type DeviceFilter struct {
	Organisation, Role string
	// Order is by kid, organisation or role; "" is by kid.
	Order Order
}

// Device returns a device by its kid.
func (v *View) Device(kid string) (*rootline.Device, error) {
	return single[*rootline.Device](v, rootline.SpaceDevice, kid)
}

// Devices lists devices. Those of one organisation or role go by their kids.
func (v *View) Devices(f DeviceFilter, p Page) (List[rootline.Device], error) {
	return listed[rootline.Device](v, "devices", `SELECT d.kid, s.value FROM devices d JOIN state s ON s.key = 'D/' || d.kid`,
		`d.kid`, []condition{{f.Organisation, `d.organisation = ?`}, {f.Role, `d.role = ?`}}, f.Order, map[string]column[rootline.Device]{
			"organisation": {`d.organisation`, func(d *rootline.Device) string { return d.Organisation }},
			"role":         {`d.role`, func(d *rootline.Device) string { return d.Role }}, "name": {`d.name`, deviceName},
		}, p, rootline.SpaceDevice, func(d *rootline.Device) string { return d.Kid })
}

// Tag returns a bound tag or a roll by its code.
func (v *View) Tag(code string) (*rootline.Tag, error) {
	return single[*rootline.Tag](v, rootline.SpaceTag, code)
}

// Organisation returns a member by its MSP id.
func (v *View) Organisation(mspID string) (*rootline.Organisation, error) {
	return single[*rootline.Organisation](v, rootline.SpaceOrganisation, mspID)
}

// Ledger returns the founding, the members and how far the blocks were read, all as of one block.
func (v *View) Ledger() (*Ledger, error) {
	l := Ledger{Cursor: v.at}
	var err error
	if l.Ledger, err = record[*rootline.Ledger](v, rootline.SpaceLedger, ""); err != nil || l.Ledger == nil {
		return &l, err
	}
	for _, msp := range l.Ledger.Organisations {
		org, err := record[*rootline.Organisation](v, rootline.SpaceOrganisation, msp)
		if err != nil {
			return nil, err
		}
		if org != nil {
			l.Organisations = append(l.Organisations, *org)
		}
	}
	return &l, nil
}

func single[T interface {
	rootline.Record
	comparable
}](v *View, space rootline.Space, id string) (T, error) {
	var none T
	r, err := record[T](v, space, id)
	if err == nil && r == none {
		err = v.missing(rootline.Ref{Space: space, ID: id})
	}
	return r, err
}

func scanRecord[T rootline.Record](space rootline.Space) func(*sql.Rows) (T, error) {
	return func(rows *sql.Rows) (T, error) {
		var none T
		var id string
		var value []byte
		if err := rows.Scan(&id, &value); err != nil {
			return none, err
		}
		return decode[T](rootline.Ref{Space: space, ID: id}, value)
	}
}

// condition is part of a filter, left out when its value is "".
type condition struct{ value, sql string }

// column is one that a list is sorted by, besides its key: as SQL, and of a row.
type column[T any] struct {
	sql string
	of  func(*T) string
}

// rank is where a row stands in a list: by the column that it is sorted by ("" where it is sorted by its key alone), then by
// its key.
type rank struct{ By, Key string }

func listed[T any, P interface {
	*T
	rootline.Record
}](v *View, name, query, key string, filter []condition, order Order, columns map[string]column[T], p Page, space rootline.Space, id func(*T) string) (List[T], error) {
	by, sorted := columns[strings.TrimPrefix(string(order), "-")]
	name += string(order)
	var last rank
	ok, err := after(name, p, &last)
	if err != nil {
		return List[T]{}, err
	}
	up, down := ` > ?`, ``
	if order.down() {
		up, down = ` < ?`, ` DESC`
	}
	sorting, at := key+down, func(row *T) rank { return rank{"", id(row)} }
	var where []string
	var args []any
	for _, c := range filter {
		if c.value != "" {
			where, args = append(where, c.sql), append(args, c.value)
		}
	}
	if sorted {
		sorting, at = by.sql+down+`, `+key, func(row *T) rank { return rank{by.of(row), id(row)} }
	}
	switch {
	case ok && sorted:
		where, args = append(where, `(`+by.sql+up+` OR `+by.sql+` = ? AND `+key+` > ?)`), append(args, last.By, last.By, last.Key)
	case ok:
		where, args = append(where, key+up), append(args, last.Key)
	}
	if len(where) > 0 {
		query += ` WHERE ` + strings.Join(where, ` AND `)
	}
	args = append(args, p.limit()+1)
	rows, err := collect(v, scanRecord[P](space), query+` ORDER BY `+sorting+` LIMIT ?`, args...)
	items := make([]T, len(rows))
	for i, r := range rows {
		items[i] = *r
	}
	return paged(name, items, p.limit(), at), err
}

// Invitations lists all invitations, taken and ended ones too, in the order of the events that invite.
func (v *View) Invitations(p Page) (List[rootline.Invitation], error) {
	return listed[rootline.Invitation](v, "invitations", `SELECT substr(key, 3), value FROM state`, `substr(key, 3)`,
		[]condition{{`I/`, `key >= ?`}, {`I0`, `key < ?`}}, "", nil, p, rootline.SpaceInvitation,
		func(i *rootline.Invitation) string { return i.Event })
}
