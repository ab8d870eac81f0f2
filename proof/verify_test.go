package proof

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/rootline/rootline"
)

// read packs a proof, and reads it again.
func read(t testing.TB, b *Bundle) (*Bundle, []byte) {
	t.Helper()
	file, err := Encode(b)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	return got, file
}

func verified(t testing.TB, w *world, b *Bundle, o Options) *Report {
	t.Helper()
	got, _ := read(t, b)
	r, err := Verify(got, w.anchor(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAnItemIsProven(t *testing.T) {
	s := newTale(t, "works")
	b, file := read(t, s.bundle())
	r, err := Verify(b, s.anchor(), Options{Code: s.code, Nonce: nonce, Organisations: 4, Now: s.now, MaxAge: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes, %d headers, %d acts", len(file), len(b.Headers), len(b.Acts))
	if len(r.Weaker) > 0 || r.Exit() != ExitValid || !r.Pinned || len(r.Organisations) != 4 || r.Date != s.now || r.Seal == nil || r.Net != s.net {
		t.Errorf("%+v", r)
	}
	if len(r.Events) != 10 || r.Item.Head != s.item.Head || r.Events[0].List != s.lot || r.Events[7].Seen == nil || r.Events[8].Asset == s.code || r.Events[8].Relation != Unnamed || r.Events[8].Wrote != "A/"+s.code || *r.OwnEvents != 9 ||
		r.Events[9].AttestedBy != s.inspector.kid || r.Events[9].Witnessed == 0 || len(r.Devices) != 7 {
		t.Errorf("%+v", r)
	}
	if len(file) > 40<<10 {
		t.Errorf("it has %d bytes", len(file))
	}
	// The same ledger gives the same file.
	if _, again := read(t, newTale(t, "works").bundle()); !bytes.Equal(file, again) {
		t.Error("it is another file the second time")
	}
}

// Whole blocks bind the bytes of the signatures too; a block that holds the answers has them ordered by a quorum.
func TestWholeBlocks(t *testing.T) {
	s := newTale(t, "works")
	q := s.ask(s.keys...)
	payload := q.finish()
	at := s.block([][]byte{s.filler(), envelopeOf(q.creator, payload)})
	b := s.bundleOf(payload)
	b.Blocks = nil
	for _, h := range b.Headers {
		if e := s.state["E/"+s.idOf(b.Events[len(b.Blocks)%10].compact())]; len(b.Blocks) < 10 && e.version.Block == h.Number {
			b.Blocks = append(b.Blocks, Block{h.Number, s.blocks[h.Number].envelopes})
		}
	}
	seal := s.state["S/"].version.Block
	b.Blocks = append(b.Blocks, Block{seal, s.blocks[seal].envelopes}, Block{at, s.blocks[at].envelopes})
	b.Headers = append(b.Headers, s.blocks[at].header)
	r := verified(t, s.world, b, Options{})
	if r.Deep != 12 || r.Submitted == nil || *r.Submitted != at {
		t.Errorf("%+v", r)
	}
	for _, e := range r.Events {
		if !e.Deep {
			t.Errorf("%+v", e)
		}
	}
}

func TestAbsenceIsProven(t *testing.T) {
	s := newTale(t, "works")
	for _, code := range []string{"9520001TREE0000002", "9520001TREE0000000", "9520001TREE9999999"} {
		b := s.absence(code)
		r := verified(t, s.world, b, Options{Code: code})
		if r.Exit() != ExitValid || !slices.Equal(r.Lists, []string{s.lot}) {
			t.Errorf("%s: %+v", code, r)
		}
		b.Neighbours = nil
		if r := verified(t, s.world, b, Options{}); len(r.Lists) > 0 {
			t.Errorf("%+v", r)
		}
	}
}

func TestASetIsProven(t *testing.T) {
	s := newTale(t, "works")
	r := verified(t, s.world, s.set(s.orgs[0].client, s.orgs[1].client, s.orgs[3].client), Options{})
	if len(r.Items) != 2 || len(r.Organisations) != 3 || r.Date != s.now {
		t.Errorf("%+v", r)
	}
}

// An item of many events has several answers, all of one moment.
func TestSeveralAnswers(t *testing.T) {
	s := newTale(t, "works")
	half := len(s.keys) / 2
	item := "A/" + s.code
	first, second := s.ask(append(slices.Clone(s.keys[:half]), item)...), s.ask(append(slices.Clone(s.keys[half:]), item)...)
	second.endorsers = second.endorsers[:3]
	answers := [][]byte{first.finish(), second.finish()}
	slices.SortFunc(answers, bytes.Compare)
	r := verified(t, s.world, s.bundleOf(answers...), Options{Organisations: 4})
	if len(r.Organisations) != 3 || !slices.Equal(r.Weaker, []Code{codeFewerOrganisations}) || r.Exit() != ExitWeaker {
		t.Errorf("%+v", r)
	}
}

func TestWhatIsWeakerThanAskedIsSaid(t *testing.T) {
	s := newTale(t, "works")
	b, _ := read(t, s.bundle())
	r, err := Verify(b, nil, Options{Organisations: 5, Now: s.now + 7_200_000, MaxAge: time.Hour})
	if err != nil || r.Pinned || r.Pin.Hash != s.genesis || !slices.Equal(r.Weaker, []Code{codeNotPinned, codeFewerOrganisations, codeStale}) {
		t.Errorf("%+v, %v", r, err)
	}
}

// The configuration of the anchor may be left out, and a later one may be the anchor.
func TestAnchors(t *testing.T) {
	s := newTale(t, "works")
	b := s.bundle()
	genesis := b.Configurations[0].Envelope
	b.Configurations[0].Envelope = nil
	if r := verified(t, s.world, b, Options{Configuration: genesis}); !r.Pinned {
		t.Errorf("%+v", r)
	}
	_, err := Verify(b, s.anchor(), Options{})
	wantCode(t, "a configuration that is not given", err, codePin)
	anchor, err := ParseAnchor(s.anchor().Encode())
	if err != nil || anchor.Hash != s.genesis {
		t.Fatal(anchor, err)
	}
	b = s.absence("9520001TREE0000002")
	later := b.Configurations[1]
	later.Signatures = nil
	b.Configurations = []Configuration{later}
	anchor.Block, anchor.Hash = later.Number, rootline.HashOf(headerOf(later))
	if _, err := Verify(b, anchor, Options{}); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*Anchor){
		"version": func(a *Anchor) { a.Version = 2 }, "channel": func(a *Anchor) { a.Channel = "" }, "hash": func(a *Anchor) { a.Hash = rootline.Hash{} },
		"net": func(a *Anchor) { a.Net = "x" }, "members": func(a *Anchor) { slices.Reverse(a.Members) }, "k": func(a *Anchor) { a.K = 1 }, "k of 5": func(a *Anchor) { a.K = 5 },
		"twice": func(a *Anchor) { a.Members[1] = a.Members[0] },
	} {
		a := s.anchor()
		change(a)
		_, err := ParseAnchor(a.Encode())
		wantCode(t, name, err, codeAnchor)
	}
	for name, text := range map[string]string{"nothing": "", "a list": "[]", "an unknown name": `{"version":1,"more":2}`, "long": string(bytes.Repeat([]byte{' '}, 1<<17))} {
		_, err := ParseAnchor([]byte(text))
		wantCode(t, name, err, codeAnchor)
	}
}

func BenchmarkVerify(b *testing.B) {
	s := newTale(b, "works")
	_, file := read(b, s.bundle())
	b.ReportMetric(float64(len(file)), "bytes")
	for b.Loop() {
		got, err := Decode(file)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := Verify(got, s.anchor(), Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func TestReportIsJSON(t *testing.T) {
	s := newTale(t, "works")
	if b, err := json.Marshal(verified(t, s.world, s.bundle(), Options{})); err != nil || !bytes.Contains(b, []byte(`"weaker":[]`)) {
		t.Errorf("%s, %v", b, err)
	}
}

// The anchor in testdata is for tests of whoever verifies files: -update writes it anew.
func TestKeptAnchor(t *testing.T) {
	s := newTale(t, "works")
	const name = "testdata/anchor.json"
	if *update {
		if err := os.WriteFile(name, s.anchor().Encode(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if b, err := os.ReadFile(name); err != nil || !bytes.Equal(b, s.anchor().Encode()) {
		t.Errorf("%s is another anchor: go test ./proof -update (%v)", name, err)
	}
}

// FuzzVerify changes what is packed. Nothing may break down, and nothing that is taken may be anything else than it was: it is
// a proof with less in it, or with the other form of a device's signature.
func FuzzVerify(f *testing.F) {
	s := newTale(f, "works")
	anchor := s.anchor()
	for _, b := range []*Bundle{s.bundle(), s.absence("9520001TREE0000102"), s.set(s.orgs[0].client, s.orgs[1].client, s.orgs[3].client)} {
		f.Add(b.encode())
	}
	f.Fuzz(func(t *testing.T, unpacked []byte) {
		b, err := decode(unpacked)
		if err != nil {
			return
		}
		r, err := Verify(b, anchor, Options{})
		if err != nil {
			return
		}
		if r.Item != nil && (r.Item.Head != s.item.Head || len(r.Events) != len(s.events)) || len(r.Organisations) < 3 || r.Date != s.now {
			t.Fatalf("%+v", r)
		}
	})
}
