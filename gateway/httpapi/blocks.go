package httpapi

import (
	"context"
	"log/slog"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/block"
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
		Items    []Finding `json:"items"`
		Next     string    `json:"next,omitempty"`
		Repeated int       `json:"repeated" doc:"Events in valid transactions that were recorded before: they have no effect there, and are no findings"`
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
	if out.Body.Repeated, err = v.RepeatedCount(); err != nil {
		return nil, err
	}
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

// Signatures reads the signatures of a block again, from the organisation's own peer; *fabric.Client is one.
type Signatures interface {
	Signatures(ctx context.Context, number uint64) (*block.Signed, error)
}

// SignatureView is one signature of Fabric, with the certificate that it is by.
type SignatureView struct {
	MSPID     string           `json:"mspId"`
	Subject   string           `json:"subject" doc:"The certificate's subject, as RFC 2253 writes it"`
	Issuer    string           `json:"issuer"`
	Serial    string           `json:"serial" doc:"The certificate's number, hexadecimal"`
	From      rootline.Instant `json:"from,omitzero" doc:"From when the certificate holds"`
	Until     rootline.Instant `json:"until,omitzero"`
	Signature []byte           `json:"signature" doc:"ECDSA in ASN.1 DER, base64"`
	Holds     bool             `json:"holds" doc:"It is by the certificate's key over what it stands under; checked now. That the certificate is the organisation's was checked by the peer"`
}

// TransactionSignatures is who submitted and who endorsed a transaction.
type TransactionSignatures struct {
	ID           string          `json:"id"`
	Index        int             `json:"index" doc:"Its place in the block, from 0"`
	Creator      *SignatureView  `json:"creator,omitempty" doc:"Over the whole transaction"`
	Endorsements []SignatureView `json:"endorsements" doc:"Over what was called, answered and written"`
}

// BlockSignatures is who vouches for a block, as the organisation's own peer holds it now.
type BlockSignatures struct {
	Number       uint64                  `json:"number"`
	Hash         rootline.Hash           `json:"hash" doc:"Of the header, computed from what the peer holds"`
	Same         bool                    `json:"same" doc:"The hash is that of the block that this gateway applied"`
	Orderers     []SignatureView         `json:"orderers" doc:"Over the block's header and metadata"`
	Transactions []TransactionSignatures `json:"transactions"`
}

type signaturesOutput struct{ Body BlockSignatures }

// signatures reads a block again. It asks the peer each time, so it is for who is signed in.
func (s *Server) signatures(ctx context.Context, in *blockInput) (*signaturesOutput, error) {
	known, err := readmodel.Read(ctx, s.Store, func(v *readmodel.View) (*readmodel.Block, error) { return v.Block(in.Number) })
	if err != nil {
		return nil, err // the peer would wait for a block that is not there yet
	}
	signed, err := s.Signed.Signatures(ctx, in.Number)
	if err != nil {
		slog.WarnContext(ctx, "the peer does not give a block", "block", in.Number, "err", err)
		return nil, rootline.Refuse(rootline.CodeNotReady, rootline.Text{En: "the peer does not answer", Zh: "节点没有应答"})
	}
	out := &signaturesOutput{Body: BlockSignatures{
		Number: signed.Number, Hash: signed.Hash, Same: signed.Hash == known.Hash, Orderers: signatureViews(signed.Orderers),
		Transactions: make([]TransactionSignatures, len(signed.Transactions)),
	}}
	for i, t := range signed.Transactions {
		view := TransactionSignatures{ID: t.ID, Index: t.Index, Endorsements: signatureViews(t.Endorsements)}
		if t.Creator != nil {
			view.Creator = &signatureViews([]block.Signature{*t.Creator})[0]
		}
		out.Body.Transactions[i] = view
	}
	return out, nil
}

func signatureViews(list []block.Signature) []SignatureView {
	out := make([]SignatureView, len(list))
	for i, s := range list {
		out[i] = SignatureView{
			MSPID: s.MSPID, Subject: s.Subject, Issuer: s.Issuer, Serial: s.Serial, From: s.ValidFrom, Until: s.Until,
			Signature: orEmpty(s.Value), Holds: s.Holds,
		}
	}
	return out
}
