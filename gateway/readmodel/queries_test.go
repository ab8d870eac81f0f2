package readmodel

import (
	"reflect"
	"slices"
	"testing"

	"github.com/rootline/rootline"
)

func TestPagesNeitherRepeatNorSkip(t *testing.T) {
	s := open(t)
	for n := 10; n < 100; n += 2 {
		put(t, s, planted(n))
	}
	var got []string
	page := Page{Limit: 7}
	for round := 0; ; round++ {
		list, err := view(t, s).Assets(AssetFilter{}, page)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, codes(list.Items)...)
		if page.Cursor = list.Next; page.Cursor == "" {
			break
		}
		// Meanwhile some come before and after, and some that were shown change.
		put(t, s, planted(round), planted(1001+2*round), planted(10))
	}
	var even []string
	for _, c := range got {
		if c >= code(10) && c < code(100) {
			even = append(even, c)
		}
	}
	if len(even) != 45 || !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != len(got) {
		t.Errorf("%d of 45: %v", len(even), got)
	}
}

func TestCursorsOfOtherListsAreRefused(t *testing.T) {
	s := open(t)
	put(t, s, planted(1), planted(2))
	list, err := view(t, s).Assets(AssetFilter{}, Page{Limit: 1})
	if err != nil || list.Next == "" {
		t.Fatal(list.Next, err)
	}
	for name, cursor := range map[string]string{"another list's": list.Next, "rubbish": "rubbish!", "empty object": "e30"} {
		if _, err := view(t, s).Blocks(Page{Cursor: cursor}); rootline.CodeOf(err) != rootline.CodeBadRequest {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestFilters(t *testing.T) {
	s := open(t)
	for n, change := range []func(*rootline.Asset){
		func(*rootline.Asset) {},
		func(a *rootline.Asset) { a.Kind = "slab" },
		func(a *rootline.Asset) { a.State = "dead" },
		func(a *rootline.Asset) { a.Place = "forest/9" },
		func(a *rootline.Asset) { a.Place = "forest/9/14" },
		func(a *rootline.Asset) { a.Place = "forest/90" },
		func(a *rootline.Asset) { a.Custodian = "ContractorMSP" },
		func(a *rootline.Asset) { a.Lot = code(77) },
	} {
		a := planted(n)
		change(a)
		put(t, s, a)
	}
	put(t, s, &rootline.Tag{Code: "952000399TAG", Asset: code(2)}, &rootline.Tag{Code: "952000399ROLL", Organisation: "OwnerMSP"})
	for _, c := range []struct {
		filter AssetFilter
		want   []int
	}{
		{AssetFilter{Kind: "slab"}, []int{1}},
		{AssetFilter{Kind: "tree", State: "dead"}, []int{2}},
		{AssetFilter{Place: "forest/9"}, []int{3, 4}},
		{AssetFilter{Place: "forest"}, []int{3, 4, 5}},
		{AssetFilter{Custodian: "ContractorMSP"}, []int{6}},
		{AssetFilter{Lot: code(77)}, []int{7}},
		{AssetFilter{Q: "9520 0039 9tag"}, []int{2}},
		{AssetFilter{Q: "0000 0000 3"}, []int{3}},
		{AssetFilter{Q: "%"}, nil},
		{AssetFilter{Disputed: true}, nil},
	} {
		list, err := view(t, s).Assets(c.filter, Page{})
		var want []string
		for _, n := range c.want {
			want = append(want, code(n))
		}
		if got := codes(list.Items); err != nil || !slices.Equal(got, want) {
			t.Errorf("%+v: got %v, %v", c.filter, got, err)
		}
	}
	a, err := view(t, s).Asset("952000399TAG")
	if err != nil || a.ID != code(2) || !slices.Equal(a.Tags, []string{"952000399TAG"}) {
		t.Errorf("by its tag: %+v, %v", a, err)
	}
	for _, unknown := range []string{"952000399ROLL", "NOTHING00", ""} {
		if _, err := view(t, s).Asset(unknown); rootline.CodeOf(err) != rootline.CodeNotFound {
			t.Errorf("%q: got %v", unknown, err)
		}
	}
}

// TestResolve holds the look-up of many codes to that of one.
func TestResolve(t *testing.T) {
	s := founded(t)
	asleep, _ := indexLots(t, s, 1000, 2, 20)
	put(t, s, planted(1), planted(2), &rootline.Tag{Code: "952000399TAG", Asset: code(2)}, &rootline.Tag{Code: "952000399ROLL", Organisation: "OwnerMSP"})
	asked := []string{"952000399TAG", asleep[3], "NOTHING00", code(1), code(2), "952000399ROLL", code(1), asleep[7], code(1001)}
	found, err := view(t, s).Resolve(asked)
	if err != nil || len(found) != len(asked) {
		t.Fatal(len(found), err)
	}
	for i, c := range asked {
		one, err := view(t, s).Asset(c)
		if err != nil && rootline.CodeOf(err) != rootline.CodeNotFound {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(found[i], one) {
			t.Errorf("%s: %+v among many, %+v alone", c, found[i], one)
		}
	}
	if found[0] == nil || found[0].ID != code(2) || found[1] == nil || !found[1].Asleep || found[2] != nil || found[5] != nil {
		t.Errorf("got %+v", found)
	}
}

// TestTraceOfAThousand follows a genealogy of 1,000 assets: each of n > 0 was made of (n-1)/3 and of n-1.
func TestTraceOfAThousand(t *testing.T) {
	const size = 1000
	s := open(t)
	oneBlock(t, s)
	write(t, s, func(tx *Tx) error {
		for n := range size {
			var edges []Edge
			if n > 0 {
				edges = append(edges, Edge{From: code((n - 1) / 3), To: code(n), Amount: int64(n)})
			}
			if n > 3 && n%10 == 0 {
				edges = append(edges, Edge{From: code(n - 1), To: code(n), Amount: 1})
			}
			w, err := Encode([]rootline.Record{planted(n)})
			if err != nil {
				return err
			}
			tx.Put(w)
			if err := tx.AddEvent(event(n, edges...)); err != nil {
				return err
			}
		}
		return nil
	})
	whole, err := view(t, s).Trace(code(0), Forward, TraceOptions{Depth: 256, Nodes: 5000})
	if err != nil || len(whole.Nodes) != size || whole.Truncated || len(whole.Edges) != size-1+99 {
		t.Fatalf("%d nodes, %d edges, truncated %v, %v", len(whole.Nodes), len(whole.Edges), whole.Truncated, err)
	}
	checkTrace(t, whole)
	if deepest := whole.Nodes[size-1].Depth; deepest != 6 {
		t.Errorf("the shortest way to the farthest is %d", deepest)
	}
	cut, err := view(t, s).Trace(code(0), Forward, TraceOptions{Depth: 256, Nodes: 100})
	if err != nil || len(cut.Nodes) != 100 || !cut.Truncated {
		t.Errorf("%d nodes, truncated %v, %v", len(cut.Nodes), cut.Truncated, err)
	}
	checkTrace(t, cut)
	shallow, err := view(t, s).Trace(code(0), Forward, TraceOptions{Depth: 2})
	if err != nil || len(shallow.Nodes) != 13 || !shallow.Truncated {
		t.Errorf("%d nodes, truncated %v, %v", len(shallow.Nodes), shallow.Truncated, err)
	}
	back, err := view(t, s).Trace(code(999), Back, TraceOptions{})
	if err != nil || back.Nodes[0].Asset.ID != code(999) || back.Nodes[len(back.Nodes)-1].Asset.ID != code(0) || back.Truncated {
		t.Errorf("%+v, %v", back, err)
	}
	checkTrace(t, back)
	for i := 1; i < len(back.Edges); i++ {
		if back.Edges[i-1].Event > back.Edges[i].Event {
			t.Error("the edges are not in the order of the ledger")
		}
	}
	if _, err := view(t, s).Trace(code(5000), Back, TraceOptions{}); rootline.CodeOf(err) != rootline.CodeNotFound {
		t.Errorf("got %v", err)
	}
	if _, err := view(t, s).Trace(code(0), "sideways", TraceOptions{}); rootline.CodeOf(err) != rootline.CodeBadRequest {
		t.Errorf("got %v", err)
	}
}

// checkTrace holds that edges join nodes, and each node but the root has one.
func checkTrace(t *testing.T, trace *Trace) {
	t.Helper()
	depth := map[string]int{}
	for _, n := range trace.Nodes {
		if _, twice := depth[n.Asset.ID]; twice {
			t.Errorf("%s is there twice", n.Asset.ID)
		}
		depth[n.Asset.ID] = n.Depth
	}
	reached := map[string]bool{trace.Root: true}
	for _, e := range trace.Edges {
		near, far := e.From, e.To
		if trace.Direction == Back {
			near, far = e.To, e.From
		}
		if _, ok := depth[near]; !ok {
			t.Fatalf("the edge %+v begins nowhere", e)
		}
		if d, ok := depth[far]; !ok || d > depth[near]+1 {
			t.Fatalf("the edge %+v ends nowhere, or the depth of its end is not the least", e)
		}
		reached[far] = true
	}
	if len(reached) != len(trace.Nodes) {
		t.Errorf("%d of %d nodes are joined", len(reached), len(trace.Nodes))
	}
}
