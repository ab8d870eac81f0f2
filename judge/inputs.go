package judge

import (
	"slices"
	"strconv"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/rulebook"
)

// inputs checks what the event uses up and notes it as parents of the asset. Nothing is used twice or beyond what
// is left: the check and the write are of the same record in the same transaction.
func (a *act) inputs(action *rulebook.Action, kind *rulebook.Kind, after *rootline.Asset) ([]rulebook.InputFact, error) {
	if err := a.within(action.Asks.Inputs, len(a.event.Inputs), "inputs"); err != nil {
		return nil, err
	}
	var facts []rulebook.InputFact
	for i, in := range a.event.Inputs {
		pointer := "/inputs/" + strconv.Itoa(i)
		asset, err := a.fitting(action.Asks.Inputs, in.Asset, pointer)
		if err != nil {
			return nil, err
		}
		if err := unfrozen(asset); err != nil {
			return nil, err.At(pointer)
		}
		switch q := asset.Quantity; {
		case slices.Contains(kind.Above(after), asset.ID):
			return nil, rootline.Refuse(rootline.CodeWrongInput, in.Asset, rootline.Text{En: "it lies above", Zh: "为其上级"}).At(pointer)
		case asset.List != nil:
			return nil, rootline.Refuse(rootline.CodeWrongInput, in.Asset, rootline.Text{En: "a listed lot", Zh: "清单批次"}).At(pointer)
		case asset.UsedBy != "":
			return nil, rootline.Refuse(rootline.CodeUsedUp, in.Asset, asset.UsedBy).At(pointer)
		case q != nil && in.Amount > q.Left:
			return nil, rootline.Refuse(rootline.CodeNotEnough, in.Asset, q.Left, in.Amount).At(pointer)
		case q == nil && in.Amount != 1:
			return nil, rootline.Refuse(rootline.CodeNotEnough, in.Asset, 1, in.Amount).At(pointer)
		}
		facts = append(facts, rulebook.InputFact{Asset: asset, Amount: in.Amount})
		possible, err := a.mixed(action, asset)
		if err != nil {
			return nil, err
		}
		if possible {
			if a.possible == nil {
				a.possible = map[string]bool{}
			}
			a.possible[in.Asset] = true
		}
		after.Parents = addParent(after.Parents, rootline.Parent{Asset: in.Asset, Amount: in.Amount, Possible: possible})
	}
	if len(after.Parents) > rootline.MaxParents {
		return nil, rootline.Refuse(rootline.CodeTooManyParents, after.ID, rootline.MaxParents).At("/inputs")
	}
	return facts, nil
}

// mixed reports whether it is only possible that what is drawn from an asset went in: it lay where things mix.
func (a *act) mixed(action *rulebook.Action, asset *rootline.Asset) (bool, error) {
	if action.Asks.Inputs.Mixes {
		return true, nil
	}
	kind, err := a.kindOf(asset)
	return kind != nil && kind.Mixes, err
}

// refs checks what the event looks at without using it up.
func (a *act) refs(action *rulebook.Action) ([]*rootline.Asset, error) {
	if err := a.within(action.Asks.Refs, len(a.event.Refs), "refs"); err != nil {
		return nil, err
	}
	var assets []*rootline.Asset
	for i, id := range a.event.Refs {
		asset, err := a.fitting(action.Asks.Refs, id, "/refs/"+strconv.Itoa(i))
		if err != nil {
			return nil, err
		}
		assets = append(assets, asset)
	}
	return assets, nil
}

// within checks how many inputs or references were given.
func (a *act) within(ask *rulebook.InputAsk, n int, name string) error {
	switch {
	case ask == nil && n > 0, ask != nil && n > ask.Max:
		return rootline.Refuse(rootline.CodeNotAsked, a.event.Action, name).At("/" + name)
	case ask != nil && n < ask.Min:
		return rootline.Refuse(rootline.CodeMissing, a.event.Action, name).At("/" + name)
	}
	return nil
}

// fitting returns the named asset if it is of a kind and in a state that the action takes.
func (a *act) fitting(ask *rulebook.InputAsk, id, pointer string) (*rootline.Asset, error) {
	asset, err := a.getAsset(id)
	if err != nil {
		return nil, err
	}
	if asset == nil {
		return nil, rootline.Refuse(rootline.CodeUnknownInput, id).At(pointer)
	}
	k := ask.Of(asset)
	switch {
	case k == nil:
		return nil, rootline.Refuse(rootline.CodeWrongInput, id, kindName(asset)).At(pointer)
	case !slices.Contains(k.States, asset.State):
		return nil, rootline.Refuse(rootline.CodeWrongInput, id, asset.State).At(pointer)
	}
	read, err := a.readAs(k, asset)
	if refused := rootline.AsError(err); refused != nil {
		return nil, refused.At(pointer)
	}
	return read, err
}

// useInputs takes what was used from the inputs. The event becomes part of their history too.
func (a *act) useInputs(by *rootline.Asset, inputs []rulebook.InputFact) error {
	for _, in := range inputs {
		asset, err := a.getAsset(in.Asset.ID) // as it is, with what the rules may not read of it
		if err != nil {
			return err
		}
		used := cloneAsset(asset)
		if used.Quantity != nil {
			used.Quantity.Left -= in.Amount
		} else {
			used.UsedBy = by.ID
		}
		a.concern(used, LinkInput, in.Amount)
	}
	return nil
}

// addParent notes an input. What went in for certain once is certain, whatever came after.
func addParent(parents []rootline.Parent, in rootline.Parent) []rootline.Parent {
	for i := range parents {
		if parents[i].Asset == in.Asset {
			parents[i].Amount += in.Amount
			parents[i].Possible = parents[i].Possible && in.Possible
			return parents
		}
	}
	return append(parents, in)
}
