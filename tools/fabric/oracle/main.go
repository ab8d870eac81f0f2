// Command oracle says what a peer of Fabric makes of blocks, by Fabric's own packages: whether their orderers' signatures
// hold, and what becomes of each transaction. Package channel is tested against it; package proof against what it says of
// endorsements.
//
// It reads requests from its standard input, each a JSON object, and answers each with one.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/hyperledger/fabric-lib-go/common/flogging"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/proto"
)

// request asks about a block, or an endorsement.
type request struct {
	// Do is "begin" with block 0 of a channel, "try" for a block that is not kept, or "add" for one that is when it verifies;
	// "endorsed" asks about Endorsed alone.
	Do string `json:"do"`
	// Block is a common.Block.
	Block    []byte    `json:"block"`
	Endorsed *endorsed `json:"endorsed"`
}

// answer is what Fabric makes of a block.
type answer struct {
	// Refused says why the block, or the endorsement, does not verify.
	Refused string `json:"refused,omitempty"`
	// Halted says why a peer stops at a block that verifies: it takes an error for a fault of its own.
	Halted string `json:"halted,omitempty"`
	// Codes are the transactions' verdicts (peer.TxValidationCode); none when the block is refused or halts the peer.
	Codes []int `json:"codes,omitempty"`
}

func main() {
	flogging.Init(flogging.Config{Writer: io.Discard})
	if err := serve(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "oracle:", err)
		os.Exit(1)
	}
}

func serve(in io.Reader, out io.Writer) error {
	requests, answers := json.NewDecoder(in), json.NewEncoder(out)
	var p *peerOf
	for {
		var r request
		if err := requests.Decode(&r); errors.Is(err, io.EOF) {
			return p.close()
		} else if err != nil {
			return err
		}
		var a answer
		block := &common.Block{}
		err := proto.Unmarshal(r.Block, block)
		switch {
		case err != nil:
			a.Refused = err.Error()
		case r.Do == "endorsed" && r.Endorsed != nil:
			a.Refused = r.Endorsed.judge()
		case r.Do == "begin":
			if err := p.close(); err != nil {
				return err
			}
			if p, err = begin(block); err != nil {
				a.Halted = err.Error()
			}
		case p == nil:
			a.Halted = "there is no channel"
		default:
			a = p.judge(block, r.Do == "add")
		}
		if err := answers.Encode(a); err != nil {
			return err
		}
	}
}
