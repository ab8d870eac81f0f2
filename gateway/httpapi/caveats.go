package httpapi

import (
	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
)

// caveat says of a record what of it this gateway did not find out by itself: the quarantined transaction that something newer of
// it goes back to, and the transaction that it rests on and that was not recomputed; empty when there is none.
func (v *reply) caveat(space rootline.Space, id string) (unjudged string, on *presentation.NotRecomputed, err error) {
	by, resting, err := v.caveats(space, id)
	if n, ok := resting[id]; ok {
		on = &n
	}
	return by[id], on, err
}

// caveats does so for several records, by their ids; those of which there is nothing to say are left out.
func (v *reply) caveats(space rootline.Space, ids ...string) (unjudged map[string]string, on map[string]presentation.NotRecomputed, err error) {
	if unjudged, err = v.UnjudgedOf(space, ids...); err != nil {
		return nil, nil, err
	}
	resting, err := v.RestingOf(space, ids...)
	for id, n := range resting {
		if on == nil {
			on = map[string]presentation.NotRecomputed{}
		}
		on[id] = *presentation.NotRecomputedOf(n)
	}
	return unjudged, on, err
}
