package fabric

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
)

// Attempt is a transaction that was endorsed and not sent yet.
type Attempt interface {
	// TxID is the transaction's id. Keep it durably before calling Submit.
	TxID() string
	// Submit hands the transaction to the orderers, once. Errors: *Unavailable when it reached none, *Unknown otherwise.
	Submit(ctx context.Context) error
	// Wait returns the block in which the transaction took effect. Errors: *Conflict, *Unknown.
	Wait(ctx context.Context) (block uint64, err error)
}

// Propose has a batch judged and endorsed. Errors: *Refused, *Mismatch, *Unavailable.
func (c *Client) Propose(ctx context.Context, batch []rootline.Submission) (Attempt, error) {
	arg, err := wire.EncodeBatch(batch)
	if err != nil {
		return nil, fmt.Errorf("fabric: encode a batch: %w", err)
	}
	return c.propose(ctx, wire.FnRecord, arg)
}

// propose has the own peer endorse first. When that cannot, others are asked by name.
func (c *Client) propose(ctx context.Context, fn, arg string) (*attempt, error) {
	if !c.endorsers.passedOver() {
		a, err := c.proposeTo(ctx, fn, arg, nil)
		if err == nil || !ownPeerCannot(err) || ctx.Err() != nil {
			return a, err
		}
		slog.Warn("the own peer does not endorse; others are asked", "error", err)
		others := c.endorsers.substitutes()
		if others == nil {
			return nil, err
		}
		c.endorsers.passOver()
	}
	return c.proposeTo(ctx, fn, arg, c.endorsers.substitutes())
}

// proposeTo makes a transaction and has it endorsed by the named organisations, or as the peer sees fit.
func (c *Client) proposeTo(ctx context.Context, fn, arg string, organisations []string) (*attempt, error) {
	ctx, cancel := context.WithTimeout(ctx, c.config.EndorseTimeout)
	defer cancel()
	options := []client.ProposalOption{client.WithArguments(arg)}
	if len(organisations) > 0 {
		options = append(options, client.WithEndorsingOrganizations(organisations...))
	}
	proposal, err := c.contract.NewProposal(fn, options...)
	if err != nil {
		return nil, fmt.Errorf("fabric: make a proposal: %w", err)
	}
	transaction, err := proposal.EndorseWithContext(ctx)
	if err != nil {
		return nil, proposalError(c.endorsers.own, err)
	}
	return &attempt{client: c, transaction: transaction}, nil
}

type attempt struct {
	client      *Client
	transaction *client.Transaction
	commit      *client.Commit
}

func (a *attempt) TxID() string { return a.transaction.TransactionID() }

func (a *attempt) Submit(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, a.client.config.SubmitTimeout)
	defer cancel()
	commit, err := a.transaction.SubmitWithContext(ctx)
	if err != nil {
		return submitError(a.TxID(), err)
	}
	a.commit = commit
	return nil
}

func (a *attempt) Wait(ctx context.Context) (uint64, error) {
	if a.commit == nil {
		return 0, &Unknown{TxID: a.TxID(), Err: errors.New("it was not submitted")}
	}
	ctx, cancel := context.WithTimeout(ctx, a.client.config.CommitTimeout)
	defer cancel()
	s, err := a.commit.StatusWithContext(ctx)
	if err != nil {
		return 0, &Unknown{TxID: a.TxID(), Err: err}
	}
	return s.BlockNumber, fateOf(s).Err(a.TxID())
}

// Fate is what became of a transaction.
type Fate struct {
	// Found says that it lies in a block; the members below then tell which, and whether it took effect.
	Found bool
	Valid bool
	// CodeName is Fabric's validation code.
	CodeName string
	Block    uint64
	// Height is the number of blocks among which it was looked for, when it was not found.
	Height uint64
}

// Err is nil for a transaction that took effect, and a *Conflict for one that lies in a block without effect.
func (f Fate) Err(txID string) error {
	if f.Valid {
		return nil
	}
	return &Conflict{TxID: txID, Code: f.CodeName, Block: f.Block}
}

func fateOf(s *client.Status) Fate {
	return Fate{
		Found: true, Valid: s.Code == peer.TxValidationCode_VALID,
		CodeName: peer.TxValidationCode_name[int32(s.Code)], Block: s.BlockNumber,
	}
}
