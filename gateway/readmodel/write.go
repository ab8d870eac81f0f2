package readmodel

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"

	"github.com/rootline/rootline"
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
	// cursor the new one: what the memory has to know.
	changed  []rootline.Ref
	touched  map[string]struct{}
	cursor   *Cursor
	bulks    bulks
	stream   stream
	counting counting
	followed followed
	// hashes are those of the blocks that were added.
	hashes map[uint64]rootline.Hash
	// unjudged says that keys were put without being judged.
	unjudged bool
}

type bulks struct {
	state, assets, tags, places, devices                 bulk
	blocks, transactions, events, subjects, edges, lists bulk
	found, freezes, files, unjudged, quarantined         bulk
	repeated                                             bulk
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
		tags: newBulk(`tags`, `code, asset, organisation, roll, replaced_by`,
			replace(`code`, `asset = excluded.asset, organisation = excluded.organisation, roll = excluded.roll,
				replaced_by = excluded.replaced_by`)),
		places:  newBulk(`places`, `id, kind, parent`, replace(`id`, `kind = excluded.kind, parent = excluded.parent`)),
		devices: newBulk(`devices`, `kid, organisation, role`, replace(`kid`, `organisation = excluded.organisation, role = excluded.role`)),
		blocks:  newBulk(`blocks`, `number, hash, previous, data_hash, time, transactions, events`, ``),
		transactions: newBulk(`transactions`, `block, position, id, code, code_name, valid, chaincode, function,
			creator, admin, endorsers, time, verdict, arguments`, ``),
		events: newBulk(`events`, `ordinal, id, hash, jws, inclusion, asset, action, rulebook, kind, state, corrects,
			device, organisation, role, name, claimed, witnessed, late, block, transaction_position, position, status, attests`, ``),
		subjects: newBulk(`event_subjects`, `asset, event, link, seq, head, amount`, ``),
		edges:    newBulk(`edges`, `to_asset, from_asset, event, amount, possible`, ``),
		files:    newBulk(`event_files`, `sha256, event`, `ON CONFLICT DO NOTHING`),
		lists:    newBulk(`lists`, `list, space, sha256, event, status`, `ON CONFLICT DO NOTHING`),
		found: newBulk(`findings`, `ordinal, id, kind, alarm, block, transaction_id, event, asset, detail, found`,
			`ON CONFLICT (id) DO NOTHING`),
		repeated: newBulk(`repeated`, `block, transaction_position, position, id`, ``),
		unjudged: newBulk(`unjudged`, `key, value, block, quarantined`,
			replace(`key`, `value = excluded.value, block = excluded.block`)),
		quarantined: newBulk(`quarantined`, `block, position, id, version`, replace(`block, position`, `version = excluded.version`)),
		freezes: newBulk(`freezes`, `recall, asset, via, possible, held`,
			replace(`recall, asset`, `via = excluded.via, possible = excluded.possible, held = excluded.held`)),
		versions: newBulk(`versions`, `key, block, position`, replace(`key`, `block = excluded.block, position = excluded.position`)),
	}
}

func (b *bulks) all() []*bulk {
	return []*bulk{
		&b.state, &b.assets, &b.tags, &b.places, &b.devices,
		&b.blocks, &b.transactions, &b.events, &b.subjects, &b.edges, &b.lists, &b.found, &b.freezes, &b.files, &b.versions,
		&b.unjudged, &b.quarantined, &b.repeated,
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
	defer t.endStream()                                      // before the rollback, too
	t.state = newLedgerState(t.query, s.memory, s.memory.at) // nobody else moves it
	t.state.turn = &t.stream.turn
	t.state.look = s.memory.unjudged.Load()
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
	s.memory.committed(t)
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
	t.followed.flush(&t.bulks.versions)
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
