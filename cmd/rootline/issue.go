package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rootline/rootline"
)

func newIssueCmd(env *environment) *cobra.Command {
	return &cobra.Command{
		Use:   "issue FILE",
		Short: "Issue blank tags to your own organisation, by the list that was printed with them",
		Long: `Issues a roll of blank tags to your own organisation, so that its people may bind them to trees or components. It signs as a
device with the role admin or manager.

FILE is the list of the tags' codes, one a line, as "rootline labels --blank" writes it beside the labels. It is stored as
evidence; the ledger holds how many codes there are and what proves each of them. A list is issued once.`,
		Example: `  rootline labels --template roll-50x30 --blank 500 --prefix 9520002 --out tags.pdf
  rootline issue tags.codes.txt`,
		GroupID: groupDevice,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			content, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			given := strings.Fields(string(content))
			for i, code := range given {
				if !rootline.ValidCode(code) {
					return fmt.Errorf("%s: %q in line %d is no code. Give the list as it was written beside the labels", args[0], code, i+1)
				}
			}
			codes := rootline.NewCodes(given)
			if len(codes) == 0 || len(codes) > rootline.MaxListed {
				return fmt.Errorf("%s holds %d codes; a roll has 1 to %d", args[0], len(codes), rootline.MaxListed)
			}
			d, g, err := env.both(shortly)
			if err != nil {
				return err
			}
			if _, err := g.SignIn(cmd.Context(), d); err != nil {
				return err
			}
			roll, status, err := g.IssueRoll(cmd.Context(), d, codes)
			if err != nil {
				return err
			}
			env.say("Issued %d blank tags as the roll %s, in block %d.", len(codes), roll, status.Block)
			return nil
		},
	}
}
