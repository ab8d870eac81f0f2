package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
)

func newMoveCmd(env *environment) *cobra.Command {
	var reason, kind string
	var all bool
	cmd := &cobra.Command{
		Use:   "move RULEBOOK CODE... --reason REASON",
		Short: "Take assets over to the version of their rulebook that holds now",
		Long: `Takes assets over from an earlier version of their rulebook to the one that holds now, like floodway@2. What was judged under
the old version stays as it was judged; the next event is judged by the new one. The device needs a role that the new version
gives the power to move.

--all takes every asset that is still under an earlier version, of one kind with --kind. Each asset that cannot go over is
listed with the reason, and the others go without it: repeat the command when what held it up is mended.`,
		Example: `  rootline move floodway@2 9520002C7H2K9QF3ABCD --reason "the second version holds"
  rootline move floodway@2 --all --kind fill-layer --reason "the second version holds"`,
		GroupID: groupDevice,
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ref, codes := args[0], args[1:]
			name, version, ok := rootline.SplitRulebook(ref)
			switch {
			case !ok:
				return &usageError{fmt.Errorf("%q is no rulebook with its version, like floodway@2", ref)}
			case strings.TrimSpace(reason) == "":
				return &usageError{errors.New("say why with --reason: it is recorded")}
			case all == (len(codes) > 0):
				return &usageError{errors.New("give the codes of the assets, or --all")}
			case kind != "" && !all:
				return &usageError{errors.New("--kind goes with --all")}
			}
			d, g, err := env.both(30 * time.Second)
			if err != nil {
				return err
			}
			if _, err := g.SignIn(cmd.Context(), d); err != nil {
				return err
			}
			if all {
				for a, err := range g.AllAssets(cmd.Context(), client.AssetFilter{Rulebook: name, Kind: kind}) {
					if err != nil {
						return err
					}
					if _, of, _ := rootline.SplitRulebook(a.Rulebook); of < version && !a.Asleep {
						codes = append(codes, a.ID)
					}
				}
			}
			moved, stayed, err := g.MoveAssets(cmd.Context(), d, ref, reason, codes)
			for _, one := range stayed {
				env.note("%s: %s", one.Asset, one.Reason.Says.En)
			}
			env.say("%d moved to %s, %d not.", moved, ref, len(stayed))
			if err == nil && len(stayed) > 0 {
				err = stayed[0].Reason
			}
			return err
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why, for everybody who reads the history of an asset")
	cmd.Flags().BoolVar(&all, "all", false, "every asset that is under an earlier version")
	cmd.Flags().StringVar(&kind, "kind", "", "with --all, only assets of this kind, like fill-layer")
	return cmd
}
