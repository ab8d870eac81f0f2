package httpapi

import (
	"context"
	"net/http"

	"github.com/rootline/rootline"
)

type healthOutput struct {
	Body struct {
		OK bool `json:"ok"`
	}
}

// healthz says that the program runs and answers; nothing else is asked.
func (s *Server) healthz(context.Context, *struct{}) (*healthOutput, error) {
	out := &healthOutput{}
	out.Body.OK = true
	return out, nil
}

// Readiness is how the gateway stands.
type Readiness struct {
	Ready       bool             `json:"ready"`
	Reason      string           `json:"reason,omitempty" doc:"Why it is not ready"`
	Block       uint64           `json:"block" doc:"The last block that was applied here"`
	Hash        rootline.Hash    `json:"hash" doc:"Its hash"`
	Time        rootline.Instant `json:"time"`
	PeerBlock   uint64           `json:"peerBlock" doc:"The last block of the organisation's own peer"`
	Lag         uint64           `json:"lag" doc:"Blocks that are known of and not applied here"`
	Stopped     string           `json:"stopped,omitempty" doc:"Why blocks are not read on, a stable name; absent while they are"`
	Since       rootline.Instant `json:"since,omitempty" doc:"When that began"`
	ClockSkewMs *int64           `json:"clockSkewMs,omitempty" doc:"How far the peer's clock is ahead; absent when it is not known"`
	Outbox      OutboxCounts     `json:"outbox"`
	Findings    int              `json:"findings"`
	Alarms      int              `json:"alarms" doc:"Findings that put the ledger's content in question"`
}

// OutboxCounts counts the events that wait.
type OutboxCounts struct {
	Queued    int   `json:"queued"`
	Endorsed  int   `json:"endorsed"`
	Submitted int   `json:"submitted"`
	Unknown   int   `json:"unknown"`
	Bytes     int64 `json:"bytes"`
	OldestMs  int64 `json:"oldestMs" doc:"How long the oldest of them has waited"`
}

type readyOutput struct {
	Status int
	Body   Readiness
}

// maxLag is how many blocks a gateway may be behind and still be ready.
const maxLag = 20

func (s *Server) readyz(ctx context.Context, _ *struct{}) (*readyOutput, error) {
	out := &readyOutput{Status: http.StatusOK}
	r := &out.Body
	cursor, known, err := s.Reader.Cursor(ctx)
	if err != nil {
		return nil, err
	}
	if r.Findings, r.Alarms, err = s.Reader.FindingCount(ctx); err != nil {
		return nil, err
	}
	p, peer := s.Outbox.Pending(), s.Peer()
	at := s.blockRef(cursor)
	r.Block, r.Hash, r.Time, r.Lag, r.Stopped, r.Since = at.Number, at.Hash, at.Time, at.Lag, at.Stopped, at.Since
	r.ClockSkewMs = peer.SkewMs
	r.Outbox = OutboxCounts{p.Queued, p.Endorsed, p.Submitted, p.Unknown, p.Bytes, p.Oldest.Milliseconds()}
	if peer.Height > 0 {
		r.PeerBlock = peer.Height - 1
	}
	switch {
	case peer.Stop != "":
		r.Reason = peer.Detail
	case s.Outbox.Full():
		r.Reason = "the disk is full"
	case peer.Height == 0:
		r.Reason = "the organisation's own peer does not answer"
	case !known:
		r.Reason = "no block was read yet"
	case r.Lag > maxLag:
		r.Reason = "blocks are still being read"
	default:
		r.Ready = true
		return out, nil
	}
	out.Status = http.StatusServiceUnavailable
	return out, nil
}
