package fabric

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/channel"
)

// How long endorsers have. Nobody's call is cut short: who is too slow is replaced, and may still answer first.
const (
	// ownPatience is how long the own peer may take before others are asked in its place.
	ownPatience = 5 * time.Second
	// Another organisation has twice as long as the own peer took, counted from its answer, and leastPatience at least;
	// otherPatience when the own peer is passed over.
	leastPatience = time.Second
	otherPatience = 5 * time.Second
	// strayPatience ends a call that nobody waits for. It is longer than a peer's own limit of 30 s for one endorsement
	// (peer.gateway.endorsementTimeout): a peer whose caller leaves earlier never ends what it began.
	strayPatience = 35 * time.Second
)

// textNoPeer is what the peers' gateway service writes when it knows no peer of an organisation (fabric:
// internal/pkg/gateway/registry.go).
const textNoPeer = "failed to find any endorsing peers"

// answer is what one organisation's peer said of a proposal.
type answer struct {
	msp      string
	envelope *common.Envelope
	action   *peer.ChaincodeEndorsedAction
	took     time.Duration
	// err is why there is no endorsement; refused is the chaincode's list in it. unclear says that the failure may be the
	// own peer's or the connection's as well.
	err     error
	refused wire.Refused
	unclear bool
	// absent says that the own peer knows no peer of the organisation.
	absent bool
}

// payload is the outcome that was endorsed.
func (a *answer) payload() []byte { return a.action.GetProposalResponsePayload() }

// asked is a call under way.
type asked struct {
	at   time.Time
	slow bool
}

// gathering has one proposal endorsed by the own organisation and as many others as are needed, each asked by itself, so
// that it is known who did what.
type gathering struct {
	*Client
	// fn and arg are what is proposed, request the proposal.
	fn, arg string
	request *gateway.EndorseRequest
	// need is how many are asked for, least how many will do when no more answer and state, the channel's, does not tell.
	need, least int
	state       *channel.State
	// short says that as many as need endorsed, and the policy asks for others.
	short   bool
	answers chan answer
	// queue are those to be asked yet, underWay those that were asked.
	queue    []string
	underWay map[string]*asked
	// own is the own peer's endorsement. Without says that it is passed over, in which case others that agree are enough.
	own     *answer
	ownAt   time.Time
	without bool
	// endorsed are other organisations' endorsements; held what they refused before the own peer answered.
	endorsed, held []answer
	// refused is what others refused that the own peer accepted, or all of it without the own peer; differs that some
	// endorsed another outcome; last the last failure.
	refused wire.Refused
	differs bool
	last    error
	// settled is closed when own is set, ended when nothing is waited for any more.
	settled, ended chan struct{}
}

// gather proposes. Errors: *Refused, *Mismatch, *Unavailable.
func (c *Client) gather(ctx context.Context, fn, arg string, others []string) (*attempt, error) {
	ctx, cancel := context.WithTimeout(ctx, c.config.EndorseTimeout)
	defer cancel()
	request, err := c.signed(fn, arg)
	if err != nil {
		return nil, err
	}
	queue, due := c.endorsers.conduct.order(others)
	g := &gathering{
		Client: c, fn: fn, arg: arg, request: request, need: c.endorsers.needed(), least: c.endorsers.least(),
		state: c.endorsers.state(), answers: make(chan answer, len(others)+1), queue: queue,
		underWay: map[string]*asked{}, without: c.endorsers.passedOver(), settled: make(chan struct{}), ended: make(chan struct{}),
	}
	defer close(g.ended)
	first := g.need
	if !g.without {
		first--
		g.ask(c.endorsers.own)
	}
	for range first {
		g.next()
	}
	for _, msp := range due {
		if _, needed := g.underWay[msp]; needed || g.without {
			c.endorsers.conduct.letGo(msp)
			continue
		}
		go g.try(ctx, msp)
	}
	return g.run(ctx)
}

// signed makes a proposal, signed once for all who are asked.
func (c *Client) signed(fn string, args ...string) (*gateway.EndorseRequest, error) {
	proposal, err := c.contract.NewProposal(fn, client.WithArguments(args...))
	if err != nil {
		return nil, fmt.Errorf("fabric: make a proposal: %w", err)
	}
	b, err := proposal.Bytes()
	if err != nil {
		return nil, fmt.Errorf("fabric: make a proposal: %w", err)
	}
	var proposed gateway.ProposedTransaction
	if err := read("proposal", b, &proposed); err != nil {
		return nil, err
	}
	signature, err := c.sign(proposal.Digest())
	if err != nil {
		return nil, fmt.Errorf("fabric: sign a proposal: %w", err)
	}
	proposed.Proposal.Signature = signature
	return &gateway.EndorseRequest{
		TransactionId: proposal.TransactionID(), ChannelId: c.config.Channel, ProposedTransaction: proposed.GetProposal(),
	}, nil
}

