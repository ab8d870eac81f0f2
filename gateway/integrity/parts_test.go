package integrity

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/budget"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/judge/judgetest"
)

// newLong is a tree with so many events, in a ledger that also has a listed lot whose items sleep.
func newLong(t testing.TB, events int) (l *life, codes rootline.Codes) {
	t.Helper()
	book, err := os.ReadFile("../projection/testdata/works.yaml")
	if err != nil {
		t.Fatal(err)
	}
	const name = "works@1"
	l = &life{ledger: newLedger(t), t: t, file: filepath.Join(t.TempDir(), "readmodel.db"), code: judgetest.Code(judgetest.Contractor)}
	l.Adopt(book, name)
	nursery, planter := l.Enrol(judgetest.Contractor, "nursery"), l.Enrol(judgetest.Contractor, "planter")
	for range 25 {
		codes = append(codes, judgetest.Code(judgetest.Contractor))
	}
	codes = rootline.NewCodes(codes)
	list, file := codes.List(), codes.File()
	l.Do(nursery, &rootline.Event{
		Asset: judgetest.Code(judgetest.Contractor), Kind: "tree-lot", Action: "register", Rulebook: name, List: &list, Data: json.RawMessage(`{"species":"Ulmus pumila"}`),
		Evidence: []rootline.Evidence{{SHA256: rootline.HashOf(file), Type: "text/vnd.rootline.codes", Size: int64(len(file))}},
	})
	first := &rootline.Event{Asset: l.code, Kind: "tree", Action: "register", Rulebook: name, Data: json.RawMessage(`{"species":"Pinus tabuliformis"}`)}
	l.Do(nursery, first)
	for i := 1; i < events; i++ {
		l.Do(planter, &rootline.Event{Asset: l.code, Action: "amend", Rulebook: name, Corrects: first.ID, Data: json.RawMessage(fmt.Sprintf(`{"species":"Ulmus %d"}`, i))})
	}
	l.apply()
	store := l.open()
	if _, err := store.IndexList(t.Context(), rootline.HashOf(file), bytes.NewReader(file)); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	return l, codes
}

func (l *life) checker() (c *Checker, done func()) {
	store := l.open()
	return New(Config{Shown: store, Ledger: l, Own: judgetest.Owner, LateAfter: 24 * time.Hour}), func() { _ = store.Close() }
}

// A long history is compared over several checks, the newest part first, and each says how far it came. The oldest event,
// changed by hand, is noticed by the one that comes to it.
func TestALongHistoryIsComparedInParts(t *testing.T) {
	l, _ := newLong(t, 2*readmodel.PartEvents+30)
	through := func() (reports []*Report) {
		t.Helper()
		c, done := l.checker()
		defer done()
		c.time = 0
		for more := true; more; {
			r, err := c.Check(t.Context(), budget.Who{}, l.code)
			if err != nil || len(reports) > 5 {
				t.Fatal(err, len(reports))
			}
			reports, more = append(reports, r), r.More
		}
		return reports
	}
	reports := through()
	var counts []int
	for _, r := range reports {
		counts = append(counts, r.Compared.Events)
		if len(r.Faults) > 0 || r.Intact() != (r.Compared.Events == 430) {
			t.Errorf("%d events: %+v", r.Compared.Events, r.Faults)
		}
	}
	if !slices.Equal(counts, []int{30, 230, 430}) || reports[2].Signatures != 430 || reports[2].Blocks != 430 {
		t.Errorf("%v %+v", counts, reports[len(reports)-1])
	}
	for _, c := range []struct{ change, field string }{
		{`UPDATE events SET role = 'x' WHERE ordinal = (SELECT min(event) FROM event_subjects WHERE asset = 'TREE')`, "event.role"},
		{`DELETE FROM event_subjects WHERE event = (SELECT min(event) FROM event_subjects WHERE asset = 'TREE')`, "event.seq"},
		{`DELETE FROM event_subjects WHERE event = (SELECT event FROM event_subjects WHERE asset = 'TREE' ORDER BY event LIMIT 1 OFFSET 200)`, "event.seq"},
		{`UPDATE events SET corrects = 'x' WHERE ordinal = (SELECT event FROM event_subjects WHERE asset = 'TREE' ORDER BY event LIMIT 1 OFFSET 201)`, "event.corrects"},
		{`INSERT INTO edges SELECT 'TREE', '95200029999999999999', event, 5, 0 FROM event_subjects WHERE asset = 'TREE' AND seq = 3`, "edge.record"},
	} {
		back := l.saved()
		l.change(`PRAGMA foreign_keys = OFF; ` + c.change)
		reports := through()
		if !slices.ContainsFunc(reports[len(reports)-1].Faults, func(f Fault) bool { return strings.HasPrefix(f.Field, c.field) }) {
			t.Errorf("%s: %+v", c.change, reports[len(reports)-1].Faults)
		}
		back()
	}
}

