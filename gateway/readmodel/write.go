package readmodel

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/limits"
)

// Tx is a write transaction: the rows of some blocks and the cursor that covers them, all or none.
type Tx struct {
	ctx   context.Context
	store *Store
	state *ledgerState

	// events and findings are the ordinals given last.
	events, findings int64
	// files counts the files of code lists that were added.
	files int
	// changed are the constant records that were put, touched the assets whose record, history or links change, and
	// cursor the new one: what the cache has to know.
	changed  []rootline.Ref
	touched  map[string]struct{}
	cursor   *Cursor
	bulks    bulks
	stream   stream
	counting counting
	followed followed
	// hashes are those of the blocks that were added.
	hashes map[uint64]rootline.Hash
	// unjudged says that keys were put without being judged, resting that some rest on what was not recomputed.
	unjudged, resting bool
}

type bulks struct {
	state, assets, also, tags, places, devices           bulk
	blocks, transactions, events, subjects, edges, lists bulk
	found, freezes, files, unjudged, quarantined         bulk
	repeated, photos, recomputed                         bulk
	versions                                             bulk
}

// noRows has the statements of each table, made once.
var noRows = newBulks()

func newBulks() bulks {
	replace := func(key, columns string) string {
		return `ON CONFLICT (` + key + `) DO UPDATE SET ` + columns
	}
	return bulks{
		state: newBulk(`state`, `key, value`, replace(`key`, `value = excluded.value`)),
		assets: newBulk(`assets`, `id, kind, rulebook, state, maker, custodian, place, lot, lat, lon, changed, under, pending`,
			replace(`id`, `kind = excluded.kind, rulebook = excluded.rulebook, state = excluded.state,
				maker = excluded.maker, custodian = excluded.custodian, place = excluded.place, lot = excluded.lot,
				lat = excluded.lat, lon = excluded.lon, changed = excluded.changed,
				under = excluded.under, pending = excluded.pending`)),
		also: newBulk(`also_under`, `asset, above`, replace(`asset`, `above = excluded.above`)),
		tags: newBulk(`tags`, `code, asset, organisation, roll, replaced_by`,
			replace(`code`, `asset = excluded.asset, organisation = excluded.organisation, roll = excluded.roll,
				replaced_by = excluded.replaced_by`)),
		places: newBulk(`places`, `id, kind, parent, title_en, title_zh`,
			replace(`id`, `kind = excluded.kind, parent = excluded.parent, title_en = excluded.title_en, title_zh = excluded.title_zh`)),
		devices: newBulk(`devices`, `kid, organisation, role, name`,
			replace(`kid`, `organisation = excluded.organisation, role = excluded.role, name = excluded.name`)),
		blocks: newBulk(`blocks`, `number, hash, previous, data_hash, time, transactions, events`, ``),
		transactions: newBulk(`transactions`, `block, position, id, code, code_name, valid, chaincode, function,
			creator, admin, endorsers, time, verdict, arguments`, ``),
		events: newBulk(`events`, `ordinal, id, hash, jws, inclusion, asset, action, rulebook, kind, state, corrects,
			device, organisation, role, name, claimed, witnessed, late, block, transaction_position, position, status, attests`, ``),
		subjects: newBulk(`event_subjects`, `asset, event, link, seq, head, amount`, ``),
		edges:    newBulk(`edges`, `to_asset, from_asset, event, amount, possible`, ``),
		files:    newBulk(`event_files`, `sha256, event`, `ON CONFLICT DO NOTHING`),
		photos:   newBulk(`photos`, `asset, event, position, sha256, released`, ``),
		lists:    newBulk(`lists`, `list, space, sha256, event, status`, `ON CONFLICT DO NOTHING`),
		found: newBulk(`findings`, `ordinal, id, kind, alarm, block, transaction_id, event, asset, detail, found`,
			`ON CONFLICT (id) DO NOTHING`),
		repeated: newBulk(`repeated`, `block, transaction_position, position, id`, ``),
		unjudged: newBulk(`unjudged`, `key, value, block, quarantined`,
			replace(`key`, `value = excluded.value, block = excluded.block`)),
		quarantined: newBulk(`quarantined`, `block, position, id, version`, replace(`block, position`, `version = excluded.version`)),
		recomputed:  newBulk(`not_recomputed`, `key, block, transaction_id`, `ON CONFLICT DO NOTHING`),
		freezes: newBulk(`freezes`, `recall, asset, via, possible, held`,
			replace(`recall, asset`, `via = excluded.via, possible = excluded.possible, held = excluded.held`)),
		versions: newBulk(`versions`, `key, block, position`, replace(`key`, `block = excluded.block, position = excluded.position`)),
	}
}

