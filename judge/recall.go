package judge

import (
	"slices"
	"strconv"

	"github.com/rootline/rootline"
)

func touchRecall(e *rootline.Event, writes func(rootline.Space, string)) {
	dependants := func(recall string, list []rootline.Dependant) {
		writes(rootline.SpaceRecall, recall)
		for _, d := range list {
			writes(rootline.SpaceAsset, d.Asset)
			writes(rootline.SpaceAsset, d.Via)
		}
	}
	switch e.Action {
	case rootline.ActRecall:
		if d, err := body[rootline.RecallData](e); err == nil {
			dependants(e.ID, d.Dependants)
			writes(rootline.SpaceAsset, d.Asset)
		}
	case rootline.ActRecallAdd:
		if d, err := body[rootline.RecallAddData](e); err == nil {
			dependants(d.Recall, d.Dependants)
		}
	case rootline.ActRecallAcknowledge:
		if d, err := body[rootline.RecallAcknowledgeData](e); err == nil {
			writes(rootline.SpaceRecall, d.Recall)
		}
	case rootline.ActRecallRelease:
		if d, err := body[rootline.RecallReleaseData](e); err == nil {
			writes(rootline.SpaceRecall, d.Recall)
			for _, id := range d.Assets {
				writes(rootline.SpaceAsset, id)
			}
		}
	case rootline.ActRecallClose:
		if d, err := body[rootline.RecallCloseData](e); err == nil {
			writes(rootline.SpaceRecall, d.Recall)
		}
	}
}

// recall opens the recall of an asset and freezes it with what it went into.
func (a *act) recall() error {
	d, err := body[rootline.RecallData](a.event)
	if err != nil {
		return err
	}
	if err := a.reasoned(d.Reason); err != nil {
		return err
	}
	asset, err := a.getAsset(d.Asset)
	switch {
	case err != nil:
		return err
	case asset == nil:
		return rootline.Refuse(rootline.CodeUnknownAsset, d.Asset).At("/data/asset")
	case d.Deadline <= a.witnessed:
		return rootline.Refuse(rootline.CodeBadDeadline).At("/data/deadline")
	}
	r := &rootline.Recall{
		ID: a.event.ID, Asset: d.Asset, Rulebook: asset.Rulebook, Reason: d.Reason,
		Organisation: a.device.Organisation, Opened: a.witnessed, Deadline: d.Deadline,
	}
	if err := a.recallPower(r, powerRecall); err != nil {
		return err
	}
	if err := a.freeze(r, asset, rootline.Freeze{Recall: r.ID}); err != nil {
		return err
	}
	return a.dependants(r, d.Dependants)
}

// recallAdd freezes what was found later. Anybody may: the ledger checks each step, and knowing more is no privilege.
func (a *act) recallAdd() error {
	d, err := body[rootline.RecallAddData](a.event)
	if err != nil {
		return err
	}
	r, err := a.openRecall(d.Recall)
	if err != nil {
		return err
	}
	if err := a.someAssets(len(d.Dependants), "/data/dependants"); err != nil {
		return err
	}
	return a.dependants(r, d.Dependants)
}

// dependants freezes assets, each through one that the recall holds already.
func (a *act) dependants(r *rootline.Recall, list []rootline.Dependant) error {
	if len(list) > rootline.MaxDependants {
		return rootline.Refuse(rootline.CodeTooManyAssets, len(list), rootline.MaxDependants).At("/data/dependants")
	}
	for i, d := range list {
		if err := a.dependant(r, d); err != nil {
			if refused := rootline.AsError(err); refused != nil {
				return refused.At("/data/dependants/" + strconv.Itoa(i))
			}
			return err
		}
	}
	a.recalled(r)
	return nil
}

func (a *act) dependant(r *rootline.Recall, d rootline.Dependant) error {
	asset, err := a.getAsset(d.Asset)
	if err != nil {
		return err
	}
	if asset == nil {
		return rootline.Refuse(rootline.CodeUnknownAsset, d.Asset)
	}
	via, err := a.getAsset(d.Via)
	if err != nil {
		return err
	}
	if via == nil {
		return rootline.Refuse(rootline.CodeUnknownAsset, d.Via)
	}
	held := heldBy(via, r.ID)
	above, err := a.above(via)
	if err != nil {
		return err
	}
	possible, depends := dependence(asset, via, above)
	// Deliveries share the fate of the test lot that they lie under. Only what is recalled itself leads down: a division
	// that is held for one of its elements says nothing of the others.
	if !depends && via.ID == r.Asset {
		above, err := a.above(asset)
		if err != nil {
			return err
		}
		depends = slices.Contains(above, via.ID)
	}
	if !depends && held >= 0 {
		if depends, err = a.leftMarkAt(asset, via.ID); err != nil {
			return err
		}
	}
	if held < 0 || !depends {
		return rootline.Refuse(rootline.CodeNotDependant, d.Asset, d.Via)
	}
	if slices.Contains(asset.Released, r.ID) { // anybody may find something, but not overrule a release
		if err := a.recallPower(r, powerRecall); err != nil {
			return err
		}
	}
	return a.freeze(r, asset, rootline.Freeze{Recall: r.ID, Via: d.Via, Possible: possible || via.Frozen[held].Possible})
}

