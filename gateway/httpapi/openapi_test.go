package httpapi

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/judge/judgetest"
)

// described is the API's own description, with a validator of its schemas.
type described struct {
	compiler *jsonschema.Compiler
}

func describe(t *testing.T, w *works) *described {
	t.Helper()
	r := w.get("/openapi.json", "")
	if r.status != http.StatusOK {
		t.Fatalf("%d", r.status)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(r.body))
	if err != nil {
		t.Fatal(err)
	}
	d := &described{compiler: jsonschema.NewCompiler()}
	d.compiler.DefaultDraft(jsonschema.Draft2020)
	if err := d.compiler.AddResource("openapi.json", doc); err != nil {
		t.Fatal(err)
	}
	var head struct {
		OpenAPI string `json:"openapi"`
	}
	if r.into(t, &head); head.OpenAPI != "3.1.0" {
		t.Errorf("OpenAPI %s", head.OpenAPI)
	}
	return d
}

// check validates an answer against what the description says of it.
func (d *described) check(t *testing.T, path, method string, r *result, kind string) {
	t.Helper()
	pointer := strings.NewReplacer("~", "~0", "/", "~1").Replace
	status := statusText(r.status)
	schema, err := d.compiler.Compile("openapi.json#/paths/" + escape(pointer(path)) + "/" + strings.ToLower(method) + "/responses/" + status + "/content/" + escape(pointer(kind)) + "/schema")
	if err != nil {
		t.Errorf("%s %s %s: not described: %v", method, path, status, err)
		return
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(r.body))
	if err != nil {
		t.Errorf("%s %s: %v", method, path, err)
		return
	}
	if err := schema.Validate(v); err != nil {
		t.Errorf("%s %s answers otherwise than described: %v\n%.600s", method, path, err, r.body)
	}
}

// escape writes a JSON pointer as the fragment of a URL.
func escape(pointer string) string {
	return strings.NewReplacer("%", "%25", "{", "%7B", "}", "%7D", ":", "%3A").Replace(pointer)
}

