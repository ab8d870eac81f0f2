package channel

import "fmt"

// Fault is the error of a block that does not verify. It says nothing about the channel: whoever delivered the block
// altered it, or delivered another channel's.
type Fault struct {
	// Kind is a stable name, one of those below.
	Kind string
	// Block is the number of the block.
	Block uint64
	// Detail is for people who look into it, in English.
	Detail string
}

// The kinds of faults.
const (
	// FaultGenesis: block 0 does not have the pinned hash.
	FaultGenesis = "genesis"
	// FaultNumber: the block's number is not the next one.
	FaultNumber = "number"
	// FaultPrevious: the block does not name the one before it.
	FaultPrevious = "previous-hash"
	// FaultData: the block does not hold what its header says.
	FaultData = "data-hash"
	// FaultEnvelope: an envelope is not in its one form: a border was moved, or bytes were added.
	FaultEnvelope = "envelope"
	// FaultSignatures: fewer than a quorum of the channel's orderers signed the block.
	FaultSignatures = "signatures"
	// FaultLastConfig: the block names another block as the one with the channel's configuration.
	FaultLastConfig = "last-config"
	// FaultConfig: the configuration in the block does not follow the one before it, or cannot be read.
	FaultConfig = "configuration"
	// FaultFlags: the block holds a transaction whose fate is not recomputed, and comes without a peer's verdicts.
	FaultFlags = "flags"
)

// Error implements error.
func (f *Fault) Error() string {
	return fmt.Sprintf("block %d does not verify (%s): %s", f.Block, f.Kind, f.Detail)
}

func (b *Block) fault(kind, format string, args ...any) *Fault {
	return &Fault{Kind: kind, Block: b.Number, Detail: fmt.Sprintf(format, args...)}
}
