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

// Attested is what organisations' peers endorsed together of the records under keys, for a proof.
type Attested struct {
	// Payload is common.Payload in the one form of docs/proof.md: the question, its answer and the endorsements.
	Payload []byte
	// Organisations are those that endorsed it, sorted.
	Organisations []string
	// Own says that the own organisation is one of them.
	Own bool
	// Records are in the order of the keys.
	Records []AttestedRecord
}

// AttestedRecord is a record in an answer.
type AttestedRecord struct {
	Key string
	// Value is nil when nothing lies there; Written says then nothing, either.
	Value   []byte
	Written *Written
}
