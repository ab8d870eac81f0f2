package app

import (
	"context"
	"errors"
	"io"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/evidence"
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
