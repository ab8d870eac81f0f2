package readmodel

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/rulebook"
)

// The figures are processor time, which does not depend on what else the machine does. Some fill a million rows first:
//
//	go test ./gateway/readmodel -run '^$' -bench . -benchtime 200x

// processor is the processor time that this process has used so far.
func processor(b testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// measured runs work b.N times and reports its processor time by unit, of which one run does so many.
func measured(b *testing.B, unit string, each int, work func(i int) error) {
	b.Helper()
	b.ReportAllocs()
	b.ResetTimer()
	had := processor(b)
	for i := range b.N {
		if err := work(i); err != nil {
			b.Fatal(err)
		}
	}
	used := processor(b) - had
	b.ReportMetric(used.Seconds()*1e6/float64(b.N*each), "core-µs/"+unit)
}

// answered is measured for work that reads through a View of its own.
func answered(b *testing.B, s *Store, unit string, each int, work func(v *View, i int) error) {
	b.Helper()
	measured(b, unit, each, func(i int) error {
		_, err := Read(b.Context(), s, func(v *View) (struct{}, error) { return struct{}{}, work(v, i) })
		return err
	})
}

// founded has a ledger with its organisations and the rulebooks that are shipped.
func founded(b testing.TB) *Store {
	b.Helper()
	s := open(b)
	records := []rootline.Record{&rootline.Ledger{Net: "n", Organisations: []string{"AMSP", "BMSP", "CMSP", "OwnerMSP"}, Founded: 5}}
	for i, msp := range []string{"AMSP", "BMSP", "CMSP", "OwnerMSP"} {
		records = append(records, &rootline.Organisation{MSPID: msp, Prefix: fmt.Sprint(9520001 + i), Title: rootline.Text{En: msp, Zh: msp}})
	}
	for name, text := range rulebook.FirstVersions() {
		base, version, _ := rootline.SplitRulebook(name)
		records = append(records, &rootline.AdoptedRulebook{Name: name, YAML: string(text), Adopted: 6}, &rootline.CurrentRulebook{Name: base, Version: version})
	}
	put(b, s, records...)
	oneBlock(b, s)
	return s
}

// BenchmarkTrace follows 900 parts joined by tens into 90, those into 9, those into one.
func BenchmarkTrace(b *testing.B) {
	s := founded(b)
	n := 0
	var level []string
	write(b, s, func(tx *Tx) error {
		add := func(edges func(to string) []Edge) error {
			n++
			a := planted(n)
			w, err := Encode([]rootline.Record{a})
			if err != nil {
				return err
			}
			tx.Put(w)
			return tx.AddEvent(event(n, edges(a.ID)...))
		}
		for range 900 {
			if err := add(func(id string) []Edge { level = append(level, id); return nil }); err != nil {
				return err
			}
		}
		for len(level) > 1 {
			var next []string
			for i := 0; i < len(level); i += 10 {
				err := add(func(id string) (edges []Edge) {
					next = append(next, id)
					for _, from := range level[i:min(i+10, len(level))] {
						edges = append(edges, Edge{From: from, To: id, Amount: 1})
					}
					return edges
				})
				if err != nil {
					return err
				}
			}
			level = next
		}
		return nil
	})
	b.Run("items", func(b *testing.B) {
		answered(b, s, "trace", 1, func(v *View, _ int) error {
			t, err := v.Trace(level[0], Back, TraceOptions{Depth: 16, Nodes: 2000})
			if err == nil && len(t.Nodes) != 1000 {
				b.Fatal(len(t.Nodes))
			}
			return err
		})
	})
	short := func(b *testing.B) {
		answered(b, s, "trace", 1, func(v *View, _ int) error {
			if strings.Contains(b.Name(), "cold") {
				clear(s.cache.linked)
				s.cache.links = 0
			}
			g, err := v.Genealogy(level[0], Back, TraceOptions{Depth: 16, Nodes: 2000})
			if err == nil && len(g.Nodes) != 1000 {
				b.Fatal(len(g.Nodes))
			}
			return err
		})
	}
	b.Run("short", short)
	b.Run("short, cold", short)
}

// indexLots registers listed lots whose codes are then indexed, and returns the codes of the last one.
func indexLots(b testing.TB, s *Store, from, n, size int) (last rootline.Codes, used time.Duration) {
	b.Helper()
	for i := range n {
		raw := make([]string, size)
		for j := range raw {
			raw[j] = rootline.NewCode("9520001")
		}
		last = rootline.NewCodes(raw)
		list := last.List()
		lot := planted(from + i)
		lot.Kind, lot.Rulebook, lot.Maker, lot.List = "tree-lot", "forestation@1", "AMSP", &list
		file := strings.Join(last, "\n") + "\n"
		sum := rootline.Hash(sha256.Sum256([]byte(file)))
		write(b, s, func(tx *Tx) error {
			w, err := Encode([]rootline.Record{lot})
			if err != nil {
				return err
			}
			tx.Put(w)
			e := event(from + i)
			e.Lists = []ListFile{{Space: rootline.SpaceAsset, List: lot.ID, SHA256: sum}}
			return tx.AddEvent(e)
		})
		had := processor(b)
		if found, err := s.IndexList(b.Context(), sum, strings.NewReader(file)); err != nil || len(found) > 0 {
			b.Fatal(found, err)
		}
		used += processor(b) - had
	}
	return last, used
}

// BenchmarkIndexList indexes lists of 10,000 codes, and finds sleeping items among them.
func BenchmarkIndexList(b *testing.B) {
	s := founded(b)
	const size = 10_000
	b.Run("index", func(b *testing.B) {
		_, used := indexLots(b, s, 1000+b.N*1000, b.N, size)
		b.ReportMetric(used.Seconds()*1e6/float64(b.N*size), "core-µs/item")
	})
	codes, _ := indexLots(b, s, 1, 100, size)
	b.Run("find", func(b *testing.B) {
		answered(b, s, "look-up", 1, func(v *View, i int) error {
			a, err := v.Asset(codes[i*7919%len(codes)])
			if err == nil && !a.Asleep {
				b.Fatal("awake")
			}
			return err
		})
	})
	b.Run("find many", func(b *testing.B) {
		answered(b, s, "look-up", 100, func(v *View, i int) error {
			some := make([]string, 100)
			for j := range some {
				some[j] = codes[(i*100+j)*7919%len(codes)]
			}
			found, err := v.Resolve(some)
			if err == nil && (found[99] == nil || !found[99].Asleep) {
				b.Fatal("awake")
			}
			return err
		})
	})
	b.Run("prove", func(b *testing.B) {
		answered(b, s, "proof", 1, func(v *View, i int) error {
			in, err := v.inclusion(rootline.SpaceAsset, codes[i*7919%len(codes)])
			if in == nil {
				b.Fatal("not proved")
			}
			return err
		})
	})
}

// BenchmarkAnswer makes what one GET of an asset asks the read model for: who asks, and what is answered.
func BenchmarkAnswer(b *testing.B) {
	s := founded(b)
	tree := planted(1)
	tree.Rulebook = "forestation@1"
	put(b, s, tree, &rootline.Device{Kid: "kid", Organisation: "AMSP", Role: "admin"})
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			if _, err := Read(b.Context(), s, func(v *View) (*rootline.Device, error) { return v.Device("kid") }); err != nil {
				b.Error(err)
			}
			_, err := Read(b.Context(), s, func(v *View) (*Rulebook, error) {
				if _, err := v.Asset(code(1)); err != nil {
					return nil, err
				}
				if _, err := v.Ledger(); err != nil {
					return nil, err
				}
				return v.Rulebook("forestation@1")
			})
			if err != nil {
				b.Error(err)
			}
		}
	})
}

