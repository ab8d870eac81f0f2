package proofs

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/integrity"
	"github.com/rootline/rootline/limits"
	"github.com/rootline/rootline/proof"
)

// chain adds the configurations up to the newest block that is needed, and the headers of the others.
func (a *assembly) chain() error {
	numbers := slices.Sorted(maps.Keys(a.numbers))
	c, ok, err := a.config.Shown.Cursor(a.ctx)
	if err != nil || !ok {
		return errors.Join(rootline.Refuse(rootline.CodeNotReady, rootline.Text{En: "no blocks were read yet", Zh: "尚未读取任何区块"}), err)
	}
	upTo := c.Block
	if n := len(numbers); n > 0 {
		upTo = max(upTo, numbers[n-1])
	}
	followed, err := a.configured(a, upTo)
	if err != nil {
		return err
	}
	a.bundle.Configurations = followed.listed
	for _, number := range numbers {
		if slices.ContainsFunc(a.bundle.Configurations, func(c proof.Configuration) bool { return c.Number == number }) {
			continue
		}
		h, err := a.header(number, followed)
		if err != nil {
			return err
		}
		a.bundle.Headers = append(a.bundle.Headers, *h)
	}
	return nil
}

// configurations are the channel's, from block 0 on: as proofs list them, and as they are followed.
type configurations struct {
	listed   []proof.Configuration
	followed []*channel.Config
}

// before is the configuration in use for a block.
func (c *configurations) before(number uint64) *channel.Config {
	for _, config := range slices.Backward(c.followed) {
		if config.Block() < number {
			return config
		}
	}
	return c.followed[0]
}

// configured gives the channel's configurations. They are read again when there may be a new one.
func (m *Maker) configured(a *assembly, upTo uint64) (*configurations, error) {
	last, err := a.read(upTo)
	if err != nil {
		return nil, err
	}
	newest, err := channel.LastConfig(last.Raw)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	known := m.configurations
	m.mu.Unlock()
	if known != nil && known.listed[len(known.listed)-1].Number == newest {
		return known, nil
	}
	all, err := a.config.Blocks.Configurations(a.ctx, upTo, a.account)
	if err != nil {
		return nil, err
	}
	out, err := follow(all, m.config.Genesis)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	m.configurations = out
	m.mu.Unlock()
	return out, nil
}

// follow follows blocks with configurations from the pinned one on.
func follow(all []*integrity.Given, pin rootline.Hash) (*configurations, error) {
	out := &configurations{}
	for i, g := range all {
		if len(g.Envelopes) != 1 {
			return nil, fmt.Errorf("proofs: block %d holds no configuration", g.Number)
		}
		listed := proof.Configuration{Number: g.Number, Envelope: g.Envelopes[0].Bytes}
		b := &channel.Block{Number: g.Number, DataHash: g.DataHash[:], Envelopes: [][]byte{listed.Envelope}, Signatures: g.Signatures}
		var config *channel.Config
		var err error
		if i == 0 {
			config, err = channel.Pinned(b, channel.Hash(pin))
		} else {
			b.Previous = g.Previous[:]
			listed.Previous = b.Previous
			if listed.Signatures, err = signaturesOf(b, out.followed[i-1]); err == nil {
				config, err = out.followed[i-1].Follow(b)
			}
		}
		if err != nil {
			return nil, fmt.Errorf("proofs: the configuration in block %d: %w", g.Number, err)
		}
		out.listed, out.followed = append(out.listed, listed), append(out.followed, config)
	}
	return out, nil
}