func (b *bulks) all() []*bulk {
	return []*bulk{
		&b.state, &b.assets, &b.also, &b.tags, &b.places, &b.devices,
		&b.blocks, &b.transactions, &b.events, &b.subjects, &b.edges, &b.lists, &b.found, &b.freezes, &b.files, &b.versions,
		&b.unjudged, &b.quarantined, &b.repeated, &b.photos, &b.recomputed,
	}
}

// Write runs work in the one write transaction and commits what it wrote, or nothing when work or the commit fails.
// It waits for another Write to end. When ctx ends, nothing is committed.
func (s *Store) Write(ctx context.Context, work func(*Tx) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken.Load() {
		return ErrRebuilding()
	}
	return s.noticed(s.writeLocked(ctx, work))
}

func (s *Store) writeLocked(ctx context.Context, work func(*Tx) error) error {
	if err := s.exec(ctx, `BEGIN IMMEDIATE`); err != nil {
		return err
	}
	// Statements are not interrupted: SQLite would roll back some transactions by itself then, and not others.
	whole := context.WithoutCancel(ctx)
	done := false
	defer func() {
		if !done { // also when work panics; the connection must not stay in the transaction
			if err := s.exec(whole, `ROLLBACK`); err != nil {
				slog.Error("the read model's transaction is not rolled back", "error", err)
			}
		}
	}()
	t := &Tx{ctx: whole, store: s, bulks: noRows, touched: map[string]struct{}{}, hashes: map[uint64]rootline.Hash{}}
	defer t.endStream()                                    // before the rollback, too
	t.state = newLedgerState(t.query, s.cache, s.cache.at) // nobody else moves it
	t.state.turn = &t.stream.turn
	t.state.look = s.cache.unjudged.Load()
	_, err := t.view().one([]any{&t.events, &t.findings}, `SELECT coalesce((SELECT max(ordinal) FROM events), 0),
		coalesce((SELECT max(ordinal) FROM findings), 0)`)
	if err != nil {
		return err
	}
	if err := work(t); err != nil {
		return err
	}
	if err := t.flush(); err != nil {
		return err
	}
	t.endStream()
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := s.exec(whole, `COMMIT`); err != nil {
		return err
	}
	done = true
	s.cache.committed(t)
	s.waiting.commit()
	return nil
}

func (s *Store) exec(ctx context.Context, statement string) error {
	return s.conn.exec(ctx, statement)
}

func (t *Tx) prepare(query string) (*sql.Stmt, error) { return t.store.conn.prepare(t.ctx, query) }

