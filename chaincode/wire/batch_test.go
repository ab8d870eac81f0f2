package wire_test

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/fuzzing"
)

func TestABatchIsReadAsItWasWritten(t *testing.T) {
	events := []rootline.Submission{
		{JWS: "a.b.c"},
		{JWS: ""},
		{JWS: "eyJ9.e30.AAAA"},
		{JWS: "eyJ9.e30.AAAB=="},
		{JWS: "d.e.f", Inclusion: &rootline.Inclusion{List: tree, Index: 2, Path: []rootline.Hash{hash, rootline.HashOf(nil)}}},
		{JWS: "<&>", Inclusion: &rootline.Inclusion{List: tree, Path: []rootline.Hash{}}},
	}
	arg, err := wire.EncodeBatch(events)
	if err != nil {
		t.Fatal(err)
	}
	back, err := wire.DecodeBatch(arg)
	if err != nil || !reflect.DeepEqual(back, events) {
		t.Fatalf("read back as %+v (%v)", back, err)
	}
}

// FuzzDecodeBatch: whatever arrives is read or refused with a code, and what was read can be written and read again.
func FuzzDecodeBatch(f *testing.F) {
	good, err := wire.EncodeBatch([]rootline.Submission{{JWS: "a.b.c"}, {JWS: "e30.e30.AAAA", Inclusion: &rootline.Inclusion{List: tree, Path: []rootline.Hash{hash}}}})
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{"", "\x01", "{}", good, good[:len(good)-3], "\x02" + good[1:], `[[[[[[[[[[[[`,
		bomb(f, proved(2, 64, 32)), bomb(f, proved(1, 65, 32)), bomb(f, proved(1, 3, 31)), bomb(f, make([]byte, 1<<20))} {
		fuzzing.Strings(f, seed)
	}
	f.Fuzz(func(t *testing.T, arg string) {
		events, err := wire.DecodeBatch(arg)
		if err != nil {
			if rootline.CodeOf(err) == "" {
				t.Fatalf("refused without a code: %v", err)
			}
			return
		}
		if len(events) == 0 || len(events) > rootline.MaxBatch {
			t.Fatalf("%d events were read", len(events))
		}
		again, err := wire.EncodeBatch(events)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := wire.DecodeBatch(again); err != nil || len(back) != len(events) {
			t.Fatalf("%q was read and not again: %v", arg, err)
		}
	})
}

func TestRefusalsAreFoundInWhateverFabricPutsAroundThem(t *testing.T) {
	list := wire.Refused{
		{Index: 0, Event: "0190c7f2-0000-7000-8000-000000000001", Error: rootline.Refuse(rootline.CodeWrongState, "plant", "received", "selected")},
		{Index: 12, Error: rootline.Refuse(rootline.CodeMalformedJWS, `quotes " and <angle> [brackets] , commas`).At("/data/a~1b")},
	}
	for _, around := range []string{
		"%s",
		"chaincode response 500, %s",
		"rpc error: code = Aborted desc = failed to endorse transaction, see attached details for more info: chaincode response 500, %s",
		"failed to collect enough transaction endorsements, see attached details: [peer0: %s], [peer1: timeout]",
		"error in simulation: transaction returned with failure: %s\nand a second line",
	} {
		got, ok := wire.ParseRefused(fmt.Sprintf(around, list.Error()))
		if !ok || !reflect.DeepEqual(got, list) {
			t.Errorf("in %q: %v, %+v", around, ok, got)
		}
	}
	for _, text := range []string{
		"", "chaincode response 500, something else", "ROOTLINE-REFUSED", "ROOTLINE-REFUSED not a list",
		strings.TrimSuffix(list.Error(), "]"),                               // cut off by a limit on the way
		wire.Refused(make([]rootline.Refusal, rootline.MaxBatch+1)).Error(), // of no batch
		"ROOTLINE-REFUSED []" + strings.Repeat(" ", 17<<20),
	} {
		if got, ok := wire.ParseRefused(text); ok {
			t.Errorf("%q was read as %v", text, got)
		}
	}
}

func FuzzParseRefused(f *testing.F) {
	for _, text := range []string{"", "ROOTLINE-REFUSED []", "x ROOTLINE-REFUSED [{\"index\":-1}] y", "ROOTLINE-REFUSED {", wire.RefusedAll(rootline.Refuse(rootline.CodeNotFounded)).Error()} {
		fuzzing.Strings(f, text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if list, ok := wire.ParseRefused(text); ok && len(list) > rootline.MaxBatch {
			t.Fatalf("%d refusals", len(list))
		}
	})
}

func TestARefusalOfTheWholeHasNoIndex(t *testing.T) {
	var list wire.Refused
	if err := wire.RefusedAll(fmt.Errorf("on the way: %w", rootline.Refuse(rootline.CodeNotFounded))); !errors.As(err, &list) || len(list) != 1 ||
		list[0].Index != -1 || list[0].Error.Code != rootline.CodeNotFounded {
		t.Fatalf("got %v", err)
	}
	if fault := errors.New("disk full"); !errors.Is(wire.RefusedAll(fault), fault) {
		t.Fatal("a fault became a refusal")
	}
}

// bomb is content as it travels in a batch.
func bomb(t testing.TB, content ...[]byte) string {
	t.Helper()
	w, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err != nil {
		t.Fatal(err)
	}
	arg := []byte{1}
	for _, frame := range content {
		arg = w.EncodeAll(frame, arg)
	}
	return string(arg)
}

