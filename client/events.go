package client

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/jws"
)

// Status is how far an event has come.
type Status string

// The states of an event at a gateway. Committed and refused are final. Acceptable and recorded are answers of Check.
const (
	Queued    Status = "queued"
	Endorsed  Status = "endorsed"
	Submitted Status = "submitted"
	// Unknown is an event whose transaction was sent and not heard of again. The gateway finds out by itself.
	Unknown Status = "unknown"
	// Aside is an event on which something at the gateway breaks each time. It is kept there, and tried again.
	Aside      Status = "aside"
	Committed  Status = "committed"
	Refused    Status = "refused"
	Acceptable Status = "acceptable"
	Recorded   Status = "recorded"
	// Disputed is a committed event that the gateway, judging again, does not agree with.
	Disputed Status = "disputed"
)

// EventStatus is what a gateway says of one event that it was sent.
type EventStatus struct {
	Event  string `json:"event,omitempty"`
	Asset  string `json:"asset,omitempty"`
	Status Status `json:"status"`
	// Error is why, when it was refused.
	Error *rootline.Error `json:"error,omitempty"`
	// Transaction and Block say where it is recorded.
	Transaction string `json:"transaction,omitempty"`
	Block       uint64 `json:"block,omitempty"`
}

// Final reports whether the status will not change by itself.
func (s *EventStatus) Final() bool { return s.Status == Committed || s.Status == Refused }

// Err returns the refusal, or nil. It is untyped, so that it can be returned as an error.
func (s *EventStatus) Err() error {
	switch {
	case s.Error != nil:
		return s.Error
	case s.Status == Refused:
		return rootline.Refuse(rootline.CodeInternal)
	}
	return nil
}

type eventsBody struct {
	Events []rootline.Submission `json:"events"`
}

type resultsBody struct {
	Results []EventStatus `json:"results"`
}

// Submit sends 1 to rootline.MaxBatch signed events and returns a status for each, in order. With a wait the gateway
// answers when all are final or the time is over, a minute at most; without, as soon as it keeps them safely. Events that were refused
// are no error of the call, also when all were. It is safe to submit the same events again: each is recorded once.
func (g *Gateway) Submit(ctx context.Context, subs []rootline.Submission, wait time.Duration) ([]EventStatus, error) {
	query := url.Values{}
	if wait > 0 {
		query.Set("wait", wait.String())
	}
	return g.events(ctx, call{path: "/api/v1/events", query: query, wait: wait}, subs)
}

// againAfter is the pause before events that are not final are asked after again, if the gateway did not wait itself.
const againAfter = 250 * time.Millisecond

// Await is Submit that asks again until all events are final or the wait is over, however long: a gateway itself waits a minute
// at most.
func (g *Gateway) Await(ctx context.Context, subs []rootline.Submission, wait time.Duration) ([]EventStatus, error) {
	until := time.Now().Add(wait)
	out, err := g.Submit(ctx, subs, wait)
	for err == nil {
		var open []int
		var again []rootline.Submission
		for i := range out {
			if !out[i].Final() {
				open, again = append(open, i), append(again, subs[i])
			}
		}
		left := time.Until(until)
		if len(open) == 0 || left <= 0 {
			return out, nil
		}
		if !sleep(ctx, min(againAfter, left)) {
			return nil, context.Cause(ctx)
		}
		var later []EventStatus
		if later, err = g.Submit(ctx, again, left); err == nil {
			for i, s := range later {
				out[open[i]] = s
			}
		}
	}
	return nil, err
}

// Check asks what would become of the events, and records nothing. The statuses are Acceptable, Refused and Recorded.
func (g *Gateway) Check(ctx context.Context, subs []rootline.Submission) ([]EventStatus, error) {
	return g.events(ctx, call{path: "/api/v1/events:check"}, subs)
}

func (g *Gateway) events(ctx context.Context, c call, subs []rootline.Submission) ([]EventStatus, error) {
	c.method, c.anonymous = http.MethodPost, true
	c.body = jsonBody(eventsBody{Events: subs})
	a, err := g.do(ctx, c)
	if statuses, ok := allRefused(err, subs); ok {
		return statuses, nil
	}
	if err != nil {
		return nil, err
	}
	var b resultsBody
	if err := g.decode(a, &b); err != nil {
		return nil, err
	}
	if len(b.Results) != len(subs) {
		return nil, &AnswerError{URL: g.URL(), Status: a.status, Reason: "it does not have one result for each event"}
	}
	return b.Results, nil
}

