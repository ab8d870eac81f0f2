// Command rootline is the command line of Rootline: it runs a ledger on this machine, enrols devices, and records
// events as a device. rootline --help lists what it does.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	_ "time/tzdata" // mappings name time zones, and not every machine has their table
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := execute(ctx, systemEnvironment(), os.Args[1:])
	stop()
	os.Exit(code)
}
