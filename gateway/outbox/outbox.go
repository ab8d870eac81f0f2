// Package outbox carries signed events to the ledger. What it has taken is kept on disk before anybody is told so,
// and goes on until the ledger has recorded or refused it, through crashes and outages of any part.
//
// An event is queued, then endorsed, then submitted, perhaps unknown for a while, and in the end committed or refused.
// Committed it is when the gateway's own reading of the ledger has it, whatever the own peer says of its transaction.
package outbox

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/fabric"
	"github.com/rootline/rootline/judge"
)

// Ledger is where transactions go; *fabric.Client is one.
type Ledger interface {
	// Propose has a batch judged and endorsed. Errors: *fabric.Refused, *fabric.Mismatch, *fabric.Unavailable.
	Propose(ctx context.Context, batch []rootline.Submission) (fabric.Attempt, error)
	// Resolve finds out what became of a transaction. The error is *fabric.Unavailable.
	Resolve(ctx context.Context, txID string) (fabric.Fate, error)
	// Height is the number of blocks that the own peer holds. The error is *fabric.Unavailable.
	Height(ctx context.Context) (uint64, error)
	// HeightOfOthers is a number of blocks that peers of at least two other organisations hold, 0 when it is not known:
	// one of them may say what it likes.
	HeightOfOthers(ctx context.Context) uint64
}

// State gives the gateway's own copy of the ledger as it stands now, and how to let go of it.
type State func(ctx context.Context) (state judge.State, release func(), err error)

// Recorded is an event as the gateway's own reading of the ledger has it: in a transaction that is valid by that reading.
type Recorded struct {
	Event       string
	Hash        rootline.Hash
	Transaction string
	Block       uint64
}

// Reading is what the gateway has read of the ledger and checked for itself, as far as it was asked.
type Reading struct {
	// Blocks is how many blocks it is made of.
	Blocks uint64
	// Events are those of the events in question that are recorded in these blocks. Several may have one id.
	Events []Recorded
}

// content is what was signed as an event: another device may have signed something else under the same id.
type content struct {
	id   string
	hash rootline.Hash
}

func (r *Reading) byContent() map[content]*Recorded {
	by := make(map[content]*Recorded, len(r.Events))
	for i := range r.Events {
		by[content{r.Events[i].Event, r.Events[i].Hash}] = &r.Events[i]
	}
	return by
}

// Read looks events up by their ids.
type Read func(ctx context.Context, ids []string) (Reading, error)

// Evidence tells which files are stored.
type Evidence interface {
	// Claim reports whether a file is stored, and keeps it until Named tells of the event that is being taken.
	Claim(ctx context.Context, hash rootline.Hash) (bool, error)
}

// Lists proves codes that the gateway knows the list of: items of listed lots, blank tags of rolls.
type Lists interface {
	Inclusion(ctx context.Context, space rootline.Space, code string) (in *rootline.Inclusion, ok bool)
}

// Config says what an outbox works with. Path, Ledger, State and Read are needed; zero limits stand for their defaults.
type Config struct {
	// Path is the SQLite file; it is made when missing.
	Path   string
	Ledger Ledger
	// Peer names the own peer in what is logged.
	Peer  string
	State State
	Read  Read
	// Genesis is the hash of block 0 that the gateway's organisation pinned: no act that states another is carried. Zero is any.
	Genesis rootline.Hash
	// Evidence, when nil, is not asked for; Lists, when nil, knows none.
	Evidence Evidence
	Lists    Lists
	// Judge may be shared with others, for its caches. Default: a new one.
	Judge *judge.Judge

	// MaxPending is the number of events that wait, at most. Default 100,000.
	MaxPending int
	// MaxBytes is their length together. Default 256 MiB.
	MaxBytes int64
	// BatchEvents and BatchBytes bound a transaction. Default rootline.MaxBatch and 6 MB.
	BatchEvents, BatchBytes int
	// InFlight is the number of transactions under way at a time. Default 4.
	InFlight int
	// Linger is how long the first event waits for others to share its transaction. Default 20 ms.
	Linger time.Duration
	// Grace is how long a transaction must be missing from a reachable peer before its events are proposed anew.
	// Default 15 s.
	Grace time.Duration
	// KeepCommitted and KeepRefused are how long answers are kept; those of refused events with the signed bytes. Default
	// 24 h and 30 days.
	KeepCommitted, KeepRefused time.Duration
	// KeepFetched is how long the signed bytes of a refused event are kept after its device has asked for them, since the
	// answer may have been lost. Default 1 h.
	KeepFetched time.Duration

	// Registerer takes the metrics, when not nil.
	Registerer prometheus.Registerer
	Log        *slog.Logger
	// Clock is for tests. Default time.Now.
	Clock func() time.Time
}

