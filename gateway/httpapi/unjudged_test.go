package httpapi

import (
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/gateway/readmodel/readmodeltest"
	"github.com/rootline/rootline/judge/judgetest"
)

// What a quarantined transaction wrote of a place, a device, a rulebook or a recall is not judged here, and every answer
// that shows the record says so.
func TestRecordsThatAreNotJudgedHere(t *testing.T) {
	w := newWorks(t)
	places, err := readmodeltest.View(t, w.store).Places(readmodel.PlaceFilter{}, readmodel.Page{Limit: 1})
	if err != nil || len(places.Items) == 0 {
		t.Fatal(places, err)
	}
	devices, err := readmodeltest.View(t, w.store).Devices(readmodel.DeviceFilter{}, readmodel.Page{Limit: 1})
	if err != nil || len(devices.Items) == 0 {
		t.Fatal(devices, err)
	}
	books, err := readmodeltest.View(t, w.store).Rulebooks()
	if err != nil || len(books) == 0 {
		t.Fatal(books, err)
	}
	recall := &rootline.Recall{ID: rootline.NewEventID("somebody"), Asset: w.tree, Rulebook: book, Reason: "It leans.", Organisation: judgetest.Owner, Holders: []rootline.Holder{}}
	if err := w.store.Write(t.Context(), func(tx *readmodel.Tx) error {
		written, err := readmodel.Encode([]rootline.Record{recall})
		tx.Put(written)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	place, kid, book := places.Items[0].ID, devices.Items[0].Kid, books[0].Name
	paths := []string{
		"/api/v1/places/" + place, "/api/v1/places", "/api/v1/devices/" + kid, "/api/v1/devices", "/api/v1/rulebooks/" + book, "/api/v1/rulebooks",
		"/api/v1/recalls/" + recall.ID, "/api/v1/recalls",
	}
	token := w.signIn(w.manager)
	marked := func() (n int) {
		for _, path := range paths {
			r := w.get(path, token)
			if r.status != 200 {
				t.Errorf("%s: %d %s", path, r.status, r.body)
			}
			if strings.Contains(string(r.body), `"quarantined-transaction"`) {
				n++
			}
		}
		return n
	}
	if n := marked(); n != 0 {
		t.Errorf("%d are marked before", n)
	}
	if err := w.store.Write(t.Context(), func(tx *readmodel.Tx) error {
		for _, ref := range []rootline.Ref{{Space: rootline.SpacePlace, ID: place}, {Space: rootline.SpaceDevice, ID: kid}, {Space: rootline.SpaceRulebook, ID: book}, recall.Ref()} {
			tx.PutUnjudged(readmodel.Unjudged{Key: wire.Key(ref), Value: []byte{1}, Block: 1, Quarantined: "quarantined-transaction"})
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if n := marked(); n != len(paths) {
		t.Errorf("%d of %d answers are marked", n, len(paths))
	}
}

// A record that exists only through a quarantined transaction is not unknown: the answer says that it is not judged here.
func TestRecordsOfWhichNothingWasJudged(t *testing.T) {
	w := newWorks(t)
	token := w.signIn(w.manager)
	recall := rootline.NewEventID("somebody")
	only := map[string]rootline.Ref{
		"/api/v1/places/forest/new":           {Space: rootline.SpacePlace, ID: "forest/new"},
		"/api/v1/devices/nobody":              {Space: rootline.SpaceDevice, ID: "nobody"},
		"/api/v1/rulebooks/forestation@2":     {Space: rootline.SpaceRulebook, ID: "forestation@2"},
		"/api/v1/rulebooks/other@1.yaml":      {Space: rootline.SpaceRulebook, ID: "other@1"},
		"/api/v1/recalls/" + recall:           {Space: rootline.SpaceRecall, ID: recall},
		"/api/v1/assets/" + w.tree[:18] + "9": {Space: rootline.SpaceAsset, ID: w.tree[:18] + "9"},
	}
	for path := range only {
		if r := w.get(path, token); r.status != 404 {
			t.Errorf("%s before: %d %s", path, r.status, r.body)
		}
	}
	if err := w.store.Write(t.Context(), func(tx *readmodel.Tx) error {
		for _, ref := range only {
			tx.PutUnjudged(readmodel.Unjudged{Key: wire.Key(ref), Value: []byte{1}, Block: 1, Quarantined: "quarantined-transaction"})
		}
		tx.PutUnjudged(readmodel.Unjudged{Key: wire.Key(rootline.Ref{Space: rootline.SpaceBallot, ID: rootline.ProtocolBallot(2)}), Value: []byte{1}, Block: 1, Quarantined: "quarantined-transaction"})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for path := range only {
		if r := w.get(path, token); r.status != 503 || r.code() != rootline.CodeNotJudged || !strings.Contains(string(r.body), "quarantined-transaction") {
			t.Errorf("%s: %d %s", path, r.status, r.body)
		}
	}
	for _, path := range []string{"/api/v1/places/forest/newer", "/api/v1/devices/none", "/api/v1/rulebooks/forestation@3"} {
		if r := w.get(path, token); r.status != 404 {
			t.Errorf("%s: %d %s", path, r.status, r.body)
		}
	}
	if r := w.get("/api/v1/ledger", ""); r.status != 200 { // a vote that was not judged hides nothing else
		t.Errorf("the ledger: %d %s", r.status, r.body)
	}
}
