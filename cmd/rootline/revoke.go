package main

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
)

// revokeWait is how long a revocation waits for its commit.
const revokeWait = time.Minute

func newRevokeCmd(env *environment) *cobra.Command {
	var reason, invitation string
	cmd := &cobra.Command{
		Use:   "revoke DEVICE | --invitation EVENT",
		Short: "End a device of your own organisation: lost, stolen, or no longer needed; or an invitation",
		Long: `Ends a device of your own organisation. It signs as a device with the role admin. From the next block on the ledger refuses
what the device signs, and the gateways let it read only what is public. What it signed before and could not send
yet is refused, too; a supervisor may attest it.

The device is named as "rootline devices" lists it. There is no way back: the person is invited anew.

An invitation that nobody took yet is named by its link, or by the event that invited.`,
		Example: `  rootline revoke oGjUqURTtzlRLs5ElCtbeHCT2Mt5mg52xkXCIQd57Zk --reason "phone lost"
  rootline revoke --invitation 019a1b2c-3d4e-7f50-8a9b-0c1d2e3f4a5b`,
		GroupID: groupDevice,
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ends := rootline.RevokeData{Invitation: invitation, Reason: reason}
			if strings.Contains(invitation, client.EnrolPath) {
				_, token, err := client.ParseLink(invitation)
				if err != nil {
					return err
				}
				ends.Invitation = token.Invitation
			}
			if len(args) == 1 {
				ends.Device = args[0]
			}
			if (ends.Device == "") == (ends.Invitation == "") {
				return &usageError{errors.New("name a device, or an invitation with --invitation")}
			}
			admin, g, err := env.both(shortly)
			if err != nil {
				return err
			}
			data, err := json.Marshal(ends)
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
			env.say("Revoked %s, in block %d.", ends.Device+ends.Invitation, status.Block)
			return nil
		},
	}
	cmd.Flags().StringVar(&invitation, "invitation", "", "the link of an invitation that nobody took yet, or its event")
	cmd.Flags().StringVar(&reason, "reason", "", "why, which stays on the ledger; no person's name")
	return cmd
}
