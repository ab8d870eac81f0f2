package pages

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/budget"
	"github.com/rootline/rootline/gateway/integrity"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/rulebook"
	"github.com/rootline/rootline/web/page"
)

// Item makes the page of a code: the item's, or one that says why there is none.
func (p *Pages) Item(ctx context.Context, who budget.Who, code, lang string) Page {
	v, err := p.begin(ctx)
	if err != nil {
		return Trouble(lang, err)
	}
	defer v.Close()
	if !rootline.ValidCode(code) {
		return v.noCode(code, lang)
	}
	a, err := v.Asset(code)
	if rootline.CodeOf(err) == rootline.CodeNotFound {
		return v.unknown(code, lang)
	}
	if err != nil {
		return Trouble(lang, err)
	}
	history, err := v.AssetEvents(a.ID, readmodel.Page{Limit: itemEvents})
	if err != nil {
		return Trouble(lang, err)
	}
	item := v.item(a, history.Items)
	if history.Next == "" {
		v.ofLot(a, &item)
	} else {
		all, err := v.CountAssetEvents(a.ID)
		if err != nil {
			return Trouble(lang, err)
		}
		item.MoreEvents = all - len(history.Items)
	}
	v.Close() // the check takes snapshots of its own, and asks peers
	check, err := p.Compare(ctx, who, a.ID)
	if err != nil {
		return Trouble(lang, err)
	}
	item.Integrity = v.integrity(check)
	if !a.Asleep {
		item.ProofURL = "/api/v1/assets/" + a.ID + "/proof?rulebooks=true"
	}
	return Page{status: http.StatusOK, at: &v.At, write: func(w io.Writer) error { return page.Render(w, lang, item) }}
}

func (v *making) party(msp string) page.Party {
	return page.Party{MSPID: msp, Title: v.Organisations[msp]}
}

