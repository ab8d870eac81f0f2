package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/limits"
	"github.com/rootline/rootline/proof"
)

func newProveSetCmd(env *environment) *cobra.Command {
	var scope client.SetScope
	var codes, file string
	cmd := &cobra.Command{
		Use:     "prove-set [FILTER]",
		GroupID: groupLedger,
		Short:   "Download the proof of a set of items, whose list several organisations' gateways sign",
		Long: `Has the gateway list all items that match a filter, as of one block, and the gateways of the other organisations sign the
list as they find it themselves. FILTER is what the list of assets is asked with: "place=forest/9&kind=tree"; without it all items are taken. With
--codes it is the items whose codes stand in a file, one in a line.

A list says which items there are and in which state each is; it rests on what the signing gateways say. --whole adds the proof of each item,
for up to 500, which needs no gateway's word: the file is then a ZIP. It is verified with: rootline verify FILE. This needs a device that is signed in.`,
		Example: "  rootline prove-set 'place=forest/9&kind=tree' --device manager.json\n  rootline prove-set --codes codes.txt --whole --output handed-over.zip --device manager.json",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if len(args) > 0 && codes != "" {
				return &usageError{errors.New("a set is of a filter or of --codes, not of both")}
			}
			if len(args) > 0 {
				if scope.Filter, err = url.ParseQuery(strings.TrimPrefix(args[0], "?")); err != nil {
					return &usageError{fmt.Errorf("the filter: %w", err)}
				}
			}
			if codes != "" {
				if scope.Codes, err = codesIn(codes); err != nil {
					return err
				}
			}
			d, g, err := env.both(shortly)
			if err != nil {
				return err
			}
			if _, err := g.SignIn(cmd.Context(), d); err != nil {
				return err
			}
			return env.proveSet(cmd.Context(), g, scope, file)
		},
	}
	cmd.Flags().StringVar(&codes, "codes", "", "file with the items' codes, one in a line")
	cmd.Flags().BoolVar(&scope.Whole, "whole", false, "with the proof of each item, as a ZIP")
	cmd.Flags().StringVarP(&file, "output", "o", "", "file to write (default: set- and the block, with "+proof.Extension+" or "+proof.PackExtension+")")
	return cmd
}

// codesIn are the codes in a file.
func codesIn(name string) ([]string, error) {
	most := int64(limits.SetCodes) * limits.CodeLine
	b, err := readAtMost(name, most)
	if err != nil {
		return nil, err
	}
	if int64(len(b)) > most {
		return nil, fmt.Errorf("%s is longer than %d codes are", name, limits.SetCodes)
	}
	codes := strings.Fields(string(b))
	if len(codes) == 0 {
		return nil, fmt.Errorf("there is no code in %s", name)
	}
	return codes, nil
}

func (env *environment) proveSet(ctx context.Context, g *client.Gateway, scope client.SetScope, file string) error {
	var told time.Time
	var state string
	j, err := g.ProveSet(ctx, scope, func(j *client.ProofJob) {
		if j.State != state || time.Since(told) >= lineEvery {
			state, told = j.State, time.Now()
			if j.Total > 0 && j.State == "proving" {
				env.note("%s: %d of %d", j.State, j.Done, j.Total)
			} else {
				env.note("%s", j.State)
			}
		}
	})
	if j != nil {
		for _, v := range j.Voices {
			if v.Error != nil {
				env.note("%s: %s: %s", v.Organisation, v.Outcome, inLine(v.Error.Says.En))
			} else {
				env.note("%s: %s", v.Organisation, v.Outcome)
			}
		}
	}
	if err != nil {
		return err
	}
	b, err := g.SetFile(ctx, j.ID)
	if err != nil {
		return err
	}
	extension := proof.Extension
	if scope.Whole {
		extension = proof.PackExtension
	} else if _, err := proof.Decode(b); err != nil {
		return fmt.Errorf("what the gateway gave is no proof: %w", err)
	}
	path := first(file, fmt.Sprintf("set-%d%s", j.Block, extension))
	if err := os.WriteFile(path, b, 0o644); err != nil { // it is for others to read
		return err
	}
	_ = g.DropSet(ctx, j.ID) // else it goes after a day
	env.say("The proof of %d items, %s, signed by %d organisations, is in %s, %d bytes. It is verified with: rootline verify %s --anchor anchor.json",
		j.Items, inLine(j.Subject), j.Signed, path, len(b), path)
	if j.Signed < j.K {
		env.say("The anchor asks for %d organisations: who verifies it has to be content with fewer.", j.K)
	}
	return nil
}
