package proof

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/fuzzing"
	"github.com/rootline/rootline/limits"
	"github.com/rootline/rootline/strictcbor"
)

var update = flag.Bool("update", false, "write the table of codes in docs/proof.md anew")

// whole is a bundle with something in every member of its kind; nothing of it is true.
func whole(kind Kind) *Bundle {
	signatures := Signatures{[]byte("value"), []Signature{{[]byte("identifier"), []byte("signature")}}}
	j := JWS{[]byte("header"), []byte("payload"), bytes.Repeat([]byte{7}, 64)}
	h := rootline.HashOf([]byte("h"))
	b := &Bundle{
		Kind: kind, Subject: "9520001TREE",
		Configurations: []Configuration{{0, []byte{}, []byte("genesis"), nil}, {9, h[:], []byte("later"), &signatures}},
		Headers:        []Header{{4, h[:], h[:], signatures}, {300, h[:], h[:], signatures}},
	}
	switch kind {
	case KindItem:
		in := &rootline.Inclusion{List: "9520001LIST", Index: 1 << 40, Path: []rootline.Hash{h, h}}
		b.Answers, b.Confirms = [][]byte{[]byte("answer")}, [][]byte{[]byte("confirm")}
		b.Events = []Event{{JWS: j, Inclusion: in}, {JWS: j, Attestation: &j}, {JWS: j}}
		b.Acts, b.Blocks = []JWS{j}, []Block{{4, [][]byte{[]byte("envelope")}}}
		b.Rulebooks = []Rulebook{{"forestation@1", []byte("text")}}
	case KindAbsence:
		b.Answers = [][]byte{[]byte("answer")}
		b.Neighbours = []Neighbours{{"9520001LIST", nil, &Place{7, "9520001A", []rootline.Hash{h}}}, {"9520001LISU", &Place{0, "9520001B", nil}, nil}}
	case KindSet:
		b.Set = &Set{"00112233445566778899aabbccddeeff", 4, h, 1700000000000, "OwnerMSP", []Item{{"9520001A", 3, h, &h}, {"9520001B", 1, h, nil}}}
		b.Voices = []Voice{{[]byte("identity"), []byte("signature")}}
	}
	return b
}

func TestRoundTrip(t *testing.T) {
	for kind := range kinds {
		want := whole(kind)
		file, err := Encode(want)
		if err != nil {
			t.Fatal(kind, err)
		}
		got, err := Decode(file)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v\nwant %+v", kind, got, err, want)
		}
		if again, err := Encode(got); err != nil || !bytes.Equal(again, file) {
			t.Errorf("%s: it is written otherwise than it was read: %v", kind, err)
		}
	}
}

