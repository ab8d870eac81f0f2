package fabric

import (
	"reflect"
	"testing"

	"github.com/rootline/rootline/fuzzing"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/story/recorded"
)

// TestAnOutlineAgreesWithWhatIsRead: what is read of a transaction that is left alone is what reading it would give.
func TestAnOutlineAgreesWithWhatIsRead(t *testing.T) {
	raw, err := recorded.Blocks()
	if err != nil {
		t.Fatal(err)
	}
	var d Decoder
	written := 0
	for _, b := range raw {
		whole := d.Block(b)
		asked := 0
		left := d.Try(b, func(number uint64, index int) bool { asked++; return number != whole.Number })
		if asked != len(whole.Transactions) {
			t.Fatalf("block %d: asked %d times", whole.Number, asked)
		}
		for i := range whole.Transactions {
			r, l := &whole.Transactions[i], &left.Transactions[i]
			written += len(l.Writes)
			if l.ID != r.ID || l.Timestamp != r.Timestamp || l.Channel != r.Channel || l.Valid != r.Valid || l.Function != "" ||
				len(l.Writes) != len(r.Writes) || len(r.Writes) > 0 && !reflect.DeepEqual(l.Writes, r.Writes) {
				t.Errorf("block %d, transaction %d: %+v is outlined as %+v", whole.Number, i, r, l)
			}
		}
	}
	if written == 0 {
		t.Error("nothing is written")
	}
}

// FuzzOutline: whatever lies in an envelope, an outline of it is no longer than that, and ends.
func FuzzOutline(f *testing.F) {
	raw, err := recorded.Blocks()
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(nil))
	f.Add([]byte{0x0a, 0x80})
	fuzzing.Bytes(f, raw[3].GetData().GetData()[0])
	f.Fuzz(func(t *testing.T, envelope []byte) {
		var x block.Transaction
		outline(&x, envelope)
		if n := len(x.ID) + len(x.Channel); n > len(envelope) || len(x.Writes) > len(envelope) {
			t.Errorf("%d bytes, %d writes of %d", n, len(x.Writes), len(envelope))
		}
	})
}

// TestATransactionThatBreaksTheReadingIsMalformed: a panic ends nobody, and what lies beside it is read.
func TestATransactionThatBreaksTheReadingIsMalformed(t *testing.T) {
	raw, err := recorded.Blocks()
	if err != nil {
		t.Fatal(err)
	}
	whole := reading
	defer func() { reading = whole }()
	reading = func(d *decoder, t *block.Transaction, raw []byte) error {
		if t.Index == 0 {
			panic("a test")
		}
		return whole(d, t, raw)
	}
	for _, b := range raw {
		var d Decoder
		for i, x := range d.Block(b).Transactions {
			if broken := x.Malformed == "reading it broke down: a test"; broken != (i == 0) || !broken && x.ID == "" {
				t.Fatalf("block %d, transaction %d: %+v", b.GetHeader().GetNumber(), i, x)
			}
		}
	}
}
