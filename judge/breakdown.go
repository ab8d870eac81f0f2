package judge

import (
	"maps"
	"slices"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/rulebook"
	"github.com/rootline/rootline/strictjson"
)

// kindOf returns the kind of an asset under the rulebook that it lives under.
func (a *act) kindOf(asset *rootline.Asset) (*rulebook.Kind, error) {
	book := a.rulebook
	if book == nil || book.Ref() != asset.Rulebook {
		var err error
		if book, err = a.book(asset.Rulebook); err != nil {
			return nil, err
		}
	}
	return book.Kind(asset.Kind), nil
}

// under returns the asset that the event's own lies under, where it is created there or the rules look at it.
func (a *act) under(action *rulebook.Action, kind *rulebook.Kind, asset *rootline.Asset) (*rootline.Asset, error) {
	u, id := kind.Under, a.event.Under
	if !action.Creates {
		if id != "" && id != asset.Under {
			return nil, rootline.Refuse(rootline.CodeWrongParent, asset.ID, id, asset.Under).At("/under")
		}
		if asset.Under == "" || !action.ReadsUnder() {
			return nil, nil
		}
		parent, err := a.getAsset(asset.Under)
		if err != nil || parent == nil {
			return nil, err
		}
		return a.readAbove(u, parent)
	}
	switch {
	case u == nil && id == "", u != nil && u.Optional && id == "":
		return nil, nil
	case u == nil:
		return nil, rootline.Refuse(rootline.CodeNotAsked, a.event.Action, "under").At("/under")
	case id == "":
		return nil, rootline.Refuse(rootline.CodeMissing, a.event.Action, "under").At("/under")
	}
	parent, err := a.openAbove(u, asset, id, "/under")
	if err != nil {
		return nil, err
	}
	return a.readAbove(u, parent)
}

// openAbove is the asset that one is to lie under, where it may and that one is open to it.
func (a *act) openAbove(u *rulebook.Under, asset *rootline.Asset, id, pointer string) (*rootline.Asset, error) {
	parent, err := a.getAsset(id)
	switch {
	case err != nil:
		return nil, err
	case parent == nil:
		return nil, rootline.Refuse(rootline.CodeUnknownAsset, id).At(pointer)
	case u.Of(parent) == nil:
		return nil, rootline.Refuse(rootline.CodeWrongParent, asset.ID, id, kindName(parent)).At(pointer)
	case !u.Open(parent.Rulebook, parent.Kind, parent.State):
		return nil, rootline.Refuse(rootline.CodeParentClosed, asset.ID, id, parent.State).At(pointer)
	}
	return parent, nil
}

// alsoUnder checks the second asset above, which a field keeps: it is given once and stays, and is neither the first nor
// used up by what lies under it.
func (a *act) alsoUnder(kind *rulebook.Kind, before, after *rootline.Asset, fields rootline.Fields) error {
	u := kind.AlsoUnder
	if u == nil {
		return nil
	}
	was, is := u.Above(before), fields[u.By].Str()
	switch {
	case was == is:
		return nil
	case was != "":
		return rootline.Refuse(rootline.CodeWrongParent, after.ID, is, already.Fill(was))
	case is == after.Under:
		return rootline.Refuse(rootline.CodeWrongParent, after.ID, is, already.Fill(is))
	case slices.ContainsFunc(after.Parents, func(p rootline.Parent) bool { return p.Asset == is }):
		return rootline.Refuse(rootline.CodeWrongParent, after.ID, is, rootline.Text{En: "it went into it", Zh: "已投入其中"})
	}
	_, err := a.openAbove(u, after, is, "")
	return err
}

// already is said of an asset that lies under one and stays there.
var already = rootline.Text{En: "it lies under %s already", Zh: "已归属于 %s"}

// above are what an asset lies under: none, one or two.
func (a *act) above(asset *rootline.Asset) ([]string, error) {
	kind, err := a.kindOf(asset)
	if err != nil || kind == nil {
		return nil, err
	}
	return kind.Above(asset), nil
}

// counted is an asset as it was or is, with the kind that says what it counts for. The asset is nil before it began.
type counted struct {
	kind  *rulebook.Kind
	asset *rootline.Asset
}

