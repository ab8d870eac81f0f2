package integrity

import (
	"context"
	"errors"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/limits"
)

// reconfigured is a ledger of which each block holds a configuration of a length.
type reconfigured struct {
	Ledger
	bytes int
	asked int
}

func (r *reconfigured) Block(_ context.Context, number uint64) (*block.Block, error) {
	r.asked++
	index := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), number)
	value := protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), index)
	return &block.Block{
		Number: number, Bytes: r.bytes,
		Raw:          &channel.Block{Number: number, Signatures: protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), value)},
		Transactions: []block.Transaction{{Type: "CONFIG", Valid: true, Envelope: make([]byte, r.bytes)}},
	}, nil
}

// TestConfigurationsAreAllOrNone: with a gap they lead nowhere, and however long somebody makes them, no more of them are held
// than are bounded, and each block is charged before the next one is read.
func TestConfigurationsAreAllOrNone(t *testing.T) {
	free := func(int64) error { return nil }
	for name, c := range map[string]struct {
		bytes int
		upTo  uint64
		code  rootline.Code
	}{
		"one":                  {1000, 0, ""},
		"65 after the first":   {1000, 65, ""},
		"as many as there are": {1000, limits.Configurations - 1, ""},
		"one more":             {1000, limits.Configurations, rootline.CodeConfigurations},
		"a few long ones":      {limits.ConfigurationsBytes/3 + 1, 2, rootline.CodeConfigurations},
	} {
		ledger := &reconfigured{bytes: c.bytes}
		all, err := New(Config{Ledger: ledger}).Configurations(t.Context(), c.upTo, free)
		var refused *rootline.Error
		if errors.As(err, &refused); c.code != "" && (refused == nil || refused.Code != c.code || all != nil) || c.code == "" && err != nil {
			t.Errorf("%s: %d, %v", name, len(all), err)
		}
		if c.code != "" {
			continue
		}
		if len(all) != int(c.upTo)+1 {
			t.Errorf("%s: %d configurations", name, len(all))
		}
		for i, g := range all {
			if g.Number != uint64(i) {
				t.Fatalf("%s: block %d comes as number %d", name, g.Number, i)
			}
		}
	}
	none, left := errors.New("nothing is left"), int64(10_000)
	ledger := &reconfigured{bytes: 1000}
	if all, err := New(Config{Ledger: ledger}).Configurations(t.Context(), 60, func(read int64) error {
		if left -= read; left <= 0 {
			return none
		}
		return nil
	}); !errors.Is(err, none) || all != nil || ledger.asked != 10 {
		t.Errorf("%d blocks were read, %v", ledger.asked, err)
	}
}
