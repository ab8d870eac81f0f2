package httpapi

import (
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/query"
	"github.com/rootline/rootline/gateway/readmodel"
)

type assetsInput struct {
	query.Paging
	query.AssetsFilter
	Order string `query:"order" enum:"newest" doc:"The last changed first; without it in the order of the codes"`
	Count bool   `query:"count" doc:"Also say how many match, as far as they are counted"`
}

// CountView is how many there are, as far as they were counted.
type CountView struct {
	N    int  `json:"n"`
	More bool `json:"more" doc:"There are more than n, or may be"`
}

type assetOutput struct{ Body presentation.AssetView }

type assetsOutput struct {
	Body struct {
		Items []presentation.AssetView `json:"items"`
		Next  string                   `json:"next,omitempty" doc:"Cursor of the next page; absent on the last. A page may be short, or empty, and not the last: it then stopped looking"`
		Count *CountView               `json:"count,omitempty" doc:"How many match, if that was asked"`
		Block uint64                   `json:"block" doc:"The block that this answer is current to"`
	}
}

// asset shows one asset, found by its own code, by a tag, or as a sleeping item of a listed lot.
func (s *Server) asset(v *reply, in *query.CodePath) (*assetOutput, error) {
	if err := query.CheckCode(in.ID); err != nil {
		return nil, err
	}
	a, err := v.Asset(in.ID)
	if err != nil {
		return nil, err
	}
	return &assetOutput{Body: v.ShowAsset(a)}, nil
}

// assets lists assets, in the order of their codes or the last changed first.
func (s *Server) assets(v *reply, in *assetsInput) (*assetsOutput, error) {
	f, err := in.Filter()
	if err != nil {
		return nil, err
	}
	f.Order = readmodel.Order(in.Order)
	list, err := v.Assets(f, in.Page())
	if err != nil {
		return nil, err
	}
	out := &assetsOutput{}
	if in.Count {
		n, err := v.CountAssets(f)
		if err != nil {
			return nil, err
		}
		out.Body.Count = &CountView{N: n.N, More: n.More}
	}
	out.Body.Items, out.Body.Next, out.Body.Block = make([]presentation.AssetView, len(list.Items)), list.Next, v.At.Number
	for i := range list.Items {
		out.Body.Items[i] = v.ShowAsset(&list.Items[i])
	}
	return out, nil
}
