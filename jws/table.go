package jws

import (
	"math/big"

	"filippo.io/nistec"
)

// The multiples of a public key Q that are kept: 1 to 32 times 64^i Q, for each i. A scalar is written with 43 digits
// from −31 to 32 to the base 64, so that its multiple of Q is a sum of 43 points.
const (
	digitBits = 6
	digits    = 43
	perDigit  = 1 << (digitBits - 1)
)

type table [digits][perDigit]nistec.P256Point

// newTable makes the table of a point in its uncompressed form.
func newTable(point []byte) (*table, error) {
	base, err := nistec.NewP256Point().SetBytes(point)
	if err != nil {
		return nil, err
	}
	t := new(table)
	for i := range t {
		t[i][0].Set(base)
		for j := 1; j < perDigit; j++ {
			t[i][j].Add(&t[i][j-1], base)
		}
		base.Double(&t[i][perDigit-1]) // 2 · 32 · 64^i Q
	}
	return t, nil
}

// multiple is k times Q, for k from 0 to 2^256−1 in big-endian form. All of it is public: it need not take equal time.
func (t *table) multiple(k *[32]byte) *nistec.P256Point {
	sum, negated := nistec.NewP256Point(), nistec.NewP256Point()
	carry := 0
	for i := range digits {
		d := sixBits(k, digitBits*i) + carry
		carry = 0
		if d > perDigit {
			d -= 2 * perDigit
			carry = 1
		}
		switch {
		case d > 0:
			sum.Add(sum, &t[i][d-1])
		case d < 0:
			sum.Add(sum, negated.Negate(&t[i][-d-1]))
		}
	}
	return sum // the last digit has four bits: nothing is carried out of it
}

// sixBits are the six bits of k from a bit on, the lowest being 0.
func sixBits(k *[32]byte, from int) int {
	at := len(k) - 1 - from/8
	v := int(k[at])
	if at > 0 {
		v |= int(k[at-1]) << 8
	}
	return v >> (from % 8) & (1<<digitBits - 1)
}

// verify is ECDSA's verification (FIPS 186-5, 6.4.2) of a digest of 32 bytes.
func (t *table) verify(digest []byte, r, s *big.Int) bool {
	if r.Sign() <= 0 || s.Sign() <= 0 || r.Cmp(order) >= 0 || s.Cmp(order) >= 0 {
		return false
	}
	w := new(big.Int).ModInverse(s, order)
	var u1, u2 [32]byte
	product := new(big.Int).SetBytes(digest)
	product.Mod(product.Mul(product, w), order).FillBytes(u1[:])
	product.Mod(product.Mul(r, w), order).FillBytes(u2[:])
	sum, err := nistec.NewP256Point().ScalarBaseMult(u1[:])
	if err != nil {
		return false
	}
	x, err := sum.Add(sum, t.multiple(&u2)).BytesX()
	if err != nil { // the point at infinity
		return false
	}
	v := new(big.Int).SetBytes(x)
	return v.Mod(v, order).Cmp(r) == 0
}
