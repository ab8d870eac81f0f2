package httpapi

import (
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/readmodel"
)

// What a quarantined transaction wrote of a place, a device, a rulebook or a recall is not judged here, and every answer
// that shows the record says so.
func TestRecordsThatAreNotJudgedHere(t *testing.T) {
	w := newWorks(t)
	places, err := w.store.Places(t.Context(), readmodel.PlaceFilter{}, readmodel.Page{Limit: 1})
	if err != nil || len(places.Items) == 0 {
		t.Fatal(places, err)
	}
	devices, err := w.store.Devices(t.Context(), readmodel.DeviceFilter{}, readmodel.Page{Limit: 1})
	if err != nil || len(devices.Items) == 0 {
		t.Fatal(devices, err)
	}
	books, err := w.store.Rulebooks(t.Context())
	if err != nil || len(books) == 0 {
		t.Fatal(books, err)
	}
	place, kid, book := places.Items[0].ID, devices.Items[0].Kid, books[0].Name
	paths := []string{"/api/v1/places/" + place, "/api/v1/places", "/api/v1/devices/" + kid, "/api/v1/devices", "/api/v1/rulebooks/" + book, "/api/v1/rulebooks"}
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
		for _, ref := range []rootline.Ref{{Space: rootline.SpacePlace, ID: place}, {Space: rootline.SpaceDevice, ID: kid}, {Space: rootline.SpaceRulebook, ID: book}} {
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
