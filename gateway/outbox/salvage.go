package outbox

import (
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/storage"
	"github.com/rootline/rootline/jws"
)

// CodeDamaged is the stable name of an outbox whose file was damaged.
const CodeDamaged = "outbox-damaged"

// Salvage says that the outbox's file was found to be damaged on a start, and what came of it. It is kept in a file beside
// the outbox until an operator takes that away.
type Salvage struct {
	// Since is when it was noticed, Detail what SQLite said.
	Since  time.Time `json:"since"`
	Detail string    `json:"detail"`
	// Aside is the damaged file, which is never deleted.
	Aside string `json:"aside"`
	// Done says that all was read that can be read: Events were taken over, Broken could be read and are not what was
	// signed.
	Done   bool `json:"done"`
	Events int  `json:"events"`
	Broken int  `json:"broken"`
}

// String says it to an operator.
func (s *Salvage) String() string {
	if s.Aside == "" {
		return CodeDamaged + ": the outbox's file was missing or empty, and this gateway has worked before: what waited in it is lost to this gateway. " +
			"Where there is a back-up of outbox.db, stop the gateway and put it in its place. Have devices send again what they do not see recorded; then delete outbox.db.salvage"
	}
	return fmt.Sprintf("%s: the outbox's file was damaged; %d events were read from it and go on, others may be lost to this gateway. "+
		"It is kept as %s. Have devices send again what they do not see recorded; then delete %s", CodeDamaged, s.Events, filepath.Base(s.Aside),
		"outbox.db.salvage")
}

// Salvage is what became of a damaged file; nil when none was, or an operator has seen to it.
func (o *Outbox) Salvage() *Salvage { return o.store.salvage }

func salvageNote(path string) string { return path + ".salvage" }

// openStore opens the outbox's file. A damaged one is set aside, and what SQLite still reads of it taken over.
func openStore(ctx context.Context, path string) (*store, error) {
	note, err := readSalvage(path)
	if err != nil {
		return nil, err
	}
	if note != nil && !note.Done { // the process ended while it was at it
		return salvage(ctx, path, note)
	}
	s, err := openFile(ctx, path)
	if err == nil {
		if err = s.sound(ctx); err != nil {
			_ = s.db.Close() // nothing was written
			err = fmt.Errorf("outbox: open %s: %w", path, err)
		}
	}
	if storage.Damaged(err) {
		now := time.Now()
		return salvage(ctx, path, &Salvage{Since: now, Detail: err.Error(), Aside: storage.AsideName(path, now)})
	}
	if err == nil {
		s.salvage = note
	}
	return s, err
}

// sound checks that what waits has the bytes that it was taken with: SQLite does not notice a text that was changed within a row,
// and an event that is proposed so is refused for a reason that is not its sender's.
func (s *store) sound(ctx context.Context) error {
	rows, err := s.db.QueryContext(ctx, "SELECT "+columns+" FROM events WHERE settled = 0 ORDER BY seq")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if r, err := scan(rows); err != nil || !whole(r) {
			return &storage.DamagedError{Said: "an event that waits is not as it was taken"}
		}
	}
	return rows.Err()
}

// Missing notes that the outbox was empty where there should have been one: this gateway has worked before.
func (o *Outbox) Missing() error {
	if o.store.salvage != nil {
		return nil
	}
	note := &Salvage{Since: time.Now(), Detail: "its file was missing or empty", Done: true}
	slog.Error("the outbox is missing", "code", CodeDamaged, "file", o.config.Path, "what_to_do", note.String())
	o.store.salvage = note
	return note.write(o.config.Path)
}

