package integrity

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/budget"
	"github.com/rootline/rootline/gateway/projection"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/judge/judgetest"
	"github.com/rootline/rootline/jws"
	"github.com/rootline/rootline/rulebook"
)

// ledger is a channel in memory with a peer for each organisation. TestIntegrityOnTheNetwork of e2e checks the same on
// a real one.
type ledger struct {
	*judgetest.World
	blocks  []*block.Block
	written map[string]block.Written
	// down are the peers that do not answer, lie those that answer otherwise.
	down map[string]bool
	lie  map[string]func(*block.Answer)
}

func (l *ledger) Block(_ context.Context, n uint64) (*block.Block, error) {
	if l.down[judgetest.Owner] || n >= uint64(len(l.blocks)) {
		return nil, errors.New("no answer")
	}
	copied := *l.blocks[n]
	return &copied, nil
}

func (l *ledger) Answer(_ context.Context, ref rootline.Ref, org string) (*block.Answer, error) {
	if l.down[org] {
		return nil, errors.New("no answer")
	}
	a := &block.Answer{MSPID: org, Holds: true}
	if r, _ := l.State.Get(ref); r != nil {
		a.Value, _ = wire.Encode(r)
	}
	if w, ok := l.written[wire.Key(ref)]; ok {
		a.Written = &w
	}
	if l.lie[org] != nil {
		l.lie[org](a)
	}
	return a, nil
}

func (l *ledger) add(t block.Transaction) {
	b := &block.Block{Number: uint64(len(l.blocks))}
	if b.Number > 0 {
		b.Previous = l.blocks[b.Number-1].Hash
	}
	t.ID = fmt.Sprintf("%064d", b.Number)
	envelope, err := json.Marshal(t)
	if err != nil {
		l.T.Fatal(err)
	}
	t.Envelope, b.Bytes, b.Transactions = envelope, len(envelope), []block.Transaction{t}
	b.DataHash = block.DataHash([][]byte{envelope})
	b.Computed, b.Hash = b.DataHash, block.HeaderHash(b.Number, b.Previous, b.DataHash)
	for _, w := range t.Writes {
		l.written[w.Key] = block.Written{Block: b.Number}
	}
	l.blocks = append(l.blocks, b)
}

func (l *ledger) transaction(fn, arg string, caller judge.Caller, d *judge.Decision) {
	t := block.Transaction{
		CodeName: "VALID", Valid: true, Type: "ENDORSER_TRANSACTION", Channel: "works", Chaincode: wire.Chaincode, Function: fn, Args: []string{arg},
		Creator: block.Creator{MSPID: caller.MSPID, Admin: caller.Admin}, Endorsers: []string{judgetest.Owner, judgetest.Contractor}, Timestamp: l.Now,
	}
	for _, r := range d.Writes {
		b, err := wire.Encode(r)
		if err != nil {
			l.T.Fatal(err)
		}
		t.Writes = append(t.Writes, block.Write{Namespace: wire.Chaincode, Key: wire.Key(r.Ref()), Value: b})
	}
	l.add(t)
}

func newLedger(t testing.TB) *ledger {
	l := &ledger{written: map[string]block.Written{}, down: map[string]bool{}, lie: map[string]func(*block.Answer){}, World: &judgetest.World{
		T: t, State: judgetest.NewState(), Judge: judge.New(), Now: rootline.InstantOf(time.Now().Add(-time.Hour)), Admins: map[string]*judgetest.Person{},
	}}
	l.add(block.Transaction{Type: "CONFIG", Valid: true, CodeName: "VALID", Timestamp: l.Now})
	decided := func(fn, arg string, caller judge.Caller, d *judge.Decision, err error) {
		t.Helper()
		if err != nil || len(d.Refused) > 0 {
			t.Fatal(err, d)
		}
		l.State.Apply(d.Writes)
		l.transaction(fn, arg, caller, d)
	}
	founding, owner := judgetest.FoundingJSON(t), judge.Caller{MSPID: judgetest.Owner, Admin: true}
	d, err := l.Judge.Found(l.State, owner, founding, l.Now)
	decided(wire.FnFound, founding, owner, d, err)
	for _, msp := range []string{judgetest.Owner, judgetest.Contractor, judgetest.Supervisor, judgetest.Regulator} {
		admin := &judgetest.Person{Key: judgetest.NewKey(t), Organisation: msp, Role: rootline.RoleAdmin}
		l.Admins[msp] = admin
		caller := judge.Caller{MSPID: msp, Admin: true}
		arg := l.Sign(admin, judgetest.Act(rootline.ActEnrol, rootline.EnrolData{Key: jws.KeyOf(&admin.Key.PublicKey), Role: rootline.RoleAdmin, Name: "admin"})).JWS
		d, err := l.Judge.Confirm(l.State, caller, arg, l.Now)
		decided(wire.FnConfirm, arg, caller, d, err)
	}
	l.Recorded = func(subs []rootline.Submission, d *judge.Decision) {
		arg, err := wire.EncodeBatch(subs)
		if err != nil {
			t.Fatal(err)
		}
		l.transaction(wire.FnRecord, arg, judge.Caller{MSPID: judgetest.Owner}, d)
	}
	return l
}