// header reads the header of a block.
func (a *assembly) header(number uint64, followed *configurations) (*proof.Header, error) {
	if h := a.headers.get(number); h != nil {
		return h, nil
	}
	b, err := a.read(number)
	if err != nil {
		return nil, err
	}
	if b.Raw == nil || b.Number != number {
		return nil, fmt.Errorf("proofs: block %d came as %d", number, b.Number)
	}
	config := followed.before(number)
	signatures, err := signaturesOf(b.Raw, config)
	if err != nil {
		return nil, err
	}
	// What the peer says is kept only when it holds: a lie told once spoils no later proof.
	if len(signatures.By) < config.Quorum() {
		return nil, errors.Join(
			rootline.Refuse(rootline.CodeNotReady, rootline.Text{En: fmt.Sprintf("the own peer gives block %d without the orderers' signatures", number), Zh: fmt.Sprintf("本单位节点给出的区块 %d 缺少排序节点的签名", number)}),
			fmt.Errorf("proofs: %d signatures hold, of which %d are needed", len(signatures.By), config.Quorum()))
	}
	h := &proof.Header{Number: number, Previous: b.Previous[:], Data: b.DataHash[:], Signatures: *signatures}
	a.headers.put(number, h)
	return h, nil
}

// maxSignatures bounds the signatures of a block that are looked at. A block is followed only where a quorum signed it
// among fewer.
const maxSignatures = limits.Organisations * 4

// signaturesOf reads the metadata with the orderers' signatures on a block (common.Metadata), and puts those that hold under
// the configuration in use into the order of the orderers' numbers, one of each. Nobody signs the list itself, so that any
// orderer can put into it what it likes.
func signaturesOf(b *channel.Block, config *channel.Config) (*proof.Signatures, error) {
	out := &proof.Signatures{}
	var all []proof.Signature
	if err := eachMember(b.Signatures, func(number protowire.Number, value []byte) error {
		switch {
		case number == 1:
			out.Value = value
		case number == 2 && len(all) < maxSignatures:
			var one proof.Signature
			if eachMember(value, func(number protowire.Number, value []byte) error {
				switch number {
				case 2:
					one.Signature = value
				case 3:
					one.Identifier = value
				}
				return nil
			}) == nil {
				all = append(all, one)
			}
		}
		return nil
	}); err != nil {
		return nil, err
	}
	if len(out.Value) > limits.ProofValue {
		return nil, fmt.Errorf("proofs: the orderers signed %d bytes beside block %d", len(out.Value), b.Number)
	}
	header, by := b.Header(), map[uint32]proof.Signature{}
	for _, one := range all {
		number, err := config.Signed(header, out.Value, one.Identifier, one.Signature)
		if _, known := by[number]; err == nil && !known {
			by[number] = one
		}
	}
	for _, number := range slices.Sorted(maps.Keys(by)) {
		out.By = append(out.By, by[number])
	}
	return out, nil
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

// read reads a block, on account of who asked.
func (a *assembly) read(number uint64) (*block.Block, error) {
	if err := a.mayRead(); err != nil {
		return nil, err
	}
	b, err := a.config.Ledger.Block(a.ctx, number)
	if err != nil {
		return nil, notReady(err)
	}
	a.charge(int64(b.Bytes))
	return b, nil
}

// mayRead refuses to read another block where whoever asked has nothing left.
func (a *assembly) mayRead() error {
	return a.account(0)
}

// account charges what was read, and says whether whoever asked has anything left.
func (a *assembly) account(read int64) error {
	if a.options.Blocks == nil {
		return nil
	}
	return a.options.Blocks(read)
}

// charge charges what was read. That nothing is left then stops the next block.
func (a *assembly) charge(read int64) {
	if read > 0 {
		_ = a.account(read)
	}
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
		b, err := a.read(number)
		if err != nil {
			return nil, err
		}
		if b.Raw == nil {
			return nil, notReady(fmt.Errorf("proofs: block %d came without its content", number))
		}
		return b.Raw.Envelopes, nil
	}
	if err := a.mayRead(); err != nil {
		return nil, err
	}
	g, read, err := a.config.Blocks.Give(a.ctx, a.code, number)
	a.charge(read) // also for one that may not be given
	if err != nil || !g.Whole {
		return nil, err
	}
	out := make([][]byte, len(g.Envelopes))
	for i, e := range g.Envelopes {
		out[i] = e.Bytes
	}
	return out, nil
}
