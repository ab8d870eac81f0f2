package rootline

import "hash/fnv"

// MaxSample is the thinnest sample: one of so many.
const MaxSample = 100

// Sampled reports whether a sample of one in n takes an asset. Its code alone decides, so that who makes the record
// cannot choose, and a phone without a network knows. Up to 1, each is taken.
func Sampled(code string, n int) bool {
	if n <= 1 {
		return true
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(code)) // never fails
	return h.Sum32()%uint32(n) == 0
}
