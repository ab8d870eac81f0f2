package app

import (
	"database/sql"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/judge/judgetest"
)

// readiness asks /readyz.
func readiness(t *testing.T, a *App) (status int, ready struct {
	Ready           bool
	Reason, Stopped string
	Notices         []string
}) {
	t.Helper()
	res, err := http.Get(a.URL() + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&ready); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, ready
}

// A gateway whose files are all damaged starts, says so, and judges nothing by a read model that is not level.
func TestStartsWithDamagedFiles(t *testing.T) {
	config := lonely(t)
	start := func() *App {
		t.Helper()
		a, err := Open(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	if err := start().Close(); err != nil {
		t.Fatal(err)
	}
	files := []string{"readmodel.db", "outbox.db", "gateway.db"}
	for _, file := range files {
		if err := os.WriteFile(filepath.Join(config.Store, file), []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	a := start()
	status, ready := readiness(t, a)
	if status != http.StatusServiceUnavailable || ready.Stopped != string(block.StopRebuilding) || !strings.Contains(ready.Reason, "damaged") {
		t.Errorf("readyz: %d %+v", status, ready)
	}
	if len(ready.Notices) != 1 || !strings.HasPrefix(ready.Notices[0], "outbox-damaged:") {
		t.Errorf("notices %q", ready.Notices)
	}
	for _, file := range files {
		if kept, err := filepath.Glob(filepath.Join(config.Store, file+".aside-*Z")); err != nil || len(kept) != 1 {
			t.Errorf("%s is not kept: %q %v", file, kept, err)
		}
	}
	// A device that the ledger knows is not refused because half a read model does not.
	w := judgetest.NewWorld(t)
	sub := w.Sign(w.Enrol(judgetest.Contractor, "nursery"), &rootline.Event{Asset: judgetest.Code(judgetest.Contractor), Action: "select"})
	if answers, err := a.outbox.Submit(t.Context(), []rootline.Submission{sub}); rootline.CodeOf(err) != rootline.CodeNotReady {
		t.Errorf("an event is judged by half a read model: %+v %v", answers, err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}

	// A restart in the midst of it goes on with it.
	a = start()
	if _, ready := readiness(t, a); ready.Stopped != string(block.StopRebuilding) || len(ready.Notices) != 1 {
		t.Errorf("readyz after a restart: %+v", ready)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
}

// A read model that somebody deleted is built anew like a damaged one, when blocks were known.
func TestStartsWithoutItsReadModel(t *testing.T) {
	config := lonely(t)
	a, err := Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	if a.store.Rebuilding() != nil {
		t.Error("a gateway that never knew a block says that it is built anew")
	}
	a.outbox.Saw(387)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if a, err = Open(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if r := a.store.Rebuilding(); r == nil || r.Reason != readmodel.RebuildMissing {
		t.Errorf("%+v", r)
	}
	if p := a.monitor.Peer(); p.Known != 387 || p.Stop != block.StopRebuilding {
		t.Errorf("%+v", p)
	}
}

// A read model that another version derived serves on, and the gateway says that it is built anew.
func TestServesAnOutdatedReadModel(t *testing.T) {
	config := lonely(t)
	path := hasRead(t, config)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.Exec(`PRAGMA user_version = 4711`)
	if err = errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	a, err := Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	for end := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		p := a.monitor.Peer()
		if s := p.Successor; s != nil && s.Reason == readmodel.RebuildVersion && p.Stop != block.StopRebuilding {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("it is not told of: %+v", p)
		}
	}
	_, ready := readiness(t, a)
	if !slices.ContainsFunc(ready.Notices, func(n string) bool { return strings.HasPrefix(n, "read-model-outdated: since ") }) {
		t.Errorf("notices %q", ready.Notices)
	}
	if !a.outdated() {
		t.Error("checks of items would blame what is shown")
	}
}
