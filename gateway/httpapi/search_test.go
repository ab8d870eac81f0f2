package httpapi

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/gateway/readmodel/readmodeltest"
	"github.com/rootline/rootline/judge/judgetest"
)

// wide writes ASCII as keyboards for Chinese may.
func wide(s string) string {
	return strings.Map(func(r rune) rune { return r + 0xfee0 }, s)
}

// Everything that a person may have in hand leads to what it belongs to, for a guest and for who is signed in.
func TestSearch(t *testing.T) {
	w := newWorks(t)
	w.Do(w.manager, judgetest.Act(rootline.ActPlace, rootline.Place{
		ID: "levee", Kind: "section", Title: rootline.Text{En: "North levee", Zh: "北堤"}, Chainage: &rootline.Chainage{From: 64_000_000, To: 66_000_000},
	}))
	w.Do(w.manager, judgetest.Act(rootline.ActPlace, rootline.Place{
		ID: "levee/a", Kind: "section", Parent: "levee", Title: rootline.Text{En: "Slope", Zh: "坡"}, Chainage: &rootline.Chainage{From: 65_000_000, To: 65_100_000},
	}))
	w.await()
	token := w.signIn(w.manager)
	d := describe(t, w)
	find := func(t *testing.T, q, token string) SearchAnswer {
		t.Helper()
		r := w.get("/api/v1/search?q="+url.QueryEscape(q), token)
		if r.status != http.StatusOK {
			t.Fatalf("%q: %d %s", q, r.status, r.body)
		}
		d.check(t, "/api/v1/search", "GET", r, "application/json")
		var out SearchAnswer
		r.into(t, &out)
		return out
	}
	newest, err := readmodeltest.View(t, w.store).Block(w.height() - 1)
	if err != nil {
		t.Fatal(err)
	}
	device, err := readmodeltest.View(t, w.store).Device(w.planter.Kid())
	if err != nil {
		t.Fatal(err)
	}
	books, err := readmodeltest.View(t, w.store).Rulebooks()
	if err != nil {
		t.Fatal(err)
	}
	spaced := strings.ToLower(w.tree[:4] + " " + w.tree[4:8] + "-" + w.tree[8:])
	mistyped := strings.NewReplacer("0", "O", "1", "L").Replace(w.tree)
	photoHash := rootline.HashOf(photo).String()
	for _, c := range []struct {
		name, q string
		// want and guest are "kind id via", the first of what is found.
		want, guest string
		only        bool
	}{
		{"code", w.tree, "item " + w.tree + " code", "item " + w.tree + " code", true},
		{"code as it is typed", spaced, "item " + w.tree + " code", "item " + w.tree + " code", true},
		{"address of a QR code", "https://x.example/8004/" + w.tree + "?lang=zh", "item " + w.tree + " code", "item " + w.tree + " code", true},
		{"code in full width", wide(w.tree), "item " + w.tree + " code", "item " + w.tree + " code", true},
		{"scan of GS1 data", "]d28004" + w.tree + "\x1d10AB", "item " + w.tree + " code", "item " + w.tree + " code", true},
		{"application identifier without brackets", "8004" + w.tree, "item " + w.tree + " code", "item " + w.tree + " code", false},
		{"link with qualifiers", "https://x.example/8004/" + strings.ToLower(w.tree) + "/7040/1/?lang=zh", "item " + w.tree + " code", "item " + w.tree + " code", true},
		{"chainage in full width", "Ｋ65＋000", "place levee/a chainage", "", false},
		{"part of a code", w.tree[len(w.tree)-6:], "item " + w.tree + " part", "", false},
		{"event", w.event, "event " + w.event + " id", "event " + w.event + " id", true},
		{"place", "forest/1", "place forest/1 id", "place forest/1 id", true},
		{"title of a place", "标段", "place forest/1 name", "", false},
		{"chainage", "K65+000", "place levee/a chainage", "", false},
		{"chainage of one stretch", "k64+5.5", "place levee chainage", "", true},
		{"chainage beyond", "K66+000.001", "", "", false},
		{"organisation", strings.ToLower(judgetest.Contractor), "organisation " + judgetest.Contractor + " id", "organisation " + judgetest.Contractor + " id", true},
		{"device", w.planter.Kid(), "device " + w.planter.Kid() + " id", "", true},
		{"beginning of a device", w.planter.Kid()[:8], "device " + w.planter.Kid() + " name", "", false},
		{"pseudonym", strings.ToUpper(device.Name), "device ", "", false},
		{"block", "1", "block 1 id", "block 1 id", true},
		{"block by the word", "Block 1", "block 1 id", "block 1 id", true},
		{"block by its Chinese word", "区块1", "block 1 id", "block 1 id", true},
		{"species", "pinus TABULI", "item " + w.tree + " text", "", false},
		{"code with letters that look like digits", mistyped, "item " + w.tree + " code", "item " + w.tree + " code", false},
		{"hash of a block", newest.Hash.String(), "block " + strconv.FormatUint(newest.Number, 10) + " hash", "block " + strconv.FormatUint(newest.Number, 10) + " hash", true},
		{"transaction", newest.Transactions[0].ID, "transaction " + newest.Transactions[0].ID + " id", "transaction " + newest.Transactions[0].ID + " id", true},
		{"rulebook", "forestation@1", "rulebook forestation@1 id", "rulebook forestation@1 id", true},
		{"text of a rulebook", rootline.HashOf([]byte(books[0].YAML)).String(), "rulebook forestation@1 hash", "rulebook forestation@1 hash", true},
		{"file", photoHash, "event " + w.event + " file", "", true},
		{"nothing", "zz-nothing-zz", "", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := find(t, c.q, token)
			if !firstHit(got.Hits, c.want) || got.Only != c.only || got.Guest {
				t.Errorf("found %+v, only %v", got.Hits, got.Only)
			}
			if guest := find(t, c.q, ""); !firstHit(guest.Hits, c.guest) || !guest.Guest {
				t.Errorf("a guest found %+v", guest.Hits)
			}
		})
	}
	if h := find(t, mistyped, token).Hits; mistyped == w.tree || len(h) != 1 || !h[0].Instead {
		t.Errorf("%s: a corrected code is not said to be one: %+v", mistyped, h)
	}
	if h := find(t, "pinus tabuliformis", token).Hits[0]; h.Field.En != "Species" || !strings.EqualFold(h.Text, "Pinus tabuliformis") {
		t.Errorf("the species was found in %+v", h)
	}
	file := find(t, photoHash, token)
	if file.Stored || file.Hits[0].File == nil || file.Hits[0].File.Type != "image/jpeg" || file.Hits[0].Asset != w.tree {
		t.Errorf("the file: %+v", file)
	}
	w.putPhoto()
	if !find(t, photoHash, token).Stored {
		t.Error("the file is stored, and is not said to be")
	}
	for _, q := range []string{"", "?q=", "?q=%20", "?q=" + strings.Repeat("a", 600)} {
		if r := w.get("/api/v1/search"+q, token); r.status != http.StatusBadRequest && r.status != http.StatusUnprocessableEntity {
			t.Errorf("%q: %d", q, r.status)
		}
	}
}

