package httpapi

import (
	"context"
	"net/http"

	"github.com/rootline/rootline/gateway/outbox"
)

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
