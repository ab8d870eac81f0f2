package httpapi

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/gateway/sessions"
	"github.com/rootline/rootline/jws"
	"github.com/rootline/rootline/limits"
	"github.com/rootline/rootline/rulebook"
	"github.com/rootline/rootline/strictjson"
)

const (
	cookieName = "rootline_session"
	// sessionLife is how long a device stays signed in.
	sessionLife = 12 * time.Hour
	// signInLife is how far ahead a sign-in may expire.
	signInLife = 5 * time.Minute
	// nonceBytes bound a sign-in's nonce.
	nonceBytes, maxNonceBytes = 16, 64
)

// Session is who is signed in.
type Session struct {
	Device       string           `json:"device" doc:"The device's kid"`
	Organisation string           `json:"organisation" doc:"MSP id"`
	Role         string           `json:"role"`
	Name         string           `json:"name" doc:"The device's pseudonym"`
	Token        string           `json:"token,omitempty" doc:"For the header Authorization: Bearer; given once"`
	Expires      rootline.Instant `json:"expires"`
}

type signInInput struct {
	Body struct {
		JWS string `json:"jws" doc:"JWS of type rootline-sign-in over {origin, nonce, expires}, made and signed by the device"`
	}
}

type sessionOutput struct {
	Cookie string `header:"Set-Cookie"`
	Body   Session
}

// principal is who asks.
type principal struct {
	device  *rootline.Device
	session sessions.Session
	token   string
	// reads is how much the device's role sees.
	reads rulebook.Reads
}

type principalKey struct{}

// caller returns who asks, or nil for a guest.
func caller(ctx context.Context) *principal {
	p, _ := ctx.Value(principalKey{}).(*principal)
	return p
}

// member returns who asks when that is a device that sees all that members see; nil for a guest and for a role that sees only its
// own, to whom public routes show what they show to guests.
func member(ctx context.Context) *principal {
	if p := caller(ctx); p != nil && p.reads == rulebook.ReadsAll {
		return p
	}
	return nil
}

// narrowAssets has a list show to a role that sees only its own nothing else.
func narrowAssets(v *presentation.Reply, f *readmodel.AssetFilter) error {
	switch p := caller(v.Context()); {
	case p == nil:
	case p.reads == rulebook.ReadsOrganisation:
		readers, err := v.Readers()
		if err != nil {
			return err
		}
		f.Party, f.Readers = p.device.Organisation, strings.Join(readers, ",")
	case p.reads == rulebook.ReadsDevice:
		f.Signer = p.device.Kid
	}
	return nil
}

// narrowEvents is narrowAssets for events: those that the own organisation or the own device signed. What others signed is asked
// for in vain.
func narrowEvents(ctx context.Context, f *readmodel.EventFilter) (none bool) {
	p := caller(ctx)
	if p == nil || p.reads == rulebook.ReadsAll {
		return false
	}
	own, asked := &f.Organisation, p.device.Organisation
	if p.reads == rulebook.ReadsDevice {
		own, asked = &f.Device, p.device.Kid
	}
	if *own != "" && *own != asked {
		return true
	}
	*own = asked
	return false
}

// ownDevice refuses a role that sees only its own what is of another device.
func ownDevice(ctx context.Context, kid string) error {
	if p := caller(ctx); p != nil && p.reads != rulebook.ReadsAll && p.device.Kid != kid {
		return notForNarrow(p.device.Role)
	}
	return nil
}