// file puts bytes into a file as if they were a proof's.
func file(t testing.TB, unpacked []byte) []byte {
	t.Helper()
	f, err := pack(unpacked)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func wantCode(t testing.TB, name string, err error, want Code) {
	t.Helper()
	var f *Fault
	if !errors.As(err, &f) || f.Code != want {
		t.Errorf("%s: %v, want the code %s", name, err, want)
	}
}

func TestWhatIsNoProofIsToldWhy(t *testing.T) {
	good, err := Encode(whole(KindItem))
	if err != nil {
		t.Fatal(err)
	}
	change := func(f func([]byte) []byte) []byte { return f(slices.Clone(good)) }
	rehash := func(b []byte) []byte { return headed(b) }
	for name, c := range map[string]struct {
		file []byte
		want Code
	}{
		"nothing":                {nil, codeMagic},
		"a picture":              {[]byte("\x89PNG\r\n\x1a\n and more than forty bytes of it, to be sure"), codeMagic},
		"magic alone":            {good[:8], codeOuterHash},
		"another version":        {change(func(b []byte) []byte { b[7] = '2'; return b }), codeMagic},
		"cut off":                {good[:len(good)-1], codeOuterHash},
		"bytes behind":           {append(slices.Clone(good), 0), codeOuterHash},
		"cut off, rehashed":      {change(func(b []byte) []byte { return rehash(b[:len(b)-1]) }), codeDeflate},
		"bytes behind, rehashed": {change(func(b []byte) []byte { return rehash(append(b, 0)) }), codeDeflate},
		"nothing packed":         {rehash(slices.Clone(good[:40])), codeDeflate},
		"a gigabyte":             {append(slices.Clone(good), make([]byte, 1<<30)...), codeTooLarge},
		"a bomb":                 {file(t, make([]byte, 64<<20)), codeTooLarge},
		"many items":             {file(t, append([]byte{0x9a, 0, 0x20, 0, 0}, make([]byte, 2<<20)...)), codeTooLarge},
	} {
		_, err := Decode(c.file)
		wantCode(t, name, err, c.want)
	}
	for i := range good {
		for _, bit := range []byte{1, 0x80} {
			b := slices.Clone(good)
			b[i] ^= bit
			want := codeOuterHash
			if i < len(magic) {
				want = codeMagic
			}
			_, err := Decode(b)
			wantCode(t, fmt.Sprint("bit of byte ", i), err, want)
		}
	}
}

// Everything that is CBOR, and not the one way to write a proof.
func TestThereIsOneEncoding(t *testing.T) {
	good := whole(KindItem).encode()
	if _, err := decode(good); err != nil {
		t.Fatal(err)
	}
	replace := func(old, new string) []byte {
		b, err := hex.DecodeString(strings.ReplaceAll(old, " ", ""))
		if err != nil || bytes.Count(good, b) == 0 {
			t.Fatalf("%s does not stand in it", old)
		}
		n, err := hex.DecodeString(strings.ReplaceAll(new, " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Replace(good, b, n, 1)
	}
	// The map has eleven members: version 1, kind 1, subject "9520001TREE", …
	const begins = "ab 00 01 01 01 02 6b"
	for name, c := range map[string]struct {
		b    []byte
		want Code
	}{
		"nothing":                {nil, codeCBOR},
		"bytes behind":           {append(slices.Clone(good), 0), codeCBOR},
		"an end that is missing": {good[:len(good)-1], codeCBOR},
		"a long head":            {replace(begins, "ab 00 18 01 01 01 02 6b"), codeCBOR},
		"a long key":             {replace(begins, "ab 00 01 18 01 01 02 6b"), codeCBOR},
		"a repeated key":         {replace(begins, "ac 00 01 01 01 01 01 02 6b"), codeCBOR},
		"keys turned around":     {replace(begins, "ab 01 01 00 01 02 6b"), codeCBOR},
		"an endless map":         {append(replace(begins, "bf 00 01 01 01 02 6b"), 0xff), codeCBOR},
		"a text as key":          {replace(begins, "ac 00 01 01 01 61 61 01 02 6b"), codeCBOR},
		"a tag":                  {replace(begins, "ab 00 c1 01 01 01 02 6b"), codeCBOR},
		"a float":                {replace(begins, "ab 00 f9 3c 00 01 01 02 6b"), codeCBOR},
		"true":                   {replace(begins, "ab 00 f5 01 01 02 6b"), codeCBOR},
		"a negative number":      {replace(begins, "ab 00 20 01 01 02 6b"), codeCBOR},
		"a text of other bytes":  {replace("6b 39 35", "6b ff 35"), codeCBOR},
		"deep":                   {append(bytes.Repeat([]byte{0x81}, 9), 0), codeCBOR},
		"a list":                 {[]byte{0x80}, codeForm},
		"null":                   {[]byte{strictcbor.Null}, codeForm},
		"an empty map":           {[]byte{0xa0}, codeForm},
		"no version":             {replace(begins, "aa 01 01 02 6b"), codeForm},
		"a text as version":      {replace(begins, "ab 00 61 31 01 01 02 6b"), codeForm},
		"version 2":              {replace(begins, "ab 00 02 01 01 02 6b"), codeVersion},
		"kind 4":                 {replace(begins, "ab 00 01 01 04 02 6b"), codeForm},
		"another kind":           {replace(begins, "ab 00 01 01 02 02 6b"), codeUnused},
		"bytes as subject":       {replace(begins, "ab 00 01 01 01 02 4b"), codeForm},
		"a number beyond 2^53":   {replace("1b 00 00 01 00 00 00 00 00", "1b 00 20 00 00 00 00 00 00"), codeForm},
		"a short hash":           {replace("19 01 2c 58 20", "19 01 2c 58 1f"), codeCBOR},
		"field 16":               {append(append([]byte{0xac}, good[1:]...), 0x10, 0), codeUnknownField},
	} {
		_, err := decode(c.b)
		wantCode(t, name, err, c.want)
	}
	for _, key := range []byte{11, 12} {
		b := append(append([]byte{0xac}, good[1:]...), key, 0x41, 0)
		if _, err := decode(b); err == nil {
			t.Errorf("field %d is taken", key)
		}
		b = append(append([]byte{0xa1 + 1}, 0, 1), key, 0x41, 0)
		_, err := decode(b)
		wantCode(t, fmt.Sprint("field ", key), err, codeNotYet)
	}
}

func TestWhatIsEmptyIsLeftOut(t *testing.T) {
	for name, change := range map[string]func(*Bundle){
		"no subject":         func(b *Bundle) { b.Subject = "" },
		"a long subject":     func(b *Bundle) { b.Subject = strings.Repeat("A", limits.ProofSubject+1) },
		"no configuration":   func(b *Bundle) { b.Configurations = nil },
		"no answer":          func(b *Bundle) { b.Answers = nil },
		"an empty answer":    func(b *Bundle) { b.Answers = [][]byte{{}} },
		"no event":           func(b *Bundle) { b.Events = nil },
		"no signature":       func(b *Bundle) { b.Headers[0].Signatures.By = nil },
		"a short JWS":        func(b *Bundle) { b.Acts[0].Signature = b.Acts[0].Signature[1:] },
		"no envelope":        func(b *Bundle) { b.Blocks[0].Envelopes = nil },
		"a short hash":       func(b *Bundle) { b.Headers[0].Data = b.Headers[0].Data[1:] },
		"block 0 after one":  func(b *Bundle) { b.Configurations[0].Previous = make([]byte, 32) },
		"block 9 after none": func(b *Bundle) { b.Configurations[1].Previous = nil },
		"an index below 0":   func(b *Bundle) { b.Events[0].Inclusion.Index = -1 },
		"a set of an item":   func(b *Bundle) { b.Set = whole(KindSet).Set },
	} {
		b := whole(KindItem)
		change(b)
		if _, err := Encode(b); err == nil {
			t.Errorf("%s: it is written", name)
		}
		if _, err := decode(b.encode()); err == nil {
			t.Errorf("%s: it is read", name)
		}
	}
	for _, key := range []uint64{fieldActs, fieldBlocks} {
		b := whole(KindItem)
		b.Acts, b.Blocks = nil, nil
		at := bytes.Index(b.encode(), append(appendUint(nil, fieldConfirms), 0x81))
		o := b.encode()
		o = slices.Concat([]byte{o[0] + 1}, o[1:at], appendUint(nil, key), []byte{0x80}, o[at:])
		if _, err := decode(o); err == nil {
			t.Errorf("an empty field %d is read", key)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for kind := range kinds {
		f.Add(whole(kind).encode())
	}
	f.Fuzz(func(t *testing.T, unpacked []byte) {
		b, err := decode(unpacked)
		if err != nil {
			var fault *Fault
			if !errors.As(err, &fault) {
				t.Fatalf("%v is no fault", err)
			}
			return
		}
		if !bytes.Equal(b.encode(), unpacked) {
			t.Fatalf("%x is read, and written otherwise", unpacked)
		}
	})
}

// TestNoBytesBreakDecode changes, leaves out and cuts at every byte.
func TestNoBytesBreakDecode(t *testing.T) {
	for kind := range kinds {
		good := whole(kind).encode()
		for i := range good {
			for _, b := range [][]byte{good[:i], slices.Concat(good[:i], good[i+1:]), slices.Concat(good[:i], good[i:i+1], good[i:])} {
				if got, err := decode(b); err == nil && !bytes.Equal(got.encode(), b) {
					t.Fatalf("%x is read, and written otherwise", b)
				}
			}
			for _, flip := range []byte{1, 2, 0x10, 0x20, 0x40, 0x80} {
				b := slices.Clone(good)
				b[i] ^= flip
				if got, err := decode(b); err == nil && !bytes.Equal(got.encode(), b) {
					t.Fatalf("%x is read, and written otherwise", b)
				}
			}
		}
	}
}

// How bytes are packed is not fixed: only that they are packed once, and hashed.
func TestAnyPackingWillDo(t *testing.T) {
	unpacked := whole(KindItem).encode()
	for level := flate.NoCompression; level <= flate.BestCompression; level++ {
		var out bytes.Buffer
		out.Write(make([]byte, len(magic)+sha256.Size))
		w, err := flate.NewWriter(&out, level)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(unpacked); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := Decode(headed(out.Bytes())); err != nil {
			t.Errorf("level %d: %v", level, err)
		}
	}
}

func TestEveryCodeHasWords(t *testing.T) {
	var list []described
	if err := json.Unmarshal(codesJSON, &list); err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("codes.go")
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	table.WriteString("<!-- codes -->\n| code | exit | meaning |\n| --- | --- | --- |\n")
	for i, d := range list {
		if d.Says.En == "" || d.Says.Zh == "" || d.Exit < ExitRefused || d.Exit > ExitWeaker {
			t.Errorf("%+v", d)
		}
		if slices.ContainsFunc(list[:i], func(o described) bool { return o.Code == d.Code }) {
			t.Errorf("%s is there twice", d.Code)
		}
		if !strings.Contains(string(source), fmt.Sprintf("= %q\n", d.Code)) {
			t.Errorf("%s is not in codes.go", d.Code)
		}
		fmt.Fprintf(&table, "| `%s` | %d | %s |\n", d.Code, d.Exit, d.Says.En)
	}
	if n := strings.Count(string(source), `= "`); n != len(list) {
		t.Errorf("codes.go has %d codes, codes.json %d", n, len(list))
	}
	const page = "../docs/proof.md"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, after, _ := strings.Cut(string(text), "<!-- codes -->\n")
	_, after, _ = strings.Cut("\n"+after, "\n\n")
	want := before + table.String()
	if after != "" {
		want += "\n" + after
	}
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if want != string(text) {
		t.Error("docs/proof.md differs from codes.json: go test ./proof -update")
	}
}

func FuzzAnchor(f *testing.F) {
	s := newTale(f, "works")
	fuzzing.Bytes(f, nil, []byte("{}"), s.anchor().Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := ParseAnchor(b)
		var fault *Fault
		if err != nil {
			if !errors.As(err, &fault) {
				t.Fatalf("%v is no fault", err)
			}
			return
		}
		if again, err := ParseAnchor(a.Encode()); err != nil || !reflect.DeepEqual(a, again) {
			t.Fatalf("%s is read as %+v, and again as %+v: %v", b, a, again, err)
		}
	})
}
