package httpapi

import (
	"context"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/limits"
	"github.com/rootline/rootline/rehearsal"
	"github.com/rootline/rootline/rulebook"
)

// What a draft costs: to compile its expressions takes some of the memory that its length does not show, to play its
// examples time. A device has four drafts checked at once and one played; see also limits.Drafts and limits.Trials.
const (
	draftWeight = 8 << 20
	trialWeight = 24 << 20
	trialTime   = 15 * time.Second
)

// DraftBody is the text of a rulebook that nobody proposed yet.
type DraftBody struct {
	YAML string `json:"yaml" doc:"The file, with its examples or without; at most 262144 bytes"`
}

type draftInput struct{ Body DraftBody }

// DraftProblem is one mistake of a draft.
type DraftProblem struct {
	Code    rulebook.MistakeCode `json:"code" doc:"The sort of mistake; stable" example:"unknown-name"`
	Line    int                  `json:"line" doc:"From 1; 0 when the mistake is nowhere in particular"`
	Column  int                  `json:"column"`
	Path    string               `json:"path,omitempty" doc:"JSON pointer of what is wrong" example:"/kinds/lamp/actions/deliver/by"`
	Says    rootline.Text        `json:"says"`
	Advice  rootline.Text        `json:"advice,omitzero" doc:"What to write instead, where that can be told"`
	Example string               `json:"example,omitempty" doc:"The same in YAML"`
}

// DraftCheck is what the ledger would say of a draft, and what a draft is written with.
type DraftCheck struct {
	Problems []DraftProblem `json:"problems" doc:"None when it may be proposed"`
	Name     string         `json:"name,omitempty" doc:"With its version; only without problems" example:"road-lamps@2"`
	Bytes    int            `json:"bytes" doc:"Length of what would be adopted: the text without its examples"`
	SHA256   rootline.Hash  `json:"sha256" doc:"Of the same"`
	Examples int            `json:"examples" doc:"How many histories its examples have"`
	Types    []string       `json:"types" doc:"The words that say a field's type"`
}

type draftCheckOutput struct{ Body DraftCheck }

// TrialFailure is an example that came out otherwise than it says.
type TrialFailure struct {
	Line    int            `json:"line"`
	Column  int            `json:"column"`
	History string         `json:"history"`
	Says    rootline.Text  `json:"says"`
	Rule    string         `json:"rule,omitempty" doc:"The rule that decided, or that should have" example:"lamp/accept/too-dark"`
	Check   string         `json:"check,omitempty" doc:"Its expression"`
	Saw     []rulebook.Saw `json:"saw,omitempty" doc:"What it looked at"`
}

// TrialRule says what the examples show of one rule.
type TrialRule struct {
	Kind    string        `json:"kind"`
	Action  string        `json:"action"`
	Code    rootline.Code `json:"code"`
	Allows  bool          `json:"allows" doc:"Some example shows it letting an event pass"`
	Refuses bool          `json:"refuses" doc:"Some example shows it refusing one"`
}

// DraftTrial is how the examples of a draft came out.
type DraftTrial struct {
	Problems  []DraftProblem `json:"problems" doc:"With any of them nothing is played"`
	Histories int            `json:"histories" doc:"How many were played"`
	Stopped   bool           `json:"stopped,omitempty" doc:"There was no time for the others"`
	Allowed   int            `json:"allowed" doc:"Events that were allowed as they should be"`
	Refused   int            `json:"refused" doc:"Events that were refused as they should be"`
	Failures  []TrialFailure `json:"failures"`
	Rules     []TrialRule    `json:"rules"`
	Unplayed  []string       `json:"unplayed" doc:"Actions that no example performs" example:"[\"lamp/repair\"]"`
}

type draftTrialOutput struct{ Body DraftTrial }

// adopted are the rulebooks in force here; the examples of a draft may do the actions of those that it reads.
func (s *Server) adopted(ctx context.Context) ([]*rulebook.File, error) {
	v, err := s.reply(ctx)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	all, err := v.Rulebooks()
	if err != nil {
		return nil, err
	}
	var files []*rulebook.File
	for _, r := range all {
		if r.Current {
			files = append(files, &rulebook.File{Rulebook: r.Book, Rules: []byte(r.YAML)})
		}
	}
	return files, nil
}

// readDraft reads a draft as the ledger reads what is proposed, beside what is in force; its mistakes are no error.
func (s *Server) readDraft(ctx context.Context, yaml string) (*rulebook.File, []DraftProblem, error) {
	others, err := s.adopted(ctx)
	if err != nil {
		return nil, nil, err
	}
	f, err := rulebook.ParseFile([]byte(yaml), others...)
	if err == nil {
		return f, []DraftProblem{}, nil
	}
	ps := rulebook.AsProblems(err)
	if ps == nil {
		return nil, nil, err
	}
	problems := make([]DraftProblem, len(ps))
	for i, p := range ps {
		problems[i] = DraftProblem{Code: p.Code, Line: p.Line, Column: p.Column, Path: p.Path, Says: p.Says(), Advice: p.Advice, Example: p.Example}
	}
	return nil, problems, nil
}

