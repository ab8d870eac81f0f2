package proof

import (
	"encoding/json"
	"regexp"
	"slices"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/limits"
	"github.com/rootline/rootline/strictjson"
)

// Anchor is what whoever verifies must have from elsewhere: which ledger, and whose word counts. Every organisation publishes it.
type Anchor struct {
	// Version is that of the anchor's form: 1.
	Version int    `json:"version"`
	Channel string `json:"channel"`
	// Block and Hash are of a block with a configuration: block 0, or a later one that was followed to.
	Block uint64        `json:"block"`
	Hash  rootline.Hash `json:"hash"`
	// Net is the ledger's own id.
	Net string `json:"net"`
	// Members are the MSP ids of the organisations whose word counts, ascending; K of them must have vouched.
	Members []string `json:"members"`
	K       int      `json:"k"`
}

// LeastVouching is the least K that an anchor may have.
const LeastVouching = 2

var netForm = regexp.MustCompile(`^[0-9a-f]{32}$`)

// ParseAnchor reads an anchor in JSON. The error is a *Fault with the code anchor.
func ParseAnchor(b []byte) (*Anchor, error) {
	if len(b) > limits.AnchorBytes {
		return nil, codeAnchor.fault("it has %d bytes; %d at most are read", len(b), limits.AnchorBytes)
	}
	a := new(Anchor)
	err := strictjson.NoNull(b, "")
	if err == nil {
		err = strictjson.Decode(b, a)
	}
	if err != nil {
		return nil, codeAnchor.fault("%v", err)
	}
	if fault := a.wrong(); fault != nil {
		return nil, fault
	}
	return a, nil
}

func (a *Anchor) wrong() *Fault {
	distinct := true
	for i := 1; i < len(a.Members); i++ {
		distinct = distinct && a.Members[i-1] < a.Members[i]
	}
	switch {
	case a.Version != version:
		return codeAnchor.fault("it is of version %d; this program knows %d", a.Version, version)
	case a.Channel == "" || a.Hash.IsZero() || a.Block > maxNumber:
		return codeAnchor.fault("channel, block and hash are needed")
	case !netForm.MatchString(a.Net):
		return codeAnchor.fault("net is 32 hexadecimal digits")
	case !distinct || slices.ContainsFunc(a.Members, func(m string) bool { return !rootline.ValidMSPID(m) }):
		return codeAnchor.fault("members are MSP ids, ascending, each once")
	case a.K < LeastVouching || a.K > len(a.Members):
		return codeAnchor.fault("k is from %d to the number of members", LeastVouching)
	}
	return nil
}

// Encode gives the anchor in JSON, ending with a line's end.
func (a *Anchor) Encode() []byte {
	b, err := json.MarshalIndent(a, "", "  ")
	if err != nil {
		panic("proof: an anchor is always encodable: " + err.Error())
	}
	return append(b, '\n')
}

// AnchorOf is the anchor of the members of a ledger, pinned at block 0. More than half of them and of those who may fail must vouch.
func AnchorOf(channel string, hash rootline.Hash, net string, members []string) *Anchor {
	members = slices.Sorted(slices.Values(members))
	n := len(members)
	return &Anchor{Version: version, Channel: channel, Hash: hash, Net: net, Members: members, K: max(LeastVouching, (n+(n-1)/3+2)/2)}
}

// own is the anchor that a proof itself would have: for who was given none, and says so.
func (b *Bundle) own(config *channel.Config, net string) *Anchor {
	return AnchorOf(config.Channel(), rootline.Hash{}, net, config.Organisations())
}
