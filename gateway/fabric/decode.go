package fabric

import (
	"errors"
	"fmt"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/limits"
)

// decoder turns Fabric's blocks into Rootline's. It remembers the few certificates that recur in every block.
type decoder struct{ creators creators }

// Decoder reads blocks that a peer delivered to somebody else, as Client.Blocks does. The zero value is ready; it is for
// one goroutine.
type Decoder struct{ decoder decoder }

// Block reads one block. What cannot be read is marked, never left out.
func (d *Decoder) Block(raw *common.Block) *block.Block { return d.decoder.block(raw, nil) }

// Try is Block, and asks before each transaction is read. Of one that is not let in only an outline is read.
func (d *Decoder) Try(raw *common.Block, try func(number uint64, index int) bool) *block.Block {
	return d.decoder.block(raw, try)
}

func (d *decoder) block(raw *common.Block, try func(number uint64, index int) bool) *block.Block {
	head, envelopes := raw.GetHeader(), raw.GetData().GetData()
	b := &block.Block{
		Number:       head.GetNumber(),
		Previous:     hashOf(head.GetPreviousHash()),
		DataHash:     hashOf(head.GetDataHash()),
		Computed:     block.DataHash(envelopes),
		Transactions: make([]block.Transaction, len(envelopes)),
		Raw:          withoutReading(raw),
	}
	b.Hash = block.HeaderHash(b.Number, b.Previous, b.DataHash)
	codes := []byte(nil)
	if m := raw.GetMetadata().GetMetadata(); len(m) > int(common.BlockMetadataIndex_TRANSACTIONS_FILTER) {
		codes = m[common.BlockMetadataIndex_TRANSACTIONS_FILTER]
	}
	for i, envelope := range envelopes {
		t := &b.Transactions[i]
		t.Index, t.Envelope = i, envelope
		t.Code = int32(peer.TxValidationCode_NOT_VALIDATED)
		if i < len(codes) {
			t.Code = int32(codes[i])
		}
		t.CodeName = peer.TxValidationCode_name[t.Code]
		t.Valid = t.Code == int32(peer.TxValidationCode_VALID)
		if try != nil && !try(b.Number, i) {
			outline(t, envelope)
		} else if err := d.calmly(t, envelope); err != nil {
			t.Malformed = err.Error()
		}
		b.Bytes += len(envelope)
	}
	return b
}

// withoutReading is a block as it is verified, its transactions not read.
func withoutReading(raw *common.Block) *channel.Block {
	head := raw.GetHeader()
	b := &channel.Block{
		Number: head.GetNumber(), Previous: head.GetPreviousHash(), DataHash: head.GetDataHash(), Envelopes: raw.GetData().GetData(),
	}
	b.SetMetadata(raw.GetMetadata().GetMetadata())
	return b
}

// hashOf takes a hash from a header. One of another length cannot be a SHA-256 and becomes zero, which no chain check
// accepts but that of block 0.
func hashOf(b []byte) rootline.Hash {
	var h rootline.Hash
	if len(b) == len(h) {
		copy(h[:], b)
	}
	return h
}

// calmly reads a transaction. One at which this program breaks down is malformed, and ends nobody.
func (d *decoder) calmly(t *block.Transaction, raw []byte) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("reading it broke down: %v", r)
		}
	}()
	return reading(d, t, raw)
}

// reading is what calmly does; a test puts one that breaks down in its place.
var reading = (*decoder).transaction

func (d *decoder) transaction(t *block.Transaction, raw []byte) error {
	var envelope common.Envelope
	var payload common.Payload
	var channel common.ChannelHeader
	var signature common.SignatureHeader
	if err := errors.Join(
		read("envelope", raw, &envelope),
		read("payload", envelope.GetPayload(), &payload),
		read("channel header", payload.GetHeader().GetChannelHeader(), &channel),
		read("signature header", payload.GetHeader().GetSignatureHeader(), &signature),
	); err != nil {
		return err
	}
	t.ID, t.Channel = channel.GetTxId(), channel.GetChannelId()
	t.Type = common.HeaderType(channel.GetType()).String()
	t.Timestamp = rootline.InstantOf(channel.GetTimestamp().AsTime())
	creator, err := d.creators.read(signature.GetCreator())
	if err != nil {
		return err
	}
	t.Creator = creator
	if channel.GetType() != int32(common.HeaderType_ENDORSER_TRANSACTION) {
		return nil
	}
	return d.call(t, payload.GetData())
}

