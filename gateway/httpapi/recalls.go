package httpapi

import (
	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/query"
)

// RecallView is a recall with the block that the answer is current to.
type RecallView struct {
	rootline.Recall
	Unjudged      string                      `json:"unjudged,omitempty" doc:"The quarantined transaction that something newer of it goes back to, which this gateway does not judge; what is shown was judged before it"`
	NotRecomputed *presentation.NotRecomputed `json:"notRecomputed,omitempty" doc:"The first transaction that it rests on and of which only the peer that delivered it says whether it took effect"`
	Block         uint64                      `json:"block"`
}

// RecalledView is an asset that a recall froze.
type RecalledView struct {
	Asset    presentation.AssetView `json:"asset"`
	Via      string                 `json:"via,omitempty" doc:"The asset through which it depends; absent on the recalled one"`
	Possible bool                   `json:"possible" doc:"It is not certain that it holds some of the recalled asset"`
	Held     bool                   `json:"held" doc:"It is not let go yet"`
}

// DependantView is an asset that an event of a recall has to name.
type DependantView struct {
	Asset    presentation.AssetView `json:"asset"`
	Via      string                 `json:"via" doc:"The asset before it in this list, or the root, through which it depends"`
	Possible bool                   `json:"possible" doc:"It is not certain that it holds some of the root"`
}

type recallInput struct {
	ID string `path:"id" maxLength:"36" doc:"The id of the event that opened it"`
}

type dependantsInput struct {
	query.CodePath
	Recall string `query:"recall" maxLength:"36" doc:"The id of a recall of the asset: only what it has still to name is listed"`
}

type recallAssetsInput struct {
	ID string `path:"id" maxLength:"36" doc:"The id of the event that opened it"`
	query.Paging
}

type recallOutput struct{ Body RecallView }

type recallsOutput struct {
	Body struct {
		Items         []rootline.Recall                     `json:"items"`
		Unjudged      map[string]string                     `json:"unjudged,omitempty" doc:"Those of the items of which something newer goes back to a quarantined transaction, by their ids, with its id"`
		NotRecomputed map[string]presentation.NotRecomputed `json:"notRecomputed,omitempty" doc:"Those of the items that rest on a transaction of which only the peer that delivered it says whether it took effect, by their ids, with the first such one"`
		Next          string                                `json:"next,omitempty"`
		Block         uint64                                `json:"block"`
	}
}

type recallAssetsOutput struct {
	Body struct {
		Items []RecalledView `json:"items"`
		Next  string         `json:"next,omitempty"`
		Block uint64         `json:"block"`
	}
}

type dependantsOutput struct {
	Body struct {
		Items     []DependantView `json:"items" doc:"Each after the one that it depends through, so that events may name them in parts, in this order"`
		Truncated bool            `json:"truncated" doc:"There is more than this answer holds"`
		Block     uint64          `json:"block"`
	}
}

// recalls lists recalls, the newest first.
func (s *Server) recalls(v *reply, in *query.Paging) (*recallsOutput, error) {
	list, err := v.Recalls(in.Page())
	if err != nil {
		return nil, err
	}
	out := &recallsOutput{}
	out.Body.Items, out.Body.Next, out.Body.Block = orEmpty(list.Items), list.Next, v.At.Number
	ids := make([]string, len(list.Items))
	for i := range list.Items {
		ids[i] = list.Items[i].Ref().ID
	}
	out.Body.Unjudged, out.Body.NotRecomputed, err = v.caveats(rootline.SpaceRecall, ids...)
	return out, err
}

func (s *Server) recall(v *reply, in *recallInput) (*recallOutput, error) {
	r, err := v.Recall(in.ID)
	if err != nil {
		return nil, err
	}
	by, on, err := v.caveat(rootline.SpaceRecall, in.ID)
	return &recallOutput{Body: RecallView{Recall: *r, Unjudged: by, NotRecomputed: on, Block: v.At.Number}}, err
}

// recallAssets lists what a recall froze, what it let go included.
func (s *Server) recallAssets(v *reply, in *recallAssetsInput) (*recallAssetsOutput, error) {
	list, err := v.RecallAssets(in.ID, in.Page())
	if err != nil {
		return nil, err
	}
	out := &recallAssetsOutput{}
	out.Body.Items, out.Body.Next, out.Body.Block = make([]RecalledView, len(list.Items)), list.Next, v.At.Number
	for i := range list.Items {
		r := &list.Items[i]
		out.Body.Items[i] = RecalledView{Asset: v.ShowAsset(&r.Asset), Via: r.Via, Possible: r.Possible, Held: r.Held}
	}
	return out, nil
}

// dependants lists everything that may hold some of an asset: what its recall has to name, or has still to.
func (s *Server) dependants(v *reply, in *dependantsInput) (*dependantsOutput, error) {
	if err := query.CheckCode(in.ID); err != nil {
		return nil, err
	}
	d, err := v.Dependants(in.ID, in.Recall)
	if err != nil {
		return nil, err
	}
	out := &dependantsOutput{}
	out.Body.Items, out.Body.Truncated, out.Body.Block = make([]DependantView, len(d.Found)), d.Truncated, v.At.Number
	for i := range d.Found {
		f := &d.Found[i]
		out.Body.Items[i] = DependantView{Asset: v.ShowAsset(&f.Asset), Via: f.Via, Possible: f.Possible}
	}
	return out, nil
}
