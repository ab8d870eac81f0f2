package proofs

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/budget"
	"github.com/rootline/rootline/gateway/integrity"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/limits"
)

// Shown is what the gateway shows of items: Of a read model, in the program.
type Shown interface {
	ShownAfter(ctx context.Context, code string, seq uint64, limit int) (*readmodel.Shown, error)
	Enrolment(ctx context.Context, kid string) (*readmodel.Enrolment, error)
	Renewal(ctx context.Context, kid string) (*readmodel.ShownEvent, error)
	Event(ctx context.Context, id string) (*readmodel.Event, error)
	Adoption(ctx context.Context, rulebook string) (*readmodel.Adoption, error)
	Device(ctx context.Context, kid string) (*rootline.Device, error)
	Asset(ctx context.Context, code string) (*readmodel.Asset, error)
	Tag(ctx context.Context, code string) (*rootline.Tag, error)
	Reached(ctx context.Context, block uint64) error
	Cursor(ctx context.Context) (c readmodel.Cursor, ok bool, err error)
	Ledger(ctx context.Context) (*readmodel.Ledger, error)
}

// Ledger is how organisations' peers are asked; *fabric.Client is one.
type Ledger interface {
	Attest(ctx context.Context, nonce []byte, keys []string) (*block.Attested, error)
	Block(ctx context.Context, number uint64) (*block.Block, error)
	Seal(ctx context.Context, nonce []byte) error
}

// Blocks gives blocks as far as they may be given; *integrity.Checker does.
type Blocks interface {
	Give(ctx context.Context, item string, number uint64) (*integrity.Given, int64, error)
	Configurations(ctx context.Context, upTo uint64, charge func(read int64) error) ([]*integrity.Given, error)
}

// Config is what a Maker needs.
type Config struct {
	Shown  Shown
	Ledger Ledger
	Blocks Blocks
	// Channel and Genesis, the hash of its block 0, are what the own organisation verifies from.
	Channel string
	Genesis rootline.Hash
	// Clock is for tests. Default time.Now.
	Clock func() time.Time
}

// Maker makes proofs. It may be used by many goroutines.
type Maker struct {
	config  Config
	headers headers
	kept    kept
	// making has the places for proofs that are being made.
	making *turns

	mu             sync.Mutex
	configurations *configurations
}

// New returns a Maker.
func New(c Config) *Maker {
	if c.Clock == nil {
		c.Clock = time.Now
	}
	return &Maker{config: c, making: newTurns(limits.ProofsAtOnce)}
}

// Options say what a proof is to hold.
type Options struct {
	// Nonce is 16 to 64 bytes of whoever will verify; a proof with one is made for the occasion. Empty takes a random one,
	// and a proof that was made for somebody else in the last minute.
	Nonce []byte
	// Deep adds whole blocks: those that are about the item alone, and with Whole all that hold its events.
	Deep, Whole bool
	// Texts adds the texts of the rulebooks that the item and its events live under.
	Texts bool
	// Seal has a seal written first, so that the proof shows that it is not older than its block. One that was written in the
	// last ten minutes stays: the ledger takes no other so soon.
	Seal bool
	// Who takes its turn with others where many proofs are asked for.
	Who budget.Who
	// Blocks is told the length of each block that is read, and before each, with 0, says whether another may be; the error is why
	// not. Nil for any number.
	Blocks func(read int64) error
}

// Made is a proof as a file.
type Made struct {
	File []byte
	// Head is the item's head; zero for an absence. Organisations are those that vouch.
	Head          rootline.Hash
	Organisations []string
	// Again says that it had been made before.
	Again bool
}

// tries bounds how often a proof is begun anew when the ledger goes on meanwhile.
const tries = 4

// attestTries bounds how often organisations are asked anew when one of several answers is of another moment than the others: mostly
// it was a seal, or a device's record, that was written between them.
const attestTries = 2

// errMoved says that the ledger went on while a proof was being made.
var errMoved = errors.New("proofs: the ledger went on")

// Item makes the proof of an item. Errors: a refusal (it is not there, it sleeps, its proof is too long, too many are being
// made), or why the peers cannot be asked.
func (m *Maker) Item(ctx context.Context, code string, o Options) (*Made, error) {
	asset, err := m.config.Shown.Asset(ctx, code)
	if err != nil {
		return nil, err
	}
	if asset.Asleep {
		return nil, rootline.Refuse(rootline.CodeAsleep, asset.ID, asset.Lot)
	}
	key := fmt.Sprintf("%s %s %v %v %v", asset.ID, asset.Head, o.Deep, o.Whole, o.Texts)
	return m.made(ctx, key, o, func(nonce []byte) (*Made, error) {
		for range tries {
			a := &assembly{Maker: m, ctx: ctx, options: o, nonce: nonce, code: asset.ID}
			made, err := a.item()
			if !errors.Is(err, errMoved) {
				return made, err
			}
		}
		return nil, rootline.Refuse(rootline.CodeNotReady, rootline.Text{En: "the item changes while its proof is made", Zh: "生成证明期间物品发生变更"})
	})
}

