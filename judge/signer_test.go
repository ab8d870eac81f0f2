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
	payload := func() string {
		e := selectTree(code)
		e.ID, e.At = rootline.NewEventID(), f.Now
		b, _ := json.Marshal(e)
		return string(b)
	}
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
		{"unknown device", sign(judgetest.NewKey(t), rootline.TypEvent, judgetest.Net, payload()), rootline.CodeUnknownDevice},
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
