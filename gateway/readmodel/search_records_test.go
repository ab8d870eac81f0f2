package readmodel

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/jws"
)

func hashHex(s string) string { return rootline.HashOf([]byte(s)).String() }

// signedWith is an event that names a file, as it is signed.
func signedWith(t *testing.T, n int, file rootline.Hash) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	payload := fmt.Sprintf(`{"id":"0190c7f2-0000-7000-8000-%012d","asset":%q,"action":"plant","rulebook":"works@1","at":"2026-03-01T00:00:00Z","evidence":[{"sha256":%q,"type":"image/jpeg","size":5}]}`,
		n, code(n), file.String())
	compact, err := jws.Sign(key, rootline.TypEvent, "0190c7f2-0000-7000-8000-000000000000", []byte(payload))
	if err != nil {
		t.Fatal(err)
	}
	return compact
}

// TestFilesOfAnOlderFileAreFound has the files noted of events that were there before they were noted.
func TestFilesOfAnOlderFileAreFound(t *testing.T) {
	path := filepath.Join(t.TempDir(), "readmodel.db")
	file := rootline.HashOf([]byte("photo"))
	insert := func(n int, jws string) string {
		return fmt.Sprintf(`INSERT INTO events (ordinal, id, hash, jws, asset, action, rulebook, kind, state, corrects, device, organisation, role, name,
			claimed, witnessed, late, block, transaction_position, position, status)
			VALUES (%d, 'e%d', x'%s', '%s', 'A', 'plant', 'works@1', '', '', '', '', '', '', '', 0, 0, 0, 0, 0, 0, 'committed')`, n, n, hashHex("e"), jws)
	}
	older(t, path, `INSERT INTO blocks VALUES (0, x'`+hashHex("b")+`', x'', x'', 5, 1, 3)`,
		`INSERT INTO transactions VALUES (0, 0, 'tx', 0, 'VALID', 1, '', '', '', 0, '[]', 5, '', NULL)`,
		insert(1, signedWith(t, 1, file)), insert(2, "no JWS"), insert(3, signedWith(t, 3, file)), insert(4, signedWith(t, 4, rootline.HashOf(nil))))
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	first, err := view(t, s).FileEvents(file, Page{Limit: 1})
	if err != nil || len(first.Items) != 1 || first.Items[0].Ordinal != 3 || first.Next == "" {
		t.Fatalf("%+v, %v", first, err)
	}
	second, err := view(t, s).FileEvents(file, Page{Limit: 1, Cursor: first.Next})
	if err != nil || len(second.Items) != 1 || second.Items[0].Ordinal != 1 || second.Next != "" {
		t.Errorf("%+v, %v", second, err)
	}
	if n, err := view(t, s).BlockByHash(rootline.HashOf([]byte("b"))); err != nil || n != 0 {
		t.Errorf("block %d, %v", n, err)
	}
	if _, err := view(t, s).BlockByHash(file); rootline.CodeOf(err) != rootline.CodeNotFound {
		t.Errorf("another hash: %v", err)
	}
}

func TestPlacesAndDevicesAreFound(t *testing.T) {
	s := open(t)
	stretch := func(id string, from, to int64) *rootline.Place {
		return &rootline.Place{ID: id, Kind: "section", Title: rootline.Text{En: "Section " + id, Zh: "标段"}, Chainage: &rootline.Chainage{From: from, To: to}}
	}
	put(t, s, stretch("all", 0, 100), stretch("part", 40, 50), stretch("other", 60, 70), &rootline.Place{ID: "plain", Kind: "plot"})
	for _, c := range []struct {
		at   int64
		want string
	}{{45, "[part all]"}, {40, "[part all]"}, {51, "[all]"}, {101, "[]"}} {
		places, err := view(t, s).PlacesAt(c.at)
		ids := []string{}
		for _, p := range places {
			ids = append(ids, p.ID)
		}
		if err != nil || fmt.Sprint(ids) != c.want {
			t.Errorf("at %d: %v, %v", c.at, ids, err)
		}
	}
	if places, err := view(t, s).PlacesLike("SECTION PART"); err != nil || len(places) != 1 || places[0].ID != "part" {
		t.Errorf("%+v, %v", places, err)
	}
	put(t, s, &rootline.Device{Kid: "kid-of-c7-xyz", Name: "C7", Organisation: "O"}, &rootline.Device{Kid: "another", Name: "C70", Organisation: "O"})
	for _, c := range []struct {
		text string
		want int
	}{{"c7", 2}, {"kid-of", 1}, {"kid", 0}, {"KID-OF", 0}} {
		if found, err := view(t, s).DevicesLike(c.text); err != nil || len(found) != c.want || c.want == 2 && found[0].Name != "C7" {
			t.Errorf("%s: %+v, %v", c.text, found, err)
		}
	}
	if _, err := view(t, s).Revocation(&rootline.Device{Kid: "kid", Revoked: 5}); rootline.CodeOf(err) != rootline.CodeNotFound {
		t.Errorf("no act: %v", err)
	}
}
