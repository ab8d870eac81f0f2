package rootline

import "github.com/rootline/rootline/limits"

// Point is a position on WGS 84, in micro-degrees: 38912345 is 38.912345°.
type Point struct {
	Lat int64 `json:"lat"`
	Lon int64 `json:"lon"`
}

// Position is where a device says it was, with the radius in metres within which it is fairly sure.
type Position struct {
	Point
	Accuracy int64 `json:"accuracy,omitempty"`
}

// Limits of what a place may hold: it is read with every event that names it.
const (
	MaxOutline  = limits.Outline
	MaxAccuracy = limits.Accuracy
	// MaxWeeks is how many amounts Weeks has, of all kinds together: three years of one kind.
	MaxWeeks = limits.Weeks
)

// Valid reports whether the point lies on the earth.
func (p Point) Valid() bool {
	return p.Lat >= -90_000_000 && p.Lat <= 90_000_000 && p.Lon >= -180_000_000 && p.Lon <= 180_000_000
}

// Chainage is a stretch along a line of works, in millimetres from its origin: K65+320 is 65320000.
type Chainage struct {
	From int64 `json:"from"`
	To   int64 `json:"to"`
	// Side is "left", "right" or "" for the whole width, seen in the direction of growing chainage.
	Side string `json:"side,omitempty"`
}

// Place is a part of the works that things are planted, built or stored in. Places nest: project, section, plot.
type Place struct {
	ID     string `json:"id"`
	Kind   string `json:"kind"`
	Parent string `json:"parent,omitempty"`
	Title  Text   `json:"title"`
	// Organisation is the MSP id of whose managers may change the place and put others under it. That is who put it, until
	// it names a successor here. Left out in an event, it stays; on the ledger it is always there.
	Organisation string `json:"organisation,omitempty"`
	// Outline is a closed ring (the last point joins the first), for what has an area.
	Outline []Point `json:"outline,omitempty"`
	// Line is the axis of what has a chainage.
	Line     []Point   `json:"line,omitempty"`
	Chainage *Chainage `json:"chainage,omitempty"`
	// Plan is how many items are planned here, per kind.
	Plan map[string]int64 `json:"plan,omitempty"`
	// Weeks are how many of a kind are planned for each week: {"tree": {"2026-W12": 300}}. Weeks are those of ISO 8601.
	Weeks map[string]map[string]int64 `json:"weeks,omitempty"`
}

// Ref implements Record.
func (p *Place) Ref() Ref { return Ref{SpacePlace, p.ID} }