// adds are what it adds to the counts of an asset above.
func (c counted) adds(above string) rulebook.Addition {
	if c.asset == nil || c.kind == nil {
		return rulebook.Addition{}
	}
	for _, u := range c.kind.Breakdowns() {
		if u.Above(c.asset) == above {
			return u.Adds(c.asset)
		}
	}
	return rulebook.Addition{}
}

// recount brings the counts of the assets above up to date, in each breakdown for itself.
func (a *act) recount(was, is counted, forced bool) error {
	for _, u := range is.kind.Breakdowns() {
		if above := u.Above(is.asset); above != "" {
			if err := a.recountAt(u, above, is.asset, was.adds(above), forced); err != nil {
				return err
			}
		}
	}
	return nil
}

// recountAt brings the counts of one asset above up to date with what an asset under it added and adds now. It is written
// only when one of them changes, so that the work on many things under one does not meet there; and unless forced only
// while that one is open, so that what was accepted on the strength of its counts keeps them. When that one begins or ceases to have something under it that a
// recall holds, those above it count that, too, and so on up; and so it does where their own counts read those below them.
// Signatures that wait there were given for other counts, and are taken back.
func (a *act) recountAt(u *rulebook.Under, above string, asset *rootline.Asset, old rulebook.Addition, forced bool) error {
	now := u.Adds(asset)
	if old.Equal(now) {
		return nil
	}
	parent, err := a.getAsset(above)
	if err != nil {
		return err
	}
	if parent == nil {
		return rootline.Refuse(rootline.CodeUnknownAsset, above).At("/under")
	}
	if !forced && !u.Open(parent.Rulebook, parent.Kind, parent.State) {
		return rootline.Refuse(rootline.CodeParentClosed, asset.ID, above, parent.State)
	}
	before := parent
	parent = cloneAsset(before)
	parent.Pending = nil
	if parent.Children == nil {
		parent.Children = map[string]int64{}
	}
	book, _, _ := rootline.SplitRulebook(asset.Rulebook)
	for name := range old.Sums {
		parent.Children[rulebook.CountKey(parent.Rulebook, book, name)] -= old.Sums[name]
	}
	for name := range now.Sums {
		parent.Children[rulebook.CountKey(parent.Rulebook, book, name)] += now.Sums[name]
	}
	retally(parent, book, old.Numbers, now.Numbers)
	for _, name := range slices.Sorted(maps.Keys(parent.Children)) {
		n := parent.Children[name]
		if n > strictjson.MaxInteger || n < -strictjson.MaxInteger {
			return rootline.Refuse(rootline.CodeBadData, above+": "+name)
		}
		if n == 0 {
			delete(parent.Children, name)
		}
	}
	parent.Pending = nil // who signed has not seen these counts
	a.concern(parent, LinkChild, 0)
	held := rulebook.Holds(before) != rulebook.Holds(parent)
	if own, _, _ := rootline.SplitRulebook(parent.Rulebook); own != book && !held {
		return nil
	}
	kind, err := a.kindOf(parent)
	if err != nil || kind == nil {
		return err
	}
	return a.recount(counted{kind, before}, counted{kind, parent}, forced || held)
}

// retally brings the tallies of an asset up to date with the numbers that one under it had and has. Each is brought up to date for
// itself, so that their order does not matter.
func retally(parent *rootline.Asset, book string, old, now map[rulebook.Told]int64) {
	change := func(told rulebook.Told, by func(rootline.Tally) rootline.Tally) {
		key := rulebook.TallyKey(parent.Rulebook, book, told.Of, told.Name)
		t := by(parent.Tallies[key])
		if t.Empty() {
			delete(parent.Tallies, key)
			return
		}
		if parent.Tallies == nil {
			parent.Tallies = map[string]rootline.Tally{}
		}
		parent.Tallies[key] = t
	}
	for told, value := range now {
		switch was, had := old[told]; {
		case had && was == value:
		case told.Of == rulebook.Last:
			change(told, func(rootline.Tally) rootline.Tally {
				return rootline.Tally{Values: []rootline.Tallied{{Value: value, Count: 1}}}
			})
		default:
			change(told, func(t rootline.Tally) rootline.Tally { return t.With(value, told.Of == rulebook.Greatest) })
		}
	}
	for told, value := range old { // after what it has now, so that a tally of one stays known
		if is, still := now[told]; told.Of == rulebook.Last || still && is == value {
			continue
		}
		change(told, func(t rootline.Tally) rootline.Tally { return t.Without(value, told.Of == rulebook.Greatest) })
	}
}

