package httpapi

import (
	"github.com/rootline/rootline/gateway/export"
	"github.com/rootline/rootline/gateway/money"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/query"
	"github.com/rootline/rootline/gateway/readmodel"
)

type contractsInput struct{ query.Paging }

type contractInput struct{ query.CodePath }

type contractPartsInput struct {
	query.CodePath
	query.Paging
}

// ContractView is a contract with the block that the answer is current to.
type ContractView struct {
	money.Contract
	URL   string                `json:"url" doc:"Its page"`
	Block presentation.BlockRef `json:"block"`
}

type contractOutput struct{ Body ContractView }

type moneyOutput[T any] struct {
	Body moneyPage[T]
}

// moneyPage is a page of records of money.
type moneyPage[T any] struct {
	Items []T                   `json:"items"`
	Next  string                `json:"next,omitempty"`
	Block presentation.BlockRef `json:"block"`
}

// contracts lists contracts, those that changed last first.
func (s *Server) contracts(v *reply, in *contractsInput) (*moneyOutput[money.Contract], error) {
	list, err := money.Contracts(v.Reply, in.Page())
	return &moneyOutput[money.Contract]{moneyPage[money.Contract]{list.Items, list.Next, v.At}}, err
}

// contract answers with one, and with what was done and paid under it.
func (s *Server) contract(v *reply, in *contractInput) (*contractOutput, error) {
	if err := query.CheckCode(in.ID); err != nil {
		return nil, err
	}
	c, err := money.ContractOf(v.Reply, in.ID)
	if err != nil {
		return nil, err
	}
	return &contractOutput{ContractView{Contract: *c, URL: v.Gateway.Link(c.ID), Block: v.At}}, nil
}

// creditTransfer takes the day from the clock in the zone of the works where nobody says it.
func (s *Server) creditTransfer(v *presentation.Reply, in *export.CreditTransferInput) (*export.File, error) {
	now := s.now()
	if s.config.Zone != nil {
		now = now.In(s.config.Zone)
	}
	return export.CreditTransfer(v, in, now)
}

// contractParts lists one sort of what belongs to a contract.
func contractParts[T any](list func(*presentation.Reply, string, readmodel.Page) (money.List[T], error)) func(*reply, *contractPartsInput) (*moneyOutput[T], error) {
	return func(v *reply, in *contractPartsInput) (*moneyOutput[T], error) {
		if err := query.CheckCode(in.ID); err != nil {
			return nil, err
		}
		c, err := money.ContractOf(v.Reply, in.ID)
		if err != nil {
			return nil, err
		}
		found, err := list(v.Reply, c.ID, in.Page())
		return &moneyOutput[T]{moneyPage[T]{found.Items, found.Next, v.At}}, err
	}
}
