package httpapi

import (
	"fmt"
	"strconv"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/gateway/query"
	"github.com/rootline/rootline/gateway/readmodel"
)

type assetsInput struct {
	query.Paging
	query.AssetsFilter
	query.AssetsOrder
	Count bool `query:"count" doc:"Also say how many match, as far as they are counted"`
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

// assets lists assets in the order that is asked for.
func (s *Server) assets(v *reply, in *assetsInput) (*assetsOutput, error) {
	f, err := in.Filter()
	if err != nil {
		return nil, err
	}
	f.Order = in.By()
	if err := narrowAssets(v.Reply, &f); err != nil {
		return nil, err
	}
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

type listCodesInput struct {
	query.CodePath
	Limit  int    `query:"limit" minimum:"1" maximum:"5000" default:"5000" doc:"How many"`
	Cursor string `query:"cursor" maxLength:"1000" doc:"next of the page before"`
}

type listCodesOutput struct {
	Body struct {
		Items []string `json:"items"`
		Next  string   `json:"next,omitempty" doc:"Cursor of the next page; absent on the last"`
	}
}

// listCodes lists the codes of a listed lot or a roll, sorted. A list whose file has not arrived has none yet.
func (s *Server) listCodes(v *reply, in *listCodesInput) (*listCodesOutput, error) {
	if err := query.CheckCode(in.ID); err != nil {
		return nil, err
	}
	list, err := v.ListCodes(in.ID, readmodel.Page{Cursor: in.Cursor, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	out := &listCodesOutput{}
	out.Body.Items, out.Body.Next = orEmpty(list.Items), list.Next
	return out, nil
}

// ResolveBody is a batch of scanned codes.
type ResolveBody struct {
	Codes []string `json:"codes" minItems:"1" maxItems:"500" doc:"Of assets or of tags"`
}

// Resolved is what a code leads to.
type Resolved struct {
	Code  string                  `json:"code" doc:"As it was asked"`
	Asset *presentation.AssetView `json:"asset,omitempty" doc:"Absent when the ledger does not know the code"`
}

type resolveInput struct{ Body ResolveBody }

type resolveOutput struct {
	Body struct {
		Results []Resolved `json:"results" doc:"One for each code, in order"`
		Block   uint64     `json:"block" doc:"The block that this answer is current to"`
	}
}

// resolve finds many assets at a time: what was scanned without a network, or stands in a file. A code that nobody
// knows is no error of the others.
func (s *Server) resolve(v *reply, in *resolveInput) (*resolveOutput, error) {
	codes := in.Body.Codes
	switch n := len(codes); {
	case n == 0:
		return nil, problem.BadRequest(rootline.Text{En: `There is no code in this request. Send {"codes":["…"]}.`, Zh: `请求中没有编码。请发送 {"codes":["…"]}。`}).At("/codes")
	case n > readmodel.MaxLimit:
		return nil, problem.BadRequest(rootline.Text{
			En: fmt.Sprintf("This holds %d codes; at most %d go together. Send them in parts.", n, readmodel.MaxLimit),
			Zh: fmt.Sprintf("此处有 %d 个编码，一次最多 %d 个。请分批发送。", n, readmodel.MaxLimit),
		}).At("/codes")
	}
	for i, code := range codes {
		if err := query.CheckCode(code); err != nil {
			return nil, rootline.AsError(err).At("/codes/" + strconv.Itoa(i))
		}
	}
	found, err := v.Resolve(codes)
	if err != nil {
		return nil, err
	}
	out := &resolveOutput{}
	out.Body.Results, out.Body.Block = make([]Resolved, len(codes)), v.At.Number
	for i, a := range found {
		out.Body.Results[i].Code = codes[i]
		if a != nil {
			view := v.ShowAsset(a)
			out.Body.Results[i].Asset = &view
		}
	}
	return out, nil
}
