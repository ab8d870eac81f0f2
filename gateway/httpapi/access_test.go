package httpapi

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/web/page"
)

// asker is one who asks: a guest, a device of each role and organisation, and devices that have come to their end.
type asker struct {
	name, organisation, role, token string
}

// askers signs everyone in.
func askers(w *works) (all []asker) {
	all = append(all, asker{name: "guest"})
	for _, msp := range []string{judgetest.Owner, judgetest.Contractor, judgetest.Supervisor, judgetest.Regulator} {
		all = append(all, asker{msp + " admin", msp, rootline.RoleAdmin, w.signIn(w.Admins[msp])})
		for _, role := range judgetest.Roles[msp] {
			person := w.Enrol(msp, role)
			w.await()
			all = append(all, asker{msp + " " + role, msp, role, w.signIn(person)})
		}
	}
	late := w.Enrol(judgetest.Contractor, "planter")
	w.await()
	all = append(all,
		asker{"revoked", judgetest.Contractor, "planter", w.signIn(w.gone)},
		asker{"expired", judgetest.Contractor, "planter", w.signIn(late)})
	admin := w.Admins[judgetest.Contractor]
	w.Do(admin, judgetest.Act(rootline.ActRevoke, rootline.RevokeData{Device: w.gone.Kid(), Reason: "lost"}))
	w.Do(admin, judgetest.Act(rootline.ActRenew, rootline.RenewData{Device: late.Kid(), Until: rootline.InstantOf(time.Now())}))
	w.await()
	time.Sleep(2 * time.Millisecond)
	return all
}

// rights says what the answers to a route are: to guests, and to devices by their roles, "*" for all others. A role
// may stand with its organisation.
type rights struct {
	guest   int
	members map[string]int
}

func everyone(status int) rights { return rights{status, map[string]int{"*": status}} }

func members(status int) rights { return rights{http.StatusUnauthorized, map[string]int{"*": status}} }

func only(status int, who ...string) rights {
	r := members(http.StatusForbidden)
	for _, name := range who {
		r.members[name] = status
	}
	return r
}

func (r rights) of(a asker) (status int, code rootline.Code) {
	if a.role == "" {
		return r.guest, ""
	}
	status = r.members["*"]
	for _, name := range []string{a.role, a.organisation + " " + a.role} {
		if s, ok := r.members[name]; ok {
			status = s
		}
	}
	// One that came to its end is a guest, who is told why.
	switch ended := r.guest == http.StatusUnauthorized; {
	case ended && a.name == "revoked":
		return http.StatusForbidden, rootline.CodeDeviceRevoked
	case ended && a.name == "expired":
		return http.StatusForbidden, rootline.CodeDeviceExpired
	case a.name == "revoked" || a.name == "expired":
		return r.guest, ""
	}
	return status, ""
}

