package readmodel

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/gateway/storage"
)

// Derivation numbers what is derived from blocks. Whoever changes it so that the same blocks and evidence give other rows
// raises the number: read models of another number are then built anew. A test of story/recorded holds a digest of the
// rows of the stories by this number.
const Derivation = 9

// Rebuild says that a read model is built anew from blocks, and why.
type Rebuild struct {
	// Reason is one of the Rebuild reasons.
	Reason string `json:"reason"`
	// Detail is what SQLite or the check said.
	Detail string `json:"detail"`
	// Aside is where the former file is kept; "" when there was none.
	Aside string `json:"aside"`
	// Since is when it was noticed.
	Since time.Time `json:"since"`
	// Beside says that the former one serves meanwhile, and the new one is built in a file of its own: see successor.go.
	Beside bool `json:"beside,omitempty"`
}

// The reasons of a Rebuild.
const (
	RebuildDamaged    = "damaged"    // the file is damaged
	RebuildVersion    = "version"    // another version of Rootline made it
	RebuildUnverified = "unverified" // its blocks were not verified as those of this channel
	RebuildQuarantine = "quarantine" // another build may judge what was quarantined
	RebuildMissing    = "missing"    // there is none, though this gateway has known blocks
	RebuildClosed     = "closed"     // the file is in order and cannot be opened
)

// String says it to an operator.
func (r *Rebuild) String() string {
	if r.Reason == RebuildClosed {
		return "the read model's file cannot be opened, which is tried again and again: " + r.Detail
	}
	says := map[string]string{
		RebuildDamaged:    "the read model's file is damaged",
		RebuildVersion:    "the read model is of another version of Rootline",
		RebuildUnverified: "the read model holds blocks that were not verified as this channel's",
		RebuildQuarantine: "this build tries again what an earlier one quarantined",
		RebuildMissing:    "the read model is missing",
	}[r.Reason]
	if says == "" {
		says = "the read model is not used any more"
	}
	says += "; it is built anew from blocks, and nothing is lost"
	if r.Beside {
		return says + "; the former one serves meanwhile"
	}
	if r.Aside != "" {
		says += "; the former file is kept as " + filepath.Base(r.Aside)
	}
	return says
}

// keptAside is how many files are kept that were set aside.
const keptAside = 3

// errOutdated says that a file is in order, and not what this build would make of the blocks. One that serves can be read and
// gone on with all the same.
type errOutdated struct {
	reason, detail string
	serves         bool
}

func (e *errOutdated) Error() string { return "readmodel: " + e.detail }

// ErrRebuilding answers who reads or writes while a damaged file is in the way.
func ErrRebuilding() error {
	return &rootline.Error{Code: rootline.CodeNotReady, Says: rootline.Text{
		En: "The gateway's read model is damaged and is being built anew from the ledger's blocks. Nothing is lost. Try again in a while.",
		Zh: "网关的查询数据库已损坏，正在根据账本区块重建。没有数据丢失。请稍后重试。",
	}}
}

// errMakesWay is the refusal of an answer that takes longer than the read model's successor waits.
func errMakesWay() error {
	return &rootline.Error{Code: rootline.CodeNotReady, Says: rootline.Text{
		En: "The gateway is changing over to a read model that it built anew, and this answer took too long for it. Ask again: the change takes a few seconds.",
		Zh: "网关正在切换到新建的查询数据库，本次查询耗时过长，已中止。切换只需几秒，请重新查询。",
	}}
}

// marker is where it is noted that a read model is built anew, until it is level.
func marker(path string) string { return path + ".rebuild" }

