// Package block is a block of the ledger as Rootline reads it, without Fabric's types, and the rules by which blocks
// hash and follow each other. Whoever re-reads the ledger and whoever talks to it share this form.
package block

import (
	"github.com/rootline/rootline"
	"github.com/rootline/rootline/channel"
)

// Block is one block of the channel.
type Block struct {
	// Number counts from 0, the genesis block.
	Number uint64
	// Hash is the hash of the header, computed here from its three members; the next block names it as Previous.
	Hash rootline.Hash
	// Previous is the header's claim of the block before; zero in block 0.
	Previous rootline.Hash
	// DataHash is the header's claim of what the block holds.
	DataHash rootline.Hash
	// Computed is the hash of what the block does hold. Where it differs from DataHash the block was altered.
	Computed rootline.Hash
	// Bytes is the length of the envelopes together.
	Bytes int
	// By is the MSP id of the organisation whose peer delivered it; "" where nobody says.
	By string
	// Raw is the block as it was delivered, to verify it by; nil where nobody does.
	Raw *channel.Block
	// Transactions are in the order in which they took effect.
	Transactions []Transaction
}

// Transaction is one envelope of a block.
type Transaction struct {
	// ID is Fabric's transaction id; configuration blocks may have none.
	ID string
	// Index is the position in the block, from 0.
	Index int
	// Code is the peer's verdict, Fabric's TxValidationCode, with its name ("MVCC_READ_CONFLICT"); 0 is VALID.
	Code     int32
	CodeName string
	// Valid says that the transaction took effect. It is this organisation's own peer that says so.
	Valid bool
	// Type is Fabric's header type: "ENDORSER_TRANSACTION" for calls of a chaincode, "CONFIG" and others besides.
	Type    string
	Channel string
	// Chaincode is what ran, by the endorsed result, Function the call's first argument as spelled by the caller, Args the
	// others. All are empty unless a chaincode was called.
	Chaincode, Function string
	Args                []string
	Creator             Creator
	// Endorsers are the MSP ids of those who endorsed, in the order of the endorsements.
	Endorsers []string
	// Timestamp is the time that the transaction claims, cut to the millisecond.
	Timestamp rootline.Instant
	// Writes are what it writes to the world state, in all namespaces, in the order of namespaces and keys.
	Writes []Write
	// Apart are the namespaces in whose private collections it did something.
	Apart []string
	// Malformed says why the envelope could not be read whole; "" when it could. What was read is filled in.
	Malformed string
	// Envelope is the transaction as it lies in the block, signatures and all.
	Envelope []byte
}

// Creator is the Fabric identity that submitted a transaction.
type Creator struct {
	MSPID string
	// Name is the common name in its certificate; "" where there is none.
	Name string
	// Admin says that its certificate carries the NodeOU "admin".
	Admin bool
}

// Write is one key's new value.
type Write struct {
	// Namespace is the chaincode whose state it is; a transaction may write into others than the one it called.
	Namespace, Key string
	// Value is nil when Delete is set.
	Value  []byte
	Delete bool
}

// WritesTo returns the writes into one chaincode's state, in the order of their keys.
func (t *Transaction) WritesTo(namespace string) []Write {
	var out []Write
	for _, w := range t.Writes {
		if w.Namespace == namespace {
			out = append(out, w)
		}
	}
	return out
}