func firstHit(hits []Hit, want string) bool {
	if want == "" || len(hits) == 0 {
		return want == "" && len(hits) == 0
	}
	return strings.HasPrefix(hits[0].Kind+" "+hits[0].ID+" "+hits[0].Via, want)
}

// A device is shown with the last that was seen of it, and why it was ended.
func TestDeviceIsShownWithItsEnd(t *testing.T) {
	w := newWorks(t)
	token := w.signIn(w.manager)
	w.Do(w.Admins[judgetest.Contractor], judgetest.Act(rootline.ActRevoke, rootline.RevokeData{Device: w.gone.Kid(), Reason: "left the crew"}))
	w.await()
	var d DeviceView
	w.get("/api/v1/devices/"+w.gone.Kid(), token).into(t, &d)
	if d.State != presentation.Revoked || d.Revocation == nil || d.Revocation.Reason != "left the crew" || d.Revocation.By != w.Admins[judgetest.Contractor].Kid() {
		t.Errorf("%+v %+v", d, d.Revocation)
	}
	if d.Last == nil || d.Last.Action != rootline.ActEnrol {
		t.Errorf("last seen: %+v", d.Last)
	}
	var list struct{ Items []DeviceView }
	w.get("/api/v1/devices?limit=100", token).into(t, &list)
	seen := false
	for _, one := range list.Items {
		if one.Kid == w.nursery.Kid() {
			seen = one.Last != nil && one.Last.ID == w.event && one.Last.Asset == w.tree && one.Revocation == nil
		}
	}
	if !seen {
		t.Errorf("the nursery's last event is not in the list: %+v", list.Items)
	}
}

