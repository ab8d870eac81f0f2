package wire

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/strictjson"
)

// MaxBatchBytes bounds the argument of Record, below what peers and orderers carry in one transaction.
const MaxBatchBytes = 8 << 20

// batch is the argument of Record.
type batch struct {
	Events []rootline.Submission `json:"events"`
}

// EncodeBatch makes the argument of Record.
func EncodeBatch(events []rootline.Submission) (string, error) {
	b, err := json.Marshal(batch{Events: events})
	return string(b), err
}

// DecodeBatch reads the argument of Record. Errors are *rootline.Error: too large, too many, or not a batch.
func DecodeBatch(arg string) ([]rootline.Submission, error) {
	if len(arg) > MaxBatchBytes {
		return nil, rootline.Refuse(rootline.CodeTooLarge, len(arg), MaxBatchBytes)
	}
	var b batch
	if err := strictjson.Decode([]byte(arg), &b); err != nil {
		return nil, rootline.Refuse(rootline.CodeMalformedEvent, err.Error())
	}
	if n := len(b.Events); n > rootline.MaxBatch {
		return nil, rootline.Refuse(rootline.CodeTooMany, n, rootline.MaxBatch)
	} else if n == 0 {
		return nil, rootline.Refuse(rootline.CodeMalformedEvent, "a batch without events")
	}
	return b.Events, nil
}

// Receipt is the answer of Record, Found and Confirm.
type Receipt struct {
	// Events is how many events the transaction records; repeated ones do not count again.
	Events int `json:"events"`
}

// Refused is the error of a transaction that the chaincode refuses: which events and why. Fabric keeps only the text
// of an error, so the list travels inside it, behind a marker.
type Refused []rootline.Refusal

const refusedMarker = "ROOTLINE-REFUSED "

// Error gives the text that carries the list.
func (r Refused) Error() string {
	b, err := json.Marshal([]rootline.Refusal(r))
	if err != nil {
		return refusedMarker + "[]"
	}
	return refusedMarker + string(b)
}

// ParseRefused finds the list of refusals in the text of an error, whatever Fabric put around it.
func ParseRefused(text string) (Refused, bool) {
	_, rest, ok := strings.Cut(text, refusedMarker)
	if !ok {
		return nil, false
	}
	var list []rootline.Refusal
	// A decoder stops after the list; what follows is Fabric's.
	if err := json.NewDecoder(strings.NewReader(rest)).Decode(&list); err != nil {
		return nil, false
	}
	return Refused(list), true
}

// RefusedAll makes the error of a transaction that is refused as a whole.
func RefusedAll(err error) error {
	var e *rootline.Error
	if errors.As(err, &e) {
		return Refused{{Index: -1, Error: e}}
	}
	return err
}
