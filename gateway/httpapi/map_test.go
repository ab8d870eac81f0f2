package httpapi

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/budget"
	"github.com/rootline/rootline/gateway/export"
	"github.com/rootline/rootline/gateway/tiles"
	"github.com/rootline/rootline/judge/judgetest"
)

// The columns of a map hold what has a position, and nothing else, as web/src/desk/map/points.ts reads them.
func TestTheMapHoldsWhatHasAPosition(t *testing.T) {
	w := newWorks(t)
	token := w.signIn(w.manager)
	code := judgetest.Code(judgetest.Contractor)
	e := w.newTree(code)
	at := rootline.Point{Lat: 38_912_345, Lon: -115_912_345}
	e.Place = &rootline.Position{Point: at}
	w.Do(w.nursery, e)
	w.await()
	for _, c := range []struct {
		query string
		n     int
	}{{"", 1}, {"?kind=tree", 1}, {"?kind=tree-lot", 0}, {"?place=elsewhere", 0}, {"?located=no", 1}} {
		r := w.get("/api/v1/map"+c.query, token)
		if r.status != 200 || r.header.Get("Content-Type") != PointsType {
			t.Fatalf("%s: %d %s %.200s", c.query, r.status, r.header.Get("Content-Type"), r.body)
		}
		size := binary.LittleEndian.Uint32(r.body)
		var head PointsHeader
		if err := json.Unmarshal(r.body[4:4+size], &head); err != nil {
			t.Fatal(err)
		}
		rest := r.body[4+size:]
		if head.N != c.n || size%4 != 0 || len(rest) != c.n*(10+head.Width) {
			t.Fatalf("%s: %d points of width %d in %d bytes, want %d points", c.query, head.N, head.Width, len(rest), c.n)
		}
		if c.n == 0 {
			continue
		}
		look := head.Looks[binary.LittleEndian.Uint16(rest[8:])]
		lat, lon := int32(binary.LittleEndian.Uint32(rest)), int32(binary.LittleEndian.Uint32(rest[4:]))
		if int64(lat) != at.Lat || int64(lon) != at.Lon || look.State != "selected" || look.StateTitle.Zh != "已选苗" || strings.TrimRight(string(rest[10:]), " ") != code {
			t.Errorf("%s: %d %d %v %s", c.query, lat, lon, look, rest[10:])
		}
	}
	for _, bad := range []string{"changedFrom=yesterday", "text=pine"} {
		if r := w.get("/api/v1/map?"+bad, token); r.status != 400 {
			t.Errorf("%s: %d", bad, r.status)
		}
	}
}

