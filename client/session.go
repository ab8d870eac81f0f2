package client

import (
	"context"
	"errors"
	"net/http"

	"github.com/rootline/rootline"
)

// Session is a device's leave to read what is not public.
type Session struct {
	// Device is the kid.
	Device       string           `json:"device"`
	Organisation string           `json:"organisation"`
	Role         string           `json:"role"`
	Name         string           `json:"name"`
	Token        string           `json:"token"`
	Expires      rootline.Instant `json:"expires"`
}

// SignIn lets the device in. The session is kept and used by all later calls, and renewed when it ends.
func (g *Gateway) SignIn(ctx context.Context, d *Device) (*Session, error) {
	a, err := g.do(ctx, call{
		method: http.MethodPost, path: "/api/v1/session", anonymous: true,
		// Each try signs a message of its own: its nonce is taken once.
		body: func() ([]byte, error) {
			message, err := d.SignIn(g.Origin())
			if err != nil {
				return nil, err
			}
			return jsonBody(signInBody{JWS: message})()
		},
	})
	if err != nil {
		return nil, err
	}
	var s Session
	if err := g.decode(a, &s); err != nil {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.device, g.session = d, &s
	return &s, nil
}

type signInBody struct {
	JWS string `json:"jws"`
}

// SignOut ends the session, here and at the gateway.
func (g *Gateway) SignOut(ctx context.Context) error {
	_, err := g.do(ctx, call{method: http.MethodDelete, path: "/api/v1/session"})
	g.mu.Lock()
	defer g.mu.Unlock()
	g.device, g.session = nil, nil
	return err
}

func (g *Gateway) token() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.session == nil {
		return ""
	}
	return g.session.Token
}

var errNoDevice = errors.New("no device has signed in")

func (g *Gateway) signInAgain(ctx context.Context) error {
	g.mu.Lock()
	d := g.device
	g.mu.Unlock()
	if d == nil {
		return errNoDevice
	}
	_, err := g.SignIn(ctx, d)
	return err
}
