package judge

import (
	"fmt"
	"maps"
	"slices"

	"github.com/rootline/rootline"
)

// overlay is the state as a batch sees it: the ledger with the writes of the events accepted so far over it, and
// those of the event being judged over that.
type overlay struct {
	base    State
	kept    map[rootline.Ref]rootline.Record
	pending map[rootline.Ref]rootline.Record
}

func newOverlay(base State) *overlay {
	return &overlay{base: base, kept: map[rootline.Ref]rootline.Record{}, pending: map[rootline.Ref]rootline.Record{}}
}

func (o *overlay) begin() { clear(o.pending) }
func (o *overlay) drop()  { clear(o.pending) }
func (o *overlay) keep()  { maps.Copy(o.kept, o.pending); clear(o.pending) }

func (o *overlay) put(r rootline.Record) { o.pending[r.Ref()] = r }

func (o *overlay) get(ref rootline.Ref) (rootline.Record, error) {
	if r, ok := o.pending[ref]; ok {
		return r, nil
	}
	if r, ok := o.kept[ref]; ok {
		return r, nil
	}
	return o.base.Get(ref)
}

// writes lists what is to be written, in the order of the references: the same on every peer.
func (o *overlay) writes() []rootline.Record {
	refs := slices.SortedFunc(maps.Keys(o.kept), rootline.Ref.Compare)
	out := make([]rootline.Record, len(refs))
	for i, ref := range refs {
		out[i] = o.kept[ref]
	}
	return out
}

// get returns the record under ref, or nil.
func get[T rootline.Record](o *overlay, ref rootline.Ref) (T, error) {
	var none T
	r, err := o.get(ref)
	if err != nil || r == nil {
		return none, err
	}
	t, ok := r.(T)
	if !ok {
		return none, fmt.Errorf("judge: %s holds a %T", ref, r)
	}
	return t, nil
}

func (a *act) getAsset(id string) (*rootline.Asset, error) {
	return get[*rootline.Asset](a.view, rootline.Ref{Space: rootline.SpaceAsset, ID: id})
}

func (a *act) getTag(code string) (*rootline.Tag, error) {
	return get[*rootline.Tag](a.view, rootline.Ref{Space: rootline.SpaceTag, ID: code})
}

func (a *act) getOrg(msp string) (*rootline.Organisation, error) {
	return get[*rootline.Organisation](a.view, rootline.Ref{Space: rootline.SpaceOrganisation, ID: msp})
}
