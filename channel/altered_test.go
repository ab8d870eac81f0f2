package channel

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	members "github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/encoding/protowire"
)

// trial is Versions that let go of what was put.
type trial struct {
	*Memory
	put map[Key]Version
}

func try(m *Memory) trial { return trial{m, map[Key]Version{}} }

// Versions implements Versions.
func (t trial) Versions(keys []Key) ([]Version, error) {
	out, err := t.Memory.Versions(keys)
	for i, k := range keys {
		if put, ok := t.put[k]; ok {
			out[i] = put
		}
	}
	return out, err
}

// Put implements Versions.
func (t trial) Put(k Key, v Version) error {
	t.put[k] = v
	return nil
}

// Remember implements Versions.
func (trial) Remember([]string) error { return nil }

// fields cuts a message into its fields; nil when it is none.
func fields(b []byte) [][]byte {
	var out [][]byte
	for len(b) > 0 {
		_, _, n := protowire.ConsumeField(b)
		if n <= 0 {
			return nil
		}
		out, b = append(out, b[:n:n]), b[n:]
	}
	return out
}

// altered changes a message in one place: a bit, a length, a field that is missing, doubled, moved, unknown or in parts;
// or the same in one of the messages within it.
func altered(r *rand.Rand, b []byte) []byte {
	all := fields(b)
	b = slices.Clone(b)
	if len(b) == 0 || len(all) == 0 || r.IntN(4) == 0 {
		switch {
		case len(b) == 0 || r.IntN(8) == 0:
			return append(b, byte(r.IntN(256)))
		case r.IntN(8) == 0:
			return b[:r.IntN(len(b))]
		}
		b[r.IntN(len(b))] ^= 1 << r.IntN(8)
		return b
	}
	i := r.IntN(len(all))
	number, kind, n := protowire.ConsumeTag(all[i])
	replace := func(parts ...[]byte) []byte {
		return slices.Concat(slices.Concat(all[:i]...), slices.Concat(parts...), slices.Concat(all[i+1:]...))
	}
	switch r.IntN(7) {
	case 0:
		return replace()
	case 1:
		return replace(all[i], all[i])
	case 2:
		return append(b, all[i]...)
	case 3:
		return append(b, protowire.AppendVarint(protowire.AppendTag(nil, protowire.Number(1+r.IntN(20)), protowire.VarintType), r.Uint64()>>r.IntN(64))...)
	case 4:
		return append(b, protowire.AppendBytes(protowire.AppendTag(nil, protowire.Number(1+r.IntN(20)), protowire.BytesType), b[:r.IntN(min(len(b), 40))])...)
	}
	if kind != protowire.BytesType {
		return replace(protowire.AppendVarint(protowire.AppendTag(nil, number, protowire.VarintType), r.Uint64()>>r.IntN(64)))
	}
	inner, _ := protowire.ConsumeBytes(all[i][n:])
	if r.IntN(3) == 0 && len(inner) > 1 {
		cut := r.IntN(len(inner))
		return replace(whole(number, inner[:cut]), whole(number, inner[cut:]))
	}
	return replace(whole(number, altered(r, inner)))
}

func whole(number protowire.Number, b []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, number, protowire.BytesType), b)
}

// parts are what call.alter may change.
var parts = []string{"channel header", "extension", "signature header", "proposal", "response", "result", "reads and writes", "endorser", "transaction", "action", "payload", "signature"}

// Transactions that are altered in some part, with all around it hashed and signed anew, are judged as Fabric judges them.
func TestAlteredTransactionsAreJudgedAsFabricDoes(t *testing.T) {
	if testing.Short() {
		t.Skip("it compares with Fabric's own packages, which take minutes to build: make oracle runs it")
	}
	w := newWorks(t)
	w.add(w.next(w.transaction(writing("a", "1"), writing("b", "1"))))
	at := Version{Block: w.number, Exists: true}
	counts := map[Code]int{}
	for seed := range uint64(1500) {
		r := rand.New(rand.NewPCG(seed, 7)) // for a test
		part, times := parts[r.IntN(len(parts))], 1+r.IntN(2)
		tx := w.transaction(reading("a", at), writing("b", "2"), func(c *call) {
			c.add("works", &kvrwset.KVRWSet{Reads: []*kvrwset.KVRead{{Key: "none"}}})
			c.alter = func(name string, b []byte) []byte {
				for range times {
					if name == part {
						b = altered(r, b)
					}
				}
				return b
			}
		})
		b := w.next(tx)
		b.Flags = []byte{byte(NotValidated)}
		_, verdicts, err := w.state.Next(Prepare(b, w.state.Config()), try(w.memory))
		if why := w.fabric.try(t, b, verdicts, err); why != "" {
			t.Errorf("seed %d, %s: %s\n%x", seed, part, why, b.Envelopes[0])
		}
		if err == nil {
			counts[verdicts[0].Code]++
		}
	}
	t.Logf("%v", counts)
}

