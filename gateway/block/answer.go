package block

// Answer is what one organisation's peer holds under a key, as it endorsed it.
type Answer struct {
	MSPID string
	// Value is the record's bytes; empty when there is none.
	Value []byte
	// Written says where the key was last written; nil for a key that never was.
	Written *Written
	// Holds says that the endorsement is by the key of the certificate that names MSPID, over this answer to this question.
	Holds bool
}

// Written is where a value was written: a block, and the index of the transaction in it.
type Written struct {
	Block    uint64
	Position int
}
