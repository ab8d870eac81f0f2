package httpapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/judge/judgetest"
)

// However much an item's page names, the read model is asked as often.
func TestItemPageAsksForAllAtOnce(t *testing.T) {
	w := newWorks(t)
	code := func(n int) string { return fmt.Sprintf("%sPAGE%09d", judgetest.Prefixes[judgetest.Contractor], n) }
	const first, most, pageStatements = 1000, 40, 60
	// item makes an asset with so many parents, recalls and fields that are codes, and events that refer to as many.
	item := func(number, many int) string {
		a := &rootline.Asset{
			ID: code(number), Kind: "tree", Rulebook: book, State: "selected", Maker: judgetest.Contractor, Custodian: judgetest.Contractor,
			Place: "forest/1", Seq: 1, Head: rootline.HashOf([]byte(code(number))), Changed: 1000, Fields: rootline.Fields{},
		}
		records := []rootline.Record{a}
		var refs []string
		for n := range many {
			other := *a
			other.ID, other.Fields = code(first*number+n), nil
			recall := &rootline.Recall{ID: rootline.NewEventID(), Asset: other.ID, Organisation: judgetest.Owner, Reason: "looked at", Opened: 1000}
			records = append(records, &other, recall)
			a.Parents = append(a.Parents, rootline.Parent{Asset: other.ID})
			a.Frozen = append(a.Frozen, rootline.Freeze{Recall: recall.ID})
			refs = append(refs, other.ID)
		}
		e := &rootline.Event{
			ID: rootline.NewEventID(), Asset: a.ID, Kind: "tree", Action: "select", Rulebook: book, At: 1000, Refs: refs,
			Data: json.RawMessage(`{"species":"Pinus tabuliformis","dbh":60,"height":2100}`),
		}
		b, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		signed := w.SignRaw(w.nursery.Key, rootline.TypEvent, string(b))
		err = w.store.Write(t.Context(), func(tx *readmodel.Tx) error {
			writes, err := readmodel.Encode(records)
			if err != nil {
				return err
			}
			tx.Put(writes)
			return tx.AddEvent(&readmodel.NewEvent{
				Event:    readmodel.Event{Event: e, JWS: signed.JWS, Status: readmodel.Committed, Position: number},
				Subjects: []judge.Subject{{Asset: a.ID, Link: judge.LinkAsset, Seq: 1, Head: a.Head}},
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		return a.ID
	}
	statements := func(code string, many int) int64 {
		before := w.store.Statements()
		r := w.get("/8004/"+code, "")
		if r.status != http.StatusOK || strings.Count(string(r.body), `href="/8004/`) < many {
			t.Fatalf("%d, %d links: %.3000s", r.status, strings.Count(string(r.body), `href="/8004/`), r.body)
		}
		return w.store.Statements() - before
	}
	few, many := item(1, 1), item(2, most)
	statements(few, 1)
	statements(many, most) // what a page needs of devices, places and rulebooks is in memory then
	a, b := statements(few, 1), statements(many, most)
	if max(a, b) > pageStatements {
		t.Errorf("%d statements for one of each, %d for %d; at most %d", a, b, most, pageStatements)
	}
}
