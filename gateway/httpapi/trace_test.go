package httpapi

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/readmodel"
)

// TestShortTraceIsAsDescribed holds what is written by hand to what the description's type says.
func TestShortTraceIsAsDescribed(t *testing.T) {
	for name, g := range map[string]*readmodel.Genealogy{
		"one": {Root: "A", Direction: readmodel.Back, Nodes: []readmodel.Relative{{ID: "A", Kind: "tree", State: "planted"}}},
		"several": {Root: "A", Direction: readmodel.Forward, Truncated: true, Cursor: readmodel.Cursor{Block: 7}, Nodes: []readmodel.Relative{
			{ID: "A", Kind: "lot", State: "kept"}, {ID: "B\"é\n", Kind: "tree", State: "planted", Depth: 1}, {ID: "C", Kind: "tree", State: "planted", Disputed: true, Depth: 1},
			{ID: "D", Kind: "tree", State: "planted", Depth: 2},
		}, Edges: []readmodel.Link{
			{From: 0, To: 1, Amount: 5, Event: "e1"}, {From: 0, To: 2, Amount: 6, Event: "e1"}, {From: 1, To: 3, Amount: 1, Event: "e2", Possible: true}, {From: 2, To: 3, Amount: -1},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			v := &reply{Reply: &presentation.Reply{Gateway: &presentation.Gateway{Peer: func() presentation.Peer { return presentation.Peer{Height: 10, Known: 10} }}}}
			var b bytes.Buffer
			if err := (traceAnswer{short: v.shortTrace(g)}).writeJSON(&b); err != nil {
				t.Fatal(err)
			}
			var got ShortTrace
			d := json.NewDecoder(&b)
			d.DisallowUnknownFields()
			if err := d.Decode(&got); err != nil {
				t.Fatal(err)
			}
			if len(got.Nodes.ID) != len(g.Nodes) || len(got.Edges.From) != len(g.Edges) || got.Root != "A" || got.Truncated != g.Truncated || got.Block.Number != g.Cursor.Block {
				t.Fatalf("%+v", got)
			}
			for i, n := range g.Nodes {
				l := got.Looks[got.Nodes.Look[i]]
				if got.Nodes.ID[i] != n.ID || got.Nodes.Depth[i] != n.Depth || l.Kind != n.Kind || l.State != n.State || l.Disputed != n.Disputed {
					t.Errorf("node %d: %+v %+v", i, got.Nodes, l)
				}
			}
			for i, e := range g.Edges {
				event := ""
				if at := got.Edges.Event[i]; at >= 0 {
					event = got.Events[at]
				}
				if want := []any{e.From, e.To, e.Amount, e.Event, e.Possible}; !reflect.DeepEqual(want, []any{got.Edges.From[i], got.Edges.To[i], got.Edges.Amount[i], event, slices.Contains(got.Edges.Possible, i)}) {
					t.Errorf("edge %d: %+v", i, got.Edges)
				}
			}
		})
	}
}
