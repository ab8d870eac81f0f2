package app

import (
	"context"
	"slices"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/readmodel"
)

const (
	// sealEvery is how old the newest seal grows before another is written; sealLook how often that is looked at.
	sealEvery = 24 * time.Hour
	sealLook  = time.Hour
	// sealTurn is how much longer each organisation waits than the one before it, in the order of their MSP ids: so the first
	// of them seals, and another where it does not.
	sealTurn = 2 * time.Hour
	// sealTime bounds the writing of one.
	sealTime = time.Minute
)

// sealDaily writes a seal each day, by which answers of peers show that they are not older.
func (a *App) sealDaily(ctx context.Context) {
	tick := time.NewTicker(sealLook)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		due, err := sealDue(ctx, a.store, a.config.MSP, time.Now())
		if err == nil && due {
			writing, cancel := context.WithTimeout(ctx, sealTime)
			err = a.proofs.Seal(writing)
			cancel()
		}
		if err != nil && rootline.CodeOf(err) != rootline.CodeSealedLately && ctx.Err() == nil {
			a.log.Warn("the day's seal is not written; it is tried again in an hour", "error", err)
		}
	}
}

// sealDue reports whether it is for an organisation to write a seal.
func sealDue(ctx context.Context, store *readmodel.Store, mspID string, now time.Time) (bool, error) {
	state, release, err := store.Snapshot(ctx)
	if err != nil {
		return false, err
	}
	defer release()
	r, err := state.Get(rootline.Ref{Space: rootline.SpaceLedger})
	if err != nil {
		return false, err
	}
	ledger, founded := r.(*rootline.Ledger)
	if !founded {
		return false, nil
	}
	if r, err = state.Get(rootline.Ref{Space: rootline.SpaceSeal}); err != nil {
		return false, err
	}
	seal, _ := r.(*rootline.Seal)
	return turnToSeal(ledger, seal, mspID, now), nil
}

// turnToSeal reports whether an organisation's turn has come; seal is the newest, nil when there is none.
func turnToSeal(ledger *rootline.Ledger, seal *rootline.Seal, mspID string, now time.Time) bool {
	last := ledger.Founded
	if seal != nil {
		last = seal.Witnessed
	}
	turn := slices.Index(slices.Sorted(slices.Values(ledger.Organisations)), mspID)
	return turn >= 0 && now.Sub(last.Time()) > sealEvery+time.Duration(turn)*sealTurn
}
