package projection

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/readmodel"
)

// storeFault is an error of applying a block, apart from one of its source.
type storeFault struct{ error }

func (f *storeFault) Unwrap() error { return f.error }

// stopOf names a fault that may pass.
func stopOf(err error) block.Stop {
	var store *storeFault
	if errors.As(err, &store) {
		return block.StopStore
	}
	return block.StopPeer
}

// stop notes that no block may be read on.
func (p *Projection) stop(ctx context.Context, halt block.Halt) error {
	at := p.Status().Cursor
	f := &readmodel.Finding{Kind: string(halt.Stop()), Alarm: true, Block: at.Block + 1, Detail: halt.Error(), Found: at.Time}
	f.ID = findingID(f.Kind, f.Block)
	var broken *block.Break
	if errors.As(halt, &broken) {
		f.Block, f.ID = broken.Block, findingID(f.Kind, broken.Block)+"/"+broken.Kind
	}
	p.set(func(s *Status) { s.Fault, s.Stop, s.Since, s.Stopped = halt, halt.Stop(), time.Now(), true })
	p.alarm(f)
	p.metrics.stopped.Set(1)
	err := p.config.Store.Write(ctx, func(tx *readmodel.Tx) error {
		tx.AddFinding(f)
		return nil
	})
	if err != nil {
		return errors.Join(halt, fmt.Errorf("projection: keep the finding: %w", err))
	}
	return halt
}
