package integrity

import (
	"database/sql"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/budget"
	"github.com/rootline/rootline/gateway/projection"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/judge/judgetest"
)

// hand changes a read model by hand.
type hand struct {
	*life
	saved []byte
}

func byHand(t *testing.T, l *life) *hand {
	t.Helper()
	b, err := os.ReadFile(l.file)
	if err != nil {
		t.Fatal(err)
	}
	return &hand{l, b}
}

// newSite is an element with an attested event, which a recall holds with what it was made from.
func newSite(t *testing.T) (l *life, element, cement string) {
	t.Helper()
	const name = "works@1"
	book, err := os.ReadFile("../../judge/testdata/works@1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	l = &life{ledger: newLedger(t), t: t, file: filepath.Join(t.TempDir(), "readmodel.db")}
	l.Adopt(book, name)
	supplier, builder := l.Enrol(judgetest.Contractor, "supplier"), l.Enrol(judgetest.Contractor, "builder")
	supervisor, manager := l.Enrol(judgetest.Supervisor, "supervisor"), l.Enrol(judgetest.Owner, rootline.RoleManager)
	division, silo := judgetest.Code(judgetest.Owner), judgetest.Code(judgetest.Contractor)
	element, cement = judgetest.Code(judgetest.Contractor), judgetest.Code(judgetest.Contractor)
	l.Do(manager, &rootline.Event{Asset: division, Kind: "division", Action: "start", Rulebook: name})
	l.Do(builder, &rootline.Event{Asset: element, Kind: "element", Action: "start", Rulebook: name, Under: division, Data: json.RawMessage(`{"layer":1}`)})
	l.Do(supplier, &rootline.Event{Asset: cement, Kind: "cement", Action: "deliver", Rulebook: name, Amount: 100})
	l.Do(builder, &rootline.Event{Asset: silo, Kind: "silo", Action: "fill", Rulebook: name, Amount: 60, Inputs: []rootline.Input{{Asset: cement, Amount: 60}}})
	l.Do(builder, &rootline.Event{Asset: element, Action: "fill", Rulebook: name, Inputs: []rootline.Input{{Asset: silo, Amount: 5}}})
	early := l.Sign(builder, &rootline.Event{Asset: element, Action: "notice", Rulebook: name})
	l.Now += 3_600_000
	l.Do(l.Admins[judgetest.Contractor], judgetest.Act(rootline.ActRevoke, rootline.RevokeData{Device: builder.Kid()}))
	l.Do(supervisor, judgetest.Act(rootline.ActAttest, rootline.AttestData{JWS: early.JWS, Reason: "signed in the field, delivered a day late"}))
	l.Do(supervisor, judgetest.Act(rootline.ActRecall, rootline.RecallData{
		Asset: cement, Reason: "28 d", Deadline: l.Now + 86_400_000,
		Dependants: []rootline.Dependant{{Asset: silo, Via: cement}, {Asset: element, Via: silo}},
	}))
	l.apply()
	return l, element, cement
}

// newNursery is an item of a listed lot that was planted, with a tag of a roll.
func newNursery(t *testing.T) (l *life, item string) {
	t.Helper()
	const name = "works@1"
	book, err := os.ReadFile("../projection/testdata/works.yaml")
	if err != nil {
		t.Fatal(err)
	}
	l = &life{ledger: newLedger(t), t: t, file: filepath.Join(t.TempDir(), "readmodel.db")}
	l.Adopt(book, name)
	nursery, planter := l.Enrol(judgetest.Contractor, "nursery"), l.Enrol(judgetest.Contractor, "planter")
	var some [2][]string
	for range 25 {
		for i := range some {
			some[i] = append(some[i], judgetest.Code(judgetest.Contractor))
		}
	}
	codes, blank := rootline.NewCodes(some[0]), rootline.NewCodes(some[1])
	lot, roll := judgetest.Code(judgetest.Contractor), judgetest.Code(judgetest.Contractor)
	file := func(c rootline.Codes) []rootline.Evidence {
		b := c.File()
		return []rootline.Evidence{{SHA256: rootline.HashOf(b), Type: "text/vnd.rootline.codes", Size: int64(len(b))}}
	}
	list, tags := codes.List(), blank.List()
	l.Do(nursery, &rootline.Event{
		Asset: lot, Kind: "tree-lot", Action: "register", Rulebook: name, List: &list, Data: json.RawMessage(`{"species":"Ulmus pumila"}`), Evidence: file(codes),
	})
	issue := judgetest.Act(rootline.ActIssue, rootline.IssueData{Roll: roll})
	issue.List, issue.Evidence = &tags, file(blank)
	l.Do(l.Admins[judgetest.Contractor], issue)
	item = codes[7]
	at := &rootline.Position{Point: rootline.Point{Lat: 38_912_345, Lon: 115_912_345}, Accuracy: 5}
	plant := l.Sign(planter, &rootline.Event{Asset: item, Action: "plant", Rulebook: name, Place: at})
	plant.Inclusion, _ = codes.Prove(lot, item)
	bind := l.Sign(planter, &rootline.Event{Asset: item, Action: "bind", Rulebook: name, Tag: blank[3]})
	bind.Inclusion, _ = blank.Prove(roll, blank[3])
	for _, sub := range []rootline.Submission{plant, bind} {
		if err := l.TrySubmission(sub); err != nil {
			t.Fatal(err)
		}
	}
	l.apply()
	return l, item
}

// ask reads the rows of a query, each as its columns in text.
func (h *hand) ask(t *testing.T, query string, args ...any) (out [][]string) {
	t.Helper()
	db, err := sql.Open("sqlite", h.file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(query, args...)
	if err != nil {
		t.Fatal(query, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		row, into := make([]string, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		out = append(out, row)
	}
	return out
}

// notices changes the file, checks the item, and puts the file back. What is no more found is noticed, too.
func (h *hand) notices(t *testing.T, item, statement string, args ...any) bool {
	t.Helper()
	db, err := sql.Open("sqlite", h.file)
	if err == nil {
		_, err = db.Exec(`PRAGMA foreign_keys = OFF; `+statement, args...)
		err = errors.Join(err, db.Close())
	}
	if err != nil {
		t.Fatal(statement, err)
	}
	defer func() {
		_ = os.Remove(h.file + "-wal")
		_ = os.Remove(h.file + "-shm")
		if err := os.WriteFile(h.file, h.saved, 0o600); err != nil {
			t.Fatal(err)
		}
	}()
	store, err := readmodel.Open(t.Context(), h.file)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	r, err := New(Config{Shown: store, Ledger: h.life, Own: judgetest.Owner, LateAfter: projection.DefaultLateAfter}).Check(t.Context(), budget.Who{}, item)
	return err != nil || r.Unchecked == "" && !r.Intact() && (len(r.Faults) > 0 || r.Chain.Broken != nil || r.Disputed > 0)
}

// unshown are columns that no page of an item shows, each with the reason.
var unshown = map[string]string{
	"events.ordinal": "the order of rows", "event_subjects.event": "which row it is of",
	"tags.organisation": "finds tags by organisation; the record has it", "tags.roll": "finds the tags of a roll; the record has it",
}

// TestEveryColumnOfAttestedRecalledTaggedAndListedItems changes by hand every column of every event of an item, its first and
// its attested ones, a recall's and those that an item of a listed lot has with a tag, and every member of the records that the
// item's page goes back to. All of it is noticed on that page.
func TestEveryColumnOfAttestedRecalledTaggedAndListedItems(t *testing.T) {
	site, element, cement := newSite(t)
	nursery, item := newNursery(t)
	for _, c := range []struct {
		name, item string
		*life
		has []string
	}{
		{"attested and recalled", element, site, []string{
			`SELECT id FROM events WHERE attests <> ''`, `SELECT asset FROM freezes WHERE asset = 'ITEM'`}},
		{"recalled itself", cement, site, []string{`SELECT asset FROM freezes WHERE asset = 'ITEM'`}},
		{"listed and tagged", item, nursery, []string{
			`SELECT code FROM tags WHERE asset = 'ITEM'`, `SELECT id FROM assets WHERE id = 'ITEM' AND lot <> ''`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := byHand(t, c.life)
			for _, query := range c.has {
				if len(h.ask(t, strings.ReplaceAll(query, "ITEM", c.item))) == 0 {
					t.Errorf("it has none of %s", query)
				}
			}
			if h.notices(t, c.item, `SELECT 1`) {
				t.Fatal("it is not intact untouched")
			}
			h.columns(t, c.item, "assets", `id = '`+c.item+`'`)
			h.columns(t, c.item, "tags", `asset = '`+c.item+`'`)
			for _, row := range h.ask(t, `SELECT event FROM event_subjects WHERE asset = ?`, c.item) {
				h.columns(t, c.item, "events", `ordinal = `+row[0])
				where := `event = ` + row[0] + ` AND asset = '` + c.item + `'`
				h.columns(t, c.item, "event_subjects", where)
				if !h.notices(t, c.item, `DELETE FROM event_subjects WHERE `+where) {
					t.Errorf("event %s is taken away, and it is still intact", row[0])
				}
			}
			h.records(t, c.item)
		})
	}
}

// columns changes every column of some rows.
func (h *hand) columns(t *testing.T, item, table, where string) {
	t.Helper()
	if len(h.ask(t, `SELECT 1 FROM `+table+` WHERE `+where)) == 0 {
		return
	}
	for _, c := range h.ask(t, `SELECT name, type FROM pragma_table_xinfo(?) WHERE hidden = 0`, table) {
		column, kind := c[0], c[1]
		if unshown[table+"."+column] != "" {
			continue
		}
		change := map[string]string{
			"TEXT": `coalesce(` + column + `, '') || 'X'`, "INTEGER": `CASE WHEN ` + column + ` = 1 THEN 0 ELSE coalesce(` + column + `, 0) + 1 END`, "BLOB": `zeroblob(32)`,
		}[kind]
		if column == "inclusion" {
			change = `'{"list":"X","index":1,"path":[]}'`
		}
		if !h.notices(t, item, `UPDATE `+table+` SET `+column+` = `+change+` WHERE `+where) {
			t.Errorf("%s.%s of %s is changed by hand, and it is still intact", table, column, where)
		}
	}
}

// records changes every member of the records that an item's page goes back to: its own and its recalls'. Its tags are shown from
// their table.
func (h *hand) records(t *testing.T, item string) {
	t.Helper()
	keys := []string{wire.Key(rootline.Ref{Space: rootline.SpaceAsset, ID: item})}
	for _, row := range h.ask(t, `SELECT 'F/' || recall FROM freezes WHERE asset = ?`, item) {
		keys = append(keys, row[0])
	}
	for _, key := range keys {
		ref, err := wire.ParseKey(key)
		if err != nil {
			t.Fatal(err)
		}
		found := h.ask(t, `SELECT value FROM state WHERE key = ?`, key)
		if len(found) == 0 {
			continue
		}
		r, err := wire.Decode(ref, []byte(found[0][0]))
		if err != nil {
			t.Fatal(err)
		}
		for field, value := range alterations(t, r) {
			if !h.notices(t, item, `UPDATE state SET value = ? WHERE key = ?`, value, key) {
				t.Errorf("%s of %s is changed by hand, and it is still intact", field, key)
			}
		}
	}
}

// alterations are the bytes of a record with one member changed, by the member's name. What names the record is left as it is:
// it would not be found.
func alterations(t *testing.T, r rootline.Record) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	v := reflect.ValueOf(r).Elem()
	for i := range v.NumField() {
		field, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		altered := reflect.New(v.Type())
		altered.Elem().Set(v)
		if field == "id" || field == "code" || field == "event" || !alter(altered.Elem().Field(i)) {
			continue
		}
		changed, _ := altered.Interface().(rootline.Record)
		if b, err := wire.Encode(changed); err == nil {
			out[field] = b
		}
	}
	return out
}