// mayTry takes one of what a device may have checked or played in a minute.
func (s *Server) mayTry(ctx context.Context, n int64) error {
	who := taker(ctx)
	if !s.drafts.Left(who) {
		return rootline.Refuse(rootline.CodeTooManyRequests, rootline.Text{
			En: "As many drafts were checked and tried for this device as are in a minute", Zh: "本设备一分钟内检查和试运行的草稿已达上限",
		}, problem.RetryAfter)
	}
	s.drafts.Took(who, n)
	return nil
}

// checkDraft says what is wrong with a draft. Nothing of it is kept.
func (s *Server) checkDraft(ctx context.Context, in *draftInput) (*draftCheckOutput, error) {
	if err := s.mayTry(ctx, 1); err != nil {
		return nil, err
	}
	f, problems, err := s.readDraft(ctx, in.Body.YAML)
	if err != nil {
		return nil, err
	}
	rules, _ := rulebook.Split([]byte(in.Body.YAML))
	check := DraftCheck{Problems: problems, Bytes: len(rules), SHA256: rootline.HashOf(rules), Types: rulebook.FieldTypes()}
	if f != nil {
		check.Name = f.Ref()
		if f.Examples != nil {
			check.Examples = len(f.Examples.Histories)
		}
	}
	return &draftCheckOutput{Body: check}, nil
}

// tryDraft plays the examples of a draft on a ledger in memory, one draft at a time. Nothing of it is kept.
func (s *Server) tryDraft(ctx context.Context, in *draftInput) (*draftTrialOutput, error) {
	if err := s.mayTry(ctx, limits.Drafts/limits.Trials); err != nil {
		return nil, err
	}
	select {
	case s.trying <- struct{}{}:
		defer func() { <-s.trying }()
	default:
		return nil, rootline.Refuse(rootline.CodeTooManyRequests, rootline.Text{
			En: "This gateway is playing another draft's examples", Zh: "此网关正在试运行另一份草稿的示例",
		}, problem.RetryAfter)
	}
	f, problems, err := s.readDraft(ctx, in.Body.YAML)
	if err != nil {
		return nil, err
	}
	out := DraftTrial{Problems: problems, Failures: []TrialFailure{}, Rules: []TrialRule{}, Unplayed: []string{}}
	if f == nil {
		return &draftTrialOutput{Body: out}, nil
	}
	within, cancel := context.WithTimeout(ctx, s.trialTime)
	defer cancel()
	report, err := rehearsal.Play(within, f)
	if err != nil {
		if refused := rootline.AsError(err); refused != nil {
			return nil, refused
		}
		return nil, err
	}
	out.Histories, out.Stopped, out.Allowed, out.Refused, out.Unplayed = report.Histories, report.Stopped, report.Allowed, report.Refused, orEmpty(report.Unplayed)
	for _, x := range report.Failures[:min(len(report.Failures), limits.PageItems)] {
		out.Failures = append(out.Failures, TrialFailure{Line: x.Line, Column: x.Column, History: x.History, Says: x.Says, Rule: x.Rule, Check: x.Check, Saw: x.Saw})
	}
	for _, r := range report.Rules {
		out.Rules = append(out.Rules, TrialRule{Kind: r.Kind, Action: r.Action, Code: r.Code, Allows: r.Allows, Refuses: r.Refuses})
	}
	return &draftTrialOutput{Body: out}, nil
}

// ShippedExamples are the examples of an adopted rulebook that this program brings itself.
type ShippedExamples struct {
	YAML string `json:"yaml" doc:"From the line \"examples:\" on"`
}

type shippedExamplesOutput struct{ Body ShippedExamples }

type shippedExamplesInput struct {
	Name string `path:"name" doc:"Name with version" example:"forestation@1"`
}

// shippedExamples gives the examples of a rulebook that was adopted as this program ships it. Those of other rulebooks stay
// with their authors: the ledger holds none.
func (s *Server) shippedExamples(v *reply, in *shippedExamplesInput) (*shippedExamplesOutput, error) {
	r, err := v.Rulebook(in.Name)
	if err != nil {
		return nil, err
	}
	rules, examples := rulebook.Split(rulebook.ShippedFiles()[r.Name])
	if string(rules) != r.YAML || len(examples) == 0 {
		return nil, problem.NotFound(rootline.Text{En: "examples of", Zh: "示例："}, problem.Clip(in.Name))
	}
	return &shippedExamplesOutput{Body: ShippedExamples{YAML: string(examples)}}, nil
}