// BenchmarkFilters asks for pages of a million items.
func BenchmarkFilters(b *testing.B) {
	const size = 1_000_000
	s := founded(b)
	kinds, states := []string{"tree", "tree-lot", "slab", "beam"}, []string{"planted", "established", "dead", "thriving", "sick"}
	msps := []string{"AMSP", "BMSP", "CMSP", "OwnerMSP"}
	for n := 0; n < size; n += 10_000 {
		write(b, s, func(tx *Tx) error {
			var records []rootline.Record
			for i := n; i < n+10_000; i++ {
				a := planted(i * 7919 % size)
				a.Kind, a.State, a.Custodian = kinds[i%97%4], states[i%89%5], msps[i%83%4]
				if a.Kind == "beam" && a.State == "dead" {
					a.State = "sick" // so that a filter has no item at all
				}
				a.Place = fmt.Sprintf("forest/%d/%d", i%10, i%250)
				if i%10 == 0 {
					a.Lot = code(2_000_000 + i%5000)
				}
				a.Maker, a.Changed = msps[i%79%4], rootline.Instant(1000+i)
				if i%2 == 0 {
					a.Position = &rootline.Position{Point: rootline.Point{Lat: 38912345, Lon: 115912345}}
				}
				a.Fields = rootline.Fields{"species": rootline.StringOf([]string{"Pinus tabuliformis", "Ulmus pumila", "油松"}[i%3]), "pit": rootline.StringOf(fmt.Sprintf("P-%d", i))}
				records = append(records, a)
			}
			w, err := Encode(records)
			tx.Put(w)
			return err
		})
	}
	b.Run("every", func(b *testing.B) {
		answered(b, s, "asset", size, func(v *View, _ int) error {
			n := 0
			err := v.EveryAsset(AssetFilter{}, func(some []Asset) error { n += len(some); return nil })
			if err == nil && n != size {
				b.Fatal(n)
			}
			return err
		})
	})
	for _, f := range []AssetFilter{
		{}, {Kind: "tree"}, {State: "sick"}, {Custodian: "AMSP"}, {Kind: "beam", State: "dead"}, {Kind: "beam", Custodian: "BMSP"},
		{State: "dead", Custodian: "CMSP"}, {Place: "forest/3/13"}, {Place: "forest/3"}, {Place: "forest"},
		{Place: "forest/3", State: "dead"}, {Place: "forest/3", Kind: "beam", State: "dead"}, {Lot: code(2_000_010)}, {Lot: code(2_000_010), State: "dead"},
		{Q: "0000999983"}, {Q: "NOTHERE"}, {Kind: "tree", Q: "99998"}, {Disputed: true},
		{State: "dead,sick,thriving", Custodian: "AMSP,BMSP"}, {Kind: "tree", Located: No}, {Place: "forest/3", Located: Yes, State: "dead,sick"},
		{Maker: "AMSP"}, {Kind: "beam", State: "sick", Maker: "CMSP"}, {ChangedFrom: 500_000, ChangedTo: 503_000}, {ChangedFrom: 500_000, State: "dead"},
		{ChangedFrom: 999_000, Kind: "tree"}, {Order: Newest}, {Order: Newest, Kind: "tree"}, {Order: Newest, Kind: "beam", State: "sick", Custodian: "AMSP"},
		{Order: Newest, Place: "forest/3/13"}, {Order: Newest, Kind: "beam", State: "dead"}, {Text: "pinus"}, {Text: "p-999983"}, {Text: "nowhere"},
		{Place: "forest/3/13", Text: "油松"}, {Kind: "tree", Text: "油松", Order: Newest},
		{Order: Oldest}, {Order: ByIDDown, Kind: "tree"}, {Order: ByKind}, {Order: ByState}, {Order: ByStateDown, Kind: "tree"}, {Order: ByCustodian, Maker: "AMSP"},
		{Order: ByPlace}, {Order: ByPlaceDown, State: "dead"}, {Order: ByPlace, Kind: "beam", State: "dead", Place: "forest/3"}, {Order: ByPlace, Text: "nowhere"}, {Order: ByState, Text: "p-999983"},
	} {
		name := fmt.Sprintf("%+v", f)
		b.Run(name, func(b *testing.B) {
			var next string
			var longest time.Duration
			answered(b, s, "page", 1, func(v *View, _ int) error {
				began := time.Now()
				list, err := v.Assets(f, Page{Cursor: next})
				longest, next = max(longest, time.Since(began)), list.Next
				return err
			})
			b.ReportMetric(float64(longest.Microseconds()), "longest-µs")
		})
		b.Run("count "+name, func(b *testing.B) {
			answered(b, s, "count", 1, func(v *View, _ int) error {
				_, err := v.CountAssets(f)
				return err
			})
		})
	}
}

// BenchmarkVersions looks up and writes the versions of the keys that a block reads and writes, two for each event, in a
// read model that holds those of the blocks before.
func BenchmarkVersions(b *testing.B) {
	for _, events := range []int{1, 1000} {
		b.Run(fmt.Sprintf("events=%d", events), func(b *testing.B) {
			s, err := Open(b.Context(), b.TempDir()+"/readmodel.db")
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			measured(b, "event", events, func(n int) error {
				return s.Write(b.Context(), func(tx *Tx) error {
					var keys []channel.Key
					for i := range 2 * events {
						keys = append(keys, channel.Key{Namespace: "rootline", Name: fmt.Sprintf("A/%d/%d", n, i)})
					}
					if _, err := tx.Versions().Versions(keys); err != nil {
						return err
					}
					if _, err := tx.Versions().Transactions([]string{fmt.Sprint(n)}); err != nil {
						return err
					}
					for _, k := range keys {
						if err := tx.Versions().Put(k, channel.Version{Block: uint64(n), Exists: true}); err != nil {
							return err
						}
					}
					return tx.Versions().Remember([]string{fmt.Sprint(n)})
				})
			})
		})
	}
}