// run waits for answers until there are enough, or no more come.
func (g *gathering) run(ctx context.Context) (*attempt, error) {
	for {
		if by, judged := g.enough(); by != nil {
			return g.assemble(by, judged)
		}
		if !g.waits() {
			if len(g.queue) > 0 {
				g.next()
				continue
			}
			if len(g.underWay) == 0 {
				return nil, g.failure()
			}
		}
		expires, until := g.expiry()
		var timer <-chan time.Time
		if expires != "" {
			timer = time.After(time.Until(until))
		}
		select {
		case a := <-g.answers:
			delete(g.underWay, a.msp)
			if err := g.hear(a); err != nil {
				return nil, err
			}
		case <-timer:
			g.tooSlow(expires)
		case <-ctx.Done():
			g.last = ctx.Err()
			return nil, g.failure()
		}
	}
}

// ask has an organisation's peer endorse.
func (g *gathering) ask(msp string) {
	g.underWay[msp] = &asked{at: time.Now()}
	go func() { g.answers <- g.endorse(msp) }()
}

// next asks one more organisation, if there is one.
func (g *gathering) next() {
	if len(g.queue) > 0 {
		g.ask(g.queue[0])
		g.queue = g.queue[1:]
	}
}

// endorse asks one organisation and waits for its answer.
func (g *gathering) endorse(msp string) answer {
	ctx, cancel := context.WithTimeout(context.Background(), strayPatience)
	defer cancel()
	request := &gateway.EndorseRequest{
		TransactionId: g.request.GetTransactionId(), ChannelId: g.request.GetChannelId(),
		ProposedTransaction: g.request.GetProposedTransaction(), EndorsingOrganizations: []string{msp},
	}
	at := time.Now()
	response, err := g.service.Endorse(ctx, request)
	a := answer{msp: msp, envelope: response.GetPreparedTransaction(), took: time.Since(at), err: err}
	if err == nil {
		a.action, a.err = endorsedAction(a.envelope)
		return a
	}
	s := status.Convert(err)
	a.absent = s.Code() == codes.Unavailable && strings.HasPrefix(s.Message(), textNoPeer)
	a.unclear = !a.absent
	for _, d := range s.Details() {
		if d, ok := d.(*gateway.ErrorDetail); ok && d.GetMspId() == msp {
			a.unclear = false
			if list, ok := wire.ParseRefused(d.GetMessage()); ok && a.refused == nil {
				a.refused = list
			}
		}
	}
	return a
}

// failing is the fault of an organisation whose peer gave no endorsement.
func (a answer) failing() Fault {
	if a.absent {
		return FaultAbsent
	}
	return FaultFails
}

// endorsedAction is what was endorsed in a transaction that the peers' gateway service put together.
func endorsedAction(envelope *common.Envelope) (*peer.ChaincodeEndorsedAction, error) {
	var payload common.Payload
	var tx peer.Transaction
	var action peer.ChaincodeActionPayload
	if err := errors.Join(read("payload", envelope.GetPayload(), &payload), read("transaction", payload.GetData(), &tx)); err != nil {
		return nil, err
	}
	if len(tx.GetActions()) != 1 {
		return nil, fmt.Errorf("fabric: an endorsed transaction has %d actions", len(tx.GetActions()))
	}
	err := read("action", tx.GetActions()[0].GetPayload(), &action)
	return action.GetAction(), err
}

// hear takes an answer. The error ends the proposal.
func (g *gathering) hear(a answer) error {
	if a.msp == g.endorsers.own {
		return g.hearOwn(a)
	}
	switch {
	case a.refused != nil && g.own == nil && !g.without:
		g.held = append(g.held, a)
	case a.refused != nil:
		g.refuses(a)
	case a.err != nil:
		g.last = a.err
		if !a.unclear {
			g.endorsers.conduct.blame(a.msp, a.failing())
		}
		g.next()
	case g.verify(a) != nil:
		g.last = g.verify(a)
		g.endorsers.conduct.blame(a.msp, FaultSignature)
		g.next()
	case g.own != nil && !bytes.Equal(a.payload(), g.own.payload()):
		g.differ(a)
	default:
		g.endorsed = append(g.endorsed, a)
	}
	return nil
}

