package readmodel

import (
	"database/sql"
	"encoding/json"
	"fmt"

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
		if v.store.memory.unjudged.Load() {
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
		return e, fmt.Errorf("corrections of event %d: %w", e.Ordinal, err)
	}
	if inclusion.Valid {
		if err := json.Unmarshal([]byte(inclusion.String), &e.Inclusion); err != nil {
			return e, fmt.Errorf("inclusion of event %d: %w", e.Ordinal, err)
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