// proved is the CBOR of a batch of n events with a proof each, of so many hashes of so many bytes.
func proved(n, hashes, length int) []byte {
	hash := append(cborHead(2, length), make([]byte, length)...)
	one := append([]byte{0xa2, 4, 0x61, 'x', 5, 0x83, 0x60, 0}, cborHead(4, hashes)...)
	one = append(one, bytes.Repeat(hash, hashes)...)
	return append(cborHead(4, n), bytes.Repeat(one, n)...)
}

// cborHead is the head of a value of a major type in its short form.
func cborHead(major byte, n int) []byte {
	switch {
	case n < 24:
		return []byte{major<<5 | byte(n)}
	case n < 256:
		return []byte{major<<5 | 24, byte(n)}
	case n < 1<<16:
		return []byte{major<<5 | 25, byte(n >> 8), byte(n)}
	}
	return []byte{major<<5 | 26, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}
}

// What an argument says of its lengths is compared with the bounds before anything is made of it: a few kilobytes can
// hold a gigabyte of nothing, and a byte of a proof used to become 32.
func TestABatchTakesSoMuchMemoryAndNoMore(t *testing.T) {
	for name, c := range map[string]struct {
		arg  string
		want string
		most uint64
	}{
		"65 MB in one frame":               {bomb(t, make([]byte, 65<<20)), "does not unpack", 20 << 20},
		"in two frames":                    {bomb(t, make([]byte, 10<<20), make([]byte, 10<<20)), "does not unpack", 40 << 20},
		"a million short hashes":           {bomb(t, proved(1, 1<<20, 1)), "cannot be read", 20 << 20},
		"a thousand proofs of short ones":  {bomb(t, proved(1000, 1000, 1)), "cannot be read", 20 << 20},
		"65 hashes":                        {bomb(t, proved(1, 65, 32)), "cannot be read", 1 << 20},
		"64 hashes of one byte":            {bomb(t, proved(1, 64, 1)), "cannot be read", 1 << 20},
		"64 hashes of 31 bytes":            {bomb(t, proved(1, 64, 31)), "cannot be read", 1 << 20},
		"64 hashes of 33 bytes":            {bomb(t, proved(1, 64, 33)), "cannot be read", 1 << 20},
		"four thousand million events":     {bomb(t, []byte{0x9a, 0xff, 0xff, 0xff, 0xff}), "at most 1000", 1 << 20},
		"a million empty events":           {bomb(t, append(cborHead(4, 1<<20), bytes.Repeat([]byte{0xa0}, 1<<20)...)), "at most 1000", 4 << 20},
		"arrays in arrays":                 {bomb(t, bytes.Repeat([]byte{0x81}, 1<<20)), "cannot be read", 4 << 20},
		"an event of a thousand names":     {bomb(t, append([]byte{0x81}, append(cborHead(5, 1000), make([]byte, 2000)...)...)), "cannot be read", 1 << 20},
		"a text that says it is very long": {bomb(t, []byte{0x81, 0xa1, 4, 0x7b, 0, 0, 0, 1, 0, 0, 0, 0}), "cannot be read", 1 << 20},
	} {
		var err error
		took := allocated(func() { _, err = wire.DecodeBatch(c.arg) })
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s, %d bytes: %v", name, len(c.arg), err)
		}
		if took > c.most {
			t.Errorf("%s, %d bytes: took %d bytes of memory", name, len(c.arg), took)
		}
	}
	if got, err := wire.DecodeBatch(bomb(t, proved(1000, 64, 32))); err != nil || len(got[999].Inclusion.Path) != 64 {
		t.Errorf("proofs as long as may be: %v", err)
	}
}

// allocated is how many bytes of memory f takes, whatever it gives back.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// A record in the world state is bounded like what arrives: other chaincode may have written it.
func TestARecordTakesSoMuchMemoryAndNoMore(t *testing.T) {
	ref := rootline.Ref{Space: rootline.SpaceAsset, ID: tree}
	short := append([]byte{0xa1, 15}, append(cborHead(2, 31), make([]byte, 31)...)...)
	many := append([]byte{0xa1, 12}, append(cborHead(4, 1<<20), bytes.Repeat([]byte{0x82, 0x60, 0}, 1<<20)...)...)
	for name, b := range map[string][]byte{"a head of 31 bytes": short, "a million parents": many} {
		var err error
		if took := allocated(func() { _, err = wire.Decode(ref, b) }); err == nil || took > 1<<20 {
			t.Errorf("%s: %v, with %d bytes of memory", name, err, took)
		}
	}
}

func FuzzDecodeRecord(f *testing.F) {
	for _, r := range records {
		b, err := wire.Encode(r)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(wire.Key(r.Ref()), b)
		for spoiled := range fuzzing.Spoiled(b) {
			f.Add(wire.Key(r.Ref()), spoiled)
		}
	}
	f.Add("A/", bytes.Repeat([]byte{0x81}, 100))
	f.Fuzz(func(t *testing.T, key string, b []byte) {
		ref, err := wire.ParseKey(key)
		if err != nil {
			return
		}
		r, err := wire.Decode(ref, b)
		if err != nil || r == nil {
			return
		}
		if _, err := wire.Encode(r); err != nil {
			t.Fatalf("%x was read and cannot be written: %v", b, err)
		}
	})
}
