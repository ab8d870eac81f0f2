package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"
)

// execute runs the command line and gives its exit code.
func execute(ctx context.Context, env *environment, args []string) int {
	root := newRootCmd(env)
	root.SetArgs(kidsLast(root, args))
	root.SetIn(env.in)
	root.SetOut(env.out)
	root.SetErr(env.err)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	var said *verdictError
	if errors.As(err, &said) {
		return said.exit
	}
	if !env.started { // cobra's own errors are all about how it was called
		err = &usageError{err}
	}
	code := exitCode(err)
	env.note("rootline: %v", err)
	if code == exitUsage {
		env.note("See: rootline --help")
	}
	return code
}

func newRootCmd(env *environment) *cobra.Command {
	root := &cobra.Command{
		Use:   "rootline",
		Short: "Traceability for public works, on a ledger that its organisations hold together",
		Long: `Rootline records who did what to a tree, a load of cement, a layer of fill: signed on their own device, judged by
rules that the organisations adopted together, kept on Hyperledger Fabric.

This is its command line. It acts as a device: it has a key of its own, in a file, with which it signs.

` + exitHelp,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	flags := root.PersistentFlags()
	flags.StringVar(&env.gatewayFlag, "gateway", "", "address of the gateway (or $"+envGateway+"; default: the one that the device was enrolled through, else "+defaultGateway+")")
	flags.StringVar(&env.deviceFlag, "device", "", "key file of the device, or its name in the data folder's keys (or $"+envDevice+"; default: the only one)")
	flags.StringVar(&env.dataFlag, "data", "", "folder of keys, journals and the local ledger (or $"+envData+"; default: "+defaultData+")")
	flags.DurationVar(&env.patienceFlag, "patience", -1, "how long to go on trying while the gateway is busy or out of reach (default: 5s; record 30s, import 5m)")
	flags.Lookup("patience").DefValue = "0s" // so that the help does not show the -1
	root.AddGroup(&cobra.Group{ID: groupLedger, Title: "The ledger on this machine:"}, &cobra.Group{ID: groupFounding, Title: "A ledger of several organisations:"}, &cobra.Group{ID: groupDevice, Title: "As a device:"})
	root.AddCommand(
		newUpCmd(env),
		newGenesisCmd(env),
		newDownCmd(env),
		newStatusCmd(env),
		newStoryCmd(env),
		newServeCmd(env),
		newAnchorCmd(env),
		newProveCmd(env),
		newProveSetCmd(env),
		newFoundCmd(env),
		newConfirmCmd(env),
		newAdoptCmd(env),
		newRulebookCmd(env),
		newProtocolCmd(env),
		newRolesCmd(env),
		newVerifyCmd(env),
		newPinCmd(env),
		newInviteCmd(env),
		newEnrolCmd(env),
		newWhoamiCmd(env),
		newDevicesCmd(env),
		newRevokeCmd(env),
		newRecordCmd(env),
		newAttestCmd(env),
		newRecallCmd(env), newMoveCmd(env),
		newImportCmd(env),
		newLabelsCmd(env),
		newIssueCmd(env),
		newContractCmd(env),
	)
	for _, cmd := range root.Commands() {
		marked(env, cmd)
	}
	return root
}

// marked notes when a command's own work begins. What fails before is about how it was called.
func marked(env *environment, cmd *cobra.Command) {
	work := cmd.RunE
	if work == nil {
		return
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		env.started = true
		return work(cmd, args)
	}
}

// Groups of commands in the help.
const (
	groupLedger   = "ledger"
	groupFounding = "founding"
	groupDevice   = "device"
)
