package export

import (
	"encoding/json"
	"math"
	"testing"
)

// Amounts are written from the integer, whatever their size.
func TestYuan(t *testing.T) {
	for fen, want := range map[int64][2]string{
		0: {"0.00", "0.00"}, 5: {"0.05", "0.05"}, -5: {"-0.05", "-0.05"}, 99_999: {"999.99", "999.99"}, 100_000: {"1000.00", "1,000.00"}, 136_093_100: {"1360931.00", "1,360,931.00"},
		-100_000: {"-1000.00", "-1,000.00"}, 9_007_199_254_740_991: {"90071992547409.91", "90,071,992,547,409.91"}, math.MinInt64: {"-92233720368547758.08", "-92,233,720,368,547,758.08"},
	} {
		if got := yuan(fen).String(); got != want[0] {
			t.Errorf("%d fen are %s", fen, got)
		}
		if got := yuan(fen).grouped(); got != want[1] {
			t.Errorf("%d fen are %s on paper", fen, got)
		}
		if b, err := json.Marshal(yuan(fen)); err != nil || string(b) != want[0] {
			t.Errorf("%d fen are %s in JSON: %v", fen, b, err)
		}
	}
	for _, c := range []struct {
		n      int64
		digits int
		want   string
	}{{585_370, 5, "5.85370"}, {7, 0, "7"}, {-7, 3, "-0.007"}} {
		if got := fixed(c.n, c.digits); got != c.want {
			t.Errorf("%d with %d digits is %s", c.n, c.digits, got)
		}
	}
	// A number of a workbook shows 15 digits: what has more is a text.
	if _, ok := yuan(exactYuan - 1).cell().(float64); !ok {
		t.Error("an amount of 15 digits is no number")
	}
	if got := yuan(exactYuan).cell(); got != "10000000000000.00" {
		t.Errorf("one of 16 is %v", got)
	}
}
