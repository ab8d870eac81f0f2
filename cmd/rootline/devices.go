package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
)

func newWhoamiCmd(env *environment) *cobra.Command {
	return &cobra.Command{
		Use:     "whoami",
		Short:   "Show which device this is, and what the ledger knows of it",
		Example: "  rootline whoami\n  rootline whoami --device crew-7",
		GroupID: groupDevice,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d, g, err := env.both(shortly)
			if err != nil {
				return err
			}
			s, err := g.SignIn(cmd.Context(), d)
			if err != nil {
				return err
			}
			known, err := g.Device(cmd.Context(), s.Device)
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(env.out, 0, 0, 2, ' ', 0)
			for _, line := range [][2]string{
				{"name", known.Name}, {"role", known.Role}, {"organisation", known.Organisation}, {"device", known.Kid},
				{"since", known.Since.String()}, {"until", instantOr(known.Until, "no end")}, {"ledger", d.Net}, {"gateway", g.URL()},
			} {
				fmt.Fprintf(w, "%s\t%s\n", line[0], line[1])
			}
			return w.Flush()
		},
	}
}

func newDevicesCmd(env *environment) *cobra.Command {
	var organisation string
	cmd := &cobra.Command{
		Use:     "devices",
		Short:   "List the devices that are registered on the ledger",
		Example: "  rootline devices --organisation ContractorMSP",
		GroupID: groupDevice,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d, g, err := env.both(shortly)
			if err != nil {
				return err
			}
			if _, err := g.SignIn(cmd.Context(), d); err != nil {
				return err
			}
			w := tabwriter.NewWriter(env.out, 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "ORGANISATION\tNAME\tROLE\tSTATE\tDEVICE")
			filter := client.DeviceFilter{Organisation: organisation}
			for {
				page, err := g.Devices(cmd.Context(), filter)
				if err != nil {
					return err
				}
				for _, one := range page.Items {
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", one.Organisation, one.Name, one.Role, stateOf(&one), one.Kid)
				}
				if filter.Cursor = page.Next; filter.Cursor == "" {
					return w.Flush()
				}
			}
		},
	}
	cmd.Flags().StringVar(&organisation, "organisation", "", "only those of the organisation with this MSP id")
	return cmd
}

func stateOf(d *rootline.Device) string {
	switch {
	case d.Revoked != 0:
		return "revoked " + d.Revoked.String()
	case d.Until != 0:
		return "until " + d.Until.String()
	}
	return "active"
}

func instantOr(i rootline.Instant, none string) string {
	if i == 0 {
		return none
	}
	return i.String()
}
