package channel

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
)

// State is what a verifier knows of a channel after a block: how far it followed the chain, the configuration in force and
// the chaincodes' definitions. It does not change: Next makes another one.
type State struct {
	number uint64
	hash   Hash
	config *Config
	// envelope is the configuration as it lies in its block.
	envelope []byte
	// definitions is the public state of Lifecycle.
	definitions map[string][]byte
	// parameters are the namespaces, and the collections of some, in which keys may have policies of their own.
	parameters map[string]bool
	// blind says that a valid transaction could not be read, so that the versions of keys are not known any more.
	blind bool
	// edition counts the changes of all but number and hash since the state was made or read.
	edition uint64
}

// Begin verifies block 0 by its hash, and begins there. The error is a *Fault.
func Begin(genesis *Block, pin Hash) (*State, error) {
	if genesis.Number != 0 {
		return nil, genesis.fault(FaultNumber, "block 0 belongs here")
	}
	config, envelope, err := pinned(genesis, pin)
	if err != nil {
		return nil, err
	}
	return &State{
		hash: pin, config: config, envelope: envelope,
		definitions: map[string][]byte{}, parameters: map[string]bool{},
	}, nil
}

// Number is the number of the last block that was followed, Hash its hash.
func (s *State) Number() uint64 { return s.number }

// Hash is the hash of the last block that was followed.
func (s *State) Hash() Hash { return s.hash }

// Config is the configuration in force.
func (s *State) Config() *Config { return s.config }

// Like reports whether s, which Next made of earlier by way of any number of blocks, differs from it in nothing but how
// far the chain was followed.
func (s *State) Like(earlier *State) bool { return s.edition == earlier.edition }

// At is s at another block, for who kept the number and the hash of the last block apart from an encoded state that is
// Like the one there.
func (s *State) At(number uint64, hash Hash) *State {
	at := *s
	at.number, at.hash = number, hash
	return &at
}

// Next verifies the block after s, computes what became of its transactions, and puts what they leave behind into versions.
// Errors: *Fault when the block does not verify, in which case nothing was put; or one of versions'.
func (s *State) Next(p *Prepared, versions Versions) (*State, []Verdict, error) {
	if err := s.follows(p); err != nil {
		return nil, nil, err
	}
	next := *s
	next.number, next.hash = p.Number, p.hash
	v := &validation{State: s, block: p, next: &next, verdicts: make([]Verdict, len(p.transactions)), versions: versions}
	if err := v.run(); err != nil {
		return nil, nil, err
	}
	return &next, v.verdicts, nil
}

// follows checks that the block is the next one, and signed by a quorum.
func (s *State) follows(p *Prepared) error {
	switch {
	case p.Number != s.number+1:
		return p.Block.fault(FaultNumber, "block %d comes next", s.number+1)
	case string(p.Previous) != string(s.hash[:]):
		return p.Block.fault(FaultPrevious, "it names %x as the block before it, which is %s", p.Previous, s.hash)
	case p.fault != nil:
		return p.fault
	}
	if p.config != s.config {
		p.sign(s.config)
	}
	if p.signErr != nil || p.signed < s.config.Quorum() {
		return p.Block.fault(FaultSignatures, "%d of the channel's %d orderers signed it, of which %d are a quorum",
			p.signed, len(s.config.consenters), s.config.Quorum())
	}
	want := s.config.block
	if p.isConfig() {
		want = p.Number
	}
	if p.lastConfig != want {
		return p.Block.fault(FaultLastConfig, "it names block %d as the one with the configuration, which is %d", p.lastConfig, want)
	}
	return nil
}

// configure follows a configuration that the orderers of the one before signed.
func (s *State) configure(p *Prepared) error {
	t := p.transactions[0]
	config, err := parseConfig(t.channel, p.Number, t.data)
	switch {
	case err != nil:
		return p.Block.fault(FaultConfig, "%v", err)
	case config.channel != s.config.channel:
		return p.Block.fault(FaultConfig, "it is the channel %q's", config.channel)
	case config.sequence != s.config.sequence+1:
		return p.Block.fault(FaultConfig, "its sequence is %d; %d comes next", config.sequence, s.config.sequence+1)
	}
	s.config, s.envelope = config, t.data
	s.edition++
	return nil
}

// stateVersion is the first number of an encoded state. Whoever changes what a state notes raises it, so that one that was
// followed before is followed anew, and whoever computes verdicts that were not recomputed: 2 notes collections in which keys
// may have policies by themselves, 3 computes what is invalid whatever is not known.
const stateVersion = 3

// ErrState is the error of a kept state that cannot be gone on with: mostly an earlier or later version of this package
// followed it.
var ErrState = errors.New("the channel's state cannot be read")

// Encode gives the state as bytes for Decode.
func (s *State) Encode() []byte {
	number := func(b []byte, n protowire.Number, v uint64) []byte {
		return protowire.AppendVarint(protowire.AppendTag(b, n, protowire.VarintType), v)
	}
	value := func(b []byte, n protowire.Number, v []byte) []byte {
		return protowire.AppendBytes(protowire.AppendTag(b, n, protowire.BytesType), v)
	}
	b := number(nil, 1, stateVersion)
	b = number(b, 2, s.number)
	b = value(b, 3, s.hash[:])
	b = number(b, 4, s.config.block)
	b = value(b, 5, []byte(s.config.channel))
	b = value(b, 6, s.envelope)
	for _, key := range slices.Sorted(maps.Keys(s.definitions)) {
		b = value(b, 7, value(value(nil, 1, []byte(key)), 2, s.definitions[key]))
	}
	for _, namespace := range slices.Sorted(maps.Keys(s.parameters)) {
		b = value(b, 8, []byte(namespace))
	}
	if s.blind {
		b = number(b, 9, 1)
	}
	return b
}

// Decode reads what Encode gave. It is trusted: nothing in it is verified again. The error is an ErrState.
func Decode(b []byte) (*State, error) {
	s := &State{definitions: map[string][]byte{}, parameters: map[string]bool{}}
	var version, block uint64
	var channel string
	err := each(b, func(f field) error {
		switch {
		case f.isVarint(1):
			version = f.varint
		case f.isVarint(2):
			s.number = f.varint
		case f.is(3) && len(f.bytes) == len(s.hash):
			s.hash = Hash(f.bytes)
		case f.isVarint(4):
			block = f.varint
		case f.is(5):
			channel = string(f.bytes)
		case f.is(6):
			s.envelope = slices.Clone(f.bytes)
		case f.is(7):
			key, value, err := entry(f.bytes)
			s.definitions[key] = slices.Clone(value)
			return err
		case f.is(8):
			s.parameters[string(f.bytes)] = true
		case f.isVarint(9):
			s.blind = f.varint != 0
		}
		return nil
	})
	if err == nil && version != stateVersion {
		err = fmt.Errorf("its format has the number %d, and this is %d", version, stateVersion)
	}
	if err == nil {
		s.config, err = parseConfig(channel, block, s.envelope)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrState, err)
	}
	return s, nil
}
