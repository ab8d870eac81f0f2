package judge

import (
	"slices"
	"strconv"

	"github.com/rootline/rootline"
)

// recallRelease lets assets go, each by somebody of another organisation than the ones that made it and answer for it.
func (a *act) recallRelease() error {
	d, err := body[rootline.RecallReleaseData](a.event)
	if err != nil {
		return err
	}
	r, err := a.openRecall(d.Recall)
	if err != nil {
		return err
	}
	if err := a.recallPower(r, powerRelease); err != nil {
		return err
	}
	if err := a.reasoned(d.Reason); err != nil {
		return err
	}
	if err := a.someAssets(len(d.Assets), "/data/assets"); err != nil {
		return err
	}
	for i, id := range d.Assets {
		asset, err := a.getAsset(id)
		if err != nil {
			return err
		}
		if refused := a.mayRelease(asset, id, r); refused != nil {
			return refused.At("/data/assets/" + strconv.Itoa(i))
		}
		after := cloneAsset(asset)
		held := heldBy(after, r.ID)
		after.Frozen = slices.Delete(after.Frozen, held, held+1)
		if len(after.Frozen) == 0 {
			after.Frozen = nil
		}
		if after.Released = append(after.Released, r.ID); len(after.Released) > rootline.MaxFreezes {
			after.Released = after.Released[1:]
		}
		r.Frozen--
		if err := a.refrozen(asset, after); err != nil {
			return err
		}
	}
	a.recalled(r)
	return nil
}

// mayRelease refuses what the recall does not hold, and what the signer's organisation has an interest in: whoever made a
// thing or answers for it gains when it is let go.
func (a *act) mayRelease(asset *rootline.Asset, id string, r *rootline.Recall) *rootline.Error {
	own := a.device.Organisation
	switch {
	case asset == nil || heldBy(asset, r.ID) < 0:
		return rootline.Refuse(rootline.CodeNotFrozen, id, r.ID)
	case asset.Maker == own || asset.Custodian == own:
		return rootline.Refuse(rootline.CodeOwnRelease, own, id)
	}
	return nil
}

func (a *act) recallClose() error {
	d, err := body[rootline.RecallCloseData](a.event)
	if err != nil {
		return err
	}
	r, err := a.openRecall(d.Recall)
	if err != nil {
		return err
	}
	if err := a.recallPower(r, powerRecall); err != nil {
		return err
	}
	if err := a.reasoned(d.Reason); err != nil {
		return err
	}
	if r.Frozen > 0 {
		return rootline.Refuse(rootline.CodeStillFrozen, r.ID, r.Frozen)
	}
	r.Closed, r.Outcome = a.witnessed, d.Reason
	a.recalled(r)
	return nil
}
