package e2e

import (
	"context"
	"database/sql"
	"encoding/json"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/e2e/stage"
)

// What a page shows of an item is compared with real blocks, and with what the peers of all organisations endorse. What
// somebody changes in a gateway's own file by hand is noticed, and named.
func TestIntegrityOnTheNetwork(t *testing.T) {
	w := site(t)
	code := rootline.NewCode(contractorPrefix)
	w.do(w.toTheSite(code)...)
	at := idle(t, w)
	stage.AwaitBlock(t, w.regulator, at.Block)
	type checked struct {
		Verdict  string
		Events   int
		Compared struct {
			Unchecked     string
			Events        int
			Peers, Silent []string
		}
		Faults []struct{ Kind, Field, By string }
	}
	check := func() (c checked) {
		t.Helper()
		a := fetch(t, http.MethodGet, gatewayURL(1)+"/api/v1/assets/"+code+"/check", "")
		if err := json.Unmarshal([]byte(a.body), &c); err != nil || a.status != http.StatusOK {
			t.Fatalf("HTTP %d: %.300s", a.status, a.body)
		}
		return c
	}
	start := time.Now()
	c := check()
	t.Logf("%d events compared in %d ms: %+v", c.Compared.Events, time.Since(start).Milliseconds(), c)
	if c.Verdict != "intact" || c.Compared.Events != c.Events || c.Events < 2 || len(c.Compared.Peers) != 4 {
		t.Fatalf("%+v", c)
	}
	const service = "regulator-gateway"
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	file := filepath.Join(ledger.data, "gateway", "regulator", "readmodel.db")
	for _, change := range []struct{ do, undo, field string }{
		{`UPDATE events SET role = role || 'X' WHERE ordinal = (SELECT max(event) FROM event_subjects WHERE asset = 'TREE')`,
			`UPDATE events SET role = rtrim(role, 'X') WHERE ordinal = (SELECT max(event) FROM event_subjects WHERE asset = 'TREE')`, "event.role"},
		{`UPDATE events SET witnessed = witnessed + 1000 WHERE ordinal = (SELECT max(event) FROM event_subjects WHERE asset = 'TREE')`,
			`UPDATE events SET witnessed = witnessed - 1000 WHERE ordinal = (SELECT max(event) FROM event_subjects WHERE asset = 'TREE')`, "event.witnessed"},
	} {
		for _, statement := range []string{change.do, change.undo} {
			w.ok(ledger.Network.Kill(service))
			db, err := sql.Open("sqlite", file)
			w.ok(err)
			_, err = db.ExecContext(ctx, strings.ReplaceAll(statement, "TREE", code))
			w.ok(err)
			w.ok(db.Close())
			w.ok(ledger.Network.Start(ctx, service))
			stage.AwaitBlock(t, w.regulator, at.Block)
			if statement == change.undo {
				break
			}
			if c := check(); c.Verdict != "broken" || !slices.ContainsFunc(c.Faults, func(f struct{ Kind, Field, By string }) bool { return f.Field == change.field }) {
				t.Errorf("%s: %+v", statement, c)
			}
		}
	}
	if c := check(); c.Verdict != "intact" {
		t.Errorf("put back: %+v", c)
	}
}
