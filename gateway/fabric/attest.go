package fabric

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/grpc"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/limits"
)

const (
	// attestPatience is how long all organisations have for one answer, with what is asked again.
	attestPatience = 5 * time.Second
	// attestPause is how long one that lags is left before it is asked again: a block takes about as long to commit.
	attestPause = 150 * time.Millisecond
	// attestDetour is how long the own peer has to pass on what another organisation says, before that one is asked itself. It is
	// shorter than leastPatience, after which who is silent is left out.
	attestDetour = leastPatience / 3
	// attestRounds is how often those that answer otherwise are asked.
	attestRounds = 8
)

// Attest has every organisation's peer answer what lies under keys, by the same signed question, and puts together what
// most of them say alike. Right after a commit peers stand at different heights, so those that answer otherwise are asked
// again for a while. Who does not answer, answers otherwise to the end, or answers what no verifier takes, is left out: how
// many are enough is for the reader to say. The own peer passes questions on; those that it leaves without an answer are
// asked at their own peers, by the addresses in the channel's configuration, and all have a multiple of its time. Nothing is
// submitted. The error is *Unavailable when nobody answers.
func (c *Client) Attest(ctx context.Context, nonce []byte, keys []string) (*block.Attested, error) {
	ctx, cancel := context.WithTimeout(ctx, attestPatience)
	defer cancel()
	arg, err := wire.EncodeKeys(keys)
	if err != nil {
		return nil, err
	}
	request, err := c.signed(wire.FnAttest, string(nonce), arg)
	if err != nil {
		return nil, err
	}
	a, err := c.attesting(request)
	if err != nil {
		return nil, err
	}
	a.run(ctx, append(c.endorsers.known(), c.endorsers.own))
	most, others := a.agreed()
	if len(most) == 0 {
		return nil, &Unavailable{Err: cmp.Or(a.last, errors.New("no organisation answers"))}
	}
	if len(others) > 0 {
		slog.Warn("organisations answer otherwise", "organisations", others)
	}
	return a.attested(most), nil
}

// attesting is one question.
type attesting struct {
	*Client
	request *gateway.EndorseRequest
	// question is the answer without what anybody says, asked what it asks, keys those asked for. members is the
	// configuration by whose rules answers are taken.
	question channel.Answer
	asked    *channel.Question
	keys     []string
	members  *channel.Config

	said chan heard
	// underWay is since when organisations are asked, rounds how often they were.
	underWay map[string]time.Time
	rounds   map[string]int
	answers  map[string]*attestation
	last     error
	// ownAt is when the own peer answered, ownTook how long that took; zero before.
	ownAt   time.Time
	ownTook time.Duration
}

// attestation is what one organisation's peer answers, and that holds.
type attestation struct {
	msp         string
	response    []byte
	sum         rootline.Hash
	endorsement channel.Endorsement
	records     []block.AttestedRecord
}

// heard is what came of asking an organisation.
type heard struct {
	msp  string
	said *attestation
	err  error
}

// attesting begins a question. The error is *Unavailable while the channel's configuration is not known.
func (c *Client) attesting(request *gateway.EndorseRequest) (*attesting, error) {
	a := &attesting{
		Client: c, request: request, members: c.endorsers.config(),
		underWay: map[string]time.Time{}, rounds: map[string]int{}, answers: map[string]*attestation{},
	}
	if a.members == nil {
		return nil, &Unavailable{Err: errors.New("the channel's configuration is not known yet")}
	}
	var proposal peer.Proposal
	var header common.Header
	err := read("proposal", request.GetProposedTransaction().GetProposalBytes(), &proposal)
	if err == nil {
		err = read("header", proposal.GetHeader(), &header)
	}
	if err != nil {
		return nil, err
	}
	a.question = channel.Answer{Header: header.GetChannelHeader(), Signer: header.GetSignatureHeader(), Proposal: proposal.GetPayload()}
	if a.asked, err = a.question.Question(); err != nil {
		return nil, err
	}
	if len(a.asked.Args) != 3 {
		return nil, errors.New("fabric: another question")
	}
	a.keys, err = wire.DecodeKeys(string(a.asked.Args[2]))
	return a, err
}

