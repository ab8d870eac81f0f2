package importer

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/rootline/rootline"
)

func TestCoordinates(t *testing.T) {
	text, err := os.ReadFile("../testdata/angles.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases map[string][][]any
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	for name, axis := range map[string]Axis{"lat": Latitude, "lon": Longitude} {
		for _, c := range cases[name] {
			got, ok := Degrees(c[0].(string), axis)
			want, is := c[1].(float64)
			if ok != is || ok && got != int64(want) {
				t.Errorf("%s %q: %d, %v; want %v", name, c[0], got, ok, c[1])
			}
		}
	}
	for _, c := range cases["point"] {
		got, ok := ReadPoint(c[0].(string))
		lat, is := c[1].(float64)
		if ok != is || ok && got != (rootline.Point{Lat: int64(lat), Lon: int64(c[2].(float64))}) {
			t.Errorf("%q: %v, %v; want %v", c[0], got, ok, c[1:])
		}
	}
}
