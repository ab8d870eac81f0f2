package judge

import (
	"maps"
	"slices"
	"strings"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/rulebook"
)

// asset judges an event about an asset by the rulebook that the asset lives under.
func (a *act) asset() error {
	err := a.byRulebook()
	if err == nil || a.rulebook == nil {
		return err
	}
	if a.out.Kind != "" {
		return ruled(err, a.rulebook.Ref()+"/"+a.out.Kind+"/"+a.event.Action)
	}
	return ruled(err, a.rulebook.Ref()+"/"+a.event.Action)
}

// ruled names the rules that a refusal stands on, unless it does so itself: whatever refuses, it says under which.
func ruled(err error, rule string) error {
	refused := rootline.AsError(err)
	if refused == nil || refused.Rule != "" {
		return err
	}
	named := *refused
	named.Rule = rule
	return &named
}

func (a *act) byRulebook() error {
	e := a.event
	if e.Asset == "" {
		return rootline.Refuse(rootline.CodeMissing, e.Action, "asset").At("/asset")
	}
	book, err := a.book(e.Rulebook)
	if err != nil {
		return err
	}
	a.rulebook = book
	before, kind, err := a.subject(book)
	if err != nil {
		return err
	}
	a.out.Kind = kind.Name
	action := kind.Action(e.Action)
	if action == nil {
		return rootline.Refuse(rootline.CodeUnknownAction, kind.Name, e.Action, book.Ref()).At("/action")
	}
	if err := a.mayAct(action, kind, before); err != nil {
		return err
	}
	data, err := a.asked(action, kind)
	if err != nil {
		return err
	}
	under, err := a.under(action, kind, before)
	if err != nil {
		return err
	}
	after := cloneAsset(before)
	inputs, err := a.inputs(action, kind, after)
	if err != nil {
		return err
	}
	refs, err := a.refs(action)
	if err != nil {
		return err
	}
	facts := rulebook.Facts{Inputs: inputs, Refs: refs, Under: under}
	if facts.Marked, err = a.marked(action, before, refs); err != nil {
		return err
	}
	effects, err := a.rules(action, before, data, &facts)
	if err != nil {
		return err
	}
	if err := a.alsoUnder(kind, before, after, effects.Fields); err != nil {
		return err
	}
	if len(action.Signers) > 0 {
		if waits, err := a.sign(action, after, data); waits || err != nil {
			return err
		}
	}
	if err := a.mark(action, &facts); err != nil {
		return err
	}
	return a.apply(action, kind, before, after, inputs, effects)
}

// subject finds the asset that the event is about: as it is on the ledger, as it wakes from its lot, or new.
func (a *act) subject(book *rulebook.Rulebook) (*rootline.Asset, *rulebook.Kind, error) {
	e := a.event
	asset, err := a.getAsset(e.Asset)
	if err != nil {
		return nil, nil, err
	}
	switch {
	case asset != nil && e.Kind != "":
		return nil, nil, rootline.Refuse(rootline.CodeAssetExists, e.Asset).At("/asset")
	case asset == nil && e.Kind != "":
		asset, err = a.fresh(book)
	case asset == nil:
		asset, err = a.wake()
	case a.sub.Inclusion != nil && e.Tag == "" && asset.Lot == "":
		// What woke from a list may have woken after this event was sent, with a proof that it needed then.
		return nil, nil, rootline.Refuse(rootline.CodeNotAsked, e.Action, "inclusion").At("/inclusion")
	}
	if err != nil {
		return nil, nil, err
	}
	if asset.Rulebook != e.Rulebook {
		return nil, nil, rootline.Refuse(rootline.CodeWrongRulebook, asset.Rulebook, e.Rulebook).At("/rulebook")
	}
	kind := book.Kind(asset.Kind)
	if kind == nil {
		return nil, nil, rootline.Refuse(rootline.CodeUnknownKind, book.Ref(), asset.Kind).At("/kind")
	}
	return asset, kind, nil
}

// fresh is the asset that a creating event begins with.
func (a *act) fresh(book *rulebook.Rulebook) (*rootline.Asset, error) {
	e := a.event
	current, err := get[*rootline.CurrentRulebook](a.view, rootline.Ref{Space: rootline.SpaceRulebook, ID: book.Name})
	if err != nil {
		return nil, err
	}
	if current == nil || current.Version != book.Version {
		return nil, rootline.Refuse(rootline.CodeWrongRulebook, currentName(current, book.Name), e.Rulebook).At("/rulebook")
	}
	if err := a.ownFreeCode(e.Asset, "/asset"); err != nil {
		return nil, err
	}
	return &rootline.Asset{
		ID: e.Asset, Kind: e.Kind, Rulebook: e.Rulebook, Under: e.Under,
		Maker: a.device.Organisation, Custodian: a.device.Organisation,
	}, nil
}

func currentName(current *rootline.CurrentRulebook, name string) string {
	if current == nil {
		return name
	}
	return versioned(name, current.Version)
}

// ownFreeCode refuses a code that is not of the signer's organisation, or that something else has.
func (a *act) ownFreeCode(code, pointer string) error {
	if !strings.HasPrefix(code, a.org.Prefix) {
		return rootline.Refuse(rootline.CodeForeignPrefix, code, a.org.Prefix).At(pointer)
	}
	asset, err := a.getAsset(code)
	if err != nil {
		return err
	}
	tag, err := a.getTag(code)
	if err != nil {
		return err
	}
	if asset != nil || tag != nil && tag.List != nil {
		return rootline.Refuse(rootline.CodeAssetExists, code).At(pointer)
	}
	if tag != nil {
		return rootline.Refuse(rootline.CodeTagBound, code, tag.Asset).At(pointer)
	}
	return nil
}

