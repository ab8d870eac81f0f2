package export

import (
	"bufio"
	"encoding/json"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/query"
	"github.com/rootline/rootline/gateway/readmodel"
)

// GeoJSONType is the media type of places as other programs of maps read them (RFC 7946).
const GeoJSONType = "application/geo+json"

// placeFeature is a place as a feature. Its properties are those that the desk's import reads, so that a file which was
// changed elsewhere can be read again.
type placeFeature struct {
	Type       string          `json:"type"`
	ID         string          `json:"id"`
	Geometry   any             `json:"geometry"` // null for a place without a shape, as the standard asks
	Properties placeProperties `json:"properties"`
}

// placeProperties are what a place says in words and numbers. From and To are metres along its line.
type placeProperties struct {
	ID      string           `json:"id"`
	Kind    string           `json:"kind"`
	Parent  string           `json:"parent,omitempty"`
	TitleEn string           `json:"title_en"`
	TitleZh string           `json:"title_zh"`
	From    *float64         `json:"from,omitempty"`
	To      *float64         `json:"to,omitempty"`
	Side    string           `json:"side,omitempty"`
	Plan    map[string]int64 `json:"plan,omitempty"`
}

// lonLat is a position in degrees, the longitude first.
type lonLat [2]float64

type (
	lineGeometry struct {
		Type        string   `json:"type"`
		Coordinates []lonLat `json:"coordinates"`
	}
	polygonGeometry struct {
		Type        string     `json:"type"`
		Coordinates [][]lonLat `json:"coordinates"`
	}
	bothGeometry struct {
		Type       string `json:"type"`
		Geometries []any  `json:"geometries"`
	}
)

// PlacesMapInput is what a map of places can be asked.
type PlacesMapInput struct{ query.PlacesFilter }

// PlacesMap gives all places that match as one GeoJSON file. Members choose how many there are, so it is written place by
// place.
func PlacesMap(v *presentation.Reply, in *PlacesMapInput) (*File, error) {
	return &File{Name: "places", Type: GeoJSONType, Extension: "geojson", write: func(w *bufio.Writer) error {
		before := `{"type":"FeatureCollection","features":[`
		err := pages(func(p readmodel.Page) (readmodel.List[rootline.Place], error) { return v.Places(in.Filter(), p) }, func(p *rootline.Place) error {
			b, err := json.Marshal(featureOf(p))
			if err == nil {
				_, err = w.WriteString(before)
				before = ","
			}
			if err == nil {
				_, err = w.Write(b)
			}
			return err
		})
		if err != nil {
			return err
		}
		if before == "," {
			before = ""
		}
		_, err = w.WriteString(before + "]}")
		return err
	}}, nil
}

func featureOf(p *rootline.Place) placeFeature {
	f := placeFeature{
		Type: "Feature", ID: p.ID, Geometry: geometryOf(p),
		Properties: placeProperties{ID: p.ID, Kind: p.Kind, Parent: p.Parent, TitleEn: p.Title.En, TitleZh: p.Title.Zh, Plan: p.Plan},
	}
	if c := p.Chainage; c != nil {
		from, to := float64(c.From)/1000, float64(c.To)/1000
		f.Properties.From, f.Properties.To, f.Properties.Side = &from, &to, c.Side
	}
	return f
}

// geometryOf gives nil for a place without a shape. Rings run against the clock and are closed, as RFC 7946 has it.
func geometryOf(p *rootline.Place) any {
	var shapes []any
	if ring := lonLats(p.Outline); len(ring) > 0 {
		if clockwise(p.Outline) {
			for i, j := 0, len(ring)-1; i < j; i, j = i+1, j-1 {
				ring[i], ring[j] = ring[j], ring[i]
			}
		}
		shapes = append(shapes, polygonGeometry{"Polygon", [][]lonLat{append(ring, ring[0])}})
	}
	if line := lonLats(p.Line); len(line) > 0 {
		shapes = append(shapes, lineGeometry{"LineString", line})
	}
	switch len(shapes) {
	case 0:
		return nil
	case 1:
		return shapes[0]
	}
	return bothGeometry{"GeometryCollection", shapes}
}

func lonLats(points []rootline.Point) []lonLat {
	out := make([]lonLat, len(points))
	for i, p := range points {
		out[i] = lonLat{float64(p.Lon) / 1e6, float64(p.Lat) / 1e6}
	}
	return out
}

// clockwise reports whether a ring runs with the clock, by the sign of its area. Differences to the first point keep the
// products within 64 bits.
func clockwise(ring []rootline.Point) bool {
	var twice int64
	for i := range ring {
		a, b := ring[i], ring[(i+1)%len(ring)]
		twice += (a.Lon-ring[0].Lon)*(b.Lat-ring[0].Lat) - (b.Lon-ring[0].Lon)*(a.Lat-ring[0].Lat)
	}
	return twice < 0
}
