package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
)

// recallOptions are the flags of recall.
type recallOptions struct {
	reason, extend string
	within         time.Duration
	check          bool
}

func newRecallCmd(env *environment) *cobra.Command {
	o := &recallOptions{}
	cmd := &cobra.Command{
		Use:   "recall CODE --reason REASON",
		Short: "Recall a lot: freeze it and everything that may hold some of it",
		Long: `Recalls an asset, mostly a lot that failed a later test. The gateway finds everything that the lot went into; each is
certain, or possible where a silo or a stockpile lies between. The ledger checks each step, and freezes the lot with all of
them until somebody who may releases each with a reason. The device needs a role that the lot's rulebook gives this power.

Each organisation that holds something of it has until the deadline to acknowledge.

A recall of thousands takes several events. When one of them fails, or something is found later, repeat it with --extend
and the id of the recall: what is frozen already is not named twice, and what was released is left alone.`,
		Example: `  # What would be frozen?
  rootline recall 9520002C7H2K9QF3ABCD --check

  rootline recall 9520002C7H2K9QF3ABCD --reason "strength at 28 days" --within 72h
  rootline recall --extend 0190c7f2-5e1a-7c44-9d0e-3b8f1a2c4d5e`,
		GroupID: groupDevice,
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if (len(args) == 1) == (o.extend != "") || o.extend == "" && !o.check && o.reason == "" {
				return &usageError{errors.New("give the code of the lot with --reason, or --extend with the id of a recall")}
			}
			d, g, err := env.both(30 * time.Second)
			if err != nil {
				return err
			}
			if _, err := g.SignIn(cmd.Context(), d); err != nil {
				return err
			}
			switch {
			case o.extend != "":
				named, err := g.ExtendRecall(cmd.Context(), d, o.extend)
				env.say("%d more frozen", named)
				return err
			case o.check:
				return showDependants(cmd.Context(), env, g, args[0])
			}
			return openRecall(cmd.Context(), env, d, g, args[0], o)
		},
	}
	cmd.Flags().StringVar(&o.reason, "reason", "", "why, for everybody who holds something of it")
	cmd.Flags().DurationVar(&o.within, "within", 72*time.Hour, "until when each holder is to acknowledge, from now")
	cmd.Flags().StringVar(&o.extend, "extend", "", "id of a recall that is open: freeze what it does not hold yet")
	cmd.Flags().BoolVar(&o.check, "check", false, "list what would be frozen, and record nothing")
	return cmd
}

func openRecall(ctx context.Context, env *environment, d *client.Device, g *client.Gateway, code string, o *recallOptions) error {
	id, named, err := g.OpenRecall(ctx, d, code, o.reason, rootline.InstantOf(time.Now().Add(o.within)))
	if id == "" {
		return err
	}
	env.say("%s", id)
	env.note("Recalled: the lot and %d that depend on it are frozen.", named)
	if err != nil {
		env.note("It did not come to the end. Go on with it: rootline recall --extend %s", id)
	}
	return err
}

// showDependants lists what a recall would freeze.
func showDependants(ctx context.Context, env *environment, g *client.Gateway, code string) error {
	list, truncated, err := g.Dependants(ctx, code)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(env.out, 0, 0, 2, ' ', 0)
	for _, one := range list {
		sure := "certain"
		if one.Possible {
			sure = "possible"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\tvia %s\n", one.Asset.ID, sure, one.Asset.Kind, one.Asset.State, one.Via)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if truncated {
		env.note("There is more than the gateway lists at once. A recall freezes all of it.")
	}
	return nil
}
