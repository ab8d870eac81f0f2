package main

import (
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/founding"
	"github.com/rootline/rootline/rulebook"
)

func newAdoptCmd(env *environment) *cobra.Command {
	return &cobra.Command{
		Use:     "adopt RULEBOOK",
		GroupID: groupFounding,
		Short:   "Propose a rulebook, or vote for it, as an organisation's admin device",
		Long: `Gives the organisation's vote for a rulebook. The first vote proposes it; with a majority of the organisations it
holds. A rulebook is a YAML file, or the name of one that is shipped, like forestation@1. Its examples stay behind; of its
rules only exactly the same text counts for the same proposal. rootline rulebook test plays the examples.`,
		Example: "  rootline adopt forestation@1 --device admin\n  rootline adopt works.yaml --device admin",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			text, shipped := rulebook.Shipped()[args[0]]
			if !shipped {
				var err error
				if text, err = os.ReadFile(args[0]); err != nil {
					return err
				}
			}
			text, _ = rulebook.Split(text) // the examples of a file are not adopted
			book, err := rulebook.Parse(text)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			d, g, err := env.both(30 * time.Second)
			if err != nil {
				return err
			}
			err = founding.Adopt(cmd.Context(), book.Ref(), text, []founding.Voter{{Device: d, Gateway: g}})
			if err != nil && rootline.CodeOf(err) != rootline.CodeRulebookAdopted {
				return err
			}
			if _, err := g.Rulebook(cmd.Context(), book.Ref()); err == nil {
				env.say("%s holds.", book.Ref())
				return nil
			}
			env.say("%s has voted for %s. It holds with a majority of the organisations.", d.Organisation, book.Ref())
			return nil
		},
	}
}
