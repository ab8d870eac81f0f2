package proof

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"sort"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/channel"
)

// Verify checks a proof against an anchor. The error is a *Fault; docs/proof.md, "Verification", has the order of the checks, of
// which the first that fails gives the code. Without an anchor the proof is held against itself, and the report says so.
func Verify(b *Bundle, anchor *Anchor, o Options) (*Report, error) {
	v := &verification{
		Bundle: b, anchor: anchor, options: o, configured: map[uint64]bool{}, headers: map[uint64]*header{},
		state: map[string]value{}, askedIn: map[string]int{}, devices: map[string]*device{},
	}
	v.report = &Report{Kind: b.Kind.String(), Subject: b.Subject, Weaker: []Code{}, Unproven: []Limit{}}
	if fault := v.run(); fault != nil {
		return nil, fault
	}
	return v.report, nil
}

// verification is the verification of one proof.
type verification struct {
	*Bundle
	anchor  *Anchor
	options Options
	report  *Report
	// configs are the configurations that were followed, by block; configured are their blocks.
	configs    []*channel.Config
	configured map[uint64]bool
	hashes     map[uint64]channel.Hash
	headers    map[uint64]*header
	// state is what the answers say lies under keys.
	state map[string]value
	// asks are the keys that each answer is about, askedIn in how many answers a key is.
	asks    [][]string
	askedIn map[string]int
	net     string
	// founders is how many organisations the ledger has, which vote.
	founders int
	// organisations vouch.
	organisations []string
	devices       map[string]*device
}

// header is a block's, whose signatures hold.
type header struct {
	hash channel.Hash
	data []byte
	used bool
}

// run makes the checks in their order.
func (v *verification) run() *Fault {
	steps := []func() *Fault{v.followConfigurations, v.readHeaders}
	switch v.Kind {
	case KindItem:
		steps = append(steps, v.readAnswers, v.ledger, v.item, v.enrolments, v.history, v.rulebookTexts, v.positions, v.deep, v.unused)
	case KindAbsence:
		steps = append(steps, v.readAnswers, v.ledger, v.absence, v.positions, v.unused)
	case KindSet:
		steps = append(steps, v.set, v.unused)
	default:
		return codeForm.fault("there is no kind %d", uint64(v.Kind))
	}
	for _, step := range append(steps, v.asked) {
		if fault := step(); fault != nil {
			return fault
		}
	}
	return nil
}

// followConfigurations begins with the pinned one, and follows each to the next: its block is signed by a quorum of the orderers of
// the one before it.
func (v *verification) followConfigurations() *Fault {
	v.hashes = map[uint64]channel.Hash{}
	for i := range v.Configurations {
		c := &v.Configurations[i]
		envelope := c.Envelope
		if first := i == 0; first != (c.Signatures == nil) {
			return codeForm.fault("the pinned configuration has no signatures, and every later one has")
		} else if envelope == nil && first {
			envelope = v.options.Configuration
		}
		if envelope == nil {
			return codePin.fault("the configuration of block %d is not in the proof, and was not given", c.Number)
		}
		block := &channel.Block{Number: c.Number, Previous: c.Previous, Envelopes: [][]byte{envelope}}
		sum := sha256.Sum256(envelope)
		block.DataHash = sum[:]
		config, fault := v.followed(block, c.Signatures)
		if fault != nil {
			return fault
		}
		v.configs, v.configured[c.Number], v.hashes[c.Number] = append(v.configs, config), true, block.Hash()
	}
	last := v.configs[len(v.configs)-1]
	v.report.Configuration = Followed{last.Sequence(), last.Block()}
	if v.anchor == nil {
		v.anchor = v.own(last, "")
	} else {
		v.report.Pinned = true
	}
	if last.Channel() != v.anchor.Channel {
		return codeChannel.fault("%q; the anchor names %q", last.Channel(), v.anchor.Channel)
	}
	v.report.Channel, v.report.Members, v.report.K = last.Channel(), v.anchor.Members, v.anchor.K
	return nil
}

// followed reads the configuration in a block.
func (v *verification) followed(b *channel.Block, s *Signatures) (*channel.Config, *Fault) {
	var config *channel.Config
	var err error
	if s == nil {
		pin := b.Hash()
		if v.anchor != nil {
			if pin = channel.Hash(v.anchor.Hash); b.Number != v.anchor.Block {
				return nil, codePin.fault("the proof begins with block %d; the anchor pins block %d", b.Number, v.anchor.Block)
			}
		}
		v.report.Pin = Pin{b.Number, rootline.Hash(pin)}
		config, err = channel.Pinned(b, pin)
	} else {
		before := v.configs[len(v.configs)-1]
		if b.Number <= before.Block() {
			return nil, codeOrder.fault("configurations")
		}
		if fault := ordered(before, b.Number, b.Header(), s); fault != nil {
			return nil, fault
		}
		b.Signatures = metadata(s)
		if config, err = before.Follow(b); err == nil {
			err = before.Submitted(b.Envelopes[0])
		}
	}
	if err == nil {
		err = config.Narrow()
	}
	var f *channel.Fault
	switch {
	case err == nil:
		return config, nil
	case errors.As(err, &f) && f.Kind == channel.FaultGenesis:
		return nil, codePin.fault("%v", err)
	case errors.As(err, &f) && f.Kind == channel.FaultLastConfig:
		return nil, codeLastConfig.fault("%v", err)
	}
	return nil, codeConfiguration.fault("%v", err)
}

