package importer

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/strictjson"
)

// journalForm names the form of a journal, so that a later one can be told apart.
const journalForm = "rootline-import-1"

// JournalHead is a journal's first line: what it is the journal of.
type JournalHead struct {
	Journal string `json:"journal"`
	Source  string `json:"source"`
	Net     string `json:"net"`
}

// Entry is what a journal knows of one row.
type Entry struct {
	// Key is Plan.RowKey.
	Key   string `json:"key"`
	Event string `json:"event"`
	Asset string `json:"asset"`
	// Digest tells whether the row says the same as before.
	Digest string `json:"digest"`
	// Earlier are the event ids under which earlier keys may have sent it, saying the same: an id belongs to a key.
	Earlier []string `json:"earlier,omitempty"`
	// Recorded says that the ledger has it.
	Recorded bool `json:"-"`
}

// line is one line of a journal after the first: a row that is about to be sent, or one that is recorded.
type line struct {
	Entry
	Done string `json:"done,omitempty"`
}

// doneLine is what Done writes: the key of a recorded row.
type doneLine struct {
	Done string `json:"done"`
}

// Journal keeps, for each row, the ids that were chosen for it, from before it is first sent. It is a file of JSON
// lines that is only appended to. One process has it at a time; it may be used by many goroutines.
type Journal struct {
	mu      sync.Mutex
	file    *os.File
	out     *bufio.Writer
	entries map[string]*Entry
}

// JournalError says why a journal cannot be used.
type JournalError struct {
	Path, Reason string
	Err          error
}

// Error implements error.
func (e *JournalError) Error() string { return "journal " + e.Path + ": " + e.Reason }

// Unwrap gives the cause.
func (e *JournalError) Unwrap() error { return e.Err }

// OpenJournal opens or makes the journal of a data set on a ledger. A last line that was cut off is dropped: nothing
// was sent before its line was whole. Every error is a *JournalError.
func OpenJournal(path, source, net string) (*Journal, error) {
	bad := func(err error, reason string) (*Journal, error) {
		return nil, &JournalError{Path: path, Reason: reason, Err: err}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return bad(err, err.Error())
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return bad(err, err.Error())
	}
	j := &Journal{file: f, out: bufio.NewWriter(f), entries: map[string]*Entry{}}
	err = lock(f)
	if err == nil {
		err = j.load(JournalHead{Journal: journalForm, Source: source, Net: net})
	}
	if err != nil {
		f.Close()
		return bad(err, err.Error())
	}
	return j, nil
}

func (j *Journal) load(head JournalHead) error {
	in := bufio.NewReaderSize(j.file, 1<<16)
	var whole int64
	for n := 1; ; n++ {
		text, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if n == 1 {
			err = checkHead(text, head)
		} else {
			err = j.take(text)
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		whole += int64(len(text))
	}
	if err := j.file.Truncate(whole); err != nil {
		return err
	}
	if _, err := j.file.Seek(whole, io.SeekStart); err != nil {
		return err
	}
	if whole > 0 {
		return nil
	}
	if err := j.write(head); err != nil {
		return err
	}
	return j.flush()
}

func checkHead(text []byte, want JournalHead) error {
	var h JournalHead
	if err := strictjson.Decode(text, &h); err != nil || h.Journal != want.Journal {
		return errors.New("this is not a journal of rootline import")
	}
	if h != want {
		return fmt.Errorf("this is the journal of %s on the ledger %s, not of %s on %s; name another with --journal", h.Source, h.Net, want.Source, want.Net)
	}
	return nil
}

func (j *Journal) take(text []byte) error {
	var l line
	if err := strictjson.Decode(text, &l); err != nil {
		return err
	}
	if l.Done == "" {
		j.entries[l.Key] = &l.Entry
		return nil
	}
	e := j.entries[l.Done]
	if e == nil {
		return errors.New("a row is recorded that was never sent")
	}
	e.Recorded = true
	return nil
}

// Rows counts the rows it knows, and those of them that are recorded.
func (j *Journal) Rows() (known, recorded int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, e := range j.entries {
		if e.Recorded {
			recorded++
		}
	}
	return len(j.entries), recorded
}

// Plan gives the entry of a row, to be signed by the key named kid: the one that it has, or a new one with a fresh event id and a
// fresh code under the organisation's prefix. A row that was not recorded and now says something else, or is now signed
// by another key, keeps its code and gets another event id, so that it cannot be recorded twice. Sync must have returned
// before the event is sent.
func (j *Journal) Plan(key, digest, prefix, kid string) (Entry, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	e := &Entry{Key: key, Digest: digest}
	switch old := j.entries[key]; {
	case old == nil:
		e.Asset = rootline.NewCode(prefix)
	case old.Recorded, old.Digest == digest && rootline.EventIDOf(kid, old.Event):
		return *old, nil
	case old.Digest == digest:
		e.Asset, e.Earlier = old.Asset, append(slices.Clone(old.Earlier), old.Event)
	default:
		e.Asset = old.Asset
	}
	return j.keep(e, kid)
}

// Renew gives the entry of a row another event id, since another event has the one that it had. Sync must have returned
// before the event is sent.
func (j *Journal) Renew(key, kid string) (Entry, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	e := *j.entries[key]
	return j.keep(&e, kid)
}

// keep keeps an entry with a fresh event id.
func (j *Journal) keep(e *Entry, kid string) (Entry, error) {
	e.Event = rootline.NewEventID(kid)
	j.entries[e.Key] = e
	return *e, j.write(line{Entry: *e})
}

// Done notes that a row is recorded.
func (j *Journal) Done(key string) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries[key].Recorded = true
	return j.write(doneLine{Done: key})
}

// Sync puts all that was planned and done on the disk.
func (j *Journal) Sync() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.flush()
}

// Close syncs and lets others have the journal.
func (j *Journal) Close() error {
	err := j.Sync()
	if e := j.file.Close(); err == nil {
		err = e
	}
	return err
}

// Entries goes through all that the journal knows, in the order of the keys.
func (j *Journal) Entries(each func(Entry) error) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, key := range sortedNames(j.entries) {
		if err := each(*j.entries[key]); err != nil {
			return err
		}
	}
	return nil
}

func (j *Journal) write(v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = j.out.Write(append(b, '\n'))
	return err
}

func (j *Journal) flush() error {
	if err := j.out.Flush(); err != nil {
		return err
	}
	return j.file.Sync()
}
