package recorded_test

import (
	"errors"
	"fmt"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"
)

// reads gives the function that an envelope calls of a chaincode, and the keys that it read of its state; "" when it
// calls none.
func reads(envelope []byte, chaincode string) (function string, keys []string, err error) {
	var e common.Envelope
	var payload common.Payload
	var channel common.ChannelHeader
	if err := errors.Join(
		proto.Unmarshal(envelope, &e), proto.Unmarshal(e.GetPayload(), &payload),
		proto.Unmarshal(payload.GetHeader().GetChannelHeader(), &channel),
	); err != nil {
		return "", nil, fmt.Errorf("envelope: %w", err)
	}
	if channel.GetType() != int32(common.HeaderType_ENDORSER_TRANSACTION) {
		return "", nil, nil
	}
	var tx peer.Transaction
	if err := proto.Unmarshal(payload.GetData(), &tx); err != nil || len(tx.GetActions()) != 1 {
		return "", nil, fmt.Errorf("transaction with %d actions: %w", len(tx.GetActions()), err)
	}
	var action peer.ChaincodeActionPayload
	var proposal peer.ChaincodeProposalPayload
	var call peer.ChaincodeInvocationSpec
	var answer peer.ProposalResponsePayload
	var result peer.ChaincodeAction
	var set rwset.TxReadWriteSet
	if err := errors.Join(
		proto.Unmarshal(tx.GetActions()[0].GetPayload(), &action),
		proto.Unmarshal(action.GetChaincodeProposalPayload(), &proposal),
		proto.Unmarshal(proposal.GetInput(), &call),
		proto.Unmarshal(action.GetAction().GetProposalResponsePayload(), &answer),
		proto.Unmarshal(answer.GetExtension(), &result),
		proto.Unmarshal(result.GetResults(), &set),
	); err != nil {
		return "", nil, fmt.Errorf("call: %w", err)
	}
	if result.GetChaincodeId().GetName() != chaincode {
		return "", nil, nil
	}
	for _, ns := range set.GetNsRwset() {
		var kv kvrwset.KVRWSet
		if err := proto.Unmarshal(ns.GetRwset(), &kv); err != nil {
			return "", nil, fmt.Errorf("read set: %w", err)
		}
		if ns.GetNamespace() == chaincode {
			for _, r := range kv.GetReads() {
				keys = append(keys, r.GetKey())
			}
		}
	}
	if args := call.GetChaincodeSpec().GetInput().GetArgs(); len(args) > 0 {
		function = string(args[0])
	}
	return function, keys, nil
}
