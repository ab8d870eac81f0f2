package httpapi

import (
	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/rulebook"
)

type changesInput struct {
	Name string `path:"name" doc:"An adopted or proposed rulebook, with its version" example:"forestation@1"`
	To   string `query:"to" required:"true" maxLength:"200" doc:"The one that it is compared with, adopted or with the name of its ballot" example:"forestation@2"`
}

// RulebookChanges is what differs between two rulebooks.
type RulebookChanges struct {
	From     string                `json:"from"`
	To       string                `json:"to"`
	Proposed bool                  `json:"proposed" doc:"The second is not adopted yet"`
	SHA256   rootline.Hash         `json:"sha256" doc:"Of the second's text"`
	Changes  []rulebook.Difference `json:"changes"`
}

type changesOutput struct{ Body RulebookChanges }

// rulebookChanges compares two versions, so that who votes sees what they vote on.
func (s *Server) rulebookChanges(v *reply, in *changesInput) (*changesOutput, error) {
	before, _, err := v.rulebookText(in.Name)
	if err != nil {
		return nil, err
	}
	after, proposed, err := v.rulebookText(in.To)
	if err != nil {
		return nil, err
	}
	changes, err := rulebook.Compare([]byte(before), []byte(after))
	if err != nil {
		return nil, err
	}
	return &changesOutput{Body: RulebookChanges{
		From: in.Name, To: in.To, Proposed: proposed, SHA256: rootline.HashOf([]byte(after)), Changes: orEmpty(changes),
	}}, nil
}

// rulebookText is the text of an adopted rulebook, or of one that is voted on.
func (v *reply) rulebookText(name string) (text string, proposed bool, err error) {
	r, err := v.Rulebook(name)
	if err == nil {
		return r.YAML, false, nil
	}
	if rootline.CodeOf(err) != rootline.CodeNotFound {
		return "", false, err
	}
	b, err := v.Ballot(name)
	if err == nil && b.YAML != "" {
		return b.YAML, true, nil
	}
	if err != nil && rootline.CodeOf(err) != rootline.CodeNotFound {
		return "", false, err
	}
	return "", false, problem.NotFound("rulebook " + problem.Clip(name))
}
