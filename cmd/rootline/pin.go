package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
)

func newPinCmd(env *environment) *cobra.Command {
	return &cobra.Command{
		Use:     "pin HASH",
		GroupID: groupFounding,
		Short:   "State the hash of block 0 for one's own organisation, where its confirmation did not",
		Long: `States on the ledger, as an admin device, the hash of block 0 that the organisation compared with the others and pinned. A
confirmation by rootline confirm states it already. It is stated once and stands for ever: whoever verifies a proof compares
it with the block that they begin from. The gateway carries no other hash than the one in its own settings.`,
		Example: "  rootline pin $(rootline genesis works.block) --device admin",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			genesis, err := rootline.ParseHash(args[0])
			if err != nil {
				return &usageError{fmt.Errorf("%q: %w; rootline genesis prints it", args[0], err)}
			}
			data, err := json.Marshal(rootline.PinData{Genesis: genesis})
			if err != nil {
				return err
			}
			d, g, err := env.both(shortly)
			if err != nil {
				return err
			}
			status, err := g.Record(cmd.Context(), d, &rootline.Event{Action: rootline.ActPin, Rulebook: rootline.Registry, Data: data}, raiseWait)
			if err != nil {
				return err
			}
			if status.Status != client.Committed {
				return &client.NotFinalError{Status: status}
			}
			env.say("%s has stated that the ledger begins with block 0 %s.", d.Organisation, genesis)
			return nil
		},
	}
}
