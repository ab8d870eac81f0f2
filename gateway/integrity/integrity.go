// Package integrity checks what pages show of one item against where it came from: the signed events in the blocks that
// the organisation's own peer delivers, and the records that the organisations' peers endorse. It believes nothing of the
// read model that it checks; that only says where to look.
package integrity

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/budget"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/judge"
)

// Ledger is where it came from; *fabric.Client is one.
type Ledger interface {
	// Block reads a block again from the own peer.
	Block(ctx context.Context, number uint64) (*block.Block, error)
	// Answer is what an organisation's peer holds under a reference, as it endorsed it.
	Answer(ctx context.Context, ref rootline.Ref, organisation string) (*block.Answer, error)
}

// Config says what a Checker works with.
type Config struct {
	// Shown is what pages show. It is looked at in short views: peers are asked meanwhile, and a check compares again when
	// what is shown went on.
	Shown  *readmodel.Store
	Ledger Ledger
	// Own is the MSP id of the gateway's organisation.
	Own string
	// LateAfter is the projector's; see projection.Config.
	LateAfter time.Duration
	// Verified looks at a block beyond its hashes: its signatures, under the configuration followed from a pinned
	// genesis. Nil checks hashes only.
	Verified func(*block.Block) error
	// Outdated reports whether what is shown was derived by other rules than this program's, so that nothing can be claimed
	// of differences; nil means never.
	Outdated func() bool
}

// Fault is one thing that does not agree.
type Fault struct {
	// Field names what differs: "event.role", "asset.state", "block.dataHash".
	Field string
	// Event, Seq and Block say where, as far as there is one. By is the organisation whose peer says otherwise.
	Event string
	Seq   uint64
	Block uint64
	By    string
}

// kinds name the faults that people have a word for. All else is a field that differs.
var kinds = map[string]string{
	"event.jws": "unreadable", "event.hash": "hash", "event.seq": "sequence", "event.head": "link", "asset.head": "head",
	"event.device": "device", "event.signature": "signature",
}

// Kind is the kind of the fault: unreadable, hash, sequence, link, head, device, signature, or field.
func (f Fault) Kind() string {
	if kind := kinds[f.Field]; kind != "" && f.By == "" {
		return kind
	}
	return "field"
}

// Report says what was compared with what, by whom, and what did not agree.
type Report struct {
	Asset  string
	Head   rootline.Hash
	Cursor readmodel.Cursor
	// At is when it was checked: when the part was that was checked first, where parts were checked before.
	At rootline.Instant
	// Events, Devices and Organisations count the history and who signed it; Disputed those that this gateway judges
	// otherwise.
	Events, Devices, Organisations, Disputed int
	// Asleep says that it has no event yet: its place on its lot's list and the lot's record were compared.
	Asleep bool
	// Unjudged is the quarantined transaction that something newer of the item goes back to, which is then not compared;
	// "" when there is none.
	Unjudged string
	// NotRecomputed is the first transaction that something which was compared rests on, and of which only the peer that
	// delivered it says whether it took effect; nil when there is none.
	NotRecomputed *readmodel.NotRecomputed
	// Chain is how far the blocks that are kept follow each other.
	Chain readmodel.ChainCheck
	Compared
	// Peers are the organisations whose peers endorsed the same record; Silent those that did not answer or are behind.
	Peers, Silent []string
	// Unchecked says why nothing is claimed: a stable name; "" when the check was made.
	Unchecked string
	// More says that asking again goes on with what was not compared yet.
	More   bool
	Faults []Fault
}

// Compared counts what was compared.
type Compared struct {
	// Events counts the events that were compared with their blocks; Signatures those whose signature was checked;
	// States those whose state could not be derived again, and which was therefore not compared.
	Events, Signatures, States int
	// Records counts the records that were compared with those at the own peer.
	Records int
	// First and Last are the blocks of the oldest and the newest event that was compared, Blocks how many those are.
	First, Last uint64
	Blocks      int
}

// Whole reports whether all that pages show was compared.
func (r *Report) Whole() bool { return r.Compared.Events == r.Events && r.States == 0 }

// Intact reports whether all was compared, and all agrees: the one meaning of the word.
func (r *Report) Intact() bool {
	return r.Whole() && r.Unchecked == "" && r.Unjudged == "" && r.NotRecomputed == nil && r.Disputed == 0 && len(r.Faults) == 0 && r.Chain.Broken == nil
}

// Why a check was not made.
const (
	UncheckedPeer   = "peer"   // the own peer does not answer, or is behind this gateway
	UncheckedBehind = "behind" // the ledger went on, and this gateway has not read that yet
	UncheckedBusy   = "busy"   // too many checks at a time
	// UncheckedOutdated: what is shown was derived by other rules than this program's, until it is made anew.
	UncheckedOutdated = "outdated"
)