func (t *Tx) query(query string, args ...any) (*sql.Rows, error) {
	stmt, err := t.prepare(query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(t.ctx, args...)
}

func (t *Tx) flush() error {
	if err := t.settle(); err != nil {
		return err
	}
	if err := t.flushVersions(); err != nil {
		return err
	}
	for _, b := range t.bulks.all() {
		if err := b.flush(t.ctx, t.prepare); err != nil {
			return err
		}
	}
	return t.counting.flush(t.ctx, t.prepare, t.store.conn.exec)
}

// Flush writes what was added so far, so that what SQLite makes of it happens now and not with the commit.
func (t *Tx) Flush() error { return t.flush() }

// State is what the ledger holds with all that was Put in this transaction. It is for the goroutine of the
// transaction.
func (t *Tx) State() judge.State { return t.state }

// Cursor returns how far the blocks were applied before this transaction; ok is false before the first.
func (t *Tx) Cursor() (Cursor, bool, error) { return t.view().readCursor() }

// view reads within the transaction. Rows that were sent are written by then; should that have failed, the commit fails.
func (t *Tx) view() *View {
	_ = t.settle()
	return &View{ctx: t.ctx, conn: t.store.conn, store: t.store}
}

// SetCursor notes how far the blocks are applied with this transaction.
func (t *Tx) SetCursor(c Cursor) error {
	t.cursor = &c
	if err := t.settle(); err != nil {
		return err
	}
	return t.store.conn.exec(t.ctx, `INSERT INTO cursor (only, block, hash, time) VALUES (1, ?, ?, ?)
		ON CONFLICT (only) DO UPDATE SET block = excluded.block, hash = excluded.hash, time = excluded.time`,
		c.Block, c.Hash[:], c.Time)
}

// BlockHash returns the hash of a block that was applied, in this transaction or before; ok is false otherwise.
func (t *Tx) BlockHash(number uint64) (h rootline.Hash, ok bool, err error) {
	if h, ok = t.hashes[number]; ok {
		return h, true, nil
	}
	ok, err = t.view().one([]any{(*hash)(&h)}, `SELECT hash FROM blocks WHERE number = ?`, number)
	return h, ok, err
}

// AddBlock adds the row of a block; its transactions are added by themselves.
func (t *Tx) AddBlock(b *Block) {
	t.hashes[b.Number] = b.Hash
	t.bulks.blocks.add(b.Number, b.Hash[:], b.Previous[:], b.DataHash[:], int64(b.Time), b.Count, b.Events)
}

// AddTransaction adds the row of a transaction; its events are added by themselves. Anybody may have a transaction put
// into a block, so that all that it chose is kept in bounds.
func (t *Tx) AddTransaction(r *Transaction) error {
	endorsers, err := json.Marshal(keptEndorsers(r.Endorsers))
	if err != nil {
		return fmt.Errorf("readmodel: endorsers: %w", err)
	}
	var arguments any
	if r.Arguments != nil {
		b, err := json.Marshal(keptArguments(r.Arguments))
		if err != nil {
			return fmt.Errorf("readmodel: arguments: %w", err)
		}
		arguments = string(b)
	}
	t.bulks.transactions.add(r.Block, r.Position, kept(r.ID), r.Code, kept(r.CodeName), r.Valid, kept(r.Chaincode),
		kept(r.Function), kept(r.Creator), r.Admin, string(endorsers), int64(r.Time), string(r.Verdict), arguments)
	return nil
}

// AddRepeated notes that the event at a position of a transaction was recorded before, and has no effect there.
func (t *Tx) AddRepeated(block uint64, transaction, position int, id string) {
	t.bulks.repeated.add(block, transaction, position, id)
}

// AddFinding adds a finding; one of the same id is added once.
func (t *Tx) AddFinding(f *Finding) {
	t.findings++
	t.bulks.found.add(t.findings, kept(f.ID), f.Kind, f.Alarm, f.Block, kept(f.Transaction), kept(f.Event), kept(f.Asset),
		block.Kept(f.Detail, limits.KeptDetail), int64(f.Found))
}

// BlockTime returns the time of a block that was applied, in this transaction or before; ok is false otherwise.
func (t *Tx) BlockTime(number uint64) (at rootline.Instant, ok bool, err error) {
	if err := t.bulks.blocks.flush(t.ctx, t.prepare); err != nil {
		return 0, false, err
	}
	ok, err = t.view().one([]any{&at}, `SELECT time FROM blocks WHERE number = ?`, number)
	return at, ok, err
}

// NewEvent is an event to be added, with what it brings to other tables.
type NewEvent struct {
	// Event's Ordinal, Link, Seq, Head, Amount, CorrectedBy, AttestedBy, BlockHash and Transaction are not looked at.
	Event
	// TransactionPosition is the transaction's index in the block.
	TransactionPosition int
	// Subjects are the assets whose history it is part of; for a disputed event, those that it names.
	Subjects []judge.Subject
	// Edges say what went into what; their Event is not looked at.
	Edges []Edge
	// Lists are the listed lots and rolls that begin with it, each with the files that may hold its codes.
	Lists []ListFile
}

// ListFile is an evidence file that may hold the codes of a listed lot (SpaceAsset) or a roll (SpaceTag).
type ListFile struct {
	Space  rootline.Space
	List   string
	SHA256 rootline.Hash
}

// AddEvent adds an event after all others and sets its Ordinal.
func (t *Tx) AddEvent(n *NewEvent) error {
	t.events++
	n.Ordinal = t.events
	var inclusion any
	if n.Inclusion != nil {
		b, err := json.Marshal(n.Inclusion)
		if err != nil {
			return fmt.Errorf("readmodel: inclusion: %w", err)
		}
		inclusion = string(b)
	}
	e := n.Event.Event
	if e == nil {
		e = &rootline.Event{}
	}
	t.bulks.events.add(n.Ordinal, e.ID, blob(n.Hash), keptJWS(n.JWS), inclusion, e.Asset, e.Action, e.Rulebook, n.Kind, n.State,
		e.Corrects, kept(n.Device), n.Organisation, n.Role, n.Name, int64(e.At), int64(n.Witnessed), n.Late,
		n.Block, n.TransactionPosition, n.Position, string(n.Status), n.Attests)
	t.send(&t.bulks.events)
	t.countEvent(n)
	for _, s := range n.Subjects {
		t.touched[s.Asset] = struct{}{}
		t.bulks.subjects.add(s.Asset, n.Ordinal, string(s.Link), s.Seq, blob(s.Head), s.Amount)
		t.send(&t.bulks.subjects)
	}
	for _, edge := range n.Edges {
		t.touched[edge.From], t.touched[edge.To] = struct{}{}, struct{}{}
		t.bulks.edges.add(edge.To, edge.From, n.Ordinal, edge.Amount, edge.Possible)
	}
	for _, f := range e.Evidence {
		t.bulks.files.add(f.SHA256[:], n.Ordinal)
	}
	if err := t.addPhotos(n); err != nil {
		return err
	}
	t.files += len(n.Lists)
	for _, l := range n.Lists {
		t.bulks.lists.add(l.List, string(rune(l.Space)), l.SHA256[:], n.Ordinal, listPending)
	}
	return nil
}

// ListFiles is how many files of code lists the events of this transaction named.
func (t *Tx) ListFiles() int { return t.files }

// Written is a record with the bytes that the chaincode writes for it.
type Written struct {
	Record rootline.Record
	Value  []byte
}

// Encode gives the bytes of records as the chaincode writes them.
func Encode(records []rootline.Record) ([]Written, error) {
	out := make([]Written, len(records))
	for i, r := range records {
		b, err := wire.Encode(r)
		if err != nil {
			return nil, err
		}
		out[i] = Written{Record: r, Value: b}
	}
	return out, nil
}

// Put writes records to the state, and the rows that lists filter by.
func (t *Tx) Put(records []Written) {
	for _, w := range records {
		ref := w.Record.Ref()
		before := t.before(ref)
		t.state.known[ref] = w.Record
		t.bulks.state.add(wire.Key(ref), w.Value)
		t.send(&t.bulks.state)
		if constant(ref.Space) {
			t.changed = append(t.changed, ref)
		}
		switch r := w.Record.(type) {
		case *rootline.Asset:
			t.putAsset(r)
			t.putAlsoUnder(r)
			t.putFreezes(before, r)
			t.countAsset(before, r)
		case *rootline.Tag:
			t.bulks.tags.add(r.Code, r.Asset, r.Organisation, r.Roll, r.ReplacedBy)
		case *rootline.Place:
			t.bulks.places.add(r.ID, r.Kind, r.Parent, titleEn(r), titleZh(r))
		case *rootline.Device:
			t.bulks.devices.add(r.Kid, r.Organisation, r.Role, deviceName(r))
		}
	}
}

func (t *Tx) putAsset(a *rootline.Asset) {
	t.touched[a.ID] = struct{}{}
	var lat, lon any
	if a.Position != nil {
		lat, lon = a.Position.Lat, a.Position.Lon
	}
	t.bulks.assets.add(a.ID, a.Kind, a.Rulebook, a.State, a.Maker, a.Custodian, a.Place, a.Lot, lat, lon, int64(a.Changed),
		a.Under, pendingAction(a))
	t.send(&t.bulks.assets)
}

// putAlsoUnder keeps the second asset that one lies under. A rulebook that cannot be read here gives none.
func (t *Tx) putAlsoUnder(a *rootline.Asset) {
	if len(a.Fields) == 0 {
		return
	}
	book, err := t.rulebook(a.Rulebook)
	if err != nil && t.counting.failed == nil {
		t.counting.failed = err
	}
	if book == nil {
		return
	}
	kind := book.Kind(a.Kind)
	if kind == nil || kind.AlsoUnder == nil {
		return
	}
	if above := kind.AlsoUnder.Above(a); above != "" {
		t.bulks.also.add(a.ID, above)
		t.send(&t.bulks.also)
	}
}

func pendingAction(a *rootline.Asset) string {
	if a.Pending == nil {
		return ""
	}
	return a.Pending.Action
}

// putFreezes keeps which recalls hold an asset, and which released it. The judge has read the record before it changed.
func (t *Tx) putFreezes(before rootline.Record, a *rootline.Asset) {
	if old, ok := before.(*rootline.Asset); ok && old != nil {
		for _, f := range old.Frozen {
			if !slices.ContainsFunc(a.Frozen, func(g rootline.Freeze) bool { return g.Recall == f.Recall }) {
				t.bulks.freezes.add(f.Recall, a.ID, f.Via, f.Possible, false)
			}
		}
	}
	for _, f := range a.Frozen {
		t.bulks.freezes.add(f.Recall, a.ID, f.Via, f.Possible, true)
	}
}

// kept is a name that somebody else chose.
func kept(name string) string { return block.Kept(name, limits.KeptName) }

// keptEndorsers are the first endorsers of a transaction; the last one says how many more there are.
func keptEndorsers(all []string) []string {
	out := make([]string, 0, min(len(all), limits.KeptEndorsers+1))
	for i, e := range all {
		if i == limits.KeptEndorsers {
			return append(out, fmt.Sprintf("… (%d more)", len(all)-i))
		}
		out = append(out, kept(e))
	}
	return out
}

// keptArguments are the first arguments of a transaction, to the byte where they are short. One that is cut ends in a
// mark with its length and its SHA-256; the whole lies in the block.
func keptArguments(all [][]byte) [][]byte {
	out := make([][]byte, 0, min(len(all), limits.KeptArguments+1))
	for i, arg := range all {
		if i == limits.KeptArguments {
			return append(out, fmt.Appendf(nil, "… (%d more)", len(all)-i))
		}
		if len(arg) > limits.KeptArgument {
			arg = fmt.Appendf(arg[:limits.KeptArgument:limits.KeptArgument], "… (cut from %d bytes, SHA-256 %s)", len(arg), rootline.HashOf(arg))
		}
		out = append(out, arg)
	}
	return out
}

// keptJWS is what was signed. No event is longer than its bound, but a disputed transaction may hold one.
func keptJWS(compact string) string {
	if len(compact) > limits.EventBytes {
		return block.Kept(compact, limits.KeptArgument)
	}
	return compact
}
