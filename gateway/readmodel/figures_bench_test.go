package readmodel

import "testing"

// BenchmarkFigures reads what the overview shows of works of a year: a thousand plots, each planted in 300 different hours.
func BenchmarkFigures(b *testing.B) {
	s := founded(b)
	const plots, hours = 1000, 300
	write(b, s, func(tx *Tx) error {
		tx.counting.tallies, tx.counting.stocks = map[tallyKey]amount{}, map[stockKey]amount{}
		for p := range plots {
			place := "forest/" + code(p)
			for h := range hours {
				tx.counting.tallies[tallyKey{"forestation", "tree", "plant", int64(h*29 + p%29), place, "planted"}] = amount{30, 30}
			}
			for _, state := range []string{"planted", "established", "dead"} {
				tx.counting.stocks[stockKey{"forestation", "tree", state, place, true}] = amount{3000, 3000}
			}
		}
		return nil
	})
	for name, work := range map[string]func(v *View, _ int) error{
		"two weeks": func(v *View, _ int) error {
			_, err := v.Tallies(TallyFilter{Book: "forestation", Kind: "tree", Action: "plant", From: 8_000, To: 8_000 + 14*24})
			return err
		},
		"all by place": func(v *View, _ int) error {
			_, err := v.Tallies(TallyFilter{Book: "forestation", Kind: "tree", Action: "plant", ByPlace: true})
			return err
		},
		"all by hour": func(v *View, _ int) error {
			_, err := v.Tallies(TallyFilter{Book: "forestation", Kind: "tree", Action: "plant"})
			return err
		},
		"a place by hour": func(v *View, _ int) error {
			_, err := v.Tallies(TallyFilter{Book: "forestation", Kind: "tree", Action: "plant", Place: "forest"})
			return err
		},
		"stocks": func(v *View, _ int) error {
			_, err := v.Stocks(StockFilter{Book: "forestation", Kind: "tree"})
			return err
		},
	} {
		b.Run(name, func(b *testing.B) { answered(b, s, "question", 1, work) })
	}
}
