package contract

import (
	"fmt"
	"reflect"

	"github.com/hyperledger/fabric-contract-api-go/v2/metadata"
)

// PlainStrings hands the arguments of transactions over as they came. All of ours are single strings, and a batch is
// binary: the contract API's own serializer would write it as JSON and validate that against a schema, for nothing.
type PlainStrings struct{}

// FromString implements the contract API's TransactionSerializer.
func (PlainStrings) FromString(param string, t reflect.Type, _ *metadata.ParameterMetadata, _ *metadata.ComponentMetadata) (reflect.Value, error) {
	if t.Kind() != reflect.String {
		return reflect.Value{}, fmt.Errorf("contract: a parameter is a %s and not a string", t)
	}
	return reflect.ValueOf(param), nil
}

// ToString implements the contract API's TransactionSerializer.
func (PlainStrings) ToString(result reflect.Value, _ reflect.Type, _ *metadata.ReturnMetadata, _ *metadata.ComponentMetadata) (string, error) {
	if result.Kind() != reflect.String {
		return "", fmt.Errorf("contract: an answer is a %s and not a string", result.Kind())
	}
	return result.String(), nil
}
