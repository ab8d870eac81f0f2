package readmodel

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/jws"
)

// Shown is what pages show of one asset, and what lists filter it by, as this read model has it at one block: what a
// check of its record compares with the ledger.
type Shown struct {
	Cursor Cursor
	Asset  Asset
	// Row is the asset as lists filter it.
	Row AssetRow
	// Events are the newest MaxShown of its history, in the order of the ledger; Earlier is how many lie before them, and
	// Seq and Head are the history's before the first of them.
	Events  []ShownEvent
	Earlier int
	Seq     uint64
	Head    rootline.Hash
	// Edges are what went into it and what it went into, at most MaxShown each.
	Edges []Edge
	// Tags are the rows of the codes that lead to it.
	Tags []rootline.Tag
	// Blocks and Transactions are those that the events lie in, by number and by place.
	Blocks       map[uint64]Block
	Transactions map[Place]Transaction
	// Devices are those that signed; nil for one that is not known here.
	Devices map[string]*rootline.Device
}

// MaxShown bounds what one check looks at, so that anybody may ask for it.
const MaxShown = 2000

// Place is where a transaction lies: its block, and its index in it.
type Place struct {
	Block    uint64
	Position int
}

// ShownEvent is an event with what lists filter it by.
type ShownEvent struct {
	Event
	Place Place
	Row   EventRow
}

// EventRow are the members of an event that lists filter by.
type EventRow struct {
	ID, Asset, Action, Rulebook, Corrects string
	Claimed                               rootline.Instant
}

// AssetRow are the members of an asset's record that lists filter by.
type AssetRow struct {
	Kind, Rulebook, State, Maker, Custodian, Place, Lot, Under, Pending string
	Lat, Lon                                                            *int64
	Changed                                                             rootline.Instant
}

// RowOf is the row that belongs to a record.
func RowOf(a *rootline.Asset) AssetRow {
	r := AssetRow{
		Kind: a.Kind, Rulebook: a.Rulebook, State: a.State, Maker: a.Maker, Custodian: a.Custodian, Place: a.Place, Lot: a.Lot,
		Under: a.Under, Pending: pendingAction(a), Changed: a.Changed,
	}
	if a.Position != nil {
		r.Lat, r.Lon = &a.Position.Lat, &a.Position.Lon
	}
	return r
}

// Shown reads what pages show of an asset, found as Asset finds it.
func (s *Store) Shown(ctx context.Context, code string) (*Shown, error) {
	return look(ctx, s, func(v *view) (*Shown, error) {
		v.long = true
		asset, err := v.resolve(s, code)
		if err == nil && asset == nil {
			err = absent(code)
		}
		if err != nil {
			return nil, err
		}
		out := &Shown{Asset: *asset, Blocks: map[uint64]Block{}, Transactions: map[Place]Transaction{}, Devices: map[string]*rootline.Device{}}
		if out.Cursor, _, err = v.cursor(); err != nil {
			return nil, err
		}
		if asset.Asleep {
			return out, nil
		}
		for _, read := range []func(*Shown) error{v.shownRow, v.shownEvents, v.shownEdges, v.shownTags, v.shownPlaces, v.shownDevices} {
			if err := read(out); err != nil {
				return nil, err
			}
		}
		return out, nil
	})
}

func (v *view) shownRow(out *Shown) error {
	r := &out.Row
	_, err := v.one([]any{&r.Kind, &r.Rulebook, &r.State, &r.Maker, &r.Custodian, &r.Place, &r.Lot, &r.Under, &r.Pending, &r.Lat, &r.Lon, &r.Changed},
		`SELECT kind, rulebook, state, maker, custodian, place, lot, under, pending, lat, lon, changed FROM assets WHERE id = ?`, out.Asset.ID)
	return err
}

