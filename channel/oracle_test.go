package channel

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
)

// oracle is a process of Fabric's own packages (tools/fabric/oracle), which says what a peer makes of blocks. Every block
// that these tests verify is shown to it, too, unless they are run with -short: building it takes a minute or two the
// first time.
type oracle struct {
	requests *json.Encoder
	answers  *json.Decoder
	asked    int
}

// said is an answer of the oracle.
type said struct {
	Refused, Halted string
	Codes           []Code
}

// theOracle is started by the first test that asks, and ends with its standard input.
var theOracle = sync.OnceValues(func() (*oracle, error) {
	c := exec.Command("go", "run", "./oracle")
	c.Dir, c.Stderr = "../tools/fabric", os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	return &oracle{requests: json.NewEncoder(in), answers: json.NewDecoder(out)}, c.Start()
})

// askOracle begins a channel with block 0 at the oracle. It is nil with -short.
func askOracle(t testing.TB, genesis *Block) *oracle {
	t.Helper()
	if testing.Short() {
		return nil
	}
	o, err := theOracle()
	if err != nil {
		t.Fatal(err)
	}
	if a := o.ask(t, "begin", genesis); a.Halted != "" {
		t.Fatalf("Fabric does not begin: %s", a.Halted)
	}
	return o
}

// ask shows the oracle a block.
func (o *oracle) ask(t testing.TB, do string, b *Block) said {
	t.Helper()
	o.asked++
	var a said
	err := o.requests.Encode(struct {
		Do    string `json:"do"`
		Block []byte `json:"block"`
	}{do, pack(delivered(b))})
	if err == nil {
		err = o.answers.Decode(&a)
	}
	if errors.Is(err, io.EOF) {
		err = errors.New("the oracle ended")
	}
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// delivered is a block as Fabric's message.
func delivered(b *Block) *common.Block {
	return &common.Block{
		Header:   &common.BlockHeader{Number: b.Number, PreviousHash: b.Previous, DataHash: b.DataHash},
		Data:     &common.BlockData{Data: b.Envelopes},
		Metadata: &common.BlockMetadata{Metadata: [][]byte{b.Signatures, {}, {}, {}, {}}},
	}
}

// agree holds what package channel made of a block against what Fabric makes of it. The block is kept at the oracle when
// it verified here.
func (o *oracle) agree(t testing.TB, b *Block, verdicts []Verdict, err error) {
	t.Helper()
	if o == nil {
		return
	}
	do := "add"
	if err != nil {
		do = "try"
	}
	if why := differs(o.ask(t, do, b), verdicts, err); why != "" {
		t.Errorf("block %d: %s", b.Number, why)
	}
}

// try is agree for a block that is kept nowhere.
func (o *oracle) try(t testing.TB, b *Block, verdicts []Verdict, err error) string {
	t.Helper()
	return differs(o.ask(t, "try", b), verdicts, err)
}

// differs says how Fabric's answer differs from what was computed.
func differs(a said, verdicts []Verdict, err error) string {
	var fault *Fault
	switch {
	case errors.As(err, &fault):
		// A peer of Fabric does not look at the number of the configuration's block, which orderers do; it stops at a
		// configuration that does not follow; and it recomputes all.
		if a.Refused == "" && a.Halted == "" && fault.Kind != FaultLastConfig && fault.Kind != FaultConfig && fault.Kind != FaultFlags {
			return fmt.Sprintf("refused here (%v), and Fabric says %v", err, a.Codes)
		}
	case err != nil:
		return err.Error()
	case a.Refused != "":
		return fmt.Sprintf("verified here, and Fabric refuses it: %s", a.Refused)
	case a.Halted != "":
		// A peer that breaks down, or takes its own error for a fault of its disk, has no verdict to compare with.
		valid := 0
		for _, v := range verdicts {
			if v.Computed && v.Code == Valid {
				valid++
			}
		}
		if valid < len(verdicts) {
			return ""
		}
		return fmt.Sprintf("%v here, and a peer stops: %s", verdicts, a.Halted)
	case len(a.Codes) != len(verdicts):
		return fmt.Sprintf("%d verdicts, and Fabric has %d", len(verdicts), len(a.Codes))
	}
	if err != nil {
		return ""
	}
	for i, v := range verdicts {
		if v.Computed && v.Code != a.Codes[i] {
			return fmt.Sprintf("transaction %d is %s here (%s), and Fabric says %s", i, v.Code, v.Why, a.Codes[i])
		}
	}
	return ""
}
