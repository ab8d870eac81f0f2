package judge_test

import (
	"fmt"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge/judgetest"
)

// Of a sample of one in three only those that their codes take need the photo; the others may have one, too.
func TestASampleNeedsItsPhotos(t *testing.T) {
	w := newWorks(t)
	photo := rootline.Evidence{SHA256: rootline.HashOf([]byte("photo")), Type: "image/jpeg", Size: 1}
	of := map[bool]int{}
	for n := range 12 {
		code := judgetest.Prefixes[judgetest.Owner] + fmt.Sprintf("%013d", n)
		w.begin(w.manager, "division", "start", "", func(e *rootline.Event) { e.Asset = code })
		bare, with := act(code, "photograph", ""), act(code, "photograph", "")
		with.Evidence = []rootline.Evidence{photo}
		taken := rootline.Sampled(code, 3)
		of[taken]++
		if taken {
			w.refused(rootline.CodeMissing, w.Try(w.supervisor, bare))
		} else {
			w.Do(w.supervisor, bare)
		}
		w.Do(w.supervisor, with)
	}
	if of[true] == 0 || of[false] == 0 {
		t.Fatalf("the codes show one side only: %v", of)
	}
}
