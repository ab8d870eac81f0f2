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
