package readmodel

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"math"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/jws"
	"github.com/rootline/rootline/limits"
)

// Shown is what pages show of one asset, and what lists filter it by, as this read model has it at one block: what a
// check of its record compares with the ledger.
type Shown struct {
	Cursor Cursor
	Asset  Asset
	// Row is the asset as lists filter it.
	Row AssetRow
	// Tags are the rows of the codes that lead to it.
	Tags []rootline.Tag
	// Lot is the record of the lot on whose list it sleeps, Inclusion its place there; nil for one that does not sleep.
	Lot       *rootline.Asset
	Inclusion *rootline.Inclusion
	// History counts the events; Last is the ordinal of the newest.
	History ShownHistory
	Last    int64
	// Newest is the last part of its history, read at the same block; nil for one that sleeps.
	Newest *ShownPart
}

// ShownHistory counts the events of an asset: all that are judged here, those that are disputed, and those that are not
// judged here; and who signed those of the first.
type ShownHistory struct{ Events, Disputed, Unjudged, Devices, Organisations int }

// Rows are all of them.
func (h ShownHistory) Rows() int { return h.Events + h.Disputed + h.Unjudged }

// Parts is how many parts of PartEvents the history has, the newest of which may be shorter.
func (h ShownHistory) Parts() int { return (h.Rows() + PartEvents - 1) / PartEvents }

// ShownPart is a part of an asset's history.
type ShownPart struct {
	// Events are in the order of the ledger; Seq and Head are the history's before the first of them.
	Events []ShownEvent
	Seq    uint64
	Head   rootline.Hash
	// Edges are what went into the asset and what it went into by these events. Those of events that are none of its
	// history are in the part into whose time they fall.
	Edges []Edge
	// Blocks and Transactions are those that the events lie in, by number and by place.
	Blocks       map[uint64]Block
	Transactions map[Place]Transaction
	// Devices are those that signed; nil for one that is not known here.
	Devices map[string]*rootline.Device
}

// PartEvents bounds what is looked at in one go, so that anybody may ask for it.
const PartEvents = 200

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
func (v *View) Shown(code string) (*Shown, error) {
	v = v.long()
	out, err := v.shown(code)
	if err == nil && !out.Asset.Asleep {
		out.Newest, err = v.part(out.Asset.ID, max(0, out.History.Parts()-1)*PartEvents, out)
	}
	return out, err
}

// ShownPart reads a part of the history of what was shown before, counted from 0, the oldest.
func (v *View) ShownPart(shown *Shown, part int) (*ShownPart, error) {
	v = v.long()
	return v.part(shown.Asset.ID, part*PartEvents, shown)
}

