package jws

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"math/big"
	"strings"
	"testing"

	"github.com/rootline/rootline/fuzzing"
	"github.com/rootline/rootline/strictjson"
)

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestRoundTrip(t *testing.T) {
	key := newKey(t)
	compact, err := Sign(key, "rootline-event", "net1", []byte(`{"a":1}`))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Parse(compact)
	if err != nil {
		t.Fatal(err)
	}
	if string(s.Payload) != `{"a":1}` || s.Typ != "rootline-event" || s.Net != "net1" || s.Kid != KeyOf(&key.PublicKey).Thumbprint() {
		t.Fatalf("read back as %+v", s)
	}
	pub, err := KeyOf(&key.PublicKey).Public()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Verify(pub); err != nil {
		t.Fatal(err)
	}
	if err := s.Verify(&newKey(t).PublicKey); !errors.Is(err, ErrSignature) {
		t.Fatalf("another key: %v", err)
	}
}

// Half of WebCrypto's signatures have a high S. Both must verify, and both must be the same event.
func TestSignatureMalleability(t *testing.T) {
	key := newKey(t)
	compact, _ := Sign(key, "t", "n", []byte("x"))
	s, _ := Parse(compact)
	other := *s
	order := elliptic.P256().Params().N
	flipped := new(big.Int).Sub(order, new(big.Int).SetBytes(s.signature[32:]))
	other.signature = append([]byte{}, s.signature...)
	flipped.FillBytes(other.signature[32:])
	if err := other.Verify(&key.PublicKey); err != nil {
		t.Fatal("the other half of the signatures must verify too")
	}
	if other.Hash() != s.Hash() {
		t.Fatal("the hash must not depend on the signature")
	}
}

func TestRefused(t *testing.T) {
	key := newKey(t)
	good, _ := Sign(key, "t", "n", []byte("x"))
	parts := strings.Split(good, ".")
	with := func(header string) string { return encode([]byte(header)) + "." + parts[1] + "." + parts[2] }
	for _, c := range []struct {
		name, in string
		want     error
	}{
		{"empty", "", ErrForm},
		{"two parts", parts[0] + "." + parts[1], ErrForm},
		{"four parts", good + ".x", ErrForm},
		{"no payload", parts[0] + ".." + parts[2], ErrForm},
		{"padding", good + "=", ErrForm},
		{"line break", parts[0] + "\n." + parts[1] + "." + parts[2], ErrForm},
		{"short signature", parts[0] + "." + parts[1] + ".AAAA", ErrForm},
		{"alg none", with(`{"alg":"none","typ":"t","kid":"k","net":"n"}`), ErrHeader},
		{"alg none, no signature", encode([]byte(`{"alg":"none","typ":"t","kid":"k","net":"n"}`)) + "." + parts[1] + ".", ErrHeader},
		{"HS256", with(`{"alg":"HS256","typ":"t","kid":"k","net":"n"}`), ErrHeader},
		{"jwk", with(`{"alg":"ES256","typ":"t","kid":"k","net":"n","jwk":{}}`), ErrHeader},
		{"x5c", with(`{"alg":"ES256","typ":"t","kid":"k","net":"n","x5c":[]}`), ErrHeader},
		{"crit", with(`{"alg":"ES256","typ":"t","kid":"k","net":"n","crit":["b64"]}`), ErrHeader},
		{"no net", with(`{"alg":"ES256","typ":"t","kid":"k"}`), ErrHeader},
		{"alg twice", with(`{"alg":"none","alg":"ES256","typ":"t","kid":"k","net":"n"}`), ErrHeader},
		{"Alg", with(`{"Alg":"ES256","typ":"t","kid":"k","net":"n"}`), ErrHeader},
		{"not JSON", with(`x`), ErrHeader},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := Parse(c.in); !errors.Is(err, c.want) {
				t.Fatalf("got %v, want %v", err, c.want)
			}
		})
	}
}

func TestKeyRefused(t *testing.T) {
	good := KeyOf(&newKey(t).PublicKey)
	for name, change := range map[string]func(*Key){
		"other type":    func(k *Key) { k.Kty = "RSA" },
		"other curve":   func(k *Key) { k.Crv = "P-384" },
		"short x":       func(k *Key) { k.X = k.X[:20] },
		"off the curve": func(k *Key) { k.X = k.Y },
	} {
		bad := good
		change(&bad)
		if _, err := bad.Public(); !errors.Is(err, ErrKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzHeader: a header that is read quickly is read to the same by the strict decoder.
func FuzzHeader(f *testing.F) {
	for _, h := range []string{`{"alg":"ES256","typ":"a","kid":"b","net":"c"}`, `{"alg":"ES256","alg":"ES256"}`, `{"Alg":"x"}`, `{"alg":null}`, `{}`, `{"x":1}`, `[]`, ` {"kid" : "" } `} {
		fuzzing.Bytes(f, []byte(h))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var quick, full Header
		if quick.read(b) {
			if err := strictjson.Decode(b, &full); err != nil || quick != full {
				t.Fatalf("%s is read as %+v, and is %+v, %v", b, quick, full, err)
			}
		}
	})
}

func TestParseHeader(t *testing.T) {
	key := newKey(t)
	compact, err := Sign(key, "t", "n", []byte(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	signed, err := Parse(compact)
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(compact, ".")
	for _, c := range []struct {
		name, in string
		want     error
	}{
		{"good", compact, nil},
		{"whatever follows", head + ".!!", nil},
		{"no dot", head, ErrForm},
		{"nothing", "", ErrForm},
		{"nothing before the dot", ".a.b", ErrForm},
		{"not base64url", "a=.a.b", ErrForm},
		{"another header", encode([]byte(`{"alg":"none"}`)) + ".a.b", ErrHeader},
		{"long", encode([]byte(strings.Repeat(" ", 800)+`{}`)) + ".a.b", ErrForm},
	} {
		got, err := ParseHeader(c.in)
		if !errors.Is(err, c.want) || err == nil && got != signed.Header {
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
	}
}

// FuzzParse: whatever arrives is taken apart or refused by one of the reasons that there are.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"", ".", "..", "a.b.c", "e30.e30.AAAA", strings.Repeat("A", 2000) + ".e30.AAAA", "eyJhbGciOiJFUzI1NiJ9.e30." + strings.Repeat("A", 86)} {
		fuzzing.Strings(f, s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		signed, err := Parse(s)
		switch {
		case err == nil && (len(signed.signature) != signatureSize || len(signed.Payload) > len(s)):
			t.Fatalf("%q is read as %+v", s, signed)
		case err != nil && !errors.Is(err, ErrForm) && !errors.Is(err, ErrHeader) && !errors.Is(err, ErrLong):
			t.Fatal(err)
		}
	})
}

// A header of ours has about 170 bytes; what is longer is not decoded.
func TestLongMessagesAreNotTakenApart(t *testing.T) {
	for text, want := range map[string]error{
		strings.Repeat("A", 1025) + ".e30.AAAA":         ErrHeader,
		"e30." + strings.Repeat("A", 300<<10) + ".AAAA": ErrLong,
		"e30.e30." + strings.Repeat("A", 300<<10):       ErrLong,
		strings.Repeat("A", 1364) + ".e30." + "AAAA":    ErrHeader,
		strings.Repeat("A", 1<<20):                      ErrForm,
	} {
		if _, err := Parse(text); !errors.Is(err, want) {
			t.Errorf("%d bytes: %v, want %v", len(text), err, want)
		}
	}
}