// table says who may use each route, and what they are answered. A status other than 401 and 403 says that they were let
// in: 400, 404 and 422 come from the work itself, which has nothing to do with an empty body.
var table = []struct {
	route, path string
	rights
}{
	{"POST /api/v1/events", "/api/v1/events", everyone(400)},
	{"POST /api/v1/events:check", "/api/v1/events:check", everyone(400)},
	{"GET /api/v1/events/:id", "/api/v1/events/EVENT", everyone(200)},
	{"GET /api/v1/assets", "/api/v1/assets", members(200)},
	{"POST /api/v1/assets:resolve", "/api/v1/assets:resolve", members(400)},
	{"GET /api/v1/map", "/api/v1/map", members(200)},
	{"GET /api/v1/tiles", "/api/v1/tiles", members(200)},
	{"GET /api/v1/tiles/:z/:x/:y", "/api/v1/tiles/3/6/2", members(404)},
	{"GET /api/v1/events", "/api/v1/events", members(200)},
	{"GET /api/v1/assets/:id", "/api/v1/assets/TREE", everyone(200)},
	{"GET /api/v1/assets/:id/codes", "/api/v1/assets/TREE/codes", members(200)},
	{"GET /api/v1/assets/:id/events", "/api/v1/assets/TREE/events", everyone(200)},
	{"GET /api/v1/assets/:id/check", "/api/v1/assets/TREE/check", everyone(200)},
	{"GET /api/v1/assets/:id/signed", "/api/v1/assets/TREE/signed", everyone(200)},
	// Nobody attests here: TestProofs has what is answered, e2e the rest.
	{"GET /api/v1/assets/:id/proof", "/api/v1/assets/TREE/proof", everyone(503)},
	{"GET /api/v1/assets/:id/proof", "/api/v1/assets/TREE/proof?seal=true", members(503)},
	{"GET /api/v1/codes/:code/absence", "/api/v1/codes/95200010000000000000/absence", everyone(503)},
	{"GET /api/v1/proof/anchor", "/api/v1/proof/anchor", everyone(200)},
	{"POST /api/v1/proofs", "/api/v1/proofs?changedFrom=yesterday", members(400)},
	{"GET /api/v1/proofs", "/api/v1/proofs", members(200)},
	{"GET /api/v1/proofs/:id", "/api/v1/proofs/0190c5b2-0000-7000-8000-000000000000", members(404)},
	{"DELETE /api/v1/proofs/:id", "/api/v1/proofs/0190c5b2-0000-7000-8000-000000000000", members(404)},
	{"GET /api/v1/proofs/:id/file", "/api/v1/proofs/0190c5b2-0000-7000-8000-000000000000/file", members(404)},
	// Who asks says who it is by its signature; here the channel's configuration is not known.
	{"POST /api/v1/proofs:sign", "/api/v1/proofs:sign", everyone(503)},
	{"GET /api/v1/tags/:id", "/api/v1/tags/TREE", everyone(404)},
	{"GET /api/v1/assets/:id/trace", "/api/v1/assets/TREE/trace", everyone(200)},
	{"GET /api/v1/assets/:id/trace", "/api/v1/assets/TREE/trace?direction=forward", members(200)},
	{"GET /api/v1/assets/:id/qr.svg", "/api/v1/assets/TREE/qr.svg", everyone(200)},
	{"GET /api/v1/assets/:id/qr.png", "/api/v1/assets/TREE/qr.png", everyone(200)},
	// Of forestation@1, which is adopted here: nurseries make trees; planters and supervisors replace damaged tags.
	{"POST /api/v1/labels", "/api/v1/labels", only(422, "admin", "manager", "importer", "nursery", "planter", "supervisor")},
	{"GET /api/v1/labels/templates", "/api/v1/labels/templates", only(200, "admin", "manager", "importer", "nursery", "planter", "supervisor")},
	{"GET /api/v1/figures", "/api/v1/figures?zone=480", members(200)},
	{"GET /api/v1/refusals", "/api/v1/refusals", members(200)},
	{"GET /api/v1/progress", "/api/v1/progress?place=forest", members(200)},
	{"GET /api/v1/waiting", "/api/v1/waiting", members(200)},
	{"GET /api/v1/contracts", "/api/v1/contracts", members(200)},
	{"GET /api/v1/contracts/:id", "/api/v1/contracts/TREE", members(404)},
	{"GET /api/v1/contracts/:id/lines", "/api/v1/contracts/TREE/lines", members(404)},
	{"GET /api/v1/contracts/:id/variations", "/api/v1/contracts/TREE/variations", members(404)},
	{"GET /api/v1/contracts/:id/claims", "/api/v1/contracts/TREE/claims", members(404)},
	{"GET /api/v1/contracts/:id/orders", "/api/v1/contracts/TREE/orders", members(404)},
	{"GET /api/v1/contracts/:id/table", "/api/v1/contracts/TREE/table", members(404)},
	{"GET /api/v1/contracts/:id/ocds", "/api/v1/contracts/TREE/ocds", members(404)},
	{"GET /api/v1/contracts/:id/oc4ids", "/api/v1/contracts/TREE/oc4ids", members(404)},
	{"GET /api/v1/claims/:id/sheet", "/api/v1/claims/TREE/sheet", members(404)},
	{"POST /api/v1/contracts/:id/credit-transfer", "/api/v1/contracts/TREE/credit-transfer", members(404)},
	{"GET /api/v1/exports/assets", "/api/v1/exports/assets", members(200)},
	{"GET /api/v1/exports/events", "/api/v1/exports/events?format=xlsx", members(200)},
	{"GET /api/v1/exports/places", "/api/v1/exports/places", members(200)},
	{"GET /api/v1/exports/devices", "/api/v1/exports/devices", members(200)},
	{"GET /api/v1/assets/:id/dependants", "/api/v1/assets/TREE/dependants", members(200)},
	{"GET /api/v1/recalls", "/api/v1/recalls", members(200)},
	{"GET /api/v1/recalls/:id", "/api/v1/recalls/EVENT", members(404)},
	{"GET /api/v1/recalls/:id/assets", "/api/v1/recalls/EVENT/assets", members(200)},
	{"GET /api/v1/places", "/api/v1/places", members(200)},
	{"GET /api/v1/places.geojson", "/api/v1/places.geojson", members(200)},
	{"GET /api/v1/places/*id", "/api/v1/places/forest/1", everyone(200)},
	{"GET /api/v1/rulebooks", "/api/v1/rulebooks", everyone(200)},
	{"GET /api/v1/rulebooks/:name", "/api/v1/rulebooks/forestation@1", everyone(200)},
	{"GET /api/v1/rulebooks/:name", "/api/v1/rulebooks/forestation@1.yaml", everyone(200)},
	{"GET /api/v1/rulebooks/:name/changes", "/api/v1/rulebooks/forestation@1/changes?to=forestation@1", members(200)},
	{"GET /api/v1/rulebooks/:name/examples", "/api/v1/rulebooks/forestation@1/examples", members(200)},
	{"POST /api/v1/rulebooks:check", "/api/v1/rulebooks:check", members(200)},
	{"POST /api/v1/rulebooks:try", "/api/v1/rulebooks:try", members(200)},
	{"GET /api/v1/ballots", "/api/v1/ballots", members(200)},
	{"GET /api/v1/devices", "/api/v1/devices", members(200)},
	{"GET /api/v1/invitations", "/api/v1/invitations", only(200, "admin")},
	{"GET /api/v1/devices/:kid", "/api/v1/devices/KID", members(200)},
	{"GET /api/v1/devices/:kid/open", "/api/v1/devices/KID/open", members(200)},
	{"GET /api/v1/ledger", "/api/v1/ledger", everyone(200)},
	{"GET /api/v1/blocks/:number", "/api/v1/blocks/1", everyone(200)},
	{"GET /api/v1/blocks/:number/signatures", "/api/v1/blocks/1/signatures", members(200)},
	{"GET /api/v1/search", "/api/v1/search?q=TREE", everyone(200)},
	{"GET /api/v1/transactions/:id", "/api/v1/transactions/none", everyone(404)},
	{"GET /api/v1/findings", "/api/v1/findings", members(200)},
	{"PUT /api/v1/evidence/:sha256", "/api/v1/evidence/HASH", members(400)},
	{"PATCH /api/v1/evidence/:sha256", "/api/v1/evidence/HASH", members(400)},
	{"GET /api/v1/evidence/:sha256", "/api/v1/evidence/HASH", members(200)},
	{"GET /api/v1/evidence/:sha256/picture", "/api/v1/evidence/HASH/picture", everyone(404)}, // a text: TestPicture, TestReleasedPhotos
	{"HEAD /api/v1/evidence/:sha256", "/api/v1/evidence/HASH", members(200)},
	{"POST /api/v1/session", "/api/v1/session", everyone(400)},
	{"GET /api/v1/session", "/api/v1/session", members(200)},
	{"GET /healthz", "/healthz", everyone(200)},
	{"GET /readyz", "/readyz", everyone(200)},
	{"GET /install", "/install", everyone(404)}, // there is a local CA in TestInstall
	{"HEAD /install", "/install", everyone(404)},
	{"GET /install/root.crt", "/install/root.crt", everyone(404)},
	{"HEAD /install/root.crt", "/install/root.crt", everyone(404)},
	{"GET /install/root.mobileconfig", "/install/root.mobileconfig", everyone(404)},
	{"HEAD /install/root.mobileconfig", "/install/root.mobileconfig", everyone(404)},
	{"GET /metrics", "/metrics", everyone(200)},
	{"HEAD /metrics", "/metrics", everyone(200)},
	{"GET /8004/:code", "/8004/TREE", everyone(200)},
	{"HEAD /8004/:code", "/8004/TREE", everyone(200)},
	{"GET /8004/:code/check", "/8004/TREE/check", everyone(200)},
	{"HEAD /8004/:code/check", "/8004/TREE/check", everyone(200)},
	{"GET " + page.StylesheetPath, page.StylesheetPath, everyone(200)},
	{"HEAD " + page.StylesheetPath, page.StylesheetPath, everyone(200)},
	{"GET /openapi.json", "/openapi.json", everyone(200)},
	{"GET /openapi.yaml", "/openapi.yaml", everyone(200)},
	{"GET /openapi-3.0.json", "/openapi-3.0.json", everyone(200)},
	{"GET /openapi-3.0.yaml", "/openapi-3.0.yaml", everyone(200)},
}

