package strictjson

import (
	"strings"
	"testing"

	"github.com/rootline/rootline/fuzzing"
)

type doc struct {
	Name string         `json:"name"`
	N    int64          `json:"n,omitzero"`
	Deep map[string]any `json:"deep,omitempty"`
}

func TestDecode(t *testing.T) {
	for _, c := range []struct{ name, in, reason string }{
		{"good", `{"name":"a","n":9007199254740991}`, ""},
		{"space around", " {\"name\":\"a\"}\n", ""},
		{"unknown name", `{"name":"a","x":1}`, "unknown name"},
		{"other case", `{"Name":"a"}`, "unknown name"},
		{"twice", `{"name":"a","name":"b"}`, "name given twice"},
		{"twice, escaped", `{"name":"a","n\u0061me":"b"}`, "name given twice"},
		{"float", `{"n":1.5}`, "integer"},
		{"exponent", `{"n":1e3}`, "integer"},
		{"negative zero", `{"n":-0}`, "integer"},
		{"too large", `{"n":9007199254740992}`, "integer"},
		{"wrong type", `{"name":1}`, "type"},
		{"two values", `{"name":"a"}{}`, "more than one"},
		{"two scalars", `1 2`, "more than one"},
		{"nothing", ``, "not JSON"},
		{"cut", `{"name":`, "unexpected EOF"},
		{"deep", `{"deep":` + strings.Repeat(`{"a":`, 20) + `1` + strings.Repeat(`}`, 21), "nested deeper"},
		{"not UTF-8", "{\"name\":\"\xff\"}", "UTF-8"},
		{"half a surrogate", `{"name":"\ud800"}`, "surrogate"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var d doc
			err := Decode([]byte(c.in), &d)
			if c.reason == "" {
				if err != nil {
					t.Fatalf("refused: %v", err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.reason) {
				t.Fatalf("got %v, want %q", err, c.reason)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"name":"a","n":1,"deep":{"x":[1,2]}}`))
	for _, set := range []map[string]string{goodJSON, strictlyRefused, notJSON} {
		for _, in := range set {
			if len(in) < 1000 {
				fuzzing.Bytes(f, []byte(in))
			}
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		agrees(t, b)
		var d doc
		_ = Decode(b, &d)
	})
}
