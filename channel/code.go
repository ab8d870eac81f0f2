package channel

// Code is Fabric's verdict on a transaction (peer.TxValidationCode).
type Code byte

// The verdicts.
const (
	Valid                    Code = 0
	BadPayload               Code = 2
	BadCommonHeader          Code = 3
	BadCreatorSignature      Code = 4
	InvalidEndorsement       Code = 5
	UnsupportedPayload       Code = 7
	BadTransactionID         Code = 8
	DuplicateTransactionID   Code = 9
	EndorsementPolicyFailure Code = 10
	ReadConflict             Code = 11
	BadHeaderExtension       Code = 19
	BadResponsePayload       Code = 21
	BadReadWriteSet          Code = 22
	IllegalWriteSet          Code = 23
	InvalidChaincode         Code = 25
	NotValidated             Code = 254
	InvalidOtherReason       Code = 255
)

// Verdict is what became of a transaction.
type Verdict struct {
	// Code is what was computed; where Computed is not set, what the peer said.
	Code     Code
	Computed bool
	// Why says why the transaction is invalid or not recomputed; "" for valid ones.
	Why string
}
