package web

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/jws"
)

// What Go signs must be read by the pages, and the other way round. Each side writes a file into src/core/testdata that
// the other's test reads: go.json here (-update), page.json by the test src/core/vectors.test.ts (UPDATE=1).

var update = flag.Bool("update", false, "write src/core/testdata/go.json anew")

const (
	fromGo   = "src/core/testdata/go.json"
	fromPage = "src/core/testdata/page.json"
	inviting = "019a0000-0000-7000-8000-000000000001"
	net      = "0123456789abcdef0123456789abcdef"
)

// vectors is the shape of both files.
type vectors struct {
	// K is the private number of a one-time key, Key its public part and Kid its thumbprint.
	K   string  `json:"k"`
	Key jws.Key `json:"key"`
	Kid string  `json:"kid"`
	// Link is an invitation with that key; only Go writes it.
	Link string `json:"link,omitempty"`
	Net  string `json:"net"`
	// Events are signed with the key, in the order in which their ids were made. Hashes are those of what was signed.
	Events []string `json:"events"`
	Hashes []string `json:"hashes"`
	// Device is the key of an enrolment, Enrolment its event, SignIn its sign-in.
	Device    jws.Key `json:"device"`
	Enrolment string  `json:"enrolment"`
	SignIn    string  `json:"signIn"`
}

func TestVectorsOfThisSide(t *testing.T) {
	if *update {
		writeVectors(t)
	}
	check(t, readVectors(t, fromGo))
}

// TestVectorsOfThePages reads what the pages' own code signed.
func TestVectorsOfThePages(t *testing.T) { check(t, readVectors(t, fromPage)) }

func readVectors(t *testing.T, name string) *vectors {
	t.Helper()
	b, err := os.ReadFile(filepath.FromSlash(name))
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	return &v
}

func check(t *testing.T, v *vectors) {
	t.Helper()
	if v.Key.Thumbprint() != v.Kid {
		t.Errorf("the thumbprint is %s", v.Key.Thumbprint())
	}
	last := ""
	for i, compact := range v.Events {
		e := event(t, compact, v.Key, v.Net)
		if e.ID <= last {
			t.Errorf("event %d: id %s does not follow %s", i, e.ID, last)
		}
		last = e.ID
		signed, _ := jws.Parse(compact)
		if h := rootline.Hash(signed.Hash()); h.String() != v.Hashes[i] {
			t.Errorf("event %d: hash %s", i, h)
		}
	}
	full := event(t, v.Events[0], v.Key, v.Net)
	fields, err := rootline.ParseFields(full.Data)
	if err != nil || fields["height"].Int() != 0 || fields["height"].Kind() != rootline.IntegerValue || fields["crew"].Str() != "七队 <C7> & \u2028" {
		t.Errorf("data %v %v", fields, err)
	}
	if full.Place == nil || full.Place.Lon != -115912345 || full.Seen == nil || full.Seen.Block != 812 || full.Prev.IsZero() || len(full.Inputs) != 1 || len(full.Evidence) != 1 {
		t.Errorf("%+v", full)
	}
	enrolment(t, v)
	signIn := verified(t, v.SignIn, v.Device, v.Net, rootline.TypSignIn)
	var m rootline.SignIn
	if err := json.Unmarshal(signIn, &m); err != nil || m.Origin != "https://works.example" || m.Expires == 0 || len(m.Nonce) < 22 {
		t.Errorf("%+v %v", m, err)
	}
}

func enrolment(t *testing.T, v *vectors) {
	t.Helper()
	e := event(t, v.Enrolment, v.Device, v.Net)
	var data rootline.EnrolData
	if err := json.Unmarshal(e.Data, &data); err != nil || data.Key != v.Device || data.Role != "planter" || e.Rulebook != rootline.Registry {
		t.Fatalf("%+v %v", data, err)
	}
	var proof rootline.EnrolProof
	if err := json.Unmarshal(verified(t, data.Proof, v.Key, v.Net, rootline.TypEnrolment), &proof); err != nil || proof != (rootline.EnrolProof{Device: v.Device.Thumbprint(), Organisation: "ContractorMSP", Invitation: inviting}) {
		t.Errorf("%+v %v", proof, err)
	}
}