// The recorded blocks, altered anywhere, are refused here when Fabric refuses them.
func TestAlteredRecordedBlocksAreJudgedAsFabricDoes(t *testing.T) {
	if testing.Short() {
		t.Skip("it compares with Fabric's own packages, which take minutes to build: make oracle runs it")
	}
	blocks := stories(t)
	s, err := Begin(blocks[0], blocks[0].Hash())
	if err != nil {
		t.Fatal(err)
	}
	memory, fabric := NewMemory(), askOracle(t, blocks[0])
	verified := 0
	for _, b := range blocks[1:] {
		for seed := range uint64(10) {
			r := rand.New(rand.NewPCG(seed, b.Number)) // for a test
			c := *b
			c.Envelopes = slices.Clone(b.Envelopes)
			i := r.IntN(len(c.Envelopes))
			what := "envelope"
			switch r.IntN(6) {
			case 0, 1:
				c.Envelopes[i] = altered(r, c.Envelopes[i])
				if r.IntN(2) == 0 {
					c.DataHash = c.computed()
				}
			case 2:
				what, c.Signatures = "signatures", altered(r, c.Signatures)
			case 3:
				what, c.Signatures = "signatures", altered(r, altered(r, c.Signatures))
			case 4:
				what, c.Previous = "previous", altered(r, c.Previous)
			case 5:
				what, c.Envelopes = "order", append(c.Envelopes, blocks[r.IntN(int(b.Number))].Envelopes...)
				c.DataHash = c.computed()
			}
			_, verdicts, err := s.Next(Prepare(&c, s.Config()), try(memory))
			if err == nil {
				verified++
			}
			if why := fabric.try(t, &c, verdicts, err); why != "" {
				t.Errorf("block %d, seed %d, %s: %s", b.Number, seed, what, why)
			}
		}
		next, verdicts, err := s.Next(Prepare(b, s.Config()), memory)
		if err != nil {
			t.Fatal(err)
		}
		fabric.agree(t, b, verdicts, err)
		s = next
	}
	t.Logf("%d altered ones verify: what was altered in them is not signed, or means the same", verified)
}

// Random policies are decided as Fabric decides them.
func TestRandomPoliciesAreDecidedAsFabricDoes(t *testing.T) {
	if testing.Short() {
		t.Skip("it compares with Fabric's own packages, which take minutes to build: make oracle runs it")
	}
	w := newWorks(t)
	counts := map[Code]int{}
	for seed := range uint64(80) {
		r := rand.New(rand.NewPCG(seed, 3)) // for a test
		policy := w.randomPolicy(r)
		if _, err := w.try(w.next(w.transaction(definitionOf("works", policy)))); err != nil {
			t.Fatal(err)
		}
		for range 8 {
			tx := w.transaction(writing("k", fmt.Sprint(seed)))
			tx.endorsers = nil
			for range r.IntN(6) {
				o := w.orgs[r.IntN(len(w.orgs))]
				tx.endorsers = append(tx.endorsers, []*signer{o.peer, o.peer, o.another, o.client, o.orderer}[r.IntN(5)])
			}
			b := w.next(tx)
			b.Flags = []byte{byte(NotValidated)}
			_, verdicts, err := w.state.Next(Prepare(b, w.state.Config()), try(w.memory))
			if why := w.fabric.try(t, b, verdicts, err); why != "" {
				t.Errorf("seed %d: %s\n%v", seed, why, policy)
			}
			if err == nil {
				counts[verdicts[0].Code]++
			}
		}
	}
	t.Logf("%v", counts)
}

// randomPolicy is a policy of a few rules in each other.
func (w *works) randomPolicy(r *rand.Rand) *common.SignaturePolicyEnvelope {
	p := &common.SignaturePolicyEnvelope{}
	for range 1 + r.IntN(5) {
		o := w.orgs[r.IntN(len(w.orgs))]
		role := members.MSPRole_MSPRoleType(r.IntN(6)) // a few
		principal := &members.MSPPrincipal{Principal: pack(&members.MSPRole{MspIdentifier: o.id, Role: role})}
		switch r.IntN(8) {
		case 0:
			principal = &members.MSPPrincipal{PrincipalClassification: members.MSPPrincipal_IDENTITY, Principal: o.another.identity()}
		case 1:
			principal = &members.MSPPrincipal{PrincipalClassification: members.MSPPrincipal_COMBINED, Principal: pack(&members.CombinedPrincipal{Principals: []*members.MSPPrincipal{
				principal, {Principal: pack(&members.MSPRole{MspIdentifier: o.id, Role: members.MSPRole_MEMBER})},
			}})}
		}
		p.Identities = append(p.Identities, principal)
	}
	var rule func(depth int) *common.SignaturePolicy
	rule = func(depth int) *common.SignaturePolicy {
		if depth == 0 || r.IntN(3) == 0 {
			return &common.SignaturePolicy{Type: &common.SignaturePolicy_SignedBy{SignedBy: int32(r.IntN(len(p.GetIdentities())))}} // a few
		}
		n := &common.SignaturePolicy_NOutOf{}
		for range 1 + r.IntN(4) {
			n.Rules = append(n.Rules, rule(depth-1))
		}
		n.N = int32(r.IntN(len(n.GetRules()) + 1)) // a few
		return &common.SignaturePolicy{Type: &common.SignaturePolicy_NOutOf_{NOutOf: n}}
	}
	p.Rule = rule(3)
	return p
}
