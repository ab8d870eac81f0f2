package fabric

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"

	"github.com/rootline/rootline/channel"
)

const (
	// An organisation that does not deliver is put back for firstBack, and for twice as long each time it does so again, up to
	// lastBack. What it did is forgotten when it was not put back for forgotten.
	firstBack = 30 * time.Second
	lastBack  = 30 * time.Minute
	forgotten = time.Hour
)

// sources says from where blocks are taken: from the own peer while it delivers, else from another organisation's, else from an
// orderer. Whoever does not deliver the next right block is put back behind the others, longer each time. A source is named by
// its organisation's MSP id, an orderer with asOrderer behind it.
type sources struct {
	own string

	mu sync.Mutex
	of map[string]*source
}

// source is what is known of a peer or an orderer.
type source struct {
	faults int
	// until is when it is asked like the others again.
	until time.Time
}

// fault notes that a source did not deliver the block that comes next, and puts it back.
func (s *sources) fault(organisation string, number uint64, why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of == nil {
		s.of = map[string]*source{}
	}
	o := s.of[organisation]
	if o == nil {
		o = &source{}
		s.of[organisation] = o
	}
	now := time.Now()
	if now.Sub(o.until) > forgotten {
		o.faults = 0
	}
	back := lastBack
	if o.faults < 10 {
		back = min(firstBack<<o.faults, lastBack)
	}
	o.faults++
	o.until = now.Add(back)
	slog.Warn("an organisation is put back as a source of blocks", "organisation", organisation, "block", number, "because", why, "for", back)
}

// choose says whose turn it is: the own peer's, then that of the one that delivers now, then the others' in order, then the
// orderers'. When all are put back it is the turn of the one whose time is over first.
func (s *sources) choose(now string, others, orderers []string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	order := []string{s.own}
	if slices.Contains(others, now) {
		order = append(order, now)
	}
	order = slices.Concat(order, others, orderers)
	until := func(organisation string) time.Time {
		if o := s.of[organisation]; o != nil && time.Now().Before(o.until) {
			return o.until
		}
		return time.Time{}
	}
	return slices.MinFunc(order, func(a, b string) int { return until(a).Compare(until(b)) })
}

// back reports whether an organisation is put back.
func (s *sources) back(organisation string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.of[organisation]
	return o != nil && time.Now().Before(o.until)
}

// faults is how often an organisation was put back before it is forgotten.
func (s *sources) faults(organisation string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if o := s.of[organisation]; o != nil {
		return o.faults
	}
	return 0
}

// Others tells where other organisations' peers are, and all organisations' orderers: the anchor peers and the orderers' endpoints
// of the configuration that was followed.
func (c *Client) Others(anchors, orderers func() []channel.Anchor) {
	c.others.anchors, c.others.orderers = anchors, orderers
}

// Refuse says that a block as a source delivered it (Block.By) does not verify. Others are asked before it for a while.
func (c *Client) Refuse(by string, number uint64, why error) { c.sources.fault(by, number, why) }

// elsewhere are the anchor peers of other organisations.
func (c *Client) elsewhere() []channel.Anchor {
	if c.others.anchors == nil {
		return nil
	}
	return slices.DeleteFunc(c.others.anchors(), func(a channel.Anchor) bool { return a.MSPID == c.sources.own })
}

// organisations are the other organisations whose peers can be asked, each once: one with many peers has no more turns for it.
func (c *Client) organisations() []string {
	var out []string
	for _, a := range c.elsewhere() {
		out = append(out, a.MSPID)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// at is the peer of an organisation; of several anchor peers the one whose turn it is.
func (c *Client) at(organisation string) (*client.Network, error) {
	if organisation == c.sources.own {
		return c.network, nil
	}
	peers := slices.DeleteFunc(c.elsewhere(), func(a channel.Anchor) bool { return a.MSPID != organisation })
	if len(peers) == 0 {
		return nil, errors.New("fabric: it names no peer")
	}
	p, err := c.other(peers[c.sources.faults(organisation)%len(peers)])
	if err != nil {
		return nil, fmt.Errorf("fabric: its peer cannot be used: %w", err)
	}
	return p.network, nil
}
