package readmodel

import (
	"context"
	"log/slog"

	"github.com/rootline/rootline"
)

// Lists proves codes for an outbox, which does not say whether it asks for an item or a tag.
type Lists struct{ *Store }

// Inclusion proves a code that sleeps on a lot or lies blank on a roll. A fault is logged and answered like a code
// that is not known: the ledger then refuses the event, and it may be sent again.
func (l Lists) Inclusion(ctx context.Context, code string) (in *rootline.Inclusion, ok bool) {
	in, ok, err := l.Store.Inclusion(ctx, code)
	if err == nil && !ok {
		in, ok, err = l.TagInclusion(ctx, code)
	}
	if err != nil {
		slog.ErrorContext(ctx, "a code is not proved", "code", code, "error", err)
		return nil, false
	}
	return in, ok
}
