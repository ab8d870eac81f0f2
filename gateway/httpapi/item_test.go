package httpapi

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/judge/judgetest"
)

func TestItemPage(t *testing.T) {
	w := newWorks(t)
	const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	for _, c := range []struct {
		name, path string
		header     []string
		status     int
		kind, says string
	}{
		{"a browser", "/8004/TREE", []string{"Accept", browser}, 200, "text/html", "Selected at the nursery"},
		{"a Chinese browser", "/8004/TREE", []string{"Accept", browser, "Accept-Language", "zh-CN,zh;q=0.9"}, 200, "text/html", "已选苗"},
		{"asked for Chinese", "/8004/TREE?lang=zh", []string{"Accept-Language", "en"}, 200, "text/html", "已选苗"},
		{"a program", "/8004/TREE", []string{"Accept", "application/json"}, 200, "application/json", `"state":"selected"`},
		{"a program that may take HTML", "/8004/TREE", []string{"Accept", "text/html;q=0.5, application/json"}, 200, "application/json", `"state":"selected"`},
		{"its check", "/8004/TREE/check", []string{"Accept", browser}, 200, "text/html", "Is this record intact?"},
		{"its check in Chinese", "/8004/TREE/check?lang=zh", nil, 200, "text/html", "这份记录完整吗？"},
		{"the check of nothing", "/8004/95200020000000000000/check", []string{"Accept", browser}, 404, "text/html", "9520 0020 0000 0000 0000"},
		{"the check of no code", "/8004/%3Cscript%3E/check", []string{"Accept", browser}, 404, "text/html", "&lt;script&gt;"},
		{"unknown", "/8004/95200020000000000000", []string{"Accept", browser}, 404, "text/html", "9520 0020 0000 0000 0000"},
		{"unknown to a program", "/8004/95200020000000000000", []string{"Accept", "application/json"}, 404, "application/problem+json", "not-found"},
		{"no code", "/8004/%3Cscript%3E", []string{"Accept", browser}, 404, "text/html", "&lt;script&gt;"},
		{"nothing here", "/enrol-me", []string{"Accept", browser}, 404, "text/html", ""},
		{"an invitation", "/enrol", []string{"Accept", browser}, 404, "text/html", "rootline enrol"},
		{"the field app, not built", "/field/queue", []string{"Accept", browser}, 404, "text/html", "make web"},
		{"nothing here for a program", "/enrol-me", nil, 404, "application/problem+json", "not-found"},
		{"the start page", "/", nil, 200, "text/html", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := w.get(w.fill(c.path), "", c.header...)
			if r.status != c.status || !strings.HasPrefix(r.header.Get("Content-Type"), c.kind) || !bytes.Contains(r.body, []byte(c.says)) {
				t.Errorf("%d %s: %.2000s", r.status, r.header.Get("Content-Type"), r.body)
			}
			if bytes.Contains(r.body, []byte("<script>")) && c.path != "/" {
				t.Error("the page holds a script")
			}
		})
	}
	if r := w.ask(http.MethodHead, w.fill("/8004/TREE"), "", nil); r.status != http.StatusOK || len(r.body) != 0 {
		t.Errorf("HEAD: %d, %d bytes", r.status, len(r.body))
	}
}

// A link with more after its code leads to the code; what is no exact code is offered there, not taken.
func TestLinksWithQualifiers(t *testing.T) {
	w := newWorks(t)
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for path, want := range map[string]string{
		"/8004/TREE/":                  "/8004/TREE",
		"/8004/TREE/7040/1ABC?lang=zh": "/8004/TREE?lang=zh",
		"/8004/tree/21/7":              "/8004/tree",
		"/8004/%2F%2Fevil.example/x":   "",
		"/8004//TREE":                  "",
	} {
		r, err := client.Get(w.http.URL + w.fill(path))
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		if at := r.Header.Get("Location"); at != w.fill(want) || (r.StatusCode == http.StatusFound) != (want != "") {
			t.Errorf("%s: %d, leads to %q", path, r.StatusCode, at)
		}
	}
	mistyped := strings.NewReplacer("0", "O", "1", "L").Replace(w.tree)
	for _, given := range []string{strings.ToLower(w.tree), "8004" + w.tree, mistyped, "(8004)" + w.tree} {
		r := w.get("/8004/"+given, "", "Accept", "text/html")
		if r.status != http.StatusNotFound || !bytes.Contains(r.body, []byte(`href="/8004/`+w.tree)) {
			t.Errorf("%s: %d, the code is not offered: %.2000s", given, r.status, r.body)
		}
	}
}

func TestQRLeadsToThePage(t *testing.T) {
	w := newWorks(t)
	want := "HTTPS://WORKS.EXAMPLE/8004/" + w.tree
	r := w.get(w.fill("/api/v1/assets/TREE/qr.png?size=256"), "")
	img, err := png.Decode(bytes.NewReader(r.body))
	if err != nil {
		t.Fatal(err)
	}
	if img.Bounds().Dx() != 256 {
		t.Errorf("%v wide", img.Bounds())
	}
	if got := decodeQR(t, img); got != want {
		t.Errorf("PNG: %q", got)
	}
	r = w.get(w.fill("/api/v1/assets/TREE/qr.svg"), "")
	if got := decodeQR(t, drawSVG(t, string(r.body))); got != want {
		t.Errorf("SVG: %q", got)
	}
	if !strings.Contains(string(r.body), "<title>"+rootline.GroupCode(w.tree)) || r.header.Get("Content-Type") != "image/svg+xml" {
		t.Errorf("%v %.300s", r.header, r.body)
	}
}

