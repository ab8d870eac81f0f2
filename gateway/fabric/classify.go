package fabric

import (
	"errors"
	"strings"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/rootline/rootline/chaincode/wire"
)

// What the peers' gateway service writes, and offers no code for (fabric: internal/pkg/gateway/endorse.go and
// endorsement.go). It gives up at the own organisation's peer with the first, after it with the second.
const (
	textOwnPeer   = "failed to endorse transaction"
	textOthers    = "failed to collect enough transaction endorsements"
	textDifferent = "ProposalResponsePayloads do not match"
	textFirst     = "while collecting first endorsement"
)

// proposalError sorts what Endorse answered. Nothing has been sent to the orderers yet. Only the own organisation's word
// is a refusal: when it has no endorser, the service asks another one first and gives up in the same words.
func proposalError(own string, err error) error {
	var endorse *client.EndorseError
	if !errors.As(err, &endorse) {
		return &Unavailable{Err: err}
	}
	text := status.Convert(endorse.TransactionError).Message()
	var refused, others wire.Refused
	different := false
	for _, d := range endorse.Details() {
		list, ok := wire.ParseRefused(d.GetMessage())
		switch {
		case ok && d.GetMspId() == own && refused == nil:
			refused = list
		case ok && d.GetMspId() != own && others == nil:
			others = list
		}
		different = different || strings.Contains(d.GetMessage(), textDifferent)
	}
	switch {
	case refused != nil:
		return &Refused{List: refused}
	case strings.HasPrefix(text, textOthers) && different, others != nil:
		return &Mismatch{Others: others, Err: err}
	}
	return &Unavailable{Err: err}
}

// submitError sorts what Submit answered. Only a call that cannot have reached an orderer is safe to repeat: the peer
// broadcasts to all orderers at once, and reports failure while some of them hold the transaction. That includes
// "request already processed", by which BFT orderers say that it is on its way.
func submitError(txID string, err error) error {
	switch s := status.Convert(unwrapTransaction(err)); {
	case s.Code() == codes.InvalidArgument, // the peer's gateway did not take it
		s.Code() == codes.FailedPrecondition && len(s.Details()) == 0,                                         // it knows no orderers
		s.Code() == codes.Unavailable && s.Message() == "no orderer nodes available" && len(s.Details()) == 0: // or reaches none
		return &Unavailable{Err: err}
	}
	return &Unknown{TxID: txID, Err: err}
}

func unwrapTransaction(err error) error {
	var tx *client.TransactionError
	if errors.As(err, &tx) {
		return tx
	}
	return err
}
