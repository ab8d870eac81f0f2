package httpapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/rulebook"
)

// pngPhoto is a picture of a size, as a file.
func pngPhoto(t *testing.T, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// file stores a file of evidence and gives its address.
func (w *works) file(token string, b []byte) string {
	w.t.Helper()
	path := "/api/v1/evidence/" + rootline.HashOf(b).String()
	if r := w.ask(http.MethodPut, path, token, b); r.status != http.StatusCreated {
		w.t.Fatalf("%d %s", r.status, r.body)
	}
	return path
}

func TestPicture(t *testing.T) {
	w := newWorks(t)
	token := w.signIn(w.planter)
	path := w.file(token, pngPhoto(t, 2000, 1000))
	for size, want := range map[string]image.Config{"": {Width: 240, Height: 120}, "?size=small": {Width: 240, Height: 120}, "?size=large": {Width: 1280, Height: 640}} {
		r := w.get(path+"/picture"+size, token)
		c, err := jpeg.DecodeConfig(bytes.NewReader(r.body))
		if r.status != http.StatusOK || r.header.Get("Content-Type") != "image/jpeg" || err != nil || c.Width != want.Width || c.Height != want.Height {
			t.Fatalf("%s: %d %s %v %d × %d", size, r.status, r.header.Get("Content-Type"), err, c.Width, c.Height)
		}
		tag := r.header.Get("ETag")
		if again := w.get(path+"/picture"+size, token, "If-None-Match", tag); again.status != http.StatusNotModified || len(again.body) > 0 || tag == "" {
			t.Errorf("%s, %q again: %d", size, tag, again.status)
		}
		if cache := r.header.Get("Cache-Control"); cache != "private, max-age=31536000, immutable" {
			t.Errorf("%s: %s", size, cache)
		}
	}
	report := w.file(token, []byte("%PDF-1.7"))
	svg := w.file(token, []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`))
	for _, c := range []struct {
		path   string
		status int
		code   rootline.Code
	}{
		{report + "/picture", 404, problem.CodeNoPicture},
		{svg + "/picture?size=large", 404, problem.CodeNoPicture},
		{"/api/v1/evidence/" + rootline.HashOf([]byte("unknown")).String() + "/picture", 404, rootline.CodeNotFound},
		{"/api/v1/evidence/photo/picture", 400, rootline.CodeBadRequest},
		{path + "/picture?size=10000", 400, rootline.CodeBadRequest},
	} {
		if r := w.get(c.path, token); r.status != c.status || r.code() != c.code {
			t.Errorf("%s: %d %s: %s", c.path, r.status, r.code(), r.body)
		}
	}
	if r := w.get(path+"/picture", ""); r.status != http.StatusNotFound || r.code() != rootline.CodeNotFound {
		t.Errorf("a guest: %d", r.status)
	}
}

// photos are files of evidence as an event names them.
func photos(types ...string) (all []rootline.Evidence) {
	for i, t := range types {
		h := rootline.HashOf([]byte{byte(len(types)), byte(i)})
		all = append(all, rootline.Evidence{SHA256: h, Type: t, Size: 2})
	}
	return all
}

func TestItemsHaveTheirNewestPhoto(t *testing.T) {
	w := newWorks(t)
	token := w.signIn(w.planter)
	shown := func(token string) rootline.Hash {
		w.await()
		var one presentation.AssetView
		w.get(w.fill("/api/v1/assets/TREE"), token).into(t, &one)
		if token == "" {
			return one.Photo
		}
		var list struct{ Items []presentation.AssetView }
		w.get("/api/v1/assets", token).into(t, &list)
		if len(list.Items) != 1 || list.Items[0].Photo != one.Photo {
			t.Errorf("the list has %v", list.Items)
		}
		return one.Photo
	}
	first := rootline.HashOf(photo)
	if got := shown(token); got != first {
		t.Fatalf("%s, not that of the event that began it", got)
	}
	lift := &rootline.Event{
		Asset: w.tree, Action: "lift", Rulebook: book, At: rootline.InstantOf(time.Now().Add(-time.Hour)), Data: json.RawMessage(`{"rootBall":500}`),
		Evidence: photos("application/pdf", "image/webp", "image/png"),
	}
	w.Do(w.nursery, lift)
	if got := shown(token); got != lift.Evidence[1].SHA256 {
		t.Errorf("%s, not the first photo of the last event", got)
	}
	inspect := &rootline.Event{
		Asset: w.tree, Action: "load", Rulebook: book, At: rootline.InstantOf(time.Now().Add(-time.Hour)), Data: json.RawMessage(`{"waybill":"W-1"}`),
		Evidence: photos("text/plain", "image/svg+xml", "image/gif", "video/mp4"),
	}
	w.Do(w.nursery, inspect)
	if got := shown(token); got != lift.Evidence[1].SHA256 {
		t.Errorf("%s, though the last event has no photo", got)
	}
	correct := &rootline.Event{
		Asset: w.tree, Action: "correct", Rulebook: book, At: rootline.InstantOf(time.Now()), Corrects: lift.ID, Data: json.RawMessage(`{"reason":"another tree's photo"}`),
	}
	w.Do(w.nursery, correct)
	if got := shown(token); got != first {
		t.Errorf("%s, though its event was corrected", got)
	}
	if got := shown(""); !got.IsZero() {
		t.Errorf("a guest sees %s", got)
	}
}

// However many items a list has, their photos come with them.
func TestPhotosOfAListTakeNoStatements(t *testing.T) {
	w := newWorks(t)
	token := w.signIn(w.planter)
	statements := func(limit, want int) int64 {
		path := fmt.Sprintf("/api/v1/assets?limit=%d", limit)
		w.get(path, token) // what it needs of places and rulebooks is in memory then
		before := w.store.Statements()
		if r := w.get(path, token); strings.Count(string(r.body), `"photo":"`) != want {
			t.Fatalf("%.3000s", r.body)
		}
		return w.store.Statements() - before
	}
	for range 39 {
		w.Do(w.nursery, w.newTree(judgetest.Code(judgetest.Contractor)))
	}
	w.await()
	if one, many := statements(1, 1), statements(40, 40); many > one {
		t.Errorf("%d statements for one, %d for forty", one, many)
	}
}

