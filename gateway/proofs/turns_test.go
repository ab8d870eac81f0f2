package proofs

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/budget"
	"github.com/rootline/rootline/gateway/integrity"
)

// Who asks for many proofs at once has its turn between those of others.
func TestTakersTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		places := newTurns(1)
		first, err := places.take(t.Context(), budget.Who{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		ask := func(ctx context.Context, name string) {
			go func() {
				if release, err := places.take(ctx, budget.Who{Name: name}); err == nil {
					got = append(got, name)
					release()
				}
			}()
			synctest.Wait()
		}
		for range 3 {
			ask(t.Context(), "many")
		}
		gone, leave := context.WithCancel(t.Context())
		ask(gone, "gone")
		ask(t.Context(), "one")
		ask(t.Context(), "two")
		leave()
		synctest.Wait()
		first()
		synctest.Wait()
		if want := "many one two many many"; strings.Join(got, " ") != want {
			t.Errorf("%v, want %s", got, want)
		}
		if places.free != 1 || len(places.order)+len(places.waiting) != 0 {
			t.Errorf("%+v is left", places)
		}
	})
}

// counted is a ledger of blocks of a thousand bytes, of which none may be given whole.
type counted struct{ Ledger }

func (counted) Block(_ context.Context, number uint64) (*block.Block, error) {
	return &block.Block{Number: number, Bytes: 1000}, nil
}

func (counted) Give(context.Context, string, uint64) (*integrity.Given, int64, error) {
	return &integrity.Given{}, 1000, nil
}

func (counted) Configurations(context.Context, uint64, func(int64) error) ([]*integrity.Given, error) {
	return nil, nil
}

// Each block that is read is counted, those that are left out too, and none is when nothing is left.
func TestBlocksThatAreReadAreCounted(t *testing.T) {
	none := errors.New("nothing is left")
	read := int64(0)
	a := &assembly{Maker: New(Config{Ledger: counted{}, Blocks: counted{}}), ctx: t.Context(), holding: map[uint64]bool{1: true, 2: true, 3: true}}
	a.options = Options{Deep: true, Blocks: func(n int64) error {
		if read += n; read >= 3000 {
			return none
		}
		return nil
	}}
	if err := a.blocks(); err != nil || read != 3000 || len(a.bundle.Blocks) != 0 {
		t.Errorf("%d bytes, %d blocks, %v", read, len(a.bundle.Blocks), err)
	}
	if _, err := a.read(4); !errors.Is(err, none) {
		t.Errorf("with nothing left: %v", err)
	}
	if a.options.Whole = true; !errors.Is(a.blocks(), none) || read != 3000 {
		t.Errorf("%d bytes", read)
	}
	a.options.Blocks = nil
	if b, err := a.read(4); err != nil || b.Number != 4 {
		t.Errorf("%v", err)
	}
}
