package client

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/jws"
	"github.com/rootline/rootline/strictjson"
)

// EnrolPath is the page of a gateway that an invitation's link leads to.
const EnrolPath = "/enrol"

// inviteWait is how long an invitation and an enrolment wait for their commit.
const inviteWait = 60 * time.Second

// InviteOptions is what an admin offers.
type InviteOptions struct {
	// Role is one of the organisation's roles, or admin.
	Role string
	// Name is the pseudonym of the device that takes it: "C7". No person's name goes on the ledger.
	Name string
	// Expires is when the offer ends, Until when the device will; a zero Until is for no end.
	Expires, Until time.Time
}

// Invitation is a role offered to whoever holds its link. Who holds the link holds the offer: it is handed over like
// a key, on paper, by a QR code on a screen, or in a message to one person.
type Invitation struct {
	// Kid is the thumbprint of the one-time key.
	Kid string
	// Link opens the enrolment. Its fragment, which no browser sends to a server, holds the one-time private key.
	Link   string
	Status EventStatus
}

// InviteToken is what the fragment of an invitation's link holds, as JSON in base64url without padding:
//
//	https://HOST/enrol#eyJrIjoi…
//
// A phone makes its own key, and shows what it is invited to before it takes it.
type InviteToken struct {
	// K is the private number of the one-time P-256 key: 32 bytes big-endian in base64url, the "d" of a JWK. The
	// public key follows from it.
	K string `json:"k"`
	// Net is the ledger that the invitation is for.
	Net string `json:"net"`
	// Invitation is the id of the event that invites. Whoever enrols accepts this one of this organisation, and no other
	// that has the same key.
	Invitation string `json:"invitation"`
	// Organisation, Role, Name and Expires repeat the invitation on the ledger, which decides.
	Organisation string           `json:"organisation"`
	Role         string           `json:"role"`
	Name         string           `json:"name"`
	Expires      rootline.Instant `json:"expires"`
}

// LinkError says why a link is no invitation.
type LinkError struct{ Reason string }

// Error implements error.
func (e *LinkError) Error() string {
	return "this is not the link of an invitation: " + e.Reason + ". Copy it whole, with what follows the #"
}

// Invite makes an invitation: a one-time key, and the admin's signed event that offers the role to it. It returns when
// the ledger has it. With a *NotFinalError there is an invitation too, which holds once the ledger has it.
func (g *Gateway) Invite(ctx context.Context, admin *Device, o InviteOptions) (*Invitation, error) {
	once, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	body := rootline.InviteData{Key: jws.KeyOf(&once.PublicKey), Role: o.Role, Name: o.Name, Expires: rootline.InstantOf(o.Expires)}
	if !o.Until.IsZero() {
		body.Until = rootline.InstantOf(o.Until)
	}
	data, err := encodeData(body)
	if err != nil {
		return nil, err
	}
	event := &rootline.Event{ID: rootline.NewEventID(admin.Kid), Action: rootline.ActInvite, Rulebook: rootline.Registry, Data: data}
	status, err := g.Record(ctx, admin, event, inviteWait)
	if err != nil {
		return nil, err
	}
	link, err := g.link(&InviteToken{
		K: scalarOf(once), Net: admin.Net, Invitation: event.ID, Organisation: admin.Organisation, Role: o.Role, Name: o.Name,
		Expires: body.Expires,
	})
	if err == nil && status.Status != Committed {
		err = &NotFinalError{Status: status}
	}
	return &Invitation{Kid: body.Key.Thumbprint(), Link: link, Status: status}, err
}

func (g *Gateway) link(t *InviteToken) (string, error) {
	b, err := json.Marshal(t)
	if err != nil {
		return "", err
	}
	return g.URL() + EnrolPath + "#" + base64.RawURLEncoding.EncodeToString(b), nil
}

// ParseLink takes an invitation's link apart: the address of the gateway and what the fragment holds. Every error is
// a *LinkError.
func ParseLink(link string) (gateway string, token *InviteToken, err error) {
	bad := func(reason string) (string, *InviteToken, error) { return "", nil, &LinkError{Reason: reason} }
	u, err := url.Parse(strings.TrimSpace(link))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || !strings.HasSuffix(u.Path, EnrolPath) {
		return bad("it does not look like https://HOST/enrol#…")
	}
	if u.Fragment == "" {
		return bad("it has no # part")
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(u.Fragment)
	if err != nil {
		return bad("its # part is damaged")
	}
	var t InviteToken
	if err := strictjson.Decode(b, &t); err != nil {
		return bad("its # part is damaged")
	}
	if _, err := keyOfScalar(t.K); err != nil || t.Net == "" || t.Invitation == "" || t.Organisation == "" || t.Role == "" {
		return bad("its # part lacks the key, the ledger, the invitation, the organisation or the role")
	}
	return u.Scheme + "://" + u.Host + strings.TrimSuffix(u.Path, EnrolPath), &t, nil
}