// signIn takes a challenge that the device built and signed itself, once.
func (s *Server) signIn(ctx context.Context, in *signInInput) (*sessionOutput, error) {
	now := rootline.InstantOf(s.now())
	device, message, err := s.verifySignIn(ctx, in.Body.JWS, now)
	if err != nil {
		return nil, err
	}
	// What is kept of a device's sign-ins is bounded, however many it signs.
	n, first, err := s.Sessions.Held(ctx, device.Kid)
	if err != nil {
		return nil, err
	}
	if n >= limits.Sessions && first > now+rootline.Instant((sessionLife-signInLife).Milliseconds()) {
		return nil, rootline.Refuse(rootline.CodeTooManyRequests, rootline.Text{
			En: fmt.Sprintf("This device signed in %d times within five minutes, as often as one may. Go on with a session that it has", n),
			Zh: fmt.Sprintf("此设备在五分钟内已登录 %d 次，达到单台设备上限。请使用已有的会话", n),
		}, problem.RetryAfter)
	}
	fresh, err := s.Sessions.TakeNonce(ctx, device.Kid, message.Nonce, message.Expires)
	if err != nil {
		return nil, err
	}
	if !fresh {
		return nil, rootline.Refuse(rootline.CodeSignInRefused, rootline.Text{En: "this message was used before, or may have been: it is older than what this gateway has noted of that", Zh: "此消息已用过或可能已用过：它早于本网关的使用记录"})
	}
	session := sessions.Session{Kid: device.Kid, Expires: now + rootline.Instant(sessionLife.Milliseconds())}
	token, err := s.Sessions.Create(ctx, session)
	if err != nil {
		return nil, err
	}
	out := &sessionOutput{Cookie: cookie(isSecure(ctx), token, sessionLife), Body: sessionOf(device, session)}
	out.Body.Token = token
	return out, nil
}

func (s *Server) verifySignIn(ctx context.Context, compact string, now rootline.Instant) (*rootline.Device, *rootline.SignIn, error) {
	signed, err := jws.Parse(compact)
	if err != nil {
		return nil, nil, rootline.Refuse(rootline.CodeMalformedJWS, err)
	}
	if signed.Typ != rootline.TypSignIn {
		return nil, nil, rootline.Refuse(rootline.CodeWrongType, signed.Typ, rootline.TypSignIn)
	}
	ledger, err := readmodel.Read(ctx, s.Store, foundingOf)
	if err != nil {
		return nil, nil, err
	}
	if signed.Net != ledger.Net {
		return nil, nil, rootline.Refuse(rootline.CodeWrongNet, signed.Net)
	}
	device, err := s.activeDevice(ctx, signed.Kid, now)
	if err != nil {
		return nil, nil, err
	}
	key, err := device.Key.Public()
	if err != nil {
		return nil, nil, err
	}
	if signed.Verify(key) != nil {
		return nil, nil, rootline.Refuse(rootline.CodeBadSignature)
	}
	var message rootline.SignIn
	if err := strictjson.Decode(signed.Payload, &message); err != nil {
		return nil, nil, rootline.Refuse(rootline.CodeSignInRefused, err)
	}
	if reason := s.wrongSignIn(&message, now); !reason.IsZero() {
		return nil, nil, rootline.Refuse(rootline.CodeSignInRefused, reason)
	}
	return device, &message, nil
}

// wrongSignIn returns why a message that is rightly signed is not one for here and now.
func (s *Server) wrongSignIn(m *rootline.SignIn, now rootline.Instant) rootline.Text {
	nonce, err := base64.RawURLEncoding.Strict().DecodeString(m.Nonce)
	switch {
	case !s.config.mine(m.Origin):
		return rootline.Text{En: "it was made for " + m.Origin + ", and this is " + s.config.Origin, Zh: "它是为 " + m.Origin + " 生成的，而这里是 " + s.config.Origin}
	case m.Expires <= now:
		return rootline.Text{En: "it expired at " + m.Expires.String() + "; check the device's clock", Zh: "已于 " + m.Expires.String() + " 过期；请检查设备时钟"}
	case m.Expires > now+rootline.Instant(signInLife.Milliseconds()):
		return rootline.Text{En: "it expires more than five minutes ahead; check the device's clock", Zh: "有效期超过五分钟；请检查设备时钟"}
	case err != nil || len(nonce) < nonceBytes || len(nonce) > maxNonceBytes:
		return rootline.Text{En: "its nonce is not 16 to 64 bytes in base64url", Zh: "随机数须为 16 至 64 字节的 base64url"}
	}
	return rootline.Text{}
}