func decodeQR(t *testing.T, img image.Image) string {
	t.Helper()
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	result, err := qrcode.NewQRCodeReader().Decode(bitmap, nil)
	if err != nil {
		t.Fatal(err)
	}
	return result.GetText()
}

// drawSVG paints the runs of the drawing's path, each module as four pixels by four.
func drawSVG(t *testing.T, svg string) image.Image {
	t.Helper()
	box := regexp.MustCompile(`viewBox="0 0 (\d+) \d+"`).FindStringSubmatch(svg)
	if box == nil {
		t.Fatalf("no view box: %.200s", svg)
	}
	n, _ := strconv.Atoi(box[1])
	img := image.NewGray(image.Rect(0, 0, 4*n, 4*n))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	for _, run := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-\d+z`).FindAllStringSubmatch(svg, -1) {
		x, _ := strconv.Atoi(run[1])
		y, _ := strconv.Atoi(run[2])
		width, _ := strconv.Atoi(run[3])
		for dx := range 4 * width {
			for dy := range 4 {
				img.Set(4*x+dx, 4*y+dy, color.Black)
			}
		}
	}
	return img
}

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
			recall := &rootline.Recall{ID: rootline.NewEventID("somebody"), Asset: other.ID, Organisation: judgetest.Owner, Reason: "looked at", Opened: 1000}
			records = append(records, &other, recall)
			a.Parents = append(a.Parents, rootline.Parent{Asset: other.ID})
			a.Frozen = append(a.Frozen, rootline.Freeze{Recall: recall.ID})
			refs = append(refs, other.ID)
		}
		e := &rootline.Event{
			ID: rootline.NewEventID("somebody"), Asset: a.ID, Kind: "tree", Action: "select", Rulebook: book, At: 1000, Refs: refs,
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

func (w *works) check() (c AssetCheck) {
	w.t.Helper()
	r := w.get(w.fill("/api/v1/assets/TREE/check"), "")
	if r.status != http.StatusOK {
		w.t.Fatalf("%d %s", r.status, r.body)
	}
	r.into(w.t, &c)
	return c
}

func TestAssetCheck(t *testing.T) {
	w := newWorks(t)
	c := w.check()
	if c.Verdict != verdictIntact || c.Events != 1 || c.Signatures != 1 || c.Devices != 1 || c.Organisations != 1 || c.Chain.Blocks != w.height() || c.Head.IsZero() {
		t.Errorf("%+v", c)
	}
	if r := w.get("/api/v1/assets/95200020000000000000/check", ""); r.status != http.StatusNotFound {
		t.Errorf("unknown: %d", r.status)
	}
}

// A record that somebody with the gateway's disk changed does not pass.
func TestAssetCheckNoticesChanges(t *testing.T) {
	const ofTree = ` WHERE ordinal = (SELECT max(event) FROM event_subjects WHERE asset = 'TREE')`
	for _, c := range []struct{ name, change, kind string }{
		{"signed bytes of another event", `UPDATE events SET jws = (SELECT jws FROM events WHERE ordinal = 2)` + ofTree, "hash"},
		{"a signature", `UPDATE events SET jws = substr(jws, 1, length(jws) - 43) || 'AAAAAAAAAA' || substr(jws, -33)` + ofTree, "signature"},
		{"no signature at all", `UPDATE events SET jws = 'x'` + ofTree, "unreadable"},
		{"another device", `UPDATE events SET device = (SELECT device FROM events WHERE ordinal = 1)` + ofTree, "device"},
		{"an event taken away", `DELETE FROM event_subjects WHERE asset = 'TREE'`, "head"},
		{"a link", `UPDATE event_subjects SET head = zeroblob(32) WHERE asset = 'TREE'`, "link"},
		{"a number", `UPDATE event_subjects SET seq = 2 WHERE asset = 'TREE'`, "sequence"},
		{"a block's content", `UPDATE blocks SET data_hash = zeroblob(32) WHERE number = 3`, "block-hash"},
		{"a block's hash", `UPDATE blocks SET hash = zeroblob(32) WHERE number = 3`, "block-hash"},
		{"a block taken away", `PRAGMA foreign_keys = OFF; DELETE FROM blocks WHERE number = 0`, "previous-hash"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorks(t)
			db, err := sql.Open("sqlite", filepath.Join(w.dir, "readmodel.db"))
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if _, err := db.Exec(w.fill(c.change)); err != nil {
				t.Fatal(err)
			}
			got := w.check()
			found := got.Chain.Broken != nil && got.Chain.Broken.Kind == c.kind
			for _, f := range got.Faults {
				found = found || f.Kind == c.kind
			}
			if got.Verdict != verdictBroken || !found {
				t.Errorf("%+v", got)
			}
		})
	}
}
