package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/rulebook"
)

func newRulebookCmd(env *environment) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "rulebook",
		GroupID: groupFounding,
		Short:   "Check a rulebook, play its examples, and vote for one that was proposed",
		Long: `A rulebook is a YAML file. docs/rulebooks.md teaches writing one. To check and to play one needs no ledger: it is done
with the file alone. In place of a file the name of a shipped rulebook can be given, like forestation@1. rootline adopt proposes it.`,
	}
	for _, sub := range []*cobra.Command{newRulebookCheckCmd(env), newRulebookTestCmd(env), newRulebookVoteCmd(env), newRulebookWithdrawCmd(env)} {
		marked(env, sub)
		cmd.AddCommand(sub)
	}
	return cmd
}

// languageFlag is the language of what is printed.
type languageFlag struct{ value string }

func (f *languageFlag) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.value, "lang", "", "en or zh (default: by $LANG)")
}

// language is the flag's, or that of the environment.
func (f *languageFlag) language(env *environment) (string, error) {
	switch {
	case f.value == "en" || f.value == "zh":
		return f.value, nil
	case f.value != "":
		return "", &usageError{fmt.Errorf("--lang is en or zh, not %q", f.value)}
	case strings.HasPrefix(first(env.getenv("LC_ALL"), env.getenv("LC_MESSAGES"), env.getenv("LANG")), "zh"):
		return "zh", nil
	}
	return "en", nil
}

func newRulebookCheckCmd(env *environment) *cobra.Command {
	var lang languageFlag
	cmd := &cobra.Command{
		Use:   "check FILE...",
		Short: "Explain every mistake of a rulebook, with line and column",
		Long: `Reads rulebooks as a ledger does when one is proposed, and their examples. Every mistake is shown with its line, its column and
the place in the file that is meant. What one reads of another is compared with the files that are given beside it, else with the shipped
rulebook of that name.

Exit codes: 0 without mistakes, 3 with some, 1 when a file cannot be read.`,
		Example: "  rootline rulebook check works.yaml\n  rootline rulebook check --lang zh works.yaml",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			in, err := lang.language(env)
			if err != nil {
				return err
			}
			mistakes := 0
			for _, name := range args {
				text, err := rulebookText(name)
				if err != nil {
					return err
				}
				f, err := rulebook.ParseFile(text, filesBeside(args)...)
				if problems := rulebook.AsProblems(err); problems != nil {
					mistakes += len(problems)
					for _, p := range problems {
						env.explain(in, name, text, p)
					}
					continue
				}
				if err != nil {
					return err
				}
				if problems := readsOthers(f, args); len(problems) > 0 {
					mistakes += len(problems)
					for _, p := range problems {
						env.explain(in, name, text, p)
					}
					continue
				}
				env.say("%s", summaryOf(f).In(in))
			}
			if mistakes > 0 {
				return &someRefused{rootline.Text{
					En: fmt.Sprintf("mistakes found: %d. Mend them, and check again", mistakes), Zh: fmt.Sprintf("%d 处错误，请改正后重新检查", mistakes),
				}.In(in)}
			}
			return nil
		},
	}
	lang.register(cmd)
	return cmd
}

// readsOthers compares what a rulebook reads of others with those that were given beside it, and with the last versions that are shipped.
func readsOthers(f *rulebook.File, names []string) rulebook.Problems {
	if len(f.Reads) == 0 {
		return nil
	}
	others := map[string]*rulebook.Rulebook{}
	for _, one := range filesBeside(names) {
		others[one.Name] = one.Rulebook
	}
	return f.CheckReads(others)
}

// filesBeside are the rules of the files that were given, and of the last versions of the other shipped rulebooks.
func filesBeside(names []string) []*rulebook.File {
	byName := map[string]*rulebook.File{}
	take := func(text []byte, over map[string]*rulebook.File) {
		rules, _ := rulebook.Split(text)
		if one, err := rulebook.ParseFile(rules); err == nil && (over[one.Name] == nil || over[one.Name].Version < one.Version) {
			over[one.Name] = one
		}
	}
	for _, one := range rulebook.LastVersions() {
		byName[one.Name] = one
	}
	given := map[string]*rulebook.File{}
	for _, name := range names {
		if text, err := rulebookText(name); err == nil {
			take(text, given)
		}
	}
	maps.Copy(byName, given)
	return slices.Collect(maps.Values(byName))
}

