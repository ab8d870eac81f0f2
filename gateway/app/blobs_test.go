package app

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/evidence"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/readmodel"
)

// world is an outbox and a read model, as a naming asks them. asked is the order of the questions.
type world struct {
	peer        presentation.Peer
	rebuilding  *readmodel.Rebuild
	behind      error
	quarantined []readmodel.Quarantined
	waiting     map[rootline.Hash]bool
	recorded    map[rootline.Hash]bool
	asked       []string
}

func (w *world) Named(context.Context) (map[rootline.Hash]bool, error) {
	w.asked = append(w.asked, "outbox")
	return w.waiting, nil
}
func (w *world) Rebuilding() *readmodel.Rebuild                { return w.rebuilding }
func (w *world) Reached(_ context.Context, block uint64) error { return w.behind }
func (w *world) Quarantined(context.Context) ([]readmodel.Quarantined, error) {
	return w.quarantined, nil
}
func (w *world) FilesNamed(_ context.Context, files []rootline.Hash) ([]bool, error) {
	w.asked = append(w.asked, "read model")
	out := make([]bool, len(files))
	for i, h := range files {
		out[i] = w.recorded[h]
	}
	return out, nil
}

// Whether a file is named is told only where every event is in the outbox or in the read model; what leaves the first for
// the second meanwhile is not missed.
func TestNaming(t *testing.T) {
	a, b, c := rootline.HashOf([]byte("a")), rootline.HashOf([]byte("b")), rootline.HashOf([]byte("c"))
	files := []rootline.Hash{a, b, c}
	for name, harm := range map[string]func(*world){
		"":                      func(*world) {},
		"the peer is silent":    func(w *world) { w.peer = presentation.Peer{Known: 5} },
		"blocks are not read":   func(w *world) { w.peer.Stop = block.StopUnverified },
		"it is behind":          func(w *world) { w.behind = context.DeadlineExceeded },
		"it is built anew":      func(w *world) { w.rebuilding = &readmodel.Rebuild{} },
		"a transaction is dark": func(w *world) { w.quarantined = make([]readmodel.Quarantined, 1) },
	} {
		w := &world{peer: presentation.Peer{Height: 5, Known: 5}, waiting: map[rootline.Hash]bool{a: true}, recorded: map[rootline.Hash]bool{b: true}}
		harm(w)
		got, err := naming{func() presentation.Peer { return w.peer }, w, w}.of(t.Context(), files)
		if name != "" {
			if err == nil {
				t.Errorf("%s: it tells %v", name, got)
			}
			continue
		}
		if err != nil || !slices.Equal(got, []evidence.Naming{evidence.Waiting, evidence.Recorded, evidence.Unnamed}) {
			t.Error(got, err)
		}
		if !slices.Equal(w.asked, []string{"outbox", "read model"}) {
			t.Errorf("it asks %v", w.asked)
		}
	}
	if n := evidenceNotices(evidence.Standing{Damaged: 2, Near: []string{"all"}}); len(n) != 2 {
		t.Error(errors.New("an operator hears nothing"), n)
	}
}
