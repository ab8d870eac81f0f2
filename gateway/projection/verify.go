package projection

import (
	"context"
	"errors"
	"fmt"

	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/readmodel"
)

// unverified is the error of a block that does not verify. Whoever delivered it altered it, so the next try may have it
// from somebody else: unlike a block.Halt it passes.
type unverified struct {
	*channel.Fault
	// by is the organisation whose peer delivered it.
	by string
}

// Unwrap gives the fault.
func (u *unverified) Unwrap() error { return u.Fault }

// verifies reports whether blocks are verified.
func (p *Projection) verifies() bool { return p.config.Genesis != channel.Hash{} }

// Channel is the channel's configuration as the blocks were followed; nil when they are not, or not yet.
func (p *Projection) Channel() *channel.Config {
	if s := p.Followed(); s != nil {
		return s.Config()
	}
	return nil
}

// Followed is what is known of the channel as of the last block that was followed; nil before the first one.
func (p *Projection) Followed() *channel.State { return p.followed.Load() }

// prepare does ahead what can be done of verifying a block.
func (p *Projection) prepare(b *block.Block, slot int) *channel.Prepared {
	if !p.verifies() || b.Raw == nil {
		return nil
	}
	defer p.tries(b, stagePrepare, slot)()
	return channel.Prepare(b.Raw, p.probable.Load())
}

// tries marks the transactions of a block that are verified, until done.
func (p *Projection) tries(b *block.Block, stage string, slot int) (done func()) {
	b.Raw.Try = func(index int) bool {
		ok := p.attempts.try(slot, b.Number, index)
		if ok {
			p.config.at(stage, b.Number, index)
		}
		return ok
	}
	return func() {
		b.Raw.Try = nil
		p.attempts.done(slot)
	}
}

// verifying is the verification of the blocks of one write transaction.
type verifying struct {
	*Projection
	tx *readmodel.Tx
	// kept is what the read model holds, state what the blocks so far led to.
	kept, state *channel.State
}

// verifying goes on where the read model is. It is nil when blocks are not verified.
func (p *Projection) verifying(tx *readmodel.Tx, before *readmodel.Cursor) (*verifying, error) {
	if !p.verifies() {
		return nil, nil
	}
	v := &verifying{Projection: p, tx: tx, state: p.followed.Load()}
	if before == nil {
		v.state = nil
		return v, nil
	}
	at := func() bool {
		return v.state != nil && v.state.Number() == before.Block && v.state.Hash() == channel.Hash(before.Hash)
	}
	if at() {
		v.kept = v.state
		return v, nil
	}
	var err error
	if v.state, err = tx.Channel(p.config.Genesis); err == nil && !at() {
		err = errors.New("projection: what was read so far was not verified; the read model has to be filled anew")
	}
	v.kept = v.state
	return v, err
}

// verify verifies the next block and puts the computed verdicts in place of the peer's. It returns those that differ or
// are not recomputed. The error is an *unverified, or a fault of the store.
func (v *verifying) verify(b *ahead) ([]differs, error) {
	if v == nil {
		return nil, nil
	}
	if b.Raw == nil {
		return nil, fmt.Errorf("projection: block %d came without its bytes", b.Number)
	}
	if v.state == nil {
		state, err := channel.Begin(b.Raw, v.config.Genesis)
		if err != nil {
			return nil, faulty(err, b.By)
		}
		v.state = state
		v.probable.Store(state.Config())
		return nil, nil
	}
	defer v.tries(b.Block, stageVerify, markApplied)()
	prepared := b.prepared
	if prepared == nil {
		prepared = channel.Prepare(b.Raw, v.state.Config())
	}
	next, verdicts, err := v.state.Next(prepared, v.tx.Versions())
	if err != nil {
		return nil, faulty(err, b.By)
	}
	var out []differs
	if next.Config() != v.state.Config() {
		out = append(out, differs{&b.Transactions[0], KindConfiguration, fmt.Sprintf("configuration %d of the channel, in %d bytes", next.Config().Sequence(), b.Bytes), false})
	}
	v.state = next
	v.probable.Store(next.Config())
	for i, verdict := range verdicts {
		t := &b.Transactions[i]
		if verdict.Broken {
			// Noted as what is quarantined is, so that another build reads the ledger anew.
			v.tx.AddQuarantined(readmodel.Quarantined{Block: b.Number, Position: t.Index, Transaction: t.ID, Version: v.config.Version})
		}
		if !verdict.Computed {
			if verdict.Decides || concerns(t) {
				out = append(out, differs{t, KindNotRecomputed, verdict.Why, verdict.Decides})
			}
			continue
		}
		valid := verdict.Code == channel.Valid
		if said := t.Code != int32(channel.NotValidated); said && valid != t.Valid {
			detail := fmt.Sprintf("the peer says %s, and it is %s", t.CodeName, verdict.Code)
			if verdict.Why != "" {
				detail += ": " + verdict.Why
			}
			out = append(out, differs{t, KindVerdictDiffers, detail, false})
		}
		t.Code, t.CodeName, t.Valid = int32(verdict.Code), verdict.Code.String(), valid
	}
	return out, nil
}

// differs is a transaction whose verdict is not the peer's, or not recomputed, or that changed the channel's configuration.
type differs struct {
	*block.Transaction
	kind, detail string
	// decides says of one that was not recomputed that whether others take effect, or what they lead to, depends on it.
	decides bool
}

// concerns reports whether a transaction has to do with the ledger, or with the chaincodes' definitions.
func concerns(t *block.Transaction) bool {
	return t.Chaincode == wire.Chaincode || t.Chaincode == channel.Lifecycle || len(t.WritesTo(wire.Chaincode)) > 0
}

// faulty tells a block that does not verify from a fault of the store.
func faulty(err error, by string) error {
	var fault *channel.Fault
	if errors.As(err, &fault) {
		return &unverified{fault, by}
	}
	return err
}

// resume reads what is known of the channel, so that others can be asked when the own peer delivers nothing.
func (p *Projection) resume(ctx context.Context) error {
	if !p.verifies() || p.followed.Load() != nil {
		return nil
	}
	return p.config.Store.Write(ctx, func(tx *readmodel.Tx) error {
		s, err := tx.Channel(p.config.Genesis)
		if s != nil {
			p.followed.Store(s)
			p.probable.Store(s.Config())
		}
		return err
	})
}

// Orderers are the orderers that organisations name in the configuration that was followed; none before the first block.
func (p *Projection) Orderers() []channel.Anchor {
	c := p.Channel()
	if c == nil {
		return nil
	}
	return c.Orderers()
}

// Anchors are the peers that organisations name in the configuration that was followed; none before the first block.
func (p *Projection) Anchors() []channel.Anchor {
	s := p.followed.Load()
	if s == nil {
		return nil
	}
	return s.Config().Anchors()
}

// keep keeps how far the channel was followed, in the transaction of the blocks.
func (v *verifying) keep() error {
	if v == nil {
		return nil
	}
	return v.tx.Follow(v.config.Genesis, v.kept, v.state)
}

// committed takes over what was kept.
func (v *verifying) committed() {
	if v != nil {
		v.followed.Store(v.state)
	}
}
