package fabric

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/block"
)

const (
	// attestPatience is how long all organisations have for one answer, with what is asked again.
	attestPatience = 5 * time.Second
	// attestPause is how long one that lags is left before it is asked again: a block takes about as long to commit.
	attestPause = 150 * time.Millisecond
	// attestRounds is how often those that answer otherwise are asked.
	attestRounds = 8
)

// Attest has every organisation's peer answer what lies under keys, by the same signed question, and puts together what
// most of them say alike. Right after a commit peers stand at different heights, so those that answer otherwise are asked
// again for a while. Who does not answer, or answers otherwise to the end, is left out: how many are enough is for the
// reader to say. The own peer passes questions on; those that it leaves without an answer are asked at their own peers, by
// the addresses in the channel's configuration. Nothing is submitted. The error is *Unavailable when nobody answers.
func (c *Client) Attest(ctx context.Context, nonce []byte, keys []string) (*block.Attested, error) {
	ctx, cancel := context.WithTimeout(ctx, attestPatience)
	defer cancel()
	arg, err := wire.EncodeKeys(keys)
	if err != nil {
		return nil, err
	}
	question, err := c.signed(wire.FnAttest, string(nonce), arg)
	if err != nil {
		return nil, err
	}
	a := &attesting{Client: c, question: question, answers: map[string]*answer{}}
	a.ask(ctx, append(c.endorsers.known(), c.endorsers.own))
	for range attestRounds {
		_, others := a.agreed()
		if len(others) == 0 || ctx.Err() != nil {
			break
		}
		select {
		case <-ctx.Done():
		case <-time.After(attestPause):
			a.ask(ctx, others)
		}
	}
	most, others := a.agreed()
	if len(most) == 0 {
		return nil, &Unavailable{Err: cmp.Or(a.last, errors.New("no organisation answers"))}
	}
	if len(others) > 0 {
		slog.Warn("organisations answer otherwise", "organisations", others)
	}
	return attested(most)
}

// attesting is one question.
type attesting struct {
	*Client
	question *gateway.EndorseRequest

	mu      sync.Mutex
	answers map[string]*answer
	last    error
}

// ask asks organisations, each by itself, and keeps the answers that hold.
func (a *attesting) ask(ctx context.Context, organisations []string) {
	var asking sync.WaitGroup
	for _, msp := range organisations {
		asking.Go(func() {
			said, err := a.one(ctx, a.service, msp)
			if err != nil && msp != a.endorsers.own {
				said, err = a.there(ctx, msp, err)
			}
			a.mu.Lock()
			defer a.mu.Unlock()
			if err != nil {
				a.last = err
				return
			}
			a.answers[msp] = said
		})
	}
	asking.Wait()
}

// one has one organisation answer, by way of a peer's gateway service.
func (a *attesting) one(ctx context.Context, service gateway.GatewayClient, msp string) (*answer, error) {
	said, err := service.Endorse(ctx, &gateway.EndorseRequest{
		TransactionId: a.question.GetTransactionId(), ChannelId: a.question.GetChannelId(),
		ProposedTransaction: a.question.GetProposedTransaction(), EndorsingOrganizations: []string{msp},
	})
	if err != nil {
		return nil, err
	}
	out := &answer{msp: msp, envelope: said.GetPreparedTransaction()}
	if out.action, err = endorsedAction(out.envelope); err != nil {
		return nil, err
	}
	return out, a.verifyEndorsement(out)
}

// there asks an organisation at its own peers.
func (a *attesting) there(ctx context.Context, msp string, why error) (*answer, error) {
	for _, anchor := range a.elsewhere() {
		if anchor.MSPID != msp {
			continue
		}
		p, err := a.other(anchor)
		if err != nil {
			return nil, err
		}
		said, err := a.one(ctx, gateway.NewGatewayClient(p.conn), msp)
		if err == nil {
			return said, nil
		}
		why = err
	}
	return nil, why
}

// agreed are the answers that most organisations give alike, and of as many those of the own one, then of later blocks; others are the
// organisations that answer otherwise.
func (a *attesting) agreed() (most []*answer, others []string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	groups := map[string][]*answer{}
	for _, said := range a.answers {
		groups[string(said.payload())] = append(groups[string(said.payload())], said)
	}
	own := func(g []*answer) int {
		if slices.ContainsFunc(g, func(said *answer) bool { return said.msp == a.endorsers.own }) {
			return 1
		}
		return 0
	}
	for _, g := range groups {
		if len(most) == 0 || cmp.Or(
			cmp.Compare(len(g), len(most)), cmp.Compare(own(g), own(most)), cmp.Compare(newest(g[0]), newest(most[0])),
			bytes.Compare(g[0].payload(), most[0].payload()),
		) > 0 {
			most = g
		}
	}
	for msp, said := range a.answers {
		if !slices.Contains(most, said) {
			others = append(others, msp)
		}
	}
	slices.Sort(others)
	return most, others
}

