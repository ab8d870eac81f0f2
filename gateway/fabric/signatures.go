package fabric

import (
	"context"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"slices"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-gateway/pkg/identity"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/block"
)

// Signatures reads a block again from the own peer, with the signatures in it and whether each holds. Errors:
// *Unavailable, or ctx's when the peer does not have the block yet.
func (c *Client) Signatures(ctx context.Context, number uint64) (*block.Signed, error) {
	raw, err := c.rawBlock(ctx, number)
	if err != nil {
		return nil, err
	}
	known, err := c.consentersOf(ctx, raw)
	if err != nil {
		return nil, err
	}
	return signaturesOf(raw, known), nil
}

// rawBlock reads one block. The error is *Unavailable, or ctx's when the peer does not have it yet.
func (c *Client) rawBlock(ctx context.Context, number uint64) (*common.Block, error) {
	ctx, cancel := context.WithTimeout(ctx, c.config.EvaluateTimeout)
	defer cancel()
	return oneBlock(ctx, c.network, number)
}

// oneBlock reads one block from a peer. The errors are rawBlock's.
func oneBlock(ctx context.Context, network *client.Network, number uint64) (*common.Block, error) {
	ctx, cancel := context.WithCancel(ctx)
	events, err := network.BlockEvents(ctx, client.WithStartBlock(number))
	if err != nil {
		cancel()
		return nil, &Unavailable{Err: err}
	}
	defer drain(events)
	defer cancel()
	select {
	case raw, ok := <-events:
		switch {
		case !ok && ctx.Err() != nil:
			return nil, ctx.Err()
		case !ok:
			return nil, &Unavailable{Err: fmt.Errorf("block %d was not delivered", number)}
		case raw.GetHeader().GetNumber() != number:
			return nil, &Unavailable{Err: fmt.Errorf("block %d was delivered where %d was asked for", raw.GetHeader().GetNumber(), number)}
		}
		return raw, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// signaturesOf reads the signatures of a block. What cannot be read is left empty: the block is what it is.
func signaturesOf(raw *common.Block, known consenters) *block.Signed {
	head := raw.GetHeader()
	out := &block.Signed{Number: head.GetNumber()}
	previous, data := hashOf(head.GetPreviousHash()), hashOf(head.GetDataHash())
	out.Hash = block.HeaderHash(out.Number, previous, data)
	out.Orderers = orderers(raw, known, block.HeaderBytes(out.Number, previous, data))
	for i, envelope := range raw.GetData().GetData() {
		t := block.SignedTransaction{Index: i}
		signaturesIn(&t, envelope)
		out.Transactions = append(out.Transactions, t)
	}
	return out
}

// orderers reads who signed the block. Each signed the metadata's value, its own header of the signature and the block's
// header, one after the other. SmartBFT's orderers name themselves by their number in the channel's configuration.
func orderers(raw *common.Block, known consenters, header []byte) []block.Signature {
	metadata := blockSignatures(raw)
	var out []block.Signature
	for _, s := range metadata.GetSignatures() {
		named, creator := s.GetSignatureHeader(), []byte(nil)
		if len(named) > 0 {
			var by common.SignatureHeader
			if read("signature header", named, &by) == nil {
				creator = by.GetCreator()
			}
		} else {
			var by common.IdentifierHeader
			if named = s.GetIdentifierHeader(); read("identifier header", named, &by) == nil {
				creator = known[by.GetIdentifier()]
			}
		}
		out = append(out, signature(creator, s.GetSignature(), metadata.GetValue(), named, header))
	}
	return out
}

// blockSignatures is the part of a block's metadata that holds the orderers' signatures.
func blockSignatures(raw *common.Block) *common.Metadata {
	var metadata common.Metadata
	if all := raw.GetMetadata().GetMetadata(); len(all) > int(common.BlockMetadataIndex_SIGNATURES) {
		_ = read("block signatures", all[common.BlockMetadataIndex_SIGNATURES], &metadata) // unreadable ones are none
	}
	return &metadata
}

func signaturesIn(t *block.SignedTransaction, raw []byte) {
	var envelope common.Envelope
	var payload common.Payload
	var channel common.ChannelHeader
	var by common.SignatureHeader
	if read("envelope", raw, &envelope) != nil || read("payload", envelope.GetPayload(), &payload) != nil ||
		read("channel header", payload.GetHeader().GetChannelHeader(), &channel) != nil ||
		read("signature header", payload.GetHeader().GetSignatureHeader(), &by) != nil {
		return
	}
	t.ID = channel.GetTxId()
	creator := signature(by.GetCreator(), envelope.GetSignature(), envelope.GetPayload())
	t.Creator = &creator
	if channel.GetType() != int32(common.HeaderType_ENDORSER_TRANSACTION) {
		return
	}
	var tx peer.Transaction
	var action peer.ChaincodeActionPayload
	if read("transaction", payload.GetData(), &tx) != nil || len(tx.GetActions()) != 1 ||
		read("action", tx.GetActions()[0].GetPayload(), &action) != nil {
		return
	}
	for _, e := range action.GetAction().GetEndorsements() {
		t.Endorsements = append(t.Endorsements, signature(e.GetEndorser(), e.GetSignature(),
			action.GetAction().GetProposalResponsePayload(), e.GetEndorser()))
	}
}

// signature reads one signature of an identity over parts that were joined.
func signature(serialized, value []byte, over ...[]byte) block.Signature {
	s := block.Signature{Value: value}
	var id msp.SerializedIdentity
	if read("identity", serialized, &id) != nil {
		return s
	}
	s.MSPID = id.GetMspid()
	cert, err := identity.CertificateFromPEM(id.GetIdBytes())
	if err != nil {
		return s
	}
	s.Subject, s.Issuer, s.Serial = cert.Subject.String(), cert.Issuer.String(), cert.SerialNumber.Text(16)
	s.ValidFrom, s.Until = rootline.InstantOf(cert.NotBefore), rootline.InstantOf(cert.NotAfter)
	s.Holds = holds(cert, value, over)
	return s
}

func holds(cert *x509.Certificate, value []byte, over [][]byte) bool {
	key, ok := cert.PublicKey.(*ecdsa.PublicKey)
	sum := sha256.Sum256(slices.Concat(over...))
	return ok && ecdsa.VerifyASN1(key, sum[:], value)
}
