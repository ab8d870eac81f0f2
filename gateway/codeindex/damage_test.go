package codeindex

import (
	"slices"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/fuzzing"
	"github.com/rootline/rootline/gateway/storage"
)

// FuzzRows has somebody write into a row of each table by hand: what is read then is an answer, or an error that says that the
// file is damaged, and never a panic.
func FuzzRows(f *testing.F) {
	codes := rootline.NewCodes([]string{code(1), code(2), code(3), code(4)})
	row := []byte("9520001" + "0000000000001\n" + code(2))
	for column := range 3 {
		for _, seed := range [][]byte{nil, row, make([]byte, entrySize), make([]byte, 3*entrySize-1)} {
			f.Add(column, seed)
			for b := range fuzzing.Spoiled(seed) {
				f.Add(column, b)
			}
		}
	}
	f.Fuzz(func(t *testing.T, column int, row []byte) {
		x := open(t)
		x.add("LOT", codes)
		write := []string{`UPDATE code_index SET entries = ?`, `UPDATE list_codes SET codes = ?`, `UPDATE code_runs SET sieve = ?`}
		if column < 0 || column >= len(write) {
			return
		}
		if err := x.exec(write[column], slices.Clip(append([]byte{}, row...))); err != nil {
			t.Fatal(err)
		}
		check := func(what string, err error) {
			if err != nil && !storage.Damaged(err) {
				t.Errorf("%s: %v", what, err)
			}
		}
		found, err := x.Find(x.query, rootline.SpaceAsset, codes...)
		check("find", err)
		for _, at := range found {
			_, err := x.Prove(x.query, &at[0], nil)
			check("prove", err)
		}
		_, err = x.Prove(x.query, &Listing{List: "LOT", Number: 1, Position: 3}, nil)
		check("prove", err)
		_, _, err = x.Page(x.query, "LOT", 1, 3)
		check("page", err)
		_, err = x.Codes(x.query, 1)
		check("codes", err)
		_, err = takeRun(x.query, x.exec, 1)
		check("merge", err)
	})
}
