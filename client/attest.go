package client

import (
	"context"

	"github.com/rootline/rootline"
)

// Attest vouches for an event that a device of another organisation signed before its end, and that the ledger refuses
// since: the event is recorded under its own id. jws is the event as it was signed. A refusal comes back as an
// *rootline.Error; that of the event itself, too.
func (g *Gateway) Attest(ctx context.Context, d *Device, jws, reason string) (EventStatus, error) {
	data, err := encodeData(rootline.AttestData{JWS: jws, Reason: reason})
	if err != nil {
		return EventStatus{}, err
	}
	return g.act(ctx, d, rootline.ActAttest, data)
}
