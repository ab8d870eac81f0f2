package jws

import (
	"crypto/ecdsa"
	"math/big"
	"sync"
	"sync/atomic"
)

// Verifier verifies many signatures of one key. A device signs hundreds of times: from tableAfter on, multiples of its
// public key are looked up instead of computed, which halves the time. The answers are those of Signed.Verify. It may
// be used by many goroutines.
type Verifier struct {
	key   *ecdsa.PublicKey
	uses  atomic.Int32
	once  sync.Once
	table atomic.Pointer[table]
}

// NewVerifier returns a Verifier for a key on P-256.
func NewVerifier(key *ecdsa.PublicKey) *Verifier { return &Verifier{key: key} }

// tableAfter is after how many signatures a table is made: making it takes as long as about ten verifications.
const tableAfter = 30

// tables counts those that were made, and maxTables bounds them: each takes 135 kB for as long as its Verifier is used.
var tables atomic.Int32

const maxTables = 256

// Verify returns nil when the key made the signature, and ErrSignature otherwise. It does not compare Kid.
func (v *Verifier) Verify(s *Signed) error {
	t := v.table.Load()
	if t == nil {
		if v.uses.Add(1) >= tableAfter {
			v.once.Do(v.prepare)
		}
		return s.Verify(v.key)
	}
	if r, w := s.numbers(); !t.verify(s.digest[:], r, w) {
		return ErrSignature
	}
	return nil
}

func (v *Verifier) prepare() {
	if tables.Add(1) > maxTables {
		tables.Add(-1)
		return
	}
	point, err := v.key.Bytes()
	if err != nil {
		tables.Add(-1)
		return // not on P-256: Signed.Verify decides
	}
	t, err := newTable(point)
	if err != nil {
		tables.Add(-1)
		return
	}
	v.table.Store(t)
}

// Drop gives the table's place to others; the Verifier works on without one.
func (v *Verifier) Drop() {
	v.once.Do(func() {})
	if v.table.Swap(nil) != nil {
		tables.Add(-1)
	}
}

// order is the order of P-256.
var order, _ = new(big.Int).SetString("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16)
