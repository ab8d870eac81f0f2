package httpapi

import (
	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/gateway/query"
	"github.com/rootline/rootline/gateway/readmodel"
)

type eventInput struct {
	ID string `path:"id" doc:"The event's id, a UUIDv7"`
}

type eventOutput struct{ Body presentation.EventView }

// event shows an event: as recorded, or as it stands on its way.
func (s *Server) event(v *reply, in *eventInput) (*eventOutput, error) {
	if !rootline.ValidEventID(in.ID) {
		return nil, problem.NotFound(rootline.Text{En: "event", Zh: "事件"}, problem.Clip(in.ID))
	}
	e, err := v.Event(in.ID)
	if err == nil {
		return &eventOutput{Body: v.ShowEvent(e)}, nil
	}
	if rootline.CodeOf(err) != rootline.CodeNotFound {
		return nil, err
	}
	ctx := v.Context()
	status, ok, err := s.Outbox.Status(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, problem.NotFound(rootline.Text{En: "event", Zh: "事件"}, in.ID)
	}
	view := presentation.EventView{Guests: presentation.ShowWhole(), ID: in.ID, Hash: status.Hash, Status: string(status.Stage), Error: status.Refused, Transaction: status.Transaction}
	if status.Refused != nil && status.Refused.Code == rootline.CodeBadData {
		// It quotes a value, of an event whose kind is not at hand.
		if any, err := v.ForMembers(); err != nil {
			return nil, err
		} else if any {
			view.Guests = presentation.Audience{}
		}
	}
	if status.Block > 0 {
		view.Block = &status.Block
	}
	if me := caller(ctx); me != nil && status.Refused != nil {
		sub, _, err := s.Outbox.Fetch(ctx, in.ID, me.device.Kid)
		if err != nil {
			return nil, err
		}
		view.JWS, view.Inclusion = sub.JWS, sub.Inclusion
	}
	return &eventOutput{Body: view}, nil
}

type historyInput struct {
	query.CodePath
	query.Paging
}

type historyOutput struct {
	Body struct {
		Items []presentation.EventView `json:"items"`
		Next  string                   `json:"next,omitempty"`
		Block uint64                   `json:"block"`
	}
}

// assetEvents lists the life of an asset, newest first. A tag's code leads to its asset.
func (s *Server) assetEvents(v *reply, in *historyInput) (*historyOutput, error) {
	if err := query.CheckCode(in.ID); err != nil {
		return nil, err
	}
	a, err := v.Asset(in.ID)
	if err != nil {
		return nil, err
	}
	list, err := v.AssetEvents(a.ID, in.Page())
	if err != nil {
		return nil, err
	}
	return v.history(list)
}

// history answers with a page of events.
func (v *reply) history(list readmodel.List[readmodel.Event]) (*historyOutput, error) {
	out := &historyOutput{}
	out.Body.Items, out.Body.Next, out.Body.Block = make([]presentation.EventView, len(list.Items)), list.Next, v.At.Number
	for i := range list.Items {
		out.Body.Items[i] = v.ShowEvent(&list.Items[i])
	}
	return out, nil
}

type eventListInput struct {
	query.Paging
	query.EventsFilter
	Order string `query:"order" enum:"recorded,-recorded" doc:"recorded is the first recorded first; without it the last recorded is first"`
}

// eventList lists events of all assets, in the order of the ledger or against it.
func (s *Server) eventList(v *reply, in *eventListInput) (*historyOutput, error) {
	f, err := in.Filter()
	if err != nil {
		return nil, err
	}
	f.Oldest = in.Order == "recorded"
	if narrowEvents(v.Context(), &f) {
		return v.history(readmodel.List[readmodel.Event]{})
	}
	list, err := v.Events(f, in.Page())
	if err != nil {
		return nil, err
	}
	return v.history(list)
}
