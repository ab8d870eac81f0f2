package block

// Stop says why blocks are not read on; "" while they are. The values are stable names.
type Stop string

// The reasons. Those of the first group are final until people have done something about them.
const (
	// StopChain: a block does not continue the chain.
	StopChain Stop = "broken-chain"
	// StopUnverified: a block does not verify against the configuration that was followed.
	StopUnverified Stop = "unverified-block"
	// StopProtocol: the ledger went over to a protocol that this build does not know.
	StopProtocol Stop = "unknown-protocol"

	// StopPeer: no peer answers that would deliver blocks.
	StopPeer Stop = "peer-unreachable"
	// StopStore: the read model cannot be written.
	StopStore Stop = "read-model"
	// StopRebuilding: the read model is built anew, and has not caught up yet.
	StopRebuilding Stop = "rebuilding"
)

// Halt is an error after which no block may be read on: who follows the blocks stops, says so, and skips nothing.
type Halt interface {
	error
	Stop() Stop
}

// Stop implements Halt.
func (b *Break) Stop() Stop { return StopChain }