func (v *view) shownEvents(out *Shown) error {
	id := out.Asset.ID
	var total int
	if _, err := v.one([]any{&total}, `SELECT count(*) FROM event_subjects WHERE asset = ?`, id); err != nil {
		return err
	}
	out.Earlier = max(0, total-MaxShown)
	if out.Earlier > 0 {
		_, err := v.one([]any{&out.Seq, (*hash)(&out.Head)}, `SELECT seq, head FROM event_subjects WHERE asset = ? AND seq > 0 AND event <
			(SELECT min(event) FROM (SELECT event FROM event_subjects WHERE asset = ? ORDER BY event DESC LIMIT ?)) ORDER BY event DESC LIMIT 1`, id, id, MaxShown)
		if err != nil {
			return err
		}
	}
	// An event whose block or transaction is missing here is one, too.
	events, err := collect(v, scanEvent, selectShownEvent+`WHERE x.asset = ? AND x.event > ? ORDER BY x.event LIMIT ?`, id, v.before(id, out.Earlier), MaxShown)
	if err != nil {
		return err
	}
	type row struct {
		ordinal int64
		EventRow
		Place
	}
	rows, err := collect(v, func(rows *sql.Rows) (r row, err error) {
		err = rows.Scan(&r.ordinal, &r.ID, &r.Asset, &r.Action, &r.Rulebook, &r.Corrects, &r.Claimed, &r.Block, &r.Position)
		return r, err
	}, `SELECT e.ordinal, e.id, e.asset, e.action, e.rulebook, e.corrects, e.claimed, e.block, e.transaction_position
		FROM event_subjects x JOIN events e ON e.ordinal = x.event WHERE x.asset = ? AND x.event > ? ORDER BY x.event LIMIT ?`, id, v.before(id, out.Earlier), MaxShown)
	if err != nil {
		return err
	}
	if len(rows) != len(events) {
		return fmt.Errorf("readmodel: %d events of %s have %d rows", len(events), id, len(rows))
	}
	for i := range events {
		out.Events = append(out.Events, ShownEvent{Event: events[i], Row: rows[i].EventRow, Place: rows[i].Place})
	}
	return nil
}

// before is the ordinal of the last event of an asset that is not looked at; 0 when all are.
func (v *view) before(asset string, earlier int) int64 {
	var at int64
	if earlier > 0 {
		_, _ = v.one([]any{&at}, `SELECT event FROM event_subjects WHERE asset = ? ORDER BY event DESC LIMIT 1 OFFSET ?`, asset, MaxShown)
	}
	return at
}

// selectShownEvent is selectEvent for what may have lost its block or its transaction.
const selectShownEvent = `SELECT e.ordinal, e.hash, e.jws, e.inclusion, e.kind, e.state,
	coalesce(x.link, 'asset'), coalesce(x.seq, 0), x.head, coalesce(x.amount, 0),
	e.device, e.organisation, e.role, e.name, e.witnessed, e.late,
	(SELECT json_group_array(id) FROM (SELECT c.id FROM events c
		WHERE c.corrects <> '' AND c.corrects = e.id AND c.status = 'committed' ORDER BY c.ordinal)),
	e.block, b.hash, coalesce(t.id, ''), e.position, e.status, e.attests,
	coalesce((SELECT w.id FROM events w WHERE w.attests <> '' AND w.attests = e.id), '')
	FROM event_subjects x JOIN events e ON e.ordinal = x.event LEFT JOIN blocks b ON b.number = e.block
	LEFT JOIN transactions t ON t.block = e.block AND t.position = e.transaction_position `

func (v *view) shownEdges(out *Shown) error {
	scan := func(rows *sql.Rows) (e Edge, err error) {
		err = rows.Scan(&e.From, &e.To, &e.Amount, &e.Possible, &e.Event)
		return e, err
	}
	const edges = `SELECT g.from_asset, g.to_asset, g.amount, g.possible, coalesce(e.id, '') FROM edges g LEFT JOIN events e ON e.ordinal = g.event `
	for _, side := range []string{`to_asset`, `from_asset`} {
		some, err := collect(v, scan, edges+`WHERE g.`+side+` = ? ORDER BY g.event DESC LIMIT ?`, out.Asset.ID, MaxShown)
		if err != nil {
			return err
		}
		out.Edges = append(out.Edges, some...)
	}
	return nil
}

