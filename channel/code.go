package channel

import "strconv"

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
	// Broken says that this program broke down at the transaction: another build may do better.
	Broken bool
	// Decides says of one that is not recomputed that whether others take effect, or what they lead to, depends on it: it holds a
	// configuration, changes the chaincodes' definitions, or could not be read.
	Decides bool
	// Why says why the transaction is invalid or not recomputed; "" for valid ones.
	Why string
}

// names are Fabric's.
var names = map[Code]string{
	0: "VALID", 1: "NIL_ENVELOPE", 2: "BAD_PAYLOAD", 3: "BAD_COMMON_HEADER", 4: "BAD_CREATOR_SIGNATURE",
	5: "INVALID_ENDORSER_TRANSACTION", 6: "INVALID_CONFIG_TRANSACTION", 7: "UNSUPPORTED_TX_PAYLOAD", 8: "BAD_PROPOSAL_TXID",
	9: "DUPLICATE_TXID", 10: "ENDORSEMENT_POLICY_FAILURE", 11: "MVCC_READ_CONFLICT", 12: "PHANTOM_READ_CONFLICT",
	13: "UNKNOWN_TX_TYPE", 14: "TARGET_CHAIN_NOT_FOUND", 15: "MARSHAL_TX_ERROR", 16: "NIL_TXACTION", 17: "EXPIRED_CHAINCODE",
	18: "CHAINCODE_VERSION_CONFLICT", 19: "BAD_HEADER_EXTENSION", 20: "BAD_CHANNEL_HEADER", 21: "BAD_RESPONSE_PAYLOAD",
	22: "BAD_RWSET", 23: "ILLEGAL_WRITESET", 24: "INVALID_WRITESET", 25: "INVALID_CHAINCODE", 254: "NOT_VALIDATED", 255: "INVALID_OTHER_REASON",
}

// String is the verdict's name in Fabric.
func (c Code) String() string {
	if name, ok := names[c]; ok {
		return name
	}
	return strconv.Itoa(int(c))
}