// The bounds of one check. What it does not come to is compared when it is asked for again.
const (
	maxFaults = 20
	// Blocks that lie in memory together, and how many are read for one part.
	maxBlocks  = 200
	maxBytes   = 64 << 20
	maxFetched = 1000
	// Records that are compared with the own peer's.
	maxRecords = 256
	// A report is kept so long for what is shown to the byte, and so is a part of a history.
	keptFor     = time.Minute
	partKeptFor = 10 * time.Minute
	keptMost    = 500
	partsMost   = 20_000
	// freshParts are the newest, which are read again at each check. Older ones are believed for partKeptFor; see Report.At.
	freshParts = 10
)

// turns are the checks at a time: each holds a part's blocks.
var turns = budget.Limits{All: 3, Guests: 2, Guest: 1, Member: 2}

// Checker checks. It may be used by many goroutines.
type Checker struct {
	config Config
	turns  *budget.Budget
	// time is how long one check goes on to the next part, patience how long it waits for its turn.
	time, patience time.Duration
	judge          *judge.Judge

	mu    sync.Mutex
	kept  map[rootline.Hash]*Report
	parts map[partOf]*compared
}

// partOf names a part of an asset's history.
type partOf struct {
	asset string
	part  int
}

// compared is a part that was compared.
type compared struct {
	digest rootline.Hash
	at     time.Time
	Compared
	faults []Fault
	// records are the keys of those that were compared.
	records []string
}

// New returns a Checker.
func New(config Config) *Checker {
	return &Checker{config: config, turns: budget.New(turns), time: 4 * time.Second, patience: 3 * time.Second, judge: judge.New(), kept: map[rootline.Hash]*Report{}, parts: map[partOf]*compared{}}
}

// checking is one check under way.
type checking struct {
	*Checker
	ctx    context.Context
	until  time.Time
	shown  *readmodel.Shown
	part   *readmodel.ShownPart
	ledger *readmodel.Ledger
	report *Report
	blocks map[uint64]*read
	bytes  int
	// fetched counts the blocks that were read for a part.
	fetched int
	// records are the keys of those that were compared, earlier those of parts that were compared by checks before.
	records map[string]bool
	earlier []string
	// full says that a part needs more blocks than are read for one.
	full bool
}

// Check checks what is shown of an asset, found as readmodel.Asset finds it. Its error is that the asset is not there, or a
// fault of the read model; what the ledger does not answer is in the report. A long history is compared over several
// checks, the newest events first; see Report.More.
func (c *Checker) Check(ctx context.Context, who budget.Who, code string) (*Report, error) {
	r, err := c.check(ctx, who, code)
	if err != nil {
		return nil, err
	}
	out := *r // others may be given the same
	if out.Chain, err = c.config.Shown.Chain(ctx); err != nil {
		return nil, err
	}
	// The report is as of one block, and the chain may have gone on.
	out.Chain.Blocks = min(out.Chain.Blocks, out.Cursor.Block+1)
	return &out, nil
}

func (c *Checker) check(ctx context.Context, who budget.Who, code string) (*Report, error) {
	shown, err := c.look(ctx, code)
	if err != nil {
		return nil, err
	}
	if c.config.Outdated != nil && c.config.Outdated() {
		return c.report(shown, UncheckedOutdated), nil
	}
	if r := c.recent(digest(shown)); r != nil {
		return r, nil
	}
	release, err := c.turn(ctx, who)
	if err != nil {
		return nil, err
	}
	if release == nil {
		return c.report(shown, UncheckedBusy), nil
	}
	defer release()
	for range 3 {
		r, err := c.once(ctx, shown)
		if err != nil {
			return nil, err
		}
		if r.Unjudged != "" {
			r.Faults = nil // what is not judged here differs from the peers', and is said to be so
		}
		if r.Unchecked != UncheckedBehind {
			c.keep(digest(shown), r)
			return r, nil
		}
		// The ledger went on: what is shown may have, too.
		if shown, err = c.look(ctx, code); err != nil {
			return nil, err
		}
	}
	return c.report(shown, UncheckedBehind), nil
}

// look reads what is shown of an asset now.
func (c *Checker) look(ctx context.Context, code string) (*readmodel.Shown, error) {
	return readmodel.Read(ctx, c.config.Shown, func(v *readmodel.View) (*readmodel.Shown, error) { return v.Shown(code) })
}