// releasing is forestation with an act more that releases a photo, to which no rule of the book applies.
const releasing = "forestation@2"

const publishing = `      display:
        title: {en: Release a photo, zh: 公开照片}
        from: [planted, established]
        by: [planter, manager]
        releases: true
        asks: {evidence: 1}

`

// planted has a tree planted by the contractor under releasing, so that its photos may be released.
func (w *works) planted() {
	w.t.Helper()
	text := strings.Replace(string(rulebook.Shipped()[book]), "\nversion: 1\n", "\nversion: 2\n", 1)
	at := strings.Index(text, "      correct:\n")
	w.Adopt([]byte(text[:at]+publishing+text[at:]), releasing)
	w.tree = judgetest.Code(judgetest.Contractor)
	begun := w.newTree(w.tree)
	begun.Rulebook = releasing
	w.Do(w.nursery, begun)
	w.Do(w.manager, judgetest.Act(rootline.ActPlace, rootline.Place{ID: "forest/1/1", Kind: "plot", Parent: "forest/1", Title: rootline.Text{En: "Plot", Zh: "小班"}}))
	carrier := w.Enrol(judgetest.Contractor, "carrier")
	for _, e := range []struct {
		by     *judgetest.Person
		action string
		data   string
	}{
		{w.nursery, "lift", `{"rootBall":500}`}, {w.nursery, "load", `{"waybill":"W-1"}`}, {carrier, "ship", ``}, {w.planter, "receive", `{}`},
		{w.planter, "plant", `{"plot":"forest/1/1","pit":"P-1","crew":"C7"}`},
	} {
		event := &rootline.Event{Asset: w.tree, Action: e.action, Rulebook: releasing, At: rootline.InstantOf(time.Now()), Data: json.RawMessage(e.data)}
		if e.data == "" {
			event.Data = nil
		}
		if e.action == "lift" || e.action == "plant" {
			event.Evidence = []rootline.Evidence{{SHA256: rootline.HashOf(photo), Type: "image/jpeg", Size: int64(len(photo))}}
		}
		if e.action == "plant" {
			event.Place = &rootline.Position{Point: rootline.Point{Lat: 38_912_450, Lon: 115_912_500}, Accuracy: 4}
		}
		w.Do(e.by, event)
	}
}

