package main

import (
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/skip2/go-qrcode"
	"github.com/spf13/cobra"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/demonstration"
	"github.com/rootline/rootline/network"
)

// localFlags are the settings of the ledger on this machine.
type localFlags struct {
	portBase int
	demonstration.Settings
}

func (f *localFlags) register(cmd *cobra.Command) {
	cmd.Flags().IntVar(&f.portBase, "port-base", 0, "first of the 40 ports of the Fabric network (default 7050, or what it was made with)")
	f.registerPort(cmd)
	cmd.Flags().StringSliceVar(&f.Gateways, "gateways", []string{network.Owner}, "organisations that run a gateway: owner, contractor, supervisor, regulator (what up was last told goes before this default)")
}

func (f *localFlags) registerPort(cmd *cobra.Command) {
	cmd.Flags().IntVar(&f.Port, "port", 8080, "HTTP port of the first gateway; the others follow it (what up was last told goes before this default)")
}

// options are those that the flags give; what no flag gives is as the data folder remembers it.
func (f *localFlags) options(cmd *cobra.Command, env *environment) (demonstration.Options, error) {
	program, err := os.Executable()
	if err != nil {
		return demonstration.Options{}, err
	}
	s := f.Settings
	before, err := demonstration.Remembered(env.data())
	if err != nil {
		return demonstration.Options{}, err
	}
	if before != nil {
		keep := func(flag string, remember func()) {
			if !cmd.Flags().Changed(flag) {
				remember()
			}
		}
		keep("port", func() { s.Port = before.Port })
		keep("gateways", func() { s.Gateways = before.Gateways })
		keep("lan", func() { s.LAN = before.LAN })
		keep("tls-port", func() { s.TLSPort = before.TLSPort })
		keep("map-tiles", func() { s.MapTiles = before.MapTiles })
		keep("map-attribution", func() { s.MapAttribution = before.MapAttribution })
	}
	return demonstration.Options{
		Data: env.data(), Program: program, Port: s.Port, Gateways: s.Gateways, LAN: s.LAN, TLSPort: s.TLSPort,
		MapTiles: s.MapTiles, MapAttribution: s.MapAttribution,
		Network: network.Config{PortBase: f.portBase}, Report: env.out,
	}, nil
}

func newUpCmd(env *environment) *cobra.Command {
	var flags localFlags
	var noStory bool
	cmd := &cobra.Command{
		Use:   "up",
		Short: "Start a whole ledger on this machine, with a gateway and a synthetic story",
		Long: `Starts a Hyperledger Fabric network of four organisations as processes on this machine, founds the ledger, adopts the
shipped rulebooks, starts a gateway, prints invitations, and loads a small synthetic story. It builds Fabric the first
time, which takes a minute or two. Run again, it resumes the ledger that it finds and starts only what does not run; ports,
gateways and addresses that no flag gives are those of the time before.`,
		Example: "  rootline up\n  rootline up --gateways owner,regulator\n  rootline up --lan                # phones on the same network can take part\n  rootline up --data /srv/rootline --port-base 17050 --port 18080 --no-story",
		GroupID: groupLedger,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o, err := flags.options(cmd, env)
			if err != nil {
				return err
			}
			o.NoStory = noStory
			r, err := demonstration.Up(cmd.Context(), o)
			if err != nil {
				return err
			}
			return summary(env, r)
		},
	}
	flags.register(cmd)
	cmd.Flags().BoolVar(&flags.LAN, "lan", false, "serve the local network, too: over HTTPS, with a CA of this machine that phones install from a page")
	cmd.Flags().IntVar(&flags.TLSPort, "tls-port", 8443, "HTTPS port of the first gateway with --lan; the others follow it")
	cmd.Flags().StringVar(&flags.MapTiles, "map-tiles", "", "address of pictures to put under maps, https://tiles.example/{z}/{x}/{y}.png, for gateways that are started")
	cmd.Flags().StringVar(&flags.MapAttribution, "map-attribution", "", "whose the pictures of --map-tiles are")
	cmd.Flags().BoolVar(&noStory, "no-story", false, "leave the synthetic story out")
	return cmd
}

