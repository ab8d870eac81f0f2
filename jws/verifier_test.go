package jws

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"math/big"
	"slices"
	"testing"

	"filippo.io/nistec"
)

// bothWays verifies with the table and with Go's own ECDSA, which must agree.
func bothWays(t *testing.T, key *ecdsa.PublicKey, digest []byte, r, s *big.Int) bool {
	t.Helper()
	point, err := key.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	made, err := newTable(point)
	if err != nil {
		t.Fatal(err)
	}
	got, want := made.verify(digest, r, s), ecdsa.Verify(key, digest, r, s)
	if got != want {
		t.Fatalf("the table says %v, Go's ECDSA %v: key %x, digest %x, r %x, s %x", got, want, point, digest, r, s)
	}
	return got
}

func number(t *testing.T) *big.Int {
	t.Helper()
	n, err := rand.Int(rand.Reader, new(big.Int).Sub(order, big.NewInt(1)))
	if err != nil {
		t.Fatal(err)
	}
	return n.Add(n, big.NewInt(1))
}

func mod(n *big.Int) *big.Int { return n.Mod(n, order) }

func TestTableAgreesWithECDSA(t *testing.T) {
	for range 20 {
		key := newKey(t)
		digest := sha256.Sum256([]byte(rand.Text()))
		r, s, err := ecdsa.Sign(rand.Reader, key, digest[:])
		if err != nil {
			t.Fatal(err)
		}
		if !bothWays(t, &key.PublicKey, digest[:], r, s) {
			t.Fatal("a good signature is refused")
		}
		bothWays(t, &key.PublicKey, digest[:], r, new(big.Int).Sub(order, s)) // the other half: good in ECDSA
		other := newKey(t)
		wrong := sha256.Sum256(digest[:])
		one, zero := big.NewInt(1), new(big.Int)
		for _, bad := range []struct {
			key    *ecdsa.PublicKey
			digest []byte
			r, s   *big.Int
		}{
			{&other.PublicKey, digest[:], r, s}, {&key.PublicKey, wrong[:], r, s}, {&key.PublicKey, digest[:], s, r},
			{&key.PublicKey, digest[:], new(big.Int).Add(r, one), s}, {&key.PublicKey, digest[:], r, new(big.Int).Sub(s, one)},
			{&key.PublicKey, digest[:], zero, s}, {&key.PublicKey, digest[:], r, zero}, {&key.PublicKey, digest[:], order, s},
			{&key.PublicKey, digest[:], r, order}, {&key.PublicKey, digest[:], new(big.Int).Add(r, order), s},
			{&key.PublicKey, digest[:], r, new(big.Int).Add(s, order)}, {&key.PublicKey, digest[:], one, one},
			{&key.PublicKey, digest[:], new(big.Int).Neg(r), s}, {&key.PublicKey, digest[:], r, new(big.Int).Neg(s)},
		} {
			if bothWays(t, bad.key, bad.digest, bad.r, bad.s) {
				t.Fatal("a bad signature is accepted")
			}
		}
	}
}

func bytesOf(n *big.Int) []byte { return n.FillBytes(make([]byte, 32)) }

// baseTimes is n times the curve's base point, and xOf the x of it.
func baseTimes(t *testing.T, n *big.Int) *nistec.P256Point {
	t.Helper()
	p, err := nistec.NewP256Point().ScalarBaseMult(bytesOf(n))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func xOf(t *testing.T, n *big.Int) *big.Int {
	t.Helper()
	x, err := baseTimes(t, n).BytesX()
	if err != nil {
		t.Fatal(err)
	}
	return new(big.Int).SetBytes(x)
}

// TestTableInRareCases makes the signatures of which there are none by chance: sums of equal and of opposite points, a
// digest beyond the order, a digest of zero, and a point whose x lies beyond the order.
func TestTableInRareCases(t *testing.T) {
	key := newKey(t)
	private, err := key.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	d := new(big.Int).SetBytes(private)
	sign := func(e *big.Int) (r, s *big.Int) {
		k := number(t)
		r = mod(xOf(t, k))
		s = mod(new(big.Int).Mul(new(big.Int).ModInverse(k, order), mod(new(big.Int).Add(e, new(big.Int).Mul(r, d)))))
		return r, s
	}
	for name, e := range map[string]*big.Int{
		"zero": new(big.Int), "beyond the order": new(big.Int).Add(order, big.NewInt(7)), "all ones": new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 256), big.NewInt(1)),
	} {
		if r, s := sign(e); !bothWays(t, &key.PublicKey, bytesOf(e), r, s) {
			t.Errorf("digest %s: refused", name)
		}
	}
	// u1 G = u2 Q when e = r d: the sum is a doubling.
	k := number(t)
	r := mod(xOf(t, k))
	e := mod(new(big.Int).Mul(r, d))
	s := mod(new(big.Int).Mul(new(big.Int).ModInverse(k, order), new(big.Int).Lsh(e, 1)))
	if !bothWays(t, &key.PublicKey, bytesOf(e), r, s) {
		t.Error("equal points: refused")
	}
	if bothWays(t, &key.PublicKey, bytesOf(new(big.Int).Sub(order, e)), r, s) { // opposite points: infinity
		t.Error("opposite points: accepted")
	}
}

