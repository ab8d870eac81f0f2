package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/judge"
)

// raiseWait is how long a vote waits for its commit.
const raiseWait = time.Minute

func newProtocolCmd(env *environment) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "protocol",
		GroupID: groupFounding,
		Short:   "Show the protocol number that the ledger is judged by, or vote for the next one",
		Long: `The ledger holds the number of the rules that events are judged by. A new version of Rootline may know a new number; it holds
once a majority of the organisations has voted for it. Who has not upgraded by then loses nothing, and waits until it has.`,
		Example: "  rootline protocol\n  rootline protocol vote 2 --device admin",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			g, err := env.gateway("", shortly)
			if err != nil {
				return err
			}
			l, err := g.Ledger(cmd.Context())
			if err != nil {
				return err
			}
			env.say("The ledger is judged by protocol %d. The gateway at %s knows %s, this program %s.",
				l.Protocol.Number, g.URL(), listed(l.Protocol.Known), listed(judge.Protocols()))
			if n := len(l.Protocol.Votes); n > 0 {
				env.say("For protocol %d: %s, %d of %d organisations. More than half make it hold.",
					l.Protocol.Number+1, strings.Join(l.Protocol.Votes, ", "), n, len(l.Organisations))
			}
			return nil
		},
	}
	vote := newProtocolVoteCmd(env)
	marked(env, vote)
	cmd.AddCommand(vote)
	return cmd
}

// listed are numbers in words: "1, 2".
func listed(numbers []int) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(numbers), " ", ", "), "[]")
}

func newProtocolVoteCmd(env *environment) *cobra.Command {
	return &cobra.Command{
		Use:   "vote NUMBER",
		Short: "Give the organisation's vote for the next protocol number, as an admin device",
		Long: `Votes for the number after that in force. Upgrade the organisation's chaincode service and gateways first: code votes only
for a number that it knows, and who does not know the number that holds waits until it is upgraded. A vote stands.`,
		Example: "  rootline protocol vote 2 --device admin",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			number, err := strconv.Atoi(args[0])
			if err != nil || number < rootline.FirstProtocol {
				return &usageError{fmt.Errorf("%q is no protocol number", args[0])}
			}
			data, err := json.Marshal(rootline.RaiseData{Protocol: number})
			if err != nil {
				return err
			}
			event := &rootline.Event{Action: rootline.ActRaise, Rulebook: rootline.Registry, Data: data}
			if why := judge.UnknownVote(event); why != nil {
				return why // nothing is signed for what this program does not know
			}
			d, g, err := env.both(shortly)
			if err != nil {
				return err
			}
			status, err := g.Record(cmd.Context(), d, event, raiseWait)
			if err != nil {
				return err
			}
			if status.Status != client.Committed {
				return &client.NotFinalError{Status: status}
			}
			l, err := g.Ledger(cmd.Context())
			if err != nil {
				return err
			}
			if l.Protocol.Number >= number {
				env.say("Protocol %d holds.", number)
				return nil
			}
			env.say("%s has voted for protocol %d. It holds with a majority of the organisations.", d.Organisation, number)
			return nil
		},
	}
}
