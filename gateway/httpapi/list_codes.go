package httpapi

import (
	"github.com/rootline/rootline/gateway/query"
	"github.com/rootline/rootline/gateway/readmodel"
)

type listCodesInput struct {
	query.CodePath
	Limit  int    `query:"limit" minimum:"1" maximum:"5000" default:"5000" doc:"How many"`
	Cursor string `query:"cursor" maxLength:"1000" doc:"next of the page before"`
}

type listCodesOutput struct {
	Body struct {
		Items []string `json:"items"`
		Next  string   `json:"next,omitempty" doc:"Cursor of the next page; absent on the last"`
	}
}

// listCodes lists the codes of a listed lot or a roll, sorted. A list whose file has not arrived has none yet.
func (s *Server) listCodes(v *reply, in *listCodesInput) (*listCodesOutput, error) {
	if err := query.CheckCode(in.ID); err != nil {
		return nil, err
	}
	list, err := v.ListCodes(in.ID, readmodel.Page{Cursor: in.Cursor, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	out := &listCodesOutput{}
	out.Body.Items, out.Body.Next = orEmpty(list.Items), list.Next
	return out, nil
}
