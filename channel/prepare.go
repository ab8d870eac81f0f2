package channel

import (
	"bytes"
	"fmt"
)

// Prepared is a block with what can be known of it before those before it are followed: it is read, and the signatures in
// it are checked. That takes most of the time, and needs nothing but the block.
type Prepared struct {
	*Block
	hash         Hash
	transactions []*transaction
	// config is what the orderers' signatures were checked against.
	config     *Config
	signed     int
	lastConfig uint64
	signErr    error
	fault      *Fault
}

// Prepare reads a block and checks the signatures in it. config is the configuration that probably holds for it; it is
// looked at again if another one does, and may be nil.
func Prepare(b *Block, config *Config) *Prepared {
	p := &Prepared{Block: b, hash: b.Hash()}
	if len(b.Envelopes) == 0 || !bytes.Equal(b.computed(), b.DataHash) {
		p.fault = b.fault(FaultData, "what it holds does not have the hash that its header names")
		return p
	}
	for i, raw := range b.Envelopes {
		if !b.lets(i) {
			p.transactions = append(p.transactions, &transaction{broken: errLeft})
			continue
		}
		e, err := parseEnvelope(raw)
		if err != nil {
			p.fault = b.fault(FaultEnvelope, "envelope %d: %v", i, err)
			return p
		}
		t := calmly(e)
		p.transactions = append(p.transactions, t)
		if alone := len(b.Envelopes) == 1 && t.kind == typeConfig; !alone && (len(e.payload) == 0 || len(e.signature) == 0) {
			p.fault = b.fault(FaultEnvelope, "envelope %d has no payload or no signature", i)
			return p
		}
		if t.kind == typeConfig && t.early == nil && len(b.Envelopes) != 1 {
			p.fault = b.fault(FaultConfig, "a configuration lies in it with other transactions")
			return p
		}
	}
	if config != nil {
		p.sign(config)
	}
	return p
}

// parsing is parseTransaction; a test puts one that breaks down in its place.
var parsing = parseTransaction

// calmly reads a transaction. One at which this program breaks down ends nobody: what became of it is not recomputed.
func calmly(e envelope) (t *transaction) {
	defer func() {
		if r := recover(); r != nil {
			t = &transaction{broken: fmt.Errorf("%w: %v", errBroken, r)}
		}
	}()
	return parsing(e)
}

// sign counts the orderers that signed the block.
func (p *Prepared) sign(config *Config) {
	p.config = config
	p.signed, p.lastConfig, p.signErr = config.signed(p.Block)
}

// isConfig reports whether the block holds a configuration.
func (p *Prepared) isConfig() bool {
	return len(p.transactions) == 1 && p.transactions[0].kind == typeConfig && p.transactions[0].early == nil
}

// Ordered checks a block that is read again by itself: it holds what its header says, and a quorum of the configuration's
// orderers signed that. Whether it follows the block before it, and which of its transactions took effect, is Next's to
// say. A block from before the configuration was signed under another one, and is not checked for signatures. The error
// is a *Fault.
func (c *Config) Ordered(b *Block) error {
	early := b.Number <= c.block
	under := c
	if early {
		under = nil
	}
	p := Prepare(b, under)
	switch {
	case p.fault != nil:
		return p.fault
	case early:
		return nil
	case p.signErr != nil || p.signed < c.Quorum():
		return b.fault(FaultSignatures, "%d of the channel's %d orderers signed it, of which %d are a quorum", p.signed, len(c.consenters), c.Quorum())
	}
	return nil
}
