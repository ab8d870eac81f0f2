// Package wire is what chaincode and gateways agree on: names of functions, keys and encodings of records, the form of
// a batch and of a refusal. Whoever writes and whoever reads use the same few functions, so they cannot drift apart.
package wire

// Contract is the name of the one contract of the chaincode, its default.
const Contract = "Contract"

// Chaincode is the name under which the chaincode is deployed on the channel.
const Chaincode = "rootline"

// The transactions of the contract, by their names on the wire. Each is called by this one spelling, with one argument; Attest
// with two.
const (
	// FnFound founds the ledger: one argument, a rootline.Founding in JSON. Called once, by a Fabric admin.
	FnFound = "Found"
	// FnConfirm confirms the founding for the caller's organisation: one argument, the JWS of the enrol event of its
	// first admin device. Called by the organisation's Fabric admin.
	FnConfirm = "Confirm"
	// FnRecord records a batch of signed events: one argument, made by EncodeBatch.
	FnRecord = "Record"
	// FnGet reads one record: one argument, its key. It is evaluated, not submitted.
	FnGet = "Get"
	// FnAttest reads records for a proof: two arguments, a nonce and the keys, made by EncodeKeys; it answers with an
	// Attested. It is endorsed by several organisations and not submitted: their signatures cover the records and, in what
	// was read, where each was last written.
	FnAttest = "Attest"
	// FnSeal writes the Seal, by which later answers show that they are not of before it: one argument, a nonce.
	FnSeal = "Seal"
)

// AdminOU is the organisational unit by which Fabric's NodeOUs tell an organisation's admins.
const AdminOU = "admin"
