// Package contract holds the transactions of the chaincode. They judge, and write what was judged; nothing else.
package contract

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/pkg/cid"
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/store"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/judge"
)

// MaxClockSkew is how far a transaction's timestamp, which its client chose, may lie from this service's clock.
// Declining beyond it writes nothing, and makes the recorded time one that several organisations witnessed.
const MaxClockSkew = time.Minute

// Contract is Rootline's contract. Its transactions take plain strings: the contract API validates anything richer
// by reflection, which costs more than judging does.
type Contract struct {
	contractapi.Contract
	judge *judge.Judge
	clock func() time.Time
}

// New returns the contract. The clock serves only to decline transactions that claim another time.
func New(clock func() time.Time) *Contract {
	c := &Contract{judge: judge.New(), clock: clock}
	c.Name = wire.Contract
	c.Info.Title = "Rootline"
	c.Info.Version = "1"
	return c
}

// GetEvaluateTransactions names the transactions that only read.
func (c *Contract) GetEvaluateTransactions() []string { return []string{wire.FnGet, wire.FnAttest} }

// Found founds the ledger; see wire.FnFound.
func (c *Contract) Found(ctx contractapi.TransactionContextInterface, founding string) (string, error) {
	return c.transact(ctx, func(s judge.State, caller judge.Caller, at rootline.Instant) (*judge.Decision, error) {
		return c.judge.Found(s, caller, founding, at)
	})
}

// Confirm confirms the founding for the caller's organisation; see wire.FnConfirm.
func (c *Contract) Confirm(ctx contractapi.TransactionContextInterface, enrolment string) (string, error) {
	return c.transact(ctx, func(s judge.State, caller judge.Caller, at rootline.Instant) (*judge.Decision, error) {
		return c.judge.Confirm(s, caller, enrolment, at)
	})
}

// Record records a batch of events, all or none; see wire.FnRecord.
func (c *Contract) Record(ctx contractapi.TransactionContextInterface, batch string) (string, error) {
	events, err := wire.DecodeBatch(batch)
	if err != nil {
		return "", wire.RefusedAll(err)
	}
	return c.transact(ctx, func(s judge.State, _ judge.Caller, at rootline.Instant) (*judge.Decision, error) {
		return c.judge.Record(s, events, at)
	})
}

// Get reads one record; see wire.FnGet. It returns "" when there is none.
func (c *Contract) Get(ctx contractapi.TransactionContextInterface, key string) (string, error) {
	if _, err := wire.ParseKey(key); err != nil {
		return "", wire.RefusedAll(rootline.Refuse(rootline.CodeNotFound, cut(key)))
	}
	b, err := store.New(ctx.GetStub()).Value(key)
	return string(b), err
}

// Attest answers what lies under keys, to be endorsed by several organisations; see wire.FnAttest. It writes nothing. As
// what is recorded, it is of about now: a question that was asked at another time is declined.
func (c *Contract) Attest(ctx contractapi.TransactionContextInterface, nonce, keys string) (string, error) {
	stub := ctx.GetStub()
	if _, err := c.witness(stub); err != nil {
		return "", err
	}
	if err := judge.CheckNonce(nonce); err != nil {
		return "", wire.RefusedAll(err)
	}
	asked, err := wire.DecodeKeys(keys)
	if err != nil {
		return "", wire.RefusedAll(err)
	}
	values, err := store.New(stub).Values(asked)
	if err != nil {
		return "", err
	}
	return wire.EncodeAttested(&wire.Attested{Nonce: []byte(nonce), Values: values})
}

// Seal writes the seal; see wire.FnSeal.
func (c *Contract) Seal(ctx contractapi.TransactionContextInterface, nonce string) (string, error) {
	return c.transact(ctx, func(s judge.State, _ judge.Caller, at rootline.Instant) (*judge.Decision, error) {
		return c.judge.Seal(s, nonce, at)
	})
}

type judgement func(judge.State, judge.Caller, rootline.Instant) (*judge.Decision, error)

// transact judges and, when nothing was refused, writes.
func (c *Contract) transact(ctx contractapi.TransactionContextInterface, decide judgement) (string, error) {
	stub := ctx.GetStub()
	at, err := c.witness(stub)
	if err != nil {
		return "", err
	}
	caller, err := callerOf(ctx.GetClientIdentity())
	if err != nil {
		return "", err
	}
	state := store.New(stub)
	decision, err := decide(state, caller, at)
	if err != nil {
		return "", err
	}
	if refused := append(decision.Refused, unknownVotes(decision)...); len(refused) > 0 {
		return "", wire.Refused(refused)
	}
	if err := state.Write(decision.Writes); err != nil {
		return "", err
	}
	receipt := wire.Receipt{}
	for _, o := range decision.Outcomes {
		if !o.Duplicate {
			receipt.Events++
		}
	}
	b, err := json.Marshal(receipt)
	return string(b), err
}

// unknownVotes refuses votes for a protocol number that this service does not know. Whoever reads the blocks counts them,
// when others endorsed them: so this is no part of the judgement.
func unknownVotes(d *judge.Decision) []rootline.Refusal {
	var refused []rootline.Refusal
	for i := range d.Outcomes {
		if o := &d.Outcomes[i]; o.Refused == nil && !o.Duplicate {
			if why := judge.UnknownVote(o.Event); why != nil {
				refused = append(refused, rootline.Refusal{Index: i, Event: o.Event.ID, Error: why})
			}
		}
	}
	return refused
}

// callerOf reads the submitter's organisation and whether its certificate is an admin's.
func callerOf(id cid.ClientIdentity) (judge.Caller, error) {
	msp, err := id.GetMSPID()
	if err != nil {
		return judge.Caller{}, fmt.Errorf("contract: caller: %w", err)
	}
	cert, err := id.GetX509Certificate()
	if err != nil || cert == nil {
		return judge.Caller{}, fmt.Errorf("contract: caller's certificate: %w", err)
	}
	caller := judge.Caller{MSPID: msp}
	for _, ou := range cert.Subject.OrganizationalUnit {
		caller.Admin = caller.Admin || ou == wire.AdminOU
	}
	return caller, nil
}
