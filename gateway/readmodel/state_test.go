package readmodel

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/jws"
)

// TestStatesAgree holds every judge.State to the same contract: the one in memory, the one of a snapshot, and the one
// within a write transaction, before and after its rows are written out.
func TestStatesAgree(t *testing.T) {
	for name, with := range map[string]func(t *testing.T, records []rootline.Record, check func(judge.State)){
		"memory": func(_ *testing.T, records []rootline.Record, check func(judge.State)) {
			s := judgetest.NewState()
			s.Apply(records)
			check(s)
		},
		"snapshot": func(t *testing.T, records []rootline.Record, check func(judge.State)) {
			s := open(t)
			put(t, s, records...)
			state, release, err := s.Snapshot(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer release()
			check(state)
		},
		"write transaction": func(t *testing.T, records []rootline.Record, check func(judge.State)) {
			write(t, open(t), func(tx *Tx) error {
				w, err := Encode(records)
				tx.Put(w)
				check(tx.State())
				return err
			})
		},
		"later write transaction": func(t *testing.T, records []rootline.Record, check func(judge.State)) {
			s := open(t)
			put(t, s, records...)
			write(t, s, func(tx *Tx) error {
				check(tx.State())
				return nil
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			records := everyRecord()
			with(t, records, func(state judge.State) { conform(t, state, records) })
		})
	}
}

// everyRecord has a record of every namespace.
func everyRecord() []rootline.Record {
	asset := planted(1)
	asset.Fields = rootline.Fields{"species": rootline.StringOf("银杏 \"x\""), "n": rootline.IntegerOf(-5), "l": rootline.ListOf(rootline.IntegerOf(1))}
	asset.Position = &rootline.Position{Point: rootline.Point{Lat: -1, Lon: 2}, Accuracy: 3}
	asset.Parents = []rootline.Parent{{Asset: code(2), Amount: 7}}
	asset.Under, asset.Children, asset.Claim = code(4), map[string]int64{"total": 2}, "works/tree/00ff"
	asset.Tallies = map[string]rootline.Tally{"least/depth": {Values: []rootline.Tallied{{Value: -7, Count: 2}}, Beyond: 1}}
	asset.Fields["defects"] = rootline.ListOf(rootline.EntryOf(rootline.Fields{"class": rootline.IntegerOf(2), "note": rootline.StringOf("裂缝 \"x\"")}))
	asset.Frozen = []rootline.Freeze{{Recall: "r", Via: code(2), Possible: true}}
	asset.Pending = &rootline.Pending{Action: "accept", Agreed: rootline.HashOf(nil), Signatures: []rootline.Signature{{Role: "builder"}}}
	key := jws.Key{Kty: "EC", Crv: "P-256", X: "x", Y: "y"}
	return []rootline.Record{
		asset,
		&rootline.Device{Kid: "kid", Key: key, Organisation: "OwnerMSP", Role: "admin", Name: "A1", Since: 5},
		&rootline.EventRecord{ID: "e", Subject: code(1), Seq: 1, Hash: rootline.HashOf(nil), Witnessed: 5},
		&rootline.Seal{Nonce: []byte("0123456789abcdef"), Witnessed: 9},
		&rootline.Invitation{Kid: "kid", Key: key, Role: "planter"},
		&rootline.Ledger{Net: "n", Organisations: []string{"OwnerMSP"}, Founded: 5},
		&rootline.Organisation{MSPID: "OwnerMSP", Prefix: "9520001", Title: rootline.Text{En: "Owner", Zh: "业主"}},
		&rootline.Place{ID: "forest/1", Kind: "plot", Parent: "forest", Title: rootline.Text{En: "1"}, Outline: []rootline.Point{{Lat: 1}}},
		&rootline.CurrentRulebook{Name: "works", Version: 1},
		&rootline.AdoptedRulebook{Name: "works@1", YAML: "a: b\n", Adopted: 6},
		&rootline.Tag{Code: code(3), Asset: code(1)},
		&rootline.Ballot{Name: "works@2", Votes: []string{"OwnerMSP"}},
		&rootline.ProposedText{Ballot: "works@2", YAML: "x"},
		&rootline.OpenVotes{Organisation: "OwnerMSP", Ballots: []string{"works@2"}},
		&rootline.Mark{ID: rootline.MarkID(code(1), "money", "depth", "", code(2)), Count: 1, Sum: 300},
		&rootline.RulebookReaders{Rulebook: "works", Names: []string{"money"}},
		&rootline.Claim{ID: "works/tree/00ff", Asset: code(1)},
		&rootline.Recall{ID: "r", Asset: code(1), Rulebook: "works@1", Reason: "28 d", Opened: 7, Deadline: 8, Named: 1, Frozen: 1,
			Holders: []rootline.Holder{{Organisation: "OwnerMSP", Assets: 1}}},
	}
}

func conform(t *testing.T, state judge.State, records []rootline.Record) {
	t.Helper()
	absent := rootline.Ref{Space: rootline.SpaceTag, ID: code(1)} // another namespace has this id
	var refs []rootline.Ref
	seen := map[rootline.Space]bool{}
	for _, r := range records {
		refs = append(refs, r.Ref(), absent, r.Ref())
		seen[r.Ref().Space] = true
	}
	if len(seen) != len(rootline.Spaces) {
		t.Errorf("the test knows %d namespaces of %d", len(seen), len(rootline.Spaces))
	}
	for range 2 {
		if err := state.Load(refs); err != nil {
			t.Fatal(err)
		}
	}
	if err := state.Load(nil); err != nil {
		t.Fatal(err)
	}
	for _, want := range records {
		if got, err := state.Get(want.Ref()); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %+v, %v\nwant %+v", want.Ref(), got, err, want)
		}
	}
	for _, ref := range []rootline.Ref{absent, {Space: rootline.SpaceAsset, ID: "never asked for"}, {Space: rootline.SpaceAsset, ID: code(1) + "\x00"}} {
		if got, err := state.Get(ref); got != nil || err != nil {
			t.Errorf("%s: got %v, %v", ref, got, err)
		}
	}
}

func TestASnapshotStaysAsItIs(t *testing.T) {
	s := open(t)
	put(t, s, planted(1))
	state, release, err := s.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	changed := planted(1)
	changed.State = "dead"
	put(t, s, changed, planted(2))
	if got, err := state.Get(planted(1).Ref()); err != nil || got.(*rootline.Asset).State != "planted" {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err := state.Get(planted(2).Ref()); got != nil || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
	release()
	if _, err := state.Get(planted(3).Ref()); err == nil {
		t.Error("a released snapshot answers")
	}
	if _, err := state.Get(planted(3).Ref()); err == nil {
		t.Error("a failed read is taken for an absent record")
	}
	state, release, err = s.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	if got, err := state.Get(planted(1).Ref()); err != nil || got.(*rootline.Asset).State != "dead" {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestWriteIsAllOrNothing(t *testing.T) {
	s := open(t)
	put(t, s, planted(1))
	boom := errors.New("boom")
	err := s.Write(t.Context(), func(tx *Tx) error {
		w, err := Encode([]rootline.Record{planted(2)})
		tx.Put(w)
		if err := errors.Join(err, tx.flush()); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) {
		t.Fatal(err)
	}
	func() {
		defer func() { _ = recover() }()
		_ = s.Write(t.Context(), func(tx *Tx) error {
			w, _ := Encode([]rootline.Record{planted(3)})
			tx.Put(w)
			_ = tx.flush()
			panic("boom")
		})
	}()
	ctx, cancel := context.WithCancel(t.Context())
	err = s.Write(ctx, func(tx *Tx) error {
		w, err := Encode([]rootline.Record{planted(5)})
		tx.Put(w)
		cancel()
		return err
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	list, err := view(t, s).Assets(AssetFilter{}, Page{})
	if err != nil || len(list.Items) != 1 {
		t.Errorf("%v, %v", codes(list.Items), err)
	}
	put(t, s, planted(4)) // and it goes on
}

func TestReadersDoNotWaitForTheWriter(t *testing.T) {
	s := open(t)
	put(t, s, planted(1))
	write(t, s, func(tx *Tx) error {
		w, err := Encode([]rootline.Record{planted(2)})
		tx.Put(w)
		if err := errors.Join(err, tx.flush()); err != nil {
			return err
		}
		list, err := view(t, s).Assets(AssetFilter{}, Page{})
		if err == nil && len(list.Items) != 1 {
			err = fmt.Errorf("a reader sees %d assets", len(list.Items))
		}
		return err
	})
}

// proposals are ballots with these votes, as the judge writes them.
func proposals(votes map[string][]string) (records []rootline.Record) {
	open := map[string][]string{}
	for name, by := range votes {
		text := "text of " + name
		records = append(records, &rootline.Ballot{Name: name, SHA256: rootline.HashOf([]byte(text)), Votes: by}, &rootline.ProposedText{Ballot: name, YAML: text})
		for _, msp := range by {
			open[msp] = append(open[msp], name)
		}
	}
	for msp, names := range open {
		records = append(records, &rootline.OpenVotes{Organisation: msp, Ballots: names})
	}
	return records
}

// TestBallotsArePaged: nobody reads the texts of all proposals at once, and what is decided or withdrawn is on no page.
func TestBallotsArePaged(t *testing.T) {
	s := open(t)
	records := []rootline.Record{
		&rootline.CurrentRulebook{Name: "works", Version: 1},
		&rootline.Ballot{Name: rootline.ProtocolBallot(2), Votes: []string{"OwnerMSP"}},
	}
	votes := map[string][]string{
		"works@1": {"OwnerMSP"}, rootline.OwnBallot("works@1", "OwnerMSP"): {"OwnerMSP"}, "withdrawn@1": nil,
		"works@2": {"OwnerMSP", "ContractorMSP"}, rootline.OwnBallot("works@2", "OwnerMSP"): {"OwnerMSP"},
	}
	want := []string{"works@2", "works@2:OwnerMSP"}
	for i := range 43 {
		name := fmt.Sprintf("zz%02d@1", i)
		votes[name], want = []string{[]string{"OwnerMSP", "ContractorMSP"}[i%2]}, append(want, name)
	}
	put(t, s, append(records, proposals(votes)...)...)
	var got []string
	for p := (Page{Limit: MaxLimit}); ; {
		list, err := view(t, s).Ballots(p)
		if err != nil || len(list.Items) > mostBallots {
			t.Fatalf("%d on a page, %v", len(list.Items), err)
		}
		for _, b := range list.Items {
			got = append(got, b.Name)
			if b.YAML != "text of "+b.Name {
				t.Errorf("%s has the text %q", b.Name, b.YAML)
			}
		}
		if p.Cursor = list.Next; p.Cursor == "" {
			break
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

// A version of a rulebook was adopted by the ballot on its text that a majority voted for, whoever else proposed one.
func TestAdoptionIsFound(t *testing.T) {
	s := open(t)
	own := rootline.OwnBallot("works@1", "OwnerMSP")
	records := proposals(map[string][]string{
		"works@1": {"ContractorMSP", "RegulatorMSP"}, own: {"OwnerMSP", "RegulatorMSP", "SupervisorMSP"}, "roads@1": {"OwnerMSP"},
	})
	put(t, s, append(records,
		&rootline.Ledger{Net: "0123456789abcdef0123456789abcdef", Protocol: 1, Organisations: []string{"ContractorMSP", "OwnerMSP", "RegulatorMSP", "SupervisorMSP"}, Founded: 1},
		&rootline.CurrentRulebook{Name: "works", Version: 1},
		&rootline.AdoptedRulebook{Name: "works@1", YAML: "text of " + own, Adopted: 2},
		&rootline.AdoptedRulebook{Name: "roads@1", YAML: "text of roads@1", Adopted: 2},
	)...)
	for name, want := range map[string]*Adoption{"works@1": {own, "text of " + own}, "works@2": nil, "roads@1": nil} {
		got, err := view(t, s).Adoption(name)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v, want %+v", name, got, err, want)
		}
	}
}
