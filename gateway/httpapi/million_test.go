package httpapi

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/judge/judgetest"
)

// What a page of a list of a million items takes, with everything that a request passes through. It prints figures and
// judges none, so it runs only when it is asked for.
func TestPagesOfAMillionItems(t *testing.T) {
	if os.Getenv("ROOTLINE_MEASURE") == "" {
		t.Skip("takes minutes: set ROOTLINE_MEASURE")
	}
	w := newWorks(t)
	lot := fillMillion(t, w)
	token := w.signIn(w.manager)
	for _, query := range []string{
		"", "kind=tree", "kind=tree&state=planted", "state=dead", "state=dead,planted", "custodian=" + judgetest.Supervisor, "place=forest/1", "place=forest/7/7",
		"place=forest/1&state=dead", "kind=tree&place=forest/7/7&state=dead", "located=no", "located=yes&state=dead", "lot=" + lot, "maker=" + judgetest.Supervisor,
		"changedFrom=1970-01-01T00:08:20Z&changedTo=1970-01-01T00:09:00Z", "order=newest", "order=newest&kind=tree&state=dead", "text=" + url.QueryEscape("油松"), "text=p-999983", "text=nowhere",
		"q=0000999983", "q=99998", "q=NOTHERE", "frozen=true",
	} {
		var took []time.Duration
		next := ""
		for range 25 {
			began := time.Now()
			r := w.get("/api/v1/assets?limit=50&"+query+"&cursor="+url.QueryEscape(next), token)
			took = append(took, time.Since(began))
			var page struct{ Next string }
			if err := json.Unmarshal(r.body, &page); r.status != 200 || err != nil {
				t.Fatalf("%s: %d %.300s", query, r.status, r.body)
			}
			next = page.Next
		}
		first := took[0]
		slices.Sort(took)
		t.Logf("%-70s first %6.1f ms, median %6.1f ms, slowest %6.1f ms", query, ms(first), ms(took[len(took)/2]), ms(took[len(took)-1]))
	}
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// fillMillion writes a million trees into the read model; it answers the code of a lot of two hundred of them.
func fillMillion(t *testing.T, w *works) string {
	t.Helper()
	const size, part = 1_000_000, 10_000
	code := func(n int) string { return fmt.Sprintf("9520002%013d", n) }
	states := []string{"planted", "established", "dead"}
	holders := []string{judgetest.Owner, judgetest.Contractor, judgetest.Supervisor}
	for n := 0; n < size; n += part {
		err := w.store.Write(t.Context(), func(tx *readmodel.Tx) error {
			var records []rootline.Record
			for i := n; i < n+part; i++ {
				a := &rootline.Asset{
					ID: code(i * 7919 % size), Kind: "tree", State: states[i%89%3], Custodian: holders[i%83%3], Maker: holders[i%79%3], Rulebook: book,
					Place: fmt.Sprintf("forest/%d/%d", i%10, i%250), Changed: rootline.Instant(1000 + i),
					Seq: 1, Head: rootline.HashOf([]byte(code(i))),
					Fields: rootline.Fields{"species": rootline.StringOf([]string{"Pinus tabuliformis", "Ulmus pumila", "油松"}[i%3]), "pit": rootline.StringOf(fmt.Sprintf("P-%d", i))},
				}
				if i%10 == 0 {
					a.Lot = code(2_000_000 + i%50_000)
				}
				if i%2 == 0 {
					a.Position = &rootline.Position{Point: rootline.Point{Lat: 38_912_345, Lon: 115_912_345}}
				}
				records = append(records, a)
			}
			writes, err := readmodel.Encode(records)
			tx.Put(writes)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return code(2_000_010)
}