// Absence makes the proof that a code was never recorded. The refusal of one that was is CodeAssetExists; that of one which
// sleeps on a list is CodeAsleep: nothing was recorded of it alone, and it is genuine.
func (m *Maker) Absence(ctx context.Context, code string, o Options) (*Made, error) {
	asset, err := m.config.Shown.Asset(ctx, code)
	switch {
	case err == nil && asset.Asleep:
		return nil, rootline.Refuse(rootline.CodeAsleep, asset.ID, asset.Lot)
	case err != nil && rootline.CodeOf(err) != rootline.CodeNotFound:
		return nil, err
	}
	return m.made(ctx, code+" absent", o, func(nonce []byte) (*Made, error) {
		a := &assembly{Maker: m, ctx: ctx, options: o, nonce: nonce, code: code}
		return a.absence()
	})
}

// made gives a proof that was just made, or makes it.
func (m *Maker) made(ctx context.Context, key string, o Options, make func(nonce []byte) (*Made, error)) (*Made, error) {
	fresh := len(o.Nonce) > 0 || o.Seal
	if !fresh {
		if made := m.kept.get(key, m.config.Clock()); made != nil {
			again := *made
			again.Again = true
			return &again, nil
		}
	}
	release, err := m.making.take(ctx, o.Who)
	if err != nil {
		return nil, rootline.Refuse(rootline.CodeBusy)
	}
	defer release()
	nonce := o.Nonce
	if len(nonce) == 0 {
		nonce = random()
	}
	if o.Seal {
		if err := m.Seal(ctx); err != nil && rootline.CodeOf(err) != rootline.CodeSealedLately {
			return nil, err
		}
	}
	made, err := make(nonce)
	if err == nil && !fresh {
		m.kept.put(key, made, m.config.Clock())
	}
	return made, err
}

// Seal writes a seal with a random nonce.
func (m *Maker) Seal(ctx context.Context) error {
	return notAnswered(m.config.Ledger.Seal(ctx, random()))
}

// notAnswered is the refusal where peers do not answer, with why.
func notAnswered(err error) error {
	if err == nil || rootline.AsError(err) != nil {
		return err
	}
	return errors.Join(rootline.Refuse(rootline.CodeNotReady, rootline.Text{En: "the organisations' peers do not answer", Zh: "各单位的节点没有应答"}), err)
}

func random() []byte {
	nonce := make([]byte, 32)
	_, _ = rand.Read(nonce) // never fails
	return nonce
}

// attest has keys answered, as many answers as are needed: each holds those of always too, and all are of one moment. The
// error is errMoved when they are not.
func (a *assembly) attest(always, keys []string) error {
	a.records, a.bundle.Answers = map[string]block.AttestedRecord{}, nil
	room := limits.AttestedKeys - len(wire.AlwaysAttested) - len(always)
	for first := true; first || len(keys) > 0; first = false {
		n := min(room, len(keys))
		said, err := a.config.Ledger.Attest(a.ctx, a.nonce, append(append([]string{}, always...), keys[:n]...))
		if err != nil {
			return notAnswered(err)
		}
		keys = keys[n:]
		if err := a.known(said); err != nil {
			return err
		}
		for _, r := range said.Records {
			if before, ok := a.records[r.Key]; ok && (string(before.Value) != string(r.Value) || !sameWritten(before.Written, r.Written)) {
				return errMoved
			}
			a.records[r.Key] = r
		}
		a.bundle.Answers = append(a.bundle.Answers, said.Payload)
		if first {
			a.organisations = said.Organisations
		}
		a.organisations = both(a.organisations, said.Organisations)
	}
	return nil
}

// known refuses what others say of blocks that were not read here: a block's number is their word alone, where the own peer
// does not say the same.
func (a *assembly) known(said *block.Attested) error {
	if said.Own {
		return nil
	}
	c, ok, err := a.config.Shown.Cursor(a.ctx)
	if err != nil {
		return err
	}
	for _, r := range said.Records {
		if r.Written != nil && (!ok || r.Written.Block > c.Block) {
			return rootline.Refuse(rootline.CodeNotReady, rootline.Text{En: "the own peer does not answer as the other organisations' do", Zh: "本单位节点的应答与其他单位的不同"})
		}
	}
	return nil
}

func sameWritten(a, b *block.Written) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}
