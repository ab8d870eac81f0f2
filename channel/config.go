package channel

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"
	"sync"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/rootline/rootline/limits"
)

// Config is a configuration of the channel. It does not change; many goroutines may use it.
type Config struct {
	channel  string
	sequence uint64
	// block is the number of the block that holds it.
	block      uint64
	consenters []consenter
	root       *group
	msps       map[string]*msp
	// organisations are the names of the application's groups by their MSP ids.
	organisations map[string]string
	// fault is why no transaction is recomputed under it; nil when all is supported.
	fault error

	mu         sync.Mutex
	identities map[string]known
}

// known is an identity that was looked at before.
type known struct {
	id  *identity
	err error
}

// consenter is an orderer that takes part in the consensus.
type consenter struct {
	number uint32
	mspID  string
	pem    []byte
}

// group is a group of the configuration with its policies (common.ConfigGroup).
type group struct {
	groups   map[string]*group
	values   map[string][]byte
	policies map[string]policy
}

// policy is a policy by its name in the configuration (common.Policy).
type policy struct {
	kind  uint64
	value []byte
}

// Bounds of a configuration: those of one that this package reads.
const (
	maxDepth  = 8
	maxGroups = 1000
)

// Channel is the channel's name.
func (c *Config) Channel() string { return c.channel }

// Sequence counts the configurations of the channel, from 0 in block 0.
func (c *Config) Sequence() uint64 { return c.sequence }

// Block is the number of the block that holds the configuration.
func (c *Config) Block() uint64 { return c.block }

// Quorum is how many of the channel's orderers sign a block: of n, f of them hostile, the least number such that two
// quorums have an honest one in common (SmartBFT's, and common/policies/bft.go).
func (c *Config) Quorum() int {
	n := len(c.consenters)
	f := (n - 1) / 3
	return (n + f + 2) / 2
}

// parseConfig reads common.ConfigEnvelope, which block's configuration transaction holds.
func parseConfig(channel string, block uint64, b []byte) (*Config, error) {
	var config, root []byte
	c := &Config{channel: channel, block: block, msps: map[string]*msp{}, organisations: map[string]string{}, identities: map[string]known{}}
	err := each(b, func(f field) error {
		if f.is(1) {
			config = join(config, f.bytes)
		}
		return nil
	})
	if err == nil {
		err = each(config, func(f field) error {
			switch {
			case f.isVarint(1):
				c.sequence = f.varint
			case f.is(2):
				root = join(root, f.bytes)
			}
			return nil
		})
	}
	if err != nil {
		return nil, err
	}
	groups := 0
	if c.root, err = parseGroup(root, 0, &groups); err != nil {
		return nil, err
	}
	if err := c.readConsenters(); err != nil {
		return nil, err
	}
	return c, c.readMembers()
}

func parseGroup(b []byte, depth int, count *int) (*group, error) {
	if *count++; depth > maxDepth || *count > maxGroups {
		return nil, errors.New("the configuration has too many groups")
	}
	g := &group{map[string]*group{}, map[string][]byte{}, map[string]policy{}}
	err := each(b, func(f field) error {
		if !f.is(2) && !f.is(3) && !f.is(4) {
			return nil
		}
		name, value, err := entry(f.bytes)
		if err != nil {
			return err
		}
		switch f.number {
		case 2:
			g.groups[name], err = parseGroup(value, depth+1, count)
		case 3:
			g.values[name], err = member(value, 2)
		case 4:
			g.policies[name], err = parsePolicy(value)
		}
		return err
	})
	return g, err
}

// parsePolicy reads common.ConfigPolicy.
func parsePolicy(b []byte) (policy, error) {
	var p policy
	inner, err := member(b, 2)
	if err == nil {
		err = each(inner, func(f field) error {
			switch {
			case f.isVarint(1):
				p.kind = f.varint
			case f.is(2):
				p.value = f.bytes
			}
			return nil
		})
	}
	return p, err
}

// at is the group under a path of names; an empty one when there is none.
func (g *group) at(path ...string) *group {
	for _, name := range path {
		if g = g.groups[name]; g == nil {
			return &group{}
		}
	}
	return g
}

func (c *Config) readConsenters() error {
	orderer := c.root.at("Orderer")
	kind, err := member(orderer.values["ConsensusType"], 1)
	if err != nil {
		return err
	}
	if string(kind) != "BFT" {
		return fmt.Errorf("the orderers' consensus is %q; blocks of BFT orderers are verified", kind)
	}
	numbers := map[uint32]bool{}
	err = each(orderer.values["Orderers"], func(f field) error {
		if !f.is(1) {
			return nil
		}
		var o consenter
		err := each(f.bytes, func(f field) (err error) {
			switch {
			case f.isVarint(1):
				o.number = uint32(f.varint) // as protobuf does
			case f.is(4):
				o.mspID, err = f.text()
			case f.is(5):
				o.pem = f.bytes
			}
			return err
		})
		if err == nil && numbers[o.number] {
			err = fmt.Errorf("two orderers have the number %d", o.number)
		}
		numbers[o.number] = true
		c.consenters = append(c.consenters, o)
		return err
	})
	if err == nil && len(c.consenters) == 0 {
		err = errors.New("there are no orderers")
	}
	return err
}

