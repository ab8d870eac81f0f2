package projection

import (
	"context"
	"errors"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/readmodel"
)

// indexLists reads the code lists that are waited for and whose files are here. What fails stays waited for.
func (p *Projection) indexLists(ctx context.Context) {
	if p.config.Blobs == nil {
		return
	}
	pending, err := readmodel.Read(ctx, p.config.Store, (*readmodel.View).PendingLists)
	if err != nil {
		p.config.Log.Error("code lists are not indexed", "error", err)
	}
	for _, sha256 := range pending {
		if err := p.IndexList(ctx, sha256); err != nil {
			p.config.Log.Error("a code list is not indexed", "file", sha256, "error", err)
		}
	}
}

// IndexList reads the code list in an evidence file that has just arrived, when it is waited for and here.
func (p *Projection) IndexList(ctx context.Context, sha256 rootline.Hash) (err error) {
	if p.config.Blobs == nil {
		return nil
	}
	file, ok, err := p.config.Blobs.Open(ctx, sha256)
	if err != nil || !ok {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	found, err := p.config.Store.IndexList(ctx, sha256, file)
	for i := range found {
		p.alarm(&found[i])
	}
	return err
}
