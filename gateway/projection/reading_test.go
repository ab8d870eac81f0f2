package projection_test

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/projection"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/gateway/readmodel/readmodeltest"
	"github.com/rootline/rootline/judge/judgetest"
)

func TestTheHistoryOfAnAssetIsReadBack(t *testing.T) {
	s := newStory(t)
	g := applied(t, s.ledger)
	history, err := readmodeltest.View(t, g.store).AssetEvents(s.tree, readmodel.Page{})
	if err != nil {
		t.Fatal(err)
	}
	var actions []string
	for i, e := range history.Items {
		actions = append(actions, e.Event.Action)
		if e.Seq != uint64(len(history.Items)-i) || e.Block == 0 || e.BlockHash != s.blocks[e.Block].Hash {
			t.Errorf("%+v", e)
		}
	}
	if want := []string{"bind", "amend", "plant", "register"}; !slices.Equal(actions, want) {
		t.Errorf("got %v, want %v", actions, want)
	}
	a, err := readmodeltest.View(t, g.store).Asset(s.tree)
	if err != nil || a.Head != history.Items[0].Head || a.Fields["species"].Str() != "Ulmus pumila" {
		t.Errorf("%+v, %v", a, err)
	}
	// The heads link the events: anyone can compute them.
	var head rootline.Hash
	for _, e := range slices.Backward(history.Items) {
		if head = rootline.NextHead(head, e.Seq, e.Hash); head != e.Head {
			t.Errorf("%s has another head", e.Event.Action)
		}
	}
	e, err := readmodeltest.View(t, g.store).Event(s.first)
	if err != nil || !slices.Equal(e.CorrectedBy, []string{s.amended}) || e.Kind != "tree" || e.State != "received" ||
		e.Organisation != judgetest.Contractor || e.Role != "nursery" || e.Name != "nursery-1" || e.Seq != 1 || e.Link != "asset" {
		t.Errorf("%+v, %v", e, err)
	}
	if tx, err := readmodeltest.View(t, g.store).Transaction(e.Transaction); err != nil || !slices.Equal(tx.Events, []string{s.first}) || tx.Verdict != readmodel.Agreed {
		t.Errorf("%+v, %v", tx, err)
	}
	one, err := readmodeltest.View(t, g.store).AssetEvents(s.tree, readmodel.Page{Limit: 3})
	if err != nil || len(one.Items) != 3 || one.Next == "" {
		t.Fatalf("%+v, %v", one, err)
	}
	rest, err := readmodeltest.View(t, g.store).AssetEvents(s.tree, readmodel.Page{Limit: 3, Cursor: one.Next})
	if err != nil || len(rest.Items) != 1 || rest.Next != "" || rest.Items[0].Event.ID != s.first {
		t.Errorf("%+v, %v", rest, err)
	}
}

func TestWhatWentInIsTraced(t *testing.T) {
	s := newStory(t)
	g := applied(t, s.ledger)
	back, err := readmodeltest.View(t, g.store).Trace(s.slab, readmodel.Back, readmodel.TraceOptions{})
	if err != nil || len(back.Nodes) != 2 || len(back.Edges) != 1 {
		t.Fatalf("%+v, %v", back, err)
	}
	if e := back.Edges[0]; e.From != s.cement || e.To != s.slab || e.Amount != 300 {
		t.Errorf("%+v", e)
	}
	if q := back.Nodes[1].Asset.Quantity; q == nil || q.Left != 700 {
		t.Errorf("%+v", q)
	}
	history, err := readmodeltest.View(t, g.store).AssetEvents(s.cement, readmodel.Page{})
	if err != nil || len(history.Items) != 2 || history.Items[0].Link != "input" || history.Items[0].Amount != 300 ||
		history.Items[0].Event.Asset != s.slab {
		t.Errorf("%+v, %v", history, err)
	}
}

