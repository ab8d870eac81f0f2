package readmodel

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/jws"
)

// Event returns an event by its id: the committed one, or a disputed one when only that is there.
func (v *View) Event(id string) (*Event, error) {
	found, err := collect(v, scanEvent, selectEvent+`
		LEFT JOIN event_subjects x ON x.event = e.ordinal AND x.asset = e.asset
		WHERE e.id = ? AND e.id <> '' ORDER BY e.status, e.ordinal LIMIT 1`, id)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		if v.store.cache.unjudged.Load() {
			key := wire.Key(rootline.Ref{Space: rootline.SpaceEvent, ID: id})
			by, err := v.unjudgedOf(key)
			if err != nil {
				return nil, err
			}
			if tx, ok := by[key]; ok {
				return nil, notJudged(id, tx)
			}
		}
		return nil, absent(id)
	}
	return &found[0], nil
}

// AssetEvents lists the events that the history of an asset is made of, newest first. The asset is named by its own
// id. One without events, or unknown, has an empty list.
func (v *View) AssetEvents(asset string, p Page) (List[Event], error) {
	before := int64(1) << 62
	if _, err := after("events", p, &before); err != nil {
		return List[Event]{}, err
	}
	rows, err := collect(v, scanEvent, selectEvent+`
		JOIN event_subjects x ON x.event = e.ordinal
		WHERE x.asset = ? AND x.event < ? ORDER BY x.event DESC LIMIT ?`, asset, before, p.limit()+1)
	return paged("events", rows, p.limit(), func(e *Event) int64 { return e.Ordinal }), err
}

// CountAssetEvents counts what AssetEvents lists.
func (v *View) CountAssetEvents(asset string) (n int, err error) {
	_, err = v.one([]any{&n}, `SELECT count(*) FROM event_subjects WHERE asset = ?`, asset)
	return n, err
}

// selectEvent wants the alias x for the row of event_subjects.
const selectEvent = `SELECT e.ordinal, e.hash, e.jws, e.inclusion, e.kind, e.state,
	coalesce(x.link, 'asset'), coalesce(x.seq, 0), x.head, coalesce(x.amount, 0),
	e.device, e.organisation, e.role, e.name, e.witnessed, e.late,
	(SELECT json_group_array(id) FROM (SELECT c.id FROM events c
		WHERE c.corrects <> '' AND c.corrects = e.id AND c.status = 'committed' ORDER BY c.ordinal)),
	e.block, b.hash, t.id, e.position, e.status, e.attests,
	coalesce((SELECT w.id FROM events w WHERE w.attests <> '' AND w.attests = e.id), '')
	FROM events e JOIN blocks b ON b.number = e.block
	JOIN transactions t ON t.block = e.block AND t.position = e.transaction_position `

func scanEvent(rows *sql.Rows) (Event, error) {
	var e Event
	var inclusion sql.NullString
	var correctedBy string
	err := rows.Scan(&e.Ordinal, (*hash)(&e.Hash), &e.JWS, &inclusion, &e.Kind, &e.State,
		&e.Link, &e.Seq, (*hash)(&e.Head), &e.Amount,
		&e.Device, &e.Organisation, &e.Role, &e.Name, &e.Witnessed, &e.Late,
		&correctedBy, &e.Block, (*hash)(&e.BlockHash), &e.Transaction, &e.Position, &e.Status, &e.Attests, &e.AttestedBy)
	if err != nil {
		return e, err
	}
	if err := json.Unmarshal([]byte(correctedBy), &e.CorrectedBy); err != nil {
		return e, malformed("corrections of event %d: %w", e.Ordinal, err)
	}
	if inclusion.Valid {
		if err := json.Unmarshal([]byte(inclusion.String), &e.Inclusion); err != nil {
			return e, malformed("inclusion of event %d: %w", e.Ordinal, err)
		}
	}
	e.Event = eventOf(e.JWS)
	return e, nil
}

// eventOf reads the event inside a JWS; nil when it is none, as may be with disputed ones.
func eventOf(compact string) *rootline.Event {
	signed, err := jws.Parse(compact)
	if err != nil {
		return nil
	}
	event, err := rootline.ParseEvent(signed.Payload)
	if err != nil {
		return nil
	}
	return event
}

// EventFilter narrows a list of events; "" and 0 leave a member open.
type EventFilter struct {
	// Asset takes the events of an asset's history, those where it was an input, say, too.
	Asset string
	// Action and Organisation may be several values with commas between them: any of them will do.
	Action, Organisation, Device string
	Status                       EventStatus
	// Place takes the events about what lies there or in the places within it now.
	Place string
	// Book is a rulebook without its version; Kind, and State, the one after the event, may be several values as Action may.
	Book, Kind, State string
	// From and To bound the witnessed time: from it, and before it.
	From, To rootline.Instant
	// Oldest sorts the first recorded first; else the last recorded is.
	Oldest bool
}

