package contract

import (
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
	if reason := wrongCall(stub); !reason.IsZero() {
		return wire.RefusedAll(rootline.Refuse(rootline.CodeBadCall, reason))
	}
	return nil
}

// wrongCall says what is not in order with a call, nothing when all is.
func wrongCall(stub shim.ChaincodeStubInterface) rootline.Text {
	p, unread := readProposal(stub)
	if p == nil {
		return unread
	}
	called := p.spec.GetInput().GetArgs()
	if len(called) == 0 {
		return rootline.Text{En: "no function is named", Zh: "未指明函数"}
	}
	takes, known := functions[string(called[0])]
	switch name := cut(string(called[0])); {
	case p.channel.GetType() != int32(common.HeaderType_ENDORSER_TRANSACTION):
		return rootline.Text{En: "the proposal is not for a transaction", Zh: "提案不是交易提案"}
	case p.extension.GetChaincodeId().GetName() != wire.Chaincode:
		return rootline.Text{En: "the proposal is for the chaincode %q", Zh: "提案针对的链码是 %q"}.Fill(cut(p.extension.GetChaincodeId().GetName()))
	case p.spec.GetChaincodeId().GetName() != wire.Chaincode:
		return rootline.Text{En: "the call names the chaincode %q", Zh: "调用写的链码是 %q"}.Fill(cut(p.spec.GetChaincodeId().GetName()))
	case !known:
		return rootline.Text{En: "there is no function %q", Zh: "没有函数 %q"}.Fill(name)
	case len(called) != 1+takes:
		return rootline.Text{En: "%s takes %d arguments, this has %d", Zh: "%s 需要 %d 个参数，此处有 %d 个"}.Fill(name, takes, len(called)-1)
	case p.spec.GetInput().GetIsInit():
		return rootline.Text{En: "it asks to initialise the chaincode, which needs none", Zh: "请求初始化链码，而链码无需初始化"}
	case len(p.payload.GetTransientMap()) > 0:
		return rootline.Text{En: "it carries transient data", Zh: "带有暂存数据"}
	case !slices.EqualFunc(called, stub.GetArgs(), slices.Equal[[]byte]):
		return rootline.Text{En: "the peer passes on other arguments than were signed", Zh: "节点转交的参数与所签的不同"}
	}
	return rootline.Text{}
}

// proposal is what the client signed, taken apart.
type proposal struct {
	channel   common.ChannelHeader
	extension peer.ChaincodeHeaderExtension
	payload   peer.ChaincodeProposalPayload
	spec      *peer.ChaincodeSpec
}

// readProposal takes apart what the client signed; where it gives nothing, the text says why.
func readProposal(stub shim.ChaincodeStubInterface) (*proposal, rootline.Text) {
	signed, err := stub.GetSignedProposal()
	if err != nil || signed == nil {
		return nil, rootline.Text{En: "there is no signed proposal", Zh: "没有已签名的提案"}
	}
	var p proposal
	var whole peer.Proposal
	var header common.Header
	var call peer.ChaincodeInvocationSpec
	for _, part := range []struct {
		name  rootline.Text
		bytes func() []byte
		into  proto.Message
	}{
		{rootline.Text{En: "proposal", Zh: "提案"}, signed.GetProposalBytes, &whole},
		{rootline.Text{En: "header", Zh: "头部"}, whole.GetHeader, &header},
		{rootline.Text{En: "channel header", Zh: "通道头部"}, header.GetChannelHeader, &p.channel},
		{rootline.Text{En: "extension", Zh: "扩展"}, p.channel.GetExtension, &p.extension},
		{rootline.Text{En: "payload", Zh: "载荷"}, whole.GetPayload, &p.payload},
		{rootline.Text{En: "call", Zh: "调用"}, p.payload.GetInput, &call},
	} {
		if err := proto.Unmarshal(part.bytes(), part.into); err != nil {
			return nil, rootline.Text{En: "the %v cannot be read", Zh: "无法读取%v"}.Fill(part.name)
		}
	}
	p.spec = call.GetChaincodeSpec()
	return &p, rootline.Text{}
}

// cut bounds a name that a refusal repeats.
func cut(name string) string { return name[:min(len(name), 64)] }
