package outbox

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync/atomic"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/storage"
	"github.com/rootline/rootline/jws"
)

//go:embed schema.sql
var schema string

// store is the outbox on disk. All writing goes through one goroutine, which shares one sync to disk among all who
// write at the same moment.
type store struct {
	db    *sql.DB
	jobs  chan *job
	ended chan struct{}
	// full says that the disk took nothing the last time.
	full atomic.Bool
	// damaged says that the file was found to be damaged since it was opened.
	damaged atomic.Bool
	// salvage says that the file before this one was damaged.
	salvage *Salvage
}

func openFile(ctx context.Context, path string) (*store, error) {
	// A commit returns when it is on disk: what was acknowledged survives a power cut.
	db, err := sql.Open("sqlite", dsn(path, "journal_mode(WAL)", "synchronous(FULL)", "busy_timeout(10000)"))
	if err != nil {
		return nil, fmt.Errorf("outbox: open %s: %w", path, err)
	}
	db.SetMaxOpenConns(4)
	if err = storage.Check(ctx, db); err == nil {
		err = upgrade(ctx, db)
	}
	if err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("outbox: open %s: %w", path, err)
	}
	return &store{db: db, jobs: make(chan *job, 256), ended: make(chan struct{})}, nil
}

// dsn names a file with the settings of each connection.
func dsn(path string, pragmas ...string) string {
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: url.Values{"_pragma": pragmas}.Encode()}).String()
}

// added are the columns of events that a file of an earlier version does not have.
var added = []struct{ name, declared string }{
	{"fetched", "INTEGER NOT NULL DEFAULT 0"},
	{"organisation", "TEXT NOT NULL DEFAULT ''"},
	{"device", "TEXT NOT NULL DEFAULT ''"},
	{"sum", "BLOB NOT NULL DEFAULT x''"},
}

// upgrade makes the tables, or adds to those of an earlier version what they lack.
func upgrade(ctx context.Context, db *sql.DB) error {
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return err
	}
	for _, c := range added {
		var n int
		if err := db.QueryRowContext(ctx, "SELECT COUNT(*) FROM pragma_table_info('events') WHERE name = ?", c.name).Scan(&n); err != nil {
			return err
		}
		if n > 0 {
			continue
		}
		if _, err := db.ExecContext(ctx, "ALTER TABLE events ADD COLUMN "+c.name+" "+c.declared); err != nil {
			return err
		}
	}
	_, err := db.ExecContext(ctx, indexes)
	return err
}

// indexes name columns that upgrade may have added.
const indexes = `CREATE INDEX IF NOT EXISTS events_fetched ON events (fetched) WHERE fetched > 0`

const columns = "seq, id, hash, jws, inclusion, received, stage, tx, block, refused, organisation, device, sum"

// row is an event on disk.
type row struct {
	seq        int64
	id         string
	hash       rootline.Hash
	submission rootline.Submission
	received   rootline.Instant
	stage      Stage
	tx         string
	block      uint64
	refused    *rootline.Error
	source     source
	// altered says that what was taken is not what the row has now. An event of a version that kept no sum is believed.
	altered bool
}

func (r *row) status() Status {
	return Status{
		Event: r.id, Hash: r.hash, Stage: r.stage, Refused: r.refused,
		Transaction: r.tx, Block: r.block, Received: r.received,
	}
}

func scan(from interface{ Scan(...any) error }) (*row, error) {
	var r row
	var hash, sum []byte
	var inclusion, refused string
	err := from.Scan(&r.seq, &r.id, &hash, &r.submission.JWS, &inclusion, &r.received, &r.stage, &r.tx, &r.block, &refused,
		&r.source.organisation, &r.source.device, &sum)
	if err != nil {
		return nil, err
	}
	copy(r.hash[:], hash)
	r.altered = r.submission.JWS != "" && len(sum) > 0 && !bytes.Equal(sum, sumOf(r.submission.JWS, inclusion, r.source))
	if inclusion != "" {
		err = json.Unmarshal([]byte(inclusion), &r.submission.Inclusion)
	}
	if refused != "" && err == nil {
		err = json.Unmarshal([]byte(refused), &r.refused)
	}
	return &r, err
}

// sumOf is kept with an event: the hash by which it is known leaves out the signature and the proof of a list, and a row that
// was changed by hand would be refused for a reason that is not its sender's.
func sumOf(signed, inclusion string, from source) []byte {
	sum := sha256.Sum256([]byte(strings.Join([]string{signed, inclusion, from.organisation, from.device}, "\n")))
	return sum[:]
}

// find reads how an event stood last.
func (s *store) find(ctx context.Context, id string) (Status, bool, error) {
	r, err := scan(s.db.QueryRowContext(ctx, "SELECT "+columns+" FROM events WHERE id = ?", id))
	if errors.Is(err, sql.ErrNoRows) {
		return Status{}, false, nil
	}
	s.note(err)
	if err != nil {
		return Status{}, false, fmt.Errorf("outbox: find an event: %w", err)
	}
	return r.status(), true, nil
}

// refused reads the signed bytes of a refused event of a device.
func (s *store) refused(ctx context.Context, id, device string) (rootline.Submission, bool, error) {
	r, err := scan(s.db.QueryRowContext(ctx, "SELECT "+columns+" FROM events WHERE id = ? AND stage = 'refused' AND jws <> ''", id))
	if errors.Is(err, sql.ErrNoRows) {
		return rootline.Submission{}, false, nil
	}
	if err != nil {
		return rootline.Submission{}, false, fmt.Errorf("outbox: find an event: %w", err)
	}
	signed, err := jws.Parse(r.submission.JWS)
	if err != nil || r.altered || signed.Kid != device {
		return rootline.Submission{}, false, nil
	}
	return r.submission, true, nil
}

// kept counts what was refused and not fetched.
func (s *store) kept(ctx context.Context) (usage, error) {
	u := newUsage()
	rows, err := s.db.QueryContext(ctx, `SELECT organisation, device, COUNT(*), SUM(LENGTH(jws)) FROM events
		WHERE stage = 'refused' AND jws <> '' GROUP BY organisation, device`)
	if err != nil {
		return u, fmt.Errorf("outbox: read: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var from source
		var a amount
		if err := rows.Scan(&from.organisation, &from.device, &a.events, &a.bytes); err != nil {
			return u, fmt.Errorf("outbox: read: %w", err)
		}
		u.add(from, a.events, a.bytes)
	}
	return u, rows.Err()
}

// open reads what is not done: pending, and committed without the read model's word.
func (s *store) open(ctx context.Context) ([]*row, int64, error) {
	rows, err := s.db.QueryContext(ctx,
		"SELECT "+columns+" FROM events WHERE stage <> 'refused' AND settled = 0 ORDER BY seq")
	if err != nil {
		return nil, 0, fmt.Errorf("outbox: read: %w", err)
	}
	defer rows.Close()
	var out []*row
	for rows.Next() {
		r, err := scan(rows)
		if err != nil {
			return nil, 0, fmt.Errorf("outbox: read: %w", err)
		}
		out = append(out, r)
	}
	if err := rows.Err(); err != nil {
		return nil, 0, fmt.Errorf("outbox: read: %w", err)
	}
	var last int64
	err = s.db.QueryRowContext(ctx, "SELECT COALESCE(MAX(seq), 0) FROM events").Scan(&last)
	return out, last, err
}

func encode(v any) (string, error) {
	b, err := json.Marshal(v)
	if string(b) == "null" {
		return "", err
	}
	return string(b), err
}
