package httpapi

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/outbox"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/strictjson"
)

// maxWait bounds how long a request waits for its events to be final.
const maxWait = 60 * time.Second

// EventsBody is what is sent to record or check events.
type EventsBody struct {
	Events []rootline.Submission `json:"events" minItems:"1" maxItems:"1000" doc:"Each with its JWS; inclusion is found by the gateway when it is left out"`
}

// maxSubmission is the length of the longest event with what travels beside its signature, and some to spare.
const maxSubmission = rootline.MaxEventBytes + 16<<10

// eventsBytes is a body of events that is read one by one.
type eventsBytes struct{ body io.Reader }

// Resolve implements huma.Resolver.
func (b *eventsBytes) Resolve(ctx huma.Context) []error { b.body = ctx.BodyReader(); return nil }

// subs reads the events, or says why they cannot be taken together.
func (b *eventsBytes) subs() ([]rootline.Submission, error) {
	var subs []rootline.Submission
	n, err := strictjson.ReadList(b.body, "events", rootline.MaxBatch, func(element []byte) error {
		if len(element) > maxSubmission {
			// It is refused by its length, without being decoded; the others of the request are not.
			subs = append(subs, rootline.Submission{JWS: string(element)})
			return nil
		}
		var sub rootline.Submission
		if err := strictjson.Decode(element, &sub); err != nil {
			return err
		}
		subs = append(subs, sub)
		return nil
	})
	var strict *strictjson.Error
	switch {
	case errors.As(err, &strict):
		return nil, unreadable(strict)
	case problem.IsTooLong(err) || rootline.AsError(err) != nil:
		return nil, err
	case err != nil:
		return nil, problem.CutOff
	case n == 0:
		return nil, problem.BadRequest(rootline.Text{En: `There is no event in this request. Send {"events":[{"jws":"…"}]}.`, Zh: `请求中没有事件。请发送 {"events":[{"jws":"…"}]}。`}).At("/events")
	case n > rootline.MaxBatch:
		return nil, rootline.Refuse(rootline.CodeTooMany, n, rootline.MaxBatch).At("/events")
	}
	return subs, nil
}

// unreadable says what is wrong with a body.
func unreadable(err *strictjson.Error) *rootline.Error {
	reason := rootline.Reason(err)
	return &rootline.Error{Code: rootline.CodeBadRequest, Field: err.Pointer, Says: rootline.Text{
		En: "The request cannot be read: " + problem.Clip(reason.En) + ".", Zh: "无法读取请求：" + problem.Clip(reason.Zh) + "。",
	}}
}

type eventsInput struct {
	Wait string `query:"wait" maxLength:"16" doc:"Answer when every event is final, or after this time at the latest; up to 60s" example:"30s"`
	eventsBytes
}

type checkInput struct{ eventsBytes }

// EventStatus is how one event of a request stands.
type EventStatus struct {
	Event       string          `json:"event,omitempty" doc:"Its id; absent when it could not be read"`
	Asset       string          `json:"asset,omitempty"`
	Status      string          `json:"status" enum:"queued,endorsed,submitted,unknown,aside,committed,refused,acceptable,recorded"`
	Error       *rootline.Error `json:"error,omitempty" doc:"Why it was refused"`
	Transaction string          `json:"transaction,omitempty"`
	Block       uint64          `json:"block,omitempty"`
}

type statusesOutput struct {
	Status int
	Body   struct {
		Results []EventStatus `json:"results" doc:"One for each event, in order"`
	}
}

// postEvents takes events to be recorded. The signature is the authority: nobody signs in for it.
func (s *Server) postEvents(ctx context.Context, in *eventsInput) (*statusesOutput, error) {
	wait, err := waitOf(in.Wait)
	if err != nil {
		return nil, err
	}
	subs, err := in.subs()
	if err != nil {
		return nil, err
	}
	deadline, cancel := context.WithTimeout(ctx, answerTime+wait)
	defer cancel()
	statuses, err := s.Outbox.Submit(deadline, subs)
	if err != nil {
		return nil, err
	}
	if p := allRefused(statuses); p != nil {
		return nil, p
	}
	if wait > 0 {
		if err := s.await(ctx, wait, statuses); err != nil {
			return nil, err
		}
		if p := allRefused(statuses); p != nil {
			return nil, p
		}
	}
	out := &statusesOutput{Status: http.StatusOK}
	out.Body.Results = make([]EventStatus, len(statuses))
	for i := range statuses {
		if !statuses[i].Stage.Final() {
			out.Status = http.StatusAccepted
		}
		out.Body.Results[i] = s.statusOf(ctx, &statuses[i], assetOf(&subs[i]))
	}
	return out, nil
}

