package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
)

func newRulebookVoteCmd(env *environment) *cobra.Command {
	return &cobra.Command{
		Use:   "vote PROPOSAL",
		Short: "Give the organisation's vote for a rulebook that was proposed, as an admin device",
		Long: `Votes for a text that is proposed already. PROPOSAL is the rulebook with its version, the SHA-256 of the text, the name of a
ballot, or the MSP id of the organisation that proposed it. Where several texts are meant, none is voted for, and all are listed:
name one by its hash. Compare the hash with what rootline rulebook check shows of the file that you read.`,
		Example: "  rootline rulebook vote road-lamps@1 --device admin\n  rootline rulebook vote road-lamps@1:OwnerMSP --device admin",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			g, d, p, err := env.onProposal(cmd.Context(), args[0], rootline.ActVote, func(p proposal) any {
				return rootline.VoteData{Rulebook: p.ballot, SHA256: p.text}
			})
			if err != nil {
				return err
			}
			env.say("%s has voted for %s.", d.Organisation, p)
			ref, _ := rootline.BallotRulebook(p.ballot)
			if held, err := g.Rulebook(cmd.Context(), ref); err == nil && held.SHA256 == p.text {
				env.say("%s holds.", ref)
			} else {
				env.say("It holds with a majority of the organisations.")
			}
			return nil
		},
	}
}

func newRulebookWithdrawCmd(env *environment) *cobra.Command {
	return &cobra.Command{
		Use:   "withdraw PROPOSAL",
		Short: "Take back the organisation's vote for a rulebook that was not adopted, as an admin device",
		Long: `Takes back the vote for a text that is proposed, also the one that a proposal is. A text without a vote is proposed no more.
PROPOSAL is as in rootline rulebook vote. What a majority has adopted stays.`,
		Example: "  rootline rulebook withdraw road-lamps@1 --device admin",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			_, d, p, err := env.onProposal(cmd.Context(), args[0], rootline.ActWithdraw, func(p proposal) any {
				return rootline.WithdrawData{Rulebook: p.ballot}
			})
			if err == nil {
				env.say("%s has taken back its vote for %s.", d.Organisation, p)
			}
			return err
		},
	}
}

// onProposal signs an act about the proposal that is meant, and waits until it is recorded.
func (env *environment) onProposal(ctx context.Context, meant, action string, about func(proposal) any) (*client.Gateway, *client.Device, proposal, error) {
	fail := func(err error) (*client.Gateway, *client.Device, proposal, error) { return nil, nil, proposal{}, err }
	d, g, err := env.both(shortly)
	if err != nil {
		return fail(err)
	}
	if _, err := g.SignIn(ctx, d); err != nil {
		return fail(err)
	}
	p, err := proposalMeant(ctx, g, meant)
	if err != nil {
		return fail(err)
	}
	data, err := json.Marshal(about(p))
	if err != nil {
		return fail(err)
	}
	status, err := g.Record(ctx, d, &rootline.Event{Action: action, Rulebook: rootline.Registry, Data: data}, raiseWait)
	if err != nil {
		return fail(err)
	}
	if status.Status != client.Committed {
		return fail(&client.NotFinalError{Status: status})
	}
	return g, d, p, nil
}

// proposal is a text that is voted on.
type proposal struct {
	ballot string
	text   rootline.Hash // SHA-256
	votes  []string
}

func (p proposal) String() string {
	return fmt.Sprintf("%s, SHA-256 %s", p.ballot, p.text)
}

// proposalMeant finds the one proposal that a name, a hash or an organisation means.
func proposalMeant(ctx context.Context, g *client.Gateway, meant string) (proposal, error) {
	var found []proposal
	for cursor := ""; ; {
		page, err := g.Ballots(ctx, cursor)
		if err != nil {
			return proposal{}, err
		}
		for _, b := range page.Items {
			p := proposal{b.Name, rootline.HashOf([]byte(b.YAML)), b.Votes}
			if p.is(meant) {
				found = append(found, p)
			}
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	switch len(found) {
	case 0:
		return proposal{}, fmt.Errorf("no proposal that waits for votes is meant by %q; rootline adopt FILE proposes a text", meant)
	case 1:
		return found[0], nil
	}
	lines := make([]string, len(found))
	for i, p := range found {
		lines[i] = fmt.Sprintf("\n  %s, voted for by %s", p, strings.Join(p.votes, ", "))
	}
	return proposal{}, &usageError{fmt.Errorf("%q means %d proposals; name one by its hash:%s", meant, len(found), strings.Join(lines, ""))}
}

// is tells whether a proposal is meant: by its hash, its rulebook or ballot, or the organisation that proposed it.
func (p proposal) is(meant string) bool {
	if h, err := rootline.ParseHash(meant); err == nil {
		return p.text == h
	}
	ref, _ := rootline.BallotRulebook(p.ballot)
	return p.ballot == meant || ref == meant || len(p.votes) > 0 && p.votes[0] == meant
}
