package proofs

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sort"
	"sync"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/budget"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/limits"
	"github.com/rootline/rootline/proof"
	"github.com/rootline/rootline/strictjson"
)

// Question asks another organisation's gateway to sign a set at a block. It says what the set is of, and never which items
// are in it: who is asked finds them in its own read model.
type Question struct {
	Version int `json:"version"`
	// Of is the MSP id of the organisation that is asked.
	Of string `json:"of"`
	// Net is the ledger's id.
	Net string `json:"net"`
	// Subject is the scope, Codes the codes where it is of codes.
	Subject string   `json:"subject"`
	Codes   []string `json:"codes,omitempty"`
	// Block and Hash are the block that the set is as of, Made when it is made, by the clock of who asks.
	Block uint64           `json:"block"`
	Hash  rootline.Hash    `json:"hash"`
	Made  rootline.Instant `json:"made"`
	// Proofs name the items' own proofs, by code.
	Proofs []NamedProof `json:"proofs,omitempty"`
}

// NamedProof is the SHA-256 of an item's own proof. It belongs to the item where that has this head.
type NamedProof struct {
	Code   string        `json:"code"`
	Head   rootline.Hash `json:"head"`
	SHA256 rootline.Hash `json:"sha256"`
}

// SignedQuestion is a question with who asks it.
type SignedQuestion struct {
	Question  []byte `json:"question" doc:"The question in JSON, in base64: docs/proof.md, \"How gateways sign a set\""`
	Identity  []byte `json:"identity" doc:"msp.SerializedIdentity of the gateway that asks"`
	Signature []byte `json:"signature" doc:"ECDSA in DER over the SHA-256 of rootline/set-question/v1, a line end, and the SHA-256 of question"`
}

// SetAnswer is another gateway's signature on the set that it found itself.
type SetAnswer struct {
	Items     int           `json:"items" doc:"How many items this gateway finds"`
	Digest    rootline.Hash `json:"digest" doc:"SHA-256 of the CBOR of the subject and the set, as this gateway made it"`
	Identity  []byte        `json:"identity" doc:"msp.SerializedIdentity of this gateway"`
	Signature []byte        `json:"signature" doc:"Its signature on the set: docs/proof.md, voice"`
}

const (
	questionVersion = 2
	// questionDomain keeps what is signed of a question from being taken for anything else.
	questionDomain = "rootline/set-question/v1\n"
	// SignPath is where gateways are asked.
	SignPath = "/api/v1/proofs:sign"

	// reachPatience is how long a gateway that is asked waits for a block that it has not read yet; askPatience how long one that
	// asks waits for an answer. clockPatience is how far the clock of who asks may be off.
	reachPatience = 5 * time.Second
	askPatience   = 20 * time.Second
	clockPatience = 2 * time.Minute

	// questionsEach is how many questions of one organisation are answered in a minute.
	questionsEach = 60
)

func questionMessage(question []byte) []byte {
	sum := sha256.Sum256(question)
	return append([]byte(questionDomain), sum[:]...)
}

// answering are the questions that are being answered: one of each organisation at a time, and so many in a minute.
type answering struct {
	mu    sync.Mutex
	now   map[string]bool
	rates *budget.Rate
}

// begin takes an organisation's place. The error is a refusal.
func (a *answering) begin(organisation string) (end func(), err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	who := budget.Who{Name: organisation, Member: true}
	if a.now[organisation] || !a.rates.Left(who) {
		return nil, tooManyQuestions()
	}
	if a.now == nil {
		a.now = map[string]bool{}
	}
	a.rates.Took(who, 1)
	a.now[organisation] = true
	return func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		delete(a.now, organisation)
	}, nil
}

func tooManyQuestions() error {
	return &rootline.Error{Code: rootline.CodeTooManyRequests, Says: rootline.Text{
		En: "Your organisation's gateway asks for too many signatures. Try again in a minute.",
		Zh: "贵单位的网关请求签名过于频繁。请一分钟后重试。",
	}}
}