func orElse[T comparable](v *T, standard T) {
	var zero T
	if *v == zero {
		*v = standard
	}
}

func (c Config) withDefaults() Config {
	orElse(&c.MaxPending, 100_000)
	orElse(&c.MaxBytes, 256<<20)
	orElse(&c.BatchEvents, rootline.MaxBatch)
	orElse(&c.BatchBytes, 6_000_000)
	orElse(&c.InFlight, 4)
	orElse(&c.Linger, 20*time.Millisecond)
	orElse(&c.Grace, 15*time.Second)
	orElse(&c.KeepCommitted, 24*time.Hour)
	orElse(&c.KeepRefused, 30*24*time.Hour)
	orElse(&c.KeepFetched, time.Hour)
	if c.Judge == nil {
		c.Judge = judge.New()
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	return c
}

// Outbox is a durable queue of events. It may be used by many goroutines.
type Outbox struct {
	config  Config
	store   *store
	metrics *metrics
	stop    context.CancelFunc
	running sync.WaitGroup
	writing sync.WaitGroup
	closing sync.Once
	// wake tells the dispatcher that there may be something to do.
	wake     chan struct{}
	refusals refusals
	heights  heights

	mu sync.Mutex
	q  queue
}

// Open opens or makes the outbox, takes up what a crash or a stop left behind, and starts to work.
func Open(ctx context.Context, config Config) (*Outbox, error) {
	config = config.withDefaults()
	s, err := openStore(ctx, config.Path)
	if err != nil {
		return nil, err
	}
	o := &Outbox{config: config, store: s, wake: make(chan struct{}, 1), q: newQueue()}
	if o.heights.seen, err = s.height(ctx); err != nil {
		_ = s.db.Close()
		return nil, err
	}
	o.metrics = newMetrics(o)
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	o.stop = stop
	o.writing.Go(s.write)
	if err := o.recover(work); err != nil {
		_ = o.Close()
		return nil, err
	}
	if config.Registerer != nil {
		if err := o.metrics.register(config.Registerer); err != nil {
			_ = o.Close()
			return nil, err
		}
	}
	o.running.Go(func() { o.dispatch(work) })
	o.running.Go(func() { o.tidy(work) })
	o.running.Go(func() { o.confirm(work) })
	o.running.Go(func() { o.watchDisk(work) })
	return o, nil
}

// Close stops the work and closes the file. What is under way is taken up by the next Open.
func (o *Outbox) Close() error {
	var err error
	o.closing.Do(func() {
		o.stop()
		o.running.Wait()
		o.keepRefusals()
		o.keepHeight()
		o.store.stop()
		o.writing.Wait()
		if o.config.Registerer != nil {
			o.metrics.unregister(o.config.Registerer)
		}
		err = o.store.db.Close()
	})
	return err
}

func (o *Outbox) now() time.Time { return o.config.Clock() }

// nudge wakes the dispatcher.
func (o *Outbox) nudge() {
	select {
	case o.wake <- struct{}{}:
	default: // it is awake, or will be
	}
}
