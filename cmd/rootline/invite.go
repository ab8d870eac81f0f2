package main

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/skip2/go-qrcode"
	"github.com/spf13/cobra"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
)

func newInviteCmd(env *environment) *cobra.Command {
	var role, name, until, address string
	var valid time.Duration
	var qr bool
	cmd := &cobra.Command{
		Use:   "invite --role ROLE --name PSEUDONYM",
		Short: "Invite a device: make a link that lets one person's device take a role",
		Long: `Invites a device of your own organisation to a role. It signs as a device with the role admin.

The link holds a key that works once. Whoever opens it first takes the role, so hand it to one person only: on paper,
as a QR code on a screen, or in a private message. It ends by itself.

The name is a pseudonym such as C7. It stays on the ledger for good, so it must not be a person's name.`,
		Example: `  rootline invite --role planter --name C7
  rootline invite --role importer --name import-1 --valid 2h --until 2027-01-01 --qr
  rootline invite --role planter --name C8 --qr --address https://192.168.1.5:8443`,
		GroupID: groupDevice,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o := client.InviteOptions{Role: role, Name: name, Expires: time.Now().Add(valid)}
			if !rootline.ValidName(role) {
				return &usageError{fmt.Errorf("--role %q is not the name of a role, like planter", role)}
			}
			if until != "" {
				end, err := time.ParseInLocation(time.DateOnly, until, time.Local)
				if err != nil {
					return &usageError{fmt.Errorf("--until %q is not a day like 2027-01-31", until)}
				}
				o.Until = end
			}
			if u, err := url.Parse(address); address != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
				return &usageError{fmt.Errorf("--address %q does not look like https://192.168.1.5:8443", address)}
			}
			d, g, err := env.both(shortly)
			if err != nil {
				return err
			}
			in, err := g.Invite(cmd.Context(), d, o)
			var pending *client.NotFinalError
			if err != nil && (!errors.As(err, &pending) || in == nil) {
				return err
			}
			env.note("An invitation of %s to the role %s, called %s, until %s:", d.Organisation, role, name, o.Expires.Format("2006-01-02 15:04"))
			link := in.Link
			if address != "" {
				_, fragment, _ := strings.Cut(link, client.EnrolPath+"#")
				link = strings.TrimRight(address, "/") + client.EnrolPath + "#" + fragment
			}
			env.say("%s", link)
			if qr {
				code, qrErr := qrcode.New(link, qrcode.Low)
				if qrErr != nil {
					return qrErr
				}
				env.note("%s", code.ToSmallString(false))
			}
			return err
		},
	}
	cmd.Flags().StringVar(&role, "role", "", "role that the device takes: planter, supervisor, …")
	cmd.Flags().StringVar(&name, "name", "", "pseudonym of the device, which stays on the ledger")
	cmd.Flags().DurationVar(&valid, "valid", 7*24*time.Hour, "how long the invitation can be taken")
	cmd.Flags().StringVar(&until, "until", "", "day on which the device's role ends, like 2027-01-31 (default: it does not end)")
	cmd.Flags().BoolVar(&qr, "qr", false, "also show the link as a QR code")
	cmd.Flags().StringVar(&address, "address", "", "address of the gateway as the invited device reaches it, https://192.168.1.5:8443 (default: as this command does)")
	_ = cmd.MarkFlagRequired("role")
	_ = cmd.MarkFlagRequired("name")
	return cmd
}
