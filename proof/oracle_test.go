package proof

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/rootline/rootline/channel"
)

// endorsedRequest asks the oracle, a process of Fabric's own packages, about an endorsement.
type endorsedRequest struct {
	Do       string           `json:"do"`
	Endorsed endorsedQuestion `json:"endorsed"`
}

type endorsedQuestion struct {
	Configuration []byte `json:"configuration"`
	Response      []byte `json:"response"`
	Identity      []byte `json:"identity"`
	Signature     []byte `json:"signature"`
}

// takes reports whether a verifier takes an endorsement by itself.
func takes(config *channel.Config, a *channel.Answer, e channel.Endorsement) bool {
	id, err := config.Identity(e.Identity)
	return err == nil && !id.Revoked() && id.Peer() && id.Verify(e.Signature, a.Message(e)...) == nil
}

// Whatever is taken as an endorsement here, Fabric's own packages take: of all answers, good and tampered with. They take more:
// certificates outside the profile of proofs, and signatures with something in them that nobody looks at.
func TestFabricTakesTheEndorsementsThatProofsTake(t *testing.T) {
	if testing.Short() {
		t.Skip("building Fabric's packages takes two minutes the first time")
	}
	c := exec.CommandContext(t.Context(), "go", "run", "./oracle")
	c.Dir, c.Stderr = "../tools/fabric", os.Stderr
	in := must(c.StdinPipe())
	out := must(c.StdoutPipe())
	must(0, c.Start())
	requests, answers := json.NewEncoder(in), json.NewDecoder(out)
	asked := map[[sha256.Size]byte]bool{}
	taken, both, wider := 0, 0, 0
	ask := func(name string, envelope []byte, config *channel.Config, raw []byte) {
		a, err := channel.ParseAnswer(raw)
		if err != nil {
			return
		}
		for _, e := range a.Endorsements {
			q := endorsedQuestion{envelope, a.Response, e.Identity, e.Signature}
			sum := sha256.Sum256(must(json.Marshal(q)))
			if asked[sum] {
				continue
			}
			asked[sum] = true
			must(0, requests.Encode(endorsedRequest{"endorsed", q}))
			var said struct{ Refused string }
			must(0, answers.Decode(&said))
			switch here := takes(config, a, e); {
			case here && said.Refused != "":
				t.Errorf("%s: taken here, and Fabric says: %s", name, said.Refused)
			case here:
				taken++
			case said.Refused != "":
				both++
			default:
				wider++
			}
		}
	}
	for _, c := range tampers(t) {
		b, err := Decode(c.bytes)
		if err != nil {
			continue
		}
		v := &verification{Bundle: b, anchor: c.anchor, configured: map[uint64]bool{}, report: &Report{}}
		if v.followConfigurations() != nil {
			continue
		}
		last := b.Configurations[len(b.Configurations)-1].Envelope
		for i, raw := range b.Answers {
			ask(fmt.Sprintf("%s, answer %d", c.Name, i), last, v.configs[len(v.configs)-1], raw)
		}
	}
	t.Logf("%d endorsements: %d taken here and there, %d refused by both, %d by this side alone", len(asked), taken, both, wider)
	if taken < 100 || both < 50 {
		t.Errorf("too few were compared")
	}
	must(0, in.Close())
	if err := c.Wait(); err != nil {
		t.Error(err)
	}
}
