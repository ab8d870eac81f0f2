package block

import "github.com/rootline/rootline"

// Signed is who vouches for a block and for what is in it: the signatures as they lie in the block.
type Signed struct {
	Number uint64
	Hash   rootline.Hash
	// Orderers signed the block's header and metadata, in the order of the signatures.
	Orderers []Signature
	// Transactions are in the order of the block.
	Transactions []SignedTransaction
}

// SignedTransaction is who submitted and who endorsed a transaction.
type SignedTransaction struct {
	ID    string
	Index int
	// Creator signed the whole; nil where the envelope cannot be read.
	Creator *Signature
	// Endorsements are over the outcome: what was called, what was answered, what is written. None for configurations.
	Endorsements []Signature
}

// Signature is one signature with the certificate that it is by.
type Signature struct {
	MSPID string
	// Subject and Issuer are the certificate's, in the form of RFC 2253; "" where there is no certificate.
	Subject, Issuer string
	// Serial is the certificate's number in hexadecimal.
	Serial           string
	ValidFrom, Until rootline.Instant
	// Value is the signature: ECDSA in ASN.1 DER.
	Value []byte
	// Holds says that the signature is by the certificate's key over what it stands under. That the certificate is the
	// organisation's is for the peer to say, and it said so when it took the transaction for valid.
	Holds bool
}
