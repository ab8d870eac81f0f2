// Package query has what the HTTP API's lists, maps and exports can be asked, as parameters of a request, and the filters of
// the read model that they become. What cannot be one is a refusal.
package query

import (
	"strings"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/gateway/readmodel"
)

// Paging is what every list can be asked.
type Paging struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"50" doc:"How many"`
	Cursor string `query:"cursor" maxLength:"1000" doc:"next of the page before"`
}

// Page is the page of the read model's lists that is asked for.
func (p Paging) Page() readmodel.Page { return readmodel.Page{Cursor: p.Cursor, Limit: p.Limit} }

// CodePath is the code in a path. huma fills embedded members of exported types only.
type CodePath struct {
	ID string `path:"id" doc:"The code of an asset, of a tag bound to one, or of an item on a lot's list" example:"95200017H2K9QF3ABCD0"`
}

// CheckCode refuses what cannot be a code before anything is looked up.
func CheckCode(code string) error {
	if rootline.ValidCode(code) {
		return nil
	}
	return problem.BadRequest(rootline.Text{
		En: "A code has 8 to 30 digits and upper-case letters; this is not one. Scan it again, or type it without spaces.",
		Zh: "编码为 8 至 30 位数字和大写字母。请重新扫描，或不带空格输入。",
	}).At("/code")
}

// AssetsFilter is what lists and exports of assets are narrowed by.
type AssetsFilter struct {
	Rulebook    string `query:"rulebook" maxLength:"400" doc:"Names of rulebooks without a version: two may have kinds of one name" example:"forestation"`
	Kind        string `query:"kind" maxLength:"400" doc:"One or several, with commas between them; so for state, custodian and maker"`
	State       string `query:"state" maxLength:"400"`
	Place       string `query:"place" maxLength:"80" doc:"A place's id; what lies in the places within it counts, too"`
	Custodian   string `query:"custodian" maxLength:"400" doc:"MSP id"`
	Maker       string `query:"maker" maxLength:"400" doc:"MSP id"`
	Lot         string `query:"lot" maxLength:"30"`
	Located     string `query:"located" enum:"yes,no" doc:"Whether they have a position"`
	ChangedFrom string `query:"changedFrom" maxLength:"24" doc:"Changed at this moment or later" example:"2026-03-12T00:00:00Z"`
	ChangedTo   string `query:"changedTo" maxLength:"24" doc:"Changed before this moment"`
	Under       string `query:"under" maxLength:"30" doc:"What they lie under"`
	Pending     string `query:"pending" maxLength:"40" doc:"An action that waits for more signatures"`
	Recall      string `query:"recall" maxLength:"36" doc:"The recall that holds them"`
	Frozen      bool   `query:"frozen" doc:"Only those that a recall holds"`
	Query       string `query:"q" maxLength:"30" doc:"Part of a code, or of a tag's"`
	Text        string `query:"text" maxLength:"100" doc:"Part of a text among the fields of the record"`
}

// Filter reads what was asked for; the error is a refusal.
func (in *AssetsFilter) Filter() (f readmodel.AssetFilter, err error) {
	f = readmodel.AssetFilter{
		Book: in.Rulebook, Kind: in.Kind, State: in.State, Place: in.Place, Custodian: in.Custodian, Maker: in.Maker, Lot: in.Lot,
		Located: readmodel.Choice(in.Located), Q: in.Query, Text: in.Text,
		Under: in.Under, Pending: in.Pending, Recall: in.Recall, Frozen: in.Frozen,
	}
	if f.ChangedFrom, err = instantOf("changedFrom", in.ChangedFrom); err != nil {
		return f, err
	}
	f.ChangedTo, err = instantOf("changedTo", in.ChangedTo)
	return f, err
}

// AssetsOrder is how a list of assets can be sorted.
type AssetsOrder struct {
	Order string `query:"order" enum:"code,-code,changed,-changed,newest,kind,-kind,state,-state,custodian,-custodian,place,-place" doc:"What the list is sorted by; '-' turns it round. Kinds, states, places and organisations go by their ids, what is alike by its code, and what lies nowhere after all places. newest is -changed; without it in the order of the codes"`
}

// By is the order of the read model.
func (in *AssetsOrder) By() readmodel.Order {
	switch in.Order {
	case "code":
		return readmodel.ByID
	case "newest":
		return readmodel.Newest
	}
	return readmodel.Order(in.Order)
}

// EventsFilter is what lists and exports of events are narrowed by.
type EventsFilter struct {
	Asset        string `query:"asset" maxLength:"30" doc:"A code; events that used it or put something into it count, too"`
	Action       string `query:"action" maxLength:"400" doc:"One or several, with commas between them; so for organisation"`
	Organisation string `query:"organisation" maxLength:"400" doc:"MSP id of who signed"`
	Device       string `query:"device" maxLength:"64" doc:"kid"`
	Rulebook     string `query:"rulebook" maxLength:"40" doc:"A rulebook's name without a version" example:"forestation"`
	Kind         string `query:"kind" maxLength:"400" doc:"Of what they are about; one or several, as for action"`
	State        string `query:"state" maxLength:"400" doc:"What they left it in; one or several, as for action"`
	Place        string `query:"place" maxLength:"80" doc:"Where what they are about is now, or a place around it"`
	From         string `query:"from" maxLength:"24" doc:"Witnessed at this moment or later" example:"2026-03-12T00:00:00Z"`
	To           string `query:"to" maxLength:"24" doc:"Witnessed before this moment"`
	Status       string `query:"status" enum:"committed,disputed,unjudged"`
}

// Filter reads what was asked for; the error is a refusal.
func (in *EventsFilter) Filter() (f readmodel.EventFilter, err error) {
	f = readmodel.EventFilter{
		Asset: in.Asset, Action: in.Action, Organisation: in.Organisation, Device: in.Device, Place: in.Place, Status: readmodel.EventStatus(in.Status),
		Book: in.Rulebook, Kind: in.Kind, State: in.State,
	}
	if f.From, err = instantOf("from", in.From); err != nil {
		return f, err
	}
	f.To, err = instantOf("to", in.To)
	return f, err
}

// PlacesFilter is what lists and exports of places are narrowed by.
type PlacesFilter struct {
	Kind   string `query:"kind" maxLength:"40"`
	Parent string `query:"parent" maxLength:"80" doc:"Only the places directly within this one"`
	Within string `query:"within" maxLength:"80" doc:"This place and all within it"`
	Query  string `query:"q" maxLength:"60" doc:"Part of the id, the title or the kind"`
}

// Filter is what the read model filters by.
func (in *PlacesFilter) Filter() readmodel.PlaceFilter {
	return readmodel.PlaceFilter{Kind: in.Kind, Parent: in.Parent, Within: in.Within, Q: in.Query}
}

// PlacesOrder is how a list of places can be sorted.
type PlacesOrder struct {
	Order string `query:"order" enum:"id,-id,title-en,-title-en,title-zh,-title-zh,kind,-kind,parent,-parent" doc:"What the list is sorted by; '-' turns it round. What is alike goes by its id. Without it by the ids: a place comes before those within it"`
}

// By is the order of the read model.
func (in *PlacesOrder) By() readmodel.Order { return readmodel.Order(in.Order) }

// DevicesOrder is how a list of devices can be sorted.
type DevicesOrder struct {
	Order string `query:"order" enum:"kid,-kid,name,-name,organisation,-organisation,role,-role" doc:"What the list is sorted by; '-' turns it round. What is alike goes by its kid. Without it by the kids"`
}

// By is the order of the read model.
func (in *DevicesOrder) By() readmodel.Order { return readmodel.Order(in.Order) }

// DevicesFilter is what lists and exports of devices are narrowed by.
type DevicesFilter struct {
	Organisation string `query:"organisation" maxLength:"64" doc:"MSP id"`
	Role         string `query:"role" maxLength:"40"`
	State        string `query:"state" enum:"active,revoked,expired"`
	Query        string `query:"q" maxLength:"60" doc:"Part of the pseudonym, or the beginning of the kid"`
}

// Filter is the part of it that the read model filters by; see Takes.
func (in *DevicesFilter) Filter() readmodel.DeviceFilter {
	return readmodel.DeviceFilter{Organisation: in.Organisation, Role: in.Role}
}

// Takes reports whether a device in a state is asked for, as far as the read model does not know.
func (in *DevicesFilter) Takes(d *rootline.Device, state string) bool {
	q := strings.ToLower(in.Query)
	return (in.State == "" || in.State == state) && (strings.Contains(strings.ToLower(d.Name), q) || strings.HasPrefix(strings.ToLower(d.Kid), q))
}

// instantOf reads a moment of a query; "" is none.
func instantOf(name, s string) (rootline.Instant, error) {
	if s == "" {
		return 0, nil
	}
	at, err := rootline.ParseInstant(s)
	if err != nil {
		return 0, problem.BadRequest(rootline.Text{En: name + " is a moment like 2026-03-12T08:15:00Z.", Zh: name + " 应为 2026-03-12T08:15:00Z 这样的时刻。"}).At(name)
	}
	return at, nil
}
