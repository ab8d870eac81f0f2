package wire

import (
	"fmt"
	"slices"

	"github.com/fxamacker/cbor/v2"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/limits"
)

// AlwaysAttested are the keys that every question of Attest holds: the founding, which says of which ledger the answer is,
// and the newest seal, before which it cannot be.
var AlwaysAttested = []string{
	Key(rootline.Ref{Space: rootline.SpaceLedger}), Key(rootline.Ref{Space: rootline.SpaceSeal}),
}

// decodingKeys reads the keys of Attest. An array is all that is in them.
var decodingKeys = decoder(limits.AttestedKeys, fewest, batchNesting)

// decodingAttested reads an answer of Attest: a map with an array in it.
var decodingAttested = decoder(limits.AttestedKeys, fewest, batchNesting)

// EncodeKeys makes the second argument of Attest: the keys sorted bytewise, each once, with those of AlwaysAttested. It is
// binary.
func EncodeKeys(keys []string) (string, error) {
	all := slices.Concat(keys, AlwaysAttested)
	slices.Sort(all)
	b, err := encoding.Marshal(slices.Compact(all))
	if err != nil {
		return "", fmt.Errorf("wire: encode keys: %w", err)
	}
	return string(b), nil
}

// DecodeKeys reads what EncodeKeys makes, in that one form. The error is a *rootline.Error.
func DecodeKeys(arg string) ([]string, error) {
	if len(arg) > limits.AttestedKeys*(limits.AttestedKey+3)+3 {
		return nil, rootline.Refuse(rootline.CodeTooLarge, len(arg), limits.AttestedKeys*(limits.AttestedKey+3)+3)
	}
	if n := elements([]byte(arg)); n > limits.AttestedKeys {
		return nil, rootline.Refuse(rootline.CodeBadCall, rootline.Text{
			En: fmt.Sprintf("%d keys are asked for, %d may be", n, limits.AttestedKeys), Zh: fmt.Sprintf("请求了 %d 个键，最多 %d 个", n, limits.AttestedKeys),
		})
	}
	var keys []string
	if err := decodingKeys.Unmarshal([]byte(arg), &keys); err != nil || len(keys) == 0 {
		return nil, rootline.Refuse(rootline.CodeBadCall, rootline.Text{En: "the keys cannot be read", Zh: "无法读取键"})
	}
	for _, key := range keys {
		if ref, err := ParseKey(key); err != nil || !formed(ref) || len(key) > limits.AttestedKey {
			return nil, rootline.Refuse(rootline.CodeBadCall, rootline.Text{
				En: fmt.Sprintf("%q is no key of a record", key[:min(len(key), 64)]), Zh: fmt.Sprintf("%q 不是记录的键", key[:min(len(key), 64)]),
			})
		}
	}
	if again, err := EncodeKeys(keys); err != nil || again != arg {
		return nil, rootline.Refuse(rootline.CodeBadCall, rootline.Text{En: "the keys are not sorted, each once, the founding's and the seal's among them", Zh: "键须排序、各不重复，并包含建账记录和封记"})
	}
	return keys, nil
}

// formed reports whether a reference has an id of the form that its namespace has: under any other nothing can lie, and that
// nothing does would look like a word about the id that it resembles.
func formed(ref rootline.Ref) bool {
	switch ref.Space {
	case rootline.SpaceAsset, rootline.SpaceTag:
		return rootline.ValidCode(ref.ID)
	case rootline.SpaceEvent:
		return rootline.ValidEventID(ref.ID)
	}
	return true
}

// Attested is the answer of Attest.
type Attested struct {
	// Nonce is the question's.
	Nonce []byte `cbor:"1,keyasint"`
	// Values are the records' bytes in the order of the keys; nil for a key under which nothing lies.
	Values [][]byte `cbor:"2,keyasint"`
}

// EncodeAttested makes the answer of Attest. It is binary.
func EncodeAttested(a *Attested) (string, error) {
	values := make([]cbor.RawMessage, len(a.Values))
	for i, v := range a.Values {
		if len(v) == 0 {
			values[i] = null
			continue
		}
		b, err := encoding.Marshal(v)
		if err != nil {
			return "", fmt.Errorf("wire: encode an answer: %w", err)
		}
		values[i] = b
	}
	b, err := encoding.Marshal(&struct {
		Nonce  []byte            `cbor:"1,keyasint"`
		Values []cbor.RawMessage `cbor:"2,keyasint"`
	}{a.Nonce, values})
	if err != nil {
		return "", fmt.Errorf("wire: encode an answer: %w", err)
	}
	return string(b), nil
}

var null = cbor.RawMessage{0xf6}

// DecodeAttested reads what EncodeAttested makes.
func DecodeAttested(b []byte) (*Attested, error) {
	a := new(Attested)
	if err := decodingAttested.Unmarshal(b, a); err != nil {
		return nil, fmt.Errorf("wire: decode an answer: %w", err)
	}
	return a, nil
}
