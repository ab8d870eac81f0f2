package proof

import (
	"math/rand/v2"
)

// pairs does two things at once, some hundred times. Which of both gives the code follows from the order of the checks, which is
// the same for all who verify.
func (x *tamperer) pairs() {
	random := rand.New(rand.NewPCG(15, 2)) // the same ones each time
	several(x, random, 250, x.alters, func(two func(*Bundle)) []byte {
		b := copied(x.tale.bundle())
		two(b)
		return b.encode()
	})
	several(x, random, 80, x.asks, func(two func(*asking)) []byte {
		q := x.tale.ask(x.tale.keys...)
		two(q)
		return x.tale.bundleOf(q.finish()).encode()
	})
	several(x, random, 120, x.lied, func(two func(*tale)) []byte {
		s := x.tale.copied()
		two(s)
		return s.bundle().encode()
	})
}

// several does so many times two of a list. What cannot be done after something else is left out.
func several[T any](x *tamperer, random *rand.Rand, n int, list []done[T], file func(two func(T)) []byte) {
	for range n {
		first, second := list[random.IntN(len(list))], list[random.IntN(len(list))]
		unpacked := attempted(func() []byte {
			return file(func(t T) {
				first.do(t)
				second.do(t)
			})
		})
		if unpacked == nil {
			continue
		}
		f := stored(unpacked)
		code := firstCode(verdict(f, x.tale.anchor(), asked{Now: x.tale.now}))
		x.add("both: "+first.name+"; "+second.name, code, f).Benign = code == ""
	}
}

// attempted gives nil where something cannot be done.
func attempted(do func() []byte) (out []byte) {
	defer func() {
		if recover() != nil {
			out = nil
		}
	}()
	return do()
}
