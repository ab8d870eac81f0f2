package httpapi

import (
	"strconv"
	"strings"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/outbox"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/gateway/query"
)

// RefusalView is an event that was refused at this gateway. What it said is its device's alone.
type RefusalView struct {
	ID           string           `json:"id" doc:"The event's id"`
	At           rootline.Instant `json:"at" doc:"When it was refused"`
	Asset        string           `json:"asset,omitempty"`
	Kind         string           `json:"kind,omitempty"`
	KindTitle    rootline.Text    `json:"kindTitle,omitzero"`
	Action       string           `json:"action"`
	ActionTitle  rootline.Text    `json:"actionTitle,omitzero"`
	Rulebook     string           `json:"rulebook"`
	Device       string           `json:"device" doc:"kid"`
	Name         string           `json:"name" doc:"The device's pseudonym"`
	Role         string           `json:"role"`
	RoleTitle    rootline.Text    `json:"roleTitle,omitzero"`
	Organisation string           `json:"organisation" doc:"MSP id"`
	Error        *rootline.Error  `json:"error" doc:"Why"`
}

type refusalsInput struct {
	query.Paging
	Device string `query:"device" maxLength:"64" doc:"kid"`
	Order  string `query:"order" enum:"at,-at,device,-device" default:"-at" doc:"What the list is sorted by; '-' turns it round. Those of one device go with the last refused first"`
}

// filter is what the outbox is asked. A cursor is the order that it is of, and the last event's device and number.
func (in *refusalsInput) filter() (f outbox.RefusedFilter, err error) {
	f = outbox.RefusedFilter{Device: in.Device, Order: outbox.RefusedOrder(in.Order)}
	if in.Cursor == "" {
		return f, nil
	}
	part := strings.Split(in.Cursor, ".")
	if len(part) == 3 && part[0] == in.Order {
		f.AfterDevice = part[1]
		f.After, err = strconv.ParseInt(part[2], 10, 64)
	}
	if err != nil || f.After <= 0 {
		return f, problem.BadRequest(rootline.Text{En: "cursor is next of the page before.", Zh: "cursor 应为上一页的 next。"}).At("cursor")
	}
	return f, nil
}

type refusalsOutput struct {
	Body struct {
		Items []RefusalView `json:"items"`
		Next  string        `json:"next,omitempty" doc:"Cursor of the next page; absent on the last"`
	}
}

// refusals lists what was refused here. Events that no enrolled device signed are counted by the figures and are not listed:
// nobody knows whose they were.
func (s *Server) refusals(v *reply, in *refusalsInput) (*refusalsOutput, error) {
	filter, err := in.filter()
	if err != nil {
		return nil, err
	}
	list, err := s.Outbox.RefusedEvents(v.Context(), filter, in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := &refusalsOutput{}
	if len(list) > in.Limit {
		list = list[:in.Limit]
		last := &list[len(list)-1]
		out.Body.Next = strings.Join([]string{in.Order, last.Device, strconv.FormatInt(last.Seq, 10)}, ".")
	}
	out.Body.Items = make([]RefusalView, len(list))
	for i := range list {
		e := &list[i]
		view := RefusalView{ID: e.ID, At: e.At, Asset: e.Asset, Kind: e.Kind, Action: e.Action, Rulebook: e.Rulebook, Device: e.Device, Error: e.Why}
		if d, err := v.Device(e.Device); err == nil {
			view.Name, view.Role, view.Organisation = d.Name, d.Role, d.Organisation
		}
		v.refusal(&view)
		out.Body.Items[i] = view
	}
	return out, nil
}

// refusal fills the titles that the event's rulebook has.
func (v *reply) refusal(r *RefusalView) {
	if r.Kind == "" && rootline.ValidCode(r.Asset) {
		if a, err := v.Asset(r.Asset); err == nil {
			r.Kind = a.Kind
		}
	}
	if r.Rulebook == rootline.Registry {
		r.ActionTitle = presentation.RegistryTitles[r.Action]
		return
	}
	book := v.BookOf(r.Rulebook)
	if book == nil {
		return
	}
	for _, role := range book.Roles {
		if role.Name == r.Role {
			r.RoleTitle = role.Title
		}
	}
	if k := book.Kind(r.Kind); k != nil {
		r.KindTitle = k.Title
		if a := k.Action(r.Action); a != nil {
			r.ActionTitle = a.Title
		}
	}
}
