package readmodel

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// How much one page looks through where no index leads to what is asked for. Past it the page is given as it is, with
// a cursor to go on from: an answer takes a few dozen milliseconds whatever the filter.
const (
	// maxFew is how many candidates are read at once and then looked at one by one.
	maxFew = 5_000
	// maxWalked, maxWalkedNewest, maxTagged and maxReadThrough are assets of a walk in the order of ids, in that of their
	// changes, of one that looks at their tags, and of one that reads whole records.
	maxWalked, maxWalkedNewest, maxTagged, maxReadThrough = 40_000, 10_000, 10_000, 5_000
)

// Assets lists assets in the order of the filter. Items that sleep are not among them: their
// lot is. A page may hold fewer assets than asked for, or none, and still have a next one: it then stopped looking for
// some that match.
func (v *View) Assets(f AssetFilter, p Page) (List[Asset], error) {
	o := f.Order
	name := "assets" + string(o)
	var from at
	begun, err := after(name, p, &from)
	if err != nil {
		return List[Asset]{}, err
	}
	if !begun {
		from = o.begin()
	}
	v = v.long()
	w, err := v.walk(&f)
	if err != nil {
		return List[Asset]{}, err
	}
	var list List[Asset]
	for {
		found, end, whole, err := w(from, p.limit()+1-len(list.Items))
		if err != nil {
			return list, err
		}
		if len(found) > 0 {
			items, err := v.inOrder(found)
			if err != nil {
				return list, err
			}
			list.Items = append(list.Items, slices.DeleteFunc(items, func(a Asset) bool { return !f.holds(&a) })...)
		}
		switch {
		case len(list.Items) > p.limit():
			list.Items = list.Items[:p.limit()]
			end = o.at(&list.Items[len(list.Items)-1].Asset)
		case end == nowhere:
			return list, nil
		case whole: // what was found does not fill the page, since not all of it holds the text
			from = end
			continue
		}
		list.Next = cursorOf(name, end)
		return list, nil
	}
}

// walker gives up to so many assets after a place. end is from where to go on, nowhere where there are no more; whole says
// that it stopped since it had found so many, and not since it had looked long enough.
type walker func(from at, limit int) (found []string, end at, whole bool, err error)

// walk chooses the way to what a filter asks for.
func (v *View) walk(f *AssetFilter) (walker, error) {
	m, err := v.mixtures(f)
	if err != nil {
		return nil, err
	}
	w, _, err := v.walkIn(f, m)
	return w, err
}

// mixtures are the groups that fit a filter; known is false when there are too many to merge, or nothing asks for them.
type mixtures struct {
	groups []group
	known  bool
}

func (v *View) mixtures(f *AssetFilter) (m mixtures, err error) {
	grouped, _ := f.groupPart()
	if grouped != (AssetFilter{}) || f.Order.ofValues() && f.Order.column() != "place" {
		m.groups, m.known, err = v.groups(&grouped)
	}
	return m, err
}

// walkIn chooses the way where it is known what groups there are. through says that it looks at all assets, a stretch of
// them at a time.
func (v *View) walkIn(f *AssetFilter, m mixtures) (w walker, through bool, err error) {
	o := f.Order
	grouped, rest := f.groupPart()
	if (o == ByID || o == ByIDDown) && rest == (AssetFilter{}) && grouped != (AssetFilter{}) && m.known {
		return v.merged(m.groups, o == ByIDDown), false, nil
	}
	if f.narrow() {
		return v.chosen(f, o), false, nil
	}
	few, ok, err := v.few(f, m)
	switch {
	case err != nil:
		return nil, false, err
	case ok:
		return v.sifted(f, o, few), false, nil
	case o.ofValues():
		w, err := v.byValue(f, m)
		return w, false, err
	}
	return v.through(f, o), true, nil
}

func (v *View) merged(groups []group, down bool) walker {
	return func(from at, limit int) ([]string, at, bool, error) {
		ids, err := v.merge(groups, from.ID, limit, down)
		if len(ids) < limit {
			return ids, nowhere, true, err
		}
		return ids, at{ID: ids[len(ids)-1]}, true, err
	}
}

// idsWithin are the ids of what lies in a place, whatever the mixtures.
const idsWithin = `SELECT id FROM assets INDEXED BY assets_place WHERE place <> '' AND place >= ? AND place < ? LIMIT ?`