// await waits until the events are final and what they changed can be read here, and updates statuses.
func (s *Server) await(ctx context.Context, wait time.Duration, statuses []outbox.Status) error {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	var ids []string
	var at []int
	for i := range statuses {
		if !statuses[i].Stage.Final() {
			ids, at = append(ids, statuses[i].Event), append(at, i)
		}
	}
	final, err := s.Outbox.Wait(ctx, ids)
	if err != nil {
		return err
	}
	last := uint64(0)
	for i, status := range final {
		if status.Stage != "" {
			statuses[at[i]] = status
		}
		last = max(last, status.Block)
	}
	// Who was told "committed" reads what they wrote. That it takes longer than the wait is no error.
	_ = s.Store.Reached(ctx, last)
	return nil
}

func waitOf(s string) (time.Duration, error) {
	if s == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(s)
	if n, bare := strconv.Atoi(s); bare == nil {
		d, err = time.Duration(n)*time.Second, nil
	}
	if err != nil || d < 0 {
		return 0, problem.BadRequest(rootline.Text{En: "wait is a time like 30s.", Zh: "wait 应为 30s 这样的时长。"}).At("wait")
	}
	return min(d, maxWait), nil
}

// allRefused makes the problem of a request of which nothing was taken, or returns nil.
func allRefused(statuses []outbox.Status) *problem.Problem {
	var list []rootline.Refusal
	for i, s := range statuses {
		if s.Stage != outbox.Refused || s.Refused == nil {
			return nil
		}
		list = append(list, rootline.Refusal{Index: i, Event: s.Event, Error: s.Refused})
	}
	if len(list) == 0 {
		return nil
	}
	p := problem.From(list[0].Error)
	same := !slices.ContainsFunc(list, func(r rootline.Refusal) bool { return r.Error.Code != p.Code })
	if len(list) > 1 && !same {
		n := strconv.Itoa(len(list))
		p = problem.From(problem.BadRequest(rootline.Text{En: "All " + n + " events were refused, for several reasons. Each has its own in errors.", Zh: n + " 个事件均被拒绝，原因各异，见 errors。"}))
	}
	if !p.Code.Passing() {
		p.Status, p.RetryAfter = http.StatusUnprocessableEntity, 0
	}
	p.Errors = list
	return p
}

// statusOf makes the view of a status. Where an event was recorded without this outbox, the read model knows it.
func (s *Server) statusOf(ctx context.Context, status *outbox.Status, asset string) EventStatus {
	view := EventStatus{
		Event: status.Event, Asset: asset, Status: string(status.Stage), Error: status.Refused,
		Transaction: status.Transaction, Block: status.Block,
	}
	if status.Stage == outbox.Committed && status.Block == 0 {
		e, err := readmodel.Read(ctx, s.Store, func(v *readmodel.View) (*readmodel.Event, error) { return v.Event(status.Event) })
		if err == nil {
			view.Transaction, view.Block = e.Transaction, e.Block
		}
	}
	return view
}

func assetOf(sub *rootline.Submission) string {
	if e, _, _ := judge.Touch(sub); e != nil {
		return e.Asset
	}
	return ""
}

// The statuses of a check, besides those of events on their way.
const (
	acceptable = "acceptable"
	recorded   = "recorded"
)

// checkEvents judges events as of the last applied block, one after the other as a batch, and records nothing. What
// is acceptable now may still be refused later: others act meanwhile.
func (s *Server) checkEvents(ctx context.Context, in *checkInput) (*statusesOutput, error) {
	subs, err := in.subs()
	if err != nil {
		return nil, err
	}
	statuses, err := s.Outbox.Check(ctx, subs)
	if err != nil {
		return nil, err
	}
	out := &statusesOutput{Status: http.StatusOK}
	out.Body.Results = make([]EventStatus, len(statuses))
	for i := range statuses {
		view := s.statusOf(ctx, &statuses[i], assetOf(&subs[i]))
		switch statuses[i].Stage {
		case outbox.Committed:
			view.Status = recorded
		case outbox.Queued:
			view.Status = acceptable
		}
		out.Body.Results[i] = view
	}
	return out, nil
}