// elsewhere are the routes that other tests go through, for all who ask.
var elsewhere = []string{
	"GET /api/v1/stream",     // TestStream, TestFindingsAreForMembers, TestStreamTellsADeviceOfItsEnd
	"DELETE /api/v1/session", // TestSignOut
}

// Every route that is registered, for everyone who may ask. A route that is not in the table fails the test.
func TestAccess(t *testing.T) {
	w := newWorks(t)
	all := askers(w)
	w.putPhoto()
	seen := map[string]bool{}
	for _, c := range table {
		seen[c.route] = true
		method, _, _ := strings.Cut(c.route, " ")
		for _, a := range all {
			var body []byte
			if method == http.MethodPost || method == http.MethodPut || method == http.MethodPatch {
				body = []byte(`{}`) // well-formed, and nothing that could be done
			}
			want, code := c.of(a)
			r := w.ask(method, w.fill(c.path), a.token, body, "Content-Type", "application/json")
			if r.status != want || code != "" && method != http.MethodHead && r.code() != code {
				t.Errorf("%s %s as %s: %d %s, want %d %s: %.200s", method, c.path, a.name, r.status, r.code(), want, code, r.body)
			}
			if r.status >= 400 && method != http.MethodHead && (r.code() == "" || r.header.Get("Content-Type") != "application/problem+json") {
				t.Errorf("%s %s as %s: no problem: %s %.200s", method, c.path, a.name, r.header.Get("Content-Type"), r.body)
			}
		}
	}
	for _, r := range w.server.engine.Routes() {
		route := r.Method + " " + strings.ReplaceAll(r.Path, `\:`, ":")
		if !seen[route] && !slices.Contains(elsewhere, route) {
			t.Errorf("%s is not in the table", route)
		}
		if w.server.declared[route] == nil {
			t.Errorf("nobody said who may use %s", route)
		}
		delete(seen, route)
	}
	for route := range seen {
		t.Errorf("%s is in the table, and no route", route)
	}
}

