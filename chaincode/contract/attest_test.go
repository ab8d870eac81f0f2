package contract_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/judge/judgetest"
)

const nonce = "0123456789abcdef"

func keysOf(t *testing.T, keys ...string) string {
	t.Helper()
	arg, err := wire.EncodeKeys(keys)
	if err != nil {
		t.Fatal(err)
	}
	return arg
}

// An answer holds what lies under each key in the order of the keys, nothing where nothing lies, and changes nothing.
func TestWhatLiesUnderKeysIsAttested(t *testing.T) {
	l := founded(t)
	l.adopt()
	code := judgetest.Code(judgetest.Contractor)
	sub := l.selected(l.enrol(judgetest.Contractor, "nursery"), code)
	at := l.clock
	l.must(l.record(sub))
	l.must(l.call(l.client, wire.FnSeal, nonce))
	asked := keysOf(t, "A/"+code, "T/"+code, "A/95200010000000000000")
	s, answer := l.propose(l.client, wire.FnAttest, nonce, asked)
	if answer.GetStatus() != shim.OK || len(s.writes) > 0 {
		t.Fatalf("%d %s, with %d writes", answer.GetStatus(), answer.GetMessage(), len(s.writes))
	}
	if s.bulk != 1 || s.single != 0 {
		t.Errorf("read in %d and %d round trips", s.bulk, s.single)
	}
	got, err := wire.DecodeAttested(answer.GetPayload())
	if err != nil || string(got.Nonce) != nonce {
		t.Fatalf("%+v, %v", got, err)
	}
	keys, err := wire.DecodeKeys(asked)
	if err != nil || len(keys) != 5 || len(got.Values) != 5 {
		t.Fatalf("%d values of %v, %v", len(got.Values), keys, err)
	}
	for i, key := range keys {
		if string(got.Values[i]) != string(l.peer.state[key]) {
			t.Errorf("%s: %x, the ledger has %x", key, got.Values[i], l.peer.state[key])
		}
		if absent := got.Values[i] == nil; absent != (l.peer.state[key] == nil) {
			t.Errorf("%s: absent %v", key, absent)
		}
	}
	for key, value := range l.peer.state {
		if !strings.HasPrefix(key, "E/") {
			continue
		}
		ref, _ := wire.ParseKey(key)
		if r, err := wire.Decode(ref, value); err == nil && r.(*rootline.EventRecord).Subject == code {
			if w := r.(*rootline.EventRecord).Witnessed; w != rootline.InstantOf(at) {
				t.Errorf("the event was witnessed at %s and recorded at %s", w, rootline.InstantOf(at))
			}
			return
		}
	}
	t.Error("the event is not recorded")
}

func TestAQuestionOutOfFormIsRefused(t *testing.T) {
	l := founded(t)
	good := keysOf(t, "A/95200010000000000000")
	many := make([]string, 300)
	for i := range many {
		many[i] = "A/" + rootline.NewCode("9520001")
	}
	for _, c := range []struct{ name, nonce, keys string }{
		{"a short nonce", nonce[:15], good},
		{"a long nonce", strings.Repeat("n", 65), good},
		{"no keys", nonce, ""},
		{"no key", nonce, "\x80"},
		{"text", nonce, "A/95200010000000000000"},
		{"more after them", nonce, good + "x"},
		{"too many", nonce, keysOf(t, many...)},
		{"a key of no space", nonce, keysOf(t, "Q/1")},
		{"a key of no code", nonce, keysOf(t, "A/9520001tree0000102")},
		{"a key that looks like a tag's", nonce, keysOf(t, "T/9520001TR\u0415E0000102")},
		{"a key of no event's id", nonce, keysOf(t, "E/01957A00-0000-7000-8000-000000000001")},
		{"an endless key", nonce, keysOf(t, "A/"+strings.Repeat("x", 300))},
		{"not sorted", nonce, "\x83\x62S/\x62L/\x63A/1"},
		{"one twice", nonce, "\x83\x62L/\x62S/\x62S/"},
		{"without the founding", nonce, "\x81\x62S/"},
		{"without the seal", nonce, "\x81\x62L/"},
		{"of another length than said", nonce, "\x9b\x7f\xff\xff\xff\xff\xff\xff\xff"},
		{"in another form", nonce, "\x98\x02\x62L/\x62S/"},
	} {
		if _, err := l.call(l.client, wire.FnAttest, c.nonce, c.keys); codes(t, err)[-1] != rootline.CodeBadCall && codes(t, err)[-1] != rootline.CodeTooLarge {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if _, err := l.call(l.client, wire.FnAttest, nonce, keysOf(t, many[:254]...)); err != nil {
		t.Errorf("254 keys besides the two: %v", err)
	}
	l.peer.broken = true
	var fault faulty
	if _, err := l.call(l.client, wire.FnAttest, nonce, good); !errors.As(err, &fault) {
		t.Errorf("a failing database: %v", err)
	}
}

func TestAQuestionOfAnotherTimeIsDeclined(t *testing.T) {
	l := founded(t)
	for _, off := range []time.Duration{-time.Minute - time.Millisecond, time.Minute + time.Millisecond} {
		s := &stub{t: t, peer: l.peer, function: wire.FnAttest, args: []string{nonce, keysOf(t)}, creator: l.client, at: l.clock.Add(off)}
		if code := codes(t, refusedBy(l.cc.Invoke(s)))[-1]; code != rootline.CodeTransactionTime {
			t.Errorf("%v off: %s", off, code)
		}
	}
}

// Anybody who may submit seals; the seal is the only record that is written.
func TestASealIsWritten(t *testing.T) {
	l := founded(t)
	at := l.clock
	before := len(l.peer.state)
	if answer := l.must(l.call(l.client, wire.FnSeal, nonce)); answer != `{"events":0}` || len(l.peer.state) != before+1 {
		t.Fatalf("%s, and %d new records", answer, len(l.peer.state)-before)
	}
	seal := get[*rootline.Seal](l, rootline.Ref{Space: rootline.SpaceSeal})
	if string(seal.Nonce) != nonce || seal.Witnessed != rootline.InstantOf(at) {
		t.Errorf("%+v", seal)
	}
	if _, err := l.call(l.client, wire.FnSeal, nonce[:15]); codes(t, err)[-1] != rootline.CodeBadCall {
		t.Errorf("a short nonce: %v", err)
	}
	if _, err := newLedger(t).call(l.client, wire.FnSeal, nonce); codes(t, err)[-1] != rootline.CodeNotFounded {
		t.Errorf("before the founding: %v", err)
	}
}
