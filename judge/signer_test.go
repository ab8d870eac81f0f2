package judge_test

import (
	"crypto/ecdsa"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/jws"
)

func TestWhoSigned(t *testing.T) {
	f := newForest(t)
	code := judgetest.Code(judgetest.Contractor)
	payloadOf := func(key *ecdsa.PrivateKey) string {
		e := selectTree(code)
		e.ID, e.At = rootline.NewEventID(jws.KeyOf(&key.PublicKey).Thumbprint()), f.Now
		b, _ := json.Marshal(e)
		return string(b)
	}
	payload := func() string { return payloadOf(f.nursery.Key) }
	stranger := judgetest.NewKey(t)
	sign := func(key *ecdsa.PrivateKey, typ, net, payload string) string {
		s, err := jws.Sign(key, typ, net, []byte(payload))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	good := sign(f.nursery.Key, rootline.TypEvent, judgetest.Net, payload())
	parts := strings.Split(good, ".")
	header := func(h string) string {
		return base64.RawURLEncoding.EncodeToString([]byte(h)) + "." + parts[1] + "." + parts[2]
	}
	exact := `{"alg":"ES256","typ":"rootline-event","kid":"` + f.nursery.Kid() + `","net":"` + judgetest.Net + `"`
	for _, c := range []struct {
		name, jws string
		want      rootline.Code
	}{
		{"malformed", "x.y.z", rootline.CodeMalformedJWS},
		{"alg none", header(strings.Replace(exact, "ES256", "none", 1) + "}"), rootline.CodeMalformedJWS},
		{"jwk", header(exact + `,"jwk":{}}`), rootline.CodeMalformedJWS},
		{"crit", header(exact + `,"crit":["x"]}`), rootline.CodeMalformedJWS},
		{"a changed payload", parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(payload())) + "." + parts[2], rootline.CodeBadSignature},
		{"another device's key", strings.Join([]string{parts[0], parts[1], strings.Split(sign(f.planter.Key, rootline.TypEvent, judgetest.Net, payload()), ".")[2]}, "."), rootline.CodeBadSignature},
		{"unknown device", sign(stranger, rootline.TypEvent, judgetest.Net, payloadOf(stranger)), rootline.CodeUnknownDevice},
		{"an id of another device", sign(f.nursery.Key, rootline.TypEvent, judgetest.Net, payloadOf(f.planter.Key)), rootline.CodeOtherKeysID},
		{"another ledger", sign(f.nursery.Key, rootline.TypEvent, strings.Repeat("0", 32), payload()), rootline.CodeWrongNet},
		{"a sign-in as an event", sign(f.nursery.Key, rootline.TypSignIn, judgetest.Net, payload()), rootline.CodeWrongType},
		{"not an event", sign(f.nursery.Key, rootline.TypEvent, judgetest.Net, `{"origin":"x"}`), rootline.CodeMalformedEvent},
		{"bytes that are not UTF-8", sign(f.nursery.Key, rootline.TypEvent, judgetest.Net, "{\"id\":\"\xff\"}"), rootline.CodeMalformedEvent},
		{"10 MB", sign(f.nursery.Key, rootline.TypEvent, judgetest.Net, `{"data":"`+strings.Repeat("x", 10<<20)+`"}`), rootline.CodeTooLarge},
		{"good", good, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := f.TrySubmission(rootline.Submission{JWS: c.jws}); rootline.CodeOf(err) != c.want {
				t.Fatalf("got %v, want %q", err, c.want)
			}
		})
	}
}

// TestNobodyTakesAnothersID: a hostile device sees an event before it is recorded, and is first with one of its own under the
// same id. It is refused, in each way in which an event comes onto the ledger, and the honest one is recorded.
func TestNobodyTakesAnothersID(t *testing.T) {
	f := newForest(t)
	honest := selectTree(judgetest.Code(judgetest.Contractor))
	first := f.Sign(f.nursery, honest)
	same := func(e *rootline.Event) *rootline.Event {
		e.ID = honest.ID
		return e
	}
	newcomer := &judgetest.Person{Key: judgetest.NewKey(t)}
	for name, c := range map[string]struct {
		by *judgetest.Person
		e  *rootline.Event
	}{
		"another organisation's act": {f.manager, judgetest.Act(rootline.ActPlace, place("hill", "project", ""))},
		"a colleague's event":        {f.planter, selectTree(judgetest.Code(judgetest.Contractor))},
		"an enrolment":               {newcomer, f.Enrolment(newcomer.Key, f.Invite(judgetest.Owner, rootline.RoleManager), rootline.RoleManager)},
		"an invitation":              {f.Admins[judgetest.Owner], f.Offer(f.Admins[judgetest.Owner], rootline.RoleManager, judgetest.NewKey(t)).Event},
		"an attestation":             {f.supervisor, attestation(first)},
	} {
		if err := f.Try(c.by, same(c.e)); rootline.CodeOf(err) != rootline.CodeOtherKeysID || rootline.AsError(err).Field != "/id" {
			t.Errorf("%s: %v", name, err)
		}
	}
	// What another's key signed does not come in by way of an attestation either.
	stolen := f.Sign(f.planter, same(selectTree(judgetest.Code(judgetest.Contractor))))
	f.Now += 1000
	f.Do(f.Admins[judgetest.Contractor], judgetest.Act(rootline.ActRevoke, rootline.RevokeData{Device: f.planter.Kid()}))
	if err := f.Try(f.supervisor, attestation(stolen)); rootline.CodeOf(err) != rootline.CodeOtherKeysID || rootline.AsError(err).Field != "/data/jws/id" {
		t.Errorf("attested: %v", err)
	}
	if err := f.TrySubmission(first); err != nil {
		t.Fatalf("the honest event: %v", err)
	}
}

