package httpapi

import (
	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/gateway/query"
)

type tagPath struct {
	ID string `path:"id" doc:"The code of a tag or of a roll" example:"95200017H2K9QF3ABCD0"`
}

type tagOutput struct{ Body presentation.TagView }

// tag says what is known of a code that was issued for tags. That of a roll whose file has not arrived here is not found.
func (s *Server) tag(v *reply, in *tagPath) (*tagOutput, error) {
	if err := query.CheckCode(in.ID); err != nil {
		return nil, err
	}
	t, err := v.Issued(in.ID)
	if err != nil {
		return nil, err
	}
	if t == nil {
		return nil, problem.NotFound(rootline.Text{En: "tag", Zh: "标签"}, in.ID)
	}
	t.OrganisationTitle, t.Block = v.Organisations[t.Organisation], v.At
	return &tagOutput{Body: *t}, nil
}
