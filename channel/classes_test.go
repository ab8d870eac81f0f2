package channel

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"math/big"
	"slices"
	"testing"
)

// TestClassesOfSignatures has the classes of cases that Project Wycheproof has for ECDSA in DER, made by our own
// arithmetic, with Fabric's verdict on each: S in the lower half only, and what follows a signature is passed over.
func TestClassesOfSignatures(t *testing.T) {
	curve := elliptic.P256()
	order := curve.Params().N
	half, one := new(big.Int).Rsh(order, 1), big.NewInt(1)
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	message := []byte("123400")
	sum := sha256.Sum256(message)
	r, s, err := ecdsa.Sign(rand.Reader, key, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	if s.Cmp(half) > 0 {
		s = new(big.Int).Sub(order, s)
	}
	cert := &x509.Certificate{PublicKey: &key.PublicKey}
	der := func(list ...*big.Int) []byte {
		b, err := asn1.Marshal(list)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	good := der(r, s)
	// parts writes a sequence of what lies in it, whatever that is.
	parts := func(tag byte, in ...[]byte) []byte {
		b := slices.Concat(in...)
		return append([]byte{tag, byte(len(b))}, b...)
	}
	number := func(n *big.Int, before ...byte) []byte {
		b := n.Bytes()
		if len(before) == 0 && b[0] > 0x7f {
			before = []byte{0}
		}
		return parts(2, before, b)
	}
	plus := func(n *big.Int, by *big.Int) *big.Int { return new(big.Int).Add(n, by) }
	for name, c := range map[string]struct {
		signature []byte
		want      error
	}{
		"as signed":                  {good, nil},
		"written by hand":            {parts(0x30, number(r), number(s)), nil},
		"bytes behind, as Fabric":    {append(slices.Clone(good), 0, 0), nil},
		"a third number, as Fabric":  {der(r, s, one), nil},
		"S in the upper half":        {der(r, new(big.Int).Sub(order, s)), errHighS},
		"S plus the order":           {der(r, plus(s, order)), errHighS},
		"S of half the order":        {der(r, half), errSignature},
		"S one above half":           {der(r, plus(half, one)), errHighS},
		"S of 2^256":                 {der(r, new(big.Int).Lsh(one, 256)), errHighS},
		"S of many bytes":            {der(r, new(big.Int).Lsh(one, 8000)), errHighS},
		"r plus the order":           {der(plus(r, order), s), errSignature},
		"r of the order":             {der(order, s), errSignature},
		"r of many bytes":            {der(new(big.Int).Lsh(r, 8000), s), errSignature},
		"r plus 2^256":               {der(plus(r, new(big.Int).Lsh(one, 256)), s), errSignature},
		"r negated":                  {der(new(big.Int).Neg(r), s), errSignature},
		"S negated":                  {der(r, new(big.Int).Neg(s)), errSignature},
		"S less the order":           {der(r, new(big.Int).Sub(s, order)), errSignature},
		"r zero":                     {der(new(big.Int), s), errSignature},
		"S zero":                     {der(r, new(big.Int)), errSignature},
		"both zero":                  {der(new(big.Int), new(big.Int)), errSignature},
		"both one":                   {der(one, one), errSignature},
		"exchanged":                  {der(new(big.Int).Sub(order, s), new(big.Int).Mod(r, half)), errSignature},
		"r one more":                 {der(plus(r, one), s), errSignature},
		"zero before r too many":     {parts(0x30, number(r, 0, 0), number(s)), errSignature},
		"zero before S too many":     {parts(0x30, number(r), number(s, 0, 0)), errSignature},
		"r alone":                    {parts(0x30, number(r)), errSignature},
		"no numbers":                 {parts(0x30), errSignature},
		"empty numbers":              {parts(0x30, []byte{2, 0}, []byte{2, 0}), errSignature},
		"nothing":                    {nil, errSignature},
		"null":                       {[]byte{5, 0}, errSignature},
		"null for S":                 {parts(0x30, number(r), []byte{5, 0}), errSignature},
		"texts for numbers":          {parts(0x30, parts(4, r.Bytes()), parts(4, s.Bytes())), errSignature},
		"a set":                      {parts(0x31, number(r), number(s)), errSignature},
		"a sequence in one":          {parts(0x30, good), errSignature},
		"length in two bytes":        {slices.Concat([]byte{0x30, 0x81, byte(len(good) - 2)}, good[2:]), errSignature},
		"length in nine bytes":       {slices.Concat([]byte{0x30, 0x88, 0, 0, 0, 0, 0, 0, 0, byte(len(good) - 2)}, good[2:]), errSignature},
		"length without an end":      {slices.Concat([]byte{0x30, 0x80}, good[2:], []byte{0, 0}), errSignature},
		"length of 2^31":             {slices.Concat([]byte{0x30, 0x84, 0x7f, 0xff, 0xff, 0xff}, good[2:]), errSignature},
		"length one more":            {slices.Concat([]byte{0x30, good[1] + 1}, good[2:]), errSignature},
		"length one less":            {slices.Concat([]byte{0x30, good[1] - 1}, good[2:]), errSignature},
		"r and S without DER":        {slices.Concat(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))), errSignature},
		"as signed, of another hash": {good, errSignature},
	} {
		said := message
		if name == "as signed, of another hash" {
			said = []byte("123401")
		}
		if err := verify(cert, c.signature, said); err != c.want {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	for i := range good {
		if err := verify(cert, good[:i], message); err == nil {
			t.Errorf("cut at %d: it holds", i)
		}
		for _, bit := range []byte{1, 0x40, 0x80} {
			b := slices.Clone(good)
			if b[i] ^= bit; verify(cert, b, message) == nil {
				t.Errorf("byte %d with bit %x changed: it holds", i, bit)
			}
		}
	}
}