func TestTheRegistryIsReadBack(t *testing.T) {
	s := newStory(t)
	s.Do(s.Admins[judgetest.Contractor], judgetest.Act(rootline.ActRevoke, rootline.RevokeData{Device: s.planter.Kid()}))
	next := []byte(string(works[:len("rulebook: works\n")]) + "version: 2" + string(works[len("rulebook: works\nversion: 1"):]))
	s.Do(s.Admins[judgetest.Owner], judgetest.Act(rootline.ActPropose, rootline.ProposeData{YAML: string(next)}))
	s.cut()
	g := applied(t, s.ledger)
	l, err := readmodeltest.View(t, g.store).Ledger()
	if err != nil || l.Ledger.Net != judgetest.Net || len(l.Organisations) != 4 || l.Organisations[3].MSPID != judgetest.Regulator ||
		l.Organisations[3].Confirmed == 0 || l.Cursor.Hash != s.blocks[len(s.blocks)-1].Hash {
		t.Errorf("%+v, %v", l, err)
	}
	d, err := readmodeltest.View(t, g.store).Device(s.planter.Kid())
	if err != nil || d.Revoked == 0 {
		t.Errorf("%+v, %v", d, err)
	}
	list, err := readmodeltest.View(t, g.store).Devices(readmodel.DeviceFilter{Organisation: judgetest.Contractor}, readmodel.Page{})
	if err != nil || len(list.Items) != 4 {
		t.Errorf("%d devices, %v", len(list.Items), err)
	}
	list, err = readmodeltest.View(t, g.store).Devices(readmodel.DeviceFilter{Role: rootline.RoleAdmin}, readmodel.Page{Limit: 3})
	if err != nil || len(list.Items) != 3 || list.Next == "" {
		t.Errorf("%d admins, %v", len(list.Items), err)
	}
	books, err := readmodeltest.View(t, g.store).Rulebooks()
	if err != nil || len(books) != 1 || !books[0].Current || books[0].Book.Kind("slab") == nil || books[0].YAML != string(works) {
		t.Errorf("%+v, %v", books, err)
	}
	if ballots, err := readmodeltest.View(t, g.store).Ballots(readmodel.Page{}); err != nil || len(ballots.Items) != 1 || ballots.Items[0].Name != "works@2" {
		t.Errorf("%+v, %v", ballots, err)
	}
	if _, err := readmodeltest.View(t, g.store).Rulebook("works"); rootline.CodeOf(err) != rootline.CodeNotFound {
		t.Errorf("got %v", err)
	}
	if p, err := readmodeltest.View(t, g.store).Place("forest"); err != nil || p.Title.En != "Forest" {
		t.Errorf("%+v, %v", p, err)
	}
	if places, err := readmodeltest.View(t, g.store).Places(readmodel.PlaceFilter{Kind: "project"}, readmodel.Page{}); err != nil || len(places.Items) != 1 {
		t.Errorf("%+v, %v", places, err)
	}
	// A revoked device's later event is refused by the state that the gateway judges with.
	state, release, err := g.store.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	sub := s.Sign(s.planter, asset(s.tree, "amend", data(`{"species":"x"}`), func(e *rootline.Event) { e.Corrects = s.first }))
	decision, err := s.Judge.Record(state, []rootline.Submission{sub}, s.Now+1)
	if err != nil || len(decision.Refused) != 1 || decision.Refused[0].Error.Code != rootline.CodeDeviceRevoked {
		t.Errorf("%+v, %v", decision, err)
	}
}

func TestBlocksAreReadBack(t *testing.T) {
	s := newStory(t)
	g := applied(t, s.ledger)
	b, err := readmodeltest.View(t, g.store).Block(2)
	if err != nil || b.Hash != s.blocks[2].Hash || b.Previous != s.blocks[1].Hash || b.DataHash != s.blocks[2].DataHash || b.Count != 4 ||
		b.Events != 4 || len(b.Transactions) != 4 || !b.Transactions[0].Admin || len(b.Transactions[0].Events) != 1 {
		t.Errorf("%+v, %v", b, err)
	}
	if _, err := readmodeltest.View(t, g.store).Block(999); rootline.CodeOf(err) != rootline.CodeNotFound {
		t.Errorf("got %v", err)
	}
	var numbers []uint64
	page := readmodel.Page{Limit: 3}
	for {
		list, err := readmodeltest.View(t, g.store).Blocks(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range list.Items {
			numbers = append(numbers, b.Number)
		}
		if page.Cursor = list.Next; page.Cursor == "" {
			break
		}
	}
	slices.Reverse(numbers)
	for i, n := range numbers {
		if n != uint64(i) || len(numbers) != len(s.blocks) {
			t.Fatalf("got %v", numbers)
		}
	}
}

// TestARepeatedEventIsThereOnce sends an event again in a later transaction, as an outbox after a crash may. The transaction
// names it with the block that recorded it.
func TestARepeatedEventIsThereOnce(t *testing.T) {
	s := newStory(t)
	sub := s.Sign(s.builder, asset(judgetest.Code(judgetest.Contractor), "deliver", kind("cement"), amount(5)))
	s.must(s.TrySubmission(sub))
	s.cut()
	s.must(s.TrySubmission(sub))
	s.cut()
	g := applied(t, s.ledger)
	if f := g.findings(t); len(f) > 0 {
		t.Errorf("findings %+v", f)
	}
	b, err := readmodeltest.View(t, g.store).Block(uint64(len(s.blocks) - 1))
	if err != nil || b.Events != 0 || b.Transactions[0].Verdict != readmodel.Agreed {
		t.Errorf("%+v, %v", b, err)
	}
	before := uint64(len(s.blocks) - 2)
	recorded, err := readmodeltest.View(t, g.store).Block(before)
	if err != nil || len(recorded.Transactions[0].Events) != 1 || len(recorded.Transactions[0].Repeated) != 0 {
		t.Fatalf("%+v, %v", recorded, err)
	}
	if r := b.Transactions[0].Repeated; len(r) != 1 || r[0] != (readmodel.Repeated{ID: recorded.Transactions[0].Events[0], Block: before}) {
		t.Errorf("repeated: %+v", r)
	}
	sameState(t, g, s)
	if n, err := readmodeltest.View(t, g.store).RepeatedCount(); err != nil || n != 1 {
		t.Errorf("%d are counted, %v", n, err)
	}
	registry := prometheus.NewRegistry()
	store, err := readmodel.Open(t.Context(), filepath.Join(t.TempDir(), "counted.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	p, err := projection.New(projection.Config{Store: store, Registerer: registry})
	if err == nil {
		err = p.Apply(t.Context(), s.blocks...)
	}
	metrics, gathered := registry.Gather()
	if err = errors.Join(err, gathered); err != nil {
		t.Fatal(err)
	}
	for _, m := range metrics {
		if n := m.GetMetric()[0].GetCounter().GetValue(); m.GetName() == "rootline_projection_repeated_total" && n != 1 {
			t.Errorf("the metric counts %v", n)
		}
	}
}
