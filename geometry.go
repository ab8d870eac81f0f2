package rootline

import "math"

// Rules about positions must give the same answer on every peer, phone and verifier, so this file calculates in
// integers: centimetres on a plane that touches the earth at the point asked about. That is right to better than
// 0.5 % over the extent of a building site.

// millimetresPerMicroDegree is the length of a micro-degree of a meridian: 111.19 mm on a sphere of 6,371 km.
const millimetresPerMicroDegree = 111

// maxExtent is how far, in centimetres, geometry is calculated; everything farther is simply far. 1,000 km.
const maxExtent = 100_000_000

// cosines holds 10000·cos of the whole degrees 0…90. No value lies near a rounding boundary, so that every
// platform computes the same table.
var cosines = func() (t [91]int64) {
	for d := range t {
		t[d] = int64(math.Round(math.Cos(float64(d)*math.Pi/180) * 10000))
	}
	return t
}()

// offset is a vector on the plane, in centimetres.
type offset struct{ east, north int64 }

// offsetFrom returns where b lies as seen from a, and false when that is farther than maxExtent.
func offsetFrom(a, b Point) (offset, bool) {
	lat := max(a.Lat, -a.Lat)
	d, rest := lat/1_000_000, lat%1_000_000
	cos := cosines[d]
	if d < 90 {
		cos += (cosines[d+1] - cosines[d]) * rest / 1_000_000
	}
	o := offset{
		east:  (b.Lon - a.Lon) * millimetresPerMicroDegree / 10 * cos / 10000,
		north: (b.Lat - a.Lat) * millimetresPerMicroDegree / 10,
	}
	return o, max(o.east, -o.east) < maxExtent && max(o.north, -o.north) < maxExtent
}

func (o offset) length() int64 { return isqrt(o.east*o.east + o.north*o.north) }

// Distance returns the metres between two points, rounded up. Beyond 1,000 km it answers 1,000 km.
func Distance(a, b Point) int64 {
	o, near := offsetFrom(a, b)
	if !near {
		return maxExtent / 100
	}
	return (o.length() + 99) / 100
}

// Contains reports whether the outline holds at, or comes within slack metres of it. A position that may be inside
// counts as inside: only what is certainly outside is refused.
func (p *Place) Contains(at Point, slack int64) bool {
	if len(p.Outline) < 3 {
		return false
	}
	inside := false
	a, near := offsetFrom(at, p.Outline[len(p.Outline)-1])
	if !near {
		return false
	}
	for _, corner := range p.Outline {
		b, near := offsetFrom(at, corner)
		if !near {
			return false
		}
		if originToSegment(a, b) <= slack*100 {
			return true
		}
		// A ray to the east crosses the edge when the edge spans the ray's latitude and the crossing lies east.
		if (a.north > 0) != (b.north > 0) {
			cross := a.east*(b.north-a.north) - a.north*(b.east-a.east)
			if (cross > 0) == (b.north > a.north) {
				inside = !inside
			}
		}
		a = b
	}
	return inside
}

// originToSegment is the distance in centimetres of the origin from the segment a–b.
func originToSegment(a, b offset) int64 {
	d := offset{b.east - a.east, b.north - a.north}
	length := d.east*d.east + d.north*d.north
	along := -(a.east*d.east + a.north*d.north)
	switch {
	case length == 0 || along <= 0:
		return a.length()
	case along >= length:
		return b.length()
	}
	cross := a.east*d.north - a.north*d.east
	return max(cross, -cross) / isqrt(length)
}

// isqrt is the whole square root, by Newton's method.
func isqrt(n int64) int64 {
	if n < 2 {
		return n
	}
	x := n
	for y := (x + 1) / 2; y < x; y = (x + n/x) / 2 {
		x = y
	}
	return x
}
