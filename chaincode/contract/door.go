package contract

import (
	"fmt"
	"slices"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
)

// functions are all that may be called, by their one spelling, with how many arguments each takes.
var functions = map[string]int{
	wire.FnFound: 1, wire.FnConfirm: 1, wire.FnRecord: 1, wire.FnGet: 1, wire.FnAttest: 2, wire.FnSeal: 1,
}

// admit refuses a call that whoever reads blocks could read in another way than this chaincode does. A proposal names
// the chaincode twice: peers run the one in the channel header's extension, and compare the one in the call's own
// specification with nothing. Both must be this chaincode, which also refuses calls by way of another chaincode. The
// contract API takes several spellings of a function and more arguments than it has, and transient data is not in the
// block; none of that is taken here. The error is a refusal with rootline.CodeBadCall.
func admit(stub shim.ChaincodeStubInterface) error {
	reason, err := wrongCall(stub)
	if err != nil {
		reason = err.Error()
	}
	if reason != "" {
		return wire.RefusedAll(rootline.Refuse(rootline.CodeBadCall, reason))
	}
	return nil
}

// wrongCall says what is not in order with a call, "" when all is. The error is of a proposal that cannot be read.
func wrongCall(stub shim.ChaincodeStubInterface) (string, error) {
	p, err := readProposal(stub)
	if err != nil {
		return "", err
	}
	called := p.spec.GetInput().GetArgs()
	if len(called) == 0 {
		return "no function is named", nil
	}
	takes, known := functions[string(called[0])]
	switch name := cut(string(called[0])); {
	case p.channel.GetType() != int32(common.HeaderType_ENDORSER_TRANSACTION):
		return "the proposal is not for a transaction", nil
	case p.extension.GetChaincodeId().GetName() != wire.Chaincode:
		return fmt.Sprintf("the proposal is for the chaincode %q", cut(p.extension.GetChaincodeId().GetName())), nil
	case p.spec.GetChaincodeId().GetName() != wire.Chaincode:
		return fmt.Sprintf("the call names the chaincode %q", cut(p.spec.GetChaincodeId().GetName())), nil
	case !known:
		return fmt.Sprintf("there is no function %q", name), nil
	case len(called) != 1+takes:
		return fmt.Sprintf("%s takes %d arguments, this has %d", name, takes, len(called)-1), nil
	case p.spec.GetInput().GetIsInit():
		return "it asks to initialise the chaincode, which needs none", nil
	case len(p.payload.GetTransientMap()) > 0:
		return "it carries transient data", nil
	case !slices.EqualFunc(called, stub.GetArgs(), slices.Equal[[]byte]):
		return "the peer passes on other arguments than were signed", nil
	}
	return "", nil
}

// proposal is what the client signed, taken apart.
type proposal struct {
	channel   common.ChannelHeader
	extension peer.ChaincodeHeaderExtension
	payload   peer.ChaincodeProposalPayload
	spec      *peer.ChaincodeSpec
}

func readProposal(stub shim.ChaincodeStubInterface) (*proposal, error) {
	signed, err := stub.GetSignedProposal()
	if err != nil || signed == nil {
		return nil, fmt.Errorf("there is no signed proposal")
	}
	var p proposal
	var whole peer.Proposal
	var header common.Header
	var call peer.ChaincodeInvocationSpec
	for _, part := range []struct {
		name  string
		bytes func() []byte
		into  proto.Message
	}{
		{"proposal", signed.GetProposalBytes, &whole},
		{"header", whole.GetHeader, &header},
		{"channel header", header.GetChannelHeader, &p.channel},
		{"extension", p.channel.GetExtension, &p.extension},
		{"payload", whole.GetPayload, &p.payload},
		{"call", p.payload.GetInput, &call},
	} {
		if err := proto.Unmarshal(part.bytes(), part.into); err != nil {
			return nil, fmt.Errorf("the %s cannot be read", part.name)
		}
	}
	p.spec = call.GetChaincodeSpec()
	return &p, nil
}

// cut bounds a name that a refusal repeats.
func cut(name string) string { return name[:min(len(name), 64)] }
