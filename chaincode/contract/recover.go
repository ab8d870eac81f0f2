package contract

import (
	"log/slog"
	"runtime/debug"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
)

// Guarded answers a panic of cc with an error, since a panic would end the process and every transaction in it.
func Guarded(cc shim.Chaincode) shim.Chaincode { return guarded{cc} }

type guarded struct{ cc shim.Chaincode }

func (g guarded) Init(stub shim.ChaincodeStubInterface) (answer *peer.Response) {
	defer caught(stub, &answer)
	return g.cc.Init(stub)
}

func (g guarded) Invoke(stub shim.ChaincodeStubInterface) (answer *peer.Response) {
	defer caught(stub, &answer)
	return g.cc.Invoke(stub)
}

func caught(stub shim.ChaincodeStubInterface, answer **peer.Response) {
	if p := recover(); p != nil {
		slog.Error("panic in a transaction", "transaction", stub.GetTxID(), "panic", p, "stack", string(debug.Stack()))
		*answer = shim.Error(wire.RefusedAll(rootline.Refuse(rootline.CodeInternal)).Error())
	}
}
