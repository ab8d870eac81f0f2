package proof

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/rootline/rootline"
)

// Code is the stable name of why a proof is refused, or of what it is weaker in than was asked. codes.json has them all;
// the page that verifies has the same.
type Code string

// Fault is the error of a proof that is refused.
type Fault struct {
	Code Code
	// Detail is for people who look into it, in English: which part, and what is wrong with it.
	Detail string
}

// Error implements error.
func (f *Fault) Error() string {
	if f.Detail == "" {
		return fmt.Sprintf("proof refused (%s): %s", f.Code, f.Code.Says().En)
	}
	return fmt.Sprintf("proof refused (%s): %s: %s", f.Code, f.Code.Says().En, f.Detail)
}

// The exits of who verifies: what a command gives back to its shell.
const (
	ExitValid      = 0
	ExitRefused    = 1
	ExitUnreadable = 2
	ExitWeaker     = 3
)

// described is a line of codes.json.
type described struct {
	Code Code          `json:"code"`
	Exit int           `json:"exit"`
	Says rootline.Text `json:"says"`
}

//go:embed codes.json
var codesJSON []byte

var codes = func() map[Code]described {
	var list []described
	if err := json.Unmarshal(codesJSON, &list); err != nil {
		panic("proof: codes.json: " + err.Error())
	}
	out := make(map[Code]described, len(list))
	for _, d := range list {
		out[d.Code] = d
	}
	return out
}()

// Says is what the code means, for people.
func (c Code) Says() rootline.Text { return codes[c].Says }

// Exit is ExitRefused, ExitUnreadable or ExitWeaker.
func (c Code) Exit() int { return codes[c].Exit }

// fault makes the error of a code. The detail is a format and its arguments.
func (c Code) fault(format string, args ...any) *Fault {
	if _, ok := codes[c]; !ok {
		panic("proof: a code without words: " + string(c))
	}
	return &Fault{c, fmt.Sprintf(format, args...)}
}
