// Package presentation makes what the gateway shows of the ledger, for the API's answers, its public pages and its exports
// alike: records from one snapshot of the read model, with the titles that the rulebooks, places and members give them.
package presentation

import (
	"context"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/rulebook"
)

// BlockHeader is the header that names the block that an answer is current to.
const BlockHeader = "Rootline-Block"

// Gateway is the one that answers.
type Gateway struct {
	// Organisation is the MSP id of the organisation whose gateway this is.
	Organisation string
	// Origin is the address under which people reach it: scheme, host and port.
	Origin string
	// Zone is that of the works: pages show days and times in it. Nil is UTC.
	Zone *time.Location
	// Peer tells how the organisation's peer is, without waiting for it.
	Peer func() Peer
}

// Link is the address of an item's page, as it is read on a screen.
func (g *Gateway) Link(code string) string { return g.Origin + "/8004/" + code }

// BlockRef says how what is read here as of a cursor stands to the ledger. Every answer and every page that names a
// block takes it from here.
func (g *Gateway) BlockRef(c readmodel.Cursor) BlockRef {
	p := g.Peer()
	b := BlockRef{Number: c.Block, Hash: c.Hash, Time: c.Time, Stopped: string(p.Stop), Since: p.Since, Successor: p.Successor}
	if p.Known > c.Block+1 {
		b.Lag = p.Known - c.Block - 1
	}
	return b
}

// Reply is one answer in the making. All of it is read from one snapshot of the read model, whose block it names. It
// looks each rulebook and each place up once. While it is open it holds one of the read model's readers: nothing is waited
// for meanwhile, no peer, no line and no second snapshot.
type Reply struct {
	*readmodel.View
	Gateway *Gateway
	// At is the block that the answer is current to.
	At BlockRef
	// Organisations are the members' titles, by their MSP ids.
	Organisations map[string]rootline.Text

	// Own says of who asks and sees only its own whether an asset is that; nil for everybody else.
	Own func(*readmodel.Asset) bool

	books  map[string]*rulebook.Rulebook
	places map[string]*rootline.Place
}

// Begin begins an answer as of now. It must be closed.
func Begin(ctx context.Context, store *readmodel.Store, gateway *Gateway) (*Reply, error) {
	view, err := store.View(ctx)
	if err != nil {
		return nil, err
	}
	ledger, err := view.Ledger()
	if err != nil {
		view.Close()
		return nil, err
	}
	v := &Reply{
		View: view, Gateway: gateway, At: gateway.BlockRef(ledger.Cursor), Organisations: map[string]rootline.Text{},
		books: map[string]*rulebook.Rulebook{}, places: map[string]*rootline.Place{},
	}
	for _, o := range ledger.Organisations {
		v.Organisations[o.MSPID] = o.Title
	}
	return v, nil
}