// hearOwn takes the own peer's answer, by which the others' are judged.
func (g *gathering) hearOwn(a answer) error {
	switch {
	case a.refused != nil:
		return &Refused{List: a.refused}
	case a.err != nil && (a.unclear && status.Code(a.err) != codes.DeadlineExceeded):
		return &Unavailable{Err: a.err}
	case a.err != nil:
		slog.Warn("the own peer does not endorse; others are asked", "error", a.err)
		g.last = a.err
		g.passOver()
		return nil
	}
	g.own, g.ownAt = &a, time.Now()
	close(g.settled)
	endorsed, held := g.endorsed, g.held
	g.endorsed, g.held = nil, nil
	for _, other := range slices.Concat(endorsed, held) {
		_ = g.hear(other) // an error comes from the own peer only
	}
	return nil
}

// passOver goes on without the own peer.
func (g *gathering) passOver() {
	if g.without {
		return
	}
	g.without = true
	g.endorsers.passOver()
	g.next()
	held := g.held
	g.held = nil
	for _, a := range held {
		g.refuses(a)
	}
}

// refuses takes another organisation's refusal. Only against the own peer's endorsement is it a fault.
func (g *gathering) refuses(a answer) {
	if g.refused == nil {
		g.refused = a.refused
	}
	g.last = a.err
	if g.own != nil {
		go g.doubt(a, FaultRefuses, *g.own)
	}
	g.next()
}

// differ takes another organisation's endorsement of something else than the own peer endorsed.
func (g *gathering) differ(a answer) {
	g.differs = true
	g.last = fmt.Errorf("%s endorses another outcome than the own peer", a.msp)
	go g.doubt(a, FaultDiffers, *g.own)
	g.next()
}

// verify checks an organisation's endorsement.
func (g *gathering) verify(a answer) error { return g.verifyEndorsement(&a) }

// verifyEndorsement checks that an endorsement is by a peer of who it should be and that its signature holds.
func (c *Client) verifyEndorsement(a *answer) error {
	list := a.action.GetEndorsements()
	if len(list) != 1 {
		return fmt.Errorf("fabric: %d endorsements by %s", len(list), a.msp)
	}
	e := list[0]
	if s := signature(e.GetEndorser(), e.GetSignature(), a.payload(), e.GetEndorser()); s.MSPID != a.msp || !s.Holds {
		return fmt.Errorf("fabric: the endorsement by %s is signed by %q, and the signature holds: %v", a.msp, s.MSPID, s.Holds)
	}
	if config := c.endorsers.config(); config != nil {
		if err := config.Peer(e.GetEndorser(), a.msp); err != nil {
			return fmt.Errorf("fabric: the endorsement by %s: %w", a.msp, err)
		}
	}
	return nil
}

// expiry is who is too slow next, and when; "" when nobody will be.
func (g *gathering) expiry() (who string, at time.Time) {
	for msp, a := range g.underWay {
		var until time.Time
		switch {
		case a.slow:
			continue
		case msp == g.endorsers.own:
			until = a.at.Add(ownPatience)
		case g.own != nil:
			until = g.patience(a.at)
		case g.without:
			until = a.at.Add(otherPatience)
		default:
			continue // the own peer is no faster
		}
		if who == "" || until.Before(at) {
			who, at = msp, until
		}
	}
	return who, at
}

// patience is until when an organisation asked at a time has to answer, once the own peer has.
func (g *gathering) patience(at time.Time) time.Time {
	if at.Before(g.ownAt) {
		at = g.ownAt
	}
	return at.Add(max(leastPatience, 2*g.own.took))
}

// tooSlow goes on without waiting for an organisation.
func (g *gathering) tooSlow(msp string) {
	g.underWay[msp].slow = true
	if msp == g.endorsers.own {
		slog.Warn("the own peer is slow to endorse; others are asked")
		g.passOver()
		return
	}
	g.endorsers.conduct.blame(msp, FaultSlow)
	g.next()
}

// try asks an avoided organisation for an endorsement that is not needed, and judges it by the own peer's.
func (g *gathering) try(ctx context.Context, msp string) {
	conduct := g.endorsers.conduct
	answered := make(chan answer, 1)
	at := time.Now()
	go func() { answered <- g.endorse(msp) }()
	select {
	case <-g.settled:
	case <-g.ended:
	}
	select {
	case <-g.settled:
	default: // the own peer accepted nothing: there is nothing to compare with
		conduct.letGo(msp)
		return
	}
	select {
	case a := <-answered:
		switch {
		case a.refused != nil:
			g.doubt(a, FaultRefuses, *g.own)
		case a.unclear:
			conduct.letGo(msp)
		case a.err != nil:
			conduct.blame(msp, a.failing())
		case g.verify(a) != nil:
			conduct.blame(msp, FaultSignature)
		case !bytes.Equal(a.payload(), g.own.payload()):
			g.doubt(a, FaultDiffers, *g.own)
		default:
			conduct.behaves(msp)
		}
	case <-time.After(time.Until(g.patience(at))):
		conduct.blame(msp, FaultSlow)
	}
}

