package judge

import (
	"strings"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/rulebook"
)

// tag binds a blank code of a roll to the asset, in place of a damaged one where the action says so.
func (a *act) tag(action *rulebook.Action, asset *rootline.Asset) error {
	if action.Asks.Tag == "" {
		return nil
	}
	if err := a.blank(); err != nil {
		return err
	}
	if action.Asks.Tag == rulebook.ReplaceTag {
		if err := a.replaced(asset); err != nil {
			return err
		}
	}
	a.view.put(&rootline.Tag{Code: a.event.Tag, Asset: asset.ID, Roll: a.sub.Inclusion.List})
	return nil
}

// blank refuses a code that is not a blank one from a roll of the signer's organisation.
func (a *act) blank() error {
	code, in := a.event.Tag, a.sub.Inclusion
	bound, err := a.getTag(code)
	if err != nil {
		return err
	}
	if bound != nil {
		return rootline.Refuse(rootline.CodeTagBound, code, bound.Asset).At("/tag")
	}
	if asset, err := a.getAsset(code); err != nil {
		return err
	} else if asset != nil {
		return rootline.Refuse(rootline.CodeTagBound, code, code).At("/tag")
	}
	if in == nil {
		return rootline.Refuse(rootline.CodeUnknownTag, code, a.device.Organisation).At("/tag")
	}
	roll, err := a.getTag(in.List)
	if err != nil {
		return err
	}
	if roll == nil || roll.List == nil {
		return rootline.Refuse(rootline.CodeUnknownTag, code, a.device.Organisation).At("/tag")
	}
	if roll.Organisation != a.device.Organisation {
		return rootline.Refuse(rootline.CodeWrongOrg, roll.Organisation, a.device.Organisation).At("/tag")
	}
	// Anybody may list the codes of others: they stay blank for those whose they are.
	if !strings.HasPrefix(code, a.org.Prefix) {
		return rootline.Refuse(rootline.CodeForeignPrefix, code, a.org.Prefix).At("/tag")
	}
	if !in.Proves(code, roll.List) {
		return rootline.Refuse(rootline.CodeNotOnList, code, in.List).At("/tag")
	}
	return nil
}

// replaced retires the old code, which still leads to the asset. The asset's own code is replaced without a record:
// it is the asset's name and stays so.
func (a *act) replaced(asset *rootline.Asset) error {
	code := a.event.Replaces
	if code == asset.ID {
		return nil
	}
	old, err := a.getTag(code)
	if err != nil {
		return err
	}
	if old == nil || old.Asset != asset.ID || old.ReplacedBy != "" {
		return rootline.Refuse(rootline.CodeUnknownTag, code, asset.ID).At("/replaces")
	}
	retired := *old
	retired.ReplacedBy = a.event.Tag
	a.view.put(&retired)
	return nil
}
