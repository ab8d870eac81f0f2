package httpapi

import (
	"net/http"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge/judgetest"
)

// Every operation, and what a guest, a member, an admin and a device that was revoked after it signed in are
// answered. An operation that is not in this table fails the test.
func TestAccess(t *testing.T) {
	w := newWorks(t)
	member, admin, gone := w.signIn(w.planter), w.signIn(w.Admins[judgetest.Owner]), w.signIn(w.gone)
	w.Do(w.Admins[judgetest.Contractor], judgetest.Act(rootline.ActRevoke, rootline.RevokeData{Device: w.gone.Kid(), Reason: "lost"}))
	w.await()
	if _, err := w.files.Put(t.Context(), rootline.HashOf(photo), bytesReader("photo")); err != nil {
		t.Fatal(err)
	}
	const ok, no, revoked, bad, nothing, unfit = 200, 401, 403, 400, 404, 422
	for _, c := range []struct {
		operation, path              string
		guest, member, admin, device int
	}{
		{"record-events", "/api/v1/events", bad, bad, bad, bad},
		{"check-events", "/api/v1/events:check", bad, bad, bad, bad},
		{"get-event", "/api/v1/events/EVENT", ok, ok, ok, ok},
		{"list-assets", "/api/v1/assets", no, ok, ok, revoked},
		{"get-asset", "/api/v1/assets/TREE", ok, ok, ok, ok},
		{"list-asset-events", "/api/v1/assets/TREE/events", ok, ok, ok, ok},
		{"trace-asset", "/api/v1/assets/TREE/trace", ok, ok, ok, ok},
		{"trace-asset", "/api/v1/assets/TREE/trace?direction=forward", no, ok, ok, no},
		{"get-qr-svg", "/api/v1/assets/TREE/qr.svg", ok, ok, ok, ok},
		{"get-qr-png", "/api/v1/assets/TREE/qr.png", ok, ok, ok, ok},
		{"print-labels", "/api/v1/labels", no, unfit, unfit, revoked},
		{"list-places", "/api/v1/places", no, ok, ok, revoked},
		{"get-place", "/api/v1/places/forest/1", ok, ok, ok, ok},
		{"list-rulebooks", "/api/v1/rulebooks", ok, ok, ok, ok},
		{"get-rulebook", "/api/v1/rulebooks/forestation@1", ok, ok, ok, ok},
		{"get-rulebook", "/api/v1/rulebooks/forestation@1.yaml", ok, ok, ok, ok},
		{"list-ballots", "/api/v1/ballots", no, ok, ok, revoked},
		{"list-devices", "/api/v1/devices", no, ok, ok, revoked},
		{"get-device", "/api/v1/devices/KID", no, ok, ok, revoked},
		{"get-ledger", "/api/v1/ledger", ok, ok, ok, ok},
		{"get-block", "/api/v1/blocks/1", ok, ok, ok, ok},
		{"get-transaction", "/api/v1/transactions/none", nothing, nothing, nothing, nothing},
		{"list-findings", "/api/v1/findings", no, ok, ok, revoked},
		{"put-evidence", "/api/v1/evidence/HASH", no, bad, bad, revoked},
		{"get-evidence", "/api/v1/evidence/HASH", no, ok, ok, revoked},
		{"has-evidence", "/api/v1/evidence/HASH", no, ok, ok, revoked},
		{"sign-in", "/api/v1/session", bad, bad, bad, bad},
		{"get-session", "/api/v1/session", no, ok, ok, no},
		{"healthz", "/healthz", ok, ok, ok, ok},
		{"readyz", "/readyz", ok, ok, ok, ok},
	} {
		op := w.operation(c.operation)
		for _, who := range []struct {
			name, token string
			want        int
		}{{"guest", "", c.guest}, {"member", member, c.member}, {"admin", admin, c.admin}, {"revoked", gone, c.device}} {
			var body []byte
			if op.RequestBody != nil {
				body = []byte(`{}`) // well-formed, and nothing that could be done
			}
			r := w.ask(op.Method, w.fill(c.path), who.token, body, "Content-Type", "application/json")
			if r.status != who.want {
				t.Errorf("%s %s as %s: %d, want %d: %.200s", op.Method, c.path, who.name, r.status, who.want, r.body)
			}
			if r.status >= 400 && op.Method != http.MethodHead && (r.code() == "" || r.header.Get("Content-Type") != "application/problem+json") {
				t.Errorf("%s %s as %s: no problem: %s %.200s", op.Method, c.path, who.name, r.header.Get("Content-Type"), r.body)
			}
		}
		w.seen(c.operation)
	}
	w.seen("stream")   // TestStream
	w.seen("sign-out") // TestSignOut
	for id := range w.operations() {
		if !w.visited[id] {
			t.Errorf("the operation %s is not in the table", id)
		}
	}
}

// An operation that says nothing about who may call it is closed to all.
func TestAccessIsDeniedByDefault(t *testing.T) {
	w := newWorks(t)
	add(w.server.api, denied, get, "/api/v1/undecided", "undecided", "", w.server.healthz)
	for _, token := range []string{"", w.signIn(w.Admins[judgetest.Owner])} {
		if r := w.get("/api/v1/undecided", token); r.status != http.StatusForbidden {
			t.Errorf("answered %d", r.status)
		}
	}
}

func (w *works) operations() map[string]*huma.Operation {
	all := map[string]*huma.Operation{}
	for _, item := range w.server.OpenAPI().Paths {
		for _, op := range []*huma.Operation{item.Get, item.Put, item.Post, item.Delete, item.Head} {
			if op != nil {
				all[op.OperationID] = op
			}
		}
	}
	return all
}

func (w *works) operation(id string) *huma.Operation {
	w.t.Helper()
	op := w.operations()[id]
	if op == nil {
		w.t.Fatalf("there is no operation %s", id)
	}
	return op
}

func (w *works) seen(id string) {
	if w.visited == nil {
		w.visited = map[string]bool{}
	}
	w.visited[id] = true
}
