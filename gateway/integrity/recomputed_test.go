package integrity

import (
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/budget"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/judge/judgetest"
)

// A record is not called intact when it, or anything that its page names, rests on a transaction of which only a peer says
// whether it took effect; not from memory of the check before, either.
func TestWhatWasNotRecomputedIsNotCalledIntact(t *testing.T) {
	l := newLife(t)
	r := l.check()
	if r.NotRecomputed != nil || !r.Intact() {
		t.Fatalf("%+v", r)
	}
	store := l.open()
	shown, err := readmodel.Read(t.Context(), store, func(v *readmodel.View) (*readmodel.Shown, error) { return v.Shown(l.code) })
	if err != nil {
		t.Fatal(err)
	}
	device := shown.Newest.Events[0].Device
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	back := l.saved()
	for name, c := range map[string]struct {
		ref   rootline.Ref
		rests bool
	}{
		"its record":           {rootline.Ref{Space: rootline.SpaceAsset, ID: l.code}, true},
		"who signed":           {rootline.Ref{Space: rootline.SpaceDevice, ID: device}, true},
		"the rules":            {rootline.Ref{Space: rootline.SpaceRulebook, ID: "forestation@1"}, true},
		"who holds it":         {rootline.Ref{Space: rootline.SpaceOrganisation, ID: judgetest.Contractor}, true},
		"another item":         {rootline.Ref{Space: rootline.SpaceAsset, ID: judgetest.Code(judgetest.Contractor)}, false},
		"another organisation": {rootline.Ref{Space: rootline.SpaceOrganisation, ID: judgetest.Regulator}, false},
	} {
		t.Run(name, func(t *testing.T) {
			back()
			store := l.open()
			defer store.Close()
			checker := New(Config{Shown: store, Ledger: l, Own: judgetest.Owner, LateAfter: 24 * time.Hour})
			check := func() *Report {
				r, err := checker.Check(t.Context(), budget.Who{}, l.code)
				if err != nil || r.Unchecked != "" || len(r.Faults) > 0 {
					t.Fatal(r, err)
				}
				return r
			}
			check()
			if err := store.Write(t.Context(), func(tx *readmodel.Tx) error {
				tx.PutNotRecomputed(readmodel.NotRecomputed{Block: 3, Transaction: "word"}, wire.Key(c.ref))
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			clear(checker.kept) // as when a block more has come; parts are kept
			if r := check(); r.Intact() == c.rests || (r.NotRecomputed != nil) != c.rests || c.rests && *r.NotRecomputed != (readmodel.NotRecomputed{Block: 3, Transaction: "word"}) {
				t.Errorf("intact %v, %+v", r.Intact(), r.NotRecomputed)
			}
		})
	}
}
