package httpapi

import (
	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/gateway/query"
)

// PlaceView is a place with the block that the answer is current to.
type PlaceView struct {
	rootline.Place
	Unjudged      string                      `json:"unjudged,omitempty" doc:"The quarantined transaction that something newer of it goes back to, which this gateway does not judge; what is shown was judged before it"`
	NotRecomputed *presentation.NotRecomputed `json:"notRecomputed,omitempty" doc:"The first transaction that it rests on and of which only the peer that delivered it says whether it took effect"`
	Block         uint64                      `json:"block"`
}

type placeInput struct {
	ID string `path:"id" doc:"The place's id, slashes and all" example:"forest/9/14"`
}

type placesInput struct {
	query.Paging
	query.PlacesFilter
	query.PlacesOrder
}

type placeOutput struct{ Body PlaceView }

type placesOutput struct {
	Body struct {
		Items         []rootline.Place                      `json:"items"`
		Unjudged      map[string]string                     `json:"unjudged,omitempty" doc:"Those of the items of which something newer goes back to a quarantined transaction, by their ids, with its id"`
		NotRecomputed map[string]presentation.NotRecomputed `json:"notRecomputed,omitempty" doc:"Those of the items that rest on a transaction of which only the peer that delivered it says whether it took effect, by their ids, with the first such one"`
		Next          string                                `json:"next,omitempty"`
		Block         uint64                                `json:"block"`
	}
}

func (s *Server) place(v *reply, in *placeInput) (*placeOutput, error) {
	if len(in.ID) > 0 && in.ID[0] == '/' {
		in.ID = in.ID[1:]
	}
	if !rootline.ValidPlaceID(in.ID) {
		return nil, problem.NotFound(rootline.Text{En: "place", Zh: "部位"}, problem.Clip(in.ID))
	}
	p, err := v.Place(in.ID)
	if err != nil {
		return nil, err
	}
	by, on, err := v.caveat(rootline.SpacePlace, p.ID)
	return &placeOutput{Body: PlaceView{Place: *p, Unjudged: by, NotRecomputed: on, Block: v.At.Number}}, err
}

func (s *Server) places(v *reply, in *placesInput) (*placesOutput, error) {
	filter := in.Filter()
	filter.Order = in.By()
	list, err := v.Places(filter, in.Page())
	if err != nil {
		return nil, err
	}
	out := &placesOutput{}
	out.Body.Items, out.Body.Next, out.Body.Block = orEmpty(list.Items), list.Next, v.At.Number
	ids := make([]string, len(list.Items))
	for i := range list.Items {
		ids[i] = list.Items[i].ID
	}
	out.Body.Unjudged, out.Body.NotRecomputed, err = v.caveats(rootline.SpacePlace, ids...)
	return out, err
}
