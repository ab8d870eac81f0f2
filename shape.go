package rootline

import (
	"slices"

	"github.com/rootline/rootline/limits"
)

// ShapeFault is why a place cannot have a shape. The pages' shapeFault says the same of the same shapes: both are held to
// testdata/shapes.json.
type ShapeFault string

// What a shape is refused for.
const (
	// ShapeLong: more than MaxOutline points.
	ShapeLong ShapeFault = "too-many-points"
	// ShapeShort: an outline with fewer than three different corners, a line with fewer than two different points.
	ShapeShort ShapeFault = "too-few-points"
	// ShapeOff: a point that is not Valid.
	ShapeOff ShapeFault = "off-the-earth"
	// ShapeWide: an outline that extends farther than positions are compared, which would hold no point at all. One across the
	// meridian of 180° is such an outline, since its corners lie on both ends of the count.
	ShapeWide ShapeFault = "too-wide"
	// ShapeCrossing: an outline that meets itself. SelfCrossing says where.
	ShapeCrossing ShapeFault = "self-crossing"
)

// FaultOfOutline is what is wrong with a closed ring of corners, or "". No corners are no outline, and nothing is wrong.
func FaultOfOutline(outline []Point) ShapeFault {
	if fault := faultOfPoints(outline, 3); fault != "" || len(outline) == 0 {
		return fault
	}
	if tooWide(outline) {
		return ShapeWide
	}
	if _, crosses := SelfCrossing(outline); crosses {
		return ShapeCrossing
	}
	return ""
}

// FaultOfLine is what is wrong with a line of points, or "". It may be of any length and cross itself, as ramps do.
func FaultOfLine(line []Point) ShapeFault { return faultOfPoints(line, 2) }

// faultOfPoints is what is wrong with points of which least different ones are needed.
func faultOfPoints(points []Point, least int) ShapeFault {
	switch {
	case len(points) == 0:
		return ""
	case len(points) > limits.Outline:
		return ShapeLong
	case slices.ContainsFunc(points, func(p Point) bool { return !p.Valid() }):
		return ShapeOff
	}
	var different []Point
	for _, p := range points {
		if !slices.Contains(different, p) {
			if different = append(different, p); len(different) == least {
				return ""
			}
		}
	}
	return ShapeShort
}

// tooWide reports whether the rectangle of latitudes and longitudes about the corners extends farther than maxExtent.
func tooWide(corners []Point) bool {
	low, high := corners[0], corners[0]
	for _, p := range corners {
		low = Point{min(low.Lat, p.Lat), min(low.Lon, p.Lon)}
		high = Point{max(high.Lat, p.Lat), max(high.Lon, p.Lon)}
	}
	// A degree of longitude is longest where the rectangle comes nearest to the equator.
	widest := max(low.Lat, min(high.Lat, 0))
	_, near := offsetFrom(Point{widest, low.Lon}, Point{widest, high.Lon})
	_, tall := offsetFrom(low, Point{high.Lat, low.Lon})
	return !near || !tall
}
