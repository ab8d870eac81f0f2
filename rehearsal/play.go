package rehearsal

import (
	"context"
	"fmt"
	"strings"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/rulebook"
)

// Play plays the examples of a rulebook, each history from the beginning. The error says that they could not be played at
// all; examples that came out otherwise than they say are in the report. A file without examples has a report, too, in
// which nothing is shown. The rulebooks beside it are adopted first. When the context ends, playing ends with it, and the report says so.
func Play(ctx context.Context, f *rulebook.File) (*Report, error) {
	return PlayOn(ctx, f, NewMemory())
}

// PlayOn plays the examples as Play does, on an empty ledger.
func PlayOn(ctx context.Context, f *rulebook.File, ledger Ledger) (*Report, error) {
	covered := cover(f.Rulebook)
	report := &Report{}
	if f.Examples != nil {
		if lacks := f.Lacks(); len(lacks) > 0 {
			return nil, rootline.Refuse(rootline.CodeBadRulebook, inBoth(
				"The examples cannot be played: give the text of %s beside this one, since it is read.", "无法执行示例：本手册读取 %s，请一并提供其文本。", strings.Join(lacks, ", ")))
		}
		w, err := newWorld(f, ledger)
		if err != nil {
			return nil, fmt.Errorf("the examples' ledger: %w", err)
		}
		for i := range f.Examples.Histories {
			h := newHistory(w, f, &f.Examples.Histories[i], covered, report)
			if err := h.play(ctx); err != nil {
				return nil, err
			}
			if ctx.Err() != nil {
				report.Stopped = true
				break
			}
			report.Histories++
		}
	}
	covered.into(report)
	return report, nil
}

// play judges the steps in their order. After a step that should have been allowed and was not, the rest makes no sense.
func (h *history) play(ctx context.Context) error {
	for i, step := range h.steps.Steps {
		if ctx.Err() != nil {
			return nil
		}
		h.world.now += rootline.Instant(step.After.Milliseconds())
		for _, v := range step.Variants {
			if ctx.Err() != nil {
				return nil
			}
			if _, err := h.expect(v); err != nil {
				return err
			}
		}
		ok, err := h.expect(step)
		if err != nil {
			return err
		}
		if rest := len(h.steps.Steps) - i - 1; !ok && step.Refused == "" && rest > 0 {
			h.report.Failures[len(h.report.Failures)-1].Says = joined(h.report.Failures[len(h.report.Failures)-1].Says,
				inBoth("The %d steps after it were not played.", "其后的 %d 步未执行。", rest))
			return nil
		}
	}
	return nil
}

func joined(a, b rootline.Text) rootline.Text {
	return rootline.Text{En: a.En + " " + b.En, Zh: a.Zh + b.Zh}
}

// expect plays one step and notes whether it came out as it says. The error is a fault of the machinery.
func (h *history) expect(step *rulebook.Step) (ok bool, err error) {
	if step.Tag != "" { // a roll is there, whatever becomes of the step
		if _, err := h.tag(h.world.actors[step.Actor], step.Tag); err != nil {
			return false, err
		}
	}
	before := h.world.ledger
	if step.Refused != "" {
		h.world.ledger = before.Fork() // what should have been refused leaves no trace
	}
	err = h.perform(step)
	refusal := rootline.AsError(err)
	if err != nil && refusal == nil {
		return false, fmt.Errorf("%d:%d: %w", step.Line, step.Column, err)
	}
	if step.Refused != "" {
		h.world.ledger = before
	}
	switch {
	case refusal == nil && step.Refused != "":
		return h.fail(step, nil, inBoth("This should be refused as %s, but it is allowed.", "此步应以 %s 拒绝，实际却获准。", step.Refused))
	case refusal != nil && step.Refused == "":
		return h.fail(step, refusal, joined(inBoth("This should be allowed, but it is refused as %s:", "此步应获准，实际却以 %s 拒绝：", refusal.Code), refusal.Says))
	case refusal != nil && refusal.Code != step.Refused:
		return h.fail(step, refusal, joined(inBoth("This should be refused as %s, but it is refused as %s:", "此步应以 %s 拒绝，实际却以 %s 拒绝：", step.Refused, refusal.Code), refusal.Says))
	case refusal != nil:
		h.report.Refused++
		if step.Book == h.book {
			h.covered.refused(step.Kind, step.Action, refusal.Code)
		}
		return true, nil
	}
	h.report.Allowed++
	if step.Book == h.book {
		h.covered.allowed(step.Kind, step.Action)
	}
	is, err := h.asset(h.codes[step.Asset])
	if err != nil {
		return false, err
	}
	if step.State != "" && is.State != step.State {
		return h.fail(step, nil, inBoth("%s should be %s afterwards, but it is %s.", "%s 随后应为 %s，实际为 %s。", step.Asset, step.State, is.State))
	}
	return true, nil
}

func (h *history) fail(step *rulebook.Step, refusal *rootline.Error, says rootline.Text) (bool, error) {
	failed := Failure{Line: step.Line, Column: step.Column, History: h.steps.Name, Says: says, Refusal: refusal}
	code := step.Refused
	if refusal != nil {
		code = refusal.Code
	}
	if rule := h.rule(step, code); rule != nil {
		failed.Rule, failed.Check = Shown{Kind: step.Kind, Action: step.Action, Code: code}.Name(), rule.Check
		if m, ok := h.world.ledger.(*memory); ok {
			failed.Saw = m.last.saw(step.Kind, code)
		}
	}
	h.report.Failures = append(h.report.Failures, failed)
	return false, nil
}

// rule is the rule of a step's action with that code, nil when there is none.
func (h *history) rule(step *rulebook.Step, code rootline.Code) *rulebook.Rule {
	if step.Book == nil {
		return nil
	}
	kind := step.Book.Kind(step.Kind)
	if kind == nil || kind.Action(step.Action) == nil {
		return nil
	}
	for _, rule := range kind.Action(step.Action).Rules {
		if rule.Code == code {
			return rule
		}
	}
	return nil
}
