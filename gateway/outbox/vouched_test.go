package outbox_test

import (
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/jws"
)

// Of what nobody vouches for only the header is read: a payload that is no event does not change the answer.
func TestSignatureBeforeSubstance(t *testing.T) {
	scenario(t, func(r *rig) {
		r.open()
		good := r.tree("9520002AAAAAAAAAAAAA")
		header, err := jws.ParseHeader(good.JWS)
		if err != nil {
			t.Fatal(err)
		}
		sign := func(typ, net, payload string) rootline.Submission {
			compact, err := jws.Sign(judgetest.NewKey(t), typ, net, []byte(payload))
			if err != nil {
				t.Fatal(err)
			}
			return rootline.Submission{JWS: compact}
		}
		forged := good.JWS[:len(good.JWS)-86] + sign(header.Typ, header.Net, "{}").JWS[len(sign(header.Typ, header.Net, "{}").JWS)-86:]
		head := good.JWS[:len(good.JWS)-len(good.JWS[indexOfDot(good.JWS):])]
		answers := r.submit(
			sign(header.Typ, header.Net, `{"not":"an event"}`),
			rootline.Submission{JWS: head + ".bm8gZXZlbnQ." + good.JWS[len(good.JWS)-86:]},
			rootline.Submission{JWS: forged},
			sign(rootline.TypSignIn, header.Net, `[]`),
			sign(header.Typ, "00000000000000000000000000000000", `[]`),
			good,
		)
		for i, want := range []rootline.Code{
			rootline.CodeUnknownDevice, rootline.CodeBadSignature, rootline.CodeBadSignature, rootline.CodeWrongType, rootline.CodeWrongNet, "",
		} {
			if got := rootline.CodeOf(errorOf(answers[i].Refused)); got != want {
				t.Errorf("submission %d is refused with %q, want %q", i, got, want)
			}
		}
	})
}

func indexOfDot(s string) int {
	for i := range s {
		if s[i] == '.' {
			return i
		}
	}
	return len(s)
}

func errorOf(e *rootline.Error) error {
	if e == nil {
		return nil
	}
	return e
}