// newest is the last block from which anything was read.
func newest(a *answer) (last uint64) {
	records, err := recordsOf(a.payload(), nil)
	if err != nil {
		return 0
	}
	for _, r := range records {
		if r.Written != nil {
			last = max(last, r.Written.Block)
		}
	}
	return last
}

// attested puts together what several endorsed alike.
func attested(alike []*answer) (*block.Attested, error) {
	var payload common.Payload
	var tx peer.Transaction
	var action peer.ChaincodeActionPayload
	if err := errors.Join(
		read("payload", alike[0].envelope.GetPayload(), &payload), read("transaction", payload.GetData(), &tx),
		read("action", tx.GetActions()[0].GetPayload(), &action),
	); err != nil {
		return nil, err
	}
	out := &block.Attested{}
	var endorsements []*peer.Endorsement
	for _, a := range alike {
		endorsements = append(endorsements, a.action.GetEndorsements()[0])
		out.Organisations = append(out.Organisations, a.msp)
	}
	slices.Sort(out.Organisations)
	slices.SortFunc(endorsements, func(a, b *peer.Endorsement) int { return bytes.Compare(a.GetEndorser(), b.GetEndorser()) })
	head := payload.GetHeader()
	member := func(to []byte, number protowire.Number, value []byte) []byte {
		if len(value) == 0 {
			return to
		}
		return protowire.AppendBytes(protowire.AppendTag(to, number, protowire.BytesType), value)
	}
	endorsed := member(nil, 1, alike[0].payload())
	for _, e := range endorsements {
		endorsed = member(endorsed, 2, member(member(nil, 1, e.GetEndorser()), 2, e.GetSignature()))
	}
	called := member(member(nil, 1, action.GetChaincodeProposalPayload()), 2, endorsed)
	transaction := member(nil, 1, member(member(nil, 1, head.GetSignatureHeader()), 2, called))
	out.Payload = member(member(nil, 1, member(member(nil, 1, head.GetChannelHeader()), 2, head.GetSignatureHeader())), 2, transaction)
	var call peer.ChaincodeInvocationSpec
	var proposal peer.ChaincodeProposalPayload
	if err := errors.Join(read("proposal", action.GetChaincodeProposalPayload(), &proposal), read("call", proposal.GetInput(), &call)); err != nil {
		return nil, err
	}
	args := call.GetChaincodeSpec().GetInput().GetArgs()
	if len(args) != 3 {
		return nil, errors.New("fabric: an answer to another question")
	}
	keys, err := wire.DecodeKeys(string(args[2]))
	if err != nil {
		return nil, err
	}
	out.Records, err = recordsOf(alike[0].payload(), keys)
	return out, err
}

// recordsOf reads what was answered, and where each record was last written. Without keys they are those that were read,
// without values.
func recordsOf(response []byte, keys []string) ([]block.AttestedRecord, error) {
	var said peer.ProposalResponsePayload
	var result peer.ChaincodeAction
	var set rwset.TxReadWriteSet
	if err := errors.Join(
		read("response", response, &said), read("result", said.GetExtension(), &result), read("read set", result.GetResults(), &set),
	); err != nil {
		return nil, err
	}
	written := map[string]*block.Written{}
	var out []block.AttestedRecord
	for _, ns := range set.GetNsRwset() {
		var kv kvrwset.KVRWSet
		if err := read("read set of "+ns.GetNamespace(), ns.GetRwset(), &kv); err != nil {
			return nil, err
		}
		if len(kv.GetWrites()) > 0 {
			return nil, errors.New("fabric: an answer that writes")
		}
		for _, r := range kv.GetReads() {
			if ns.GetNamespace() != wire.Chaincode {
				continue
			}
			if v := r.GetVersion(); v != nil {
				written[r.GetKey()] = &block.Written{Block: v.GetBlockNum(), Position: int(v.GetTxNum())} //nolint:gosec // an index in a block
			}
			out = append(out, block.AttestedRecord{Key: r.GetKey(), Written: written[r.GetKey()]})
		}
	}
	if keys == nil {
		return out, nil
	}
	values, err := wire.DecodeAttested(result.GetResponse().GetPayload())
	if err != nil {
		return nil, err
	}
	if len(values.Values) != len(keys) {
		return nil, fmt.Errorf("fabric: %d values of %d keys", len(values.Values), len(keys))
	}
	out = out[:0]
	for i, key := range keys {
		out = append(out, block.AttestedRecord{Key: key, Value: values.Values[i], Written: written[key]})
	}
	return out, nil
}

// Seal writes a seal. Errors are those of Transact.
func (c *Client) Seal(ctx context.Context, nonce []byte) error {
	return c.Transact(ctx, wire.FnSeal, string(nonce))
}
