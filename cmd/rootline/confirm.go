package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/founding"
)

func newConfirmCmd(env *environment) *cobra.Command {
	var admin adminFlags
	var genesis string
	cmd := &cobra.Command{
		Use:     "confirm ORGANISATIONS.yaml",
		GroupID: groupFounding,
		Short:   "Confirm the founding for one's own organisation, and make its first admin device",
		Long: `Confirms the founding, as the Fabric admin of one's own organisation, and registers the organisation's first device. It
has the role admin and invites all others. Its key is made here and kept in a file that only you can read.

The file is the list that the organisations agreed on. If the ledger was founded otherwise, nothing is confirmed. --genesis is
the hash of block 0 that the organisations compared; the confirmation states it for ever, so that no other channel can be taken
for this one, and nothing is confirmed where the peer has another block 0.
--device names the key's file (default: admin, in the data folder's keys); --gateway is the address it will use.`,
		Example: "  rootline confirm organisations.yaml --genesis 5f1c… --gateway https://works.owner.example",
		Args:    cobra.ExactArgs(1),
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
			pinned, err := rootline.ParseHash(genesis)
			if err != nil {
				return &usageError{fmt.Errorf("--genesis or ROOTLINE_GENESIS: %w; rootline genesis prints it", err)}
			}
			file := env.keyPath(first(env.deviceFlag, env.getenv(envDevice), "admin"))
			net, err := founding.Confirm(ctx, founding.Member{
				Organisation: rootline.Organisation{MSPID: admin.config.MSPID},
				Admin:        client, DeviceFile: file,
				Gateway: first(env.gatewayFlag, env.getenv(envGateway), defaultGateway),
				Genesis: pinned,
			}, organisations)
			if err != nil {
				return explained(err)
			}
			env.say("%s has confirmed the ledger %s.", admin.config.MSPID, net)
			env.say("The key of its first admin device is in %s. Keep the file: there is no other copy.", file)
			return nil
		},
	}
	admin.register(cmd, env.getenv)
	cmd.Flags().StringVar(&genesis, "genesis", env.getenv("ROOTLINE_GENESIS"), "hash of the channel's block 0, as the organisations compared it (or $ROOTLINE_GENESIS)")
	return cmd
}