func readSalvage(path string) (*Salvage, error) {
	b, err := os.ReadFile(salvageNote(path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	note := &Salvage{}
	if err == nil {
		err = json.Unmarshal(b, note)
	}
	if err != nil {
		return nil, fmt.Errorf("outbox: %s cannot be read: %w. It says which file holds events of a damaged outbox; when it is empty, delete it", salvageNote(path), err)
	}
	return note, nil
}

func (s *Salvage) write(path string) error {
	b, err := json.Marshal(s)
	if err == nil {
		err = os.WriteFile(salvageNote(path)+".new", b, 0o600)
	}
	if err == nil {
		err = os.Rename(salvageNote(path)+".new", salvageNote(path))
	}
	if err != nil {
		return fmt.Errorf("outbox: note the damage: %w", err)
	}
	return nil
}

// salvage sets a damaged file aside and takes over what can be read. Done twice it does the same as once.
func salvage(ctx context.Context, path string, note *Salvage) (*store, error) {
	slog.Error("the outbox's file is damaged, and is set aside", "code", CodeDamaged, "file", path, "kept_as", note.Aside, "detail", note.Detail)
	if err := note.write(path); err != nil {
		return nil, err
	}
	if _, err := os.Stat(note.Aside); errors.Is(err, fs.ErrNotExist) {
		if err := storage.SetAside(path, note.Aside); err != nil {
			return nil, fmt.Errorf("outbox: %w", err)
		}
	}
	s, err := openFile(ctx, path)
	if err != nil {
		return nil, err
	}
	// SQLite writes to what it opens; the file that is kept stays as it was found.
	copied := note.Aside + "-copy"
	defer remove(copied)
	for _, suffix := range []string{"", "-wal"} {
		if err := copyFile(note.Aside+suffix, copied+suffix); err != nil {
			return nil, errors.Join(fmt.Errorf("outbox: copy the damaged file: %w", err), s.db.Close())
		}
	}
	if err := pad(copied); err != nil {
		return nil, errors.Join(fmt.Errorf("outbox: copy the damaged file: %w", err), s.db.Close())
	}
	if err := s.takeOver(ctx, copied, note); err != nil {
		return nil, errors.Join(err, s.db.Close())
	}
	note.Done = true
	if err := note.write(path); err != nil {
		return nil, errors.Join(err, s.db.Close())
	}
	slog.Error("the outbox goes on with what could be read", "code", CodeDamaged, "events", note.Events, "not_what_was_signed", note.Broken, "what_to_do", note.String())
	s.salvage = note
	return s, nil
}

func remove(path string) {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		_ = os.Remove(path + suffix) // a copy
	}
}

func copyFile(from, to string) error {
	src, err := os.Open(from) // #nosec G304 -- beside the outbox
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) // #nosec G304 -- beside the outbox
	if err != nil {
		return err
	}
	_, err = io.Copy(dst, src)
	return errors.Join(err, dst.Close())
}

// maxPadded bounds a length that a damaged header gives: 64 GiB, of which nothing is on the disk.
const maxPadded = 64 << 30

// pad gives a file that was cut off the length that its header tells of: SQLite reads nothing of a shorter one. Where the
// header stands is https://www.sqlite.org/fileformat2.html, section 1.3.
func pad(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0) // #nosec G304 -- beside the outbox
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var header [32]byte
	info, err := f.Stat()
	if err == nil {
		if n, _ := f.ReadAt(header[:], 0); n == len(header) { // a shorter one has no header
			size := int64(binary.BigEndian.Uint16(header[16:]))
			if size == 1 {
				size = 1 << 16
			}
			if told := size * int64(binary.BigEndian.Uint32(header[28:])); info.Size() < told && told <= maxPadded {
				err = f.Truncate(told)
			}
		}
	}
	return errors.Join(err, f.Close())
}

// salvaged are the columns that are taken over.
var salvaged = []string{"seq", "id", "hash", "jws", "inclusion", "received", "stage", "tx", "block", "refused", "settled", "changed",
	"fetched", "organisation", "device", "sum"}

// unreadable is how many numbers in a row are tried without an event before the rest is given up: about twice what one
// inner page of SQLite's tree leads to.
const unreadable = 10_000