const (
	// maxEventsLooked is how many events one page looks at, and eventChunk how many at a time.
	maxEventsLooked, eventChunk = 5_000, 1_000
	// unordered is how far apart, in milliseconds, the witnessed times of events may be that are out of order: their
	// transactions' times are within a minute of the chaincode services' clocks.
	unordered = 5 * 60 * 1000
)

// Events lists events, the last recorded first unless the filter says so. A page may hold fewer than asked for, or none, and still have a next
// one: it then stopped looking for some that match.
func (v *View) Events(f EventFilter, p Page) (List[Event], error) {
	before, list := int64(1)<<62, "event-list"
	from := before
	if f.Oldest {
		from, list = 0, "event-list-oldest"
	}
	if _, err := after(list, p, &from); err != nil {
		return List[Event]{}, err
	}
	if !f.Oldest {
		before = from
	}
	v = v.long()
	first, err := v.eventRange(&f, &before)
	if err != nil {
		return List[Event]{}, err
	}
	if f.Oldest {
		first = max(first, from+1)
	}
	found, stopped, err := v.matching(&f, first, before, p.limit()+1)
	if err != nil {
		return List[Event]{}, err
	}
	rows, err := v.eventsAt(&f, found)
	page := paged(list, rows, p.limit(), func(e *Event) int64 { return e.Ordinal })
	if page.Next == "" && stopped != 0 {
		page.Next = cursorOf(list, stopped)
	}
	return page, err
}

// eventRange gives the first ordinal that the times of a filter allow, and lowers the one to begin before.
func (v *View) eventRange(f *EventFilter, before *int64) (first int64, err error) {
	var last int64
	if _, err := v.one([]any{&last}, `SELECT coalesce(max(ordinal), 0) FROM events`); err != nil {
		return 0, err
	}
	*before = min(*before, last+1)
	// firstFrom is the first ordinal with a witnessed time from t on, give or take what is out of order.
	firstFrom := func(t int64) (int64, error) {
		lo, hi := int64(1), last+1
		for lo < hi {
			mid := (lo + hi) / 2
			var at int64
			if _, err := v.one([]any{&at}, `SELECT witnessed FROM events WHERE ordinal = ?`, mid); err != nil {
				return 0, err
			}
			if at < t {
				lo = mid + 1
			} else {
				hi = mid
			}
		}
		return lo, nil
	}
	first = 1
	if f.From != 0 {
		if first, err = firstFrom(int64(f.From) - unordered); err != nil {
			return 0, err
		}
	}
	if f.To != 0 {
		end, err := firstFrom(int64(f.To) + unordered)
		if err != nil {
			return 0, err
		}
		*before = min(*before, end)
	}
	return first, nil
}

// matching gives the ordinals of events that match, from the last one before a number down to the first, or the other way
// round. stopped is from where to go on when it has looked long enough; 0 otherwise.
func (v *View) matching(f *EventFilter, first, before int64, limit int) (found []int64, stopped int64, err error) {
	source, err := v.eventSource(f)
	if err != nil {
		return nil, 0, err
	}
	where, args := f.where()
	chunk := eventChunk
	if len(where) == 0 {
		chunk = limit
	}
	for looked := 0; looked < maxEventsLooked; looked += chunk {
		some, err := source(first, before, chunk)
		if err != nil {
			return nil, 0, err
		}
		kept := some
		if len(where) > 0 && len(some) > 0 {
			list, err := json.Marshal(some)
			if err != nil {
				return nil, 0, fmt.Errorf("readmodel: ordinals: %w", err)
			}
			kept, err = collect(v, scanOrdinal, `SELECT e.ordinal FROM events e WHERE e.ordinal IN (SELECT value FROM json_each(?)) AND `+
				strings.Join(where, ` AND `)+` ORDER BY e.ordinal`+f.down(), append([]any{string(list)}, args...)...)
			if err != nil {
				return nil, 0, err
			}
		}
		found = append(found, kept...)
		switch {
		case len(found) >= limit:
			return found[:limit], 0, nil
		case len(some) < chunk:
			return found, 0, nil
		}
		if stopped = some[len(some)-1]; f.Oldest {
			first = stopped + 1
		} else {
			before = stopped
		}
	}
	return found, stopped, nil
}

// down is what sorts ordinals the way that the filter asks for.
func (f *EventFilter) down() string {
	if f.Oldest {
		return ``
	}
	return ` DESC`
}

