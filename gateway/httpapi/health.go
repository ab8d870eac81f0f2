package httpapi

import (
	"context"
	"net/http"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/readmodel"
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
	Ready       bool                    `json:"ready"`
	Reason      string                  `json:"reason,omitempty" doc:"Why it is not ready"`
	Block       uint64                  `json:"block" doc:"The last block that was applied here"`
	Hash        rootline.Hash           `json:"hash" doc:"Its hash"`
	Time        rootline.Instant        `json:"time"`
	PeerBlock   uint64                  `json:"peerBlock" doc:"The last block of the organisation's own peer"`
	Lag         uint64                  `json:"lag" doc:"Blocks that are known of and not applied here"`
	Stopped     string                  `json:"stopped,omitempty" doc:"Why blocks are not read on, a stable name; absent while they are"`
	Since       rootline.Instant        `json:"since,omitempty" doc:"When that began"`
	Successor   *presentation.Successor `json:"successor,omitempty" doc:"The read model that is built anew beside the one that answers; absent when none is"`
	ClockSkewMs *int64                  `json:"clockSkewMs,omitempty" doc:"How far the peer's clock is ahead; absent when it is not known"`
	// What follows is for those who are signed in, and for this machine's own programs.
	Outbox   *OutboxCounts   `json:"outbox,omitempty" doc:"Absent for guests, like all counts"`
	Evidence *EvidenceCounts `json:"evidence,omitempty"`
	Notices  []string        `json:"notices,omitempty" doc:"What an operator has to see to although the gateway goes on; each begins with a stable name"`
	Findings *int            `json:"findings,omitempty"`
	Alarms   *int            `json:"alarms,omitempty" doc:"Findings that put the ledger's content in question"`
}

// OutboxCounts counts the events that wait.
type OutboxCounts struct {
	Queued    int   `json:"queued"`
	Endorsed  int   `json:"endorsed"`
	Submitted int   `json:"submitted"`
	Unknown   int   `json:"unknown"`
	Aside     int   `json:"aside" doc:"Events that break the gateway or the chaincode each time that they are proposed: kept, and tried again every hour and on each start"`
	Bytes     int64 `json:"bytes"`
	OldestMs  int64 `json:"oldestMs" doc:"How long the oldest of them has waited"`
}

// EvidenceCounts counts the files that are kept.
type EvidenceCounts struct {
	Files   int64 `json:"files"`
	Bytes   int64 `json:"bytes"`
	Damaged int   `json:"damaged" doc:"Files whose hash differed when they were read; they are set aside until the right ones are sent again"`
}

type readyOutput struct {
	Status int
	Body   Readiness
}

// maxLag is how many blocks a gateway may be behind and still be ready.
const maxLag = 20

// readyz tells everyone whether the gateway is ready and why not; how much waits, and what was found, it tells those who
// are signed in and this machine's own programs.
func (s *Server) readyz(ctx context.Context, _ *struct{}) (*readyOutput, error) {
	out, err := s.readiness(ctx)
	if err == nil && member(ctx) == nil && !isHere(ctx) {
		r := &out.Body
		r.Outbox, r.Evidence, r.Findings, r.Alarms, r.ClockSkewMs, r.Notices = nil, nil, nil, nil, nil, nil
	}
	return out, err
}

func (s *Server) readiness(ctx context.Context) (*readyOutput, error) {
	out := &readyOutput{Status: http.StatusOK}
	r := &out.Body
	if s.Notices != nil {
		r.Notices = s.Notices()
	}
	findings, alarms := 0, 0
	var cursor readmodel.Cursor
	var known bool
	v, err := s.Store.View(ctx)
	if err == nil {
		defer v.Close()
		cursor, known = v.Cursor()
		nameBlock(ctx, cursor.Block)
		findings, alarms, err = v.FindingCount()
	}
	damaged := rootline.CodeOf(err) == rootline.CodeNotReady // it is replaced in a moment
	if err != nil && !damaged {
		return nil, err
	}
	if !damaged {
		r.Findings, r.Alarms = &findings, &alarms
	}
	p, peer := s.Outbox.Pending(), s.Peer()
	at := s.gateway().BlockRef(cursor)
	r.Stopped, r.Since = at.Stopped, at.Since
	if !damaged {
		r.Block, r.Hash, r.Time, r.Lag = at.Number, at.Hash, at.Time, at.Lag
	}
	r.ClockSkewMs, r.Successor = peer.SkewMs, peer.Successor
	r.Outbox = &OutboxCounts{p.Queued, p.Endorsed, p.Submitted, p.Unknown, p.Aside, p.Bytes, p.Oldest.Milliseconds()}
	files := s.Evidence.Standing()
	r.Evidence = &EvidenceCounts{files.Files, files.Bytes, files.Damaged}
	if peer.Height > 0 {
		r.PeerBlock = peer.Height - 1
	}
	switch r.Reason = s.unready(ctx, &peer, at.Lag, known); {
	case damaged:
		r.Reason = rootline.AsError(err).Says.En
	case r.Reason == "":
		r.Ready = true
		return out, nil
	}
	out.Status = http.StatusServiceUnavailable
	return out, nil
}

// unready says why the gateway is not ready, by what is known of its peer, how many blocks it is behind and whether it read
// any; "" when it is.
func (s *Server) unready(ctx context.Context, peer *presentation.Peer, lag uint64, known bool) string {
	switch {
	case peer.Stop != "":
		return peer.Detail
	case s.Outbox.Damaged():
		return "the outbox's file is damaged: start the gateway again, and it salvages what can be read"
	case s.Outbox.Full(), s.Sessions.Full(ctx):
		return "the disk is full: make room on it, and the gateway goes on by itself"
	case s.Evidence.Full():
		return "the disk has no room for evidence beside its reserve; events without new files are taken"
	case peer.Height == 0:
		return "the organisation's own peer does not answer"
	case !known:
		return "no block was read yet"
	case lag > maxLag:
		return "blocks are still being read"
	}
	return ""
}