func (v *view) shownTags(out *Shown) error {
	var err error
	out.Tags, err = collect(v, func(rows *sql.Rows) (t rootline.Tag, err error) {
		err = rows.Scan(&t.Code, &t.Asset, &t.Organisation, &t.Roll, &t.ReplacedBy)
		return t, err
	}, `SELECT code, asset, organisation, roll, replaced_by FROM tags WHERE asset <> '' AND asset = ? ORDER BY code LIMIT ?`, out.Asset.ID, MaxShown)
	return err
}

func (v *view) shownPlaces(out *Shown) error {
	for i := range out.Events {
		at := out.Events[i].Place
		if _, known := out.Blocks[at.Block]; !known {
			found, err := collect(v, scanBlock, selectBlock+`WHERE number = ?`, at.Block)
			if err != nil {
				return err
			}
			if len(found) > 0 {
				out.Blocks[at.Block] = found[0]
			}
		}
		if _, known := out.Transactions[at]; !known {
			found, err := collect(v, scanTransaction, selectTransaction+`WHERE t.block = ? AND t.position = ?`, at.Block, at.Position)
			if err != nil {
				return err
			}
			if len(found) > 0 {
				out.Transactions[at] = found[0]
			}
		}
	}
	return nil
}

func (v *view) shownDevices(out *Shown) error {
	for i := range out.Events {
		kid := out.Events[i].Device
		if _, known := out.Devices[kid]; known || kid == "" {
			continue
		}
		device, err := record[*rootline.Device](v, rootline.SpaceDevice, kid)
		if err != nil {
			return err
		}
		out.Devices[kid] = device
	}
	return nil
}

// Enrolment is how a device came in: the signed act by which it did, and the invitation that it took; Invite is nil for
// an organisation's first device, which a Fabric admin confirmed.
type Enrolment struct {
	Enrol  ShownEvent
	Invite *ShownEvent
}

// maxInvites bounds the invitations of one admin that are looked through for one.
const maxInvites = 2000

// Enrolment finds the acts by which a device came in. They are where to look, and prove nothing by themselves.
func (s *Store) Enrolment(ctx context.Context, kid string) (*Enrolment, error) {
	return look(ctx, s, func(v *view) (*Enrolment, error) {
		enrol, err := v.acts(`e.device = ? AND e.action = 'enrol' AND e.status = 'committed' ORDER BY e.ordinal LIMIT 1`, kid)
		if err != nil {
			return nil, err
		}
		if len(enrol) == 0 || enrol[0].Event.Event == nil {
			return nil, absent(kid)
		}
		out := &Enrolment{Enrol: enrol[0]}
		var data rootline.EnrolData
		if json.Unmarshal(enrol[0].Event.Event.Data, &data) != nil || data.Proof == "" {
			return out, nil
		}
		proof, err := jws.Parse(data.Proof)
		if err != nil {
			return out, nil //nolint:nilerr // a proof that is none leads to no invitation, which the check says
		}
		offer, err := record[*rootline.Invitation](v, rootline.SpaceInvitation, proof.Kid)
		if err != nil || offer == nil {
			return out, err
		}
		invites, err := v.acts(`e.device = ? AND e.action = 'invite' AND e.status = 'committed' AND e.ordinal < ? ORDER BY e.ordinal DESC LIMIT ?`, offer.InvitedBy, enrol[0].Ordinal, maxInvites)
		for i := range invites {
			var data rootline.InviteData
			if e := invites[i].Event.Event; e != nil && json.Unmarshal(e.Data, &data) == nil && data.Key.Thumbprint() == proof.Kid {
				out.Invite = &invites[i]
				break
			}
		}
		return out, err
	})
}

// acts reads acts of the registry.
func (v *view) acts(where string, args ...any) ([]ShownEvent, error) {
	return collect(v, func(rows *sql.Rows) (e ShownEvent, err error) {
		err = rows.Scan(&e.Ordinal, &e.JWS, &e.Device, &e.Place.Block, &e.Place.Position, &e.Position)
		e.Event.Event, e.Block = eventOf(e.JWS), e.Place.Block
		return e, err
	}, `SELECT e.ordinal, e.jws, e.device, e.block, e.transaction_position, e.position FROM events e WHERE `+where, args...)
}
