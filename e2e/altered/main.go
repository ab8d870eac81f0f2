// Command altered is a chaincode that judges nothing. IT IS A TEST BUILD: the end-to-end tests run it at two
// organisations, as those would who altered theirs together, to show that every other organisation notices. Its Record
// checks no signature, no signer and no rulebook: whatever an event is about is established from then on, and its Attest says so of whatever it is asked about. A batch that it cannot read it endorses, too. Under the name
// "refusing" it refuses everything.
package main

import (
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/contract"
	"github.com/rootline/rootline/chaincode/store"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/jws"
)

func main() {
	if err := run(); err != nil {
		slog.Error("altered chaincode ended", "error", err)
		os.Exit(1)
	}
}

func run() error {
	c := &credulous{}
	c.Name = wire.Contract
	cc, err := contractapi.NewChaincode(c)
	if err != nil {
		return err
	}
	cc.TransactionSerializer = contract.PlainStrings{}
	key, err := os.ReadFile(os.Getenv("CHAINCODE_TLS_KEY_FILE"))
	if err != nil {
		return err
	}
	cert, err := os.ReadFile(os.Getenv("CHAINCODE_TLS_CERT_FILE"))
	if err != nil {
		return err
	}
	server := &shim.ChaincodeServer{
		CCID: os.Getenv("CHAINCODE_ID"), Address: os.Getenv("CHAINCODE_SERVER_ADDRESS"), CC: cc,
		TLSProps: shim.TLSProperties{Key: key, Cert: cert},
	}
	return server.Start()
}

// credulous believes every event.
type credulous struct{ contractapi.Contract }

// Record writes what the events claim.
func (c *credulous) Record(ctx contractapi.TransactionContextInterface, batch string) (string, error) {
	events, err := wire.DecodeBatch(batch)
	if err != nil {
		return "", nil // whoever reads it has to see for himself
	}
	at, err := ctx.GetStub().GetTxTimestamp()
	if err != nil {
		return "", err
	}
	state := store.New(ctx.GetStub())
	if filepath.Base(os.Args[0]) == "refusing" {
		list := make(wire.Refused, len(events))
		for i := range events {
			list[i] = rootline.Refusal{Index: i, Error: rootline.Refuse(rootline.CodeUnknownDevice)}
		}
		return "", list
	}
	var writes []rootline.Record
	for _, sub := range events {
		claimed, err := claims(state, sub, rootline.InstantOf(at.AsTime()))
		if err != nil {
			return "", err
		}
		writes = append(writes, claimed...)
	}
	if err := state.Write(writes); err != nil {
		return "", err
	}
	receipt, err := json.Marshal(wire.Receipt{Events: len(events)})
	return string(receipt), err
}

// Get reads one record, as the real chaincode does: readiness is its endorsement.
func (c *credulous) Get(ctx contractapi.TransactionContextInterface, key string) (string, error) {
	b, err := ctx.GetStub().GetState(key)
	return string(b), err
}

// Attest says of each asset that it is established, whatever the ledger holds.
func (c *credulous) Attest(ctx contractapi.TransactionContextInterface, nonce, keys string) (string, error) {
	asked, err := wire.DecodeKeys(keys)
	if err != nil {
		return "", err
	}
	values, err := store.New(ctx.GetStub()).Values(asked)
	if err != nil {
		return "", err
	}
	for i, key := range asked {
		ref, err := wire.ParseKey(key)
		if err != nil {
			return "", err
		}
		r, err := wire.Decode(ref, values[i])
		if err != nil {
			return "", err
		}
		if asset, ok := r.(*rootline.Asset); ok {
			asset.State = "established"
			if values[i], err = wire.Encode(asset); err != nil {
				return "", err
			}
		}
	}
	return wire.EncodeAttested(&wire.Attested{Nonce: []byte(nonce), Values: values})
}

// claims are the records by which an event would have come true.
func claims(state *store.Store, sub rootline.Submission, at rootline.Instant) ([]rootline.Record, error) {
	signed, err := jws.Parse(sub.JWS)
	if err != nil {
		return nil, err
	}
	var e rootline.Event
	if err := json.Unmarshal(signed.Payload, &e); err != nil {
		return nil, err
	}
	asset := &rootline.Asset{ID: e.Asset, Kind: e.Kind, Rulebook: e.Rulebook, Maker: "ContractorMSP", Custodian: "ContractorMSP"}
	known, err := state.Get(asset.Ref())
	if err != nil {
		return nil, err
	}
	if before, ok := known.(*rootline.Asset); ok {
		copied := *before
		asset = &copied
	}
	asset.State = "established"
	asset.Link(signed.Hash(), at)
	return []rootline.Record{asset, &rootline.EventRecord{ID: e.ID, Subject: e.Asset, Seq: asset.Seq, Hash: signed.Hash(), Witnessed: at}}, nil
}
