package httpapi

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/rulebook"
)

// access says who may use a route. There is no other way to register one than with an access: what nobody decided
// upon does not exist.
type access struct {
	// name is the access in words, for the API's description; zh the same where it is more than roles by their ids.
	name, zh string
	// allows decides on a device that is signed in; nil lets everyone in, guests too.
	allows func(ctx context.Context, s *Server, d *rootline.Device) (bool, error)
	// narrow lets those in, too, whose role sees only its own: what is not said to be for them is not.
	narrow bool
}

var (
	// public is what anyone may use: the item pages and what they are made of, and what carries its own signature.
	public = &access{name: "public"}
	// signedIn is for every device of every member that is neither revoked nor expired. A shared record is the point,
	// so members read all of it. What a device writes is an event, on which the ledger decides.
	signedIn = &access{name: "signed-in", allows: func(context.Context, *Server, *rootline.Device) (bool, error) { return true, nil }}
	// each is for every such device, those of narrow roles, too: it shows nothing of others, or each of them its own alone.
	each = &access{name: "signed-in; a role that sees only its own, its own", zh: "已登录；仅可查看自身内容的角色只能看到自身内容", allows: signedIn.allows, narrow: true}
	// printers are who makes things or puts codes on them.
	printers = &access{name: "admin, manager, importer, and roles that a rulebook lets make or tag assets", zh: "admin、manager、importer，以及规则手册允许制作资产或绑定标签的角色", allows: prints}
)

// roles is for devices of the named roles.
func roles(names ...string) *access {
	return &access{name: strings.Join(names, ", "), allows: func(_ context.Context, _ *Server, d *rootline.Device) (bool, error) {
		return slices.Contains(names, d.Role), nil
	}}
}

// prints reads from the adopted rulebooks whether a role has any use for labels, so that a new rulebook's roles need
// no change here.
func prints(ctx context.Context, s *Server, d *rootline.Device) (bool, error) {
	if slices.Contains([]string{rootline.RoleAdmin, rootline.RoleManager, "importer"}, d.Role) {
		return true, nil
	}
	books, err := readmodel.Read(ctx, s.Store, (*readmodel.View).Rulebooks)
	if err != nil {
		return false, err
	}
	for _, b := range books {
		for _, k := range b.Book.Kinds {
			for _, a := range k.Actions {
				made := a.Creates && !a.EPCIS.Inspects() // an audit is put on record, but no thing that bears a code
				if (made || a.Asks.Tag != "") && slices.Contains(a.By, d.Role) {
					return true, nil
				}
			}
		}
	}
	return false, nil
}

// endedKey marks a request whose session is of a device that was revoked or has expired.
type endedKey struct{}

// guest is the refusal of what is not for guests: it tells a device that was signed in why it is not any more.
func guest(ctx context.Context) *rootline.Error {
	if ended, _ := ctx.Value(endedKey{}).(*rootline.Error); ended != nil {
		return ended
	}
	return rootline.Refuse(rootline.CodeSignInNeeded)
}

// guard lets through who may use the operation.
func (s *Server) guard(ctx huma.Context, next func(huma.Context)) {
	who, _ := ctx.Operation().Metadata[accessKey].(*access)
	p, err := s.identify(ctx.Context(), s.tokenOf(ctx))
	ended := rootline.AsError(err)
	if who == nil {
		s.deny(ctx, problem.From(rootline.Refuse(rootline.CodeForbidden)))
		return
	}
	if err != nil && (ended == nil || who != public) {
		s.deny(ctx, problem.Of(err))
		return
	}
	if who != public {
		if p == nil {
			s.deny(ctx, problem.From(rootline.Refuse(rootline.CodeSignInNeeded)))
			return
		}
		allowed, err := who.allows(ctx.Context(), s, p.device)
		if err != nil {
			s.deny(ctx, problem.Of(err))
			return
		}
		if p.reads != rulebook.ReadsAll && !who.narrow {
			s.deny(ctx, problem.From(notForNarrow(p.device.Role)))
			return
		}
		if !allowed {
			s.deny(ctx, problem.From(notForRole(p.device.Role, who)))
			return
		}
	}
	ctx = huma.WithValue(ctx, headerKey{}, ctx.SetHeader)
	if p != nil {
		ctx = huma.WithValue(ctx, principalKey{}, p)
	}
	if ended != nil {
		// What anyone may read, a revoked device may read, too: as a guest.
		ctx = huma.WithValue(ctx, endedKey{}, ended)
	}
	next(ctx)
}

func notForRole(role string, who *access) *rootline.Error {
	r := rootline.Refuse(rootline.CodeForbidden)
	r.Says = rootline.Text{
		En: fmt.Sprintf("Your role, %s, does not allow this. It is for: %s.", role, who.name),
		Zh: fmt.Sprintf("您的角色（%s）无权执行此操作。可执行的角色：%s。", role, cmp.Or(who.zh, who.name)),
	}
	return r
}

func notForNarrow(role string) *rootline.Error {
	r := rootline.Refuse(rootline.CodeForbidden)
	r.Says = rootline.Text{
		En: fmt.Sprintf("Your role, %s, sees what is its own and what guests see; this is neither.", role),
		Zh: fmt.Sprintf("您的角色（%s）只能查看自身内容和访客可见的内容，此处不在其列。", role),
	}
	return r
}

// deny answers a problem from huma's middleware.
func (s *Server) deny(ctx huma.Context, p *problem.Problem) {
	if p.Cause != nil {
		slog.ErrorContext(ctx.Context(), "request failed", "route", ctx.Operation().Path, "err", p.Cause)
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