// summaryOf says what a rulebook holds.
func summaryOf(f *rulebook.File) rootline.Text {
	actions, rules, histories := 0, 0, 0
	var walks []string
	for _, k := range f.Kinds {
		actions += len(k.Actions)
		for _, a := range k.Actions {
			rules += len(a.Rules)
			if a.Walk {
				walks = append(walks, k.Name+"/"+a.Name)
			}
		}
	}
	var walked rootline.Text
	if len(walks) > 0 {
		walked = rootline.Text{En: " Done on a walk: " + strings.Join(walks, ", ") + ".", Zh: "可巡检签认：" + strings.Join(walks, "、") + "。"}
	}
	if f.Examples != nil {
		histories = len(f.Examples.Histories)
	}
	sum := rootline.HashOf(f.Rules)
	return rootline.Text{
		En: fmt.Sprintf("%s: no mistakes. Kinds: %d, actions: %d, rules: %d, histories of examples: %d.%s What is adopted: %d bytes, SHA-256 %s", f.Ref(), len(f.Kinds), actions, rules, histories, walked.En, len(f.Rules), sum),
		Zh: fmt.Sprintf("%s：没有错误。%d 个类别、%d 个操作、%d 条规则；示例历程 %d 段。%s采用文本：%d 字节，SHA-256 %s", f.Ref(), len(f.Kinds), actions, rules, histories, walked.Zh, len(f.Rules), sum),
	}
}

// rulebookText reads a file, or a rulebook that is shipped.
func rulebookText(name string) ([]byte, error) {
	text, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		if shipped, ok := rulebook.ShippedFiles()[name]; ok {
			return shipped, nil
		}
	}
	return text, err
}

// explain shows one mistake with the line it is on and a caret under the place.
func (env *environment) explain(lang, name string, text []byte, p rulebook.Problem) {
	where := name
	if p.Line > 0 {
		where = fmt.Sprintf("%s:%d:%d", name, p.Line, max(p.Column, 1))
	}
	env.say("%s: %s", where, p.Says().In(lang))
	if p.Path != "" {
		env.say("      %s", p.Path)
	}
	env.point(text, p.Line, p.Column)
	env.advise(lang, p)
}

// advise shows what to write instead.
func (env *environment) advise(lang string, p rulebook.Problem) {
	if p.Advice.IsZero() {
		return
	}
	if p.Example == "" {
		env.say("      → %s", p.Advice.In(lang))
		return
	}
	says, colon := p.Advice.In(lang), rootline.Text{En: ":", Zh: "："}.In(lang)
	if strings.HasSuffix(says, "?") || strings.HasSuffix(says, "？") {
		colon = ""
	}
	env.say("      → %s%s", says, colon)
	for line := range strings.Lines(p.Example) {
		env.say("          %s", strings.TrimRight(line, "\n"))
	}
}

// point shows a line of a text and a caret under a column.
func (env *environment) point(text []byte, line, column int) {
	lines := strings.Split(string(text), "\n")
	if line < 1 || line > len(lines) {
		return
	}
	source := strings.TrimRight(lines[line-1], "\r")
	env.say("%5d | %s", line, source)
	env.say("      | %s^", under([]rune(source), column))
}

// under is blank space as wide as what stands before a column: Chinese characters are as wide as two others.
func under(source []rune, column int) string {
	var b strings.Builder
	for _, r := range source[:min(max(column-1, 0), len(source))] {
		switch {
		case r == '\t':
			b.WriteRune('\t')
		case r >= 0x1100 && (r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 || r >= 0xf900 && r <= 0xfaff || r >= 0xfe30 && r <= 0xff60):
			b.WriteRune('\u3000')
		default:
			b.WriteRune(' ')
		}
	}
	return b.String()
}
