package integrity

import (
	"context"
	"errors"
	"slices"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/limits"
)

// Given is a block as it may be given to anybody who holds the code of one item: its header with the orderers'
// signatures, and of what it holds the configurations, the acts by which the ledger was founded, and the transactions
// that are about this item alone. All others name other items and where they are.
type Given struct {
	Number             uint64
	Previous, DataHash rootline.Hash
	// Signatures is the block's metadata of that name, as Fabric encodes it: common.Metadata.
	Signatures []byte
	// Envelopes are in the order of the block; Whole says that they are all of it, so that DataHash can be computed.
	Envelopes []GivenEnvelope
	Whole     bool
}

// GivenEnvelope is a transaction as it lies in its block.
type GivenEnvelope struct {
	Index int
	Bytes []byte
}

// size is what of it is given, in bytes.
func (g *Given) size() int64 {
	n := int64(len(g.Signatures))
	for _, e := range g.Envelopes {
		n += int64(len(e.Bytes))
	}
	return n
}

// errNoPeer is the error of a block that the own peer does not deliver.
var errNoPeer = rootline.Refuse(rootline.CodeNotReady, rootline.Text{En: "the peer does not answer", Zh: "节点没有应答"})

// Give reads a block again from the own peer, for who holds an item's code. read is how long the block is, given or not.
func (c *Checker) Give(ctx context.Context, item string, number uint64) (g *Given, read int64, err error) {
	b, err := c.config.Ledger.Block(ctx, number)
	if err != nil {
		return nil, 0, errNoPeer
	}
	g = &Given{Number: b.Number, Previous: b.Previous, DataHash: b.DataHash, Whole: true}
	if b.Raw != nil {
		g.Signatures = b.Raw.Signatures
	}
	for i := range b.Transactions {
		if t := &b.Transactions[i]; aboutAlone(item, t) {
			g.Envelopes = append(g.Envelopes, GivenEnvelope{Index: i, Bytes: t.Envelope})
		} else {
			g.Whole = false
		}
	}
	return g, max(int64(b.Bytes), g.size()), nil
}

// Configurations gives the blocks with the channel's configurations up to a block, the first one first, all of them or none:
// with a gap they lead nowhere. charge is told the length of each block that is read, and before each, with 0, says whether
// another may be; the error is why not. Where they are more or longer than is kept in mind, the error has
// CodeConfigurations.
func (c *Checker) Configurations(ctx context.Context, upTo uint64, charge func(read int64) error) (all []*Given, err error) {
	size := int64(0)
	add := func(number uint64) error {
		if err := charge(0); err != nil {
			return err
		}
		g, read, err := c.Give(ctx, "", number)
		_ = charge(read) // that nothing is left then stops the next block
		if err != nil {
			return err
		}
		if size += g.size(); size > limits.ConfigurationsBytes || len(all) >= limits.Configurations {
			return rootline.Refuse(rootline.CodeConfigurations, limits.Configurations, limits.ConfigurationsBytes>>20)
		}
		all = append(all, g)
		return nil
	}
	for at := upTo; at > 0; {
		last, err := c.lastConfig(ctx, at, charge)
		if err != nil {
			return nil, err
		}
		if last == 0 {
			break
		}
		if err := add(last); err != nil {
			return nil, err
		}
		at = last - 1
	}
	if err := add(0); err != nil {
		return nil, err
	}
	slices.Reverse(all)
	return all, nil
}

// lastConfig is the number of the block with the configuration in use for a block, or of that block if it holds one.
func (c *Checker) lastConfig(ctx context.Context, number uint64, charge func(read int64) error) (uint64, error) {
	if err := charge(0); err != nil {
		return 0, err
	}
	b, err := c.config.Ledger.Block(ctx, number)
	if err != nil {
		return 0, errNoPeer
	}
	_ = charge(int64(b.Bytes))
	if b.Raw == nil {
		return 0, nil
	}
	last, err := channel.LastConfig(b.Raw)
	if err != nil || last > number {
		return 0, errors.Join(errNoPeer, err)
	}
	return last, nil
}

// aboutAlone reports whether a transaction may be given to who holds an item's code: a configuration, an act of the
// founding, a seal, or a valid batch of which each event is the item's own and each record that was written is the item's, an
// event's, a tag's or a claim. An input, a lot or what lies above would bring its own record, and its position.
func aboutAlone(item string, t *block.Transaction) bool {
	switch {
	case t.Malformed != "" || !t.Valid:
		return false
	case t.Type == "CONFIG":
		return true
	case t.Type != "ENDORSER_TRANSACTION" || t.Chaincode != wire.Chaincode || len(t.Args) != 1:
		return false
	}
	switch t.Function {
	case wire.FnFound, wire.FnConfirm, wire.FnSeal:
		return true
	case wire.FnRecord:
	default:
		return false
	}
	subs, err := wire.DecodeBatch(t.Args[0])
	if err != nil || item == "" {
		return false
	}
	for _, s := range subs {
		if e := eventOf(s.JWS); e == nil || e.Asset != item || e.Rulebook == rootline.Registry || len(e.Inputs)+len(e.Refs)+len(e.Into) > 0 || e.Under != "" {
			return false
		}
	}
	for _, w := range t.Writes {
		ref, err := wire.ParseKey(w.Key)
		if err != nil || w.Namespace != wire.Chaincode || ref.Space == rootline.SpaceAsset && ref.ID != item {
			return false
		}
		switch ref.Space {
		case rootline.SpaceAsset, rootline.SpaceEvent, rootline.SpaceTag, rootline.SpaceClaim:
		default:
			return false
		}
	}
	return true
}