// item fills the view model of an item's page, which is for guests.
func (v *making) item(whole *readmodel.Asset, events []readmodel.Event) page.Item {
	cut := *whole
	a := &cut
	a.Asset = v.pages.Asset(v.ShowAsset(whole)).Asset
	v.gather(a, events)
	item := page.Item{
		Code: a.ID, Zone: v.Gateway.Zone, Maker: v.party(a.Maker), Custodian: v.party(a.Custodian),
		State: page.State{Name: a.State}, Position: a.Position, Quantity: a.Quantity, Tags: a.Tags,
		Address: v.Gateway.Link(a.ID),
	}
	if a.List != nil {
		item.Listed = a.List.Count
	}
	if !a.ReleasedPhoto.IsZero() {
		item.PhotoURL = "/api/v1/evidence/" + a.ReleasedPhoto.String() + "/picture?size=large"
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
func (v *making) root(code string, amount int64) *page.Root {
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

func (v *making) kindOf(a *readmodel.Asset, item *page.Item) {
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
func (v *making) pageEvent(e *readmodel.Event, unit string) page.Event {
	view := v.pages.Event(v.ShowEvent(e))
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
func (v *making) inForce() []*rulebook.Rulebook {
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
func (v *making) installs(e *readmodel.Event) bool {
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
func (v *making) roleTitle(rules, role string) rootline.Text {
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

// lotEvents is how many events of an item's lot its page shows: a lot of ten thousand has as many.
const lotEvents = 100

// project is the title of the works that a place lies in: the first part of its id.
func (v *making) project(place string) rootline.Text {
	root, _, _ := strings.Cut(place, "/")
	return v.PlaceOf(root).Title
}

// mapOf gives the outlines that an item is drawn on: its place's and that of the nearest place around it that has one.
// A position that guests see to about a kilometre would be a dot beside its plot: it is not drawn.
func (v *making) mapOf(a *readmodel.Asset) *page.Map {
	m := &page.Map{}
	place := v.PlaceOf(a.Place)
	if place.Kind == "" {
		return nil // it is not known here
	}
	m.Outline, m.Line = place.Outline, place.Line
	for range 8 { // places nest three or four deep
		if place.Parent == "" || len(m.Around) > 0 {
			break
		}
		place = v.PlaceOf(place.Parent)
		m.Around = place.Outline
	}
	return m
}

// freeze shows a recall that holds an item.
func (v *making) freeze(a *readmodel.Asset, f *rootline.Freeze) page.Freeze {
	out := page.Freeze{Possible: f.Possible}
	r := v.recalls[f.Recall]
	if r == nil {
		return out
	}
	out.By, out.Since, out.Reason = v.party(r.Organisation), r.Opened, r.Reason
	if r.Asset != a.ID {
		out.Lot = v.root(r.Asset, 0)
	}
	return out
}

// ofLot adds what happened to an item's lot before the item had a record of its own.
func (v *making) ofLot(a *readmodel.Asset, item *page.Item) {
	if a.Lot == "" || a.Quantity != nil || a.List != nil {
		return
	}
	list, err := v.AssetEvents(a.Lot, readmodel.Page{Limit: lotEvents})
	if err != nil {
		return // the lot is linked, with its own page
	}
	var unit string
	if lot, err := v.Asset(a.Lot); err == nil {
		if k := v.KindOf(lot.Rulebook, lot.Kind); k != nil {
			unit = k.Unit
		}
	}
	first := ^uint64(0)
	for _, e := range item.Events {
		first = min(first, e.Block)
	}
	for i := range list.Items {
		e := &list.Items[i]
		if e.Block > first || e.Link != string(judge.LinkAsset) || e.Event == nil || e.Event.Asset != a.Lot {
			continue // what concerns its siblings, or came after it was woken
		}
		shown := v.pageEvent(e, unit)
		shown.OfLot = true
		item.Events = append(item.Events, shown)
	}
}

// integrity shows what came out when a record was checked again.
func (v *making) integrity(r *integrity.Report) page.Integrity {
	broken := len(r.Faults)
	if r.Chain.Broken != nil {
		broken++
	}
	return page.Integrity{
		Events: r.Events + r.Disputed, Devices: r.Devices, Organisations: r.Organisations, Disputed: r.Disputed, Unjudged: r.Unjudged, Broken: broken,
		Standing: v.At.Standing(), Compared: v.compared(r),
	}
}

// compared shows what was compared with what, and by whom.
func (v *making) compared(r *integrity.Report) page.Compared {
	c := page.Compared{
		Unchecked: r.Unchecked, Events: r.Compared.Events, All: r.Events, States: r.States, More: r.More, Signatures: r.Signatures,
		First: r.First, Last: r.Last, Records: r.Records, By: v.party(v.Gateway.Organisation), Peers: len(r.Peers),
	}
	if n := r.NotRecomputed; n != nil {
		c.NotRecomputed = &page.NotRecomputed{Transaction: n.Transaction, Block: n.Block}
	}
	for _, org := range r.Silent {
		c.Silent = append(c.Silent, v.party(org))
	}
	return c
}

// fields makes what a page shows of values: those that the rulebook describes in its order, then the rest by name.
func (v *making) fields(described []rulebook.Field, values rootline.Fields) []page.Field {
	var out []page.Field
	known := map[string]bool{}
	for i := range described {
		f := &described[i]
		value, ok := values[f.Name]
		if !ok {
			continue
		}
		known[f.Name] = true
		out = append(out, v.field(f, value))
	}
	for _, name := range presentation.Undescribed(values, known) {
		out = append(out, page.Field{Name: name, Value: values[name]})
	}
	return out
}

// field is a field with its value, as the page shows it.
func (v *making) field(f *rulebook.Field, value rootline.Value) page.Field {
	shown := page.Field{Name: f.Name, Title: f.Title, Value: value, Unit: f.Unit, In: f.In, Places: f.Digits, Most: most(f), Words: v.words(f, value), Code: v.leads(f, value)}
	for i := range f.Members {
		m := &f.Members[i]
		var given []rootline.Value
		for _, one := range value.List() {
			given = append(given, one.Entry()[m.Name])
		}
		member := v.field(m, rootline.ListOf(given...))
		member.Value = rootline.Value{}
		shown.Members = append(shown.Members, member)
	}
	return shown
}

// most is the largest integer that a field may hold, 0 for none.
func most(f *rulebook.Field) int64 {
	if f.Max == nil {
		return 0
	}
	return *f.Max
}

// words gives the titles of values that are names: choices, places, organisations.
func (v *making) words(f *rulebook.Field, value rootline.Value) map[string]rootline.Text {
	words := map[string]rootline.Text{}
	for _, c := range f.Choices {
		words[c.Value] = c.Title
	}
	for _, one := range append(value.List(), value) {
		switch name := one.Str(); f.Type {
		case rulebook.PlaceRef:
			words[name] = cmp.Or(v.PlaceOf(name).Title, rootline.Text{En: "a part of the works", Zh: "工程某部位"})
		case rulebook.OrganisationRef, rulebook.OrganisationRefs:
			words[name] = cmp.Or(v.Organisations[name], rootline.Text{En: "an organisation", Zh: "某单位"})
		case rulebook.DeviceRef:
			words[name] = rootline.Text{En: "a device", Zh: "某设备"}
		}
	}
	return words
}

// leads reports whether a value is the code of another asset, which then is shown as a link: that of the dead tree which
// this one replaces.
func (v *making) leads(f *rulebook.Field, value rootline.Value) bool {
	return f.Type == rulebook.ItemRef && v.known(value.Str()) != nil
}
