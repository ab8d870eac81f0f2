package judge

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"strings"
	"testing"

	"github.com/rootline/rootline/jws"
)

// A signature that was found good stays good for the same bytes under the same key, and for nothing else.
func TestGoodSignaturesAreRemembered(t *testing.T) {
	key := func() *ecdsa.PrivateKey {
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	signed := func(k *ecdsa.PrivateKey, payload string) *jws.Signed {
		compact, err := jws.Sign(k, "t", strings.Repeat("0", 32), []byte(payload))
		if err != nil {
			t.Fatal(err)
		}
		s, err := jws.Parse(compact)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	j, a, b := New(), key(), key()
	first := signed(a, `{"n":1}`)
	// The same payload signed by another key: the same input but for kid, another signature.
	for _, c := range []struct {
		name string
		s    *jws.Signed
		key  *ecdsa.PrivateKey
		want bool
	}{
		{"for the first time", first, a, true},
		{"again", first, a, true},
		{"under another key", first, b, false},
		{"under another key again", first, b, false},
		{"another message", signed(a, `{"n":2}`), b, false},
	} {
		got, err := j.Verify(c.s, jws.KeyOf(&c.key.PublicKey))
		if err != nil || got != c.want {
			t.Errorf("%s: %v, %v", c.name, got, err)
		}
	}
	if n := len(j.good.fresh); n != 1 {
		t.Errorf("%d signatures are remembered, of which one was good", n)
	}
	for i := range 3 * maxGood {
		j.good.add(goodSignature{fingerprint: [32]byte{byte(i), byte(i >> 8), byte(i >> 16)}})
	}
	if n := len(j.good.fresh) + len(j.good.old); n > 2*maxGood {
		t.Errorf("%d signatures are remembered", n)
	}
}
