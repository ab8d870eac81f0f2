package contract

import (
	"log/slog"
	"runtime/debug"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
)

// Guarded admits to cc only what is called as blocks are read (see admit), and answers a panic of cc with an error, since
// a panic would end the process and every transaction in it.
func Guarded(cc shim.Chaincode) shim.Chaincode { return guarded{cc} }

type guarded struct{ cc shim.Chaincode }

func (g guarded) Init(stub shim.ChaincodeStubInterface) (answer *peer.Response) {
	defer caught(stub, &answer)
	return shim.Error(wire.RefusedAll(rootline.Refuse(rootline.CodeBadCall, rootline.Text{En: "the chaincode needs no initialisation", Zh: "链码无需初始化"})).Error())
}

func (g guarded) Invoke(stub shim.ChaincodeStubInterface) (answer *peer.Response) {
	defer caught(stub, &answer)
	if err := admit(stub); err != nil {
		return shim.Error(err.Error())
	}
	return g.cc.Invoke(stub)
}

func caught(stub shim.ChaincodeStubInterface, answer **peer.Response) {
	if p := recover(); p != nil {
		slog.Error("panic in a transaction", "transaction", stub.GetTxID(), "panic", p, "stack", string(debug.Stack()))
		*answer = shim.Error(wire.RefusedAll(rootline.Refuse(rootline.CodeInternal)).Error())
	}
}