// What the API answers is what its description says, right and wrong answers alike.
func TestAnswersAreAsDescribed(t *testing.T) {
	w := newWorks(t)
	w.putPhoto()
	d := describe(t, w)
	token := w.signIn(w.planter)
	sub := w.Sign(w.nursery, w.newTree(judgetest.Code(judgetest.Contractor)))
	for _, c := range []struct{ path, at string }{
		{"/api/v1/events/{id}", "/api/v1/events/EVENT"},
		{"/api/v1/assets", "/api/v1/assets?kind=tree&limit=5"},
		{"/api/v1/assets/{id}", "/api/v1/assets/TREE"},
		{"/api/v1/assets/{id}/events", "/api/v1/assets/TREE/events"},
		{"/api/v1/assets/{id}/trace", "/api/v1/assets/TREE/trace?direction=forward"},
		{"/api/v1/assets/{id}/dependants", "/api/v1/assets/TREE/dependants"},
		{"/api/v1/recalls", "/api/v1/recalls"},
		{"/api/v1/recalls/{id}/assets", "/api/v1/recalls/EVENT/assets"},
		{"/api/v1/places", "/api/v1/places"},
		{"/api/v1/places/{id}", "/api/v1/places/forest/1"},
		{"/api/v1/rulebooks", "/api/v1/rulebooks"},
		{"/api/v1/rulebooks/{name}", "/api/v1/rulebooks/forestation@1"},
		{"/api/v1/ballots", "/api/v1/ballots"},
		{"/api/v1/devices", "/api/v1/devices?limit=2"},
		{"/api/v1/devices/{kid}", "/api/v1/devices/KID"},
		{"/api/v1/ledger", "/api/v1/ledger"},
		{"/api/v1/blocks/{number}", "/api/v1/blocks/5"},
		{"/api/v1/findings", "/api/v1/findings"},
		{"/api/v1/session", "/api/v1/session"},
		{"/healthz", "/healthz"},
		{"/readyz", "/readyz"},
	} {
		d.check(t, c.path, "get", w.get(w.fill(c.at), token), "application/json")
	}
	d.check(t, "/api/v1/invitations", "get", w.get("/api/v1/invitations?state=all", w.signIn(w.Admins[judgetest.Owner])), "application/json")
	d.check(t, "/api/v1/invitations", "get", w.get("/api/v1/invitations", token), "application/problem+json")
	d.check(t, "/api/v1/assets/{id}/dependants", "get", w.get(w.fill("/api/v1/assets/TREE/dependants?recall=EVENT"), token), "application/problem+json")
	var b Block
	w.get("/api/v1/blocks/5", "").into(t, &b)
	d.check(t, "/api/v1/transactions/{id}", "get", w.get("/api/v1/transactions/"+b.Transactions[0].ID, ""), "application/json")
	w.peer.Stop, w.peer.Detail = block.StopChain, "the chain is broken"
	d.check(t, "/readyz", "get", w.get("/readyz", ""), "application/json")
	body := EventsBody{Events: []rootline.Submission{sub}}
	d.check(t, "/api/v1/events:check", "post", w.post("/api/v1/events:check", body), "application/json")
	d.check(t, "/api/v1/events", "post", w.post("/api/v1/events?wait=10s", body), "application/json")
	w.latency = 200 * time.Millisecond
	next := EventsBody{Events: []rootline.Submission{w.Sign(w.nursery, w.newTree(judgetest.Code(judgetest.Contractor)))}}
	d.check(t, "/api/v1/events", "post", w.post("/api/v1/events", next), "application/json")
	refused := w.post("/api/v1/events", EventsBody{Events: []rootline.Submission{{JWS: "x"}, {JWS: "y"}}})
	d.check(t, "/api/v1/events", "post", refused, "application/problem+json")
	d.check(t, "/api/v1/events", "post", w.post("/api/v1/events", EventsBody{}), "application/problem+json")
	d.check(t, "/api/v1/assets:resolve", "post", w.postAs(token, "/api/v1/assets:resolve", ResolveBody{Codes: []string{w.tree, "95200020000000000000"}}), "application/json")
	d.check(t, "/api/v1/assets", "get", w.get("/api/v1/assets", ""), "application/problem+json")
	d.check(t, "/api/v1/assets/{id}", "get", w.get("/api/v1/assets/95200020000000000000", ""), "application/problem+json")
	begun := w.postAs(token, "/api/v1/proofs?place=forest", struct{}{})
	d.check(t, "/api/v1/proofs", "post", begun, "application/json")
	var j ProofJob
	begun.into(t, &j)
	d.check(t, "/api/v1/proofs/{id}", "get", w.get("/api/v1/proofs/"+j.ID, token), "application/json")
	d.check(t, "/api/v1/proofs", "get", w.get("/api/v1/proofs", token), "application/json")
	d.check(t, "/api/v1/proofs/{id}/file", "get", w.get("/api/v1/proofs/"+w.event+"/file", token), "application/problem+json")
	d.check(t, "/api/v1/proofs:sign", "post", w.post("/api/v1/proofs:sign", struct{}{}), "application/problem+json")
	signIn := map[string]string{"jws": w.signInJWS(w.planter, rootline.TypSignIn, nil)}
	d.check(t, "/api/v1/session", "post", w.post("/api/v1/session", signIn), "application/json")
	d.check(t, "/api/v1/session", "post", w.post("/api/v1/session", signIn), "application/problem+json")
}

// Every operation says what it is for, and who may call it.
func TestDescriptionIsWhole(t *testing.T) {
	w := newWorks(t)
	n := 0
	for id, op := range w.operations() {
		n++
		if op.Summary == "" {
			t.Errorf("%s has no summary", id)
		}
		who, _ := op.Metadata[accessKey].(*access)
		if (who != public) != (len(op.Security) > 0) {
			t.Errorf("%s: access %v, security %v", id, who, op.Security)
		}
		wrong := false
		for status, r := range op.Responses {
			if status >= "400" && r.Content["application/problem+json"] != nil {
				wrong = true
			}
		}
		if !wrong {
			t.Errorf("%s describes no problem", id)
		}
	}
	if n < 28 {
		t.Errorf("only %d operations", n)
	}
}
