package block

// CommitHash is what an organisation's peer says of a block: the hash over the verdicts of all transactions so far.
type CommitHash struct {
	MSPID string
	// Hash is empty when the peer gave the block without one.
	Hash []byte
	// Err is why the peer did not give the block; nil when it did.
	Err error
}
