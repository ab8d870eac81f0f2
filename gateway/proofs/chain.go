package proofs

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/gateway/integrity"
	"github.com/rootline/rootline/limits"
	"github.com/rootline/rootline/proof"
)

// chain adds the configurations up to the newest block that is needed, and the headers of the others.
func (a *assembly) chain() error {
	numbers := slices.Sorted(maps.Keys(a.numbers))
	c, ok, err := a.config.Shown.Cursor(a.ctx)
	if err != nil || !ok {
		return errors.Join(rootline.Refuse(rootline.CodeNotReady, "no blocks were read yet"), err)
	}
	upTo := c.Block
	if n := len(numbers); n > 0 {
		upTo = max(upTo, numbers[n-1])
	}
	if a.bundle.Configurations, err = a.configured(a, upTo); err != nil {
		return err
	}
	for _, number := range numbers {
		if slices.ContainsFunc(a.bundle.Configurations, func(c proof.Configuration) bool { return c.Number == number }) {
			continue
		}
		h, err := a.header(number)
		if err != nil {
			return err
		}
		a.bundle.Headers = append(a.bundle.Headers, *h)
	}
	return nil
}

// configured gives the channel's configurations, from block 0 on. They are read again when there may be a new one.
func (m *Maker) configured(a *assembly, upTo uint64) ([]proof.Configuration, error) {
	last, err := a.config.Ledger.Block(a.ctx, upTo)
	if err != nil {
		return nil, notReady(err)
	}
	newest, err := channel.LastConfig(last.Raw)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	known := m.configurations
	m.mu.Unlock()
	if n := len(known); n > 0 && known[n-1].Number == newest {
		return known, nil
	}
	all, _, err := a.config.Blocks.Configurations(a.ctx, upTo)
	if err != nil {
		return nil, err
	}
	out := make([]proof.Configuration, len(all))
	for i, g := range all {
		if len(g.Envelopes) != 1 {
			return nil, fmt.Errorf("proofs: block %d holds no configuration", g.Number)
		}
		out[i] = proof.Configuration{Number: g.Number, Envelope: g.Envelopes[0].Bytes}
		if g.Number == 0 {
			continue
		}
		signatures, err := signaturesOf(g.Signatures)
		if err != nil {
			return nil, err
		}
		out[i].Previous, out[i].Signatures = g.Previous[:], signatures
	}
	m.mu.Lock()
	m.configurations = out
	m.mu.Unlock()
	return out, nil
}

// header reads the header of a block.
func (a *assembly) header(number uint64) (*proof.Header, error) {
	if h := a.headers.get(number); h != nil {
		return h, nil
	}
	b, err := a.config.Ledger.Block(a.ctx, number)
	if err != nil {
		return nil, notReady(err)
	}
	if b.Raw == nil || b.Number != number {
		return nil, fmt.Errorf("proofs: block %d came as %d", number, b.Number)
	}
	signatures, err := signaturesOf(b.Raw.Signatures)
	if err != nil {
		return nil, err
	}
	h := &proof.Header{Number: number, Previous: b.Previous[:], Data: b.DataHash[:], Signatures: *signatures}
	a.headers.put(number, h)
	return h, nil
}

// signaturesOf reads the metadata with the orderers' signatures (common.Metadata), and puts them into the order of their
// numbers, each once.
func signaturesOf(metadata []byte) (*proof.Signatures, error) {
	type numbered struct {
		number uint64
		proof.Signature
	}
	out := &proof.Signatures{}
	var by []numbered
	err := eachMember(metadata, func(number protowire.Number, value []byte) error {
		switch number {
		case 1:
			out.Value = value
		case 2:
			if len(by) == limits.Organisations*4 {
				return errors.New("proofs: too many signatures")
			}
			var one numbered
			if err := eachMember(value, func(number protowire.Number, value []byte) error {
				switch number {
				case 2:
					one.Signature.Signature = value
				case 3:
					one.Identifier = value
				}
				return nil
			}); err != nil {
				return err
			}
			identifier, err := identifierOf(one.Identifier)
			one.number = identifier
			by = append(by, one)
			return err
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(by, func(x, y numbered) int { return int(x.number) - int(y.number) }) //nolint:gosec // 32 bits
	by = slices.CompactFunc(by, func(x, y numbered) bool { return x.number == y.number })
	for _, one := range by {
		out.By = append(out.By, one.Signature)
	}
	return out, nil
}

// identifierOf is the number in common.IdentifierHeader.
func identifierOf(b []byte) (uint64, error) {
	for len(b) > 0 {
		number, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			return 0, protowire.ParseError(n)
		}
		b = b[n:]
		if number == 1 && kind == protowire.VarintType {
			v, n := protowire.ConsumeVarint(b)
			if n < 0 {
				return 0, protowire.ParseError(n)
			}
			return v & 0xffffffff, nil
		}
		if n = protowire.ConsumeFieldValue(number, kind, b); n < 0 {
			return 0, protowire.ParseError(n)
		}
		b = b[n:]
	}
	return 0, nil
}

// eachMember gives the members of a message that are bytes.
func eachMember(b []byte, each func(protowire.Number, []byte) error) error {
	for len(b) > 0 {
		number, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			return protowire.ParseError(n)
		}
		b = b[n:]
		n = protowire.ConsumeFieldValue(number, kind, b)
		if n < 0 {
			return protowire.ParseError(n)
		}
		if kind == protowire.BytesType {
			value, _ := protowire.ConsumeBytes(b)
			if err := each(number, value); err != nil {
				return err
			}
		}
		b = b[n:]
	}
	return nil
}

// blocks adds whole blocks that hold the item's events, where they were asked for and may be given.
func (a *assembly) blocks() error {
	if !a.options.Deep {
		return nil
	}
	size := 0
	for _, number := range slices.Sorted(maps.Keys(a.holding)) {
		envelopes, err := a.whole(number)
		if err != nil {
			return err
		}
		if envelopes == nil {
			continue
		}
		for _, e := range envelopes {
			size += len(e)
		}
		if size > proof.MaxBytes {
			return rootline.Refuse(rootline.CodeProofTooLong, a.code)
		}
		a.bundle.Blocks = append(a.bundle.Blocks, proof.Block{Number: number, Envelopes: envelopes})
	}
	return nil
}

// whole is what a block holds; nil where it may not be given.
func (a *assembly) whole(number uint64) ([][]byte, error) {
	if a.options.Whole {
		b, err := a.config.Ledger.Block(a.ctx, number)
		if err != nil || b.Raw == nil {
			return nil, notReady(err)
		}
		return b.Raw.Envelopes, nil
	}
	var g *integrity.Given
	g, _, err := a.config.Blocks.Give(a.ctx, a.code, number)
	if err != nil || !g.Whole {
		return nil, err
	}
	out := make([][]byte, len(g.Envelopes))
	for i, e := range g.Envelopes {
		out[i] = e.Bytes
	}
	return out, nil
}
