package jws

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"errors"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// The classes of cases that Project Wycheproof has for ECDSA on P-256 with r and s of 32 bytes each, made by our own
// arithmetic: the signature of a chosen digest with chosen k, or a key for which a chosen s is good.

func half() *big.Int { return new(big.Int).Rsh(order, 1) }

func hex(s string) *big.Int {
	n, ok := new(big.Int).SetString(s, 16)
	if !ok {
		panic(s)
	}
	return n
}

// keyOf is the key whose private number is d.
func keyOf(t *testing.T, d *big.Int) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), bytesOf(d))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// signedWith is the signature of e by d with k: r is the x of k times the base point.
func signedWith(t *testing.T, d, k, e *big.Int) (r, s *big.Int) {
	t.Helper()
	r = mod(xOf(t, k))
	s = mod(new(big.Int).Mul(new(big.Int).ModInverse(k, order), new(big.Int).Add(e, new(big.Int).Mul(r, d))))
	return r, s
}

// keyFor is the private number for which s is good for e with k.
func keyFor(t *testing.T, k, s, e *big.Int) *big.Int {
	t.Helper()
	r := mod(xOf(t, k))
	return mod(new(big.Int).Mul(new(big.Int).ModInverse(r, order), new(big.Int).Sub(new(big.Int).Mul(s, k), e)))
}

// judged asks Signed.Verify, a Verifier before and after it has its table, and the table itself, which must agree.
func judged(t *testing.T, name string, key *ecdsa.PublicKey, digest, r, s *big.Int, good bool) {
	t.Helper()
	if got := bothWays(t, key, bytesOf(digest), r, s); got != good {
		t.Errorf("%s: %v", name, got)
	}
	if r.Sign() < 0 || s.Sign() < 0 || r.BitLen() > 256 || s.BitLen() > 256 {
		return // cannot be written in 64 bytes
	}
	signed := &Signed{digest: [sha256.Size]byte(bytesOf(digest)), signature: slices.Concat(bytesOf(r), bytesOf(s))}
	if err := signed.Verify(key); (err == nil) != good || err != nil && !errors.Is(err, ErrSignature) {
		t.Errorf("%s: Signed.Verify says %v", name, err)
	}
	v := NewVerifier(key)
	defer v.Drop()
	first := v.Verify(signed)
	v.once.Do(v.prepare)
	if second := v.Verify(signed); (first == nil) != good || (second == nil) != good {
		t.Errorf("%s: a Verifier says %v, with its table %v", name, first, second)
	}
}

