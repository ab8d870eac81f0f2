package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/network"
)

func newGenesisCmd(env *environment) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "genesis FILE",
		Short: "Print the hash of a channel's block 0, which gateways verify all blocks from",
		Long: `Prints the hash of block 0 in a file, as configtxgen writes it. Each organisation computes it from the file that it
joined the channel with, and compares it with the others' over the telephone or on paper, not over the network. It is
the setting --genesis of serve: a gateway takes no block that does not follow from it, whoever delivers it.`,
		Example: "  rootline genesis works.block",
		GroupID: groupFounding,
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			b, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			first, err := channel.ParseBlock(b)
			if err != nil || first.Number != 0 || len(first.Envelopes) != 1 {
				return &usageError{fmt.Errorf("%s is no file with a channel's block 0", args[0])}
			}
			if _, err := channel.Begin(first, first.Hash()); err != nil {
				return err
			}
			fmt.Fprintln(env.out, first.Hash())
			return nil
		},
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "share FILE",
		Short: "Let only the admins' majority change an organisation's part of a channel's configuration",
		Long: `Changes the file of block 0, as configtxgen writes it, before anybody joins the channel: each organisation's certificates,
anchor peers, addresses and policies are then changed by more than half of the organisations' admins, and by none alone.
Every proof carries all configurations of the channel, so that nobody may make as many as he likes.`,
		Example: "  rootline genesis share works.block",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			b, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			shared, err := network.ShareRights(b)
			if err != nil {
				return &usageError{fmt.Errorf("%s is no file with a channel's block 0: %w", args[0], err)}
			}
			return os.WriteFile(args[0], shared, 0o644)
		},
	})
	return cmd
}
