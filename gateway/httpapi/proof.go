package httpapi

import (
	"context"
	"encoding/hex"
	"fmt"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/budget"
	"github.com/rootline/rootline/gateway/proofs"
	"github.com/rootline/rootline/gateway/query"
	"github.com/rootline/rootline/limits"
	"github.com/rootline/rootline/proof"
)

// Prover makes proofs; *proofs.Maker is one.
type Prover interface {
	Item(ctx context.Context, code string, o proofs.Options) (*proofs.Made, error)
	Absence(ctx context.Context, code string, o proofs.Options) (*proofs.Made, error)
}

// ProofAnchor is what proofs are verified from: docs/proof.md, "The anchor".
type ProofAnchor struct {
	Version int           `json:"version"`
	Channel string        `json:"channel"`
	Block   uint64        `json:"block" doc:"A block that holds a configuration of the channel: the first one"`
	Hash    rootline.Hash `json:"hash" doc:"Hash of that block, as this organisation pinned it. Compare it with the other organisations'"`
	Net     string        `json:"net" doc:"The ledger's own id"`
	Members []string      `json:"members" doc:"MSP ids of the organisations whose word counts"`
	K       int           `json:"k" doc:"How many of them have to vouch"`
}

type anchorOutput struct{ Body ProofAnchor }

// anchor is what this organisation publishes for who verifies proofs.
func (s *Server) anchor(v *reply, _ *struct{}) (*anchorOutput, error) {
	ledger, err := foundingOf(v.View)
	if err != nil {
		return nil, err
	}
	return &anchorOutput{Body: ProofAnchor(*proof.AnchorOf(s.config.Channel, s.config.Genesis, ledger.Net, ledger.Organisations))}, nil
}

// Proving is what every proof can be asked with.
type Proving struct {
	Nonce string `query:"nonce" pattern:"^([0-9a-f]{2}){16,64}$" doc:"16 to 64 bytes of your own in hexadecimal digits: the answer is then made for you, now. Without it a proof of the last minute may be given"`
}

type proofInput struct {
	query.CodePath
	Proving
	Deep  bool `query:"deep" doc:"With whole blocks: those that are about this asset alone, and all that hold its events to who is signed in"`
	Texts bool `query:"rulebooks" doc:"With the texts of the rulebooks that the asset and its events live under, so that who verifies reads what kinds, states and actions are called"`
	Seal  bool `query:"seal" doc:"Write a seal first, so that the proof shows that it is not older than its block; one of the last ten minutes stays. Needs a sign-in"`
}

type absenceInput struct {
	Code string `path:"code" doc:"A code that the ledger does not know" example:"95200017H2K9QF3ABCD0"`
	Proving
}

type proofOutput struct {
	Type          string `header:"Content-Type"`
	Name          string `header:"Content-Disposition"`
	Cache         string `header:"Cache-Control"`
	Organisations int    `header:"Rootline-Organisations" doc:"How many organisations vouch"`
	Body          []byte
}

// proofWeight is what a request for a proof weighs while it is worked on.
const proofWeight = 4 << 20

// proof gives the proof of an item as a file.
func (s *Server) proof(ctx context.Context, in *proofInput) (*proofOutput, error) {
	if err := query.CheckCode(in.ID); err != nil {
		return nil, err
	}
	member := member(ctx) != nil
	if in.Seal && !member {
		return nil, guest(ctx)
	}
	return s.proved(ctx, in.ID, in.Proving, func(o proofs.Options) (*proofs.Made, error) {
		if err := s.maySeeSigned(ctx, in.ID); err != nil && rootline.CodeOf(err) != rootline.CodeNotFound {
			return nil, err
		}
		o.Deep, o.Whole, o.Texts, o.Seal = in.Deep, in.Deep && member, in.Texts, in.Seal
		return s.Proofs.Item(ctx, in.ID, o)
	})
}

// absence gives the proof that a code was never recorded.
func (s *Server) absence(ctx context.Context, in *absenceInput) (*proofOutput, error) {
	if err := query.CheckCode(in.Code); err != nil {
		return nil, err
	}
	return s.proved(ctx, in.Code, in.Proving, func(o proofs.Options) (*proofs.Made, error) { return s.Proofs.Absence(ctx, in.Code, o) })
}

// reads charges what is read for who asks: bytes of blocks, and of lists that are read whole. It refuses what comes after
// the last that was left.
func (s *Server) reads(who budget.Who) func(read int64) error {
	return func(read int64) error {
		if s.files.Took(who, read); !s.files.Left(who) {
			return tooManyRequests(who, budget.ErrOwn)
		}
		return nil
	}
}

func (s *Server) proved(ctx context.Context, code string, in Proving, make func(proofs.Options) (*proofs.Made, error)) (*proofOutput, error) {
	who := taker(ctx)
	if !s.proofs.Left(who) {
		return nil, tooManyRequests(who, budget.ErrOwn)
	}
	nonce, err := hex.DecodeString(in.Nonce)
	if err != nil || len(nonce) > 0 && len(nonce) < limits.NonceLeast || len(nonce) > limits.NonceMost {
		return nil, rootline.Refuse(rootline.CodeBadRequest, rootline.Text{En: "a nonce has 16 to 64 bytes in hexadecimal digits", Zh: "随机数为 16 至 64 字节的十六进制数字"})
	}
	s.proofs.Took(who, 1) // whatever comes of it: one that fails costs as much
	made, err := make(proofs.Options{Nonce: nonce, Who: who, Blocks: s.reads(who)})
	if err != nil {
		return nil, err
	}
	if made.Again {
		s.proofs.Took(who, -1)
	}
	return &proofOutput{
		Type: proof.MediaType, Name: fmt.Sprintf(`attachment; filename="%s%s"`, code, proof.Extension), Cache: "no-store",
		Organisations: len(made.Organisations), Body: made.File,
	}, nil
}
