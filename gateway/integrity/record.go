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

// record compares the asset's record with the one that the peers endorse.
func (k *checking) record() error {
	a := &k.shown.Asset
	if a.Asleep {
		return nil
	}
	value, err := wire.Encode(&a.Asset)
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
	if !k.ownRecord(value, own) {
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
		case k.elsewhere(answer):
			k.report.Silent = append(k.report.Silent, org) // at another block
		default:
			k.differs("asset", &a.Asset, ref, answer, Fault{By: org})
		}
	}
	k.same("list", k.shown.Row, readmodel.RowOf(&a.Asset), Fault{})
	return nil
}

// ownRecord compares with the own peer, and reports whether both stand at the same event.
func (k *checking) ownRecord(value []byte, own *block.Answer) bool {
	a := &k.shown.Asset
	if bytes.Equal(own.Value, value) {
		return true
	}
	if own.Written != nil && own.Written.Block > k.shown.Cursor.Block {
		_ = k.config.Shown.Reached(k.ctx, own.Written.Block) // then what is shown is looked at again
		k.report.Unchecked = UncheckedBehind
		return false
	}
	if n := len(k.shown.Events); n > 0 && own.Written != nil && k.elsewhere(own) && k.shown.Events[n-1].Place != placeOf(own.Written) {
		k.report.Unchecked = UncheckedPeer // it was set back to an earlier event
		return false
	}
	k.differs("asset", &a.Asset, a.Ref(), own, Fault{})
	return true
}

func placeOf(w *block.Written) readmodel.Place {
	return readmodel.Place{Block: w.Block, Position: w.Position}
}

// elsewhere reports whether a peer stands at another event of the item than is shown, in blocks not read here or in the
// history that is.
func (k *checking) elsewhere(answer *block.Answer) bool {
	if answer.Written == nil {
		return len(answer.Value) == 0
	}
	if answer.Written.Block > k.shown.Cursor.Block {
		return true
	}
	r, err := wire.Decode(k.shown.Asset.Ref(), answer.Value)
	known, ok := r.(*rootline.Asset)
	return err == nil && ok && slices.ContainsFunc(k.shown.Events, func(e readmodel.ShownEvent) bool {
		return known.Seq < k.shown.Asset.Seq && e.Seq == known.Seq && e.Head == known.Head
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