// turn waits for a turn; nil when there is none for long.
func (c *Checker) turn(ctx context.Context, who budget.Who) (release func(), err error) {
	for until := time.Now().Add(c.patience); ; {
		if release, err = c.turns.Take(who, 1); err == nil {
			return release, nil
		}
		if time.Now().After(until) {
			return nil, nil
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (c *Checker) recent(key rootline.Hash) *Report {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.kept[key]
	if r == nil || r.More || time.Since(r.At.Time()) > keptFor {
		return nil
	}
	return r
}

func (c *Checker) keep(key rootline.Hash, r *Report) {
	if r.Unchecked != "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.kept) >= keptMost {
		clear(c.kept)
	}
	c.kept[key] = r
}

// digest is of all that is shown: a report is good for the very same only.
func digest[T any](shown *T) rootline.Hash {
	return rootline.HashOf([]byte(plain(reflect.ValueOf(shown))))
}

func (c *Checker) report(shown *readmodel.Shown, unchecked string) *Report {
	h := shown.History
	return &Report{
		Asset: shown.Asset.ID, Head: shown.Asset.Head, Cursor: shown.Cursor, At: rootline.InstantOf(time.Now()), Unchecked: unchecked,
		Events: h.Events, Disputed: h.Disputed, Devices: h.Devices, Organisations: h.Organisations,
		Asleep: shown.Asset.Asleep, Unjudged: shown.Asset.Unjudged, NotRecomputed: shown.Asset.NotRecomputed,
	}
}

func (c *Checker) once(ctx context.Context, shown *readmodel.Shown) (*Report, error) {
	ledger, err := readmodel.Read(ctx, c.config.Shown, (*readmodel.View).Ledger)
	if err != nil {
		return nil, err
	}
	part := shown.Newest
	if part == nil {
		part = &readmodel.ShownPart{}
	}
	k := &checking{
		Checker: c, ctx: ctx, until: time.Now().Add(c.time), shown: shown, part: part, ledger: ledger,
		report: c.report(shown, ""), blocks: map[uint64]*read{}, records: map[string]bool{},
	}
	for _, step := range []func() error{k.record, k.cursor, k.tags, k.others, k.history, k.rests} {
		if err := step(); err != nil {
			return nil, err
		}
		if k.report.Unchecked != "" {
			return k.report, nil
		}
	}
	return k.report, nil
}

// rests finds what the records that were compared rest on and was not recomputed, besides what the asset itself does.
func (k *checking) rests() error {
	keys := append(slices.Collect(maps.Keys(k.records)), k.earlier...)
	on, err := readmodel.Read(k.ctx, k.config.Shown, func(v *readmodel.View) (*readmodel.NotRecomputed, error) { return v.RestsOn(keys...) })
	if k.report.NotRecomputed == nil {
		k.report.NotRecomputed = on
	}
	return err
}

// cursor compares the block that what is shown is current to.
func (k *checking) cursor() error {
	b := k.fetch(k.shown.Cursor.Block)
	if b == nil {
		return nil
	}
	is := readmodel.Cursor{Block: b.Number, Hash: b.Hash, Time: k.shown.Cursor.Time}
	if len(b.Transactions) == 1 && b.Transactions[0].Timestamp > 0 {
		is.Time = b.Transactions[0].Timestamp
	}
	k.same("cursor", k.shown.Cursor, is, Fault{Block: b.Number})
	return nil
}

func (k *checking) fault(f Fault) {
	if len(k.report.Faults) < maxFaults && !slices.Contains(k.report.Faults, f) {
		k.report.Faults = append(k.report.Faults, f)
	}
}

// same notes the fields in which two values of one type differ, as prefix and their names in JSON.
func (k *checking) same(prefix string, shown, is any, at Fault) {
	for _, name := range differences(reflect.ValueOf(shown), reflect.ValueOf(is)) {
		at.Field = prefix + "." + name
		k.fault(at)
	}
}

// differences names the fields of two structs that differ.
func differences(a, b reflect.Value) (names []string) {
	for a.Kind() == reflect.Pointer && b.Kind() == reflect.Pointer {
		if a.IsNil() || b.IsNil() {
			if a.IsNil() != b.IsNil() {
				return []string{"record"}
			}
			return nil
		}
		a, b = a.Elem(), b.Elem()
	}
	for i := range a.NumField() {
		f := a.Type().Field(i)
		if plain(a.Field(i)) != plain(b.Field(i)) {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name == "" {
				if name = strings.ToLower(f.Name[:1]) + f.Name[1:]; f.Name == strings.ToUpper(f.Name) {
					name = strings.ToLower(f.Name)
				}
			}
			names = append(names, name)
		}
	}
	return names
}

// plain writes a value in one way; empty lists and none are the same. Texts are quoted, so nothing can be taken for a border.
func plain(v reflect.Value) string {
	if !v.IsValid() {
		return "-"
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return "-"
		}
		return plain(v.Elem())
	case reflect.Struct:
		if rulebookText, ok := valueText(v); ok {
			return rulebookText
		}
		var b strings.Builder
		for i := range v.NumField() {
			b.WriteString(plain(v.Field(i)) + ";")
		}
		return "{" + b.String() + "}"
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return fmt.Sprintf("%x", v)
		}
		var b strings.Builder
		for i := range v.Len() {
			b.WriteString(plain(v.Index(i)) + ",")
		}
		return "[" + b.String() + "]"
	case reflect.Map:
		var all []string
		for _, key := range v.MapKeys() {
			all = append(all, plain(key)+":"+plain(v.MapIndex(key)))
		}
		slices.Sort(all)
		return fmt.Sprintf("%q", all)
	case reflect.String:
		return fmt.Sprintf("%q", v.String())
	}
	return fmt.Sprint(v)
}

// valueText is a rootline.Value, whose fields are its own.
func valueText(v reflect.Value) (string, bool) {
	if v.Type() != reflect.TypeFor[rootline.Value]() || !v.CanInterface() {
		return "", false
	}
	value, _ := v.Interface().(rootline.Value)
	b, err := value.MarshalJSON()
	if err != nil {
		return "", false
	}
	return string(b), true
}