// activeDevice returns a device that may sign and read now.
func (s *Server) activeDevice(ctx context.Context, kid string, now rootline.Instant) (*rootline.Device, error) {
	device, err := readmodel.Read(ctx, s.Store, func(v *readmodel.View) (*rootline.Device, error) { return v.Device(kid) })
	switch {
	case rootline.CodeOf(err) == rootline.CodeNotFound:
		return nil, rootline.Refuse(rootline.CodeUnknownDevice)
	case err != nil:
		return nil, err
	}
	if err := device.Active(now); err != nil {
		return device, &problem.Ended{Refusal: rootline.AsError(err), At: device.End()}
	}
	return device, nil
}

// whoAmI says who is signed in.
func (s *Server) whoAmI(ctx context.Context, _ *struct{}) (*sessionOutput, error) {
	p := caller(ctx)
	if p == nil {
		return nil, guest(ctx)
	}
	return &sessionOutput{Body: sessionOf(p.device, p.session)}, nil
}

type signedOut struct {
	Cookie string `header:"Set-Cookie"`
}

// signOut ends the session. Without one there is nothing to end, which is no error.
func (s *Server) signOut(ctx context.Context, _ *struct{}) (*signedOut, error) {
	if p := caller(ctx); p != nil {
		if err := s.Sessions.End(ctx, p.token); err != nil {
			return nil, err
		}
	}
	return &signedOut{Cookie: cookie(isSecure(ctx), "", -1)}, nil
}

func sessionOf(d *rootline.Device, session sessions.Session) Session {
	return Session{Device: d.Kid, Organisation: d.Organisation, Role: d.Role, Name: d.Name, Expires: session.Expires}
}

// secureKey marks a request that came over HTTPS.
type secureKey struct{}

func isSecure(ctx context.Context) bool {
	secure, _ := ctx.Value(secureKey{}).(bool)
	return secure
}

// cookieNameOf is the name of the cookie. Under HTTPS its prefix keeps other hosts of the domain, and plain HTTP, from
// setting one.
func cookieNameOf(secure bool) string {
	if secure {
		return "__Host-" + cookieName
	}
	return cookieName
}

func cookie(secure bool, token string, life time.Duration) string {
	c := http.Cookie{
		Name: cookieNameOf(secure), Value: token, Path: "/", MaxAge: int(life.Seconds()),
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: secure,
	}
	if life < 0 {
		c.MaxAge = -1
	}
	return c.String()
}

// tokenOf finds the session's token in a request: the header comes before the cookie.
func (s *Server) tokenOf(ctx huma.Context) string {
	if token, ok := bearer(ctx.Header("Authorization")); ok {
		return token
	}
	if c, err := huma.ReadCookie(ctx, cookieNameOf(isSecure(ctx.Context()))); err == nil {
		return c.Value
	}
	return ""
}

func bearer(authorization string) (token string, ok bool) {
	scheme, token, ok := strings.Cut(authorization, " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return "", false
	}
	return strings.TrimSpace(token), true
}

// identify returns who asks, nil for a guest. The device is looked up each time, so that a revocation ends its
// sessions with the block that holds it.
func (s *Server) identify(ctx context.Context, token string) (*principal, error) {
	if token == "" {
		return nil, nil
	}
	session, ok, err := s.Sessions.Find(ctx, token)
	if err != nil || !ok {
		return nil, err
	}
	device, err := s.activeDevice(ctx, session.Kid, rootline.InstantOf(s.now()))
	if err != nil {
		return nil, err
	}
	reads, err := readmodel.Read(ctx, s.Store, func(v *readmodel.View) (rulebook.Reads, error) { return v.ReadsOf(device) })
	if err != nil {
		return nil, err
	}
	return &principal{device: device, session: session, token: token, reads: reads}, nil
}
