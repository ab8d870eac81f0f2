package httpapi

import (
	"cmp"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/gateway/query"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/rulebook"
)

// RulebookView is an adopted rulebook, with all that forms and pages are built from.
type RulebookView struct {
	Name    string             `json:"name" example:"forestation@1"`
	Book    string             `json:"book" doc:"The name without the version"`
	Version int                `json:"version"`
	Current bool               `json:"current" doc:"New assets take this version"`
	Title   rootline.Text      `json:"title"`
	Adopted rootline.Instant   `json:"adopted"`
	Roles   []rulebook.Role    `json:"roles"`
	Powers  rulebook.Powers    `json:"powers" doc:"The roles that may do what the registry knows for items of all kinds; an absent power is nobody's"`
	Kinds   []*rulebook.Kind   `json:"kinds"`
	Figures []*rulebook.Figure `json:"figures,omitempty" doc:"The numbers that people look at day by day"`
	YAML    string             `json:"yaml,omitempty" doc:"Its text, exactly as voted on; not in lists"`
	SHA256  rootline.Hash      `json:"sha256" doc:"Of the text"`
	// Unjudged is about the name without the version, too: which version is current.
	Unjudged      string                      `json:"unjudged,omitempty" doc:"The quarantined transaction that something newer of it goes back to, which this gateway does not judge; what is shown was judged before it"`
	NotRecomputed *presentation.NotRecomputed `json:"notRecomputed,omitempty" doc:"The first transaction that it rests on and of which only the peer that delivered it says whether it took effect"`
}

func rulebookOf(r *readmodel.Rulebook) RulebookView {
	return RulebookView{
		Name: r.Name, Book: r.Book.Name, Version: r.Book.Version, Current: r.Current, Title: r.Book.Title, Adopted: r.Adopted,
		Roles: orEmpty(r.Book.Roles), Powers: r.Book.Powers, Kinds: orEmpty(r.Book.Kinds), Figures: r.Book.Figures, SHA256: rootline.HashOf([]byte(r.YAML)),
	}
}

func (v *reply) markRulebook(r *RulebookView) error {
	by, on, err := v.caveats(rootline.SpaceRulebook, r.Name, r.Book)
	r.Unjudged = cmp.Or(by[r.Name], by[r.Book])
	for _, name := range []string{r.Book, r.Name} {
		if n, ok := on[name]; ok {
			r.NotRecomputed = &n
		}
	}
	return err
}

type rulebooksOutput struct {
	Body struct {
		Items []RulebookView `json:"items"`
	}
}

func (s *Server) rulebooks(v *reply, _ *struct{}) (*rulebooksOutput, error) {
	all, err := v.Rulebooks()
	if err != nil {
		return nil, err
	}
	out := &rulebooksOutput{}
	out.Body.Items = make([]RulebookView, len(all))
	for i := range all {
		out.Body.Items[i] = rulebookOf(&all[i])
		if err := v.markRulebook(&out.Body.Items[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

type rulebookInput struct {
	Name string `path:"name" doc:"Name with version; .yaml after it asks for the text as voted on" example:"forestation@1"`
}

func (s *Server) rulebook(v *reply, in *rulebookInput) (*huma.StreamResponse, error) {
	name, text := strings.CutSuffix(in.Name, ".yaml")
	r, err := v.Rulebook(name)
	if err != nil {
		return nil, err
	}
	if text {
		return &huma.StreamResponse{Body: func(hc huma.Context) {
			hc.SetHeader("Content-Type", "application/yaml")
			_, _ = hc.BodyWriter().Write([]byte(r.YAML)) // who went away is not told
		}}, nil
	}
	view := rulebookOf(r)
	view.YAML = r.YAML
	if err := v.markRulebook(&view); err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		hc.SetHeader("Content-Type", "application/json")
		_ = s.api.Marshal(hc.BodyWriter(), "application/json", view)
	}}, nil
}

// BallotView is a proposed rulebook and who voted for it.
type BallotView struct {
	Name   string        `json:"name" doc:"The rulebook with its version; behind a colon the organisation whose own text it is, where another text was proposed first" example:"forestation@2:OwnerMSP"`
	Title  rootline.Text `json:"title" doc:"The rulebook's"`
	YAML   string        `json:"yaml"`
	SHA256 rootline.Hash `json:"sha256" doc:"Of the text; a vote names it"`
	Votes  []string      `json:"votes" doc:"MSP ids"`
}

type ballotsOutput struct {
	Body struct {
		Items []BallotView `json:"items"`
		Next  string       `json:"next,omitempty" doc:"Cursor of the next page"`
	}
}

func (s *Server) ballots(v *reply, in *query.Paging) (*ballotsOutput, error) {
	list, err := v.Ballots(in.Page())
	if err != nil {
		return nil, err
	}
	out := &ballotsOutput{}
	out.Body.Items, out.Body.Next = make([]BallotView, len(list.Items)), list.Next
	for i, b := range list.Items {
		out.Body.Items[i] = BallotView{Name: b.Name, Title: b.Title, YAML: b.YAML, SHA256: b.SHA256, Votes: orEmpty(b.Votes)}
	}
	return out, nil
}

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
	return "", false, problem.NotFound(rootline.Text{En: "rulebook", Zh: "规则手册"}, problem.Clip(name))
}
