package readmodel

import (
	"testing"

	"github.com/rootline/rootline"
)

// Points are found at once among those that match; a hundred thousand are what a map of a large section shows.
func BenchmarkPoints(b *testing.B) {
	const n = 100_000
	s := open(b)
	records := make([]rootline.Record, n)
	for i := range records {
		a := planted(i)
		a.Place, a.Position = "forest/9/140", &rootline.Position{Point: rootline.Point{Lat: 38_900_000 + int64(i/400)*20, Lon: 115_900_000 + int64(i%400)*25}}
		records[i] = a
	}
	put(b, s, records...)
	for b.Loop() {
		p, err := view(b, s).Points(AssetFilter{Place: "forest"})
		if err != nil || len(p.IDs) != n || len(p.Looks) != 1 || p.More {
			b.Fatal(err, len(p.IDs))
		}
	}
}