// waits reports whether anybody who was asked may still answer in time.
func (g *gathering) waits() bool {
	for _, a := range g.underWay {
		if !a.slow {
			return true
		}
	}
	return false
}

// enough are endorsements that are enough, if there are: as many as are needed, or as there are when nobody else answers.
// They satisfy the channel's policy where that is known, which judged says.
func (g *gathering) enough() (by []answer, judged bool) {
	by = g.agreeing()
	if len(by) == 0 {
		return nil, false
	}
	ok, judged := g.satisfies(by)
	if judged && !ok {
		g.short = g.short || len(by) >= g.need
		return nil, judged
	}
	alone := len(g.queue) == 0 && !g.waits()
	if len(by) < g.need && (!alone || !judged && len(by) < g.least) {
		return nil, judged
	}
	if judged && g.short {
		by = g.counting(by)
	}
	return by, judged
}

// agreeing are the own endorsement and others that agree with it, or without it most of the others that agree with each
// other.
func (g *gathering) agreeing() (most []answer) {
	if g.own != nil {
		return append([]answer{*g.own}, g.endorsed...)
	}
	if !g.without {
		return nil
	}
	for _, a := range g.endorsed {
		var same []answer
		for _, b := range g.endorsed {
			if bytes.Equal(a.payload(), b.payload()) {
				same = append(same, b)
			}
		}
		if len(same) > len(most) {
			most = same
		}
	}
	return most
}

// satisfies reports whether endorsements satisfy the policy, if that is known.
func (g *gathering) satisfies(by []answer) (ok, known bool) {
	if g.state == nil {
		return false, false
	}
	list := make([]channel.Endorsement, 0, len(by))
	for _, a := range by {
		for _, e := range a.action.GetEndorsements() {
			list = append(list, channel.Endorsement{Identity: e.GetEndorser(), Signature: e.GetSignature()})
		}
	}
	ok, err := g.state.Endorsed(wire.Chaincode, by[0].payload(), list)
	return ok, err == nil
}

// counting leaves out those of the others without whom the policy is satisfied as well, and blames them: enough had endorsed
// with them, and one more had to be asked.
func (g *gathering) counting(by []answer) []answer {
	for i := 0; i < len(by); {
		rest := slices.Delete(slices.Clone(by), i, i+1)
		if by[i].msp == g.endorsers.own || len(rest) == 0 {
			i++
			continue
		}
		if ok, known := g.satisfies(rest); !ok || !known {
			i++
			continue
		}
		g.endorsers.conduct.blame(by[i].msp, FaultPolicy)
		by = rest
	}
	return by
}

// failure is why there are not enough.
func (g *gathering) failure() error {
	err := g.last
	if err == nil {
		err = errors.New("too few organisations are known that could endorse")
	}
	if g.differs || g.refused != nil {
		return &Mismatch{Others: g.refused, Err: err}
	}
	if g.without && len(g.endorsed) > 1 {
		return &Mismatch{Err: errors.New("other organisations endorse different outcomes")}
	}
	return &Unavailable{Err: err}
}

// assemble makes the transaction of the endorsements. judged says that they satisfy the policy.
func (g *gathering) assemble(by []answer, judged bool) (*attempt, error) {
	var payload common.Payload
	var tx peer.Transaction
	var action peer.ChaincodeActionPayload
	if err := errors.Join(
		read("payload", by[0].envelope.GetPayload(), &payload), read("transaction", payload.GetData(), &tx),
		read("action", tx.GetActions()[0].GetPayload(), &action),
	); err != nil {
		return nil, &Unavailable{Err: err}
	}
	action.Action.Endorsements = nil
	a := &attempt{client: g.Client, judged: judged}
	for _, one := range by {
		action.Action.Endorsements = append(action.Action.Endorsements, one.action.GetEndorsements()...)
		if one.msp != g.endorsers.own {
			a.others = append(a.others, one.msp)
		}
	}
	var err error
	pack := func(m proto.Message) []byte {
		b, packing := proto.Marshal(m)
		err = errors.Join(err, packing)
		return b
	}
	tx.Actions[0].Payload = pack(&action)
	payload.Data = pack(&tx)
	prepared := pack(&gateway.PreparedTransaction{
		TransactionId: g.request.GetTransactionId(), Envelope: &common.Envelope{Payload: pack(&payload)},
	})
	if err == nil {
		a.transaction, err = g.gateway.NewTransaction(prepared)
	}
	if err != nil {
		return nil, &Unavailable{Err: fmt.Errorf("fabric: put a transaction together: %w", err)}
	}
	return a, nil
}
