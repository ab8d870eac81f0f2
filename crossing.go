package rootline

import "math/big"

// Crossing is where an outline meets itself.
type Crossing struct {
	// First and Second are the corners, counted from 0, at which the two edges begin.
	First, Second int
	// At is where they meet, to the micro-degree.
	At Point
}

// SelfCrossing finds the first place at which an outline crosses or touches itself: edges that are not neighbours share no
// point, and neighbours only their corner. Corners that repeat the one before them make no edge. The corners must be Valid, so
// that no product leaves int64.
func SelfCrossing(outline []Point) (Crossing, bool) {
	type edge struct {
		from int
		a, b Point
	}
	var edges []edge
	for i, a := range outline {
		if b := outline[(i+1)%len(outline)]; a != b {
			edges = append(edges, edge{i, a, b})
		}
	}
	for i, e := range edges {
		for j := i + 1; j < len(edges); j++ {
			f := edges[j]
			after, before := j == i+1, i == 0 && j == len(edges)-1
			if after && folds(e.a, e.b, f.b) {
				return Crossing{e.from, f.from, e.b}, true
			}
			if before && folds(f.a, f.b, e.b) {
				return Crossing{e.from, f.from, e.a}, true
			}
			if after || before {
				continue
			}
			if meet(e.a, e.b, f.a, f.b) {
				return Crossing{e.from, f.from, meeting(e.a, e.b, f.a, f.b)}, true
			}
		}
	}
	return Crossing{}, false
}

// side is on which side of the line a–b the point c lies: positive to the left.
func side(a, b, c Point) int {
	cross := (b.Lon-a.Lon)*(c.Lat-a.Lat) - (b.Lat-a.Lat)*(c.Lon-a.Lon)
	switch {
	case cross > 0:
		return 1
	case cross < 0:
		return -1
	}
	return 0
}

// folds reports whether the edge b–c runs back along a–b.
func folds(a, b, c Point) bool {
	return side(a, b, c) == 0 && (b.Lon-a.Lon)*(c.Lon-b.Lon)+(b.Lat-a.Lat)*(c.Lat-b.Lat) < 0
}

// within reports whether c, on the line a–b, lies between the two.
func within(a, b, c Point) bool {
	return min(a.Lon, b.Lon) <= c.Lon && c.Lon <= max(a.Lon, b.Lon) && min(a.Lat, b.Lat) <= c.Lat && c.Lat <= max(a.Lat, b.Lat)
}

// meet reports whether two segments share a point.
func meet(a, b, c, d Point) bool {
	s, t, u, v := side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)
	return s != t && u != v && s*t <= 0 && u*v <= 0 ||
		s == 0 && within(a, b, c) || t == 0 && within(a, b, d) || u == 0 && within(c, d, a) || v == 0 && within(c, d, b)
}

// meeting is a point that two segments that meet share, rounded towards zero from the first one's beginning.
func meeting(a, b, c, d Point) Point {
	for _, end := range []struct{ from, to, p Point }{{a, b, c}, {a, b, d}, {c, d, a}, {c, d, b}} {
		if side(end.from, end.to, end.p) == 0 && within(end.from, end.to, end.p) {
			return end.p
		}
	}
	over := (c.Lon-a.Lon)*(d.Lat-c.Lat) - (c.Lat-a.Lat)*(d.Lon-c.Lon)
	under := (b.Lon-a.Lon)*(d.Lat-c.Lat) - (b.Lat-a.Lat)*(d.Lon-c.Lon)
	part := func(from, to int64) int64 {
		n := new(big.Int).Mul(big.NewInt(to-from), big.NewInt(over))
		return from + n.Quo(n, big.NewInt(under)).Int64()
	}
	return Point{part(a.Lat, b.Lat), part(a.Lon, b.Lon)}
}