// life is a tree that was selected, lifted and tagged, in a read model on disk.
type life struct {
	*ledger
	t    testing.TB
	file string
	code string
}

func newLife(t *testing.T) *life {
	t.Helper()
	const book = "forestation@1"
	l := &life{ledger: newLedger(t), t: t, file: filepath.Join(t.TempDir(), "readmodel.db"), code: judgetest.Code(judgetest.Contractor)}
	l.Adopt(rulebook.Shipped()[book], book)
	nursery, manager := l.Enrol(judgetest.Contractor, "nursery"), l.Enrol(judgetest.Owner, rootline.RoleManager)
	for _, p := range []rootline.Place{{ID: "forest", Kind: "project", Title: rootline.Text{En: "Forest", Zh: "林"}}, {ID: "forest/1", Kind: "section", Parent: "forest", Title: rootline.Text{En: "Section", Zh: "标段"}}} {
		l.Do(manager, judgetest.Act(rootline.ActPlace, p))
	}
	photo := []rootline.Evidence{{SHA256: rootline.HashOf([]byte("photo")), Type: "image/jpeg", Size: 5}}
	at := &rootline.Position{Point: rootline.Point{Lat: 38_912_347, Lon: 115_912_389}, Accuracy: 7}
	l.Do(nursery, &rootline.Event{Asset: l.code, Kind: "tree", Action: "select", Rulebook: book, Evidence: photo, Place: at, Data: json.RawMessage(`{"species":"Pinus tabuliformis","dbh":60,"height":2100}`)})
	l.Do(nursery, &rootline.Event{Asset: l.code, Action: "lift", Rulebook: book, Evidence: photo, Place: at, Data: json.RawMessage(`{"rootBall":500}`)})
	l.apply()
	return l
}

// open opens the read model anew: what was in memory is gone.
func (l *life) open() *readmodel.Store {
	l.t.Helper()
	store, err := readmodel.Open(l.t.Context(), l.file)
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { _ = store.Close() })
	return store
}

func (l *life) apply() {
	l.t.Helper()
	store := l.open()
	p, err := projection.New(projection.Config{Store: store})
	if err == nil {
		err = p.Apply(l.t.Context(), l.blocks...)
	}
	if err = errors.Join(err, store.Close()); err != nil {
		l.t.Fatal(err)
	}
}

func (l *life) check() *Report {
	l.t.Helper()
	store := l.open()
	defer store.Close()
	r, err := New(Config{Shown: store, Ledger: l, Own: judgetest.Owner, LateAfter: 24 * time.Hour}).Check(l.t.Context(), budget.Who{}, l.code)
	if err != nil {
		l.t.Fatal(err)
	}
	return r
}

// change changes the file by hand.
func (l *life) change(statements string) {
	l.t.Helper()
	db, err := sql.Open("sqlite", l.file)
	if err == nil {
		_, err = db.Exec(strings.ReplaceAll(statements, "TREE", l.code))
		err = errors.Join(err, db.Close())
	}
	if err != nil {
		l.t.Fatal(statements, err)
	}
}

// saved keeps the file, and gives what puts it back.
func (l *life) saved() func() {
	l.t.Helper()
	b, err := os.ReadFile(l.file)
	if err != nil {
		l.t.Fatal(err)
	}
	return func() {
		_ = os.Remove(l.file + "-wal")
		_ = os.Remove(l.file + "-shm")
		if err := os.WriteFile(l.file, b, 0o600); err != nil {
			l.t.Fatal(err)
		}
	}
}

func (l *ledger) record(ref rootline.Ref) rootline.Record {
	r, _ := l.State.Get(ref)
	return r
}

func refOf(key string) rootline.Ref {
	ref, _ := wire.ParseKey(key)
	return ref
}

func hexOf(b []byte) string { return hex.EncodeToString(b) }

// recordBefore are the bytes of the tree's record before its last event.
func (l *life) recordBefore() string {
	for _, w := range l.blocks[len(l.blocks)-2].Transactions[0].Writes {
		if w.Key == "A/"+l.code {
			return hexOf(w.Value)
		}
	}
	l.t.Fatal("the block before the last does not have it")
	return ""
}

func encoded(t *testing.T, r rootline.Record) []byte {
	t.Helper()
	b, err := wire.Encode(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
