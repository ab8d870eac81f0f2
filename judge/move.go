package judge

import (
	"maps"
	"slices"
	"strconv"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/rulebook"
)

// move takes assets over to the version of their rulebook that holds now. What was judged under the old version stays
// as it was judged; the next event is judged by the new one.
func (a *act) move() error {
	d, err := body[rootline.MoveData](a.event)
	if err != nil {
		return err
	}
	if err := a.reasoned(d.Reason); err != nil {
		return err
	}
	book, err := a.book(d.Rulebook)
	if err != nil {
		return err
	}
	current, err := get[*rootline.CurrentRulebook](a.view, rootline.Ref{Space: rootline.SpaceRulebook, ID: book.Name})
	if err != nil {
		return err
	}
	if current == nil || current.Version != book.Version {
		return rootline.Refuse(rootline.CodeWrongRulebook, currentName(current, book.Name), d.Rulebook).At("/data/rulebook")
	}
	if err := a.needPower(book, "move", book.Powers.Move); err != nil {
		return err
	}
	if err := a.someAssets(len(d.Assets), "/data/assets"); err != nil {
		return err
	}
	for i, id := range d.Assets {
		pointer := "/data/assets/" + strconv.Itoa(i)
		asset, err := a.getAsset(id)
		if err != nil {
			return err
		}
		if asset == nil {
			return rootline.Refuse(rootline.CodeUnknownAsset, id).At(pointer)
		}
		if err := a.moved(asset, book); err != nil {
			if refused := rootline.AsError(err); refused != nil {
				return refused.At(pointer)
			}
			return err
		}
	}
	a.accept(rootline.Ref{Space: rootline.SpaceRulebook, ID: d.Rulebook}.String(), 0)
	return nil
}

func (a *act) moved(asset *rootline.Asset, book *rulebook.Rulebook) error {
	name, version, _ := rootline.SplitRulebook(asset.Rulebook)
	if name != book.Name || version >= book.Version {
		return rootline.Refuse(rootline.CodeWrongRulebook, asset.Rulebook, book.Ref())
	}
	was, err := a.kindOf(asset)
	if err != nil {
		return err
	}
	is := book.Kind(asset.Kind)
	after, reason := mapped(asset, was, is)
	if !reason.IsZero() {
		return rootline.Refuse(rootline.CodeDoesNotMap, asset.ID, book.Ref(), reason)
	}
	after.Rulebook, after.Pending = book.Ref(), nil
	a.concern(after, LinkMove, 0)
	return a.recount(counted{was, asset}, counted{is, after}, false)
}

// mapped is the asset's record under another version of its kind; the reason says what has no place there.
func mapped(asset *rootline.Asset, was, is *rulebook.Kind) (after *rootline.Asset, reason rootline.Text) {
	after = cloneAsset(asset)
	switch {
	case was == nil || is == nil:
		return nil, rootline.Text{En: "kind %s", Zh: "类别 %s"}.Fill(asset.Kind)
	case was.Lot != is.Lot || was.Lists != is.Lists || was.Unit != is.Unit:
		return nil, rootline.Text{En: "lot, unit", Zh: "批次、单位"}
	}
	after.State = is.Moves.State(asset.State)
	if is.State(after.State) == nil {
		return nil, rootline.Text{En: "state %s", Zh: "状态 %s"}.Fill(after.State)
	}
	after.Fields = nil
	for _, name := range slices.Sorted(maps.Keys(asset.Fields)) {
		field := is.Field(is.Moves.Field(name))
		if field == nil || !field.TakesOver(was.Field(name)) || field.Check(asset.Fields[name]) != nil {
			return nil, rootline.Text{En: "field %s", Zh: "字段 %s"}.Fill(name)
		}
		if after.Fields == nil {
			after.Fields = rootline.Fields{}
		}
		after.Fields[field.Name] = asset.Fields[name]
	}
	if !slices.Equal(was.Above(asset), is.Above(after)) {
		return nil, rootline.Text{En: "what it lies under", Zh: "所属上级"}
	}
	return after, rootline.Text{}
}

// someAssets bounds how many assets one act of the registry is about.
func (a *act) someAssets(n int, pointer string) error {
	switch {
	case n == 0:
		return rootline.Refuse(rootline.CodeMissing, a.event.Action, "assets").At(pointer)
	case n > rootline.MaxDependants:
		return rootline.Refuse(rootline.CodeTooManyAssets, n, rootline.MaxDependants).At(pointer)
	}
	return nil
}