// call reads what was called, who endorsed it, and what it writes.
func (d *decoder) call(t *block.Transaction, data []byte) error {
	var tx peer.Transaction
	if err := read("transaction", data, &tx); err != nil {
		return err
	}
	if n := len(tx.GetActions()); n != 1 {
		return fmt.Errorf("a transaction has one action, this has %d", n)
	}
	var action peer.ChaincodeActionPayload
	var proposal peer.ChaincodeProposalPayload
	var call peer.ChaincodeInvocationSpec
	var answer peer.ProposalResponsePayload
	var result peer.ChaincodeAction
	if err := errors.Join(
		read("action", tx.GetActions()[0].GetPayload(), &action),
		read("proposal", action.GetChaincodeProposalPayload(), &proposal),
		read("call", proposal.GetInput(), &call),
		read("response", action.GetAction().GetProposalResponsePayload(), &answer),
		read("result", answer.GetExtension(), &result),
	); err != nil {
		return err
	}
	t.Chaincode = result.GetChaincodeId().GetName()
	for i, arg := range call.GetChaincodeSpec().GetInput().GetArgs() {
		if i == 0 {
			t.Function = string(arg)
		} else {
			t.Args = append(t.Args, string(arg))
		}
	}
	for _, e := range action.GetAction().GetEndorsements() {
		var id msp.SerializedIdentity
		if err := read("endorser", e.GetEndorser(), &id); err != nil {
			return err
		}
		t.Endorsers = append(t.Endorsers, id.GetMspid())
	}
	var err error
	if t.Writes, t.Apart, err = writes(result.GetResults()); err != nil {
		return err
	}
	// What ran is what was endorsed. Peers compare the call's own name with nothing; Rootline's chaincode takes no call
	// that names another.
	if named := call.GetChaincodeSpec().GetChaincodeId().GetName(); named != t.Chaincode {
		return fmt.Errorf("the call names the chaincode %q, and %q ran", named, t.Chaincode)
	}
	return nil
}

// writes are what a transaction writes into public state; apart are the chaincodes in whose collections it did something.
func writes(results []byte) (out []block.Write, apart []string, err error) {
	var set rwset.TxReadWriteSet
	if err := read("write set", results, &set); err != nil {
		return nil, nil, err
	}
	for _, ns := range set.GetNsRwset() {
		if len(ns.GetCollectionHashedRwset()) > 0 {
			apart = append(apart, ns.GetNamespace())
		}
		var kv kvrwset.KVRWSet
		if err := read("write set of "+ns.GetNamespace(), ns.GetRwset(), &kv); err != nil {
			return nil, nil, err
		}
		for _, w := range kv.GetWrites() {
			out = append(out, block.Write{
				Namespace: ns.GetNamespace(), Key: w.GetKey(), Value: w.GetValue(), Delete: w.GetIsDelete(),
			})
		}
	}
	return out, apart, nil
}

// read reads a message that may be anybody's. One of more members than there is reason for is refused before memory is
// taken for them.
func read(what string, b []byte, into proto.Message) error {
	if len(b) > limits.MessageMembers && countMembers(b, into.ProtoReflect().Descriptor(), limits.MessageMembers) < 0 {
		return fmt.Errorf("the %s cannot be read: it has more than %d members", what, limits.MessageMembers)
	}
	if err := proto.Unmarshal(b, into); err != nil {
		return fmt.Errorf("the %s cannot be read: %w", what, err)
	}
	return nil
}
