package integrity

import (
	"bytes"
	"slices"
	"sync"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/readmodel"
)

// said is what organisations' peers answered about one record, by their MSP ids; nil for who did not.
func (k *checking) said(ref rootline.Ref, organisations []string) map[string]*block.Answer {
	out := make(map[string]*block.Answer, len(organisations))
	var mu sync.Mutex
	var wait sync.WaitGroup
	for _, org := range organisations {
		wait.Go(func() {
			a, err := k.config.Ledger.Answer(k.ctx, ref, org)
			mu.Lock()
			defer mu.Unlock()
			if err == nil && a.Holds {
				out[org] = a
			} else {
				out[org] = nil
			}
		})
	}
	wait.Wait()
	return out
}

func (k *checking) members() []string {
	var all []string
	for _, o := range k.ledger.Organisations {
		all = append(all, o.MSPID)
	}
	return all
}

// record compares the asset's record, or that of the lot on whose list it sleeps, with the one that the peers endorse.
func (k *checking) record() error {
	a, prefix := &k.shown.Asset.Asset, "asset"
	if k.shown.Asset.Asleep {
		a, prefix = k.shown.Lot, "lot"
		if err := k.asleep(); err != nil || k.report.Unchecked != "" || a == nil {
			return err
		}
	}
	value, err := wire.Encode(a)
	if err != nil {
		return err
	}
	ref := a.Ref()
	answers := k.said(ref, k.members())
	own := answers[k.config.Own]
	if own == nil {
		k.report.Unchecked = UncheckedPeer
		return nil
	}
	k.report.Records++
	if !k.ownRecord(prefix, a, value, own) {
		return nil
	}
	for _, org := range k.members() {
		switch answer := answers[org]; {
		case org == k.config.Own && bytes.Equal(own.Value, value):
			k.report.Peers = append(k.report.Peers, org)
		case org == k.config.Own:
		case answer == nil:
			k.report.Silent = append(k.report.Silent, org)
		case bytes.Equal(answer.Value, value):
			k.report.Peers = append(k.report.Peers, org)
		case k.elsewhere(a, answer):
			k.report.Silent = append(k.report.Silent, org) // at another block
		default:
			k.differs(prefix, a, ref, answer, Fault{By: org})
		}
	}
	if !k.shown.Asset.Asleep {
		k.same("list", k.shown.Row, readmodel.RowOf(a), Fault{})
	}
	return nil
}

// asleep checks that an asset without events is on its lot's list, and has no record of its own. What is shown of it is
// made of its lot's record.
func (k *checking) asleep() error {
	a, lot, in := &k.shown.Asset, k.shown.Lot, k.shown.Inclusion
	if lot == nil || lot.List == nil || in == nil || in.List != lot.ID || lot.ID != a.Lot || !in.Proves(a.ID, lot.List) {
		k.fault(Fault{Field: "asset.lot"})
	}
	own := k.said(a.Ref(), []string{k.config.Own})[k.config.Own]
	switch {
	case own == nil:
		k.report.Unchecked = UncheckedPeer
	case len(own.Value) == 0:
		k.report.Records++
	case own.Written != nil && own.Written.Block > k.shown.Cursor.Block:
		_ = k.config.Shown.Reached(k.ctx, own.Written.Block)
		k.report.Unchecked = UncheckedBehind
	default:
		k.fault(Fault{Field: "asset.record"})
	}
	return nil
}

// ownRecord compares with the own peer, and reports whether both stand at the same event.
func (k *checking) ownRecord(prefix string, a *rootline.Asset, value []byte, own *block.Answer) bool {
	if bytes.Equal(own.Value, value) {
		return true
	}
	if own.Written != nil && own.Written.Block > k.shown.Cursor.Block {
		_ = k.config.Shown.Reached(k.ctx, own.Written.Block) // then what is shown is looked at again
		k.report.Unchecked = UncheckedBehind
		return false
	}
	if own.Written != nil && k.elsewhere(a, own) && !k.newestAt(own.Written) {
		k.report.Unchecked = UncheckedPeer // it was set back to an earlier event
		return false
	}
	k.differs(prefix, a, a.Ref(), own, Fault{})
	return true
}

// newestAt reports whether the newest event that is shown lies where a record was written.
func (k *checking) newestAt(w *block.Written) bool {
	n := len(k.part.Events)
	return n > 0 && k.part.Events[n-1].Place == placeOf(w)
}

func placeOf(w *block.Written) readmodel.Place {
	return readmodel.Place{Block: w.Block, Position: w.Position}
}

// elsewhere reports whether a peer stands at another event of the item than is shown, in blocks not read here or in the
// history that is. Of an earlier event than those of the part, or of a lot's, only the number is looked at: such a peer
// is not counted.
func (k *checking) elsewhere(a *rootline.Asset, answer *block.Answer) bool {
	if answer.Written == nil {
		return len(answer.Value) == 0
	}
	if answer.Written.Block > k.shown.Cursor.Block {
		return true
	}
	r, err := wire.Decode(a.Ref(), answer.Value)
	known, ok := r.(*rootline.Asset)
	if err != nil || !ok || known.Seq >= a.Seq {
		return false
	}
	return k.shown.Asset.Asleep || known.Seq <= k.part.Seq || slices.ContainsFunc(k.part.Events, func(e readmodel.ShownEvent) bool {
		return e.Seq == known.Seq && e.Head == known.Head
	})
}

// differs notes the fields in which a record differs from the one that a peer endorsed.
func (k *checking) differs(prefix string, shown rootline.Record, ref rootline.Ref, answer *block.Answer, at Fault) {
	is, err := wire.Decode(ref, answer.Value)
	if err != nil || is == nil {
		at.Field = prefix + ".record"
		k.fault(at)
		return
	}
	before := len(k.report.Faults)
	k.same(prefix, shown, is, at)
	if len(k.report.Faults) == before {
		at.Field = prefix + ".record"
		k.fault(at)
	}
}

// atOwnPeer compares another record that pages show with the own peer's.
func (k *checking) atOwnPeer(prefix string, r rootline.Record) (same bool, err error) {
	ref := r.Ref()
	if k.records[ref.String()] {
		return true, nil
	}
	k.records[ref.String()] = true
	value, err := wire.Encode(r)
	if err != nil {
		return false, err
	}
	own := k.said(ref, []string{k.config.Own})[k.config.Own]
	switch {
	case own == nil:
		k.report.Unchecked = UncheckedPeer
	case bytes.Equal(own.Value, value):
		k.report.Records++
		return true, nil
	case own.Written != nil && own.Written.Block > k.shown.Cursor.Block:
		k.report.Unchecked = UncheckedBehind
	default:
		k.differs(prefix, r, ref, own, Fault{})
	}
	return false, nil
}