// ShownAfter reads what is shown of an asset, with the first of the committed events after a number of its history, at most
// limit and PartEvents, as Newest.
func (v *View) ShownAfter(code string, seq uint64, limit int) (*Shown, error) {
	v = v.long()
	out, err := v.shown(code)
	if err != nil || out.Asset.Asleep {
		return out, err
	}
	var after int64
	if seq > 0 {
		if _, err := v.one([]any{&after}, `SELECT coalesce(max(event), 0) FROM event_subjects WHERE asset = ? AND seq > 0 AND seq <= ?`, out.Asset.ID, seq); err != nil {
			return nil, err
		}
	}
	out.Newest = newPart()
	for _, read := range []func() error{
		func() error {
			return v.partEvents(out.Newest, out.Asset.ID, after, math.MaxInt64, min(limit, PartEvents), true)
		},
		func() error { return v.partPlaces(out.Newest) }, func() error { return v.partDevices(out.Newest) },
	} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// shown reads all but the history.
func (v *View) shown(code string) (*Shown, error) {
	asset, err := v.resolve(code)
	if err == nil && asset == nil {
		if err = v.unjudgedCode(code); err == nil {
			err = absent(code)
		}
	}
	if err != nil {
		return nil, err
	}
	out := &Shown{Asset: *asset, Cursor: v.at}
	if asset.Asleep {
		return out, v.shownAsleep(out)
	}
	for _, read := range []func(*Shown) error{v.shownRow, v.shownHistory, v.shownTags} {
		if err := read(out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// shownAsleep reads where a code lies on its lot's list.
func (v *View) shownAsleep(out *Shown) error {
	at, err := v.listing(rootline.SpaceAsset, out.Asset.ID)
	if err != nil || at == nil {
		return err
	}
	if out.Inclusion, err = v.prove(at); err != nil {
		return err
	}
	out.Lot, err = recall[*rootline.Asset](v, rootline.Ref{Space: rootline.SpaceAsset, ID: out.Asset.Lot})
	return err
}

func (v *View) shownRow(out *Shown) error {
	r := &out.Row
	_, err := v.one([]any{&r.Kind, &r.Rulebook, &r.State, &r.Maker, &r.Custodian, &r.Place, &r.Lot, &r.Under, &r.Pending, &r.Lat, &r.Lon, &r.Changed},
		`SELECT kind, rulebook, state, maker, custodian, place, lot, under, pending, lat, lon, changed FROM assets WHERE id = ?`, out.Asset.ID)
	return err
}

func (v *View) shownHistory(out *Shown) error {
	h := &out.History
	var rows int
	_, err := v.one([]any{&rows, &h.Disputed, &h.Unjudged, &h.Devices, &h.Organisations, &out.Last},
		`SELECT count(*), coalesce(sum(e.status = 'disputed'), 0), coalesce(sum(e.status = 'unjudged'), 0),
		count(DISTINCT CASE WHEN e.status NOT IN ('disputed', 'unjudged') THEN e.device END),
		count(DISTINCT CASE WHEN e.status NOT IN ('disputed', 'unjudged') THEN e.organisation END), coalesce(max(x.event), 0)
		FROM event_subjects x JOIN events e ON e.ordinal = x.event WHERE x.asset = ?`, out.Asset.ID)
	h.Events = rows - h.Disputed - h.Unjudged
	return err
}

func newPart() *ShownPart {
	return &ShownPart{Blocks: map[uint64]Block{}, Transactions: map[Place]Transaction{}, Devices: map[string]*rootline.Device{}}
}

// part reads the events after the first skip of an asset, up to the newest that was shown.
func (v *View) part(asset string, skip int, shown *Shown) (*ShownPart, error) {
	out := newPart()
	after := int64(math.MinInt64)
	if skip > 0 {
		if _, err := v.one([]any{&after}, `SELECT event FROM event_subjects WHERE asset = ? AND event <= ? ORDER BY event LIMIT 1 OFFSET ?`, asset, shown.Last, skip-1); err != nil {
			return nil, err
		}
	}
	if err := v.partEvents(out, asset, after, shown.Last, PartEvents, false); err != nil {
		return nil, err
	}
	upTo := int64(math.MaxInt64) // the newest part is read at the block that is shown
	if len(out.Events) > 0 && skip+len(out.Events) < shown.History.Rows() {
		upTo = out.Events[len(out.Events)-1].Ordinal
	}
	if err := v.partEdges(out, asset, after, upTo); err != nil {
		return nil, err
	}
	if err := v.partPlaces(out); err != nil {
		return nil, err
	}
	return out, v.partDevices(out)
}

// partEvents reads the events after an ordinal, all or the committed ones. One whose block or transaction is missing here is one, too.
func (v *View) partEvents(out *ShownPart, asset string, after, upTo int64, limit int, committed bool) error {
	if _, err := v.one([]any{&out.Seq, (*hash)(&out.Head)}, `SELECT seq, head FROM event_subjects WHERE asset = ? AND seq > 0 AND event <= ? ORDER BY event DESC LIMIT 1`, asset, after); err != nil {
		return err
	}
	const these = `WHERE x.asset = ? AND x.event > ? AND x.event <= ? AND (NOT ? OR e.status = 'committed') ORDER BY x.event LIMIT ?`
	events, err := collect(v, scanEvent, selectShownEvent+these, asset, after, upTo, committed, limit)
	if err != nil {
		return err
	}
	type row struct {
		EventRow
		Place
	}
	rows, err := collect(v, func(rows *sql.Rows) (r row, err error) {
		err = rows.Scan(&r.ID, &r.Asset, &r.Action, &r.Rulebook, &r.Corrects, &r.Claimed, &r.Block, &r.Position)
		return r, err
	}, `SELECT e.id, e.asset, e.action, e.rulebook, e.corrects, e.claimed, e.block, e.transaction_position
		FROM event_subjects x JOIN events e ON e.ordinal = x.event `+these, asset, after, upTo, committed, limit)
	if err != nil {
		return err
	}
	if len(rows) != len(events) {
		return fmt.Errorf("readmodel: %d events of %s have %d rows", len(events), asset, len(rows))
	}
	for i := range events {
		out.Events = append(out.Events, ShownEvent{Event: events[i], Row: rows[i].EventRow, Place: rows[i].Place})
	}
	return nil
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

// maxPartEdges bounds the edges of a part, on each side: more than its events can name.
const maxPartEdges = PartEvents * (limits.Inputs + limits.Into)

func (v *View) partEdges(out *ShownPart, asset string, after, upTo int64) error {
	scan := func(rows *sql.Rows) (e Edge, err error) {
		err = rows.Scan(&e.From, &e.To, &e.Amount, &e.Possible, &e.Event)
		return e, err
	}
	const edges = `SELECT g.from_asset, g.to_asset, g.amount, g.possible, coalesce(e.id, '') FROM edges g LEFT JOIN events e ON e.ordinal = g.event `
	for _, side := range []string{`to_asset`, `from_asset`} {
		some, err := collect(v, scan, edges+`WHERE g.`+side+` = ? AND g.event > ? AND g.event <= ? ORDER BY g.event DESC LIMIT ?`, asset, after, upTo, maxPartEdges)
		if err != nil {
			return err
		}
		out.Edges = append(out.Edges, some...)
	}
	return nil
}

// maxShownTags bounds the tags of one asset that are looked at: more than anything wears.
const maxShownTags = 2000

func (v *View) shownTags(out *Shown) error {
	var err error
	out.Tags, err = collect(v, func(rows *sql.Rows) (t rootline.Tag, err error) {
		err = rows.Scan(&t.Code, &t.Asset, &t.Organisation, &t.Roll, &t.ReplacedBy)
		return t, err
	}, `SELECT code, asset, organisation, roll, replaced_by FROM tags WHERE asset <> '' AND asset = ? ORDER BY code LIMIT ?`, out.Asset.ID, maxShownTags)
	return err
}

func (v *View) partPlaces(out *ShownPart) error {
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

func (v *View) partDevices(out *ShownPart) error {
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

// Enrolment finds the acts by which a device came in. They are where to look, and prove nothing by themselves.
func (v *View) Enrolment(kid string) (*Enrolment, error) {
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
		return out, nil // a proof that is none leads to no invitation, which the check says
	}
	var said rootline.EnrolProof
	if json.Unmarshal(proof.Payload, &said) != nil {
		return out, nil
	}
	invites, err := v.acts(`e.id = ? AND e.action = 'invite' AND e.status = 'committed' ORDER BY e.ordinal LIMIT 1`, said.Invitation)
	if len(invites) > 0 {
		out.Invite = &invites[0]
	}
	return out, err
}

// maxRenewals bounds the renewals of one organisation that are looked through for one.
const maxRenewals = 2000

// Renewal finds the act that moved the end of a device last; nil when none did. It is where to look, and proves nothing by
// itself.
func (v *View) Renewal(kid string) (*ShownEvent, error) {
	d, err := record[*rootline.Device](v, rootline.SpaceDevice, kid)
	if err != nil || d == nil {
		return nil, err
	}
	// Whoever renews is an admin of the device's organisation, of which there are few.
	renewals, err := v.acts(`e.action = 'renew' AND e.status = 'committed' AND e.organisation = ? AND e.ordinal > 0
		ORDER BY e.ordinal DESC LIMIT ?`, d.Organisation, maxRenewals)
	for i := range renewals {
		var data rootline.RenewData
		if e := renewals[i].Event.Event; e != nil && e.Rulebook == rootline.Registry && json.Unmarshal(e.Data, &data) == nil && data.Device == kid {
			return &renewals[i], nil
		}
	}
	return nil, err
}

// acts reads acts of the registry.
func (v *View) acts(where string, args ...any) ([]ShownEvent, error) {
	return collect(v, func(rows *sql.Rows) (e ShownEvent, err error) {
		err = rows.Scan(&e.Ordinal, &e.JWS, &e.Device, &e.Witnessed, &e.Place.Block, &e.Place.Position, &e.Position)
		e.Event.Event, e.Block = eventOf(e.JWS), e.Place.Block
		return e, err
	}, `SELECT e.ordinal, e.jws, e.device, e.witnessed, e.block, e.transaction_position, e.position FROM events e WHERE `+where, args...)
}
