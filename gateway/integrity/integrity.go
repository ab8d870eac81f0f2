// Package integrity checks what pages show of one item against where it came from: the signed events in the blocks that
// the organisation's own peer delivers, and the records that the organisations' peers endorse. It believes nothing of the
// read model that it checks; that only says where to look.
package integrity

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/rulebook"
)

// Shown is what pages show; *readmodel.Store is one.
type Shown interface {
	Shown(ctx context.Context, code string) (*readmodel.Shown, error)
	Enrolment(ctx context.Context, kid string) (*readmodel.Enrolment, error)
	Rulebook(ctx context.Context, name string) (*readmodel.Rulebook, error)
	Place(ctx context.Context, id string) (*rootline.Place, error)
	Recall(ctx context.Context, id string) (*rootline.Recall, error)
	Organisation(ctx context.Context, msp string) (*rootline.Organisation, error)
	Ledger(ctx context.Context) (*readmodel.Ledger, error)
	Reached(ctx context.Context, block uint64) error
}

// Ledger is where it came from; *fabric.Client is one.
type Ledger interface {
	// Block reads a block again from the own peer.
	Block(ctx context.Context, number uint64) (*block.Block, error)
	// Answer is what an organisation's peer holds under a reference, as it endorsed it.
	Answer(ctx context.Context, ref rootline.Ref, organisation string) (*block.Answer, error)
}

// Config says what a Checker works with.
type Config struct {
	Shown  Shown
	Ledger Ledger
	// Own is the MSP id of the gateway's organisation.
	Own string
	// LateAfter is the projector's; see projection.Config.
	LateAfter time.Duration
	// Verified looks at a block beyond its hashes: its signatures, under the configuration followed from a pinned
	// genesis. Nil checks hashes only.
	Verified func(*block.Block) error
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

// Report says what was compared with what, by whom, and what did not agree.
type Report struct {
	Asset  string
	Head   rootline.Hash
	Cursor readmodel.Cursor
	// At is when it was checked.
	At rootline.Instant
	// Events, Devices and Organisations count the history and who signed it; Disputed those that this gateway judges
	// otherwise.
	Events, Devices, Organisations, Disputed int
	// Compared counts the events that were compared with their blocks, the newest; Signatures those whose signature was
	// checked; Records the records that were compared with those at the own peer.
	Compared, Signatures, Records int
	// First and Last are the blocks of the oldest and the newest event that was compared, Blocks how many those are.
	First, Last uint64
	Blocks      int
	// Peers are the organisations whose peers endorsed the same record; Silent those that did not answer or are behind.
	Peers, Silent []string
	// Unchecked says why nothing is claimed: a stable name; "" when the check was made.
	Unchecked string
	Faults    []Fault
}

// Whole reports whether the whole history was compared.
func (r *Report) Whole() bool { return r.Compared == r.Events }

// Why a check was not made.
const (
	UncheckedPeer   = "peer"   // the own peer does not answer, or is behind this gateway
	UncheckedBehind = "behind" // the ledger went on, and this gateway has not read that yet
	UncheckedBusy   = "busy"   // too many checks at a time
)

// The bounds of one check.
const (
	maxFaults = 20
	// maxCompared events are compared with their blocks, in at most maxBlocks blocks of maxBytes together.
	maxCompared = 200
	maxBlocks   = 100
	maxBytes    = 64 << 20
	maxDevices  = 64
	// checks run at a time; who comes later waits so long.
	atATime  = 2
	patience = 3 * time.Second
	// A report is kept so long, for what is shown to the byte.
	keptFor  = time.Minute
	keptMost = 500
)

// Checker checks. It may be used by many goroutines.
type Checker struct {
	config Config
	turns  chan struct{}

	mu   sync.Mutex
	kept map[rootline.Hash]*Report
}

// New returns a Checker.
func New(config Config) *Checker {
	return &Checker{config: config, turns: make(chan struct{}, atATime), kept: map[rootline.Hash]*Report{}}
}

// checking is one check under way.
type checking struct {
	*Checker
	ctx    context.Context
	shown  *readmodel.Shown
	ledger *readmodel.Ledger
	report *Report
	blocks map[uint64]*read
	bytes  int
	// records are those that were compared.
	records map[string]bool
}

// Check checks what is shown of an asset, found as readmodel.Asset finds it. Its error is that the asset is not there, or a
// fault of the read model; what the ledger does not answer is in the report.
func (c *Checker) Check(ctx context.Context, code string) (*Report, error) {
	shown, err := c.config.Shown.Shown(ctx, code)
	if err != nil {
		return nil, err
	}
	key := digest(shown)
	if r := c.recent(key); r != nil {
		return r, nil
	}
	select {
	case c.turns <- struct{}{}:
		defer func() { <-c.turns }()
	case <-time.After(patience):
		return c.report(shown, UncheckedBusy), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	for range 3 {
		r, err := c.once(ctx, shown)
		if err != nil || r.Unchecked != UncheckedBehind {
			if err == nil {
				c.keep(digest(shown), r)
			}
			return r, err
		}
		// The ledger went on: what is shown may have, too.
		if shown, err = c.config.Shown.Shown(ctx, code); err != nil {
			return nil, err
		}
	}
	return c.report(shown, UncheckedBehind), nil
}

func (c *Checker) recent(key rootline.Hash) *Report {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.kept[key]
	if r == nil || time.Since(r.At.Time()) > keptFor {
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
func digest(shown *readmodel.Shown) rootline.Hash {
	return rootline.HashOf([]byte(plain(reflect.ValueOf(*shown))))
}

func (c *Checker) report(shown *readmodel.Shown, unchecked string) *Report {
	r := &Report{
		Asset: shown.Asset.ID, Head: shown.Asset.Head, Cursor: shown.Cursor, At: rootline.InstantOf(time.Now()), Unchecked: unchecked,
		Events: shown.Earlier,
	}
	devices, organisations := map[string]bool{}, map[string]bool{}
	for i := range shown.Events {
		if e := &shown.Events[i]; e.Status == readmodel.Disputed {
			r.Disputed++
		} else {
			r.Events++
			devices[e.Device], organisations[e.Organisation] = true, true
		}
	}
	r.Devices, r.Organisations = len(devices), len(organisations)
	return r
}

func (c *Checker) once(ctx context.Context, shown *readmodel.Shown) (*Report, error) {
	ledger, err := c.config.Shown.Ledger(ctx)
	if err != nil {
		return nil, err
	}
	k := &checking{Checker: c, ctx: ctx, shown: shown, ledger: ledger, report: c.report(shown, ""), blocks: map[uint64]*read{}, records: map[string]bool{}}
	for _, step := range []func() error{k.record, k.cursor, k.history, k.related} {
		if err := step(); err != nil {
			return nil, err
		}
		if k.report.Unchecked != "" {
			return k.report, nil
		}
	}
	return k.report, nil
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

// kindOf is the kind of an item in a rulebook; nil when it cannot be read.
func (k *checking) kindOf(ref, name string) *rulebook.Kind {
	b, err := k.config.Shown.Rulebook(k.ctx, ref)
	if err != nil || b.Book == nil {
		return nil
	}
	return b.Book.Kind(name)
}