// few gives the ids of what may match, when an index tells that they are few.
func (v *View) few(f *AssetFilter, m mixtures) (ids []string, ok bool, err error) {
	if f.ChangedFrom != 0 {
		to := cmp.Or(int64(f.ChangedTo), 1<<62)
		ids, err = collect(v, text, `SELECT id FROM assets INDEXED BY assets_changed WHERE changed >= ? AND changed < ? LIMIT ?`, f.ChangedFrom, to, maxFew+1)
		if err != nil || len(ids) <= maxFew {
			return ids, err == nil, err
		}
	}
	if grouped, _ := f.groupPart(); grouped == (AssetFilter{}) {
		return nil, false, nil
	}
	if !m.known && f.Place != "" {
		ids, err = collect(v, text, idsWithin, f.Place, f.Place+"0", maxFew+1)
		return ids, err == nil && len(ids) <= maxFew, err
	}
	if !m.known {
		return nil, false, nil
	}
	ids = nil
	for _, g := range m.groups {
		of, err := v.idsOf(g, "", maxFew+1-len(ids), false)
		if err != nil {
			return nil, false, err
		}
		if ids = append(ids, of...); len(ids) > maxFew {
			return nil, false, nil
		}
	}
	return ids, true, nil
}

func scanAt(rows *sql.Rows) (p at, err error) {
	err = rows.Scan(&p.ID, &p.Changed, &p.Value)
	return p, err
}

// sifted keeps those of some ids that match.
func (v *View) sifted(f *AssetFilter, o Order, ids []string) walker {
	return func(from at, limit int) ([]string, at, bool, error) {
		list, err := json.Marshal(ids)
		if err != nil {
			return nil, nowhere, false, fmt.Errorf("readmodel: ids: %w", err)
		}
		where, args := f.where("+")
		query, args := ordered(o, ``, append(where, `a.id IN (SELECT value FROM json_each(?))`), append(args, string(list)), from, limit)
		return v.cut(limit, query, args)
	}
}

// chosen lets SQLite choose the index.
func (v *View) chosen(f *AssetFilter, o Order) walker {
	return func(from at, limit int) ([]string, at, bool, error) {
		where, args := f.where("")
		query, args := ordered(o, ``, where, args, from, limit)
		return v.cut(limit, query, args)
	}
}

// through looks at all assets, a stretch at a time.
func (v *View) through(f *AssetFilter, o Order) walker {
	where, args := f.where("+")
	most, index := maxWalked, ``
	if o.column() == "changed" {
		most, index = maxWalkedNewest, ` INDEXED BY assets_changed`
	}
	if f.Q != "" {
		most = maxTagged
	}
	if f.Text != "" {
		most = maxReadThrough
	}
	return func(from at, limit int) ([]string, at, bool, error) {
		if len(where) == 0 {
			query, args := ordered(o, index, nil, nil, from, limit)
			return v.cut(limit, query, args)
		}
		query, ends := ordered(o, index, nil, nil, from, 1)
		stretch, err := collect(v, scanAt, query+` OFFSET ?`, append(ends, most-1)...)
		if err != nil {
			return nil, nowhere, false, err
		}
		within, fill := slices.Clone(where), slices.Clone(args)
		if len(stretch) > 0 {
			condition, values := o.compared(stretch[0], true)
			within, fill = append(within, condition), append(fill, values...)
		}
		query, fill = ordered(o, index, within, fill, from, limit)
		found, end, whole, err := v.cut(limit, query, fill)
		if err == nil && end == nowhere && len(stretch) > 0 {
			end, whole = stretch[0], false
		}
		return found, end, whole, err
	}
}

// ordered makes a query of assets after a place, with an index or the one that SQLite chooses.
func ordered(o Order, index string, where []string, args []any, from at, limit int) (string, []any) {
	// Only what is new is copied: the conditions are used again for the next stretch.
	after, values := o.compared(from, false)
	where, args = append(slices.Clone(where), after), append(slices.Clone(args), values...)
	return `SELECT ` + o.position() + ` FROM assets a` + index + ` WHERE ` + strings.Join(where, ` AND `) + o.by() + ` LIMIT ?`, append(args, limit)
}

// cut runs a query of up to limit assets.
func (v *View) cut(limit int, query string, args []any) ([]string, at, bool, error) {
	found, err := collect(v, scanAt, query, args...)
	ids := make([]string, len(found))
	for i := range found {
		ids[i] = found[i].ID
	}
	if err != nil || len(found) < limit {
		return ids, nowhere, true, err
	}
	return ids, found[len(found)-1], true, nil
}

// inOrder reads assets in the order of the ids given.
func (v *View) inOrder(ids []string) ([]Asset, error) {
	rows, err := v.assets(ids)
	if err != nil || slices.IsSorted(ids) {
		return rows, err
	}
	place := make(map[string]int, len(ids))
	for i, id := range ids {
		place[id] = i
	}
	slices.SortFunc(rows, func(a, b Asset) int { return cmp.Compare(place[a.ID], place[b.ID]) })
	return rows, nil
}

