package httpapi

import (
	"errors"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/gateway/query"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/judge"
)

// PlaceView is a place with the block that the answer is current to.
type PlaceView struct {
	rootline.Place
	Unjudged string `json:"unjudged,omitempty" doc:"The quarantined transaction that something newer of it goes back to, which this gateway does not judge; what is shown was judged before it"`
	Block    uint64 `json:"block"`
}

type placeInput struct {
	ID string `path:"id" doc:"The place's id, slashes and all" example:"forest/9/14"`
}

type placesInput struct {
	query.Paging
	query.PlacesFilter
}

type placeOutput struct{ Body PlaceView }

type placesOutput struct {
	Body struct {
		Items    []rootline.Place  `json:"items"`
		Unjudged map[string]string `json:"unjudged,omitempty" doc:"Those of the items of which something newer goes back to a quarantined transaction, by their ids, with its id"`
		Next     string            `json:"next,omitempty"`
		Block    uint64            `json:"block"`
	}
}

func (s *Server) place(v *reply, in *placeInput) (*placeOutput, error) {
	if len(in.ID) > 0 && in.ID[0] == '/' {
		in.ID = in.ID[1:]
	}
	if !rootline.ValidPlaceID(in.ID) {
		return nil, problem.NotFound("place " + problem.Clip(in.ID))
	}
	p, err := v.Place(in.ID)
	if err != nil {
		return nil, err
	}
	by, err := v.unjudged(rootline.SpacePlace, p.ID)
	return &placeOutput{Body: PlaceView{Place: *p, Unjudged: by, Block: v.At.Number}}, err
}

func (s *Server) places(v *reply, in *placesInput) (*placesOutput, error) {
	list, err := v.Places(in.Filter(), in.Page())
	if err != nil {
		return nil, err
	}
	out := &placesOutput{}
	out.Body.Items, out.Body.Next, out.Body.Block = orEmpty(list.Items), list.Next, v.At.Number
	ids := make([]string, len(list.Items))
	for i := range list.Items {
		ids[i] = list.Items[i].ID
	}
	out.Body.Unjudged, err = v.UnjudgedOf(rootline.SpacePlace, ids...)
	return out, err
}

type deviceInput struct {
	Kid string `path:"kid" doc:"RFC 7638 thumbprint of the device's key"`
}

type devicesInput struct {
	query.Paging
	query.DevicesFilter
}

type deviceOutput struct{ Body DeviceView }

type devicesOutput struct {
	Body struct {
		Items []DeviceView `json:"items"`
		Next  string       `json:"next,omitempty"`
	}
}

func (s *Server) device(v *reply, in *deviceInput) (*deviceOutput, error) {
	d, err := v.Device(in.Kid)
	if err != nil {
		return nil, err
	}
	view, err := v.deviceView(d, presentation.Pseudonyms{}, rootline.InstantOf(s.now()))
	return &deviceOutput{Body: view}, err
}

func (s *Server) devices(v *reply, in *devicesInput) (*devicesOutput, error) {
	now, names, out := rootline.InstantOf(s.now()), presentation.Pseudonyms{}, &devicesOutput{}
	read := func(p readmodel.Page) (readmodel.List[rootline.Device], error) { return v.Devices(in.Filter(), p) }
	var err, failed error
	out.Body.Items, out.Body.Next, err = sift(in.Page(), read, func(d *rootline.Device) (DeviceView, bool) {
		if !in.Takes(d, presentation.DeviceState(d, now)) {
			return DeviceView{}, false
		}
		view, err := v.deviceView(d, names, now)
		failed = errors.Join(failed, err)
		return view, true
	})
	return out, errors.Join(failed, err)
}

// Ledger is what a device needs to know to build an event, and who takes part.
type Ledger struct {
	Net           string                  `json:"net" doc:"The ledger's own id; every signature names it"`
	Organisations []rootline.Organisation `json:"organisations"`
	Channel       string                  `json:"channel"`
	Founded       rootline.Instant        `json:"founded"`
	Protocol      Protocol                `json:"protocol" doc:"The rules by which events are judged"`
	Block         presentation.BlockRef   `json:"block" doc:"For the event's member seen"`
	Gateway       GatewayRef              `json:"gateway"`
}

// Protocol says by which rules the ledger is judged, and how the vote on the next ones stands.
type Protocol struct {
	Number int      `json:"number" doc:"The number in force"`
	Known  []int    `json:"known" doc:"The numbers that this gateway can judge by; it votes for no other"`
	Votes  []string `json:"votes" doc:"MSP ids of those who voted for the number after that in force"`
}

// GatewayRef says whose gateway answers, and under which address.
type GatewayRef struct {
	Organisation string `json:"organisation" doc:"MSP id"`
	Origin       string `json:"origin" doc:"For the sign-in's member origin"`
}

type ledgerOutput struct{ Body Ledger }

func (s *Server) ledger(v *reply, _ *struct{}) (*ledgerOutput, error) {
	l, err := v.Ledger()
	if err != nil {
		return nil, err
	}
	if l.Ledger == nil {
		return nil, rootline.Refuse(rootline.CodeNotReady, "the ledger is not founded, or its first blocks are not read yet")
	}
	votes, err := v.Votes(rootline.ProtocolBallot(l.Ledger.Protocol + 1))
	if err != nil {
		return nil, err
	}
	return &ledgerOutput{Body: Ledger{
		Protocol: Protocol{Number: l.Ledger.Protocol, Known: judge.Protocols(), Votes: orEmpty(votes)},
		Net:      l.Ledger.Net, Organisations: orEmpty(l.Organisations), Channel: s.config.Channel, Founded: l.Ledger.Founded,
		Block:   s.gateway().BlockRef(l.Cursor),
		Gateway: GatewayRef{Organisation: s.config.Organisation, Origin: s.config.Origin},
	}}, nil
}

// foundingOf returns the founding, or a refusal while it is not known here.
func foundingOf(v *readmodel.View) (*rootline.Ledger, error) {
	l, err := v.Ledger()
	if err != nil {
		return nil, err
	}
	if l.Ledger == nil {
		return nil, rootline.Refuse(rootline.CodeNotFounded)
	}
	return l.Ledger, nil
}

// orEmpty makes a list that has nothing in it an empty list in JSON.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