// run asks organisations, each by itself, and keeps the answers that hold, until there is nobody to wait for.
func (a *attesting) run(ctx context.Context, organisations []string) {
	a.said = make(chan heard, len(organisations)*(attestRounds+1))
	for _, msp := range organisations {
		a.ask(msp)
	}
	again := time.NewTicker(attestPause)
	defer again.Stop()
	for a.waits() {
		select {
		case h := <-a.said:
			a.hear(h)
		case <-again.C:
			a.again()
		case <-ctx.Done():
			a.last = cmp.Or(a.last, ctx.Err())
			a.tooSlow()
			return
		}
	}
	a.tooSlow()
}

// ask asks one organisation. A peer whose caller leaves never ends what it began, so that calls end by themselves.
func (a *attesting) ask(msp string) {
	a.underWay[msp] = time.Now()
	a.rounds[msp]++
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), strayPatience)
		defer cancel()
		said, err := a.either(ctx, msp)
		a.said <- heard{msp, said, err}
	}()
}

// either has an organisation answer by way of the own peer; where that gives no answer, or none for a while, at its own peers.
func (a *attesting) either(ctx context.Context, msp string) (*attestation, error) {
	if msp == a.endorsers.own {
		return a.one(ctx, a.service, msp)
	}
	ways := make(chan heard, 2)
	go func() {
		said, err := a.one(ctx, a.service, msp)
		ways <- heard{msp, said, err}
	}()
	why := errors.New("the own peer passes nothing on")
	var passed bool
	select {
	case h := <-ways:
		if h.err == nil {
			return h.said, nil
		}
		passed, why = true, h.err
	case <-time.After(attestDetour):
	}
	if passed {
		return a.there(ctx, msp, why)
	}
	go func() {
		said, err := a.there(ctx, msp, why)
		ways <- heard{msp, said, err}
	}()
	first := <-ways
	if first.err == nil {
		return first.said, nil
	}
	second := <-ways
	return second.said, second.err
}

func (a *attesting) hear(h heard) {
	if h.msp == a.endorsers.own && a.ownAt.IsZero() && h.err == nil {
		a.ownAt, a.ownTook = time.Now(), time.Since(a.underWay[h.msp])
	}
	delete(a.underWay, h.msp)
	if h.err != nil {
		a.last = h.err
		return
	}
	a.answers[h.msp] = h.said
}

// again asks those that answer otherwise once more.
func (a *attesting) again() {
	_, others := a.agreed()
	for _, msp := range others {
		if a.mayAgain(msp) {
			a.ask(msp)
		}
	}
}

func (a *attesting) mayAgain(msp string) bool {
	return a.underWay[msp].IsZero() && a.rounds[msp] <= attestRounds && !a.endorsers.conduct.avoids(msp)
}

// waits reports whether there is anybody to wait for: who is asked and not too slow, or is to be asked again.
func (a *attesting) waits() bool {
	for msp := range a.underWay {
		if !a.slow(msp) {
			return true
		}
	}
	_, others := a.agreed()
	return slices.ContainsFunc(others, a.mayAgain)
}

// slow reports whether an organisation takes much longer than the own peer did, which is remembered: who is avoided has no
// longer than that.
func (a *attesting) slow(msp string) bool {
	if a.ownAt.IsZero() || msp == a.endorsers.own {
		return false
	}
	at := a.underWay[msp]
	if at.Before(a.ownAt) {
		at = a.ownAt
	}
	patience := max(leastPatience, 2*a.ownTook)
	if a.endorsers.conduct.avoids(msp) {
		patience = max(attestPause, a.ownTook)
	}
	return time.Since(at) > patience
}

