package projection_test

import (
	"crypto/ecdsa"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/jws"
)

//go:embed testdata/works.yaml
var works []byte

const book = "works@1"

// ledger is a channel in memory: what people sign is judged as the chaincode does and lies in blocks that continue
// each other, with what it wrote.
type ledger struct {
	*judgetest.World
	blocks []*block.Block
	open   []block.Transaction
	count  int
}

// newLedger founds a ledger: block 0 configures the channel, block 1 founds, block 2 confirms.
func newLedger(t testing.TB) *ledger {
	t.Helper()
	l := &ledger{World: &judgetest.World{
		T: t, State: judgetest.NewState(), Judge: judge.New(), Now: judgetest.Start, Admins: map[string]*judgetest.Person{},
	}}
	l.open = append(l.open, block.Transaction{Type: "CONFIG", Valid: true, CodeName: "VALID", Timestamp: l.Now})
	l.cut()
	founding := judgetest.FoundingJSON(t)
	caller := judge.Caller{MSPID: judgetest.Owner, Admin: true}
	d, err := l.Judge.Found(l.State, caller, founding, l.Now)
	l.accepted(d, err)
	l.transact(wire.FnFound, founding, caller, d)
	l.cut()
	for _, msp := range []string{judgetest.Owner, judgetest.Contractor, judgetest.Supervisor, judgetest.Regulator} {
		admin := &judgetest.Person{Key: judgetest.NewKey(t), Organisation: msp, Role: rootline.RoleAdmin}
		l.Admins[msp] = admin
		arg := l.Sign(admin, judgetest.Act(rootline.ActEnrol, rootline.EnrolData{
			Key: jws.KeyOf(&admin.Key.PublicKey), Role: rootline.RoleAdmin, Name: "admin",
		})).JWS
		caller := judge.Caller{MSPID: msp, Admin: true}
		d, err := l.Judge.Confirm(l.State, caller, arg, l.Now)
		l.accepted(d, err)
		l.transact(wire.FnConfirm, arg, caller, d)
	}
	l.cut()
	l.Recorded = func(subs []rootline.Submission, d *judge.Decision) { l.record(subs, d) }
	return l
}

func (l *ledger) accepted(d *judge.Decision, err error) {
	l.T.Helper()
	if err != nil {
		l.T.Fatal(err)
	}
	if len(d.Refused) > 0 {
		l.T.Fatal(d.Refused[0].Error)
	}
	l.State.Apply(d.Writes)
}

// record adds the transaction of a batch, with the writes of a decision, to the next block.
func (l *ledger) record(subs []rootline.Submission, d *judge.Decision) *block.Transaction {
	l.T.Helper()
	arg, err := wire.EncodeBatch(subs)
	if err != nil {
		l.T.Fatal(err)
	}
	return l.transact(wire.FnRecord, arg, judge.Caller{MSPID: judgetest.Owner}, d)
}

func (l *ledger) transact(function, arg string, caller judge.Caller, d *judge.Decision) *block.Transaction {
	l.T.Helper()
	l.count++
	t := block.Transaction{
		ID: fmt.Sprintf("tx%04d", l.count), CodeName: "VALID", Valid: true, Type: "ENDORSER_TRANSACTION", Channel: "works",
		Chaincode: wire.Chaincode, Function: function, Args: []string{arg},
		Creator: block.Creator{MSPID: caller.MSPID, Admin: caller.Admin}, Endorsers: []string{judgetest.Owner, judgetest.Contractor},
		Timestamp: l.Now,
	}
	for _, r := range d.Writes {
		b, err := wire.Encode(r)
		if err != nil {
			l.T.Fatal(err)
		}
		t.Writes = append(t.Writes, block.Write{Namespace: wire.Chaincode, Key: wire.Key(r.Ref()), Value: b})
	}
	l.open = append(l.open, t)
	return &l.open[len(l.open)-1]
}

// cut makes the next block of the transactions so far.
func (l *ledger) cut() *block.Block {
	b := &block.Block{Number: uint64(len(l.blocks)), Transactions: l.open}
	l.open = nil
	if n := len(l.blocks); n > 0 {
		b.Previous = l.blocks[n-1].Hash
	}
	l.blocks = append(l.blocks, b)
	l.seal(b)
	return b
}

// seal computes the hashes of a block.
func (l *ledger) seal(b *block.Block) {
	l.T.Helper()
	var envelopes [][]byte
	b.Bytes = 0
	for i := range b.Transactions {
		t := &b.Transactions[i]
		t.Index, t.Envelope = i, nil
		e, err := json.Marshal(t)
		if err != nil {
			l.T.Fatal(err)
		}
		t.Envelope = e
		b.Bytes += len(e)
		envelopes = append(envelopes, e)
	}
	b.DataHash = block.DataHash(envelopes)
	b.Computed = b.DataHash
	b.Hash = block.HeaderHash(b.Number, b.Previous, b.DataHash)
}

// asset makes an event about an asset.
func asset(id, action string, change ...func(*rootline.Event)) *rootline.Event {
	e := &rootline.Event{Asset: id, Action: action, Rulebook: book}
	for _, c := range change {
		c(e)
	}
	return e
}

