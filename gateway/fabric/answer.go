package fabric

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	gateways "github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/gateway/block"
)

// Answer has a peer of an organisation endorse what it holds under a reference. Nothing is submitted: the endorsement is
// the organisation's signature over the record and over where it was last written. The error is *Unavailable when it does
// not answer, or says why its answer is none.
func (c *Client) Answer(ctx context.Context, ref rootline.Ref, organisation string) (*block.Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, c.config.EvaluateTimeout)
	defer cancel()
	key := wire.Key(ref)
	proposal, err := c.contract.NewProposal(wire.FnGet, client.WithArguments(key), client.WithEndorsingOrganizations(organisation))
	if err != nil {
		return nil, fmt.Errorf("fabric: make a question: %w", err)
	}
	endorsed, err := proposal.EndorseWithContext(ctx)
	if err != nil {
		return nil, &Unavailable{Err: err}
	}
	b, err := endorsed.Bytes()
	if err != nil {
		return nil, fmt.Errorf("fabric: an answer: %w", err)
	}
	return answerOf(b, organisation, key, c.endorsers.config())
}

// answerOf reads an answer. It holds when the organisation signed it with an identity that members, the configuration
// followed so far, has of it: the own peer passes on what others answer, and could sign in anybody's name. Nil members
// vouch for nobody.
func answerOf(prepared []byte, organisation, key string, members *channel.Config) (*block.Answer, error) {
	var p gateways.PreparedTransaction
	var payload common.Payload
	var tx peer.Transaction
	var action peer.ChaincodeActionPayload
	if err := errors.Join(
		read("prepared transaction", prepared, &p),
		read("payload", p.GetEnvelope().GetPayload(), &payload),
		read("transaction", payload.GetData(), &tx),
	); err != nil {
		return nil, err
	}
	if len(tx.GetActions()) != 1 {
		return nil, errors.New("fabric: an answer with no action, or several")
	}
	if err := read("action", tx.GetActions()[0].GetPayload(), &action); err != nil {
		return nil, err
	}
	var said peer.ProposalResponsePayload
	var result peer.ChaincodeAction
	signed := action.GetAction().GetProposalResponsePayload()
	if err := errors.Join(read("response", signed, &said), read("result", said.GetExtension(), &result)); err != nil {
		return nil, err
	}
	asked := slices.Concat(payload.GetHeader().GetChannelHeader(), payload.GetHeader().GetSignatureHeader(), action.GetChaincodeProposalPayload())
	if h := rootline.HashOf(asked); !slices.Equal(h[:], said.GetProposalHash()) || result.GetChaincodeId().GetName() != wire.Chaincode {
		return nil, errors.New("fabric: an answer to another question")
	}
	a := &block.Answer{MSPID: organisation, Value: result.GetResponse().GetPayload()}
	var err error
	if a.Written, err = lastWritten(result.GetResults(), key); err != nil {
		return nil, err
	}
	for _, e := range action.GetAction().GetEndorsements() {
		by := signature(e.GetEndorser(), e.GetSignature(), signed, e.GetEndorser())
		a.Holds = a.Holds || by.Holds && members != nil && members.Peer(e.GetEndorser(), organisation) == nil
	}
	return a, nil
}

// lastWritten reads from what was read where a key's value comes from. An answer that writes is none.
func lastWritten(results []byte, key string) (*block.Written, error) {
	var set rwset.TxReadWriteSet
	if err := read("read set", results, &set); err != nil {
		return nil, err
	}
	for _, ns := range set.GetNsRwset() {
		var kv kvrwset.KVRWSet
		if err := read("read set of "+ns.GetNamespace(), ns.GetRwset(), &kv); err != nil {
			return nil, err
		}
		if len(kv.GetWrites()) > 0 {
			return nil, errors.New("fabric: an answer that writes")
		}
		for _, r := range kv.GetReads() {
			if v := r.GetVersion(); ns.GetNamespace() == wire.Chaincode && r.GetKey() == key && v != nil {
				return &block.Written{Block: v.GetBlockNum(), Position: int(v.GetTxNum())}, nil // an index in a block
			}
		}
	}
	return nil, nil
}
