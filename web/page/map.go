package page

import (
	"math"
	"strconv"
	"strings"

	"github.com/rootline/rootline"
)

// Map is where an item is, on the project's own outlines.
type Map struct {
	// Around is the outline of what its place lies in, Outline and Line are its place's own; each may be empty.
	Around, Outline, Line []rootline.Point
	// At is where an event last saw it.
	At *rootline.Position
}

// The size of the drawing, in its own units, and the room left around what is drawn.
const (
	mapWidth  = 320
	mapHeight = 200
	mapRoom   = 14
)

// sketch is a map as the template draws it: paths and a dot in the units of the drawing.
type sketch struct {
	Width, Height         int
	Around, Outline, Line string
	// Dot is set when there is a position; Radius is its accuracy, 0 where that is smaller than the dot.
	Dot          bool
	X, Y, Radius string
	// Bar is how long Length metres are.
	Bar    string
	Length string
}

// Sketch draws the map, or answers nil when there is nothing to draw.
func (v view) Sketch() *sketch {
	m := v.Item.Map
	if m == nil || len(m.Outline) == 0 && len(m.Line) == 0 && len(m.Around) == 0 {
		return nil // a dot alone says nothing that the numbers do not
	}
	frame := m.Outline
	if len(frame) == 0 {
		frame = m.Line
	}
	if len(frame) == 0 {
		frame = m.Around
	}
	if m.At != nil {
		frame = append(append([]rootline.Point{}, frame...), m.At.Point)
	}
	p := projectionOf(frame)
	s := &sketch{
		Width: mapWidth, Height: mapHeight,
		Around: p.path(m.Around, true), Outline: p.path(m.Outline, true), Line: p.path(m.Line, false),
	}
	if m.At != nil {
		x, y := p.at(m.At.Point)
		s.Dot, s.X, s.Y = true, units(x), units(y)
		if r := float64(m.At.Accuracy) * p.perMetre; r > 5 {
			s.Radius = units(math.Min(r, mapWidth))
		}
	}
	length := roundLength(mapWidth / 3 / p.perMetre)
	s.Bar = units(length * p.perMetre)
	s.Length = v.amount(int64(length), "m", 0)
	if length >= 1000 {
		s.Length = v.amount(int64(length/1000), "km", 0)
	}
	return s
}

// projection is the plane on which a small piece of the earth is drawn: as many units to a metre in each direction.
type projection struct {
	lat, lon, east, perMetre float64
}

const metresPerDegree = 111_320

// projectionOf makes points fill the drawing.
func projectionOf(points []rootline.Point) projection {
	south, north, west, east := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, p := range points {
		lat, lon := float64(p.Lat)/1e6, float64(p.Lon)/1e6
		south, north = math.Min(south, lat), math.Max(north, lat)
		west, east = math.Min(west, lon), math.Max(east, lon)
	}
	p := projection{lat: (south + north) / 2, lon: (west + east) / 2}
	p.east = metresPerDegree * math.Cos(p.lat*math.Pi/180)
	const least = 20 // metres: nearer than devices know where they are
	width, height := math.Max((east-west)*p.east, least), math.Max((north-south)*metresPerDegree, least)
	p.perMetre = math.Min((mapWidth-2*mapRoom)/width, (mapHeight-2*mapRoom)/height)
	return p
}

func (p projection) at(point rootline.Point) (x, y float64) {
	return mapWidth/2 + (float64(point.Lon)/1e6-p.lon)*p.east*p.perMetre,
		mapHeight/2 - (float64(point.Lat)/1e6-p.lat)*metresPerDegree*p.perMetre
}

// path draws a ring or a line.
func (p projection) path(points []rootline.Point, closed bool) string {
	var b strings.Builder
	for i, point := range points {
		x, y := p.at(point)
		b.WriteByte("ML"[min(i, 1)])
		b.WriteString(units(x) + " " + units(y))
	}
	if closed && len(points) > 0 {
		b.WriteByte('Z')
	}
	return b.String()
}

func units(f float64) string {
	const far = 1e6
	return strconv.FormatFloat(math.Round(math.Max(-far, math.Min(far, f))*10)/10, 'f', -1, 64)
}

// roundLength is the greatest of 1, 2, 5, 10, 20 … that is not longer.
func roundLength(metres float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(math.Max(metres, 1))))
	for _, n := range []float64{5, 2} {
		if n*power <= metres {
			return n * power
		}
	}
	return power
}
