package main

import (
	"encoding/json"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
)

// revokeWait is how long a revocation waits for its commit.
const revokeWait = time.Minute

func newRevokeCmd(env *environment) *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:   "revoke DEVICE",
		Short: "End a device of your own organisation: lost, stolen, or no longer needed",
		Long: `Ends a device of your own organisation. It signs as a device with the role admin. From the next block on the ledger refuses
what the device signs, and the gateways let it read only what is public. What it signed before and could not send
yet is refused, too; a supervisor may attest it.

The device is named as "rootline devices" lists it. There is no way back: the person is invited anew.`,
		Example: `  rootline revoke oGjUqURTtzlRLs5ElCtbeHCT2Mt5mg52xkXCIQd57Zk --reason "phone lost"`,
		GroupID: groupDevice,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			admin, g, err := env.both(shortly)
			if err != nil {
				return err
			}
			data, err := json.Marshal(rootline.RevokeData{Device: args[0], Reason: reason})
			if err != nil {
				return err
			}
			status, err := g.Record(cmd.Context(), admin, &rootline.Event{Action: rootline.ActRevoke, Rulebook: rootline.Registry, Data: data}, revokeWait)
			if err != nil {
				return err
			}
			if status.Status != client.Committed {
				return &client.NotFinalError{Status: status}
			}
			env.say("Revoked %s, in block %d.", args[0], status.Block)
			return nil
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why, which stays on the ledger; no person's name")
	return cmd
}