// Signatures come from the peer; a block that is not there yet is not waited for.
func TestSignatures(t *testing.T) {
	w := newWorks(t)
	token := w.signIn(w.manager)
	var got BlockSignatures
	r := w.get("/api/v1/blocks/3/signatures", token)
	describe(t, w).check(t, "/api/v1/blocks/{number}/signatures", "GET", r, "application/json")
	r.into(t, &got)
	if got.Number != 3 || !got.Same || len(got.Orderers) != 1 || !got.Orderers[0].Holds || len(got.Transactions) != 1 || len(got.Transactions[0].Endorsements) != 2 {
		t.Errorf("%+v", got)
	}
	began := time.Now()
	if r := w.get("/api/v1/blocks/999999/signatures", token); r.status != http.StatusNotFound || time.Since(began) > time.Minute {
		t.Errorf("%d after %s", r.status, time.Since(began))
	}
}

// Who votes sees what the proposed text changes.
func TestRulebookChanges(t *testing.T) {
	w := newWorks(t)
	books, err := readmodeltest.View(t, w.store).Rulebooks()
	if err != nil {
		t.Fatal(err)
	}
	proposed := strings.NewReplacer("version: 1", "version: 2", "asset.dbh * 5", "asset.dbh * 6").Replace(books[0].YAML)
	w.Do(w.Admins[judgetest.Owner], judgetest.Act(rootline.ActPropose, rootline.ProposeData{YAML: proposed}))
	w.await()
	token := w.signIn(w.manager)
	r := w.get("/api/v1/rulebooks/forestation@1/changes?to=forestation@2", token)
	describe(t, w).check(t, "/api/v1/rulebooks/{name}/changes", "GET", r, "application/json")
	var got RulebookChanges
	r.into(t, &got)
	if !got.Proposed || len(got.Changes) != 2 || got.SHA256 != rootline.HashOf([]byte(proposed)) {
		t.Errorf("%d %s", r.status, r.body)
	}
	for _, path := range []string{"forestation@1/changes?to=forestation@9", "nothing@1/changes?to=forestation@1"} {
		if r := w.get("/api/v1/rulebooks/"+path, token); r.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, r.status)
		}
	}
}

// Codes that were scanned without a network are looked up together.
func TestManyCodesAreResolvedTogether(t *testing.T) {
	w := newWorks(t)
	token := w.signIn(w.planter)
	const nobodys = "95200020000000000000"
	var got struct{ Results []Resolved }
	w.postAs(token, "/api/v1/assets:resolve", ResolveBody{Codes: []string{nobodys, w.tree, w.tree}}).into(t, &got)
	if len(got.Results) != 3 || got.Results[0].Code != nobodys || got.Results[0].Asset != nil {
		t.Fatalf("got %+v", got)
	}
	var one presentation.AssetView
	w.get("/api/v1/assets/"+w.tree, "").into(t, &one)
	for _, r := range got.Results[1:] {
		if r.Code != w.tree || r.Asset == nil || r.Asset.ID != one.ID || r.Asset.StateTitle != one.StateTitle || r.Asset.URL != one.URL {
			t.Errorf("got %+v for %+v", r, one)
		}
	}
	for at, codes := range map[string][]string{
		"/codes":   slices.Repeat([]string{w.tree}, 501),
		"/codes/1": {w.tree, "no code"},
	} {
		var p problem.Problem
		r := w.postAs(token, "/api/v1/assets:resolve", ResolveBody{Codes: codes})
		if r.into(t, &p); r.status != http.StatusBadRequest || p.Field != at {
			t.Errorf("%s: got %d %s", at, r.status, r.body)
		}
	}
}
