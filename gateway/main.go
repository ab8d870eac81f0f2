// Command gateway runs one organisation's gateway: it carries signed events to the ledger, reads the blocks for
// itself, and serves the HTTP API and the pages. gateway -help lists its settings.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/rootline/rootline/gateway/app"
)

func main() { os.Exit(run()) }

func run() int {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(app.GarbagePercent)
	}
	var config app.Config
	flags := flag.NewFlagSet("gateway", flag.ContinueOnError)
	config.Bind(flags, os.Getenv)
	if err := flags.Parse(os.Args[1:]); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	err := config.SetLog(os.Stderr)
	if err == nil {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		err = app.Run(ctx, config)
	}
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, "gateway:", err)
	var wrong *app.ConfigError
	if errors.As(err, &wrong) {
		return 2
	}
	return 1
}
