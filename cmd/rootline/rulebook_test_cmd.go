package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/rehearsal"
	"github.com/rootline/rootline/rulebook"
)

func newRulebookTestCmd(env *environment) *cobra.Command {
	var lang languageFlag
	var strict bool
	cmd := &cobra.Command{
		Use:   "test FILE...",
		Short: "Play the examples that a rulebook carries",
		Long: `Founds a ledger in memory, adopts the rulebook there, and plays its examples: every event is signed and judged as on a
real ledger. Shows the examples that came out otherwise than they say, each with the rule that decided or should have and
the values that it saw, and the rules that no example shows allowing and refusing something. What a rulebook reads of another is
adopted first, from the files that are given beside it, else from the shipped rulebook of that name.

Exit codes: 0 when all came out as they say, 3 when not, or when the file has mistakes; with --strict also when a rule is
not shown both ways, or an action is never performed. 1 when a file cannot be read.`,
		Example: "  rootline rulebook test works.yaml\n  rootline rulebook test --strict forestation@1",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			in, err := lang.language(env)
			if err != nil {
				return err
			}
			wrong := false
			for _, name := range args {
				text, err := rulebookText(name)
				if err != nil {
					return err
				}
				good, err := env.rehearse(cmd.Context(), in, name, text, strict, filesBeside(args))
				if err != nil {
					return err
				}
				wrong = wrong || !good
			}
			if wrong {
				return &someRefused{rootline.Text{
					En: "not everything came out as the examples say", Zh: "结果与示例不完全一致",
				}.In(in)}
			}
			return nil
		},
	}
	lang.register(cmd)
	cmd.Flags().BoolVar(&strict, "strict", false, "also fail when a rule is not shown both allowing and refusing, or an action is never performed")
	return cmd
}

// rehearse plays the examples of one file and shows how they came out.
func (env *environment) rehearse(ctx context.Context, lang, name string, text []byte, strict bool, others []*rulebook.File) (good bool, err error) {
	f, err := rulebook.ParseFile(text, others...)
	if problems := rulebook.AsProblems(err); problems != nil {
		for _, p := range problems {
			env.explain(lang, name, text, p)
		}
		return false, nil
	}
	if err != nil {
		return false, err
	}
	report, err := rehearsal.Play(ctx, f)
	if err != nil {
		return false, fmt.Errorf("%s: %w", name, err)
	}
	say := func(en, zh string, args ...any) {
		env.say("%s", rootline.Text{En: fmt.Sprintf(en, args...), Zh: fmt.Sprintf(zh, args...)}.In(lang))
	}
	for _, failure := range report.Failures {
		env.say("%s:%d:%d: %s: %s", name, failure.Line, failure.Column, failure.History, failure.Says.In(lang))
		if r := failure.Refusal; r != nil && r.Rule != "" && failure.Rule == "" {
			env.say("      %s", r.Rule)
		}
		env.point(text, failure.Line, failure.Column)
		if failure.Rule != "" {
			say("      the rule %s: %s", "      规则 %s：%s", failure.Rule, failure.Check)
		}
		for _, saw := range failure.Saw {
			say("        saw %s = %s", "        当时 %s = %s", saw.Expression, saw.Value)
		}
	}
	for _, rule := range report.Missing() {
		switch {
		case !rule.Allows && !rule.Refuses:
			say("%s: no example reaches the rule %s", "%s：没有示例涉及规则 %s", f.Ref(), rule.Name())
		case !rule.Refuses:
			say("%s: no example shows the rule %s refusing", "%s：没有示例显示规则 %s 拒绝", f.Ref(), rule.Name())
		default:
			say("%s: no example shows the rule %s allowing", "%s：没有示例显示规则 %s 放行", f.Ref(), rule.Name())
		}
	}
	for _, action := range report.Unplayed {
		say("%s: no example performs %s", "%s：没有示例执行 %s", f.Ref(), action)
	}
	say("%s: histories: %d. Events allowed as they should be: %d, refused as they should be: %d, otherwise: %d. Rules shown both ways: %d of %d",
		"%s：历程 %d 段；如期获准的事件 %d 个，如期被拒 %d 个，不符 %d 个；两面均有示例的规则 %d/%d 条",
		f.Ref(), report.Histories, report.Allowed, report.Refused, len(report.Failures),
		len(report.Rules)-len(report.Missing()), len(report.Rules))
	return report.Passed() && (!strict || report.Complete()), nil
}