// takeOver reads events from a damaged file one by one, past those that cannot be read.
func (s *store) takeOver(ctx context.Context, from string, note *Salvage) error {
	db, err := sql.Open("sqlite", dsn(from))
	if err != nil {
		return fmt.Errorf("outbox: open %s: %w", from, err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	note.Events, note.Broken = 0, 0
	names := columnsOf(ctx, db)
	if len(names) == 0 {
		return nil // it is no database any more
	}
	query := "SELECT " + strings.Join(names, ", ") + " FROM events NOT INDEXED WHERE seq > ? ORDER BY seq"
	insert := "INSERT OR IGNORE INTO events (" + strings.Join(names, ", ") + ") VALUES (?" + strings.Repeat(", ?", len(names)-1) + ")"
	stmt, err := db.PrepareContext(ctx, query)
	if err != nil {
		return nil // as above
	}
	defer stmt.Close()
	for last, read := int64(0), int64(0); last-read < unreadable; last++ {
		err := eachRow(ctx, stmt, last, len(names), func(row []any) error {
			seq, ok := row[0].(int64)
			if !ok {
				return nil
			}
			last, read = seq, seq
			kept, err := s.keep(ctx, insert, seq, row)
			if !kept && err == nil {
				note.Broken++
			}
			return err
		})
		var failed *takeError
		switch {
		case err == nil:
			return s.takeCounts(ctx, db, note)
		case errors.As(err, &failed):
			return failed.error
		case ctx.Err() != nil:
			return ctx.Err()
		}
	}
	return s.takeCounts(ctx, db, note)
}

// takeError is a fault of the new file.
type takeError struct{ error }

// columnsOf are the columns of events that a file has; none when it is not to be read.
func columnsOf(ctx context.Context, db *sql.DB) (names []string) {
	rows, err := db.QueryContext(ctx, "SELECT name FROM pragma_table_info('events')")
	if err != nil {
		return nil
	}
	defer rows.Close()
	there := map[string]bool{}
	for rows.Next() {
		var name string
		if rows.Scan(&name) == nil {
			there[name] = true
		}
	}
	if rows.Err() != nil || !there["seq"] {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(salvaged), func(name string) bool { return !there[name] })
}

func eachRow(ctx context.Context, stmt *sql.Stmt, after int64, n int, take func([]any) error) error {
	rows, err := stmt.QueryContext(ctx, after)
	if err != nil {
		return err
	}
	defer rows.Close()
	row, cells := make([]any, n), make([]any, n)
	for i := range row {
		cells[i] = &row[i]
	}
	for rows.Next() {
		if err := rows.Scan(cells...); err != nil {
			return err
		}
		if err := take(row); err != nil {
			return &takeError{fmt.Errorf("outbox: take over an event: %w", err)}
		}
	}
	return rows.Err()
}

// keep takes one event over when it is whole: readable, and with the bytes that its hash is of.
func (s *store) keep(ctx context.Context, insert string, seq int64, cells []any) (kept bool, err error) {
	res, err := s.db.ExecContext(ctx, insert, cells...)
	if storage.Full(err) {
		return false, err
	}
	if err != nil { // a cell that no event has
		return false, nil
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err == nil, err // it was taken over before
	}
	r, err := scan(s.db.QueryRowContext(ctx, "SELECT "+columns+" FROM events WHERE seq = ?", seq))
	if err == nil && whole(r) {
		return true, nil
	}
	_, err = s.db.ExecContext(ctx, "DELETE FROM events WHERE seq = ?", seq)
	return false, err
}

// whole reports whether an event is one that this outbox took.
func whole(r *row) bool {
	if r.altered || !slices.Contains([]Stage{Queued, Endorsed, Submitted, Unknown, Committed, Refused}, r.stage) || r.id == "" {
		return false
	}
	if r.submission.JWS == "" {
		return r.stage.Final()
	}
	signed, err := jws.Parse(r.submission.JWS)
	return err == nil && rootline.Hash(signed.Hash()) == r.hash
}

// takeCounts takes over what else there is, as far as it can be read, and counts the events that are there now.
func (s *store) takeCounts(ctx context.Context, db *sql.DB, note *Salvage) error {
	var seen int64
	if db.QueryRowContext(ctx, "SELECT seen FROM heights WHERE id = 1").Scan(&seen) == nil && seen > 0 {
		_, _ = s.db.ExecContext(ctx, "INSERT OR IGNORE INTO heights (id, seen) VALUES (1, ?)", seen)
	}
	if stmt, err := db.PrepareContext(ctx, "SELECT hour, n FROM refusals WHERE hour > ? ORDER BY hour"); err == nil {
		_ = eachRow(ctx, stmt, -1, 2, func(row []any) error {
			_, err := s.db.ExecContext(ctx, "INSERT OR IGNORE INTO refusals (hour, n) VALUES (?, ?)", row...)
			return err
		})
		_ = stmt.Close()
	}
	return s.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM events").Scan(&note.Events)
}
