// Package e2e tests Rootline as it ships: the built program as gateways, beside a real network of Fabric peers,
// orderers and chaincode services, all of them processes. The tests share one network; each makes its own things.
package e2e

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/rootline/rootline/demonstration"
	"github.com/rootline/rootline/e2e/stage"
	"github.com/rootline/rootline/network"
	"github.com/rootline/rootline/network/guard"
)

var portBase, httpPort = stage.Port, stage.HTTPPort

// ledger is the network that the tests share. It is brought up by the first test that asks for it.
var ledger struct {
	once sync.Once
	data string
	*demonstration.Result
	options demonstration.Options
	// land is what lies under the maps, when a reader wants it.
	land *land
	err  error
}

func TestMain(m *testing.M) {
	flag.Parse()
	code := guard.Main(m, stage.TakeDown)
	if ledger.data != "" && !stop() {
		code = 1
	}
	os.Exit(code)
}

// stop ends every process, and keeps the data for a look when ROOTLINE_E2E_KEEP is set.
func stop() bool {
	if ledger.land != nil {
		ledger.land.Close()
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	n, err := demonstration.Open(ledger.options)
	if err == nil {
		err = n.Down(ctx)
	}
	if err != nil && network.CodeOf(err) != network.CodeAbsent {
		fmt.Fprintln(os.Stderr, "the network was not stopped:", err)
		return false
	}
	if os.Getenv("ROOTLINE_E2E_KEEP") != "" {
		fmt.Fprintln(os.Stderr, "kept:", ledger.data)
		return true
	}
	return os.RemoveAll(ledger.data) == nil
}

// bringUp gives the shared network, with gateways of the owner and the regulator.
func bringUp(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a network of processes; make e2e runs it")
	}
	ledger.once.Do(func() { ledger.err = start(t) })
	if ledger.err != nil {
		t.Fatal(ledger.err)
	}
}

func start(t *testing.T) (err error) {
	if ledger.data, err = os.MkdirTemp("", "rootline-e2e-"); err != nil {
		return err
	}
	if err := guard.Folder(ledger.data); err != nil {
		return err
	}
	program, err := build("rootline", "./cmd/rootline")
	if err != nil {
		return err
	}
	ledger.land = newLand()
	ledger.options = demonstration.Options{
		Data: ledger.data, Program: program, Port: httpPort, Gateways: []string{network.Owner, network.Regulator},
		Network: network.Config{PortBase: portBase}, NoStory: true, Report: t.Output(),
		MapTiles: ledger.land.URL + "/{z}/{x}/{y}.png", MapAttribution: landAttribution,
	}
	ctx, cancel := context.WithTimeout(context.Background(), 6*time.Minute)
	defer cancel()
	ledger.Result, err = demonstration.Up(ctx, ledger.options)
	return err
}

// build makes one of the project's programs.
func build(name, pkg string) (string, error) {
	program := filepath.Join(ledger.data, "bin", name)
	cmd := exec.Command("go", "build", "-o", program, pkg)
	cmd.Dir = ".."
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build %s: %w\n%s", pkg, err, out)
	}
	return program, nil
}
