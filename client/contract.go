package client

import (
	"context"
	"net/http"
	"net/url"
)

// ContractFile is a form in which a contract, or a claim, is taken from a gateway.
type ContractFile string

// The forms. OfClaim is of a claim; the others are of a contract.
const (
	// AsTable is one of its lists as a table: lines, variations, claims or orders.
	AsTable ContractFile = "table"
	// AsOCDS and AsOC4IDS are open contracting data, for publishing.
	AsOCDS   ContractFile = "ocds"
	AsOC4IDS ContractFile = "oc4ids"
	// AsCreditTransfer are the payment orders that are to be paid, for a bank: ISO 20022 pain.001.001.09.
	AsCreditTransfer ContractFile = "credit-transfer"
	// OfClaim is a page for signatures on paper.
	OfClaim ContractFile = "sheet"
)

// Accounts are what a bank wants to know of payment orders and the ledger does not hold; "" is left out.
type Accounts struct {
	Debtor   string `json:"debtor,omitempty"`
	Agent    string `json:"agent,omitempty"` // BIC
	Creditor string `json:"creditor,omitempty"`
	Wages    string `json:"wages,omitempty"`
	Date     string `json:"date,omitempty"` // 2026-03-12
}

// Contract gives a contract, or the claim of the code, as a file. query narrows the form: table, format, lang, prefix. It needs a session.
func (g *Gateway) Contract(ctx context.Context, code string, as ContractFile, query url.Values, accounts Accounts) ([]byte, error) {
	c := call{method: http.MethodGet, path: "/api/v1/contracts/" + url.PathEscape(code) + "/" + string(as), query: query}
	switch as {
	case OfClaim:
		c.path = "/api/v1/claims/" + url.PathEscape(code) + "/" + string(as)
	case AsCreditTransfer:
		c.method, c.body = http.MethodPost, jsonBody(accounts)
	}
	a, err := g.do(ctx, c)
	if err != nil {
		return nil, err
	}
	return a.body, nil
}