func TestClassesOfSignatures(t *testing.T) {
	one, two := big.NewInt(1), big.NewInt(2)
	digest := new(big.Int).SetBytes(func() []byte { h := sha256.Sum256([]byte("123400")); return h[:] }())
	d, k := number(t), number(t)
	key := &keyOf(t, d).PublicKey
	r, s := signedWith(t, d, k, digest)
	less := func(n *big.Int, by int64) *big.Int { return new(big.Int).Sub(n, big.NewInt(by)) }
	all := new(big.Int).Sub(new(big.Int).Lsh(one, 256), one)
	prime := elliptic.P256().Params().P

	judged(t, "as signed", key, digest, r, s, true)
	judged(t, "s in the other half", key, digest, r, new(big.Int).Sub(order, s), true) // ES256 has both; chaincode counts the signing input

	// Special r and s, alone and with each other.
	special := []*big.Int{new(big.Int), one, two, half(), less(order, 1), order, less(order, -1), less(prime, 1), prime, less(prime, -1), all}
	for _, a := range special {
		judged(t, "special r "+a.Text(16), key, digest, a, s, false)
		judged(t, "special s "+a.Text(16), key, digest, r, a, false)
		for _, b := range special {
			judged(t, "special r and s "+a.Text(16)+" "+b.Text(16), key, digest, a, b, false)
			judged(t, "the same on a digest of zero", key, new(big.Int), a, b, false)
		}
	}

	// Modified: by the order, by one bit, negated, exchanged.
	for name, n := range map[string]*big.Int{
		"plus the order": new(big.Int).Add(r, order), "less the order": new(big.Int).Sub(r, order), "negated": new(big.Int).Neg(r),
		"from the order": new(big.Int).Sub(order, r), "plus 2^256": new(big.Int).Add(r, less(all, -1)), "shifted": new(big.Int).Lsh(r, 8),
		"inverse": new(big.Int).ModInverse(r, order),
	} {
		judged(t, "r "+name, key, digest, n, s, false)
	}
	for name, n := range map[string]*big.Int{
		"plus the order": new(big.Int).Add(s, order), "less the order": new(big.Int).Sub(s, order), "negated": new(big.Int).Neg(s),
		"plus 2^256": new(big.Int).Add(s, less(all, -1)), "shifted": new(big.Int).Lsh(s, 8), "inverse": new(big.Int).ModInverse(s, order),
	} {
		judged(t, "s "+name, key, digest, r, n, false)
	}
	judged(t, "exchanged", key, digest, s, r, false)
	for bit := range 256 {
		flip := func(n *big.Int) *big.Int { return new(big.Int).SetBit(n, bit, n.Bit(bit)^1) }
		if bit%16 == 0 || bit == 255 {
			judged(t, "a bit of r", key, digest, flip(r), s, false)
			judged(t, "a bit of s", key, digest, r, flip(s), false)
			judged(t, "a bit of the digest", key, flip(digest), r, s, false)
		}
	}

	// Digests: zero bytes at each end and inside, at and around the order, all ones.
	for name, e := range map[string]*big.Int{
		"zero": new(big.Int), "one": one, "order": order, "order less 1": less(order, 1), "order plus 1": less(order, -1), "all ones": all, "prime": prime,
		"zeros first": new(big.Int).Rsh(digest, 96), "zeros last": new(big.Int).Lsh(new(big.Int).Rsh(digest, 96), 96),
		"zeros inside": hex("9c4b00000000000000000000000000000000000000000000000000000000a1f7"), "ones first": hex("ffffffffffffffff3b7fc1d2e6508a9471c3b5d02fa86e490b1c2d3e4f506172"),
	} {
		r, s := signedWith(t, d, k, e)
		judged(t, "digest "+name, key, e, r, s, true)
		judged(t, "digest "+name+" and one more", key, mod(less(e, -1)), r, s, false)
	}

	// k and s of rare forms: leading zeros, the ends of the range, the middle, one bit.
	for _, k := range []*big.Int{one, two, big.NewInt(3), less(order, 1), less(order, 2), half(), less(half(), -1), new(big.Int).Lsh(one, 128), new(big.Int).Lsh(one, 255)} {
		for _, s := range []*big.Int{one, two, big.NewInt(255), less(order, 1), half(), less(half(), -1), new(big.Int).Lsh(one, 64), new(big.Int).Lsh(one, 255)} {
			d := keyFor(t, k, s, digest)
			key := &keyOf(t, d).PublicKey
			judged(t, "k "+k.Text(16)+" s "+s.Text(16), key, digest, mod(xOf(t, k)), s, true)
			judged(t, "k "+k.Text(16)+" s two more than "+s.Text(16), key, digest, mod(xOf(t, k)), less(s, -2), false)
		}
	}

	// Keys of rare forms: the base point, its double, their opposites; and e chosen so that u1 or u2 is rare.
	for _, d := range []*big.Int{one, two, big.NewInt(3), less(order, 1), less(order, 2), half(), less(half(), -1)} {
		key := &keyOf(t, d).PublicKey
		r, s := signedWith(t, d, k, digest)
		judged(t, "private number "+d.Text(16), key, digest, r, s, true)
		for _, u := range []*big.Int{new(big.Int), one, two, less(order, 1), half()} {
			// u1 = e/s = u: the sum is u G + (r/s) Q.
			if s := mod(new(big.Int).Mul(r, new(big.Int).Mul(d, new(big.Int).ModInverse(mod(new(big.Int).Sub(k, u)), order)))); s.Sign() > 0 {
				judged(t, "u1 "+u.Text(16), key, mod(new(big.Int).Mul(u, s)), r, s, true)
			}
			// u2 = r/s = u: the sum is (e/s) G + u Q.
			if u.Sign() > 0 {
				s := mod(new(big.Int).Mul(r, new(big.Int).ModInverse(u, order)))
				judged(t, "u2 "+u.Text(16), key, mod(new(big.Int).Mul(s, mod(new(big.Int).Sub(k, new(big.Int).Mul(u, d))))), r, s, true)
			}
		}
		// The sum is the point at infinity, whose x is none, whatever r says.
		for _, r := range []*big.Int{one, two, r, less(order, 1)} {
			judged(t, "infinity", key, mod(new(big.Int).Neg(new(big.Int).Mul(r, d))), r, s, false)
		}
	}
}

