package proofs

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/gateway/budget"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/proof"
)

// Member speaks for the own organisation; *fabric.Client does.
type Member interface {
	// Sign signs a message with the gateway's Fabric identity, which is given as msp.SerializedIdentity.
	Sign(message []byte) (identity, signature []byte, err error)
}

// Speaker is whose identity somebody shows; *channel.Identity is one.
type Speaker interface {
	// Organisation is the MSP id.
	Organisation() string
	// Client reports whether the certificate is a client's, as gateways' are, and was not revoked.
	Client() bool
	Revoked() bool
	ValidAt(t time.Time) bool
	Verify(signature []byte, message ...[]byte) error
}

// MembersOf finds out identities by the channel's configuration in use, nil before that is known.
func MembersOf(config func() *channel.Config) func(identity []byte) (Speaker, error) {
	return func(identity []byte) (Speaker, error) {
		c := config()
		if c == nil {
			return nil, rootline.Refuse(rootline.CodeNotReady, rootline.Text{En: "the channel's configuration is not known yet", Zh: "尚不知道通道配置"})
		}
		return c.Identity(identity)
	}
}

// SetsConfig is what Sets need.
type SetsConfig struct {
	Maker *Maker
	Store *readmodel.Store
	// Member signs for Organisation. Members finds out whose identity a msp.SerializedIdentity is: MembersOf a configuration.
	Member       Member
	Organisation string
	Members      func(identity []byte) (Speaker, error)
	// Gateways are the addresses of other organisations' gateways, by MSP id: "https://works.owner.example". Roots are what
	// their certificates may descend from besides the authorities that this machine knows; nil for none.
	Gateways map[string]string
	Roots    *x509.CertPool
	// Dir is the folder of jobs and their files; Reserve the room on its disk that they leave to the rest.
	Dir     string
	Reserve int64
	// Clock is for tests. Default time.Now.
	Clock func() time.Time
}

// Sets makes proofs of sets, as jobs, and signs those of other organisations' gateways. It may be used by many goroutines.
type Sets struct {
	config    SetsConfig
	log       *slog.Logger
	http      *http.Client
	answering answering
	jobs      jobs
}

func newSets(c SetsConfig) *Sets {
	if c.Clock == nil {
		c.Clock = time.Now
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: c.Roots}
	transport.MaxResponseHeaderBytes = 64 << 10
	return &Sets{
		config: c, log: slog.Default(), answering: answering{rates: budget.NewRate(questionsEach, time.Minute)},
		http: &http.Client{Transport: transport, Timeout: askPatience, CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		}},
	}
}

func (s *Sets) clock() time.Time { return s.config.Clock() }

const (
	// rounds bounds how often all are asked, each time at the newest block: where one is past the block, or not there yet.
	rounds = 5
	// nextBlock is how long the next block is waited for between two rounds, so that all are asked right after one.
	nextBlock = 3 * time.Second
)

// signedSet is a set with what the organisations say of it.
type signedSet struct {
	subject string
	set     *proof.Set
	voices  []Voice
	members []string
}

// organisations are those that signed.
func (s *signedSet) organisations() []string {
	var out []string
	for _, v := range s.voices {
		if v.Outcome == Signed {
			out = append(out, v.Organisation)
		}
	}
	return out
}

// again reports whether asking all again, at another block, may give more signatures.
func (s *signedSet) again() bool {
	return slices.ContainsFunc(s.voices, func(v Voice) bool { return v.Outcome == Elsewhere })
}

// signed has a set signed by as many organisations as can be had. All have to look at the ledger as of the same block: each is
// asked at the block that the own read model holds, right after it came where others were past it or not there yet.
func (s *Sets) signed(ctx context.Context, scope *Scope, proofs []NamedProof) (best *signedSet, err error) {
	silent := map[string]bool{}
	for range rounds {
		one, err := s.round(ctx, scope, proofs, silent)
		if err != nil {
			return nil, err
		}
		if best == nil || len(one.organisations()) > len(best.organisations()) {
			best = one
		}
		if !one.again() {
			return best, nil
		}
		for _, v := range one.voices {
			silent[v.Organisation] = v.Outcome == Silent
		}
		waiting, cancel := context.WithTimeout(ctx, nextBlock)
		_ = s.config.Store.Reached(waiting, one.set.Block+1)
		cancel()
	}
	return best, ctx.Err()
}

