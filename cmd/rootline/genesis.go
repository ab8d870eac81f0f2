package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/rootline/rootline/channel"
)

func newGenesisCmd(env *environment) *cobra.Command {
	return &cobra.Command{
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
}
