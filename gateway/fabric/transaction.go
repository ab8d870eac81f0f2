package fabric

import (
	"context"
	"errors"
	"fmt"

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

// propose has the own peer and as many others endorse as are needed. While too few others are known, the own peer chooses
// them.
func (c *Client) propose(ctx context.Context, fn, arg string) (*attempt, error) {
	if others := c.endorsers.known(); len(others) > 0 && len(others)+1 >= c.endorsers.needed() {
		return c.gather(ctx, fn, arg, others)
	}
	return c.proposeToAny(ctx, fn, arg)
}

// proposeToAny makes a transaction and has it endorsed as the peer sees fit.
func (c *Client) proposeToAny(ctx context.Context, fn, arg string) (*attempt, error) {
	ctx, cancel := context.WithTimeout(ctx, c.config.EndorseTimeout)
	defer cancel()
	proposal, err := c.contract.NewProposal(fn, client.WithArguments(arg))
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
	// others are the other organisations that endorsed, as far as this client asked them by name.
	others []string
	// judged says that the endorsements were held against the policy, and satisfied it.
	judged bool
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
	if s.Code == peer.TxValidationCode_ENDORSEMENT_POLICY_FAILURE {
		a.client.endorsers.notTaken(a.others, a.judged)
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