// where is what no source of ordinals has looked at.
func (f *EventFilter) where() (where []string, args []any) {
	add := func(yes bool, condition string, values ...any) {
		if yes {
			where, args = append(where, condition), append(args, values...)
		}
	}
	if indexed := f.Asset != "" || f.Device != ""; indexed {
		for _, c := range []struct{ column, value string }{{`e.action`, f.Action}, {`e.organisation`, f.Organisation}, {`e.status`, string(f.Status)}} {
			if c.value != "" {
				condition, values := isIn(c.column, c.value)
				add(true, condition, values...)
			}
		}
		add(f.Asset != "" && f.Device != "", `e.device = ?`, f.Device)
	}
	for _, c := range []struct{ column, value string }{{`e.kind`, f.Kind}, {`e.state`, f.State}} {
		if c.value != "" {
			condition, values := isIn(c.column, c.value)
			add(true, condition, values...)
		}
	}
	// 'A' follows '@': the range holds all versions.
	add(f.Book != "", `e.rulebook > ? AND e.rulebook < ?`, f.Book+"@", f.Book+"A")
	add(f.From != 0, `e.witnessed >= ?`, f.From)
	add(f.To != 0, `e.witnessed < ?`, f.To)
	add(f.Place != "", `EXISTS (SELECT 1 FROM assets a WHERE a.id = e.asset AND (a.place = ? OR a.place > ? AND a.place < ?))`, f.Place, f.Place+"/", f.Place+"0")
	return where, args
}

// ordinals gives those of up to limit events from first on and before a number, in the order of the filter.
type ordinals func(first, before int64, limit int) ([]int64, error)

// eventSource chooses the index that leads to what a filter asks for.
func (v *View) eventSource(f *EventFilter) (ordinals, error) {
	query := func(query string, args ...any) ordinals {
		return func(first, before int64, limit int) ([]int64, error) {
			return collect(v, scanOrdinal, query, append(slices.Clone(args), first, before, limit)...)
		}
	}
	switch {
	case f.Asset != "":
		return query(`SELECT event FROM event_subjects WHERE asset = ? AND event >= ? AND event < ? ORDER BY event`+f.down()+` LIMIT ?`, f.Asset), nil
	case f.Device != "":
		return query(`SELECT ordinal FROM events INDEXED BY events_device WHERE device = ? AND ordinal >= ? AND ordinal < ?
			ORDER BY ordinal`+f.down()+` LIMIT ?`, f.Device), nil
	case f.Action == "" && f.Organisation == "" && f.Status == "":
		return query(`SELECT ordinal FROM events WHERE ordinal >= ? AND ordinal < ? ORDER BY ordinal` + f.down() + ` LIMIT ?`), nil
	}
	groups, err := v.eventGroups(f)
	return func(first, before int64, limit int) ([]int64, error) {
		var all []int64
		for _, g := range groups {
			of, err := collect(v, scanOrdinal, `SELECT ordinal FROM events INDEXED BY events_group
				WHERE action = ? AND organisation = ? AND status = ? AND ordinal >= ? AND ordinal < ? ORDER BY ordinal`+f.down()+` LIMIT ?`,
				g.action, g.organisation, g.status, first, before, limit)
			if err != nil {
				return nil, err
			}
			all = append(all, of...)
		}
		slices.Sort(all)
		if !f.Oldest {
			slices.Reverse(all)
		}
		return all[:min(limit, len(all))], nil
	}, err
}

// eventGroup is a mixture that some event has.
type eventGroup struct{ action, organisation, status string }

// eventGroups leaps over the index as groups does.
func (v *View) eventGroups(f *EventFilter) (fit []eventGroup, err error) {
	var last eventGroup
	for {
		found, err := collect(v, func(rows *sql.Rows) (g eventGroup, err error) {
			err = rows.Scan(&g.action, &g.organisation, &g.status)
			return g, err
		}, `SELECT action, organisation, status FROM events INDEXED BY events_group
			WHERE (action, organisation, status, ordinal) > (?, ?, ?, ?) ORDER BY action, organisation, status, ordinal LIMIT 1`,
			last.action, last.organisation, last.status, int64(1)<<62)
		if err != nil || len(found) == 0 {
			return fit, err
		}
		if last = found[0]; anyOf(f.Action, last.action) && anyOf(f.Organisation, last.organisation) && (f.Status == "" || string(f.Status) == last.status) {
			fit = append(fit, last)
		}
	}
}

func scanOrdinal(rows *sql.Rows) (n int64, err error) {
	err = rows.Scan(&n)
	return n, err
}

// eventsAt reads events by their ordinals, in the order of the filter.
func (v *View) eventsAt(f *EventFilter, found []int64) ([]Event, error) {
	list, err := json.Marshal(found)
	if err != nil {
		return nil, fmt.Errorf("readmodel: ordinals: %w", err)
	}
	return collect(v, scanEvent, selectEvent+`LEFT JOIN event_subjects x ON x.event = e.ordinal AND x.asset = e.asset
		WHERE e.ordinal IN (SELECT value FROM json_each(?)) ORDER BY e.ordinal`+f.down(), string(list))
}