// readMembers reads the organisations' membership rules.
func (c *Config) readMembers() error {
	capabilities := capabilitiesOf(c.root)
	if !capabilities["V3_0"] && !capabilities["V2_0"] && !capabilities["V1_4_3"] {
		c.fault = fmt.Errorf("%w: the channel's capabilities", errUnsupported)
	}
	if application := capabilitiesOf(c.root.at("Application")); !application["V2_0"] && !application["V2_5"] {
		c.fault = fmt.Errorf("%w: the application's capabilities", errUnsupported)
	}
	for _, part := range []string{"Application", "Orderer"} {
		for name, g := range c.root.at(part).groups {
			value, ok := g.values["MSP"]
			if !ok {
				continue
			}
			m, err := parseMSP(value, capabilities["V3_0"])
			if err != nil {
				return err
			}
			c.msps[m.id] = m
			if part == "Application" {
				c.organisations[m.id] = name
			}
		}
	}
	return nil
}

// Organisations are the MSP ids of the organisations that take part in the application, sorted.
func (c *Config) Organisations() []string { return slices.Sorted(maps.Keys(c.organisations)) }

// Peer checks that a msp.SerializedIdentity is a peer's of an organisation of the application: issued by its authorities,
// not revoked, and a peer by its rules. Where this package cannot read those rules, it is nobody's.
func (c *Config) Peer(serialized []byte, mspID string) error {
	id, err := c.identity(serialized)
	switch {
	case err != nil:
		return err
	case id.invalid != nil:
		return id.invalid
	case id.msp.id != mspID:
		return fmt.Errorf("it is by %q", id.msp.id)
	case !id.plays(rolePeer):
		return errors.New("it is no peer's")
	}
	if _, ok := c.organisations[mspID]; !ok {
		return errStranger
	}
	return nil
}

// capabilitiesOf are the capabilities that a group asks for (common.Capabilities).
func capabilitiesOf(g *group) map[string]bool {
	out := map[string]bool{}
	_ = each(g.values["Capabilities"], func(f field) error { // what cannot be read is none
		if f.is(1) {
			name, _, _ := entry(f.bytes)
			out[name] = true
		}
		return nil
	})
	return out
}

// maxIdentities bounds the identities that a configuration remembers.
const maxIdentities = 4096

// identity finds out whose identity a msp.SerializedIdentity is. The error is errUnsupported or says that it is nobody's.
func (c *Config) identity(serialized []byte) (*identity, error) {
	c.mu.Lock()
	k, ok := c.identities[string(serialized)]
	c.mu.Unlock()
	if ok {
		return k.id, k.err
	}
	mspID, pemBytes, err := parseIdentity(serialized)
	if err == nil {
		if m := c.msps[mspID]; m == nil {
			err = fmt.Errorf("%q is no member of the channel", mspID)
		} else {
			k.id, err = m.identity(pemBytes)
		}
	}
	k.err = err
	if len(serialized) > limits.RememberedIdentity {
		return k.id, k.err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.identities) >= maxIdentities {
		clear(c.identities)
	}
	c.identities[string(serialized)] = k
	return k.id, k.err
}

// parseIdentity reads msp.SerializedIdentity.
func parseIdentity(b []byte) (mspID string, pemBytes []byte, err error) {
	err = each(b, func(f field) (err error) {
		switch {
		case f.is(1):
			mspID, err = f.text()
		case f.is(2):
			pemBytes = f.bytes
		}
		return err
	})
	return mspID, pemBytes, err
}

// orderer finds the consenter that made a signature: by its number, or by its identity.
func (c *Config) orderer(number uint32, creator []byte) (*consenter, bool) {
	mspID, pemBytes, err := parseIdentity(creator)
	for i := range c.consenters {
		o := &c.consenters[i]
		if creator == nil && o.number == number ||
			creator != nil && err == nil && o.mspID == mspID && sameCertificate(o.pem, pemBytes) {
			return o, true
		}
	}
	return nil, false
}

func sameCertificate(a, b []byte) bool {
	if bytes.Equal(a, b) {
		return true
	}
	x, err := firstCertificate(a)
	if err != nil {
		return false
	}
	y, err := firstCertificate(b)
	return err == nil && x.Equal(y)
}