// An item without events is proved on its lot's list, and shows what the lot's record says.
func TestOneThatSleeps(t *testing.T) {
	l, codes := newLong(t, 2)
	l.code = codes[7]
	if r := l.check(); !r.Asleep || r.Unchecked != "" || len(r.Faults) > 0 || len(r.Peers) != 4 || r.Records < 2 || !r.Intact() {
		t.Errorf("%+v", r)
	}
	lot := ""
	for key := range l.written {
		if a, ok := l.record(refOf(key)).(*rootline.Asset); ok && a.List != nil {
			lot = a.ID
		}
	}
	r := l.record(rootline.Ref{Space: rootline.SpaceAsset, ID: lot})
	for _, c := range []struct {
		field string
		alter func(*rootline.Asset)
	}{
		{"lot.state", func(a *rootline.Asset) { a.State = "planted" }},
		{"lot.custodian", func(a *rootline.Asset) { a.Custodian = judgetest.Owner }},
		{"asset.lot", func(a *rootline.Asset) { list := *a.List; list.Root[0] ^= 1; a.List = &list }},
	} {
		asset, _ := r.(*rootline.Asset)
		altered := *asset
		c.alter(&altered)
		l.changed(`UPDATE state SET value = x'`+hexOf(encoded(t, &altered))+`' WHERE key = 'A/`+lot+`'`, c.field)
	}
	l.down[judgetest.Owner] = true
	if r := l.check(); r.Unchecked != UncheckedPeer || r.Intact() {
		t.Errorf("without the own peer: %+v", r)
	}
}

// One who asks for many checks takes no turns of others.
func TestTurns(t *testing.T) {
	l, _ := newLong(t, 2)
	c, done := l.checker()
	defer done()
	c.patience = 0
	guest := budget.Who{Name: "192.0.2.1"}
	release, err := c.turns.Take(guest, 1)
	if err != nil {
		t.Fatal(err)
	}
	if r, err := c.Check(t.Context(), guest, l.code); err != nil || r.Unchecked != UncheckedBusy {
		t.Errorf("%+v %v", r, err)
	}
	if r, err := c.Check(t.Context(), budget.Who{Name: "192.0.2.2"}, l.code); err != nil || !r.Intact() {
		t.Errorf("another: %+v %v", r, err)
	}
	release()
	if r, err := c.Check(t.Context(), guest, l.code); err != nil || !r.Intact() {
		t.Errorf("later: %+v %v", r, err)
	}
}

// BenchmarkLongHistory checks an item of 1,000 events: anew, and when nothing of it changed.
func BenchmarkLongHistory(b *testing.B) {
	l, _ := newLong(b, 1000)
	for _, again := range []bool{false, true} {
		b.Run(map[bool]string{false: "anew", true: "again"}[again], func(b *testing.B) {
			c, _ := l.checker()
			for range b.N {
				if !again {
					b.StopTimer()
					c, _ = l.checker()
					b.StartTimer()
				}
				c.mu.Lock()
				clear(c.kept)
				c.mu.Unlock()
				for more := true; more; {
					r, err := c.Check(b.Context(), budget.Who{}, l.code)
					if err != nil || r.Unchecked != "" || len(r.Faults) > 0 {
						b.Fatal(r, err)
					}
					more = r.More
				}
			}
		})
	}
}
