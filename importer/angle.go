package importer

import (
	"math/big"
	"regexp"
	"strings"

	"github.com/rootline/rootline"
)

// Axis is what a coordinate counts: degrees of latitude or of longitude.
type Axis struct {
	most     int64
	positive *regexp.Regexp
	negative *regexp.Regexp
}

// The axes of a position. What stands before or after the degrees names the half of the earth.
var (
	Latitude  = Axis{90_000_000, regexp.MustCompile(`^(?:[Nn]|北纬)|[Nn]$`), regexp.MustCompile(`^(?:[Ss]|南纬)|[Ss]$`)}
	Longitude = Axis{180_000_000, regexp.MustCompile(`^(?:[Ee]|东经)|[Ee]$`), regexp.MustCompile(`^(?:[Ww]|西经)|[Ww]$`)}
)

// sexagesimal is degrees, minutes and perhaps seconds; decimals stand in the last of them alone.
var sexagesimal = regexp.MustCompile(`^([+-]?)([0-9]{1,3})(?: *[°º˚度d:] *| +)([0-9]{1,2})(?:[.,]([0-9]{1,12}))?(?: *['′’分:] *| +|$)(?:([0-9]{1,2})(?:[.,]([0-9]{1,12}))?(?: *(?:"|″|”|''|′′|’’|秒))?)?$`)

// Degrees reads one coordinate into micro-degrees, to the nearest, halves away from zero: decimal degrees, or degrees with
// minutes and seconds (52°31'12", 52 31.2, 52:31:12), with a sign or a half of the earth (N, 北纬), not both. ok is false for
// what is none, or lies off the earth. The arithmetic is exact. The pages read the same: testdata/angles.json.
func Degrees(s string, axis Axis) (micro int64, ok bool) {
	s = strings.TrimSpace(narrow(s))
	sign := int64(1)
	named := false
	for half, of := range map[int64]*regexp.Regexp{1: axis.positive, -1: axis.negative} {
		if at := of.FindStringIndex(s); at != nil {
			s, sign, named = strings.TrimSpace(s[:at[0]]+s[at[1]:]), half, true
			break
		}
	}
	if named && strings.ContainsAny(s, "+-") {
		return 0, false
	}
	if p := sexagesimal.FindStringSubmatch(s); p != nil {
		micro, ok = fromParts(p[1:])
	} else {
		micro, ok = MicroDegrees(strings.TrimRight(s, "°º˚度 "))
	}
	micro *= sign
	return micro, ok && micro >= -axis.most && micro <= axis.most
}

// fromParts adds sign, degrees, minutes, their decimals, seconds and their decimals.
func fromParts(p []string) (int64, bool) {
	number := func(whole, fraction string) *big.Rat {
		r, _ := new(big.Rat).SetString(whole + "." + fraction + "0")
		return r
	}
	minutes := number(p[2], p[3])
	all := number(p[1], "")
	sixty := big.NewRat(60, 1)
	if p[4] != "" {
		seconds := number(p[4], p[5])
		if p[3] != "" || seconds.Cmp(sixty) >= 0 {
			return 0, false
		}
		minutes.Add(minutes, seconds.Quo(seconds, sixty))
	}
	if minutes.Cmp(sixty) >= 0 {
		return 0, false
	}
	all.Add(all, minutes.Quo(minutes, sixty))
	if p[0] == "-" {
		all.Neg(all)
	}
	return toInteger(round(all.Mul(all, big.NewRat(1_000_000, 1))))
}

// narrow writes full-width characters as their usual ones, and the sign of mathematics as that of keyboards.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r == '\u3000' || r == '\u00a0' || r == '\u202f':
			return ' '
		case r == '−':
			return '-'
		}
		return r
	}, s)
}

// wkt is a point of well-known text, longitude first, perhaps with the number of its reference system.
var wkt = regexp.MustCompile(`(?i)^(?:SRID=(?:4326|4490);)?\s*POINT\s*(?:Z|M|ZM)?\s*\(\s*(\S+)\s+([^\s)]+)(?:\s+[^)]{1,80})?\)$`)

// ReadPoint reads a cell that holds a whole position: POINT(115.9 38.9), or two coordinates with a comma, a semicolon or a slash
// between, each with its half of the earth (38.9N, 115.9E). Without those nothing tells which comes first: ok is false.
func ReadPoint(s string) (at rootline.Point, ok bool) {
	s = strings.TrimSpace(narrow(s))
	if p := wkt.FindStringSubmatch(s); p != nil {
		lon, okLon := Degrees(p[1], Longitude)
		lat, okLat := Degrees(p[2], Latitude)
		return rootline.Point{Lat: lat, Lon: lon}, okLon && okLat
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == '/' || r == '，' || r == '、' })
	if len(parts) != 2 {
		return rootline.Point{}, false
	}
	for i, part := range parts {
		parts[i] = strings.TrimSpace(part)
	}
	names := func(s string, axis Axis) bool { return axis.positive.MatchString(s) || axis.negative.MatchString(s) }
	if names(parts[1], Latitude) && names(parts[0], Longitude) {
		parts[0], parts[1] = parts[1], parts[0]
	}
	if !names(parts[0], Latitude) || !names(parts[1], Longitude) {
		return rootline.Point{}, false
	}
	lat, okLat := Degrees(parts[0], Latitude)
	lon, okLon := Degrees(parts[1], Longitude)
	return rootline.Point{Lat: lat, Lon: lon}, okLat && okLon
}
