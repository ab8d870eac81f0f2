package projection

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/judge"
)

// applyFault is an error of applying a block, apart from one of its source.
type applyFault struct{ error }

func (f *applyFault) Unwrap() error { return f.error }

// outdated halts the reading where the ledger is judged by a protocol number that this build does not know.
type outdated struct{ *judge.UnknownProtocolError }

// Stop implements block.Halt.
func (outdated) Stop() block.Stop { return block.StopProtocol }

// Unwrap gives the judge's error.
func (o outdated) Unwrap() error { return o.UnknownProtocolError }

// halting makes a block.Halt of the judge's error about a protocol number; other errors stay as they are.
func halting(err error) error {
	var unknown *judge.UnknownProtocolError
	if errors.As(err, &unknown) {
		return outdated{unknown}
	}
	return err
}

// checkProtocol checks that the number by which a state is judged is known.
func checkProtocol(state judge.State) error { return halting(judge.CheckProtocol(state)) }

// stopOf names a fault that may pass.
func stopOf(err error) block.Stop {
	var fault *unverified
	if errors.As(err, &fault) {
		return block.StopUnverified
	}
	var store *applyFault
	if errors.As(err, &store) {
		return block.StopStore
	}
	return block.StopPeer
}

// refuse notes that a block did not verify, and has the source deliver it from elsewhere where it can.
func (p *Projection) refuse(ctx context.Context, fault *unverified) {
	if s, ok := p.config.Source.(Refuser); ok {
		s.Refuse(fault.by, fault.Block, fault)
	}
	f := &readmodel.Finding{
		ID: findingID(KindUnverified, fault.Block) + "/" + fault.Kind, Kind: KindUnverified, Alarm: true, Block: fault.Block,
		Detail: fault.Error(), Found: p.Status().Cursor.Time,
	}
	if p.refused == f.ID {
		return
	}
	p.alarm(f)
	if err := p.config.Store.Write(ctx, func(tx *readmodel.Tx) error { tx.AddFinding(f); return nil }); err != nil {
		p.config.Log.Error("a finding is not kept", "finding", f.ID, "error", err)
		return
	}
	p.refused = f.ID
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
	p.metrics.stopped.Set(1)
	if halt.Stop() == block.StopProtocol {
		return halt // no finding: nothing is wrong with the ledger, and the upgraded gateway goes on as if it had been there
	}
	p.alarm(f)
	err := p.config.Store.Write(ctx, func(tx *readmodel.Tx) error {
		tx.AddFinding(f)
		return nil
	})
	if err != nil {
		return errors.Join(halt, fmt.Errorf("projection: keep the finding: %w", err))
	}
	return halt
}
