package channel

import (
	"errors"
	"fmt"
	"slices"
)

// Pinned reads a block with a configuration, block 0 or a later one, that is pinned by its hash. The error is a *Fault.
func Pinned(b *Block, pin Hash) (*Config, error) {
	c, _, err := pinned(b, pin)
	return c, err
}

// pinned gives the configuration as it lies in its block, too.
func pinned(b *Block, pin Hash) (*Config, []byte, error) {
	p := Prepare(b, nil)
	switch {
	case p.hash != pin:
		return nil, nil, b.fault(FaultGenesis, "its hash is %s; %s is the pinned one", p.hash, pin)
	case p.fault != nil:
		return nil, nil, p.fault
	case len(p.transactions) != 1 || p.transactions[0].kind != typeConfig:
		return nil, nil, b.fault(FaultConfig, "it holds no configuration")
	}
	t := p.transactions[0]
	c, err := parseConfig(t.channel, b.Number, t.data)
	if err != nil {
		return nil, nil, b.fault(FaultConfig, "%v", err)
	}
	return c, t.data, nil
}

// OrderedHeader checks that a quorum of the configuration's orderers signed a block's header, for who does not have what
// the block holds. It says nothing of that, and must not be asked about a block from before the configuration. The error
// is a *Fault.
func (c *Config) OrderedHeader(b *Block) error {
	signed, _, err := c.signed(b)
	if err != nil || signed < c.Quorum() {
		return b.fault(FaultSignatures, "%d of the channel's %d orderers signed it, of which %d are a quorum", signed, len(c.consenters), c.Quorum())
	}
	return nil
}

// LastConfig is the number of the block with the configuration under which a block was signed, as the block's orderers
// wrote it beside their signatures, which are not checked here. A block with a configuration names itself.
func LastConfig(b *Block) (uint64, error) {
	_, last, err := (&Config{}).signed(b)
	return last, err
}

// Follow follows a later block with a configuration without the blocks between: a quorum of c's orderers signed it, a valid
// member submitted it, as peers ask of every transaction, and its sequence is one higher. The error is a *Fault.
func (c *Config) Follow(b *Block) (*Config, error) {
	p := Prepare(b, c)
	switch {
	case p.fault != nil:
		return nil, p.fault
	case !p.isConfig():
		return nil, b.fault(FaultConfig, "it holds no configuration")
	case b.Number <= c.block:
		return nil, b.fault(FaultNumber, "a configuration after block %d is looked for", c.block)
	case p.signErr != nil || p.signed < c.Quorum():
		return nil, c.OrderedHeader(b)
	case p.lastConfig != b.Number:
		return nil, b.fault(FaultLastConfig, "it names block %d as the one with the configuration", p.lastConfig)
	}
	if err := c.submitted(p.transactions[0]); err != nil {
		return nil, b.fault(FaultConfig, "who submitted it: %v", err)
	}
	next := State{config: c}
	if err := next.configure(p); err != nil {
		return nil, err
	}
	return next.config, nil
}

// submitted checks that a valid member of the channel submitted a transaction.
func (c *Config) submitted(t *transaction) error {
	by, err := c.identity(t.creator)
	switch {
	case err != nil:
		return err
	case by.invalid != nil:
		return by.invalid
	}
	return t.signed
}

// Submitted checks who submitted the transaction that an envelope holds as Follow does, and that certificate and signature keep
// to the profile of Narrow.
func (c *Config) Submitted(raw []byte) error {
	e, err := parseEnvelope(raw)
	if err != nil {
		return err
	}
	t := parseTransaction(e)
	if t.early != nil {
		return errors.New(t.early.why)
	}
	if err := c.submitted(t); err != nil {
		return err
	}
	if !plainSignature(e.signature) {
		return errSignature
	}
	by, err := c.identity(t.creator)
	if err != nil {
		return err
	}
	return narrow(by.cert)
}

// Call is who submitted and who endorsed a transaction, as far as their signatures hold and their certificates are those
// of members.
type Call struct {
	ID, Chaincode string
	// Creator is the MSP id of who submitted it, Admin whether the certificate is an administrator's.
	Creator string
	Admin   bool
	// Endorsers are the MSP ids of who endorsed it, each once, sorted.
	Endorsers []string
}

// Call reads a transaction's envelope by itself. The error is that it is no call of a chaincode, or that a signature in it
// does not hold. That a transaction took effect is not in its envelope.
func (c *Config) Call(raw []byte) (*Call, error) {
	e, err := parseEnvelope(raw)
	if err != nil {
		return nil, err
	}
	t := parseTransaction(e)
	for _, f := range []*flaw{t.early, t.form, t.call} {
		if f != nil {
			return nil, fmt.Errorf("channel: a transaction: %s", f.why)
		}
	}
	if t.kind != typeEndorser || t.channel != c.channel {
		return nil, errors.New("channel: it calls no chaincode of this channel")
	}
	if t.signed != nil {
		return nil, fmt.Errorf("channel: who submitted it: %w", t.signed)
	}
	by, err := c.identity(t.creator)
	if err == nil {
		err = by.invalid
	}
	if err != nil {
		return nil, fmt.Errorf("channel: who submitted it: %w", err)
	}
	out := &Call{ID: t.id, Chaincode: t.chaincode, Creator: by.msp.id, Admin: by.plays(roleAdmin)}
	for _, e := range t.endorsements {
		id, err := c.identity(e.by)
		if err == nil {
			err = errors.Join(id.invalid, e.signed)
		}
		if err != nil {
			return nil, fmt.Errorf("channel: who endorsed it: %w", err)
		}
		if !slices.Contains(out.Endorsers, id.msp.id) {
			out.Endorsers = append(out.Endorsers, id.msp.id)
		}
	}
	slices.Sort(out.Endorsers)
	return out, nil
}