// Sign answers a question of another organisation's gateway: it finds the items of the set in the own read model, which has
// to stand at the block of the question, and signs what it found. What who asks believes the set to be it never hears, and
// so signs nothing that it did not find itself, but for the hashes of items' own proofs: those prove themselves. Errors:
// CodeForbidden for who is no member's gateway, CodeBlockPassed when the read model is past the block, CodeOtherBlock when the
// block is another one here, CodeNotReady when it is not reached in time, CodeTooManyRequests, and CodeBadRequest.
func (s *Sets) Sign(ctx context.Context, in *SignedQuestion) (*SetAnswer, error) {
	organisation, err := s.asker(in)
	if err != nil {
		return nil, err
	}
	var q Question
	if err := strictjson.Decode(in.Question, &q); err != nil {
		return nil, badQuestion(err.Error())
	}
	scope, ok := ParseScope(q.Subject, q.Codes)
	off := s.clock().Sub(q.Made.Time())
	switch {
	case q.Version != questionVersion:
		return nil, badQuestion(fmt.Sprintf("it is of version %d", q.Version))
	case q.Of != s.config.Organisation:
		return nil, badQuestion("it is to " + q.Of)
	case !ok || len(q.Proofs) > limits.SetProofs:
		return nil, badQuestion("its subject is no set's")
	case off > clockPatience || off < -clockPatience:
		return nil, badQuestion("its time is not now")
	}
	// Only now: a copy of an old question, or of one to another gateway, takes nobody's place.
	end, err := s.answering.begin(organisation)
	if err != nil {
		return nil, err
	}
	defer end()
	set, err := s.found(ctx, &q, &scope, organisation)
	if err != nil {
		return nil, err
	}
	message := set.Message(q.Subject)
	out := &SetAnswer{Items: len(set.Items), Digest: rootline.Hash(message[len(message)-sha256.Size:])}
	out.Identity, out.Signature, err = s.config.Member.Sign(message)
	return out, err
}

// asker is the organisation whose gateway asks.
func (s *Sets) asker(in *SignedQuestion) (string, error) {
	by, err := s.config.Members(in.Identity)
	if rootline.AsError(err) != nil {
		return "", err
	}
	if err == nil && (by.Revoked() || !by.Client() || !by.ValidAt(s.clock())) {
		err = errors.New("its certificate is revoked, expired, or no gateway's")
	}
	if err == nil {
		err = by.Verify(in.Signature, questionMessage(in.Question))
	}
	if err != nil {
		return "", errors.Join(&rootline.Error{Code: rootline.CodeForbidden, Says: rootline.Text{
			En: "Only the gateways of this ledger's organisations may ask for a signature, and sign what they ask.",
			Zh: "只有本账本各单位的网关可请求签名，且须对请求签名。",
		}}, err)
	}
	return by.Organisation(), nil
}

func badQuestion(why string) error {
	return &rootline.Error{Code: rootline.CodeBadRequest, Says: rootline.Text{
		En: "The question for a signature on a set cannot be answered: " + why + ".", Zh: "无法答复集合签名请求：" + why + "。",
	}}
}

// found is the set that a question of an organisation is about, as the own read model has it.
func (s *Sets) found(ctx context.Context, q *Question, scope *Scope, maker string) (*proof.Set, error) {
	if s.config.Store.Rebuilding() != nil {
		return nil, readmodel.ErrRebuilding()
	}
	waiting, cancel := context.WithTimeout(ctx, reachPatience)
	err := s.config.Store.Reached(waiting, q.Block)
	cancel()
	if err != nil {
		return nil, rootline.Refuse(rootline.CodeNotReady, rootline.Text{En: fmt.Sprintf("block %d is not read yet", q.Block), Zh: fmt.Sprintf("区块 %d 尚未读取", q.Block)})
	}
	return readmodel.Read(ctx, s.config.Store, func(v *readmodel.View) (*proof.Set, error) {
		at, ok := v.Cursor()
		switch {
		case !ok || at.Block != q.Block:
			return nil, rootline.Refuse(rootline.CodeBlockPassed, q.Block, at.Block)
		case at.Hash != q.Hash:
			return nil, rootline.Refuse(rootline.CodeOtherBlock, q.Block)
		}
		ledger, err := v.Ledger()
		if err != nil {
			return nil, err
		}
		if ledger.Ledger == nil || ledger.Ledger.Net != q.Net {
			return nil, badQuestion("it is about another ledger")
		}
		set := &proof.Set{Net: q.Net, Block: q.Block, Hash: at.Hash, Made: q.Made, Maker: maker}
		if set.Items, err = scope.items(v); err != nil {
			return nil, err
		}
		nameProofs(set.Items, q.Proofs)
		return set, nil
	})
}

// nameProofs names items' own proofs, where an item has the head that its proof is of.
func nameProofs(items []proof.Item, proofs []NamedProof) {
	for _, p := range proofs {
		i := sort.Search(len(items), func(i int) bool { return items[i].Code >= p.Code })
		if i < len(items) && items[i].Code == p.Code && items[i].Head == p.Head {
			sum := p.SHA256
			items[i].Proof = &sum
		}
	}
}

// Outcome is what came of asking an organisation's gateway to sign a set.
type Outcome string

