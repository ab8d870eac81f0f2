package readmodel

import (
	"fmt"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/limits"
)

// kept is a name that somebody else chose.
func kept(name string) string { return block.Kept(name, limits.KeptName) }

// keptEndorsers are the first endorsers of a transaction; the last one says how many more there are.
func keptEndorsers(all []string) []string {
	out := make([]string, 0, min(len(all), limits.KeptEndorsers+1))
	for i, e := range all {
		if i == limits.KeptEndorsers {
			return append(out, fmt.Sprintf("… (%d more)", len(all)-i))
		}
		out = append(out, kept(e))
	}
	return out
}

// keptArguments are the first arguments of a transaction, to the byte where they are short. One that is cut ends in a
// mark with its length and its SHA-256; the whole lies in the block.
func keptArguments(all [][]byte) [][]byte {
	out := make([][]byte, 0, min(len(all), limits.KeptArguments+1))
	for i, arg := range all {
		if i == limits.KeptArguments {
			return append(out, fmt.Appendf(nil, "… (%d more)", len(all)-i))
		}
		if len(arg) > limits.KeptArgument {
			arg = fmt.Appendf(arg[:limits.KeptArgument:limits.KeptArgument], "… (cut from %d bytes, SHA-256 %s)", len(arg), rootline.HashOf(arg))
		}
		out = append(out, arg)
	}
	return out
}

// keptJWS is what was signed. No event is longer than its bound, but a disputed transaction may hold one.
func keptJWS(compact string) string {
	if len(compact) > limits.EventBytes {
		return block.Kept(compact, limits.KeptArgument)
	}
	return compact
}
