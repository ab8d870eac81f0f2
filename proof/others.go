package proof

import (
	"bytes"
	"crypto/sha256"
	"slices"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/channel"
)

// absence checks that the ledger holds nothing under a code, and where the code would be on lists.
func (v *verification) absence() *Fault {
	for _, space := range []rootline.Space{rootline.SpaceAsset, rootline.SpaceTag} {
		key := wire.Key(rootline.Ref{Space: space, ID: v.Subject})
		switch said, ok := v.state[key]; {
		case !ok:
			return codeNotAttested.fault("%s", key)
		case said.version.Exists:
			return codePresent.fault("%s, written in block %d", key, said.version.Block)
		}
	}
	for i, n := range v.Neighbours {
		if i > 0 && n.List <= v.Neighbours[i-1].List {
			return codeOrder.fault("neighbours")
		}
		list, fault := v.list(n.List)
		if fault != nil {
			return fault
		}
		if list == nil || !n.leaveOut(v.Subject, list) {
			return codeNeighbours.fault("%s", n.List)
		}
		v.report.Lists = append(v.report.Lists, n.List)
	}
	return nil
}

// leaveOut reports whether the neighbours are next to each other on a list, and the code would be between them.
func (n *Neighbours) leaveOut(code string, list *rootline.List) bool {
	proves := func(p *Place) bool {
		in := &rootline.Inclusion{List: n.List, Index: int64(p.Index), Path: p.Path} // below 2^53
		return in.Proves(p.Code, list)
	}
	next := uint64(0)
	if n.Before != nil {
		if n.Before.Code >= code || !proves(n.Before) {
			return false
		}
		next = n.Before.Index + 1
	}
	if n.After == nil {
		return n.Before != nil && next == uint64(list.Count) // from 1 on
	}
	return n.After.Code > code && n.After.Index == next && proves(n.After)
}

// deep checks whole blocks: what they hold is what their headers say, and the events, or the seal, or the answers lie in them.
func (v *verification) deep() *Fault {
	for i := range v.Blocks {
		b := &v.Blocks[i]
		if i > 0 && b.Number <= v.Blocks[i-1].Number {
			return codeOrder.fault("blocks")
		}
		h := v.headers[b.Number]
		if h == nil {
			return codeHeaderMissing.fault("block %d, which is given whole", b.Number)
		}
		if sum := sha256.Sum256(bytes.Join(b.Envelopes, nil)); !bytes.Equal(sum[:], h.data) {
			return codeBlockData.fault("block %d", b.Number)
		}
		for j, e := range b.Envelopes {
			if !channel.WellFormed(e) {
				return codeBlockData.fault("block %d, envelope %d", b.Number, j)
			}
		}
		used, fault := v.inside(b)
		if fault != nil {
			return fault
		}
		if !used {
			return codeUnused.fault("block %d", b.Number)
		}
		h.used = true
		v.report.Deep++
	}
	return nil
}

// inside finds what the proof rests on in a block.
func (v *verification) inside(b *Block) (used bool, fault *Fault) {
	batches := map[uint64]map[string]bool{}
	for i := range v.Events {
		r := &v.report.Events[i]
		if r.Block != b.Number {
			continue
		}
		recorded, ok := batches[r.Transaction]
		if !ok {
			recorded = recordedIn(b, r.Transaction)
			batches[r.Transaction] = recorded
		}
		submitted := &v.Events[i].JWS
		if v.Events[i].Attestation != nil {
			submitted = v.Events[i].Attestation
		}
		if !recorded[submitted.compact()] {
			return false, codeBlockEvent.fault("event %d, in block %d", r.Seq, b.Number)
		}
		r.Deep, used = true, true
	}
	if s := v.report.Seal; s != nil && s.Block == b.Number {
		at := v.state[wire.Key(rootline.Ref{Space: rootline.SpaceSeal})].version
		args, ok := argsOf(b, at.Tx)
		if !ok || len(args) != 2 || string(args[0]) != wire.FnSeal {
			return false, codeBlockEvent.fault("the seal, in block %d", b.Number)
		}
		used = true
	}
	if v.submitted(b) {
		v.report.Submitted, used = &b.Number, true
	}
	return used, nil
}

// submitted reports whether a block holds all answers.
func (v *verification) submitted(b *Block) bool {
	payloads := map[string]bool{}
	for _, e := range b.Envelopes {
		if _, payload, _, err := channel.ParseSubmitted(e); err == nil {
			payloads[string(payload)] = true
		}
	}
	for _, a := range v.Answers {
		if !payloads[string(a)] {
			return false
		}
	}
	return true
}

// argsOf gives the function and the arguments of a transaction in a block.
func argsOf(b *Block, tx uint64) ([][]byte, bool) {
	if tx >= uint64(len(b.Envelopes)) {
		return nil, false
	}
	a, _, _, err := channel.ParseSubmitted(b.Envelopes[tx])
	if err != nil {
		return nil, false
	}
	q, err := a.Question()
	if err != nil || q.Called != wire.Chaincode {
		return nil, false
	}
	return q.Args, true
}

// recordedIn are the JWS that a transaction of a block records.
func recordedIn(b *Block, tx uint64) map[string]bool {
	out := map[string]bool{}
	args, ok := argsOf(b, tx)
	if !ok || len(args) != 2 || string(args[0]) != wire.FnRecord {
		return out
	}
	batch, err := wire.DecodeBatch(string(args[1]))
	if err != nil {
		return out
	}
	for _, s := range batch {
		out[s.JWS] = true
	}
	return out
}

// setDomain keeps what organisations sign of a set from being taken for anything else.
const setDomain = "rootline/set/v1\n"

// Message is what an organisation signs of a set, with its gateway's identity: ECDSA over the SHA-256 of it.
func (s *Set) Message(subject string) []byte {
	sum := sha256.Sum256(appendSet(appendText(appendArray(nil, 2), subject), *s))
	return append([]byte(setDomain), sum[:]...)
}

// set checks a list of items, and who signed it.
func (v *verification) set() *Fault {
	s := v.Set
	if v.report.Pinned && s.Net != v.anchor.Net {
		return codeNet.fault("%s; the anchor names %s", s.Net, v.anchor.Net)
	}
	v.report.Net, v.report.Date, v.report.Maker, v.report.Items = s.Net, s.Made, s.Maker, s.Items
	hash, ok := v.hashOf(s.Block)
	if !ok {
		return codeHeaderMissing.fault("block %d, at which the set was made", s.Block)
	}
	if hash != s.Hash {
		return codeSet.fault("block %d has another hash", s.Block)
	}
	for i, item := range s.Items {
		if !rootline.ValidCode(item.Code) || item.Seq == 0 || i > 0 && item.Code <= s.Items[i-1].Code {
			return codeSet.fault("item %d", i)
		}
	}
	config, message := v.configs[len(v.configs)-1], s.Message(v.Subject)
	var organisations []string
	for i, voice := range v.Voices {
		by, err := config.Identity(voice.Identity)
		if err != nil || by.Revoked() || by.Verify(voice.Signature, message) != nil || !by.ValidAt(s.Made.Time()) {
			return codeVoice.fault("signature %d", i)
		}
		if !by.Client() && !by.Peer() {
			return codeVoiceRole.fault("of %s", by.Organisation())
		}
		if i > 0 && by.Organisation() <= organisations[i-1] {
			return codeOrder.fault("signatures of the set")
		}
		organisations = append(organisations, by.Organisation())
	}
	if !slices.Contains(organisations, s.Maker) {
		return codeMaker.fault("%q", s.Maker)
	}
	return v.vouching(organisations)
}