func event(t *testing.T, compact string, key jws.Key, net string) *rootline.Event {
	t.Helper()
	e, err := rootline.ParseEvent(verified(t, compact, key, net, rootline.TypEvent))
	if err != nil || !rootline.EventIDOf(key.Thumbprint(), e.ID) {
		t.Fatalf("%+v %v", e, err)
	}
	return e
}

func verified(t *testing.T, compact string, key jws.Key, net, typ string) []byte {
	t.Helper()
	signed, err := jws.Parse(compact)
	if err != nil {
		t.Fatal(err)
	}
	pub, err := key.Public()
	if err != nil {
		t.Fatal(err)
	}
	if signed.Verify(pub) != nil || signed.Kid != key.Thumbprint() || signed.Net != net || signed.Typ != typ {
		t.Fatalf("%+v does not verify", signed.Header)
	}
	return signed.Payload
}

func writeVectors(t *testing.T) {
	t.Helper()
	once, device := newKey(t), newKey(t)
	scalar, err := once.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	v := vectors{K: base64.RawURLEncoding.EncodeToString(scalar), Key: jws.KeyOf(&once.PublicKey), Net: net, Device: jws.KeyOf(&device.PublicKey)}
	v.Kid = v.Key.Thumbprint()
	token := encode(t, map[string]string{
		"k": v.K, "net": net, "invitation": inviting, "organisation": "ContractorMSP", "role": "planter", "name": "C7", "expires": "2036-03-12T08:15:00Z",
	})
	v.Link = "https://works.example/enrol#" + base64.RawURLEncoding.EncodeToString(token)
	full := rootline.Event{
		Asset: "9520001T7H2K9QF3ABCD", Action: "plant", Rulebook: "forestation@1",
		Place:    &rootline.Position{Point: rootline.Point{Lat: 38912345, Lon: -115912345}, Accuracy: 5},
		Evidence: []rootline.Evidence{{SHA256: rootline.HashOf([]byte("photo")), Type: "image/jpeg", Size: 5}},
		Inputs:   []rootline.Input{{Asset: "9520001L7H2K9QF3ABCD", Amount: 3}},
		Data:     json.RawMessage(`{"crew":"七队 <C7> & \u2028","height":0}`),
		Seen:     &rootline.Seen{Block: 812, Hash: rootline.HashOf([]byte("block"))}, Prev: rootline.HashOf([]byte("head")),
	}
	for _, e := range []rootline.Event{full, {Asset: "9520001T7H2K9QF3ABCD", Action: "water", Rulebook: "forestation@1"}} {
		compact := sign(t, once, rootline.TypEvent, stamped(e, once))
		signed, err := jws.Parse(compact)
		if err != nil {
			t.Fatal(err)
		}
		v.Events, v.Hashes = append(v.Events, compact), append(v.Hashes, rootline.Hash(signed.Hash()).String())
	}
	proof := sign(t, once, rootline.TypEnrolment, rootline.EnrolProof{Device: v.Device.Thumbprint(), Organisation: "ContractorMSP", Invitation: inviting})
	data := encode(t, rootline.EnrolData{Key: v.Device, Role: "planter", Proof: proof})
	v.Enrolment = sign(t, device, rootline.TypEvent, stamped(rootline.Event{Action: rootline.ActEnrol, Rulebook: rootline.Registry, Data: data}, device))
	v.SignIn = sign(t, device, rootline.TypSignIn, rootline.SignIn{Origin: "https://works.example", Nonce: "AAAAAAAAAAAAAAAAAAAAAA", Expires: 1_773_303_300_000})
	b, err := json.MarshalIndent(v, "", "  ")
	if err == nil {
		err = os.WriteFile(filepath.FromSlash(fromGo), append(b, '\n'), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func stamped(e rootline.Event, key *ecdsa.PrivateKey) rootline.Event {
	e.ID, e.At = rootline.NewEventID(jws.KeyOf(&key.PublicKey).Thumbprint()), 1_773_303_300_000
	return e
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func encode(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func sign(t *testing.T, key *ecdsa.PrivateKey, typ string, v any) string {
	t.Helper()
	compact, err := jws.Sign(key, typ, net, encode(t, v))
	if err != nil {
		t.Fatal(err)
	}
	return compact
}