// TestTableBeyondTheOrder: R's x may lie between the order and the field's prime; r is then x less the order.
func TestTableBeyondTheOrder(t *testing.T) {
	curve := elliptic.P256()
	p := curve.Params()
	for i := int64(0); ; i++ {
		r := big.NewInt(i + 1)
		x := new(big.Int).Add(order, r)
		y2 := new(big.Int).Exp(x, big.NewInt(3), p.P)
		y2.Sub(y2, new(big.Int).Mul(big.NewInt(3), x)).Add(y2, p.B).Mod(y2, p.P)
		y := new(big.Int).ModSqrt(y2, p.P)
		if y == nil {
			continue
		}
		// Q = r⁻¹ (s R − e G)
		digest, s := sha256.Sum256([]byte("rare")), number(t)
		e := mod(new(big.Int).SetBytes(digest[:]))
		inverse := new(big.Int).ModInverse(r, order)
		point, err := nistec.NewP256Point().SetBytes(slices.Concat([]byte{4}, bytesOf(x), bytesOf(y)))
		if err != nil {
			t.Fatal(err)
		}
		sR, err := nistec.NewP256Point().ScalarMult(point, bytesOf(mod(new(big.Int).Mul(s, inverse))))
		if err != nil {
			t.Fatal(err)
		}
		q := sR.Add(sR, baseTimes(t, mod(new(big.Int).Mul(new(big.Int).Sub(order, e), inverse))))
		public, err := ecdsa.ParseUncompressedPublicKey(curve, q.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if !bothWays(t, public, digest[:], r, s) {
			t.Error("refused")
		}
		return
	}
}

// TestMultiple: the digits add up, at the edges of carrying too.
func TestMultiple(t *testing.T) {
	key := newKey(t)
	point, _ := key.PublicKey.Bytes()
	made, err := newTable(point)
	if err != nil {
		t.Fatal(err)
	}
	var scalars [][32]byte
	for _, fill := range []byte{0x00, 0xff, 0x20, 0x82, 0x08, 0x84, 0x80, 0x01, 0x7f, 0xdf} {
		var k [32]byte
		for i := range k {
			k[i] = fill
		}
		scalars = append(scalars, k)
	}
	for range 200 {
		var k [32]byte
		_, _ = rand.Read(k[:])
		scalars = append(scalars, k)
	}
	for _, k := range scalars {
		base, err := nistec.NewP256Point().SetBytes(point)
		if err != nil {
			t.Fatal(err)
		}
		want, err := base.ScalarMult(base, k[:])
		if err != nil {
			t.Fatal(err)
		}
		if made.multiple(&k).Equal(want) != 1 {
			t.Errorf("%x times the point is another", k)
		}
	}
}

func TestVerifier(t *testing.T) {
	key, other := newKey(t), newKey(t)
	v := NewVerifier(&key.PublicKey)
	compact, err := Sign(key, "t", "n", []byte("{}"))
	if err != nil {
		t.Fatal(err)
	}
	forged, err := Sign(other, "t", "n", []byte("{}"))
	if err != nil {
		t.Fatal(err)
	}
	good, _ := Parse(compact)
	bad, _ := Parse(forged)
	for i := range 2 * tableAfter {
		if v.Verify(good) != nil || v.Verify(bad) == nil {
			t.Fatalf("wrong answer after %d", i)
		}
	}
	if v.table.Load() == nil {
		t.Fatal("no table was made")
	}
	made := tables.Load()
	if v.Drop(); v.table.Load() != nil || tables.Load() != made-1 {
		t.Error("the table is not dropped")
	}
	if v.Drop(); tables.Load() != made-1 || v.Verify(good) != nil || v.Verify(bad) == nil {
		t.Error("wrong after the table was dropped")
	}
}

func BenchmarkVerify(b *testing.B) {
	key := newKey(b)
	compact, err := Sign(key, "t", "n", []byte("{}"))
	if err != nil {
		b.Fatal(err)
	}
	s, err := Parse(compact)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("plain", func(b *testing.B) {
		for b.Loop() {
			if s.Verify(&key.PublicKey) != nil {
				b.Fatal("refused")
			}
		}
	})
	b.Run("table", func(b *testing.B) {
		v := NewVerifier(&key.PublicKey)
		for range tableAfter {
			_ = v.Verify(s)
		}
		for b.Loop() {
			if v.Verify(s) != nil {
				b.Fatal("refused")
			}
		}
	})
	b.Run("make", func(b *testing.B) {
		point, _ := key.PublicKey.Bytes()
		for b.Loop() {
			if _, err := newTable(point); err != nil {
				b.Fatal(err)
			}
		}
	})
}
