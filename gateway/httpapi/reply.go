package httpapi

import (
	"context"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/rulebook"
)

// reply is one answer in the making, and the server that makes it.
type reply struct {
	*presentation.Reply
	server *Server
}

// reply begins an answer as of now. It must be closed.
func (s *Server) reply(ctx context.Context) (*reply, error) {
	r, err := presentation.Begin(ctx, s.Store, s.gateway())
	if err != nil {
		return nil, err
	}
	if p := caller(ctx); p != nil && p.reads == rulebook.ReadsOrganisation {
		r.Own = func(a *readmodel.Asset) bool { return r.ReadBy(a, p.device.Organisation) }
	}
	return &reply{Reply: r, server: s}, nil
}

// gateway is this gateway, as answers name it.
func (s *Server) gateway() *presentation.Gateway {
	return &presentation.Gateway{Organisation: s.config.Organisation, Origin: s.config.Origin, Zone: s.config.Zone, Peer: s.Peer}
}

// headerKey marks what sets a header of the answer.
type headerKey struct{}

// nameBlock lets the answer name its block.
func nameBlock(ctx context.Context, number uint64) {
	if set, _ := ctx.Value(headerKey{}).(func(name, value string)); set != nil {
		set(presentation.BlockHeader, strconv.FormatUint(number, 10))
	}
}

// answers registers an operation whose answer, a refusal too, is made from one snapshot and names its block.
func answers[I, O any](s *Server, api huma.API, who *access, method, path, id, summary string, handle func(*reply, *I) (*O, error), options ...option) {
	add(api, who, method, path, id, summary, func(ctx context.Context, in *I) (*O, error) {
		v, err := s.reply(ctx)
		if err != nil {
			return nil, err
		}
		defer v.Close()
		nameBlock(ctx, v.At.Number)
		return handle(v, in)
	}, append(options, namesBlock)...)
}

const namesBlockKey = "names-block"

// namesBlock says that answers of the operation name their block.
func namesBlock(op *huma.Operation) { op.Metadata[namesBlockKey] = true }

// describeBlock writes what namesBlock said into the description.
func describeBlock(op *huma.Operation) {
	if op.Metadata[namesBlockKey] == nil {
		return
	}
	for status, r := range op.Responses {
		if status[0] != '2' && status != "404" {
			continue
		}
		if r.Headers == nil {
			r.Headers = map[string]*huma.Param{}
		}
		r.Headers[presentation.BlockHeader] = &huma.Param{
			Description: "The number of the block that the answer is current to: all of it is read from one snapshot",
			Schema:      &huma.Schema{Type: huma.TypeInteger, Format: "int64"},
		}
	}
}

// orEmpty makes a list that has nothing in it an empty list in JSON.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
