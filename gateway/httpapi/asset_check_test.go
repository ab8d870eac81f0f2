package httpapi

import (
	"database/sql"
	"net/http"
	"path/filepath"
	"testing"
)

func (w *works) check() (c AssetCheck) {
	w.t.Helper()
	r := w.get(w.fill("/api/v1/assets/TREE/check"), "")
	if r.status != http.StatusOK {
		w.t.Fatalf("%d %s", r.status, r.body)
	}
	r.into(w.t, &c)
	return c
}

func TestAssetCheck(t *testing.T) {
	w := newWorks(t)
	c := w.check()
	if c.Verdict != verdictIntact || c.Events != 1 || c.Signatures != 1 || c.Devices != 1 || c.Organisations != 1 || c.Chain.Blocks != w.height() || c.Head.IsZero() {
		t.Errorf("%+v", c)
	}
	if r := w.get("/api/v1/assets/95200020000000000000/check", ""); r.status != http.StatusNotFound {
		t.Errorf("unknown: %d", r.status)
	}
}

// A record that somebody with the gateway's disk changed does not pass.
func TestAssetCheckNoticesChanges(t *testing.T) {
	const ofTree = ` WHERE ordinal = (SELECT max(event) FROM event_subjects WHERE asset = 'TREE')`
	for _, c := range []struct{ name, change, kind string }{
		{"signed bytes of another event", `UPDATE events SET jws = (SELECT jws FROM events WHERE ordinal = 2)` + ofTree, "hash"},
		{"a signature", `UPDATE events SET jws = substr(jws, 1, length(jws) - 43) || 'AAAAAAAAAA' || substr(jws, -33)` + ofTree, "signature"},
		{"no signature at all", `UPDATE events SET jws = 'x'` + ofTree, "unreadable"},
		{"another device", `UPDATE events SET device = (SELECT device FROM events WHERE ordinal = 1)` + ofTree, "device"},
		{"an event taken away", `DELETE FROM event_subjects WHERE asset = 'TREE'`, "head"},
		{"a link", `UPDATE event_subjects SET head = zeroblob(32) WHERE asset = 'TREE'`, "link"},
		{"a number", `UPDATE event_subjects SET seq = 2 WHERE asset = 'TREE'`, "sequence"},
		{"a block's content", `UPDATE blocks SET data_hash = zeroblob(32) WHERE number = 3`, "block-hash"},
		{"a block's hash", `UPDATE blocks SET hash = zeroblob(32) WHERE number = 3`, "block-hash"},
		{"a block taken away", `PRAGMA foreign_keys = OFF; DELETE FROM blocks WHERE number = 0`, "previous-hash"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorks(t)
			db, err := sql.Open("sqlite", filepath.Join(w.dir, "readmodel.db"))
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if _, err := db.Exec(w.fill(c.change)); err != nil {
				t.Fatal(err)
			}
			got := w.check()
			found := got.Chain.Broken != nil && got.Chain.Broken.Kind == c.kind
			for _, f := range got.Faults {
				found = found || f.Kind == c.kind
			}
			if got.Verdict != verdictBroken || !found {
				t.Errorf("%+v", got)
			}
		})
	}
}
