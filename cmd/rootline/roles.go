package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
)

func newRolesCmd(env *environment) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "roles",
		GroupID: groupFounding,
		Short:   "Show the roles that each organisation may give, or vote for others",
		Long: `The admins of an organisation invite devices with the roles that the organisation may give. Which those are is said when the ledger is
founded, and changed by a majority of the organisations. A device whose role was taken from its organisation signs nothing any more.`,
		Example: "  rootline roles\n  rootline roles vote OwnerMSP --add bank --device admin",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			g, err := env.gateway("", shortly)
			if err != nil {
				return err
			}
			l, err := g.Ledger(cmd.Context())
			if err != nil {
				return err
			}
			for _, o := range l.Organisations {
				env.say("%s: %s", o.MSPID, rolesListed(o.Roles))
			}
			for _, v := range l.Roles {
				env.say("Voted on for %s: %s. For it: %s, %d of %d organisations. More than half make it hold.",
					v.Organisation, rolesListed(v.Roles), strings.Join(v.Votes, ", "), len(v.Votes), len(l.Organisations))
			}
			return nil
		},
	}
	for _, sub := range []*cobra.Command{newRolesVoteCmd(env), newRolesWithdrawCmd(env)} {
		marked(env, sub)
		cmd.AddCommand(sub)
	}
	return cmd
}

// rolesListed are the roles that may be given, besides admin, in words.
func rolesListed(roles []string) string {
	return strings.Join(append([]string{rootline.RoleAdmin}, roles...), ", ")
}

// rolesFlags say how the roles that are meant differ from those that hold.
type rolesFlags struct{ add, drop []string }

func (f *rolesFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringSliceVar(&f.add, "add", nil, "roles that it may give besides those of now")
	cmd.Flags().StringSliceVar(&f.drop, "drop", nil, "roles that it may give no longer")
}

// of are the roles that are meant: all that an organisation may give then, sorted.
func (f *rolesFlags) of(l *client.Ledger, mspID string) ([]string, error) {
	org := l.Organisation(mspID)
	if org == nil {
		return nil, &usageError{fmt.Errorf("%s is no organisation of this ledger", mspID)}
	}
	if len(f.add)+len(f.drop) == 0 {
		return nil, &usageError{fmt.Errorf("say what changes: --add ROLE, --drop ROLE")}
	}
	for _, r := range f.drop {
		if !slices.Contains(org.Roles, r) {
			return nil, &usageError{fmt.Errorf("%s may not give the role %s now", mspID, r)}
		}
	}
	roles := slices.DeleteFunc(append(slices.Clone(org.Roles), f.add...), func(r string) bool { return slices.Contains(f.drop, r) })
	slices.Sort(roles)
	return slices.Compact(roles), nil
}

func newRolesVoteCmd(env *environment) *cobra.Command {
	var flags rolesFlags
	cmd := &cobra.Command{
		Use:   "vote ORGANISATION",
		Short: "Give the organisation's vote for the roles that one may give, as an admin device",
		Long: `Votes that ORGANISATION, an MSP id, may give the roles of now with those of --add and without those of --drop. Whoever is first begins
the vote, and the others vote for the same. When the roles change otherwise meanwhile, the vote is over and begins anew.`,
		Example: "  rootline roles vote OwnerMSP --add bank,auditor --device admin\n  rootline roles vote ContractorMSP --drop laboratory --device admin",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			d, g, err := env.both(shortly)
			if err != nil {
				return err
			}
			l, err := g.Ledger(cmd.Context())
			if err != nil {
				return err
			}
			roles, err := flags.of(l, args[0])
			if err != nil {
				return err
			}
			if err := env.registryAct(cmd, g, d, rootline.ActRoles, rootline.RolesData{Organisation: args[0], Roles: roles}); err != nil {
				return err
			}
			if l, err = g.Ledger(cmd.Context()); err != nil {
				return err
			}
			if slices.Equal(l.Organisation(args[0]).Roles, roles) {
				env.say("%s may give: %s.", args[0], rolesListed(roles))
				return nil
			}
			env.say("%s has voted that %s may give: %s. It holds with a majority of the organisations.", d.Organisation, args[0], rolesListed(roles))
			return nil
		},
	}
	flags.register(cmd)
	return cmd
}

func newRolesWithdrawCmd(env *environment) *cobra.Command {
	var flags rolesFlags
	cmd := &cobra.Command{
		Use:     "withdraw ORGANISATION",
		Short:   "Take back the organisation's vote for roles that are not given yet, as an admin device",
		Long:    `Takes back the vote that was given by rootline roles vote with the same flags.`,
		Example: "  rootline roles withdraw OwnerMSP --add bank --device admin",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			d, g, err := env.both(shortly)
			if err != nil {
				return err
			}
			l, err := g.Ledger(cmd.Context())
			if err != nil {
				return err
			}
			roles, err := flags.of(l, args[0])
			if err != nil {
				return err
			}
			ballot := rootline.RolesBallot(l.Organisation(args[0]), roles)
			if err := env.registryAct(cmd, g, d, rootline.ActWithdraw, rootline.WithdrawData{Rulebook: ballot}); err != nil {
				return err
			}
			env.say("%s has taken back its vote that %s may give: %s.", d.Organisation, args[0], rolesListed(roles))
			return nil
		},
	}
	flags.register(cmd)
	return cmd
}

// registryAct signs an act of the registry and waits until it is recorded.
func (env *environment) registryAct(cmd *cobra.Command, g *client.Gateway, d *client.Device, action string, about any) error {
	data, err := json.Marshal(about)
	if err != nil {
		return err
	}
	status, err := g.Record(cmd.Context(), d, &rootline.Event{Action: action, Rulebook: rootline.Registry, Data: data}, raiseWait)
	if err != nil {
		return err
	}
	if status.Status != client.Committed {
		return &client.NotFinalError{Status: status}
	}
	return nil
}