// The outcomes.
const (
	// Signed: it finds the same items and signed that.
	Signed Outcome = "signed"
	// Differs: it finds other items, or others of their states.
	Differs Outcome = "differs"
	// Silent: it did not answer in time, or not as gateways do.
	Silent Outcome = "silent"
	// Elsewhere: its read model did not stand at the block, however often it was asked.
	Elsewhere Outcome = "elsewhere"
	// Refuses: it refused; Voice.Error says why.
	Refuses Outcome = "refuses"
	// Forged: its signature does not hold.
	Forged Outcome = "forged"
	// Unreachable: no address of its gateway is in the settings.
	Unreachable Outcome = "no-address"
)

// Voice is what came of asking an organisation.
type Voice struct {
	Organisation string          `json:"organisation"`
	Outcome      Outcome         `json:"outcome"`
	Items        int             `json:"items,omitempty"`
	Error        *rootline.Error `json:"error,omitempty"`

	signed proof.Voice
}

// ask asks an organisation's gateway, and checks its signature against the set that this gateway found, once that is known.
func (s *Sets) ask(ctx context.Context, organisation string, q Question, own func() *proof.Set) Voice {
	v := Voice{Organisation: organisation, Outcome: Unreachable}
	origin := s.config.Gateways[organisation]
	if origin == "" {
		return v
	}
	ctx, cancel := context.WithTimeout(ctx, askPatience)
	defer cancel()
	q.Of = organisation
	answer, err := s.exchange(ctx, origin, &q)
	refused := rootline.AsError(err)
	switch {
	case refused != nil && (refused.Code == rootline.CodeBlockPassed || refused.Code == rootline.CodeNotReady):
		v.Outcome, v.Error = Elsewhere, refused
		return v
	case refused != nil:
		v.Outcome, v.Error = Refuses, refused
		return v
	case err != nil:
		v.Outcome = Silent
		s.log.Warn("another organisation's gateway does not sign a set", "organisation", organisation, "error", err)
		return v
	}
	set := own()
	if set == nil {
		v.Outcome = Silent
		return v
	}
	message := set.Message(q.Subject)
	v.Items = answer.Items
	v.Outcome = s.judged(organisation, answer, message, set.Made)
	v.signed = proof.Voice{Identity: answer.Identity, Signature: answer.Signature}
	return v
}

// judged is what another gateway's answer is worth. It is no less strict than who verifies: one signature that does not hold
// there would spoil the proof for all.
func (s *Sets) judged(organisation string, answer *SetAnswer, message []byte, made rootline.Instant) Outcome {
	if answer.Digest != rootline.Hash(message[len(message)-sha256.Size:]) {
		return Differs
	}
	by, err := s.config.Members(answer.Identity)
	if err != nil || by.Organisation() != organisation || by.Revoked() || !by.Client() || !by.ValidAt(made.Time()) || by.Verify(answer.Signature, message) != nil {
		return Forged
	}
	return Signed
}

// exchange sends a question and reads the answer. The error is a refusal where the gateway refuses.
func (s *Sets) exchange(ctx context.Context, origin string, q *Question) (*SetAnswer, error) {
	question, err := json.Marshal(q)
	if err != nil {
		return nil, err
	}
	signed := SignedQuestion{Question: question}
	if signed.Identity, signed.Signature, err = s.config.Member.Sign(questionMessage(question)); err != nil {
		return nil, err
	}
	body, err := json.Marshal(&signed)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, origin+SignPath, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := s.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, limits.SetAnswerBytes+1))
	if err != nil {
		return nil, err
	}
	if len(b) > limits.SetAnswerBytes {
		return nil, errors.New("proofs: the answer is too long")
	}
	if res.StatusCode != http.StatusOK {
		var refusal struct {
			Code rootline.Code `json:"code"`
			Says rootline.Text `json:"says"`
		}
		if json.Unmarshal(b, &refusal) != nil || refusal.Code == "" {
			return nil, fmt.Errorf("proofs: HTTP %d", res.StatusCode)
		}
		return nil, &rootline.Error{Code: rootline.Code(clipped(string(refusal.Code))), Says: rootline.Text{En: clipped(refusal.Says.En), Zh: clipped(refusal.Says.Zh)}}
	}
	answer := new(SetAnswer)
	if err := json.Unmarshal(b, answer); err != nil {
		return nil, err
	}
	return answer, nil
}

// clippedAt is how many characters of another gateway's words are passed on.
const clippedAt = 300

func clipped(s string) string {
	n := 0
	for i := range s {
		if n++; n > clippedAt {
			return s[:i] + "…"
		}
	}
	return s
}