// TestLengthsOfSignatures: 64 bytes, no others, however good they would be elsewhere.
func TestLengthsOfSignatures(t *testing.T) {
	key := newKey(t)
	compact, err := Sign(key, "t", "net", []byte("{}"))
	if err != nil {
		t.Fatal(err)
	}
	input := compact[:strings.LastIndexByte(compact, '.')+1]
	raw, err := decode(compact[len(input):])
	if err != nil {
		t.Fatal(err)
	}
	der := append([]byte{0x30, 70, 2, 33, 0}, append(append(slices.Clone(raw[:32]), 2, 33, 0), raw[32:]...)...)
	for name, signature := range map[string][]byte{
		"nothing": nil, "one zero": {0}, "r alone": raw[:32], "one less": raw[:63], "first left out": raw[1:], "one zero behind": append(slices.Clone(raw), 0),
		"one zero before": append([]byte{0}, raw...), "33 bytes each": slices.Concat([]byte{0}, raw[:32], []byte{0}, raw[32:]), "twice": slices.Concat(raw, raw),
		"DER": der, "zeros behind": append(slices.Clone(raw), make([]byte, 64)...), "of P-384": make([]byte, 96), "of P-521": make([]byte, 132),
	} {
		if _, err := Parse(input + encode(signature)); !errors.Is(err, ErrForm) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, signature := range map[string][]byte{"zeros": make([]byte, 64), "exchanged": slices.Concat(raw[32:], raw[:32])} {
		s, err := Parse(input + encode(signature))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Verify(&key.PublicKey); !errors.Is(err, ErrSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// compare makes key and signature of what is given, changes them as mode says, and lets both ways judge.
func compare(t *testing.T, private, nonce, digest, change []byte, mode byte) {
	t.Helper()
	in := func(b []byte) *big.Int {
		n := new(big.Int).SetBytes(b[:min(len(b), 32)])
		return n.Mod(n, new(big.Int).Sub(order, big.NewInt(1))).Add(n, big.NewInt(1))
	}
	d, k, c := in(private), in(nonce), new(big.Int).SetBytes(change[:min(len(change), 33)])
	e := new(big.Int).SetBytes(digest[:min(len(digest), 32)])
	r, s := signedWith(t, d, k, e)
	switch mode % 8 {
	case 1:
		r = c
	case 2:
		s = c
	case 3:
		r, s = c, c
	case 4:
		r.Xor(r, c)
	case 5:
		s.Xor(s, c)
	case 6:
		e = new(big.Int).SetBytes(change[:min(len(change), 32)])
	case 7:
		s.Sub(order, s)
	}
	got := bothWays(t, &keyOf(t, d).PublicKey, bytesOf(e), r, s)
	if good := mode%8 == 0 || mode%8 == 7; good && !got && s.Sign() > 0 {
		t.Fatalf("refused: d %x, k %x, e %x, mode %d", d, k, e, mode)
	}
}

func FuzzTable(f *testing.F) {
	ends := [][]byte{{}, {1}, {2}, slices.Repeat([]byte{0xff}, 32), bytesOf(order), bytesOf(half())}
	for mode := range byte(8) {
		for i, b := range ends {
			f.Add(b, ends[(i+1)%len(ends)], ends[(i+2)%len(ends)], ends[(i+int(mode))%len(ends)], mode)
		}
	}
	f.Fuzz(compare)
}

// TestTableAgreesOverMany lets numbers of all lengths, the same each time, be judged both ways.
func TestTableAgreesOverMany(t *testing.T) {
	rnd := rand.New(rand.NewPCG(15, 6))
	draw := func() []byte {
		b := make([]byte, rnd.IntN(34))
		for i := range b {
			if b[i] = byte(rnd.Uint32()); rnd.IntN(8) == 0 {
				b[i] = 0xff * byte(rnd.IntN(2))
			}
		}
		return b
	}
	for i := range 400 {
		compare(t, draw(), draw(), draw(), draw(), byte(i))
	}
}
