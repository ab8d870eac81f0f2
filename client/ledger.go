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
	Founded       rootline.Instant        `json:"founded,omitzero"`
	Protocol      Protocol                `json:"protocol"`
	// Roles are the votes on roles of organisations that are not decided.
	Roles []RolesVote `json:"roles"`
	// Block is the newest that the gateway has judged.
	Block   BlockHeight     `json:"block"`
	Gateway GatewayOfLedger `json:"gateway"`
}

// Protocol says by which rules the ledger is judged.
type Protocol struct {
	// Number is in force, Known are those that the gateway can judge by.
	Number int   `json:"number"`
	Known  []int `json:"known"`
	// Votes are the MSP ids of those who voted for the number after that in force.
	Votes []string `json:"votes"`
}

// RolesVote is a vote on the roles that an organisation may give.
type RolesVote struct {
	// Ballot is its name.
	Ballot       string   `json:"ballot"`
	Organisation string   `json:"organisation"`
	Roles        []string `json:"roles"`
	// Votes are the MSP ids of those who voted for it.
	Votes []string `json:"votes"`
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
	Number   uint64        `json:"number"`
	Hash     rootline.Hash `json:"hash"`
	Previous rootline.Hash `json:"previous"`
	DataHash rootline.Hash `json:"dataHash"`
	// Time is the median of the timestamps of its transactions.
	Time         rootline.Instant `json:"time,omitzero"`
	Transactions []Transaction    `json:"transactions"`
}

// Transaction is one transaction of a block.
type Transaction struct {
	ID    string `json:"id"`
	Block uint64 `json:"block"`
	// Index is its place in the block, from 0.
	Index int `json:"index"`
	// Code is Fabric's validation code, 0 for a valid one, and CodeName its name: "MVCC_READ_CONFLICT".
	Code      int32  `json:"code"`
	CodeName  string `json:"codeName"`
	Valid     bool   `json:"valid"`
	Chaincode string `json:"chaincode,omitempty"`
	Function  string `json:"function,omitempty"`
	// Creator and Endorsers are MSP ids.
	Creator   string           `json:"creator"`
	Endorsers []string         `json:"endorsers"`
	Time      rootline.Instant `json:"time,omitzero"`
	// Verdict is what the gateway's own judgement says: agreed, disputed, or "" for what it does not judge.
	Verdict string `json:"verdict,omitempty"`
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
	// Reason is why it is not.
	Reason string `json:"reason,omitempty"`
	// Block is the newest that the gateway has judged, PeerBlock the newest of its peer, Lag the difference.
	Block     uint64           `json:"block"`
	Hash      rootline.Hash    `json:"hash,omitzero"`
	Time      rootline.Instant `json:"time,omitzero"`
	PeerBlock uint64           `json:"peerBlock"`
	Lag       uint64           `json:"lag"`
	// ClockSkewMs is how far the peer's clock is ahead of the gateway's, in milliseconds; nil when it is not known.
	ClockSkewMs *int64       `json:"clockSkewMs,omitempty"`
	Outbox      OutboxCounts `json:"outbox"`
	// Findings counts what the gateway did not agree with, Alarms those that put the ledger's content in question.
	Findings int `json:"findings"`
	Alarms   int `json:"alarms"`
}

// OutboxCounts counts the events that wait in a gateway, by status.
type OutboxCounts struct {
	Queued    int   `json:"queued"`
	Endorsed  int   `json:"endorsed"`
	Submitted int   `json:"submitted"`
	Unknown   int   `json:"unknown"`
	Aside     int   `json:"aside"`
	Bytes     int64 `json:"bytes"`
	// OldestMs is how long the oldest of them has waited, in milliseconds.
	OldestMs int64 `json:"oldestMs"`
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
	ID   string `json:"id"`
	Kind string `json:"kind"`
	// Alarm says that the ledger's content is in question, not only an event's circumstances.
	Alarm       bool   `json:"alarm"`
	Block       uint64 `json:"block"`
	Transaction string `json:"transaction,omitempty"`
	Event       string `json:"event,omitempty"`
	Asset       string `json:"asset,omitempty"`
	Detail      string `json:"detail"`
	// Found is the time of the block that it was found in.
	Found rootline.Instant `json:"found"`
}

// Findings gives a page of what did not agree. It needs a session. A limit of 0 leaves the length to the gateway.
func (g *Gateway) Findings(ctx context.Context, limit int, cursor string) (*Page[Finding], error) {
	return page[Finding](ctx, g, "/api/v1/findings", paged(url.Values{}, limit, cursor))
}
