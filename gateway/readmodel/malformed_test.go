package readmodel

import (
	"database/sql"
	"testing"

	"github.com/rootline/rootline/gateway/storage"
)

// A row that somebody changed so that it cannot be read any more ends the use of the file: it is built anew, and nobody is
// answered from it until then.
func TestRowsThatCannotBeRead(t *testing.T) {
	for _, change := range []string{
		`UPDATE events SET inclusion = '['`,
		`UPDATE transactions SET endorsers = 'x'`,
		`UPDATE transactions SET arguments = '{'`,
	} {
		t.Run(change, func(t *testing.T) {
			s := open(t)
			oneBlock(t, s)
			put(t, s, planted(1))
			write(t, s, func(tx *Tx) error { return tx.AddEvent(event(1)) })
			byHand, err := sql.Open("sqlite", s.path)
			if err != nil {
				t.Fatal(err)
			}
			defer byHand.Close()
			if _, err := byHand.ExecContext(t.Context(), change); err != nil {
				t.Fatal(err)
			}
			v := view(t, s)
			_, history := v.AssetEvents(code(1), Page{})
			_, transaction := v.Transaction("tx")
			if !storage.Damaged(history) && !storage.Damaged(transaction) {
				t.Fatalf("%v, %v", history, transaction)
			}
			select {
			case <-s.Broken():
			default:
				t.Error("the file is still in use")
			}
		})
	}
}
