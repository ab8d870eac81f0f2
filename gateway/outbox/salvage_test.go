package outbox

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/jws"
)

// kept makes an outbox file with events that wait, and closes it.
func keptEvents(t *testing.T, n int) (path string, signed map[string]string) {
	t.Helper()
	path, signed = filepath.Join(t.TempDir(), "outbox.db"), map[string]string{}
	s, err := openStore(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	w := judgetest.NewWorld(t)
	admin := w.Enrol(judgetest.Contractor, "nursery")
	for i := range n {
		sub := w.Sign(admin, &rootline.Event{Asset: judgetest.Code(judgetest.Contractor), Action: "select", Kind: "tree", Rulebook: "works@1",
			Data: json.RawMessage(`{"note":"` + strings.Repeat("x", 40*(i%7)) + `"}`)})
		j, err := jws.Parse(sub.JWS)
		if err != nil {
			t.Fatal(err)
		}
		hash := j.Hash()
		id := rootline.Hash(hash).String()
		signed[id] = sub.JWS
		_, err = s.db.ExecContext(t.Context(), `INSERT INTO events (seq, id, hash, jws, received, stage, changed, sum) VALUES (?, ?, ?, ?, 1, 'queued', 1, ?)`,
			i+1, id, hash[:], sub.JWS, sumOf(sub.JWS, "", source{}))
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.db.ExecContext(t.Context(), `INSERT INTO heights (id, seen) VALUES (1, 4711)`); err != nil {
		t.Fatal(err)
	}
	if err := s.db.Close(); err != nil {
		t.Fatal(err)
	}
	return path, signed
}

// TestADamagedOutboxIsSalvaged damages the file of an outbox in each of the ways there are. The next start keeps the file
// as it is, goes on with every event that can be read, and makes none up.
func TestADamagedOutboxIsSalvaged(t *testing.T) {
	const events = 300
	pages := func(seed byte, n int) func([]byte) []byte {
		return func(b []byte) []byte {
			r := rand.NewChaCha8([32]byte{seed})
			for range n {
				page := 1 + r.Uint64()%uint64(len(b)/4096-1)
				_, _ = r.Read(b[page*4096 : (page+1)*4096])
			}
			return b
		}
	}
	for _, c := range []struct {
		name   string
		damage func([]byte) []byte
		// least is how many events are read at least.
		least int
	}{
		{"the second half is missing", func(b []byte) []byte { return b[:len(b)/2] }, events / 10},
		{"the last page is missing", func(b []byte) []byte { return b[:len(b)-4096] }, events / 2},
		{"junk in a page, seed 1", pages(1, 1), events / 2},
		{"junk in a page, seed 2", pages(2, 1), events / 2},
		{"junk in 4 pages, seed 3", pages(3, 4), events / 4},
		{"no database", func(b []byte) []byte { return []byte(strings.Repeat("no database ", len(b)/12)) }, 0},
		{"zeros", func(b []byte) []byte { return make([]byte, len(b)) }, 0},
		{"only the header is left", func(b []byte) []byte { return b[:100] }, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			path, signed := keptEvents(t, events)
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			damaged := c.damage(b)
			if err := os.WriteFile(path, damaged, 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := openStore(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			note := s.salvage
			if note == nil || !note.Done || !strings.Contains(note.String(), CodeDamaged) {
				t.Fatalf("it is not said: %+v", note)
			}
			if now, err := os.ReadFile(note.Aside); err != nil || !bytes.Equal(now, damaged) {
				t.Errorf("the damaged file is not kept as it was: %v", err)
			}
			rows, _, err := s.open(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				if signed[r.id] != r.submission.JWS {
					t.Errorf("event %s is not what was signed", r.id)
				}
			}
			t.Logf("%d of %d events, %d broken", len(rows), events, note.Broken)
			if len(rows) < c.least || len(rows) != note.Events {
				t.Errorf("%d events go on and %d are said to, of %d", len(rows), note.Events, events)
			}
			if err := s.db.Close(); err != nil {
				t.Fatal(err)
			}
			// It is said until somebody has seen to it; and one that was stopped at it ends with the same.
			for _, done := range []bool{true, false} {
				note.Done = done
				if err := note.write(path); err != nil {
					t.Fatal(err)
				}
				again, err := openStore(t.Context(), path)
				if err != nil {
					t.Fatal(err)
				}
				if more, _, err := again.open(t.Context()); err != nil || len(more) != len(rows) || again.salvage == nil {
					t.Errorf("started again (done %v): %d events, %v, %+v", done, len(more), err, again.salvage)
				}
				if err := again.db.Close(); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// TestASoundOutboxIsLeftAlone opens a file with nothing wrong.
func TestASoundOutboxIsLeftAlone(t *testing.T) {
	path, _ := keptEvents(t, 20)
	s, err := openStore(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.db.Close()
	if rows, _, err := s.open(t.Context()); err != nil || len(rows) != 20 || s.salvage != nil {
		t.Errorf("%d events, %v, %+v", len(rows), err, s.salvage)
	}
}

// TestAnEventChangedByHandIsNotProposed changes what waits within a row, which SQLite does not notice: the file is kept, what is as
// it was taken goes on, and the other is said to be lost instead of being refused for a reason that is not its sender's.
func TestAnEventChangedByHandIsNotProposed(t *testing.T) {
	for name, change := range map[string]string{
		"bytes":     `UPDATE events SET jws = substr(jws, 1, 200) || CASE substr(jws, 201, 1) WHEN 'A' THEN 'B' ELSE 'A' END || substr(jws, 202) WHERE seq = 7`,
		"signature": `UPDATE events SET jws = substr(jws, 1, length(jws) - 20) || CASE substr(jws, -20, 1) WHEN 'A' THEN 'B' ELSE 'A' END || substr(jws, -19) WHERE seq = 7`,
		"inclusion": `UPDATE events SET inclusion = '{"list":"95","index":1,"path":[]}' WHERE seq = 7`,
		"device":    `UPDATE events SET device = 'another' WHERE seq = 7`,
		"hash":      `UPDATE events SET hash = zeroblob(32) WHERE seq = 7`,
		"stage":     `UPDATE events SET stage = 'on the way' WHERE seq = 7`,
		"gone":      `UPDATE events SET jws = '' WHERE seq = 7`,
	} {
		t.Run(name, func(t *testing.T) {
			path, signed := keptEvents(t, 20)
			s, err := openFile(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.db.ExecContext(t.Context(), change); err != nil {
				t.Fatal(err)
			}
			if err := s.db.Close(); err != nil {
				t.Fatal(err)
			}
			if s, err = openStore(t.Context(), path); err != nil {
				t.Fatal(err)
			}
			defer s.db.Close()
			if n := s.salvage; n == nil || n.Events != 19 || n.Broken != 1 {
				t.Errorf("%+v", n)
			}
			rows, _, err := s.open(t.Context())
			if err != nil || len(rows) != 19 {
				t.Fatalf("%d events go on, %v", len(rows), err)
			}
			for _, r := range rows {
				if signed[r.id] != r.submission.JWS {
					t.Errorf("%s is not as it was signed", r.id)
				}
			}
			if _, err := os.Stat(s.salvage.Aside); err != nil {
				t.Error(err)
			}
		})
	}
}