func TestAcceptedOnceHoweverOftenSent(t *testing.T) {
	f := newForest(t)
	sub := f.Sign(f.nursery, selectTree(judgetest.Code(judgetest.Contractor)))
	if d := f.Record(sub, sub); len(d.Refused) > 0 || d.Outcomes[0].Duplicate || !d.Outcomes[1].Duplicate {
		t.Fatalf("twice in one batch: %+v", d)
	}
	if d := f.Record(sub); len(d.Refused) > 0 || !d.Outcomes[0].Duplicate || len(d.Writes) != 0 {
		t.Fatalf("once more: %+v", d)
	}
}

func TestABatchSeesItsOwnEarlierEvents(t *testing.T) {
	f := newForest(t)
	code := judgetest.Code(judgetest.Contractor)
	d := f.Record(f.Sign(f.nursery, selectTree(code)), f.Sign(f.planter, plant(code)), f.Sign(f.nursery, event(code, "lift", `{"rootBall":400}`)))
	if len(d.Refused) != 1 || d.Refused[0].Index != 1 || d.Refused[0].Error.Code != rootline.CodeWrongState {
		t.Fatalf("refused %+v", d.Refused)
	}
	for _, w := range d.Writes {
		if a, ok := w.(*rootline.Asset); ok && a.Seq != 2 {
			t.Fatalf("the refused event left a trace: %+v", a)
		}
	}
}

func TestRevokedAndExpiredDevices(t *testing.T) {
	f := newForest(t)
	contractor := f.Admins[judgetest.Contractor]
	revoke := func(kid string) *rootline.Event {
		return judgetest.Act(rootline.ActRevoke, rootline.RevokeData{Device: kid})
	}
	if err := f.Try(f.Admins[judgetest.Owner], revoke(f.nursery.Kid())); rootline.CodeOf(err) != rootline.CodeWrongOrg {
		t.Fatalf("another organisation revoked: %v", err)
	}
	if err := f.Try(f.planter, revoke(f.nursery.Kid())); rootline.CodeOf(err) != rootline.CodeWrongRole {
		t.Fatalf("a planter revoked: %v", err)
	}
	// Revocation wins over what comes after it in the same batch.
	d := f.Record(f.Sign(contractor, revoke(f.nursery.Kid())), f.Sign(f.nursery, selectTree(judgetest.Code(judgetest.Contractor))))
	if len(d.Refused) != 1 || d.Refused[0].Error.Code != rootline.CodeDeviceRevoked {
		t.Fatalf("in the same batch: %+v", d.Refused)
	}
	f.State.Apply(d.Writes)
	if err := f.Try(f.nursery, selectTree(judgetest.Code(judgetest.Contractor))); rootline.CodeOf(err) != rootline.CodeDeviceRevoked {
		t.Fatalf("after it: %v", err)
	}
	f.Do(contractor, judgetest.Act(rootline.ActRenew, rootline.RenewData{Device: f.planter.Kid(), Until: f.Now + 5000}))
	f.Now += 60_000
	if err := f.Try(f.planter, plant(judgetest.Code(judgetest.Contractor))); rootline.CodeOf(err) != rootline.CodeDeviceExpired {
		t.Fatalf("past its end: %v", err)
	}
	f.Do(contractor, judgetest.Act(rootline.ActRenew, rootline.RenewData{Device: f.planter.Kid()}))
	if err := f.Try(f.planter, plant(judgetest.Code(judgetest.Contractor))); rootline.CodeOf(err) != rootline.CodeUnknownAsset {
		t.Fatalf("renewed: %v", err)
	}
}
