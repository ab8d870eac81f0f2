package proofs

import (
	"context"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/readmodel"
)

// Of is what a read model shows. Each question has a view of its own, since peers are asked in between.
func Of(store *readmodel.Store) Shown { return shown{store} }

type shown struct{ *readmodel.Store }

func (s shown) ShownAfter(ctx context.Context, code string, seq uint64, limit int) (*readmodel.Shown, error) {
	return readmodel.Read(ctx, s.Store, func(v *readmodel.View) (*readmodel.Shown, error) { return v.ShownAfter(code, seq, limit) })
}

func (s shown) Enrolment(ctx context.Context, kid string) (*readmodel.Enrolment, error) {
	return readmodel.Read(ctx, s.Store, func(v *readmodel.View) (*readmodel.Enrolment, error) { return v.Enrolment(kid) })
}

func (s shown) Renewal(ctx context.Context, kid string) (*readmodel.ShownEvent, error) {
	return readmodel.Read(ctx, s.Store, func(v *readmodel.View) (*readmodel.ShownEvent, error) { return v.Renewal(kid) })
}

func (s shown) Adoption(ctx context.Context, rulebook string) (*readmodel.Adoption, error) {
	return readmodel.Read(ctx, s.Store, func(v *readmodel.View) (*readmodel.Adoption, error) { return v.Adoption(rulebook) })
}

func (s shown) Event(ctx context.Context, id string) (*readmodel.Event, error) {
	return readmodel.Read(ctx, s.Store, func(v *readmodel.View) (*readmodel.Event, error) { return v.Event(id) })
}

func (s shown) Device(ctx context.Context, kid string) (*rootline.Device, error) {
	return readmodel.Read(ctx, s.Store, func(v *readmodel.View) (*rootline.Device, error) { return v.Device(kid) })
}

func (s shown) Asset(ctx context.Context, code string) (*readmodel.Asset, error) {
	return readmodel.Read(ctx, s.Store, func(v *readmodel.View) (*readmodel.Asset, error) { return v.Asset(code) })
}

func (s shown) Tag(ctx context.Context, code string) (*rootline.Tag, error) {
	return readmodel.Read(ctx, s.Store, func(v *readmodel.View) (*rootline.Tag, error) { return v.Tag(code) })
}

func (s shown) Ledger(ctx context.Context) (*readmodel.Ledger, error) {
	return readmodel.Read(ctx, s.Store, (*readmodel.View).Ledger)
}
