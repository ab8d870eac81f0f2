package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/rootline/rootline/founding"
)

func newFoundCmd(env *environment) *cobra.Command {
	var admin adminFlags
	cmd := &cobra.Command{
		Use:     "found ORGANISATIONS.yaml",
		GroupID: groupFounding,
		Short:   "Found the ledger on a channel, as the Fabric admin of one of its organisations",
		Long: `Founds the ledger: it gets its random id and the list of its organisations, which no one can change afterwards. One
organisation does this, once. Then each confirms for itself: rootline confirm.

Run again, it changes nothing; it says whether the ledger was founded with the organisations in the file.`,
		Example: "  rootline found organisations.yaml --msp OwnerMSP --peer peer.owner.example:7051 --peer-name peer.owner.example \\\n" +
			"    --peer-ca tls/ca.pem --cert admin/cert.pem --key admin/key.pem",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			organisations, err := readOrganisations(args[0])
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), foundingPatience)
			defer cancel()
			client, err := admin.connect(ctx)
			if err != nil {
				return err
			}
			defer client.Close()
			net, err := founding.Open(ctx, client, organisations)
			if err != nil {
				return explained(err)
			}
			env.say("The ledger %s is founded with %d organisations. Each confirms with: rootline confirm", net, len(organisations))
			return nil
		},
	}
	admin.register(cmd, env.getenv)
	return cmd
}