// MaxCount is how far the assets of a filter are counted.
const MaxCount = 10_000

// maxTextCount is how far they are counted where whole records are read.
const maxTextCount = 1_000

// Count is how many there are. More says that there are, or may be, more than N.
type Count struct {
	N    int
	More bool
}

// CountAssets counts what a filter matches, as far as MaxCount and as a page would look for it.
func (v *View) CountAssets(f AssetFilter) (Count, error) {
	v = v.long()
	f.Order = ByID
	m, err := v.mixtures(&f)
	grouped, rest := f.groupPart()
	if err == nil && f == (AssetFilter{}) {
		m.groups, m.known, err = v.groups(&grouped)
	}
	if err != nil {
		return Count{}, err
	}
	if m.known && rest == (AssetFilter{}) {
		return v.countGroups(m.groups)
	}
	return v.countWalked(&f, m)
}

func (v *View) countGroups(groups []group) (Count, error) {
	n := 0
	for _, g := range groups {
		query, args := idsOfGroup, []any{g.kind, g.state, g.custodian, g.located, "", MaxCount + 1 - n}
		if g.place != "" {
			query, args = idsOfGroupAt, []any{g.place, g.kind, g.state, g.custodian, "", MaxCount + 1 - n}
		}
		var of int
		if _, err := v.one([]any{&of}, `SELECT count(*) FROM (`+query+`)`, args...); err != nil {
			return Count{}, err
		}
		if n += of; n > MaxCount {
			return Count{N: MaxCount, More: true}, nil
		}
	}
	return Count{N: n}, nil
}

// countWalked counts what one page would look through.
func (v *View) countWalked(f *AssetFilter, m mixtures) (Count, error) {
	w, _, err := v.walkIn(f, m)
	if err != nil {
		return Count{}, err
	}
	limit := MaxCount + 1
	if f.sieved() {
		limit = maxTextCount + 1
	}
	ids, end, _, err := w(at{}, limit)
	if err != nil {
		return Count{}, err
	}
	n := len(ids)
	if f.sieved() {
		rows, err := v.assets(ids)
		if err != nil {
			return Count{}, err
		}
		n = 0
		for i := range rows {
			if f.holds(&rows[i]) {
				n++
			}
		}
	}
	return Count{N: min(n, limit-1), More: end != nowhere}, nil
}

// atOnce is how many rows are read at a time where all are wanted.
const atOnce = 1_000

// EveryAsset gives all assets that match to each, some at a time, in the order of their ids; f.Order is not looked at. It
// ends with the first error of each, which should not wait for anybody: the write-ahead log grows as long as the View is open.
func (v *View) EveryAsset(f AssetFilter, each func([]Asset) error) error {
	f.Order, v = ByID, v.long()
	for from := nowhere; ; {
		some, end, err := v.assetsFrom(&f, from)
		if err == nil && len(some) > 0 {
			err = each(some)
		}
		if err != nil || end == nowhere {
			return err
		}
		from = end
	}
}

func (v *View) assetsFrom(f *AssetFilter, from at) (some []Asset, end at, err error) {
	w, err := v.every(f)
	if err != nil {
		return nil, nowhere, err
	}
	ids, end, _, err := w(from, atOnce)
	if err != nil || len(ids) == 0 {
		return nil, end, err
	}
	rows, err := v.assets(ids)
	for i := range rows {
		if f.holds(&rows[i]) {
			some = append(some, rows[i])
		}
	}
	return some, end, err
}

// every chooses the way to all that matches. To merge groups again for each part would cost more than to walk.
func (v *View) every(f *AssetFilter) (walker, error) {
	if f.narrow() {
		return v.chosen(f, ByID), nil
	}
	m, err := v.mixtures(f)
	if err != nil {
		return nil, err
	}
	few, ok, err := v.few(f, m)
	if err != nil {
		return nil, err
	}
	if ok {
		return v.sifted(f, ByID, few), nil
	}
	return v.through(f, ByID), nil
}

// EveryEvent gives all events that match to each, some at a time, the last recorded first. It ends with the first error
// of each.
func (v *View) EveryEvent(f EventFilter, each func([]Event) error) error {
	for p := (Page{Limit: MaxLimit}); ; {
		list, err := v.Events(f, p)
		if err == nil && len(list.Items) > 0 {
			err = each(list.Items)
		}
		if err != nil || list.Next == "" {
			return err
		}
		p.Cursor = list.Next
	}
}