// summary says where to look and what to do next.
func summary(env *environment, r *demonstration.Result) error {
	fmt.Fprintf(env.out, "\nReady after %.1f s. The site: %s\n", r.Took.Seconds(), r.Site)
	if i := r.Items; i != nil {
		fmt.Fprintln(env.out, "\nA story to look at (synthetic: nobody and nothing in it exists):")
		w := tabwriter.NewWriter(env.out, 2, 0, 2, ' ', 0)
		for _, item := range [][2]string{
			{"a pine", i.Tree}, {"its nursery's lot", i.Lot}, {"a tree that died", i.Dead}, {"the one in its place", i.Heir},
			{"a lot of cement", i.Cement}, {"a layer of fill", i.Layer},
		} {
			fmt.Fprintf(w, "  %s\t%s\t%s/8004/%s\n", item[0], rootline.GroupCode(item[1]), r.Site, item[1])
		}
		_ = w.Flush()
	}
	fmt.Fprintln(env.out, "\nInvitations, each for one device. Take one with: rootline enrol LINK")
	w := tabwriter.NewWriter(env.out, 2, 0, 2, ' ', 0)
	for _, i := range r.Invitations {
		fmt.Fprintf(w, "  %s\t%s\t%s\n", i.Role, i.Organisation, i.Link)
	}
	_ = w.Flush()
	if r.LAN != nil {
		if err := lanSummary(env, r); err != nil {
			return err
		}
	}
	fmt.Fprintln(env.out, "\nStop it with: rootline down. The ledger stays, and `rootline up` resumes it.")
	return nil
}

// lanSummary says how a phone takes part.
func lanSummary(env *environment, r *demonstration.Result) error {
	code, err := qrcode.New(r.LAN.Install, qrcode.Low)
	if err != nil {
		return err
	}
	fmt.Fprintf(env.out, "\nPhones on the same network: %s\n\n%s", r.LAN.Site, code.ToSmallString(false))
	fmt.Fprintf(env.out, `
1. Scan the code, or open %s on the phone, and install the certificate from that page.
   Its SHA-256 fingerprint, to compare with what the phone shows:
   %s
   %s
2. Open one of these invitations on the phone. "rootline invite --qr --address %s" shows one as a code.
`, r.LAN.Install, r.LAN.Fingerprint[:47], r.LAN.Fingerprint[48:], r.LAN.Site)
	w := tabwriter.NewWriter(env.out, 2, 0, 2, ' ', 0)
	for _, i := range r.Invitations {
		fmt.Fprintf(w, "  %s\t%s\t%s\n", i.Role, i.Organisation, i.LAN)
	}
	return w.Flush()
}

func newDownCmd(env *environment) *cobra.Command {
	var flags localFlags
	var destroy bool
	cmd := &cobra.Command{
		Use:     "down",
		Short:   "Stop the ledger on this machine; what it holds stays",
		Example: "  rootline down\n  rootline down --destroy   # and delete it: ledger, keys, read model, everything",
		GroupID: groupLedger,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := openLocal(cmd, env, &flags)
			if err != nil {
				return err
			}
			if err := n.DownProgress(cmd.Context(), network.PrintProgress(env.out)); err != nil {
				return err
			}
			if destroy {
				if err := os.RemoveAll(env.data()); err != nil {
					return err
				}
				env.say("Deleted %s.", env.data())
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&destroy, "destroy", false, "also delete the data folder: the ledger, its keys and all it holds")
	return cmd
}

func newStatusCmd(env *environment) *cobra.Command {
	var flags localFlags
	cmd := &cobra.Command{
		Use:     "status",
		Short:   "Show the processes of the ledger on this machine",
		Example: "  rootline status",
		GroupID: groupLedger,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := openLocal(cmd, env, &flags)
			if err != nil {
				return err
			}
			all, err := n.Status(cmd.Context())
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(env.out, 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "PROCESS\tPID\tSTATE\tPORTS\tLOG")
			wrong := 0
			for _, p := range all {
				state := "stopped"
				switch {
				case p.Healthy:
					state = "running"
				case p.Running:
					state = "does not answer"
				}
				if !p.Healthy {
					wrong++
				}
				fmt.Fprintf(w, "%s\t%d\t%s\t%v\t%s\n", p.Process.Name, p.PID, state, p.Process.Ports, p.Process.Log)
			}
			if err := w.Flush(); err != nil {
				return err
			}
			if wrong > 0 {
				return fmt.Errorf("%d of %d processes do not run. `rootline up` starts what is missing", wrong, len(all))
			}
			return nil
		},
	}
	flags.register(cmd)
	return cmd
}

// openLocal gives the network of the data folder.
func openLocal(cmd *cobra.Command, env *environment, flags *localFlags) (*network.Network, error) {
	o, err := flags.options(cmd, env)
	if err != nil {
		return nil, err
	}
	return demonstration.Open(o)
}
