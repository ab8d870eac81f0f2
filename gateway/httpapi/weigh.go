package httpapi

import (
	"context"
	"io"
	"net/http"
	"net/netip"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/budget"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/limits"
)

// workLimits bound the bytes of the requests that are worked on at one time. A body may take some four times its length
// in memory while it is read and judged. An address may send two of the longest bodies at once.
var workLimits = budget.Limits{All: limits.WorkBytes, Guests: limits.GuestsBytes, Guest: limits.GuestBytes, Member: limits.MemberBytes}

// streamLimits bound the open event streams.
var streamLimits = budget.Limits{All: limits.Streams, Guests: limits.GuestsStreams, Guest: limits.GuestStreams, Member: limits.MemberStreams}

const (
	// leastWeight is what a request weighs that has no body or a small one: so an address has 1,024 at once.
	leastWeight = 16 << 10
	// fileWeight is what an upload of a file weighs, which is never in memory as a whole.
	fileWeight = 64 << 10
	// pictureWeight is what a smaller picture weighs, which may have to be made: a device asks for 256 at a time. What is decoded
	// at one time has a bound of its own.
	pictureWeight = 128 << 10
	// pointsWeight is what a map weighs, of which all positions are in memory at once: a device has four at a time.
	pointsWeight = 8 << 20
	// exportWeight is what a table or a file of everything weighs. It may take half an hour, and a workbook has a temporary
	// file as long: a device has sixteen at a time.
	exportWeight = 2 << 20
	// planWeight is what comparing all plans weighs.
	planWeight = 1 << 20
)

const weightKey = "weight"

// weighs sets what a request weighs, whatever its length; 0 for one that has a bound of its own.
func weighs(n int64) option { return func(op *huma.Operation) { op.Metadata[weightKey] = n } }

type addressKey struct{}

// hereKey marks a request of a program on this machine; what a proxy on it passes on is none.
type hereKey struct{}

func isHere(ctx context.Context) bool {
	here, _ := ctx.Value(hereKey{}).(bool)
	return here
}

// trust sets whom the engine believes when it says for whom it asks.
func trust(engine *gin.Engine, proxies []netip.Prefix) error {
	networks := make([]string, len(proxies))
	for i, p := range proxies {
		networks[i] = p.String()
	}
	engine.RemoteIPHeaders = []string{"X-Forwarded-For"}
	return engine.SetTrustedProxies(networks)
}

// addressed notes from which address a request comes, as budgets count it.
func addressed(c *gin.Context) {
	address, _ := netip.ParseAddr(c.ClientIP())
	ctx := context.WithValue(c.Request.Context(), addressKey{}, budget.NameOf(address))
	here := address.IsLoopback()
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via"} {
		here = here && c.GetHeader(name) == ""
	}
	c.Request = c.Request.WithContext(context.WithValue(ctx, hereKey{}, here))
	c.Next()
}

// taker is who asks, as budgets count: the device that is signed in, or else the address.
func taker(ctx context.Context) budget.Who {
	if p := caller(ctx); p != nil {
		return budget.Who{Name: p.device.Kid, Member: true}
	}
	name, _ := ctx.Value(addressKey{}).(string)
	return budget.Who{Name: name}
}

// weighed lets an operation begin when there is room for its body, before any of it is read.
func (s *Server) weighed(ctx huma.Context, next func(huma.Context)) {
	n, set := ctx.Operation().Metadata[weightKey].(int64)
	if !set {
		n = bodyWeight(humagin.Unwrap(ctx).Request.ContentLength, ctx.Operation().MaxBodyBytes)
	}
	if n == 0 {
		next(ctx)
		return
	}
	release, err := s.work.Take(taker(ctx.Context()), n)
	if err != nil {
		s.deny(ctx, problem.From(tooManyRequests(taker(ctx.Context()), err)))
		discard(humagin.Unwrap(ctx))
		return
	}
	defer release()
	next(ctx)
}

// discardTime is how long the rest of a body is taken that nobody reads.
const discardTime = 2 * time.Second

// discard sends the answer and takes what still comes of the body, in small pieces: who is busy sending does not see an
// answer on a connection that is cut.
func discard(c *gin.Context) {
	control := http.NewResponseController(c.Writer)
	_, _ = control.Flush(), control.SetReadDeadline(time.Now().Add(discardTime))
	_, _ = io.Copy(io.Discard, c.Request.Body)
}

// bodyWeight is what a body of a length weighs, or the longest one where the length is not known.
func bodyWeight(length, most int64) int64 {
	if length < 0 || length > most {
		length = most
	}
	return max(length, leastWeight)
}

// weighedPage is weighed for pages, which everyone may read.
func (s *Server) weighedPage(handle gin.HandlerFunc) gin.HandlerFunc {
	return func(c *gin.Context) {
		who := taker(c.Request.Context())
		release, err := s.work.Take(who, leastWeight)
		if err != nil {
			problem.Refuse(c, tooManyRequests(who, err))
			return
		}
		defer release()
		handle(c)
	}
}

// tooManyRequests says whose share is used up.
func tooManyRequests(who budget.Who, err error) *rootline.Error {
	why := rootline.Text{
		En: "This gateway works on as much at once as it can. Nothing was read", Zh: "此网关同时处理的请求已达上限，未读取任何内容",
	}
	switch {
	case err == budget.ErrAll && !who.Member: // Take returns it as it is
		why = rootline.Text{
			En: "This gateway works on as much at once as it does for those who are not signed in. Nothing was read. Room is kept for devices that are signed in",
			Zh: "此网关为未登录者同时处理的请求已达上限，未读取任何内容。已登录的设备另有预留",
		}
	case err == budget.ErrOwn && who.Member: // as above
		why = rootline.Text{
			En: "This device has sent as much at once as one device may. Nothing was read. Send less at a time",
			Zh: "此设备同时发送的内容已达单台设备的上限，未读取任何内容。请减少同时发送的内容",
		}
	case err == budget.ErrOwn: // as above
		why = rootline.Text{
			En: "As much was sent at once from your address as one address may. Nothing was read. A device that is signed in has room of its own",
			Zh: "来自您所在地址的请求已达单一地址的上限，未读取任何内容。已登录的设备有各自的额度",
		}
	}
	return rootline.Refuse(rootline.CodeTooManyRequests, why, problem.RetryAfter)
}