// Places leave as GeoJSON that other programs read, and that the desk's import reads again.
func TestPlacesAsGeoJSON(t *testing.T) {
	w := newWorks(t)
	token := w.signIn(w.manager)
	ring := []rootline.Point{{Lat: 0, Lon: 0}, {Lat: 1_000_000, Lon: 0}, {Lat: 1_000_000, Lon: 2_000_000}} // with the clock
	w.Do(w.manager, judgetest.Act(rootline.ActPlace, rootline.Place{ID: "road", Kind: "project", Title: rootline.Text{En: "Road", Zh: "道路"}, Plan: map[string]int64{"lamp": 4}}))
	w.Do(w.manager, judgetest.Act(rootline.ActPlace, rootline.Place{
		ID: "road/1", Kind: "section", Parent: "road", Title: rootline.Text{En: "One", Zh: "一"}, Outline: ring,
		Line: ring[:2], Chainage: &rootline.Chainage{From: 65_000_000, To: 65_240_500, Side: "left"},
	}))
	w.Do(w.manager, judgetest.Act(rootline.ActPlace, rootline.Place{ID: "road/2", Kind: "section", Parent: "road", Title: rootline.Text{En: "Two", Zh: "二"}, Outline: ring}))
	w.await()
	r := w.get("/api/v1/places.geojson?within=road", token)
	if r.status != 200 || r.header.Get("Content-Type") != export.GeoJSONType {
		t.Fatalf("%d %s %.200s", r.status, r.header.Get("Content-Type"), r.body)
	}
	const polygon = `{"type":"Polygon","coordinates":[[[2,1],[0,1],[0,0],[2,1]]]}`
	const want = `{"type":"FeatureCollection","features":[` +
		`{"type":"Feature","id":"road","geometry":null,"properties":{"id":"road","kind":"project","title_en":"Road","title_zh":"道路","plan":{"lamp":4}}},` +
		`{"type":"Feature","id":"road/1","geometry":{"type":"GeometryCollection","geometries":[` + polygon + `,{"type":"LineString","coordinates":[[0,0],[0,1]]}]},` +
		`"properties":{"id":"road/1","kind":"section","parent":"road","title_en":"One","title_zh":"一","from":65000,"to":65240.5,"side":"left"}},` +
		`{"type":"Feature","id":"road/2","geometry":` + polygon + `,"properties":{"id":"road/2","kind":"section","parent":"road","title_en":"Two","title_zh":"二"}}]}`
	if string(r.body) != want {
		t.Errorf("%s", r.body)
	}
	if r := w.get("/api/v1/places.geojson?within=nowhere", token); string(r.body) != `{"type":"FeatureCollection","features":[]}` {
		t.Errorf("%s", r.body)
	}
	// What is long weighs: a device that has its share in work already waits with it, and with nothing else.
	release, err := w.server.work.Take(budget.Who{Name: w.manager.Kid(), Member: true}, workLimits.Member-pointsWeight/16)
	if err != nil {
		t.Fatal(err)
	}
	for path, status := range map[string]int{
		"/api/v1/places.geojson": 429, "/api/v1/map": 429, "/api/v1/exports/assets": 429, "/api/v1/exports/events?format=xlsx": 429,
		"/api/v1/exports/places": 429, "/api/v1/exports/devices": 429, "/api/v1/progress": 429, "/api/v1/places": 200,
	} {
		if r := w.get(path, token); r.status != status {
			t.Errorf("%s: %d, want %d", path, r.status, status)
		}
	}
	release()
	if r := w.get("/api/v1/map", token); r.status != 200 {
		t.Errorf("map: %d", r.status)
	}
}

func TestTiles(t *testing.T) {
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		t.Fatal(err)
	}
	ground := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Cookie") != "" || r.Header.Get("Authorization") != "" {
			t.Error("the server of tiles learns who asks")
		}
		switch r.URL.Path {
		case "/3/6/2":
			_, _ = w.Write(picture.Bytes())
		case "/3/6/3":
			w.WriteHeader(http.StatusInternalServerError)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	defer ground.Close()

	w := newWorks(t)
	token := w.signIn(w.planter)
	var offer TilesView
	if w.get("/api/v1/tiles", token).into(t, &offer); offer.Offered {
		t.Errorf("offered without a server: %+v", offer)
	}
	var err error
	if w.server.Tiles, err = tiles.New(ground.URL+"/{z}/{x}/{y}", "© somebody"); err != nil {
		t.Fatal(err)
	}
	if w.get("/api/v1/tiles", token).into(t, &offer); !offer.Offered || offer.Attribution != "© somebody" {
		t.Errorf("offered: %+v", offer)
	}
	for path, want := range map[string]int{
		"3/6/2": http.StatusOK, "3/6/3": http.StatusServiceUnavailable, "3/6/4": http.StatusNotFound, "3/9/0": http.StatusNotFound, "3/6/x": http.StatusBadRequest,
	} {
		r := w.get("/api/v1/tiles/"+path, token)
		if r.status != want {
			t.Errorf("%s: %d %s", path, r.status, r.body)
		}
		if want == http.StatusOK && (r.header.Get("Content-Type") != "image/png" || r.header.Get("Cache-Control") != tileCache || !bytes.Equal(r.body, picture.Bytes())) {
			t.Errorf("%s: %v", path, r.header)
		}
	}
}
