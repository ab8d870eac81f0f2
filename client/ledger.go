package client

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/rootline/rootline"
)

// Ledger is what a device needs to know of the ledger that a gateway stands for.
type Ledger struct {
	Net           string                  `json:"net"`
	Organisations []rootline.Organisation `json:"organisations"`
	Channel       string                  `json:"channel"`
	// Block is the newest that the gateway has judged.
	Block   BlockHeight     `json:"block"`
	Gateway GatewayOfLedger `json:"gateway"`
}

// GatewayOfLedger is who runs the gateway and the origin that it is to be reached under.
type GatewayOfLedger struct {
	Organisation string `json:"organisation"`
	Origin       string `json:"origin"`
}

// Organisation finds a member by its MSP id; nil when there is none.
func (l *Ledger) Organisation(mspID string) *rootline.Organisation {
	for i := range l.Organisations {
		if l.Organisations[i].MSPID == mspID {
			return &l.Organisations[i]
		}
	}
	return nil
}

// Seen is the newest block, as an event names it to show that it was signed after it.
func (l *Ledger) Seen() *rootline.Seen {
	return &rootline.Seen{Block: l.Block.Number, Hash: l.Block.Hash}
}

// Ledger gives the ledger's net, members and newest block.
func (g *Gateway) Ledger(ctx context.Context) (*Ledger, error) {
	var l Ledger
	if err := g.getJSON(ctx, "/api/v1/ledger", nil, &l); err != nil {
		return nil, err
	}
	if l.Net == "" {
		return nil, &AnswerError{URL: g.URL(), Status: http.StatusOK, Reason: "it names no ledger"}
	}
	return &l, nil
}

// Block is a block of the chain, as far as people and auditors need it.
type Block struct {
	Number       uint64           `json:"number"`
	Hash         rootline.Hash    `json:"hash"`
	PreviousHash rootline.Hash    `json:"previousHash"`
	DataHash     rootline.Hash    `json:"dataHash"`
	Time         rootline.Instant `json:"time,omitzero"`
	Transactions []Transaction    `json:"transactions"`
}

// Transaction is one transaction of a block.
type Transaction struct {
	ID    string `json:"id"`
	Block uint64 `json:"block"`
	// Validation is Fabric's code: "VALID", "MVCC_READ_CONFLICT".
	Validation string           `json:"validation"`
	Function   string           `json:"function"`
	Creator    string           `json:"creator"`
	Endorsers  []string         `json:"endorsers"`
	Time       rootline.Instant `json:"time,omitzero"`
	// Events are the ids of the events in it.
	Events []string `json:"events"`
}

// Block gives a block by its number.
func (g *Gateway) Block(ctx context.Context, number uint64) (*Block, error) {
	var b Block
	err := g.getJSON(ctx, "/api/v1/blocks/"+strconv.FormatUint(number, 10), nil, &b)
	return &b, err
}

// Transaction gives a transaction by its id.
func (g *Gateway) Transaction(ctx context.Context, id string) (*Transaction, error) {
	var t Transaction
	err := g.getJSON(ctx, "/api/v1/transactions/"+url.PathEscape(id), nil, &t)
	return &t, err
}

// Readiness is how well a gateway keeps up.
type Readiness struct {
	Ready bool `json:"ready"`
	// Block is the newest that the gateway has judged, PeerBlock the newest of its peer, Lag the difference.
	Block     uint64 `json:"block"`
	PeerBlock uint64 `json:"peerBlock"`
	Lag       uint64 `json:"lag"`
	// ClockSkewMs is how far the gateway's clock is from the ledger's, in milliseconds.
	ClockSkewMs int64 `json:"clockSkewMs"`
	// Outbox counts events by status.
	Outbox   map[Status]int `json:"outbox"`
	Findings int            `json:"findings"`
}

// Readiness asks whether the gateway is ready. One that answers that it is not is no error here; it is asked once.
func (g *Gateway) Readiness(ctx context.Context) (*Readiness, error) {
	once := &Gateway{base: g.base, http: g.http, onRetry: g.onRetry}
	var r Readiness
	a, err := once.do(ctx, call{method: http.MethodGet, path: "/readyz", anonymous: true})
	var p *Problem
	var other *AnswerError
	switch {
	case errors.As(err, &p) && p.Status == http.StatusServiceUnavailable:
		return &r, nil
	case errors.As(err, &other) && json.Unmarshal(other.body, &r) == nil && other.Status == http.StatusServiceUnavailable:
		return &r, nil
	case err != nil:
		return nil, err
	}
	return &r, g.decode(a, &r)
}

// Finding is something on the ledger that the gateway, judging again, did not agree with.
type Finding struct {
	ID          json.Number      `json:"id"`
	Kind        string           `json:"kind"`
	Block       uint64           `json:"block"`
	Transaction string           `json:"transaction"`
	Event       string           `json:"event,omitempty"`
	Detail      string           `json:"detail"`
	Found       rootline.Instant `json:"found"`
}

// Findings gives what did not agree. It needs a session.
func (g *Gateway) Findings(ctx context.Context) ([]Finding, error) {
	p, err := page[Finding](ctx, g, "/api/v1/findings", nil)
	return p.Items, err
}
