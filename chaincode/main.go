// Command chaincode is Rootline's chaincode service. Each organisation runs its own; its peer connects to it.
//
// It is told by the environment: CHAINCODE_ID (the package id that the peer knows), CHAINCODE_SERVER_ADDRESS,
// CHAINCODE_TLS_KEY_FILE, CHAINCODE_TLS_CERT_FILE, and CHAINCODE_TLS_CLIENT_CA_FILE if peers must show a certificate.
// GOGC, when set, says how often garbage is collected. ROOTLINE_PPROF, a loopback address, has it serve Go's profiles there.
package main

import (
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"github.com/rootline/rootline/chaincode/contract"
	"github.com/rootline/rootline/profiling"
)

func main() {
	if err := run(); err != nil {
		slog.Error("chaincode service ended", "error", err)
		os.Exit(1)
	}
}

func run() error {
	if os.Getenv("GOGC") == "" {
		// Little of a batch lives longer than its transaction: with Go's own setting a tenth of the time goes into collecting.
		debug.SetGCPercent(400)
	}
	if addr := os.Getenv("ROOTLINE_PPROF"); addr != "" {
		if _, err := profiling.Serve(addr); err != nil {
			return fmt.Errorf("ROOTLINE_PPROF: %w", err)
		}
	}
	cc, err := contractapi.NewChaincode(contract.New(time.Now))
	if err != nil {
		return fmt.Errorf("contract: %w", err)
	}
	cc.TransactionSerializer = contract.PlainStrings{}
	tls, err := tlsProperties()
	if err != nil {
		return err
	}
	server := &shim.ChaincodeServer{
		CCID:     os.Getenv("CHAINCODE_ID"),
		Address:  os.Getenv("CHAINCODE_SERVER_ADDRESS"),
		CC:       contract.Guarded(cc),
		TLSProps: tls,
	}
	return server.Start()
}

func tlsProperties() (shim.TLSProperties, error) {
	var p shim.TLSProperties
	for name, into := range map[string]*[]byte{
		"CHAINCODE_TLS_KEY_FILE":       &p.Key,
		"CHAINCODE_TLS_CERT_FILE":      &p.Cert,
		"CHAINCODE_TLS_CLIENT_CA_FILE": &p.ClientCACerts,
	} {
		file := os.Getenv(name)
		if file == "" {
			continue
		}
		b, err := os.ReadFile(file)
		if err != nil {
			return p, fmt.Errorf("%s: %w", name, err)
		}
		*into = b
	}
	if p.Key == nil || p.Cert == nil {
		return p, fmt.Errorf("CHAINCODE_TLS_KEY_FILE and CHAINCODE_TLS_CERT_FILE name the service's key and certificate")
	}
	return p, nil
}
