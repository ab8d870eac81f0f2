package httpapi

import (
	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/gateway/query"
)

// What a tag's code is.
const (
	tagRoll  = "roll"
	tagBlank = "blank"
	tagBound = "bound"
)

// TagView is what the ledger knows of a code that was issued for tags: the roll itself, a blank tag on it, or one that
// is bound to an asset.
type TagView struct {
	Code              string                `json:"code"`
	Is                string                `json:"is" enum:"roll,blank,bound" doc:"The roll's own code; a blank tag on a roll; a tag that is bound"`
	Roll              string                `json:"roll" doc:"The roll's code"`
	Organisation      string                `json:"organisation" doc:"The member that the roll was issued to, and that may bind its tags"`
	OrganisationTitle rootline.Text         `json:"organisationTitle"`
	Asset             string                `json:"asset,omitempty" doc:"What the tag is bound to"`
	ReplacedBy        string                `json:"replacedBy,omitempty" doc:"The tag that took over from this one"`
	Block             presentation.BlockRef `json:"block" doc:"The block that this answer is current to"`
}

type tagPath struct {
	ID string `path:"id" doc:"The code of a tag or of a roll" example:"95200017H2K9QF3ABCD0"`
}

type tagOutput struct{ Body TagView }

// tag says what is known of a code that was issued for tags. That of a roll whose file has not arrived here is not found.
func (s *Server) tag(v *reply, in *tagPath) (*tagOutput, error) {
	if err := query.CheckCode(in.ID); err != nil {
		return nil, err
	}
	t, err := v.issued(in.ID)
	if err != nil {
		return nil, err
	}
	if t == nil {
		return nil, problem.NotFound("tag " + in.ID)
	}
	t.OrganisationTitle, t.Block = v.Organisations[t.Organisation], v.At
	return &tagOutput{Body: *t}, nil
}

// issued finds a code among the tags that were issued; nil when it is none of them.
func (v *reply) issued(code string) (*TagView, error) {
	t, err := v.Tag(code)
	ok, err := there(err)
	if err != nil {
		return nil, err
	}
	view := TagView{Code: code, Is: tagRoll, Roll: code}
	switch {
	case ok && t.Asset != "":
		view.Is, view.Roll, view.Asset, view.ReplacedBy = tagBound, t.Roll, t.Asset, t.ReplacedBy
	case !ok:
		in, err := v.TagInclusion(code)
		if err != nil || in == nil {
			return nil, err
		}
		view.Is, view.Roll = tagBlank, in.List
	}
	roll, err := v.Tag(view.Roll)
	if ok, err := there(err); err != nil || !ok {
		return nil, err
	}
	view.Organisation = roll.Organisation
	return &view, nil
}
