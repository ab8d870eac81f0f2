package main

import (
	"errors"
	"flag"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/rootline/rootline/gateway/app"
)

func newServeCmd(env *environment) *cobra.Command {
	var config app.Config
	cmd := &cobra.Command{
		Use:     "serve",
		GroupID: groupLedger,
		Short:   "Run one organisation's gateway",
		Long: `Run one organisation's gateway: it carries signed events to the ledger, reads the blocks for itself, and serves
the HTTP API and the pages, until it is interrupted. rootline up does this for the ledger on this machine; serve is
for gateways of their own. Each setting may also come from the environment.`,
		Example: `  rootline serve --listen 127.0.0.1:8080 --msp OwnerMSP --peer 127.0.0.1:7053 --peer-name peer0.owner.example \
    --peer-ca tls/ca.crt --cert service/cert.pem --key service/key.pem`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !cmd.Flags().Changed("store") && env.getenv("ROOTLINE_STORE") == "" {
				config.Store = filepath.Join(env.data(), "gateway")
			}
			err := config.SetLog(env.err)
			if err == nil {
				err = app.Run(cmd.Context(), config)
			}
			var wrong *app.ConfigError
			if errors.As(err, &wrong) {
				return &usageError{err}
			}
			return err
		},
	}
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	config.Bind(flags, env.getenv)
	cmd.Flags().AddGoFlagSet(flags)
	return cmd
}
