package fabric

import (
	"context"
	"fmt"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
)

const (
	// paceOver is how long a source's pace is looked at. It drips when most of that time went by waiting for it, the channel is
	// shown to be further ahead than what it delivered meanwhile, and another organisation's peer delivers farFaster times as
	// fast.
	paceOver  = 20 * time.Second
	farFaster = 4
	// A source is tried out for paceTry, and for no more than paceBlocks blocks.
	paceTry    = 2 * time.Second
	paceBlocks = 50
)

// pace is how far a reading came by a time, and for how long it had worked rather than waited.
type pace struct {
	at   time.Time
	next uint64
	work time.Duration
}

func (r *reader) pace() pace {
	now := time.Now()
	work := time.Duration(r.worked.Load())
	if since := r.works.Load(); since != 0 {
		work += now.Sub(time.Unix(0, since))
	}
	return pace{now, r.next.Load(), work}
}

// drips finds that the stream's peer delivers far slower than another could; nil when it does not.
func (r *reader) drips(ctx context.Context, before pace) error {
	now := r.pace()
	took, delivered := now.at.Sub(before.at), now.next-before.next
	if now.work-before.work > took/4 || r.Shown(ctx, now.next) <= now.next+delivered {
		return nil
	}
	for _, organisation := range append(r.organisations(), r.sources.own) {
		if organisation == r.from || r.sources.back(organisation) {
			continue
		}
		n, in := r.tryOut(ctx, organisation, now.next)
		if float64(n)*took.Seconds() > farFaster*float64(delivered)*in.Seconds() {
			return fmt.Errorf("it delivered %d blocks in %s, and %s %d of those that come next in %s",
				delivered, took.Round(time.Millisecond), organisation, n, in.Round(time.Millisecond))
		}
	}
	return nil
}

// tryOut counts the blocks from a number on that an organisation's peer delivers in order and as the orderers signed them, and
// how long that takes. They are not kept.
func (r *reader) tryOut(ctx context.Context, organisation string, from uint64) (n int, in time.Duration) {
	network, err := r.at(organisation)
	state := r.endorsers.state()
	if err != nil || state == nil {
		return 0, 0
	}
	ctx, cancel := context.WithTimeout(ctx, paceTry)
	defer cancel()
	began := time.Now()
	events, err := network.BlockEvents(ctx, client.WithStartBlock(from))
	if err != nil {
		return 0, 0
	}
	defer drain(events)
	defer cancel()
	for raw := range events {
		if ctx.Err() != nil || raw.GetHeader().GetNumber() != from+uint64(n) || state.Config().Ordered(withoutReading(raw)) != nil {
			break
		}
		in = time.Since(began)
		if n++; n == paceBlocks {
			break
		}
	}
	return n, in
}