// round asks all once, but for those that were silent before: they are not waited for again.
func (s *Sets) round(ctx context.Context, scope *Scope, proofs []NamedProof, silent map[string]bool) (*signedSet, error) {
	if s.config.Store.Rebuilding() != nil {
		return nil, readmodel.ErrRebuilding()
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	v, err := s.config.Store.View(ctx)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	at, _ := v.Cursor()
	ledger, err := v.Ledger()
	if err != nil {
		return nil, err
	}
	if ledger.Ledger == nil {
		return nil, rootline.Refuse(rootline.CodeNotFounded)
	}
	q := Question{
		Version: questionVersion, Net: ledger.Ledger.Net, Subject: scope.Subject(), Codes: scope.Codes,
		Block: at.Block, Hash: at.Hash, Made: rootline.InstantOf(s.clock()), Proofs: proofs,
	}
	out := &signedSet{subject: q.Subject, members: slices.Sorted(slices.Values(ledger.Ledger.Organisations))}
	found := make(chan struct{})
	var set *proof.Set
	var mu sync.Mutex
	var asking sync.WaitGroup
	for _, organisation := range out.members {
		if organisation == s.config.Organisation {
			continue
		}
		if silent[organisation] {
			mu.Lock()
			out.voices = append(out.voices, Voice{Organisation: organisation, Outcome: Silent})
			mu.Unlock()
			continue
		}
		asking.Go(func() {
			voice := s.ask(ctx, organisation, q, func() *proof.Set { <-found; return set })
			mu.Lock()
			defer mu.Unlock()
			out.voices = append(out.voices, voice)
		})
	}
	items, err := scope.items(v)
	v.Close() // nobody's answer is waited for with a reader in hand
	if err == nil {
		nameProofs(items, proofs)
		set = &proof.Set{Net: q.Net, Block: q.Block, Hash: q.Hash, Made: q.Made, Maker: s.config.Organisation, Items: items}
	} else {
		cancel()
	}
	close(found)
	asking.Wait()
	if err != nil {
		return nil, err
	}
	out.set = set
	own := Voice{Organisation: s.config.Organisation, Outcome: Signed, Items: len(items)}
	if own.signed.Identity, own.signed.Signature, err = s.config.Member.Sign(set.Message(q.Subject)); err != nil {
		return nil, err
	}
	out.voices = append(out.voices, own)
	slices.SortFunc(out.voices, func(a, b Voice) int { return cmp.Compare(a.Organisation, b.Organisation) })
	return out, nil
}

// Set makes the proof of a signed set as a file, which verifies. The error is a refusal when fewer organisations signed than
// any verifier takes.
func (m *Maker) set(ctx context.Context, s *signedSet) ([]byte, error) {
	a := &assembly{Maker: m, ctx: ctx, code: s.subject, numbers: map[uint64]bool{s.set.Block: true}}
	a.bundle = proof.Bundle{Kind: proof.KindSet, Subject: s.subject, Set: s.set}
	for _, v := range s.voices {
		if v.Outcome == Signed {
			a.bundle.Voices = append(a.bundle.Voices, v.signed)
		}
	}
	if len(a.bundle.Voices) < proof.LeastVouching {
		return nil, rootline.Refuse(rootline.CodeSetUnsigned, len(a.bundle.Voices), proof.LeastVouching)
	}
	made, err := a.finish(rootline.Hash{})
	if err != nil {
		return nil, err
	}
	b, err := proof.Decode(made.File)
	if err != nil {
		return nil, err
	}
	if len(b.Set.Items) != len(s.set.Items) {
		return nil, errors.New("proofs: the file does not hold the set")
	}
	return made.File, nil
}