// metadata makes common.Metadata of signatures.
func metadata(s *Signatures) []byte {
	field := func(b []byte, n protowire.Number, v []byte) []byte {
		return protowire.AppendBytes(protowire.AppendTag(b, n, protowire.BytesType), v)
	}
	out := field(nil, 1, s.Value)
	for _, by := range s.By {
		out = field(out, 2, field(field(nil, 2, by.Signature), 3, by.Identifier))
	}
	return out
}

// ordered checks that all signatures on a header are of different orderers, in the order of their numbers, and a quorum.
func ordered(c *channel.Config, number uint64, header []byte, s *Signatures) *Fault {
	last := int64(-1)
	for i, by := range s.By {
		n, err := c.Signed(header, s.Value, by.Identifier, by.Signature)
		if err != nil {
			return codeBlockSignatures.fault("block %d, signature %d: %v", number, i, err)
		}
		if int64(n) <= last {
			return codeOrder.fault("signatures of block %d", number)
		}
		last = int64(n)
	}
	if len(s.By) < c.Quorum() {
		return codeBlockSignatures.fault("%d orderers signed block %d, %d are a quorum", len(s.By), number, c.Quorum())
	}
	return nil
}

// configAt is the configuration in use for a block; nil for one before the pinned configuration.
func (v *verification) configAt(number uint64) *channel.Config {
	i := sort.Search(len(v.configs), func(i int) bool { return v.configs[i].Block() >= number })
	if i == 0 {
		return nil
	}
	return v.configs[i-1]
}

// readHeaders checks the headers' signatures, each under the configuration in use, which their orderers name with them.
func (v *verification) readHeaders() *Fault {
	for i := range v.Headers {
		h := &v.Headers[i]
		if i > 0 && h.Number <= v.Headers[i-1].Number || v.configured[h.Number] {
			return codeOrder.fault("headers")
		}
		config := v.configAt(h.Number)
		if config == nil {
			return codePin.fault("block %d is from before the pinned one", h.Number)
		}
		b := &channel.Block{Number: h.Number, Previous: h.Previous, DataHash: h.Data, Signatures: metadata(&h.Signatures)}
		if fault := ordered(config, h.Number, b.Header(), &h.Signatures); fault != nil {
			return fault
		}
		if last, err := channel.LastConfig(b); err != nil || last != config.Block() {
			return codeLastConfig.fault("block %d names block %d, and block %d holds the last one here", h.Number, last, config.Block())
		}
		v.headers[h.Number] = &header{hash: b.Hash(), data: h.Data}
	}
	v.report.Headers = len(v.Headers)
	return nil
}

// hashOf is the hash of a block whose header is here.
func (v *verification) hashOf(number uint64) (rootline.Hash, bool) {
	if h := v.headers[number]; h != nil {
		h.used = true
		return rootline.Hash(h.hash), true
	}
	h, ok := v.hashes[number]
	return rootline.Hash(h), ok
}

// positions checks that each block that the answers name is here.
func (v *verification) positions() *Fault {
	for _, key := range sortedKeys(v.state) {
		at := v.state[key].version
		if !at.Exists {
			continue
		}
		h := v.headers[at.Block]
		if h == nil {
			return codeHeaderMissing.fault("block %d, in which %s was written", at.Block, key)
		}
		h.used = true
	}
	return nil
}

// unused refuses headers that nothing needs.
func (v *verification) unused() *Fault {
	for _, h := range v.Headers {
		if !v.headers[h.Number].used {
			return codeUnused.fault("the header of block %d", h.Number)
		}
	}
	return nil
}

// asked holds the proof against what was asked.
func (v *verification) asked() *Fault {
	r, o := v.report, &v.options
	if o.Code != "" && o.Code != v.Subject {
		return codeOtherSubject.fault("it is about %s", v.Subject)
	}
	if o.Nonce != nil && hex.EncodeToString(o.Nonce) != r.Nonce {
		return codeNonce.fault("the answers are to %s", r.Nonce)
	}
	if o.Now != 0 && int64(r.Date)-int64(o.Now) > clockSkew {
		return codeFuture.fault("it is of %s", r.Date)
	}
	if !r.Pinned {
		r.Weaker = append(r.Weaker, codeNotPinned)
	}
	if o.Organisations > len(r.Organisations) {
		r.Weaker = append(r.Weaker, codeFewerOrganisations)
	}
	if age := int64(o.Now) - int64(r.Date); o.MaxAge > 0 && o.Now != 0 && age > o.MaxAge.Milliseconds() {
		r.Weaker = append(r.Weaker, codeStale)
	}
	for _, u := range unproven {
		if slices.Contains(u.Kinds, v.Kind.String()) {
			r.Unproven = append(r.Unproven, u.Limit)
		}
	}
	return nil
}

// clockSkew is how far ahead the ledger's time may be of who verifies, in milliseconds.
const clockSkew = 10 * 60 * 1000

// vouching takes the organisations that vouch, and checks that they are enough.
func (v *verification) vouching(organisations []string) *Fault {
	v.report.Organisations = []string{}
	for _, o := range organisations {
		if slices.Contains(v.anchor.Members, o) {
			v.report.Organisations = append(v.report.Organisations, o)
		}
	}
	if n := len(v.report.Organisations); n < v.anchor.K {
		return codeTooFewOrganisations.fault("%d of the %d that the anchor asks for: %v", n, v.anchor.K, v.report.Organisations)
	}
	return nil
}

// ascending reports whether a list is in strictly ascending order, bytewise.
func ascending(list [][]byte) bool {
	for i := 1; i < len(list); i++ {
		if bytes.Compare(list[i-1], list[i]) >= 0 {
			return false
		}
	}
	return true
}

func sortedKeys[T any](m map[string]T) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
