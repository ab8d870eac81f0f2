package strictjson

import (
	"strings"
	"testing"

	"github.com/rootline/rootline/fuzzing"
)

var documents = []string{
	``, ` `, `{}`, `[]`, `""`, `null`, `true`, `false`, `tru`, `truex`, `true1`, `nul`, `0`, `-0`, `00`, `01`, `-1`, `-`, `1.0`, `1e2`, `1E2`, `1x`,
	`9007199254740991`, `9007199254740992`, `-9007199254740991`, `-9007199254740992`, `90071992547409910`, `123456789012345678901234567890`,
	`{"a":1,"b":[1,2,{"c":"d"}],"e":null,"f":true,"g":false}`, `{"a":1,"a":2}`, `{"a":1,"\u0061":2}`, `{"a":{"a":1},"b":{"a":1}}`,
	`{"a":1,}`, `[1,]`, `[,1]`, `{,}`, `[1 2]`, `{"a" 1}`, `{"a":1 "b":2}`, `{a:1}`, `{"a":}`, `[1]]`, `[1] [2]`, `1 2`, "\ufeff1", "\"\x01\"",
	"\"\xff\"", `"\ud800"`, `"\n"`, "\"\u2028\u4e2d\"", " [ 1 ,\t2\r\n] ", "[1\v]", `"`, `"a`, `"a\`, `[`, `{`, `{"a":[{"b":1}]`,
	strings.Repeat("[", 8) + strings.Repeat("]", 8), strings.Repeat("[", 9) + strings.Repeat("]", 9),
	strings.Repeat(`{"a":`, 8) + "1" + strings.Repeat("}", 8), strings.Repeat(`{"a":`, 9) + "1" + strings.Repeat("}", 9),
	`{"n":-}`, `[-]`, `[- 1]`, `{"a":1}}`, `[true,false,null,"x",-5]`, `{"":1}`, `{"":1,"":2}`, `"a" "b"`,
}

// TestPlain: what is plainly good is good; what is good and has no escape is plainly good.
func TestPlain(t *testing.T) {
	for _, d := range documents {
		got, want := plain([]byte(d)), check([]byte(d)) == nil
		if got && !want {
			t.Errorf("%q is read, and is refused: %v", d, check([]byte(d)))
		}
		if want && !got && !strings.Contains(d, `\`) {
			t.Errorf("%q is good, and is not read", d)
		}
	}
}

func FuzzPlain(f *testing.F) {
	for _, d := range documents {
		fuzzing.Bytes(f, []byte(d))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if plain(b) {
			if err := check(b); err != nil {
				t.Fatalf("%q is read, and is refused: %v", b, err)
			}
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	doc := []byte(`{"id":"019a1b2c-3d4e-7f50-8a9b-0c1d2e3f4a5b","asset":"95012345ABCDEFGHJKMNP","kind":"tree","action":"inventory","rulebook":"forestation@1","at":"2026-03-12T08:15:00.123Z","place":{"lat":-37800000,"lon":144900000,"accuracy":10},"data":{"species":"Ulmus procera","commonName":"English Elm","genus":"Ulmus","family":"Ulmaceae","dbh":101,"yearPlanted":1998,"precinct":"Carlton","source":"1042"}}`)
	for name, f := range map[string]func([]byte) error{"plain": Check, "full": check} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := f(doc); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
