package readmodel

import (
	"slices"
	"strings"
	"testing"
)

func TestTitlesAreSortedByHowMuchTheirNumbersAre(t *testing.T) {
	want := []string{"block 048", "Block 49", "K9+900", "K10+000", "K10+000 left", "K65+320", "Plot 9", "Plot 9/2", "Plot 9/14", "Plot 10", "标段 2", "标段 12"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, func(a, b string) int { return strings.Compare(sortKey(a), sortKey(b)) })
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if long := strings.Repeat("9", 400); len(sortKey(long)) > 420 {
		t.Errorf("a key of %d bytes", len(sortKey(long)))
	}
}