// A route for which nobody said who may use it cannot be registered, and one that got past that is closed to all.
func TestAccessIsDeniedByDefault(t *testing.T) {
	w := newWorks(t)
	for name, register := range map[string]func(){
		"operation": func() { add(w.server.api, nil, get, "/api/v1/undecided", "undecided", "", w.server.healthz) },
		"page":      func() { w.server.page(w.server.engine, nil, "/undecided", stylesheet) },
		"past add":  func() { huma.Get(w.server.api, "/api/v1/undecided", w.server.healthz) },
		"wrong type": func() {
			huma.Register(w.server.api, huma.Operation{Method: get, Path: "/x", Metadata: map[string]any{accessKey: "public"}}, w.server.healthz)
		},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if caught := recover(); caught == nil || !strings.Contains(fmt.Sprint(caught), "who may use") {
					t.Errorf("registered: %v", caught)
				}
			}()
			register()
		})
	}
	for _, token := range []string{"", w.signIn(w.Admins[judgetest.Owner])} {
		if r := w.get("/api/v1/undecided", token); r.status != http.StatusNotFound {
			t.Errorf("answered %d", r.status)
		}
	}
}

// operations are those of the API's description, by their ids.
func (w *works) operations() map[string]*huma.Operation {
	all := map[string]*huma.Operation{}
	for _, item := range w.server.OpenAPI().Paths {
		for _, op := range []*huma.Operation{item.Get, item.Put, item.Post, item.Delete, item.Head, item.Patch} {
			if op != nil {
				all[op.OperationID] = op
			}
		}
	}
	return all
}