// dependence says whether an asset depends on another in one step, and whether that is only possible: the other went
// into it, it came out of the other, or the other lies under it: above are what that lies under.
func dependence(asset, on *rootline.Asset, above []string) (possible, depends bool) {
	for _, p := range asset.Parents {
		if p.Asset == on.ID {
			return p.Possible, true
		}
	}
	return false, asset.Lot == on.ID || slices.Contains(above, asset.ID)
}

// freeze marks an asset. What was possible becomes certain when a certain way to it is found, never the reverse.
func (a *act) freeze(r *rootline.Recall, asset *rootline.Asset, mark rootline.Freeze) error {
	after := cloneAsset(asset)
	if i := heldBy(asset, r.ID); i >= 0 {
		if !asset.Frozen[i].Possible || mark.Possible {
			return nil
		}
		after.Frozen[i] = mark
		a.concern(after, LinkRecall, 0)
		return nil
	}
	if len(after.Frozen) >= rootline.MaxFreezes {
		return rootline.Refuse(rootline.CodeFrozen, asset.ID, asset.Frozen[0].Recall)
	}
	after.Frozen = append(after.Frozen, mark)
	after.Released = slices.DeleteFunc(after.Released, func(id string) bool { return id == r.ID })
	if len(after.Released) == 0 {
		after.Released = nil
	}
	r.Named++
	r.Frozen++
	i := slices.IndexFunc(r.Holders, func(h rootline.Holder) bool { return h.Organisation == asset.Custodian })
	if i < 0 {
		i = len(r.Holders)
		r.Holders = append(r.Holders, rootline.Holder{Organisation: asset.Custodian})
	}
	r.Holders[i].Assets++
	return a.refrozen(asset, after)
}

// refrozen writes an asset whose marks changed. Its counts above follow whatever the state there: a recall waits for
// nobody.
func (a *act) refrozen(before, after *rootline.Asset) error {
	a.concern(after, LinkRecall, 0)
	kind, err := a.kindOf(after)
	if err != nil || kind == nil {
		return err
	}
	return a.recount(counted{kind, before}, counted{kind, after}, true)
}

func heldBy(asset *rootline.Asset, recall string) int {
	return slices.IndexFunc(asset.Frozen, func(f rootline.Freeze) bool { return f.Recall == recall })
}

func (a *act) recallAcknowledge() error {
	d, err := body[rootline.RecallAcknowledgeData](a.event)
	if err != nil {
		return err
	}
	r, err := a.openRecall(d.Recall)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(r.Holders, func(h rootline.Holder) bool { return h.Organisation == a.device.Organisation })
	switch {
	case i < 0:
		return rootline.Refuse(rootline.CodeNotHolder, a.device.Organisation, r.ID)
	case r.Holders[i].Acknowledged != 0:
		return rootline.Refuse(rootline.CodeAlreadyAcknowledged, a.device.Organisation, r.ID)
	}
	r.Holders[i].Acknowledged, r.Holders[i].Device = a.witnessed, a.device.Kid
	a.recalled(r)
	return nil
}

// openRecall returns a copy of a recall that is not closed.
func (a *act) openRecall(id string) (*rootline.Recall, error) {
	known, err := get[*rootline.Recall](a.view, rootline.Ref{Space: rootline.SpaceRecall, ID: id})
	switch {
	case err != nil:
		return nil, err
	case known == nil:
		return nil, rootline.Refuse(rootline.CodeUnknownRecall, id).At("/data/recall")
	case known.Closed != 0:
		return nil, rootline.Refuse(rootline.CodeRecallClosed, id).At("/data/recall")
	}
	r := *known
	r.Holders = slices.Clone(known.Holders)
	return &r, nil
}

// The powers over recalls, as rulebooks call them.
const (
	powerRecall  = "recall"
	powerRelease = "release"
)

// recallPower checks the signer's role by the rulebook of what is recalled: for the power recall or release.
func (a *act) recallPower(r *rootline.Recall, power string) error {
	book, err := a.book(r.Rulebook)
	if err != nil {
		return err
	}
	if power == powerRelease {
		return a.needPower(book, power, book.Powers.Release)
	}
	return a.needPower(book, power, book.Powers.Recall)
}

func (a *act) recalled(r *rootline.Recall) {
	a.view.put(r)
	a.accept(r.Ref().String(), 0)
}
