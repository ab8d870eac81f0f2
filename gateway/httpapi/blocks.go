package httpapi

import (
	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/query"
	"github.com/rootline/rootline/gateway/readmodel"
)

// Block is a block of the ledger as this gateway read it.
type Block struct {
	Number       uint64           `json:"number"`
	Hash         rootline.Hash    `json:"hash"`
	Previous     rootline.Hash    `json:"previous"`
	DataHash     rootline.Hash    `json:"dataHash"`
	Time         rootline.Instant `json:"time" doc:"Median of the timestamps of its transactions"`
	Transactions []Transaction    `json:"transactions"`
}

// Transaction is a transaction of the ledger as this gateway read it.
type Transaction struct {
	ID        string           `json:"id"`
	Block     uint64           `json:"block"`
	Index     int              `json:"index" doc:"Its place in the block, from 0"`
	Code      int32            `json:"code" doc:"Fabric's validation code; 0 is valid"`
	CodeName  string           `json:"codeName"`
	Valid     bool             `json:"valid"`
	Chaincode string           `json:"chaincode,omitempty"`
	Function  string           `json:"function,omitempty"`
	Creator   string           `json:"creator" doc:"MSP id of who submitted it"`
	Endorsers []string         `json:"endorsers" doc:"MSP ids"`
	Time      rootline.Instant `json:"time"`
	Verdict   string           `json:"verdict,omitempty" enum:"agreed,disputed,quarantined,unjudged" doc:"What this gateway's own judgement says; absent for what it does not judge"`
	Events    []string         `json:"events,omitempty" doc:"Their ids; not for guests"`
	Repeated  []Repeated       `json:"repeated,omitempty" doc:"The events in it that were recorded before, in their order: they have no effect in it; not for guests"`
}

// Repeated is an event that a transaction holds once more.
type Repeated struct {
	ID    string `json:"id"`
	Block uint64 `json:"block,omitempty" doc:"The one that recorded it"`
}

// Finding is something that did not agree when this gateway read the blocks for itself.
type Finding struct {
	ID          string           `json:"id"`
	Kind        string           `json:"kind"`
	Alarm       bool             `json:"alarm" doc:"The ledger's content is in question, not only an event's circumstances"`
	Block       uint64           `json:"block"`
	Transaction string           `json:"transaction,omitempty"`
	Event       string           `json:"event,omitempty"`
	Asset       string           `json:"asset,omitempty"`
	Detail      string           `json:"detail"`
	Found       rootline.Instant `json:"found" doc:"The time of the block that it was found in"`
}

type blockInput struct {
	Number uint64 `path:"number"`
}

type blockOutput struct{ Body Block }

type transactionInput struct {
	ID string `path:"id" doc:"Fabric's transaction id"`
}

type transactionOutput struct{ Body Transaction }

type findingsOutput struct {
	Body struct {
		Items []Finding `json:"items"`
		Next  string    `json:"next,omitempty"`
	}
}

func (s *Server) block(v *reply, in *blockInput) (*blockOutput, error) {
	b, err := v.Block(in.Number)
	if err != nil {
		return nil, err
	}
	out := &blockOutput{Body: Block{
		Number: b.Number, Hash: b.Hash, Previous: b.Previous, DataHash: b.DataHash, Time: b.Time,
		Transactions: make([]Transaction, len(b.Transactions)),
	}}
	for i := range b.Transactions {
		out.Body.Transactions[i] = transactionOf(&b.Transactions[i])
	}
	return out, nil
}

func (s *Server) transaction(v *reply, in *transactionInput) (*transactionOutput, error) {
	t, err := v.Transaction(in.ID)
	if err != nil {
		return nil, err
	}
	return &transactionOutput{Body: transactionOf(t)}, nil
}

func transactionOf(t *readmodel.Transaction) Transaction {
	repeated := make([]Repeated, len(t.Repeated))
	for i, r := range t.Repeated {
		repeated[i] = Repeated(r)
	}
	return Transaction{
		ID: t.ID, Block: t.Block, Index: t.Position, Code: t.Code, CodeName: t.CodeName, Valid: t.Valid,
		Chaincode: t.Chaincode, Function: t.Function, Creator: t.Creator, Endorsers: orEmpty(t.Endorsers), Time: t.Time,
		Verdict: string(t.Verdict), Events: orEmpty(t.Events), Repeated: repeated,
	}
}

func (s *Server) findings(v *reply, in *query.Paging) (*findingsOutput, error) {
	list, err := v.Findings(in.Page())
	if err != nil {
		return nil, err
	}
	out := &findingsOutput{}
	out.Body.Items, out.Body.Next = findingsOf(list.Items), list.Next
	return out, nil
}

func findingsOf(list []readmodel.Finding) []Finding {
	out := make([]Finding, len(list))
	for i, f := range list {
		out[i] = Finding(f)
	}
	return out
}