// mayAct refuses an act out of turn, by the wrong role, or on a head that moved on.
func (a *act) mayAct(action *rulebook.Action, kind *rulebook.Kind, asset *rootline.Asset) error {
	e := a.event
	isNew := e.Kind != ""
	switch {
	case isNew && !action.Creates:
		return rootline.Refuse(rootline.CodeUnknownAsset, e.Asset).At("/asset")
	case !isNew && action.Creates:
		return rootline.Refuse(rootline.CodeAssetExists, e.Asset).At("/asset")
	case !isNew && !slices.Contains(action.From, asset.State):
		return rootline.Refuse(rootline.CodeWrongState, e.Action, strings.Join(action.From, " / "), asset.State)
	case !e.Prev.IsZero() && e.Prev != asset.Head && !sawPending(asset, e):
		return rootline.Refuse(rootline.CodeStalePrev, e.Asset).At("/prev")
	case asset.UsedBy != "":
		return rootline.Refuse(rootline.CodeUsedUp, asset.ID, asset.UsedBy)
	}
	if !action.WhenFrozen {
		if err := unfrozen(asset); err != nil {
			return err.At("/asset")
		}
	}
	return a.needRole(action.By...)
}

// rules asks the rulebook.
func (a *act) rules(action *rulebook.Action, before *rootline.Asset, data rootline.Fields, facts *rulebook.Facts) (*rulebook.Effects, error) {
	places := map[string]*rootline.Place{}
	names := action.PlaceRefs(data, before)
	if err := a.loadPlaces(names); err != nil {
		return nil, err
	}
	for _, id := range names {
		p, err := a.getPlace(id)
		if err != nil {
			return nil, err
		}
		places[id] = p
	}
	facts.Event, facts.Data, facts.Asset, facts.Places, facts.Witnessed = a.event, data, before, places, a.witnessed
	facts.Actor = rulebook.Actor{Device: a.device.Kid, Organisation: a.device.Organisation, Role: a.device.Role}
	if watch := a.judge.Watch; watch != nil {
		watch(a.rulebook, action, facts)
	}
	effects, refused := action.Decide(facts)
	if refused != nil {
		return nil, refused
	}
	if p := effects.Place; p != "" && p != before.Place && places[p] == nil {
		if _, err := a.getPlace(p); err != nil {
			return nil, err
		}
	}
	return effects, nil
}

func (a *act) loadPlaces(ids []string) error {
	refs := make([]rootline.Ref, len(ids))
	for i, id := range ids {
		refs[i] = rootline.Ref{Space: rootline.SpacePlace, ID: id}
	}
	if len(refs) == 0 {
		return nil
	}
	return a.view.base.Load(refs)
}

func (a *act) getPlace(id string) (*rootline.Place, error) {
	p, err := get[*rootline.Place](a.view, rootline.Ref{Space: rootline.SpacePlace, ID: id})
	if err == nil && p == nil {
		return nil, rootline.Refuse(rootline.CodeUnknownPlace, id)
	}
	return p, err
}

// apply makes the writes of an accepted event.
func (a *act) apply(action *rulebook.Action, kind *rulebook.Kind, before, after *rootline.Asset, inputs []rulebook.InputFact, effects *rulebook.Effects) error {
	if action.To != "" {
		after.State = action.To
	}
	after.Fields, after.Place = effects.Fields, effects.Place
	if action.TakesCustody {
		after.Custodian = a.device.Organisation
	}
	if a.event.Place != nil {
		after.Position = a.event.Place
	}
	if action.Creates {
		a.stock(kind, after)
	}
	if action.Adds {
		if err := a.add(after); err != nil {
			return err
		}
	}
	if action.Changes() {
		after.Pending = nil
	}
	if err := a.claim(action, after, effects.Claim); err != nil {
		return err
	}
	a.out.State = after.State
	a.concern(after, LinkAsset, 0)
	if err := a.useInputs(after, inputs); err != nil {
		return err
	}
	was := counted{kind, before}
	if action.Creates {
		was.asset = nil
	}
	if err := a.recount(was, counted{kind, after}, false); err != nil {
		return err
	}
	if err := a.divide(action, before); err != nil {
		return err
	}
	if err := a.tag(action, after); err != nil {
		return err
	}
	a.accept(after.ID, after.Seq)
	return nil
}

// concern writes an asset, and makes the event part of its history, once.
func (a *act) concern(asset *rootline.Asset, link Link, amount int64) {
	a.view.put(asset)
	for _, s := range a.out.Subjects {
		if s.Asset == asset.ID {
			return
		}
	}
	asset.Link(a.out.Hash, a.witnessed)
	a.out.Subjects = append(a.out.Subjects, Subject{
		Asset: asset.ID, Link: link, Seq: asset.Seq, Head: asset.Head, Amount: amount, Possible: link == LinkInput && a.possible[asset.ID],
	})
}

func cloneAsset(a *rootline.Asset) *rootline.Asset {
	c := *a
	if a.Quantity != nil {
		q := *a.Quantity
		c.Quantity = &q
	}
	c.Fields = maps.Clone(a.Fields)
	c.Parents = slices.Clone(a.Parents)
	c.Children = maps.Clone(a.Children)
	c.Tallies = maps.Clone(a.Tallies)
	c.Frozen = slices.Clone(a.Frozen)
	c.Released = slices.Clone(a.Released)
	return &c
}
