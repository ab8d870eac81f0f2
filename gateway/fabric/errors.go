package fabric

import (
	"fmt"

	"github.com/rootline/rootline/chaincode/wire"
)

// The errors of this package are sorted by what to do about them. Whatever else comes back is a fault of this
// program, and nothing was sent.

// Refused says that the chaincode at the own peer refused: nothing was sent to the orderers.
type Refused struct {
	// List names the refused events and why. An entry with Index -1 stands for the transaction as a whole.
	List wire.Refused
}

// Error implements error.
func (e *Refused) Error() string {
	return fmt.Sprintf("refused by the chaincode: %d reasons", len(e.List))
}

// Unwrap gives the list as an error.
func (e *Refused) Unwrap() error { return e.List }

// Conflict says that the transaction is in a block and took no effect. Propose anew.
type Conflict struct {
	TxID string
	// Code is Fabric's validation code by name. MVCC_READ_CONFLICT and PHANTOM_READ_CONFLICT come from others who wrote
	// the same keys; anything else deserves an operator's look.
	Code string
	// Block is where it lies.
	Block uint64
}

// Error implements error.
func (e *Conflict) Error() string {
	return fmt.Sprintf("transaction %s took no effect in block %d: %s", e.TxID, e.Block, e.Code)
}

// Contended reports whether the cause is others who wrote the same keys.
func (e *Conflict) Contended() bool {
	return e.Code == "MVCC_READ_CONFLICT" || e.Code == "PHANTOM_READ_CONFLICT"
}

// Mismatch says that the own peer endorsed, and others did not agree with it: they stand at another height, or they
// judge otherwise. Nothing was sent. Propose anew.
type Mismatch struct {
	// Others is what peers of other organisations refused, when they did. A peer that is behind may refuse what stands.
	Others wire.Refused
	Err    error
}

// Error implements error.
func (e *Mismatch) Error() string { return "the endorsements do not agree: " + e.Err.Error() }

// Unwrap gives Fabric's error.
func (e *Mismatch) Unwrap() error { return e.Err }

// Unavailable says that peers or orderers could not be reached, or would not work. Nothing was sent to the orderers:
// trying again is safe.
type Unavailable struct{ Err error }

// Error implements error.
func (e *Unavailable) Error() string { return "the network does not answer: " + e.Err.Error() }

// Unwrap gives Fabric's error.
func (e *Unavailable) Unwrap() error { return e.Err }

// Unknown says that the transaction may have reached an orderer, and may still commit. Resolve it before anything of
// it is proposed again.
type Unknown struct {
	TxID string
	Err  error
}

// Error implements error.
func (e *Unknown) Error() string {
	return fmt.Sprintf("the fate of transaction %s is unknown: %v", e.TxID, e.Err)
}

// Unwrap gives Fabric's error.
func (e *Unknown) Unwrap() error { return e.Err }
