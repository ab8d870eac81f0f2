package httpapi

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/gateway/readmodel/readmodeltest"
	"github.com/rootline/rootline/judge/judgetest"
)

// signedBytes are the routes that give what devices signed, as they signed it: see docs/privacy.md.
var signedBytes = map[string]bool{
	"GET /api/v1/assets/:id/signed": true,
}

// canary is something that guests must not find.
type canary struct{ what, text string }

// canaries are what guests must not find of what happened here, in the spellings in which it could stand in an answer.
func canaries(t *testing.T, w *works, exact rootline.Position) (all []canary) {
	t.Helper()
	devices, err := readmodeltest.View(t, w.store).Devices(readmodel.DeviceFilter{}, readmodel.Page{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range devices.Items {
		all = append(all, canary{"a device's kid", d.Kid}, canary{"a device's key", d.Key.X})
		if d.Name != "admin" { // the word is also a role
			all = append(all, canary{"a pseudonym", `"` + d.Name + `"`}, canary{"a pseudonym", " " + d.Name + "<"})
		}
	}
	invitations, err := readmodeltest.View(t, w.store).Invitations(readmodel.Page{})
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range invitations.Items {
		all = append(all, canary{"an invitation", i.Kid})
	}
	for _, n := range []int64{exact.Lat, exact.Lon} {
		all = append(all, canary{"an exact position", fmt.Sprint(n)}, canary{"an exact position", fmt.Sprintf("%d.%06d", n/1_000_000, n%1_000_000)})
	}
	if len(all) < 20 {
		t.Fatalf("only %d canaries", len(all))
	}
	return all
}

// Guests ask every route that there is, for all that they may have in hand: codes, ids of events, blocks. What they are
// answered has no device, pseudonym, exact position or invitation in it. Members find them, so the test can.
func TestGuestsSeeWhatTheTableSays(t *testing.T) {
	w := newWorks(t)
	w.putPhoto()
	exact := rootline.Position{Point: rootline.Point{Lat: 38_912_347, Lon: 115_912_389}, Accuracy: 7}
	w.Do(w.nursery, &rootline.Event{Asset: w.tree, Action: "lift", Rulebook: book, Place: &exact, Data: json.RawMessage(`{"rootBall":500}`),
		Evidence: []rootline.Evidence{{SHA256: rootline.HashOf(photo), Type: "image/jpeg", Size: int64(len(photo))}}})
	w.await()
	hidden := canaries(t, w, exact)
	found := func(body []byte) (all []string) {
		for _, part := range base64Texts.FindAll(body, -1) { // what was signed is inside
			if plain, err := base64.RawURLEncoding.DecodeString(string(part)); err == nil {
				body = append(body, plain...)
			}
		}
		for _, c := range hidden {
			if strings.Contains(string(body), c.text) {
				all = append(all, c.what+" "+c.text)
			}
		}
		return all
	}
	askers := []asker{{name: "guest"},
		{"member", judgetest.Contractor, "planter", w.signIn(w.planter)},
		{"admin", judgetest.Contractor, "admin", w.signIn(w.Admins[judgetest.Contractor])},
		{"another organisation's", judgetest.Regulator, "admin", w.signIn(w.Admins[judgetest.Regulator])}}
	seen, members := 0, 0
	for _, path := range inHand(t, w) {
		for _, a := range askers {
			r := w.ask(path.method, path.path, a.token, nil, path.header...)
			leaks := found(r.body)
			switch {
			case a.role != "":
				members += len(leaks)
			case r.status == http.StatusOK && !signedBytes[path.route]:
				seen++
				if len(leaks) > 0 {
					t.Errorf("%s as a guest: %v", path.path, leaks)
				}
			}
		}
	}
	if seen < 40 || members == 0 {
		t.Errorf("guests were answered %d times, and members found %d things", seen, members)
	}
	// The open invitations are the inviting organisation's alone.
	own, other := w.get("/api/v1/invitations?state=all", askers[2].token), w.get("/api/v1/invitations?state=all", askers[3].token)
	if len(found(own.body)) == 0 || strings.Contains(string(other.body), judgetest.Contractor) {
		t.Errorf("invitations: own %.300s, other %.300s", own.body, other.body)
	}
}

// base64Texts are the parts of what is signed: JSON in base64url.
var base64Texts = regexp.MustCompile(`eyJ[A-Za-z0-9_-]+`)

// asked is a request that can be made with what one has in hand.
type asked struct {
	route, method, path string
	header              []string
}

// inHand fills every GET route that is registered with everything there is to fill it with.
func inHand(t *testing.T, w *works, codes ...string) (all []asked) {
	t.Helper()
	if codes == nil {
		codes = []string{w.tree}
	}
	var events, transactions []string
	for n := range w.height() {
		b, err := readmodeltest.View(t, w.store).Block(n)
		if err != nil {
			t.Fatal(err)
		}
		for _, tx := range b.Transactions {
			transactions, events = append(transactions, tx.ID), append(events, tx.Events...)
		}
	}
	values := map[string][]string{":number": {"0", fmt.Sprint(w.height() - 1)}, ":code": codes, ":name": {book, book + ".yaml"}, "*id": {"/forest/1"}}
	for n := range w.height() {
		values[":number"] = append(values[":number"], fmt.Sprint(n))
	}
	for _, r := range w.server.engine.Routes() {
		route := r.Method + " " + strings.ReplaceAll(r.Path, `\:`, ":")
		if r.Method != http.MethodGet || route == "GET /api/v1/stream" { // TestStreamToGuests
			continue
		}
		paths := []string{strings.ReplaceAll(r.Path, `\:`, ":")}
		for _, name := range []string{":number", ":code", ":name", "*id", ":id"} {
			fill := values[name]
			if name == ":id" {
				fill = codes
				switch {
				case strings.Contains(r.Path, "/events/"):
					fill = events
				case strings.Contains(r.Path, "/transactions/"):
					fill = transactions
				}
			}
			var next []string
			for _, p := range paths {
				if !strings.Contains(p, name) {
					next = append(next, p)
					continue
				}
				for _, v := range fill {
					next = append(next, strings.ReplaceAll(strings.Replace(p, "/"+name, "/"+name, 1), name, strings.TrimPrefix(v, "/")))
				}
			}
			paths = next
		}
		for _, p := range paths {
			all = append(all, asked{route, r.Method, p, nil})
			switch {
			case r.Path == "/8004/:code":
				all = append(all, asked{route, r.Method, p, []string{"Accept", "application/json"}}, asked{route, r.Method, p + "?lang=zh", nil})
			case strings.HasSuffix(r.Path, "/trace"):
				all = append(all, asked{route, r.Method, p + "?items=full", nil})
			case strings.HasSuffix(r.Path, "/search"):
				for _, id := range append(append(slices.Clone(codes), events...), transactions...) {
					all = append(all, asked{route, r.Method, p + "?q=" + id, nil})
				}
			}
		}
	}
	return all
}

// The live stream names no items and no events to guests, replayed or as it happens.
func TestStreamToGuests(t *testing.T) {
	w := newWorks(t)
	var all strings.Builder
	blocks, err := readmodeltest.View(t, w.store).BlocksAfter(-1, int(w.height()))
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range blocks {
		news, _ := NewsOf(b)
		m, err := json.Marshal(forGuests(news))
		if err != nil {
			t.Fatal(err)
		}
		all.Write(m)
	}
	if text := all.String(); strings.Contains(text, w.tree) || strings.Contains(text, w.event) || !strings.Contains(text, `"select"`) {
		t.Errorf("%s", text)
	}
	guest, member := w.listen("", "Last-Event-ID", "0"), w.listen(w.signIn(w.planter), "Last-Event-ID", "0")
	last := fmt.Sprint(w.height() - 1)
	for who, r := range map[string]*reader{"guest": guest, "member": member} {
		named := false
		for {
			_, id, data := r.next()
			named = named || strings.Contains(data, w.tree)
			if id == last {
				break
			}
		}
		if named != (who == "member") {
			t.Errorf("to a %s the tree is named: %v", who, named)
		}
	}
}

// Each field of the table exists, and each type's fields are all decided upon.
func TestDisclosuresAreWhole(t *testing.T) {
	for _, d := range disclosures {
		fields := map[string]bool{}
		for i := range d.of.NumField() {
			f := d.of.Field(i)
			if name := jsonName(&f); name != "" {
				fields[name] = true
				if !d.whole && decisions[d.of][name] == "" {
					t.Errorf("nobody decided who sees %s.%s", d.of, name)
				}
			}
		}
		for name := range decisions[d.of] {
			if !fields[name] {
				t.Errorf("%s has no field %s", d.of, name)
			}
		}
	}
}

// A type or a field upon which nobody decided cannot be answered to guests.
func TestUndecidedIsNotAnswered(t *testing.T) {
	type undecided struct {
		Kid string `json:"kid"`
	}
	defer func() {
		if caught := fmt.Sprint(recover()); !strings.Contains(caught, "nobody decided") {
			t.Errorf("registered: %v", caught)
		}
	}()
	cutting.of(reflect.TypeFor[[]undecided]())
}

func TestCoarse(t *testing.T) {
	for _, c := range []struct{ in, out rootline.Position }{
		{rootline.Position{Point: rootline.Point{Lat: 38_912_345, Lon: 115_917_345}, Accuracy: 5}, rootline.Position{Point: rootline.Point{Lat: 38_910_000, Lon: 115_920_000}, Accuracy: 1000}},
		{rootline.Position{Point: rootline.Point{Lat: -38_917_345, Lon: -5_000}, Accuracy: 4000}, rootline.Position{Point: rootline.Point{Lat: -38_920_000, Lon: -10_000}, Accuracy: 4000}},
		{rootline.Position{}, rootline.Position{Accuracy: 1000}},
	} {
		if got := coarse(c.in); got != c.out {
			t.Errorf("%+v is cut to %+v, want %+v", c.in, got, c.out)
		}
	}
}

// What guests see is a copy: the answer, which may share memory with a cache, stays whole.
func TestForGuestsCopies(t *testing.T) {
	view := presentation.EventView{Device: "kid", Place: &rootline.Position{Point: rootline.Point{Lat: 1}}}
	list := []presentation.EventView{view}
	if cut := forGuests(list); cut[0].Device != "" || cut[0].Place.Lat != 0 || list[0].Device != "kid" || list[0].Place.Lat != 1 {
		t.Errorf("cut %+v, left %+v", cut[0], list[0])
	}
}
