package judge

import (
	"fmt"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/limits"
)

// sealPause is the least time between two seals, in milliseconds of witnessed time. Every answer of organisations reads the seal:
// one in each block would let no proof of several answers come to an end.
const sealPause = 10 * 60 * 1000

// Seal judges the writing of a seal. Whoever may submit transactions may seal, ten minutes after the last seal.
func (j *Judge) Seal(state State, nonce string, witnessed rootline.Instant) (*Decision, error) {
	view := newOverlay(state)
	ledger, err := get[*rootline.Ledger](view, ledgerRef)
	if err != nil {
		return nil, err
	}
	if _, err := protocolOf(view); err != nil {
		return nil, err
	}
	if ledger == nil {
		return refuseAll(rootline.Refuse(rootline.CodeNotFounded))
	}
	if err := CheckNonce(nonce); err != nil {
		return refuseAll(rootline.AsError(err))
	}
	last, err := get[*rootline.Seal](view, rootline.Ref{Space: rootline.SpaceSeal})
	if err != nil {
		return nil, err
	}
	if last != nil && witnessed < last.Witnessed+sealPause {
		return refuseAll(rootline.Refuse(rootline.CodeSealedLately, last.Witnessed, last.Witnessed+sealPause))
	}
	view.put(&rootline.Seal{Nonce: []byte(nonce), Witnessed: witnessed})
	view.keep()
	return &Decision{Writes: view.writes()}, nil
}

// CheckNonce refuses what is too short to be chosen once, or longer than any need. The error is a *rootline.Error.
func CheckNonce(nonce string) error {
	if len(nonce) < limits.NonceLeast || len(nonce) > limits.NonceMost {
		return rootline.Refuse(rootline.CodeBadCall, rootline.Text{
			En: fmt.Sprintf("a nonce has %d to %d bytes, this has %d", limits.NonceLeast, limits.NonceMost, len(nonce)),
			Zh: fmt.Sprintf("随机数为 %d 至 %d 字节，此处为 %d 字节", limits.NonceLeast, limits.NonceMost, len(nonce)),
		})
	}
	return nil
}
