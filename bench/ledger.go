package main

import (
	"context"
	"errors"

	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/block"
)

// counter counts the items of one valid transaction.
type counter func(*block.Transaction) int

// plainItems counts assets made by the plain chaincode.
func plainItems(t *block.Transaction) int {
	if t.Chaincode == "plain" && t.Function == "Create" {
		return 1
	}
	return 0
}

// plainDraws counts draws on the plain chaincode's one key.
func plainDraws(t *block.Transaction) int {
	if t.Chaincode == "plain" && t.Function == "Draw" {
		return 1
	}
	return 0
}

// ourEvents counts events of valid transactions of Rootline's chaincode.
func ourEvents(t *block.Transaction) int {
	if t.Chaincode != wire.Chaincode || len(t.Args) != 1 {
		return 0
	}
	subs, err := wire.DecodeBatch(t.Args[0])
	if err != nil {
		return 0
	}
	return len(subs)
}

var errEnough = errors.New("enough")

// blocks gives the blocks from one height on up to the peer's present one.
func (s *stage) blocks(ctx context.Context, from uint64) ([]*block.Block, error) {
	to, err := s.peer.Height(ctx)
	if err != nil || to <= from {
		return nil, err
	}
	var out []*block.Block
	err = s.peer.Blocks(ctx, from, func(b *block.Block) error {
		out = append(out, b)
		if b.Number+1 >= to {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return out, err
}

// count counts items in valid transactions of the blocks from one height on.
func (s *stage) count(ctx context.Context, from uint64, c counter) (int, error) {
	blocks, err := s.blocks(ctx, from)
	n := 0
	for _, b := range blocks {
		for i := range b.Transactions {
			if b.Transactions[i].Valid {
				n += c(&b.Transactions[i])
			}
		}
	}
	return n, err
}
