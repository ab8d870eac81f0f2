package projection

import (
	"context"
	"io"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/judge"
)

// Source is where blocks come from; *fabric.Client is one.
type Source interface {
	// Blocks delivers the blocks from one number on, in order, to the end of ctx. It returns the error of deliver, or
	// ctx's, or why it cannot go on; it may be called again.
	Blocks(ctx context.Context, from uint64, deliver func(*block.Block) error) error
}

// Trier is a Source that asks before it reads a transaction. Of one that is not let in it reads an outline: its id, its time and
// what it wrote.
type Trier interface {
	Try(ctx context.Context, from uint64, try func(number uint64, index int) bool, deliver func(*block.Block) error) error
}

// Refuser is a Source that has more than one place to take blocks from.
type Refuser interface {
	// Refuse says that a block as an organisation's peer delivered it (Block.By) does not verify. The source takes it from
	// elsewhere next.
	Refuse(by string, number uint64, why error)
}

// Witness is a Source that knows what organisations' peers hold.
type Witness interface {
	// CommitHashes gives the commit hashes at a block of all organisations' peers but that of the one who delivered it.
	CommitHashes(ctx context.Context, number uint64, except string) []block.CommitHash
}

// Blobs are the evidence files that are stored here.
type Blobs interface {
	// Open opens a file whose content has the hash; ok is false when it is not here (yet). The caller closes it.
	Open(ctx context.Context, hash rootline.Hash) (file io.ReadCloser, ok bool, err error)
}

// Listener is told of each block after it is applied, in order, one at a time. It holds up the next block until it
// returns. A block that was applied just before a crash may not be told of: what must not miss any asks the store.
type Listener interface {
	Applied(ctx context.Context, b readmodel.BlockApplied)
}

// ListenerFunc makes a Listener of a function.
type ListenerFunc func(ctx context.Context, b readmodel.BlockApplied)

// Applied implements Listener.
func (f ListenerFunc) Applied(ctx context.Context, b readmodel.BlockApplied) { f(ctx, b) }

// Config says what a projection works with. Store and Source are needed; zero limits stand for their defaults.
type Config struct {
	Store  *readmodel.Store
	Source Source
	// Genesis is the hash of block 0. With it, all blocks are verified, and verdicts computed here go before the peer's.
	Genesis channel.Hash
	// CompareEvery is how many blocks lie between two comparisons of commit hashes with other organisations. Default 100.
	CompareEvery uint64
	// Judge may be shared with others, for its caches. Default: a new one.
	Judge *judge.Judge
	// Blobs, when nil, has no files: the items of listed lots are then not found until they wake.
	Blobs     Blobs
	Listeners []Listener

	// LateAfter is how long after the time that its device claims an event may reach the ledger before it is flagged
	// as late. Default 24 h.
	LateAfter time.Duration
	// Tolerance is how far clocks may differ: a claimed time after the witnessed one, or a transaction's time apart
	// from its neighbours', beyond it is a finding. Default 2 min: the chaincode grants 1 min either way.
	Tolerance time.Duration
	// BatchEvents is about how many events share one SQL transaction while catching up. A block is never split.
	// Default 2,000.
	BatchEvents int

	// Attempts is a file in which transactions are marked while they are in work. One that the process died of three times
	// is quarantined, until Version, the build, is another. Default: nothing is marked.
	Attempts, Version string

	// Reserve is the room on the disk, in bytes, that building a successor of the read model leaves.
	Reserve int64

	// Registerer takes the metrics, when not nil.
	Registerer prometheus.Registerer
	Log        *slog.Logger

	// room, when not nil, says before blocks are applied why they may not be now.
	room func() error
	// tried is a hook of tests, called when a transaction is in work at a stage; it may be nil.
	tried func(stage string, number uint64, index int)
}

// The stages at which a transaction is in work.
const (
	stageDecode  = "decode"  // its bytes are read
	stagePrepare = "prepare" // it is verified ahead of those before it
	stageVerify  = "verify"  // it is verified after those before it
	stageRead    = "read"    // its call is read
	stageApply   = "apply"   // it is judged and applied
	stageJudge   = "judge"   // within that: the judge is at it

	stageReadEvents = "read-events" // within stageRead: its events are read, and their signatures checked
)

// at tells tests that a transaction is in work.
func (c *Config) at(stage string, number uint64, index int) {
	if c.tried != nil {
		c.tried(stage, number, index)
	}
}

// DefaultLateAfter is Config.LateAfter when nothing else is said.
const DefaultLateAfter = 24 * time.Hour

func (c Config) withDefaults() Config {
	if c.Judge == nil {
		c.Judge = judge.New()
	}
	if c.CompareEvery == 0 {
		c.CompareEvery = 100
	}
	if c.LateAfter == 0 {
		c.LateAfter = DefaultLateAfter
	}
	if c.Tolerance == 0 {
		c.Tolerance = 2 * time.Minute
	}
	if c.BatchEvents == 0 {
		c.BatchEvents = 2000
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return c
}
