package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/evidence"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/readmodel"
)

// blobs shows the evidence to the projection.
type blobs struct{ store *evidence.Store }

// Open implements projection.Blobs.
func (b blobs) Open(ctx context.Context, h rootline.Hash) (io.ReadCloser, bool, error) {
	f, err := b.store.Open(ctx, h)
	if errors.Is(err, evidence.ErrNotStored) || errors.Is(err, evidence.ErrDamaged) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	return f, true, nil
}

// evidenceEvery is the pause between two looks for files that no event names, catchUp how long a look waits for blocks
// that are known of.
const (
	evidenceEvery = 15 * time.Minute
	catchUp       = time.Minute
)

// sweepEvidence drops the files that no event names.
func (a *App) sweepEvidence(ctx context.Context) {
	tick := time.NewTicker(evidenceEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		n, err := a.evidence.Sweep(ctx, a.named)
		if n > 0 {
			a.log.Info("files were dropped that no event named within a day", "files", n)
		}
		if err != nil && ctx.Err() == nil {
			a.log.Warn("files that no event names are kept for now", "error", err)
		}
	}
}

// named is an evidence.Namer. It does not answer while events may be anywhere but in the outbox and the read model.
func (a *App) named(ctx context.Context, files []rootline.Hash) ([]evidence.Naming, error) {
	return naming{a.monitor.Peer, a.outbox, records{a.store}}.of(ctx, files)
}

// records is the read model as a naming asks it.
type records struct{ *readmodel.Store }

// Quarantined lists the transactions that are not judged here.
func (r records) Quarantined(ctx context.Context) ([]readmodel.Quarantined, error) {
	return readmodel.Read(ctx, r.Store, (*readmodel.View).Quarantined)
}

// FilesNamed tells of each file whether an event names it.
func (r records) FilesNamed(ctx context.Context, files []rootline.Hash) ([]bool, error) {
	return readmodel.Read(ctx, r.Store, func(v *readmodel.View) ([]bool, error) { return v.FilesNamed(files) })
}

// naming is where events are looked for that name files.
type naming struct {
	peer   func() presentation.Peer
	outbox interface {
		Named(ctx context.Context) (map[rootline.Hash]bool, error)
	}
	store interface {
		Rebuilding() *readmodel.Rebuild
		Reached(ctx context.Context, block uint64) error
		Quarantined(ctx context.Context) ([]readmodel.Quarantined, error)
		FilesNamed(ctx context.Context, files []rootline.Hash) ([]bool, error)
	}
}

func (n naming) of(ctx context.Context, files []rootline.Hash) ([]evidence.Naming, error) {
	peer := n.peer()
	switch {
	case n.store.Rebuilding() != nil:
		return nil, errors.New("the read model is being built anew")
	case peer.Stop != "":
		return nil, fmt.Errorf("blocks are not read on: %s", peer.Stop)
	case peer.Height == 0 || peer.Known == 0:
		return nil, errors.New("the organisation's own peer does not answer")
	}
	level, cancel := context.WithTimeout(ctx, catchUp)
	defer cancel()
	if err := n.store.Reached(level, peer.Known-1); err != nil {
		return nil, fmt.Errorf("block %d is not applied yet: %w", peer.Known-1, err)
	}
	if q, err := n.store.Quarantined(ctx); err != nil || len(q) > 0 {
		return nil, errors.Join(err, fmt.Errorf("%d transactions are not judged here; what they name is not known", len(q)))
	}
	// The outbox first: what it lets go of meanwhile is in the read model by then.
	waiting, err := n.outbox.Named(ctx)
	if err != nil {
		return nil, err
	}
	recorded, err := n.store.FilesNamed(ctx, files)
	if err != nil {
		return nil, err
	}
	if n.store.Rebuilding() != nil {
		return nil, errors.New("the read model is being built anew")
	}
	out := make([]evidence.Naming, len(files))
	for i, h := range files {
		switch {
		case recorded[i]:
			out[i] = evidence.Recorded
		case waiting[h]:
			out[i] = evidence.Waiting
		}
	}
	return out, nil
}

// evidenceNotices are what an operator has to see to about files.
func evidenceNotices(s evidence.Standing) (all []string) {
	if s.Damaged > 0 {
		all = append(all, fmt.Sprintf("evidence-damaged: %d files were changed on the disk and are set aside; who has the right ones can send them again. Find out why the disk lies", s.Damaged))
	}
	if len(s.Near) > 0 {
		all = append(all, "evidence-quota: nine tenths are full, raise what is too little ("+strings.Join(s.Near, "; ")+")")
	}
	return all
}
