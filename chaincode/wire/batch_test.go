package wire_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
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
	for _, seed := range []string{"", "\x01", "{}", good, good[:len(good)-3], "\x02" + good[1:], `[[[[[[[[[[[[`} {
		f.Add(seed)
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
		strings.TrimSuffix(list.Error(), "]"), // cut off by a limit on the way
	} {
		if got, ok := wire.ParseRefused(text); ok {
			t.Errorf("%q was read as %v", text, got)
		}
	}
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

// A few kilobytes can hold a gigabyte of nothing. They are not unpacked.
func TestABatchUnpacksToSoMuchAndNoMore(t *testing.T) {
	w, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err != nil {
		t.Fatal(err)
	}
	part := w.EncodeAll(make([]byte, 40<<20), nil)
	for name, arg := range map[string]string{
		"in one frame":  "\x01" + string(w.EncodeAll(make([]byte, 65<<20), nil)),
		"in two frames": "\x01" + string(part) + string(part),
	} {
		if _, err := wire.DecodeBatch(arg); err == nil || !strings.Contains(err.Error(), "does not unpack") {
			t.Errorf("%s, %d bytes: %v", name, len(arg), err)
		}
	}
}
