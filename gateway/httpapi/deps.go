package httpapi

import (
	"context"
	"io"
	"net/http"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/budget"
	"github.com/rootline/rootline/gateway/evidence"
	"github.com/rootline/rootline/gateway/integrity"
	"github.com/rootline/rootline/gateway/outbox"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/gateway/sessions"
	"github.com/rootline/rootline/gateway/tiles"
)

// Outbox carries events to the ledger; *outbox.Outbox is one.
type Outbox interface {
	// Submit answers for each event, in order; those it takes are kept durably before it answers.
	Submit(ctx context.Context, subs []rootline.Submission) ([]outbox.Status, error)
	// Check answers as Submit would, and takes nothing.
	Check(ctx context.Context, subs []rootline.Submission) ([]outbox.Status, error)
	Wait(ctx context.Context, ids []string) ([]outbox.Status, error)
	Status(ctx context.Context, id string) (status outbox.Status, ok bool, err error)
	// Fetch gives the signed bytes of a refused event to the device that signed it.
	Fetch(ctx context.Context, id, device string) (sub rootline.Submission, ok bool, err error)
	Pending() outbox.Pending
	// Waiting counts the events of a device that have not come to an end here, and tells since when.
	Waiting(device string) (n int, since rootline.Instant)
	// Full reports whether the disk takes nothing more.
	Full() bool
	// Damaged reports whether its file was found to be damaged while it is open.
	Damaged() bool
	// Refusals counts the events that were refused here, by the hour since 1970, from one on.
	Refusals(ctx context.Context, from int64) (map[int64]int64, error)
	// RefusedEvents lists what was refused here of known devices, the last first, from before a number on.
	RefusedEvents(ctx context.Context, f outbox.RefusedFilter, limit int) ([]outbox.RefusedEvent, error)
}

// Evidence keeps files by their hash; *evidence.Store is one.
type Evidence interface {
	Has(ctx context.Context, h rootline.Hash) bool
	Open(ctx context.Context, h rootline.Hash) (*evidence.File, error)
	OpenChecked(ctx context.Context, h rootline.Hash) (*evidence.File, error)
	Put(ctx context.Context, by evidence.Owner, h rootline.Hash, length int64, r io.Reader) (fresh bool, err error)
	// Picture gives the JPEG that is made of a photo, whose longest side is evidence.Small or evidence.Large.
	Picture(ctx context.Context, h rootline.Hash, side int) ([]byte, error)
	// Claim reports whether a file is stored, and keeps it for a day.
	Claim(ctx context.Context, h rootline.Hash) (bool, error)
	// Full reports whether the disk has no room for evidence, Standing how much there is.
	Full() bool
	Standing() evidence.Standing
	// Offset and Append are for files that come in parts.
	Offset(ctx context.Context, h rootline.Hash, sender string) (int64, error)
	Append(ctx context.Context, p evidence.Part) (offset int64, whole bool, err error)
}

// Sessions remembers who has signed in; *sessions.Store is one.
type Sessions interface {
	Create(ctx context.Context, session sessions.Session) (token string, err error)
	Find(ctx context.Context, token string) (session sessions.Session, ok bool, err error)
	End(ctx context.Context, token string) error
	// Held returns how many sessions a device has, and when the first of them ends.
	Held(ctx context.Context, kid string) (n int, first rootline.Instant, err error)
	TakeNonce(ctx context.Context, kid, nonce string, expires rootline.Instant) (bool, error)
	// Full reports whether the disk takes nothing more.
	Full(ctx context.Context) bool
}

// Comparer compares what pages show of an item with where it came from; *integrity.Checker is one.
type Comparer interface {
	Check(ctx context.Context, who budget.Who, code string) (*integrity.Report, error)
	// Give reads a block for who holds an item's code, Configurations those with the channel's configurations; see
	// integrity.Checker.
	Give(ctx context.Context, item string, number uint64) (*integrity.Given, int64, error)
	Configurations(ctx context.Context, upTo uint64, charge func(read int64) error) ([]*integrity.Given, error)
}

// Deps are the parts behind the API. All but Tiles are needed.
type Deps struct {
	// Store is what the gateway knows of the ledger.
	Store    *readmodel.Store
	Outbox   Outbox
	Evidence Evidence
	Sessions Sessions
	Hub      *Hub
	// Compare compares what is shown of an item with blocks and peers.
	Compare Comparer
	// Proofs makes proofs.
	Proofs Prover
	// Sets makes proofs of sets.
	Sets SetProver
	// Signed reads the signatures of blocks.
	Signed Signatures
	// Peer tells how the peer is, without waiting for it.
	Peer func() presentation.Peer
	// Notices are what an operator has to see to, each after a stable name; nil has none.
	Notices func() []string
	// Stored is told of each file of evidence that was stored: it may hold the codes of a list.
	Stored func(ctx context.Context, h rootline.Hash)
	// Tiles has the pictures under maps; nil when nobody chose a server of them.
	Tiles *tiles.Source
	// Start serves the start page and its files; Metrics the metrics.
	Start, Metrics http.Handler
}
