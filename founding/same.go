package founding

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/rootline/rootline"
)

// ErrNotFounded says that there is nothing to confirm yet.
var ErrNotFounded = errors.New("the ledger is not founded yet. One organisation founds it, then all confirm")

// TooOldError says that the ledger was founded before the first release: it has no protocol number, and is judged by rules
// that no version knows any more.
type TooOldError struct{ Net string }

// Error implements error.
func (e *TooOldError) Error() string {
	return fmt.Sprintf("the ledger %s was founded before the first release of Rootline and cannot go on with this version. It is left as it is", e.Net)
}

// DifferentError says that the ledger was founded with other organisations than those expected.
type DifferentError struct {
	// MSPID is the first organisation that differs; Reason is how.
	MSPID, Reason string
}

// Error implements error.
func (e *DifferentError) Error() string {
	return fmt.Sprintf("the ledger was founded otherwise than expected: %s %s", e.MSPID, e.Reason)
}

// OtherGenesisError says that the organisation's peer is on a channel that begins with another block than the one pinned.
type OtherGenesisError struct{ Pinned, Peer rootline.Hash }

// Error implements error.
func (e *OtherGenesisError) Error() string {
	return fmt.Sprintf("block 0 of the channel at the peer is %s and not %s, the one pinned. Compare the hash with the other organisations before anything else", e.Peer, e.Pinned)
}

// same checks that the ledger was founded with these organisations, under these titles, prefixes and roles.
func same(ctx context.Context, admin Admin, ledger *rootline.Ledger, organisations []rootline.Organisation) error {
	expected := map[string]bool{}
	for _, want := range organisations {
		expected[want.MSPID] = true
		have, err := read[*rootline.Organisation](ctx, admin, want.Ref())
		if err != nil {
			return err
		}
		if have == nil {
			return &DifferentError{want.MSPID, "is not one of its organisations"}
		}
		if have.Title != want.Title || have.Prefix != want.Prefix || !slices.Equal(have.Roles, want.Roles) {
			return &DifferentError{want.MSPID, fmt.Sprintf("is there with the title %q, the prefix %s and the roles %v", have.Title.En, have.Prefix, have.Roles)}
		}
	}
	for _, msp := range ledger.Organisations {
		if !expected[msp] {
			return &DifferentError{msp, "is one of its organisations as well"}
		}
	}
	return nil
}