// OpenFollowed opens the read model of the channel that begins with genesis, for a build of Rootline; with a
// zero genesis, of one whose blocks are not verified.
//
// A file that another derivation made, or that holds what another build quarantined, serves on, and its successor is to be
// built beside it: see Store.Outdated. One that is damaged, that has other tables, whose blocks were not verified as that
// channel's, or that keeps what is known of the channel in another format, is set aside at once, and the read model begins anew: nothing in it is not in the blocks and the evidence.
func OpenFollowed(ctx context.Context, path string, genesis channel.Hash, build string) (*Store, error) {
	rebuild, err := readMarker(path)
	if err != nil {
		return nil, err
	}
	known := rebuild
	if rebuild != nil && rebuild.Beside { // the served file is as good as it says itself
		rebuild = nil
	}
	if rebuild != nil {
		if _, err := os.Stat(rebuild.Aside); rebuild.Aside != "" && errors.Is(err, fs.ErrNotExist) {
			if err := setAside(ctx, path, rebuild, genesis, build); err != nil {
				return nil, err
			}
		}
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) { // it ended when the file was set aside
			if err := inherit(ctx, path, genesis, build); err != nil {
				return nil, err
			}
		}
	}
	s, err := openChecked(ctx, path, genesis, build)
	r := reasonOf(err)
	if r != nil && r.serves && rebuild == nil {
		return openOutdated(ctx, path, genesis, build, r, known)
	}
	if r != nil {
		rebuild = newRebuild(path, r.reason, r.detail)
		if err := setAside(ctx, path, rebuild, genesis, build); err != nil {
			return nil, err
		}
		s, err = openChecked(ctx, path, genesis, build)
	}
	if err != nil {
		return nil, err
	}
	s.genesis, s.build = genesis, build
	s.rebuild.Store(rebuild)
	if rebuild == nil { // a successor took its place, or is wanted no more
		err = errors.Join(removeMarker(path), removeSuccessor(path))
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func newRebuild(path, reason, detail string) *Rebuild {
	now := time.Now()
	return &Rebuild{Reason: reason, Detail: detail, Since: now, Aside: storage.AsideName(path, now)}
}

// reasonOf says why a file that was not opened is to be set aside; nil when that would not help.
func reasonOf(err error) *errOutdated {
	var outdated *errOutdated
	switch {
	case err == nil:
		return nil
	case errors.As(err, &outdated):
		return outdated
	case errors.Is(err, errLater):
		return &errOutdated{reason: RebuildVersion, detail: err.Error()}
	case storage.Damaged(err):
		return &errOutdated{reason: RebuildDamaged, detail: err.Error()}
	}
	return nil
}

// setAside notes the rebuild first: a process that ends in between goes on with it. A successor that was being built takes
// the place as far as it is.
func setAside(ctx context.Context, path string, r *Rebuild, genesis channel.Hash, build string) error {
	slog.Error("the read model is set aside and built anew from blocks", "reason", r.Reason, "detail", r.Detail, "file", path, "kept_as", r.Aside)
	if err := writeMarker(path, r); err != nil {
		return err
	}
	if err := storage.SetAside(path, r.Aside); err != nil {
		return fmt.Errorf("readmodel: %w", err)
	}
	if err := storage.KeepAside(path, keptAside); err != nil {
		slog.Error("files that were set aside are not tidied", "error", err)
	}
	return inherit(ctx, path, genesis, build)
}

func writeMarker(path string, r *Rebuild) error {
	b, err := json.Marshal(r)
	if err == nil {
		err = os.WriteFile(marker(path)+".new", b, 0o600)
	}
	if err == nil {
		err = os.Rename(marker(path)+".new", marker(path))
	}
	if err != nil {
		return fmt.Errorf("readmodel: note the rebuild: %w", err)
	}
	return nil
}

func removeMarker(path string) error {
	if err := os.Remove(marker(path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("readmodel: %w", err)
	}
	return nil
}

func readMarker(path string) (*Rebuild, error) {
	b, err := os.ReadFile(marker(path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("readmodel: %w", err)
	}
	r := &Rebuild{}
	if json.Unmarshal(b, r) != nil { // it says that there is one, whatever it says
		return &Rebuild{Reason: RebuildDamaged, Detail: "the note of it is damaged", Since: time.Now()}, nil
	}
	return r, nil
}

// checkTime bounds the check of a file on start. What it does not come to is noticed when it is read.
const checkTime = 20 * time.Second

// openChecked opens a file that is in order. The error says why another is not: see reasonOf.
func openChecked(ctx context.Context, path string, genesis channel.Hash, build string) (*Store, error) {
	if err := quickCheck(ctx, path); err != nil {
		return nil, err
	}
	s, err := openFile(ctx, path)
	if err != nil {
		return nil, err
	}
	if err := s.usable(ctx, genesis, build); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// quickCheck has SQLite look whether the pages of a file fit together.
func quickCheck(ctx context.Context, path string) error {
	if info, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return nil
	}
	db, err := sql.Open("sqlite", dsn(path))
	if err != nil {
		return fmt.Errorf("readmodel: open: %w", err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	limited, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	err = storage.Check(limited, db)
	switch {
	case storage.Damaged(err):
		return err
	case limited.Err() != nil:
		return ctx.Err()
	case err != nil:
		return fmt.Errorf("readmodel: check: %w", err)
	}
	return nil
}

// usable checks that a file that opens is what this build goes on with.
func (s *Store) usable(ctx context.Context, genesis channel.Hash, build string) error {
	started, err := s.sameSchema(ctx)
	if err != nil || !started {
		return err
	}
	followed, err := Read(ctx, s, func(v *View) (bool, error) { return v.Followed(genesis) })
	if errors.Is(err, channel.ErrState) {
		return &errOutdated{reason: RebuildVersion, detail: err.Error()}
	}
	if err != nil {
		return err
	}
	if !followed && genesis != (channel.Hash{}) {
		return &errOutdated{reason: RebuildUnverified, detail: "its blocks were not verified as those of the channel that begins with " + genesis.String()}
	}
	var number int
	if _, err := s.one(ctx, []any{&number}, `PRAGMA user_version`); err != nil {
		return err
	}
	if number != Derivation {
		return &errOutdated{RebuildVersion, fmt.Sprintf("it was derived by the rules of number %d, and this is %d", number, Derivation), true}
	}
	quarantined, err := Read(ctx, s, (*View).Quarantined)
	if err != nil {
		return err
	}
	for _, q := range quarantined {
		if q.Version != build {
			return &errOutdated{RebuildQuarantine, fmt.Sprintf("it holds transaction %s, which build %s quarantined", q.Transaction, q.Version), true}
		}
	}
	return nil
}

// Rebuilding says that the read model is built anew and not level yet; nil when it is.
func (s *Store) Rebuilding() *Rebuild { return s.rebuild.Load() }

// Missing notes that there was no read model where there should have been one.
func (s *Store) Missing() error {
	if s.rebuild.Load() != nil {
		return nil
	}
	r := &Rebuild{Reason: RebuildMissing, Detail: "no block is in it", Since: time.Now()}
	slog.Error("the read model is missing and built anew from blocks", "file", s.path)
	s.rebuild.Store(r)
	return writeMarker(s.path, r)
}

// Level notes that the read model has all blocks again.
func (s *Store) Level() error {
	s.damage.Lock()
	defer s.damage.Unlock()
	r := s.rebuild.Load()
	if r == nil || s.broken.Load() {
		return nil
	}
	if err := removeMarker(s.path); err != nil {
		return err
	}
	s.rebuild.Store(nil)
	slog.Info("the read model is built anew and level with the ledger", "reason", r.Reason, "took", time.Since(r.Since).Round(time.Millisecond))
	return nil
}

// noticed looks at an error of the file. One of damage ends all use of it: from then on everything is answered with
// ErrRebuilding until Renew. Other errors are returned as they are.
func (s *Store) noticed(err error) error {
	if err == nil || !storage.Damaged(err) {
		return err
	}
	s.damage.Lock()
	defer s.damage.Unlock()
	if !s.broken.Load() {
		r := newRebuild(s.path, RebuildDamaged, err.Error())
		slog.Error("the read model's file is damaged", "file", s.path, "error", err)
		// Noted on disk at once: should the process end here, the next one sets the file aside.
		if failed := writeMarker(s.path, r); failed != nil {
			slog.Error("the damage is not noted on disk", "error", failed)
		}
		s.rebuild.Store(r)
		s.broken.Store(true)
		close(s.told)
	}
	return errors.Join(ErrRebuilding(), err)
}

// Broken is closed when the file is found to be damaged; Renew begins another one.
func (s *Store) Broken() <-chan struct{} {
	s.damage.Lock()
	defer s.damage.Unlock()
	return s.told
}

// Renew sets a file that was found to be damaged aside, and begins a new one in its place, or goes on with a successor that
// was being built. It waits for all who read and write to be done. Without damage it does nothing. Only who follows the
// blocks calls it, when nobody builds a successor, and goes on where the cursor is then.
func (s *Store) Renew(ctx context.Context) error {
	if !s.broken.Load() {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	release, err := s.alone(ctx)
	if err != nil {
		return err
	}
	err = s.replace(ctx)
	release()
	if err != nil {
		return err
	}
	s.chain.reset()
	s.damage.Lock()
	defer s.damage.Unlock()
	s.told = make(chan struct{})
	s.broken.Store(false)
	s.waiting.commit()
	return nil
}

// alone waits until nobody reads, and keeps all from it until release.
func (s *Store) alone(ctx context.Context) (release func(), err error) {
	give := func(n int) {
		for range n {
			<-s.readers.turns
		}
	}
	for n := range cap(s.readers.turns) {
		select {
		case s.readers.turns <- struct{}{}:
		case <-ctx.Done():
			give(n)
			return nil, fmt.Errorf("readmodel: wait for readers: %w", context.Cause(ctx))
		}
	}
	return func() { give(cap(s.readers.turns)) }, nil
}

// replace puts a new file in the place of a damaged one. Nobody uses it meanwhile.
func (s *Store) replace(ctx context.Context) error {
	s.readers.mu.Lock()
	defer s.readers.mu.Unlock()
	if s.readers.closed {
		return fmt.Errorf("readmodel: %w", sql.ErrConnDone)
	}
	s.shut()
	r := s.rebuild.Load()
	if r.Reason == RebuildClosed {
		err := s.reopen(ctx)
		why := reasonOf(err)
		if why == nil {
			if err == nil {
				s.rebuild.Store(nil)
			}
			return err
		}
		r = newRebuild(s.path, why.reason, why.detail)
		s.rebuild.Store(r)
	}
	if _, err := os.Stat(r.Aside); errors.Is(err, fs.ErrNotExist) {
		if err := setAside(ctx, s.path, r, s.genesis, s.build); err != nil {
			return err
		}
	}
	s.outdated.Store(nil)
	return s.reopen(ctx)
}

// shut ends the use of the file. What a damaged one says when it is closed is of no use. The readers' lock is held.
func (s *Store) shut() {
	for _, c := range s.readers.idle {
		_ = c.close()
	}
	s.readers.idle = nil
	if s.conn != nil {
		_ = s.conn.close()
		s.conn = nil
	}
	_ = errors.Join(s.readers.db.Close(), s.write.Close())
}

// reopen goes on with the file that is at the path now. The readers' lock is held, and the file was shut.
func (s *Store) reopen(ctx context.Context) error {
	fresh, err := openFile(ctx, s.path)
	if err != nil {
		return err
	}
	s.write, s.conn, s.readers.db = fresh.write, fresh.conn, fresh.readers.db
	s.readers.idle = fresh.readers.idle
	for _, c := range s.readers.idle {
		c.ran = &s.readers.ran
	}
	s.cache.become(fresh.cache)
	s.codes.Reset()
	return nil
}

// one reads one row at the writer's connection.
func (s *Store) one(ctx context.Context, into []any, query string) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return (&View{ctx: ctx, conn: s.conn}).one(into, query)
}

// sameSchema checks that a file has the tables and indexes that a new one has, and reports whether blocks are in it.
func (s *Store) sameSchema(ctx context.Context) (started bool, err error) {
	_, started, err = s.Cursor(ctx)
	if err != nil || !started {
		return started, err
	}
	db, err := sql.Open("sqlite", "file::memory:")
	if err != nil {
		return started, fmt.Errorf("readmodel: %w", err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if err := migrate(ctx, db); err != nil {
		return started, err
	}
	want, err := schemaOf(ctx, db.QueryContext)
	if err != nil {
		return started, err
	}
	got, err := Read(ctx, s, func(v *View) ([]string, error) {
		return schemaOf(ctx, func(_ context.Context, query string, args ...any) (*sql.Rows, error) { return v.query(query, args...) })
	})
	if err == nil && !slices.Equal(got, want) {
		err = &errOutdated{reason: RebuildVersion, detail: "its tables are not those of this version"}
	}
	return started, err
}

// schemaOf lists the columns of all tables, and the indexes.
func schemaOf(ctx context.Context, query func(context.Context, string, ...any) (*sql.Rows, error)) ([]string, error) {
	rows, err := query(ctx, `SELECT m.type || ' ' || m.name || coalesce((SELECT group_concat(c.name || ' ' || c.type) FROM
		pragma_table_info(m.name) c), '') FROM sqlite_master m WHERE m.type IN ('table', 'index', 'trigger', 'view')
		AND m.name NOT LIKE 'sqlite_%' ORDER BY m.type, m.name`)
	if err != nil {
		return nil, fmt.Errorf("readmodel: schema: %w", err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			return nil, fmt.Errorf("readmodel: schema: %w", err)
		}
		all = append(all, one)
	}
	return all, rows.Err()
}
