package httpapi

import (
	"log/slog"

	"github.com/danielgtaylor/huma/v2"

	"github.com/rootline/rootline"
)

// guard lets through who may call the operation. An operation that says nothing is closed.
func (s *Server) guard(ctx huma.Context, next func(huma.Context)) {
	who, _ := ctx.Operation().Metadata[accessKey].(access)
	p, err := s.identify(ctx.Context(), tokenOf(ctx))
	switch {
	case who == public && rootline.AsError(err) != nil:
		// What anyone may read, a revoked device may read, too: as a guest.
	case err != nil:
		s.deny(ctx, problemOf(err))
		return
	case who == signedIn && p == nil:
		s.deny(ctx, problemFrom(rootline.Refuse(rootline.CodeSignInNeeded)))
		return
	case who != public && who != signedIn:
		s.deny(ctx, problemFrom(rootline.Refuse(rootline.CodeForbidden)))
		return
	}
	if p != nil {
		ctx = huma.WithValue(ctx, principalKey{}, p)
	}
	next(ctx)
}

// deny answers a problem from huma's middleware.
func (s *Server) deny(ctx huma.Context, p *Problem) {
	if p.cause != nil {
		slog.ErrorContext(ctx.Context(), "request failed", "route", ctx.Operation().Path, "err", p.cause)
	}
	for name, values := range p.GetHeaders() {
		for _, v := range values {
			ctx.AppendHeader(name, v)
		}
	}
	ctx.SetHeader("Content-Type", p.ContentType(""))
	ctx.SetStatus(p.Status)
	if err := s.api.Marshal(ctx.BodyWriter(), "application/json", p); err != nil {
		slog.DebugContext(ctx.Context(), "the answer was not taken", "err", err)
	}
}
