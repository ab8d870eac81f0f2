package contract

import (
	"fmt"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
)

// witness returns the transaction's time, cut to the millisecond, or declines when it is not about now.
func (c *Contract) witness(stub shim.ChaincodeStubInterface) (rootline.Instant, error) {
	ts, err := stub.GetTxTimestamp()
	if err != nil {
		return 0, fmt.Errorf("contract: transaction time: %w", err)
	}
	at := ts.AsTime()
	if skew := c.clock().Sub(at); skew > MaxClockSkew || skew < -MaxClockSkew {
		return 0, wire.RefusedAll(rootline.Refuse(rootline.CodeTransactionTime, rootline.InstantOf(at), MaxClockSkew))
	}
	return rootline.InstantOf(at), nil
}