// allRefused reads the problem that answers a batch of which nothing was taken.
func allRefused(err error, subs []rootline.Submission) ([]EventStatus, bool) {
	var p *Problem
	if !errors.As(err, &p) || p.Status != http.StatusUnprocessableEntity || len(p.Refused) != len(subs) {
		return nil, false
	}
	out := make([]EventStatus, len(subs))
	for _, r := range p.Refused {
		if r.Index < 0 || r.Index >= len(subs) {
			return nil, false
		}
		out[r.Index] = EventStatus{Event: r.Event, Asset: assetOf(&subs[r.Index]), Status: Refused, Error: r.Error}
	}
	return out, true
}

// assetOf is the asset of a signed event, "" when it cannot be read.
func assetOf(sub *rootline.Submission) string {
	signed, err := jws.Parse(sub.JWS)
	if err != nil {
		return ""
	}
	e, err := rootline.ParseEvent(signed.Payload)
	if err != nil {
		return ""
	}
	return e.Asset
}

// Record signs one event, sends it and waits for its commit. A refusal comes back as an *rootline.Error. An event that is not
// final after the wait is no error: its status says so.
func (g *Gateway) Record(ctx context.Context, d *Device, e *rootline.Event, wait time.Duration) (EventStatus, error) {
	sub, err := d.Sign(e)
	if err != nil {
		return EventStatus{}, err
	}
	statuses, err := g.Await(ctx, []rootline.Submission{sub}, wait)
	if err != nil {
		return EventStatus{}, err
	}
	s := statuses[0]
	return s, s.Err()
}

// EventView is an event as a gateway shows it.
type EventView struct {
	ID    string `json:"id"`
	Asset string `json:"asset"`
	// Seq is its place in the history of the asset that was asked for, Head that history's head after it, and Link how the
	// event concerns it: asset, input, part, child (it lies under that asset), recall or move.
	Seq         uint64        `json:"seq,omitempty"`
	Head        rootline.Hash `json:"head,omitzero"`
	Link        string        `json:"link,omitempty"`
	Action      string        `json:"action"`
	ActionTitle rootline.Text `json:"actionTitle"`
	Kind        string        `json:"kind"`
	Rulebook    string        `json:"rulebook"`
	// State is the asset's after the event.
	State      string        `json:"state"`
	StateTitle rootline.Text `json:"stateTitle,omitzero"`
	// At is the device's claim, Witnessed the time of the transaction.
	At                rootline.Instant `json:"at"`
	Witnessed         rootline.Instant `json:"witnessed,omitzero"`
	Device            string           `json:"device"`
	Organisation      string           `json:"organisation"`
	OrganisationTitle rootline.Text    `json:"organisationTitle"`
	Role              string           `json:"role"`
	// Name is the pseudonym of the device.
	Name     string              `json:"name"`
	Place    *rootline.Position  `json:"place,omitempty"`
	Evidence []rootline.Evidence `json:"evidence,omitempty"`
	Inputs   []rootline.Input    `json:"inputs,omitempty"`
	Refs     []string            `json:"refs,omitempty"`
	List     *rootline.List      `json:"list,omitempty"`
	Into     []rootline.Part     `json:"into,omitempty"`
	Amount   int64               `json:"amount,omitempty"`
	Data     json.RawMessage     `json:"data,omitempty"`
	Seen     *rootline.Seen      `json:"seen,omitempty"`
	Corrects string              `json:"corrects,omitempty"`
	// CorrectedBy are the ids of later events that put this one right.
	CorrectedBy []string `json:"correctedBy,omitempty"`
	// Under is what a created asset lies under.
	Under string `json:"under,omitempty"`
	// Attests is the event that an attestation let in, AttestedBy the attestation that let this one in.
	Attests    string `json:"attests,omitempty"`
	AttestedBy string `json:"attestedBy,omitempty"`
	Tag        string `json:"tag,omitempty"`
	Replaces   string `json:"replaces,omitempty"`
	// Block is nil until it is committed.
	Block       *uint64       `json:"block,omitempty"`
	BlockHash   rootline.Hash `json:"blockHash,omitzero"`
	Transaction string        `json:"transaction,omitempty"`
	// Hash is the SHA-256 of what was signed, JWS the signed event itself.
	Hash rootline.Hash `json:"hash"`
	JWS  string        `json:"jws"`
	// Inclusion is the proof that travelled beside it.
	Inclusion *rootline.Inclusion `json:"inclusion,omitempty"`
	// Status may also be Disputed.
	Status Status `json:"status"`
	// Error is why, when it was refused.
	Error *rootline.Error `json:"error,omitempty"`
	// Late says that it reached the ledger long after the claimed time.
	Late bool `json:"late"`
}

// Event gives one event, recorded or still on its way.
func (g *Gateway) Event(ctx context.Context, id string) (*EventView, error) {
	var v EventView
	err := g.getJSON(ctx, "/api/v1/events/"+url.PathEscape(id), nil, &v)
	return &v, err
}
