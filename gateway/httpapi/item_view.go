package httpapi

import (
	"slices"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/rulebook"
	"github.com/rootline/rootline/web/page"
)

func (v *reply) party(msp string) page.Party {
	return page.Party{MSPID: msp, Title: v.Organisations[msp]}
}

// item fills the view model of an item's page, which is for guests.
func (v *reply) item(whole *readmodel.Asset, events []readmodel.Event) page.Item {
	cut := *whole
	a := &cut
	a.Asset = forGuests(whole.Asset)
	v.gather(a, events)
	item := page.Item{
		Code: a.ID, Zone: v.Gateway.Zone, Maker: v.party(a.Maker), Custodian: v.party(a.Custodian),
		State: page.State{Name: a.State}, Position: a.Position, Quantity: a.Quantity, Tags: a.Tags,
		Address: v.Gateway.Link(a.ID),
	}
	if a.List != nil {
		item.Listed = a.List.Count
	}
	if a.Place != "" {
		item.Place = &page.Place{ID: a.Place, Title: v.PlaceTitle(a.Place)}
		item.Project = v.project(a.Place)
		item.Map = v.mapOf(a)
	}
	for i := range a.Frozen {
		item.Frozen = append(item.Frozen, v.freeze(a, &a.Frozen[i]))
	}
	if a.Lot != "" {
		item.Lot = v.root(a.Lot, 0)
	}
	if a.UsedBy != "" {
		item.UsedBy = v.root(a.UsedBy, 0)
	}
	for _, parent := range a.Parents {
		item.Roots = append(item.Roots, *v.root(parent.Asset, parent.Amount))
	}
	v.kindOf(a, &item)
	for i := range events {
		item.Events = append(item.Events, v.pageEvent(&events[i], item.Unit))
		if item.Installed == nil && v.installs(&events[i]) {
			item.Installed = &item.Events[i]
		}
	}
	return item
}

// root names another asset. One that cannot be read keeps its code.
func (v *reply) root(code string, amount int64) *page.Root {
	r := &page.Root{Code: code, Amount: amount}
	a := v.known(code)
	if a == nil {
		return r
	}
	if k := v.KindOf(a.Rulebook, a.Kind); k != nil {
		r.Name, r.Unit = k.Title, k.Unit
		if a.Quantity == nil {
			r.Amount = 0 // a single thing went in whole
		}
	}
	return r
}

// toneOf is how the page shows a state.
func toneOf(k *rulebook.Kind, state *rulebook.State) page.Tone {
	switch state.Tone {
	case rulebook.Accepted, rulebook.Passed:
		return page.Accepted
	case rulebook.Failed, rulebook.Gone:
		return page.Refused
	}
	if slices.ContainsFunc(k.Actions, func(a *rulebook.Action) bool { return a.To == state.Name && a.EPCIS.Moves() }) {
		return page.Waiting
	}
	return page.Plain
}

func (v *reply) kindOf(a *readmodel.Asset, item *page.Item) {
	if b := v.BookOf(a.Rulebook); b != nil {
		_, version, _ := rootline.SplitRulebook(a.Rulebook)
		item.Rules = page.Rules{Title: b.Title, Version: int(version)}
	}
	k := v.KindOf(a.Rulebook, a.Kind)
	if k != nil {
		item.Kind, item.Unit = k.Title, k.Unit
		if state := k.State(a.State); state != nil {
			item.State.Title, item.State.Tone = state.Title, toneOf(k, state)
		}
		item.Fields = v.fields(k.Fields, a.Fields)
	}
	if a.Asleep {
		item.State.Tone = page.Asleep
	}
}

// pageEvent is an event in the history of an item whose amounts are in unit.
func (v *reply) pageEvent(e *readmodel.Event, unit string) page.Event {
	view := forGuests(v.ShowEvent(e))
	out := page.Event{
		ID: view.ID, Action: view.ActionTitle, Name: view.Action, Claimed: view.At, Witnessed: view.Witnessed, Late: view.Late,
		Organisation: v.party(view.Organisation), Role: v.roleTitle(view.Rulebook, view.Role), Signer: view.Name,
		Position: view.Place, Amount: view.Amount, Unit: unit, Evidence: len(view.Evidence), Block: e.Block,
		Corrects: view.Corrects, CorrectedBy: view.CorrectedBy, Disputed: e.Status == readmodel.Disputed, Unjudged: e.Status == readmodel.NotJudgedHere,
	}
	if view.Link == string(judge.LinkInput) {
		out.Into = v.root(view.Asset, 0)
	}
	for _, ref := range view.Refs {
		if rootline.ValidCode(ref) {
			out.Refs = append(out.Refs, *v.root(ref, 0))
		}
	}
	book := v.BookOf(view.Rulebook)
	if book == nil {
		return out
	}
	k := book.Kind(view.Kind)
	if k == nil {
		return out
	}
	values, err := rootline.ParseFields(view.Data)
	if action := k.Action(view.Action); action != nil && err == nil {
		out.Fields = v.fields(action.Asks.Data, values)
	}
	return out
}

// inForce are the rulebooks in force; none when they cannot be read.
func (v *reply) inForce() []*rulebook.Rulebook {
	if v.current != nil {
		return v.current
	}
	all, err := v.Rulebooks()
	if err != nil {
		return nil
	}
	v.current = []*rulebook.Rulebook{}
	for i := range all {
		if all[i].Current {
			v.current = append(v.current, all[i].Book)
		}
	}
	return v.current
}

// installs reports whether an event put the item where it stands, in the words of GS1's Core Business Vocabulary.
func (v *reply) installs(e *readmodel.Event) bool {
	if e.Event == nil || e.Link != string(judge.LinkAsset) || e.Status != readmodel.Committed {
		return false
	}
	k := v.KindOf(e.Event.Rulebook, e.Kind)
	if k == nil {
		return false
	}
	action := k.Action(e.Event.Action)
	return action != nil && action.EPCIS.Installs()
}

// admins are named here, since no rulebook does.
var admins = rootline.Text{En: "Administrator", Zh: "管理员"}

// roleTitle is what a role is called: by the rulebook of the event, else, for acts of the registry, by all the titles that the
// rulebooks in force give it.
func (v *reply) roleTitle(rules, role string) rootline.Text {
	if role == rootline.RoleAdmin {
		return admins
	}
	books := []*rulebook.Rulebook{v.BookOf(rules)}
	if books[0] == nil {
		books = v.inForce()
	}
	var title rootline.Text
	for _, b := range books {
		for _, r := range b.Roles {
			switch {
			case r.Name != role || r.Title == title:
			case title.IsZero():
				title = r.Title
			default:
				title = rootline.Text{En: title.En + " / " + r.Title.En, Zh: title.Zh + "／" + r.Title.Zh}
			}
		}
	}
	return title
}

// sortedNames are the names of values that no field describes.
func sortedNames(values rootline.Fields, known map[string]bool) []string {
	var names []string
	for name := range values {
		if !known[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
