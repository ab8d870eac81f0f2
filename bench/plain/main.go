// Command plain is the simplest chaincode worth measuring: one JSON value under one key.
// Benchmarks compare Rootline with it, and it shows that a network works before anything else exists.
package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"
)

// Plain is the contract.
type Plain struct {
	contractapi.Contract
}

// Create stores a JSON value under an id that is not in use.
func (*Plain) Create(ctx contractapi.TransactionContextInterface, id, value string) error {
	if id == "" {
		return fmt.Errorf("id-missing: an asset needs an id")
	}
	if !json.Valid([]byte(value)) {
		return fmt.Errorf("not-json: the value of %q is not JSON", id)
	}
	old, err := ctx.GetStub().GetState(id)
	if err != nil {
		return fmt.Errorf("state-unreadable: %w", err)
	}
	if old != nil {
		return fmt.Errorf("id-in-use: there is an asset %q", id)
	}
	return ctx.GetStub().PutState(id, []byte(value))
}

// Read gives the value under an id.
func (*Plain) Read(ctx contractapi.TransactionContextInterface, id string) (string, error) {
	value, err := ctx.GetStub().GetState(id)
	if err != nil {
		return "", fmt.Errorf("state-unreadable: %w", err)
	}
	if value == nil {
		return "", fmt.Errorf("id-unknown: there is no asset %q", id)
	}
	return string(value), nil
}

// stock is a value that Draw understands.
type stock struct {
	Left int64 `json:"left"`
}

// Draw takes an amount from the stock under an id: read, compute, write, the way it is usually done. Of transactions
// that ran at once, only the first of a block is valid.
func (*Plain) Draw(ctx contractapi.TransactionContextInterface, id string, amount int64) error {
	value, err := ctx.GetStub().GetState(id)
	if err != nil {
		return fmt.Errorf("state-unreadable: %w", err)
	}
	var s stock
	if err := json.Unmarshal(value, &s); err != nil {
		return fmt.Errorf("no-stock: %q holds no stock", id)
	}
	if amount < 1 || amount > s.Left {
		return fmt.Errorf("not-enough-left: %d of %q are left", s.Left, id)
	}
	s.Left -= amount
	if value, err = json.Marshal(s); err != nil {
		return err
	}
	return ctx.GetStub().PutState(id, value)
}

func main() {
	if err := serve(); err != nil {
		slog.Error("the chaincode service ended", "error", err)
		os.Exit(1)
	}
}

// serve answers the organisation's peer until the process is ended.
func serve() error {
	chaincode, err := contractapi.NewChaincode(&Plain{})
	if err != nil {
		return err
	}
	key, err := os.ReadFile(os.Getenv("CHAINCODE_TLS_KEY_FILE"))
	if err != nil {
		return err
	}
	cert, err := os.ReadFile(os.Getenv("CHAINCODE_TLS_CERT_FILE"))
	if err != nil {
		return err
	}
	server := shim.ChaincodeServer{
		CCID:     os.Getenv("CHAINCODE_ID"),
		Address:  os.Getenv("CHAINCODE_SERVER_ADDRESS"),
		CC:       chaincode,
		TLSProps: shim.TLSProperties{Key: key, Cert: cert},
	}
	return server.Start()
}