func kind(name string) func(*rootline.Event) { return func(e *rootline.Event) { e.Kind = name } }

func data(json string) func(*rootline.Event) {
	return func(e *rootline.Event) { e.Data = []byte(json) }
}

func here(e *rootline.Event) {
	e.Place = &rootline.Position{Point: rootline.Point{Lat: 38_912_345, Lon: 115_912_345}, Accuracy: 5}
}

func amount(n int64) func(*rootline.Event) { return func(e *rootline.Event) { e.Amount = n } }

func inputs(in ...rootline.Input) func(*rootline.Event) {
	return func(e *rootline.Event) { e.Inputs = in }
}

// story is a ledger on which a bit of everything happened.
type story struct {
	*ledger
	nursery, planter, builder *judgetest.Person
	tree, lot, roll, tag      string
	cement, slab              string
	codes                     rootline.Codes
	blob, tags                []byte
	amended                   string
	first                     string
}

func lines(codes []string) []byte { return []byte(strings.Join(codes, "\n") + "\n") }

func evidence(b []byte) []rootline.Evidence {
	return []rootline.Evidence{{SHA256: rootline.HashOf(b), Type: "text/vnd.rootline.codes", Size: int64(len(b))}}
}

func newStory(t testing.TB) *story {
	t.Helper()
	s := &story{ledger: newLedger(t)}
	s.Adopt(works, book)
	s.nursery, s.planter = s.Enrol(judgetest.Contractor, "nursery"), s.Enrol(judgetest.Contractor, "planter")
	s.builder = s.Enrol(judgetest.Contractor, "builder")
	manager := s.Enrol(judgetest.Owner, rootline.RoleManager)
	s.Do(manager, judgetest.Act(rootline.ActPlace, rootline.Place{ID: "forest", Kind: "project", Title: rootline.Text{En: "Forest"}}))
	s.cut()

	s.tree = judgetest.Code(judgetest.Contractor)
	register := asset(s.tree, "register", kind("tree"), data(`{"species":"Pinus tabuliformis"}`))
	s.Do(s.nursery, register)
	s.first = register.ID
	s.Do(s.planter, asset(s.tree, "plant", here))
	amend := asset(s.tree, "amend", data(`{"species":"Ulmus pumila"}`), func(e *rootline.Event) { e.Corrects = register.ID })
	s.Do(s.planter, amend)
	s.amended = amend.ID
	s.cut()

	s.lot, s.roll = judgetest.Code(judgetest.Contractor), judgetest.Code(judgetest.Contractor)
	var codes, tags []string
	for range 25 {
		codes = append(codes, judgetest.Code(judgetest.Contractor))
		tags = append(tags, judgetest.Code(judgetest.Contractor))
	}
	s.codes = rootline.NewCodes(codes)
	s.blob = lines(s.codes)
	list := s.codes.List()
	s.Do(s.nursery, asset(s.lot, "register", kind("tree-lot"), data(`{"species":"Ulmus pumila"}`), func(e *rootline.Event) {
		e.List, e.Evidence = &list, evidence(s.blob)
	}))
	blank := rootline.NewCodes(tags)
	s.tags = lines(blank)
	rollList := blank.List()
	issue := judgetest.Act(rootline.ActIssue, rootline.IssueData{Roll: s.roll})
	issue.List, issue.Evidence = &rollList, evidence(s.tags)
	s.Do(s.Admins[judgetest.Contractor], issue)
	s.tag = blank[3]
	bind := s.Sign(s.planter, asset(s.tree, "bind", func(e *rootline.Event) { e.Tag = s.tag }))
	bind.Inclusion, _ = blank.Prove(s.roll, s.tag)
	s.must(s.TrySubmission(bind))
	s.cut()

	s.cement, s.slab = judgetest.Code(judgetest.Contractor), judgetest.Code(judgetest.Contractor)
	s.Do(s.builder, asset(s.cement, "deliver", kind("cement"), amount(1000)))
	s.Do(s.builder, asset(s.slab, "cast", kind("slab"), inputs(rootline.Input{Asset: s.cement, Amount: 300})))
	s.cut()
	return s
}

func (s *story) must(err error) {
	s.T.Helper()
	if err != nil {
		s.T.Fatal(err)
	}
}

// wake plants an item of the story's lot, with an inclusion from elsewhere.
func (s *story) wake(code string, in *rootline.Inclusion) {
	s.T.Helper()
	sub := s.Sign(s.planter, asset(code, "plant", here))
	sub.Inclusion = in
	s.must(s.TrySubmission(sub))
}

// forge lets colluding organisations get a batch into a block: the writes are whatever the judge says, or a copy of
// the record with a change, and validity is the peers' word. The honest state stays without it.
func (l *ledger) forge(writes []rootline.Record, subs ...rootline.Submission) *block.Transaction {
	l.T.Helper()
	slices.SortFunc(writes, func(a, b rootline.Record) int { return a.Ref().Compare(b.Ref()) })
	l.Now += 1000
	return l.record(subs, &judge.Decision{Writes: writes})
}

func (l *ledger) stranger() *ecdsa.PrivateKey { return judgetest.NewKey(l.T) }
