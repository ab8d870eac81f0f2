package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/fabric"
	"github.com/rootline/rootline/network"
)

// problem is what a gateway answers when it says no.
type problem struct {
	Type   string        `json:"type"`
	Status int           `json:"status"`
	Code   rootline.Code `json:"code"`
	Says   rootline.Text `json:"says"`
	Detail string        `json:"detail"`
}

// Requests that are not even a batch of events are refused whole, by the gateway and by the chaincode.
func TestBadRequestsAreRefusedWhole(t *testing.T) {
	w := site(t)
	peer := straight(t, network.Owner, false)
	before, err := peer.Height(t.Context())
	w.ok(err)
	many := `{"events":[` + strings.Repeat(`{"jws":"a.b.c"},`, 1000) + `{"jws":"a.b.c"}]}`
	for _, c := range []struct {
		name, body string
		status     int
		gateway    rootline.Code
		chaincode  rootline.Code
	}{
		{"10 MB", `{"events":[{"jws":"` + strings.Repeat("x", 10<<20) + `"}]}`, http.StatusRequestEntityTooLarge, rootline.CodeTooLarge, rootline.CodeTooLarge},
		{"1,001 events", many, http.StatusRequestEntityTooLarge, rootline.CodeTooMany, rootline.CodeTooMany},
		{"no events", `{"events":[]}`, http.StatusBadRequest, rootline.CodeBadRequest, rootline.CodeMalformedEvent},
		{"not JSON", `events`, http.StatusBadRequest, rootline.CodeBadRequest, rootline.CodeMalformedEvent},
		{"nothing", ``, http.StatusBadRequest, rootline.CodeBadRequest, rootline.CodeMalformedEvent},
		{"an unknown name", `{"events":[{"jws":"a.b.c"}],"force":true}`, http.StatusBadRequest, rootline.CodeBadRequest, rootline.CodeMalformedEvent},
		{"a name twice", `{"events":[{"jws":"a.b.c"}],"events":[]}`, http.StatusBadRequest, rootline.CodeBadRequest, rootline.CodeMalformedEvent},
		{"deep JSON", `{"events":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `}`, http.StatusBadRequest, rootline.CodeBadRequest, rootline.CodeMalformedEvent},
		{"bytes that are not UTF-8", "{\"events\":[{\"jws\":\"\xff\"}]}", http.StatusBadRequest, rootline.CodeBadRequest, rootline.CodeMalformedEvent},
		{"a float", `{"events":[{"jws":"a.b.c","inclusion":{"list":"L","index":1.5,"path":[]}}]}`, http.StatusBadRequest, rootline.CodeBadRequest, rootline.CodeMalformedEvent},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, path := range []string{"/api/v1/events", "/api/v1/events:check"} {
				a := fetch(t, http.MethodPost, gatewayURL(0)+path, c.body, "Content-Type", "application/json")
				var p problem
				err := json.Unmarshal([]byte(a.body), &p)
				if err != nil || a.status != c.status || p.Code != c.gateway || p.Status != a.status {
					t.Errorf("%s: HTTP %d, %.300s; want %d %s", path, a.status, a.body, c.status, c.gateway)
				}
				if !strings.HasPrefix(a.header.Get("Content-Type"), "application/problem+json") || p.Type != "/problems/"+string(p.Code) {
					t.Errorf("%s: %s of type %q", path, a.header.Get("Content-Type"), p.Type)
				}
			}
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			arg := c.body
			if c.chaincode == rootline.CodeTooMany { // what is wrong is the number, and not the form
				var encoded error
				if arg, encoded = wire.EncodeBatch(make([]rootline.Submission, rootline.MaxBatch+1)); encoded != nil {
					t.Fatal(encoded)
				}
			}
			err := peer.Transact(ctx, wire.FnRecord, arg)
			var refused *fabric.Refused
			if !errors.As(err, &refused) || len(refused.List) != 1 || refused.List[0].Error.Code != c.chaincode {
				t.Errorf("the chaincode says %.300v, %.300v; want %s", err, errors.Unwrap(err), c.chaincode)
			}
		})
	}
	if after, err := peer.Height(t.Context()); err != nil || after != before {
		t.Errorf("the chain went from %d to %d blocks (%v)", before, after, err)
	}
}
