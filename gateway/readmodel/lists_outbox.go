package readmodel

import (
	"context"
	"log/slog"

	"github.com/rootline/rootline"
)

// Lists proves codes for an outbox.
type Lists struct{ *Store }

// Inclusion proves a code that sleeps on a lot (SpaceAsset) or lies blank on a roll (SpaceTag). A fault is logged and
// answered like a code that is not known: the ledger then refuses the event, and it may be sent again.
func (l Lists) Inclusion(ctx context.Context, space rootline.Space, code string) (in *rootline.Inclusion, ok bool) {
	in, err := Read(ctx, l.Store, func(v *View) (*rootline.Inclusion, error) { return v.inclusion(space, code) })
	if err != nil {
		slog.ErrorContext(ctx, "a code is not proved", "code", code, "error", err)
		return nil, false
	}
	return in, in != nil
}
