package httpapi

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/gateway/readmodel/readmodeltest"
)

// An item that rests on a transaction of which only a peer says whether it took effect is not called intact anywhere: the
// check, the item, lists of it and its public pages in both languages say what was not recomputed, to guests and members.
func TestAnItemThatRestsOnWhatWasNotRecomputed(t *testing.T) {
	w := newWorks(t)
	check := func(token string) AssetCheck {
		t.Helper()
		var c AssetCheck
		if err := json.Unmarshal(w.get(w.fill("/api/v1/assets/TREE/check"), token).body, &c); err != nil {
			t.Fatal(err)
		}
		return c
	}
	token := w.signIn(w.manager)
	if c := check(""); c.Verdict != verdictIntact || c.NotRecomputed != nil {
		t.Fatalf("%+v", c)
	}
	pages := map[string][]string{
		"/8004/TREE?lang=en": {"not all was recomputed", "Record intact"}, "/8004/TREE/check?lang=en": {"not all was recomputed", "Record intact"},
		"/8004/TREE?lang=zh": {"并非全部经过重新计算", "记录完整："}, "/8004/TREE/check?lang=zh": {"并非全部经过重新计算", "记录完整："},
	}
	for path, words := range pages {
		if b := w.get(w.fill(path), "", "Accept", "text/html").body; bytes.Contains(b, []byte(words[0])) || !bytes.Contains(b, []byte(words[1])) {
			t.Errorf("%s before: %s", path, b)
		}
	}
	if err := w.store.Write(t.Context(), func(tx *readmodel.Tx) error {
		tx.PutNotRecomputed(readmodel.NotRecomputed{Block: 3, Transaction: "word-only"}, wire.Key(rootline.Ref{Space: rootline.SpaceAsset, ID: w.tree}))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	on := presentation.NotRecomputed{Transaction: "word-only", Block: 3}
	for _, who := range []string{"", token} {
		if c := check(who); c.Verdict != verdictNotRecomputed || c.NotRecomputed == nil || *c.NotRecomputed != on {
			t.Errorf("%+v", c)
		}
		var item presentation.AssetView
		if err := json.Unmarshal(w.get(w.fill("/api/v1/assets/TREE"), who).body, &item); err != nil || item.NotRecomputed == nil || *item.NotRecomputed != on {
			t.Errorf("%+v, %v", item.NotRecomputed, err)
		}
	}
	if r := w.get("/api/v1/assets", token); !bytes.Contains(r.body, []byte(`"word-only"`)) {
		t.Errorf("the list: %s", r.body)
	}
	for path, words := range pages {
		if b := w.get(w.fill(path), "", "Accept", "text/html").body; !bytes.Contains(b, []byte(words[0])) || !bytes.Contains(b, []byte("word-only")) || bytes.Contains(b, []byte(words[1])) {
			t.Errorf("%s: %s", path, b)
		}
	}
}

// Places, devices, recalls and rulebooks that rest on such a transaction say so themselves, alone and in lists; those beside
// them do not.
func TestRecordsThatRestOnWhatWasNotRecomputed(t *testing.T) {
	w := newWorks(t)
	token, kid := w.signIn(w.manager), w.manager.Kid()
	recall := "01890a5d-ac96-774b-bcce-b302099a8057"
	if err := w.store.Write(t.Context(), func(tx *readmodel.Tx) error {
		for space, id := range map[rootline.Space]string{
			rootline.SpacePlace: "forest/1", rootline.SpaceDevice: kid, rootline.SpaceRulebook: book, rootline.SpaceRecall: recall,
		} {
			tx.PutNotRecomputed(readmodel.NotRecomputed{Block: 3, Transaction: "word-only"}, wire.Key(rootline.Ref{Space: space, ID: id}))
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	on := []byte(`{"transaction":"word-only","block":3}`)
	for path, want := range map[string]int{
		"/api/v1/places": 1, "/api/v1/places/forest/1": 1, "/api/v1/places/forest": 0, "/api/v1/devices": 1, "/api/v1/devices/" + kid: 1,
		"/api/v1/devices/" + w.nursery.Kid(): 0, "/api/v1/rulebooks": 1, "/api/v1/rulebooks/" + book: 1,
	} {
		if r := w.get(path, token); r.status != http.StatusOK || bytes.Count(r.body, on) != want {
			t.Errorf("%s: %d, %d of %d: %s", path, r.status, bytes.Count(r.body, on), want, r.body)
		}
	}
	// A recall is marked as a place is; this ledger has none.
	v := readmodeltest.View(t, w.store)
	if n, err := v.RestingOf(rootline.SpaceRecall, "none", recall); err != nil || len(n) != 1 || n[recall] == nil {
		t.Errorf("%v, %v", n, err)
	}
}