// add fills up a counted lot.
func (a *act) add(asset *rootline.Asset) error {
	q := asset.Quantity
	if q == nil {
		return rootline.Refuse(rootline.CodeNotAsked, a.event.Action, "amount").At("/amount")
	}
	if q.Total > strictjson.MaxInteger-a.event.Amount {
		return rootline.Refuse(rootline.CodeBadData, "amount").At("/amount")
	}
	q.Total += a.event.Amount
	q.Left += a.event.Amount
	return nil
}

// claim gives the asset what it has for itself alone, or takes it back.
func (a *act) claim(action *rulebook.Action, asset *rootline.Asset, what string) error {
	if action.Frees && asset.Claim != "" {
		a.view.put(&rootline.Claim{ID: asset.Claim})
		asset.Claim = ""
	}
	if what == "" {
		return nil
	}
	id := a.rulebook.Name + "/" + asset.Kind + "/" + rootline.HashOf([]byte(what)).String()
	known, err := get[*rootline.Claim](a.view, rootline.Ref{Space: rootline.SpaceClaim, ID: id})
	if err != nil {
		return err
	}
	if known != nil && known.Asset != "" {
		return rootline.Refuse(rootline.CodeNotUnique, known.Asset)
	}
	a.view.put(&rootline.Claim{ID: id, Asset: asset.ID})
	asset.Claim = id
	return nil
}

// unfrozen refuses an asset that a recall holds.
func unfrozen(asset *rootline.Asset) *rootline.Error {
	if len(asset.Frozen) == 0 {
		return nil
	}
	return rootline.Refuse(rootline.CodeFrozen, asset.ID, asset.Frozen[0].Recall)
}

// sawPending reports whether a signer saw the asset at some point of what is pending, for what is pending: the signers
// of one action sign in any order, perhaps without a network.
func sawPending(asset *rootline.Asset, e *rootline.Event) bool {
	p := asset.Pending
	if p == nil || p.Action != e.Action {
		return false
	}
	return e.Prev == p.Base || slices.ContainsFunc(p.Signatures, func(s rootline.Signature) bool { return s.Head == e.Prev })
}

// sign takes a signature of an action of several signers. It waits, until the last one completes it: then the action
// is done as by one. The rules were asked, as they are at every signature.
func (a *act) sign(action *rulebook.Action, after *rootline.Asset, data rootline.Fields) (waits bool, err error) {
	agreed, err := rootline.AgreedHash(action.Name, data, a.event.Refs)
	if err != nil {
		return false, err
	}
	p := &rootline.Pending{Action: action.Name, Agreed: agreed, Base: after.Head}
	if old := after.Pending; old != nil && old.Action == action.Name {
		*p = *old
		p.Signatures = slices.Clone(old.Signatures)
	}
	if p.Agreed != agreed {
		return false, rootline.Refuse(rootline.CodeSignersDisagree).At("/data")
	}
	for _, s := range p.Signatures {
		if s.Organisation == a.device.Organisation || s.Role == a.device.Role {
			return false, rootline.Refuse(rootline.CodeAlreadySigned, s.Organisation, s.Role)
		}
	}
	p.Signatures = append(p.Signatures, rootline.Signature{
		Role: a.device.Role, Organisation: a.device.Organisation, Device: a.device.Kid, Event: a.event.ID,
	})
	after.Pending = p
	if len(p.Signatures) == len(action.Signers) {
		after.Pending = nil
		return false, nil
	}
	a.out.State = after.State
	a.concern(after, LinkAsset, 0)
	p.Signatures[len(p.Signatures)-1].Head = after.Head
	a.accept(after.ID, after.Seq)
	return true, nil
}
