package proof

import (
	"github.com/rootline/rootline"
)

// Kind says what a proof is about.
type Kind uint64

// The kinds of proofs.
const (
	KindItem    Kind = 1
	KindAbsence Kind = 2
	KindSet     Kind = 3
)

var kinds = map[Kind]string{KindItem: "item", KindAbsence: "absence", KindSet: "set"}

// String is the kind's name.
func (k Kind) String() string { return kinds[k] }

// version is that of the format, and of the anchor's.
const version = 1

// Bundle is a proof taken apart: docs/proof.md, "Format", says what each member holds and in which order. Encode writes what
// is there; that it is in order and proves anything is for Verify to say.
type Bundle struct {
	Kind Kind
	// Subject is the code of the item, the code that is absent, or the scope of the set.
	Subject string
	// Configurations begin with the pinned one.
	Configurations []Configuration
	// Answers are common.Payload.
	Answers [][]byte
	Events  []Event
	// Acts are the JWS of invitations, enrolments and renewals.
	Acts []JWS
	// Confirms are common.Envelope.
	Confirms   [][]byte
	Headers    []Header
	Blocks     []Block
	Rulebooks  []Rulebook
	Neighbours []Neighbours
	Set        *Set
	Voices     []Voice
}

// Configuration is a block that holds a configuration of the channel.
type Configuration struct {
	Number uint64
	// Previous is the hash of the block before it, empty for block 0.
	Previous []byte
	// Envelope is nil where whoever verifies has it already: that of the first may be.
	Envelope []byte
	// Signatures are nil for the first, which is pinned by its hash.
	Signatures *Signatures
}

// Signatures are the orderers' signatures on a block.
type Signatures struct {
	// Value is what they signed beside the header: common.Metadata.value.
	Value []byte
	By    []Signature
}

// Signature is one orderer's.
type Signature struct {
	// Identifier is common.IdentifierHeader, Signature ECDSA in DER.
	Identifier, Signature []byte
}

// JWS is a JWS in its three parts, decoded.
type JWS struct{ Header, Payload, Signature []byte }

// Event is a signed event.
type Event struct {
	JWS
	// Inclusion proves its code's place on a list; nil when it needs none, or none is given.
	Inclusion *rootline.Inclusion
	// Attestation is the act that let it in after its device's end; nil when it came by itself.
	Attestation *JWS
}

// Header is the header of a block that holds no configuration.
type Header struct {
	Number         uint64
	Previous, Data []byte
	Signatures     Signatures
}

// Block is what a block holds, whose header is among the headers.
type Block struct {
	Number    uint64
	Envelopes [][]byte
}

// Rulebook is the text of a rulebook that the item or one of its events lives under.
type Rulebook struct {
	// Ballot is the name of the ballot by which it was adopted, which has its hash.
	Ballot string
	Text   []byte
}

// Neighbours are the codes of a list between which an absent one would be.
type Neighbours struct {
	List string
	// Before is nil when the absent code would be the first, After when it would be the last.
	Before, After *Place
}

// Place is a code's place on a list.
type Place struct {
	Index uint64
	Code  string
	Path  []rootline.Hash
}

// Set is a list of items at a block, by their codes.
type Set struct {
	// Net is the ledger's id.
	Net   string
	Block uint64
	Hash  rootline.Hash
	Made  rootline.Instant
	// Maker is the MSP id of the organisation whose gateway made the list; its signature is among the voices.
	Maker string
	Items []Item
}

// Item is an item of a set.
type Item struct {
	Code string `json:"code"`
	// Seq is how many events it has, which lead to Head.
	Seq  uint64        `json:"seq"`
	Head rootline.Hash `json:"head"`
	// Proof is the SHA-256 of the item's own proof; nil when there is none.
	Proof *rootline.Hash `json:"proof,omitempty"`
}

// Voice is an organisation's signature on a set.
type Voice struct {
	// Identity is msp.SerializedIdentity, Signature ECDSA in DER.
	Identity, Signature []byte
}