// tooSlow blames those that are not waited for any more.
func (a *attesting) tooSlow() {
	for msp := range a.underWay {
		if a.slow(msp) {
			a.endorsers.conduct.blame(msp, FaultSlow)
		}
	}
}

// one has one organisation answer, by way of a peer's gateway service.
func (a *attesting) one(ctx context.Context, service gateway.GatewayClient, msp string) (*attestation, error) {
	said, err := service.Endorse(ctx, &gateway.EndorseRequest{
		TransactionId: a.request.GetTransactionId(), ChannelId: a.request.GetChannelId(),
		ProposedTransaction: a.request.GetProposedTransaction(), EndorsingOrganizations: []string{msp},
	}, grpc.MaxCallRecvMsgSize(limits.ProofBytes))
	if err != nil {
		return nil, err
	}
	action, err := endorsedAction(said.GetPreparedTransaction())
	if err != nil {
		return nil, err
	}
	return a.held(msp, action)
}

// held takes an organisation's answer by the rules of whoever verifies proofs: one that is not taken there would void what
// all the others say.
func (a *attesting) held(msp string, action *peer.ChaincodeEndorsedAction) (*attestation, error) {
	if n := len(action.GetEndorsements()); n != 1 {
		return nil, fmt.Errorf("fabric: %d endorsements by %s", n, msp)
	}
	e := channel.Endorsement{Identity: action.GetEndorsements()[0].GetEndorser(), Signature: action.GetEndorsements()[0].GetSignature()}
	out := &attestation{msp: msp, response: action.GetProposalResponsePayload(), endorsement: e}
	out.sum = rootline.HashOf(out.response)
	answer := a.answer(out)
	if _, err := channel.ParseAnswer(answer.Encode()); err != nil {
		return nil, err
	}
	id, err := a.members.Identity(e.Identity)
	switch {
	case err != nil:
		return nil, fmt.Errorf("fabric: the endorsement by %s: %w", msp, err)
	case id.Organisation() != msp || id.Revoked() || !id.Peer():
		return nil, fmt.Errorf("fabric: the endorsement by %s is by no peer of it", msp)
	case !id.ValidAt(time.UnixMilli(a.asked.Milliseconds)):
		return nil, fmt.Errorf("fabric: the endorsement by %s is by a certificate that is not valid at the time", msp)
	}
	if err := id.Verify(e.Signature, answer.Message(e)...); err != nil {
		return nil, fmt.Errorf("fabric: the endorsement by %s: %w", msp, err)
	}
	if out.records, err = a.recordsOf(answer); err != nil {
		return nil, fmt.Errorf("fabric: the answer of %s: %w", msp, err)
	}
	return out, nil
}

// answer is the own question with what several answered alike.
func (a *attesting) answer(alike ...*attestation) *channel.Answer {
	out := a.question
	out.Response = alike[0].response
	for _, one := range alike {
		out.Endorsements = append(out.Endorsements, one.endorsement)
	}
	slices.SortFunc(out.Endorsements, func(a, b channel.Endorsement) int { return bytes.Compare(a.Identity, b.Identity) })
	return &out
}