// signed counts the distinct orderers whose signatures on the block hold, and reads the number of the block that the
// block names as the one with its configuration. SmartBFT's orderers sign the metadata's value, their header and the
// block's header, one after the other (protoutil.BlockSignatureVerifier).
func (c *Config) signed(b *Block) (count int, lastConfig uint64, err error) {
	if err := shapeMetadata.check(b.Signatures); err != nil {
		return 0, 0, err
	}
	var value []byte
	var signatures [][]byte
	err = each(b.Signatures, func(f field) error {
		switch {
		case f.is(1):
			value = f.bytes
		case f.is(2):
			signatures = append(signatures, f.bytes)
		}
		return nil
	})
	if err != nil {
		return 0, 0, err
	}
	if limit := 4 * len(c.consenters); len(signatures) > limit {
		signatures = signatures[:limit]
	}
	header, seen := b.Header(), map[string]bool{}
	for _, s := range signatures {
		if o := c.signer(s, value, header); o != nil {
			seen[o.mspID+string(o.pem)] = true
		}
	}
	last, err := member(value, 1)
	if err == nil {
		err = each(last, func(f field) error {
			if f.isVarint(1) {
				lastConfig = f.varint
			}
			return nil
		})
	}
	return len(seen), lastConfig, err
}

// signer is the orderer whose signature (common.MetadataSignature) holds; nil when it is nobody's.
func (c *Config) signer(signature, value, header []byte) *consenter {
	var named, by, made, creator []byte
	var number uint64
	if each(signature, func(f field) error {
		switch {
		case f.is(1):
			named = f.bytes
		case f.is(2):
			made = f.bytes
		case f.is(3):
			by = f.bytes
		}
		return nil
	}) != nil {
		return nil
	}
	var err error
	if len(named)+len(by) == 0 {
		return nil
	}
	if len(named) > 0 {
		if creator, err = member(named, 1); err != nil || creator == nil {
			return nil
		}
	} else {
		named = by
		if each(by, func(f field) error {
			if f.isVarint(1) {
				number = f.varint
			}
			return nil
		}) != nil {
			return nil
		}
	}
	o, ok := c.orderer(uint32(number), creator) // as protobuf does
	if !ok {
		return nil
	}
	cert, err := c.certificate(o)
	if err != nil || verify(cert, made, value, named, header) != nil {
		return nil
	}
	return o
}

// certificate is an orderer's. Where the rules of its organisation can be read, it has to be valid by them.
func (c *Config) certificate(o *consenter) (*x509.Certificate, error) {
	if m := c.msps[o.mspID]; m == nil || m.fault != nil {
		return firstCertificate(o.pem)
	}
	id, err := c.identity(serialize(o.mspID, o.pem))
	if err != nil {
		return nil, err
	}
	return id.cert, id.invalid
}

// serialize makes a msp.SerializedIdentity.
func serialize(mspID string, pemBytes []byte) []byte {
	b := protowire.AppendTag(nil, 1, protowire.BytesType)
	b = protowire.AppendString(b, mspID)
	b = protowire.AppendTag(b, 2, protowire.BytesType)
	return protowire.AppendBytes(b, pemBytes)
}

// Anchor is a peer or an orderer that an organisation names in the configuration, for others to find it by.
type Anchor struct {
	// MSPID is the organisation, Address "host:port".
	MSPID, Address string
	// Roots are the authorities (certificates in PEM) of its TLS certificates.
	Roots [][]byte
}

// Anchors are the anchor peers of the application's organisations, in the order of their MSP ids.
func (c *Config) Anchors() []Anchor {
	var out []Anchor
	for _, mspID := range slices.Sorted(maps.Keys(c.organisations)) {
		g := c.root.at("Application", c.organisations[mspID])
		_, roots, err := nodes(g)
		if err != nil {
			continue
		}
		_ = each(g.values["AnchorPeers"], func(f field) error { // what cannot be read is none
			host, port := "", uint64(0)
			if f.is(1) && each(f.bytes, func(f field) (err error) {
				switch {
				case f.is(1):
					host, err = f.text()
				case f.isVarint(2):
					port = f.varint
				}
				return err
			}) == nil && len(out) < maxGroups {
				out = append(out, Anchor{mspID, net.JoinHostPort(host, strconv.FormatUint(port, 10)), roots})
			}
			return nil
		})
	}
	return out
}

// Orderers are the endpoints of the organisations' orderers, in the order of their groups' names.
func (c *Config) Orderers() []Anchor {
	var out []Anchor
	all := c.root.at("Orderer").groups
	for _, name := range slices.Sorted(maps.Keys(all)) {
		mspID, roots, err := nodes(all[name])
		if err != nil {
			continue
		}
		_ = each(all[name].values["Endpoints"], func(f field) error { // what cannot be read is none
			if address, err := f.text(); f.is(1) && err == nil && len(out) < maxGroups {
				out = append(out, Anchor{mspID, address, roots})
			}
			return nil
		})
	}
	return out
}

// nodes reads from an organisation's group its MSP id and the authorities of its TLS certificates.
func nodes(g *group) (mspID string, roots [][]byte, err error) {
	config, err := member(g.values["MSP"], 2)
	if err != nil {
		return "", nil, err
	}
	err = each(config, func(f field) (err error) {
		switch {
		case f.is(1):
			mspID, err = f.text()
		case f.is(9):
			roots = append(roots, f.bytes)
		}
		return err
	})
	return mspID, roots, err
}
