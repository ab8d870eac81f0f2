package judge

import (
	"strconv"
	"strings"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/rulebook"
)

// stock gives a new lot its quantity or its list.
func (a *act) stock(kind *rulebook.Kind, asset *rootline.Asset) {
	switch kind.Lot {
	case rulebook.Counted:
		asset.Quantity = &rootline.Quantity{Total: a.event.Amount, Left: a.event.Amount}
	case rulebook.Listed:
		list := *a.event.List
		asset.List = &list
	}
}

// wake is the first event of an item that until now was only a code on the list of its lot. The lot is read and never
// written, so that a thousand crews can wake items of one lot at once.
func (a *act) wake() (*rootline.Asset, error) {
	code, in := a.event.Asset, a.sub.Inclusion
	if in == nil {
		return nil, rootline.Refuse(rootline.CodeUnknownAsset, code).At("/asset")
	}
	lot, err := a.getAsset(in.List)
	if err != nil {
		return nil, err
	}
	if lot == nil || lot.List == nil {
		return nil, rootline.Refuse(rootline.CodeUnknownAsset, code).At("/asset")
	}
	if err := unfrozen(lot); err != nil {
		return nil, err.At("/asset")
	}
	if !in.Proves(code, lot.List) {
		return nil, rootline.Refuse(rootline.CodeNotOnList, code, in.List).At("/asset")
	}
	maker, err := a.getOrg(lot.Maker)
	if err != nil {
		return nil, err
	}
	if maker == nil || !strings.HasPrefix(code, maker.Prefix) {
		return nil, rootline.Refuse(rootline.CodeForeignPrefix, code, lot.Maker).At("/asset")
	}
	tag, err := a.getTag(code)
	if err != nil {
		return nil, err
	}
	if tag != nil {
		return nil, rootline.Refuse(rootline.CodeTagBound, code, tag.Asset).At("/asset")
	}
	return a.woken(code, lot)
}

// woken is the item with what it inherits from the lot.
func (a *act) woken(code string, lot *rootline.Asset) (*rootline.Asset, error) {
	book, err := a.book(lot.Rulebook)
	if err != nil {
		return nil, err
	}
	lotKind := book.Kind(lot.Kind)
	if lotKind == nil || lotKind.Lot != rulebook.Listed {
		return nil, rootline.Refuse(rootline.CodeUnknownAsset, code).At("/asset")
	}
	kind := book.Kind(lotKind.Lists)
	if kind == nil || kind.State(lot.State) == nil {
		return nil, rootline.Refuse(rootline.CodeWrongState, a.event.Action, lotKind.Lists, lot.State)
	}
	item := &rootline.Asset{
		ID: code, Kind: kind.Name, Rulebook: lot.Rulebook, State: lot.State,
		Maker: lot.Maker, Custodian: lot.Custodian, Place: lot.Place, Lot: lot.ID,
	}
	for name, v := range lot.Fields {
		if kind.Field(name) != nil {
			if item.Fields == nil {
				item.Fields = rootline.Fields{}
			}
			item.Fields[name] = v
		}
	}
	return item, nil
}

// divide retires a listed lot into listed lots. The ledger knows counts and roots, not codes; it holds the counts to
// add up, and a code wakes from the lot that really lists it.
func (a *act) divide(action *rulebook.Action, before *rootline.Asset) error {
	if !action.Asks.Into {
		return nil
	}
	if before.List == nil {
		return rootline.Refuse(rootline.CodeBadDivision, rootline.Text{En: "not a listed lot", Zh: "不是清单批次"}).At("/into")
	}
	var total int64
	for i, part := range a.event.Into {
		if err := a.ownFreeCode(part.Asset, "/into/"+strconv.Itoa(i)); err != nil {
			return err
		}
		total += part.List.Count
		lot := cloneAsset(before)
		lot.ID, lot.Lot, lot.Seq, lot.Head = part.Asset, before.ID, 0, rootline.Hash{}
		lot.Children, lot.Pending, lot.Claim = nil, nil, "" // what is about that one lot alone
		lot.List = &rootline.List{Count: part.List.Count, Root: part.List.Root}
		a.concern(lot, LinkPart, part.List.Count)
	}
	if total != before.List.Count {
		return rootline.Refuse(rootline.CodeBadDivision,
			strconv.FormatInt(total, 10)+" ≠ "+strconv.FormatInt(before.List.Count, 10)).At("/into")
	}
	return nil
}
