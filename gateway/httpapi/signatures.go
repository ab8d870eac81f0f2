package httpapi

import (
	"context"
	"log/slog"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/readmodel"
)

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
		return nil, rootline.Refuse(rootline.CodeNotReady, "the peer does not answer")
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
