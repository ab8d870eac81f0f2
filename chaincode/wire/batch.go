package wire

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/limits"
	"github.com/rootline/rootline/strictcbor"
)

// MaxBatchBytes bounds the argument of Record, below what peers and orderers carry in one transaction.
const MaxBatchBytes = limits.BatchBytes

// batchVersion is the first byte of the argument of Record. The rest is CBOR, compressed with Zstandard.
const batchVersion = 1

// packed is a submission on its way: the parts of its JWS as bytes, since base64 neither compresses nor is short. What
// is no JWS in its one spelling travels as it came, for the chaincode to refuse.
type packed struct {
	Header    []byte   `cbor:"1,keyasint,omitempty"`
	Payload   []byte   `cbor:"2,keyasint,omitempty"`
	Signature []byte   `cbor:"3,keyasint,omitempty"`
	Text      string   `cbor:"4,keyasint,omitempty"`
	Proof     *proving `cbor:"5,keyasint,omitempty"`
}

type proving struct {
	_     struct{} `cbor:",toarray"`
	List  string
	Index int64
	Path  path
}

// path is bounded before it is read.
type path []rootline.Hash

// UnmarshalCBOR implements cbor.Unmarshaler.
func (p *path) UnmarshalCBOR(b []byte) error {
	if elements(b) > rootline.MaxPath {
		return fmt.Errorf("a proof has at most %d hashes", rootline.MaxPath)
	}
	return decodingBatch.Unmarshal(b, (*[]rootline.Hash)(p))
}

// EncodeBatch makes the argument of Record. It is binary.
func EncodeBatch(events []rootline.Submission) (string, error) {
	batch := make([]packed, len(events))
	for i, e := range events {
		batch[i] = pack(e)
	}
	b, err := encoding.Marshal(batch)
	if err != nil {
		return "", fmt.Errorf("wire: encode a batch: %w", err)
	}
	return string(compressor.EncodeAll(b, []byte{batchVersion})), nil
}

// DecodeBatch reads the argument of Record. Errors are *rootline.Error: too large, too many, or not a batch.
func DecodeBatch(arg string) ([]rootline.Submission, error) {
	if len(arg) > MaxBatchBytes {
		return nil, rootline.Refuse(rootline.CodeTooLarge, len(arg), MaxBatchBytes)
	}
	if arg == "" || arg[0] != batchVersion {
		return nil, rootline.Refuse(rootline.CodeMalformedEvent, rootline.Text{En: "not a batch of this version", Zh: "不是此版本的批"})
	}
	var b []byte
	err := errFrame
	if frame := []byte(arg[1:]); oneFrame(frame) {
		b, err = decompressor.DecodeAll(frame, nil)
	}
	if err != nil {
		return nil, rootline.Refuse(rootline.CodeMalformedEvent, rootline.Text{En: "a batch that does not unpack", Zh: "批无法解压"})
	}
	if n := elements(b); n > rootline.MaxBatch {
		return nil, rootline.Refuse(rootline.CodeTooMany, n, rootline.MaxBatch)
	} else if n == 0 {
		return nil, rootline.Refuse(rootline.CodeMalformedEvent, rootline.Text{En: "a batch without events", Zh: "批中没有事件"})
	}
	var batch []packed
	if err = strictcbor.Check(b, limits.BatchItems, true); err == nil {
		err = decodingBatch.Unmarshal(b, &batch)
	}
	if err != nil || len(batch) == 0 {
		return nil, rootline.Refuse(rootline.CodeMalformedEvent, rootline.Text{En: "a batch that cannot be read", Zh: "批无法读取"})
	}
	events := make([]rootline.Submission, len(batch))
	for i := range batch {
		events[i] = batch[i].unpack()
	}
	return events, nil
}

// elements is how many an array in CBOR says that it has; -1 when b begins with no array in its one form.
func elements(b []byte) int {
	if len(b) == 0 || b[0]>>5 != 4 {
		return -1
	}
	short, width := int(b[0]&31), 0
	switch short {
	case 24:
		width = 1
	case 25:
		width = 2
	case 26:
		width = 4
	default:
		if short > 24 {
			return -1
		}
		return short
	}
	if len(b) <= width {
		return -1
	}
	n := 0
	for _, c := range b[1 : 1+width] {
		n = n<<8 | int(c)
	}
	return n
}

var base64url = base64.RawURLEncoding.Strict()

func pack(s rootline.Submission) packed {
	p := packed{Text: s.JWS}
	if in := s.Inclusion; in != nil {
		p.Proof = &proving{List: in.List, Index: in.Index, Path: in.Path}
	}
	parts := strings.Split(s.JWS, ".")
	if len(parts) != 3 {
		return p
	}
	var raw [3][]byte
	for i, part := range parts {
		b, err := base64url.DecodeString(part)
		if err != nil || len(b) == 0 || base64url.EncodeToString(b) != part {
			return p
		}
		raw[i] = b
	}
	p.Text, p.Header, p.Payload, p.Signature = "", raw[0], raw[1], raw[2]
	return p
}

func (p *packed) unpack() rootline.Submission {
	s := rootline.Submission{JWS: p.Text}
	if len(p.Header) > 0 {
		s.JWS = base64url.EncodeToString(p.Header) + "." + base64url.EncodeToString(p.Payload) + "." + base64url.EncodeToString(p.Signature)
	}
	if in := p.Proof; in != nil {
		s.Inclusion = &rootline.Inclusion{List: in.List, Index: in.Index, Path: in.Path}
	}
	return s
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

// ParseRefused finds the list of refusals in the text of an error, whatever Fabric put around it. A peer may say anything:
// a list that is longer than that of a whole batch is none.
func ParseRefused(text string) (Refused, bool) {
	_, rest, ok := strings.Cut(text, refusedMarker)
	if !ok || len(rest) > limits.RefusedBytes {
		return nil, false
	}
	list := Refused{}
	// A decoder stops after the list; what follows is Fabric's. It takes one refusal after the other, so that what is too many is
	// not held.
	d := json.NewDecoder(strings.NewReader(rest))
	if open, err := d.Token(); err != nil || open != json.Delim('[') {
		return nil, false
	}
	for d.More() {
		var r rootline.Refusal
		if err := d.Decode(&r); err != nil || len(list) == rootline.MaxBatch {
			return nil, false
		}
		list = append(list, r)
	}
	if _, err := d.Token(); err != nil {
		return nil, false
	}
	return list, true
}

// RefusedAll makes the error of a transaction that is refused as a whole.
func RefusedAll(err error) error {
	var e *rootline.Error
	if errors.As(err, &e) {
		return Refused{{Index: -1, Error: e}}
	}
	return err
}