// What guests, and who is signed in, are given of a photo and of a report: before it is released, while it is, and once that was
// corrected. A guest is never given the file itself.
func TestReleasedPhotos(t *testing.T) {
	w := newWorks(t)
	member := w.signIn(w.planter)
	w.planted()
	shown, other := pngPhoto(t, 500, 400), pngPhoto(t, 300, 300)
	report := []byte("%PDF-1.7 of a laboratory")
	paths := map[string]string{"shown": w.file(member, shown), "other": w.file(member, other), "report": w.file(member, report)}
	check := func(when string, released bool) {
		t.Helper()
		w.await()
		for name, path := range paths {
			for _, size := range []string{"small", "large"} {
				want := map[string]int{"": http.StatusNotFound, member: http.StatusOK}
				if name == "report" {
					want[member] = http.StatusNotFound
				}
				if name == "shown" && released {
					want[""] = http.StatusOK
				}
				for token, status := range want {
					r := w.get(path+"/picture?size="+size, token)
					if r.status != status {
						t.Errorf("%s: %s, %s, member %v: %d, want %d", when, name, size, token != "", r.status, status)
					}
					if status != http.StatusOK {
						if token == "" && r.code() != rootline.CodeNotFound {
							t.Errorf("%s: %s: a guest is told %s", when, name, r.code())
						}
						continue
					}
					if wanted := map[bool]string{true: guestPictures, false: memberPictures}[token == ""]; r.header.Get("Cache-Control") != wanted {
						t.Errorf("%s: %s", when, r.header.Get("Cache-Control"))
					}
				}
			}
			if r := w.get(path, ""); r.status != http.StatusUnauthorized {
				t.Errorf("%s: a guest gets the file of %s: %d", when, name, r.status)
			}
		}
		var a presentation.AssetView
		w.get(w.fill("/api/v1/assets/TREE"), "").into(t, &a)
		if released != (a.ReleasedPhoto == rootline.HashOf(shown)) || !a.Photo.IsZero() {
			t.Errorf("%s: released %s, photo %s", when, a.ReleasedPhoto, a.Photo)
		}
		page := string(w.get(w.fill("/8004/TREE"), "").body)
		if strings.Contains(page, paths["shown"]+"/picture?size=large") != released || strings.Contains(page, "<img class=\"photo\"") != released {
			t.Errorf("%s: the public page shows it: %v", when, !released)
		}
	}
	evidence := func(b []byte, kind string) rootline.Evidence {
		return rootline.Evidence{SHA256: rootline.HashOf(b), Type: kind, Size: int64(len(b))}
	}
	event := func(action, data string, files ...rootline.Evidence) *rootline.Event {
		return &rootline.Event{Asset: w.tree, Action: action, Rulebook: releasing, At: rootline.InstantOf(time.Now()), Data: json.RawMessage(data), Evidence: files}
	}
	// Acts of other names release nothing.
	w.Do(w.planter, event("tend", `{"work":"water"}`, evidence(shown, "image/png"), evidence(other, "image/png"), evidence(report, "application/pdf")))
	check("before", false)
	publish := event("display", "", evidence(report, "application/pdf"), evidence(shown, "image/png"))
	publish.Data = nil
	// Whoever does not answer for the tree releases nothing of it.
	foreign := event("display", "", evidence(shown, "image/png"))
	foreign.Data = nil
	w.Do(w.manager, foreign)
	check("by another organisation", false)
	w.Do(w.planter, publish)
	check("released", true)
	correct := event("correct", `{"reason":"there is a face in it"}`)
	correct.Corrects = publish.ID
	w.Do(w.planter, correct)
	check("corrected", false)
	again := event("display", "", evidence(shown, "image/png"))
	again.Data = nil
	w.Do(w.planter, again)
	check("released again", true)
}
