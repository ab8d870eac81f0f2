package httpapi

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "write docs/openapi.json anew")

// TestDescriptionInTheRepository holds docs/openapi.json, which the pages' types are checked against, to what the gateway
// says of itself.
func TestDescriptionInTheRepository(t *testing.T) {
	const path = "../../docs/openapi.json"
	w := newWorks(t)
	var doc map[string]json.RawMessage
	w.get("/openapi.json", "").into(t, &doc)
	delete(doc, "servers") // each gateway's own
	var is bytes.Buffer
	encoder := json.NewEncoder(&is)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(doc); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(path, is.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	was, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(was, is.Bytes()) {
		t.Error("docs/openapi.json is out of date; run: go test ./gateway/httpapi -run Description -update")
	}
}
