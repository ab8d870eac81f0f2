package httpapi

import (
	"encoding/binary"
	"encoding/json"
	"strings"
	"testing"

	"github.com/rootline/rootline"
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
	if r := w.get("/api/v1/map?changedFrom=yesterday", token); r.status != 400 {
		t.Errorf("a bad filter: %d", r.status)
	}
}