// recordsOf reads what was answered, and where each record was last written. The error is that it is no answer to the
// question.
func (a *attesting) recordsOf(answer *channel.Answer) ([]block.AttestedRecord, error) {
	said, err := answer.Outcome()
	if err != nil {
		return nil, err
	}
	reads := said.Reads[wire.Chaincode]
	for namespace := range said.Reads {
		said.Others = said.Others || namespace != wire.Chaincode && namespace != channel.Lifecycle
	}
	switch {
	case !said.ForThis || said.Chaincode != wire.Chaincode:
		return nil, errors.New("it is to another question")
	case said.Status != 200:
		return nil, fmt.Errorf("its status is %d", said.Status)
	case said.Writes || said.Others || len(reads) != len(a.keys):
		return nil, errors.New("it writes, or reads something else than was asked for")
	}
	values, err := wire.DecodeAttested(said.Payload)
	if err != nil {
		return nil, err
	}
	if again, err := wire.EncodeAttested(values); err != nil || again != string(said.Payload) {
		return nil, errors.New("its values are not in their one form")
	}
	if !bytes.Equal(values.Nonce, a.asked.Args[1]) || len(values.Values) != len(a.keys) {
		return nil, errors.New("its values are not of the keys that were asked for")
	}
	out := make([]block.AttestedRecord, len(a.keys))
	for i, r := range reads {
		if r.Key != a.keys[i] || r.Version.Exists != (values.Values[i] != nil) {
			return nil, fmt.Errorf("what it read of %q is not what it says", a.keys[i])
		}
		out[i] = block.AttestedRecord{Key: r.Key, Value: values.Values[i]}
		if r.Version.Exists {
			out[i].Written = &block.Written{Block: r.Version.Block, Position: int(r.Version.Tx)} // an index in a block
		}
	}
	return out, nil
}

// there asks an organisation at its own peers.
func (a *attesting) there(ctx context.Context, msp string, why error) (*attestation, error) {
	for _, anchor := range a.elsewhere() {
		if anchor.MSPID != msp {
			continue
		}
		p, err := a.other(anchor)
		if err != nil {
			return nil, err
		}
		said, err := a.one(ctx, gateway.NewGatewayClient(p.conn), msp)
		if err == nil {
			return said, nil
		}
		why = err
	}
	return nil, why
}

// agreed are the answers that most organisations give alike, and of as many those of the own one, then of later blocks; others are the
// organisations that answer otherwise.
func (a *attesting) agreed() (most []*attestation, others []string) {
	groups := map[rootline.Hash][]*attestation{}
	for _, said := range a.answers {
		groups[said.sum] = append(groups[said.sum], said)
	}
	own := func(g []*attestation) int {
		if slices.ContainsFunc(g, a.isOwn) {
			return 1
		}
		return 0
	}
	for _, g := range groups {
		if len(most) == 0 || cmp.Or(
			cmp.Compare(len(g), len(most)), cmp.Compare(own(g), own(most)), cmp.Compare(newest(g[0]), newest(most[0])),
			bytes.Compare(g[0].response, most[0].response),
		) > 0 {
			most = g
		}
	}
	for msp, said := range a.answers {
		if !slices.Contains(most, said) {
			others = append(others, msp)
		}
	}
	slices.Sort(others)
	return most, others
}

func (a *attesting) isOwn(said *attestation) bool { return said.msp == a.endorsers.own }

// newest is the last block from which anything was read.
func newest(a *attestation) (last uint64) {
	for _, r := range a.records {
		if r.Written != nil {
			last = max(last, r.Written.Block)
		}
	}
	return last
}

// attested puts together what several endorsed alike.
func (a *attesting) attested(alike []*attestation) *block.Attested {
	out := &block.Attested{Payload: a.answer(alike...).Encode(), Records: alike[0].records, Own: slices.ContainsFunc(alike, a.isOwn)}
	for _, one := range alike {
		out.Organisations = append(out.Organisations, one.msp)
	}
	slices.Sort(out.Organisations)
	return out
}

// Seal writes a seal. Errors are those of Transact; a refusal is a *rootline.Error, too: CodeSealedLately where another was
// written in the last ten minutes.
func (c *Client) Seal(ctx context.Context, nonce []byte) error {
	return refusalOf(c.Transact(ctx, wire.FnSeal, string(nonce)))
}

// refusalOf adds why a transaction as a whole was refused.
func refusalOf(err error) error {
	var refused *Refused
	if errors.As(err, &refused) && len(refused.List) > 0 && refused.List[0].Error != nil {
		return errors.Join(refused.List[0].Error, err)
	}
	return err
}
