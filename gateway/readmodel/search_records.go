package readmodel

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/rootline/rootline"
)

// mostFound bounds what a search for records gives.
const mostFound = 50

// FileEvents lists the events that name a file as evidence, newest first.
func (v *View) FileEvents(file rootline.Hash, p Page) (List[Event], error) {
	before := int64(1) << 62
	if _, err := after("file-events", p, &before); err != nil {
		return List[Event]{}, err
	}
	rows, err := collect(v, scanEvent, selectEvent+`
		LEFT JOIN event_subjects x ON x.event = e.ordinal AND x.asset = e.asset
		WHERE e.ordinal IN (SELECT event FROM event_files WHERE sha256 = ? AND event < ? ORDER BY event DESC LIMIT ?)
		ORDER BY e.ordinal DESC`, file[:], before, p.limit()+1)
	return paged("file-events", rows, p.limit(), func(e *Event) int64 { return e.Ordinal }), err
}

// FilesNamed tells of each file whether an event of the ledger names it, in whatever state that event is.
func (v *View) FilesNamed(files []rootline.Hash) ([]bool, error) {
	named := make([]bool, len(files))
	for i, h := range files {
		if _, err := v.one([]any{&named[i]}, `SELECT EXISTS (SELECT 1 FROM event_files WHERE sha256 = ?)`, h[:]); err != nil {
			return nil, err
		}
	}
	return named, nil
}

// BlockByHash returns the number of the block whose header has the hash.
func (v *View) BlockByHash(h rootline.Hash) (number uint64, err error) {
	found, err := v.one([]any{&number}, `SELECT number FROM blocks WHERE hash = ?`, h[:])
	if err == nil && !found {
		err = absent(h.String())
	}
	return number, err
}

// LastEvent returns the newest event that a device signed.
func (v *View) LastEvent(kid string) (*Event, error) {
	return v.oneEvent(kid, `e.ordinal = (SELECT max(ordinal) FROM events WHERE device = ?)`, kid)
}

// Revocation returns the act that revoked a device; its data has the reason.
func (v *View) Revocation(d *rootline.Device) (*Event, error) {
	if d.Revoked == 0 {
		return nil, absent(d.Kid)
	}
	// Revoked is the time that the act was witnessed at.
	events, err := collect(v, scanEvent, selectEvent+`LEFT JOIN event_subjects x ON 0
		WHERE e.action = ? AND e.rulebook = ? AND e.organisation = ? AND e.status = 'committed' AND e.witnessed = ?`,
		rootline.ActRevoke, rootline.Registry, d.Organisation, int64(d.Revoked))
	if err != nil {
		return nil, err
	}
	for i := range events {
		var data rootline.RevokeData
		if e := events[i].Event; e != nil && json.Unmarshal(e.Data, &data) == nil && data.Device == d.Kid {
			return &events[i], nil
		}
	}
	return nil, absent(d.Kid)
}

func (v *View) oneEvent(id, where string, args ...any) (*Event, error) {
	found, err := collect(v, scanEvent, selectEvent+`LEFT JOIN event_subjects x ON x.event = e.ordinal AND x.asset = e.asset WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, absent(id)
	}
	return &found[0], nil
}

// PlacesAt lists places along a line of works whose chainage holds a point, in millimetres: the shortest stretch first.
func (v *View) PlacesAt(chainage int64) ([]rootline.Place, error) {
	length := func(p *rootline.Place) int64 { return p.Chainage.To - p.Chainage.From }
	return find(v, rootline.SpacePlace, func(p *rootline.Place) bool {
		return p.Chainage != nil && p.Chainage.From <= chainage && chainage <= p.Chainage.To
	}, func(a, b *rootline.Place) bool { return length(a) < length(b) })
}

// PlacesLike lists places whose id or title holds a text; the case of letters does not matter.
func (v *View) PlacesLike(text string) ([]rootline.Place, error) {
	return find(v, rootline.SpacePlace, func(p *rootline.Place) bool {
		return has(p.ID, text) || has(p.Title.En, text) || has(p.Title.Zh, text)
	}, nil)
}

// DevicesLike lists devices whose pseudonym holds a text, or whose kid begins with it; the case of pseudonyms does not
// matter.
func (v *View) DevicesLike(text string) ([]rootline.Device, error) {
	return find(v, rootline.SpaceDevice, func(d *rootline.Device) bool {
		return has(d.Name, text) || len(text) >= shortestKid && strings.HasPrefix(d.Kid, text)
	}, func(a, b *rootline.Device) bool { return len(a.Name) < len(b.Name) })
}

// shortestKid is how much of a kid leads to its device.
const shortestKid = 6

// find reads all records of a namespace, which are few compared with assets, and gives those that are wanted: those
// before others as less says, then in the order of their ids.
func find[T any, P interface {
	*T
	rootline.Record
}](v *View, space rootline.Space, wanted func(P) bool, less func(a, b P) bool) ([]T, error) {
	first, end := string(rune(space))+"/", string(rune(space))+"0" // '0' follows '/'
	var found []T
	err := each(v, space, func(r P) {
		if wanted(r) {
			found = append(found, *r)
		}
	}, `SELECT substr(key, 3), value FROM state WHERE key >= ? AND key < ? ORDER BY key`, first, end)
	if err != nil {
		return nil, err
	}
	if less != nil {
		slices.SortStableFunc(found, func(a, b T) int {
			switch {
			case less(&a, &b):
				return -1
			case less(&b, &a):
				return 1
			}
			return 0
		})
	}
	return found[:min(len(found), mostFound)], nil
}

func has(s, text string) bool { return strings.Contains(strings.ToLower(s), strings.ToLower(text)) }
