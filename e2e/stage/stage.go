// Package stage has what the end-to-end tests of several packages share: the ports that they take, and how they wait for
// a gateway and clear away what a killed test left.
package stage

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/gateway/readmodel/readmodeltest"
	"github.com/rootline/rootline/network"
)

// Port is the first port of the tests' own networks. ROOTLINE_E2E_PORT_BASE moves it, so that two runs on one machine
// keep apart. A network takes less than 100 ports from its own base; gateways listen from HTTPPort on.
var Port = port()

// HTTPPort is the first port of the gateways of package e2e, which takes 60, and UpgradePort of those of package upgrade: they run beside each other.
var (
	HTTPPort    = Port + 1030
	UpgradePort = HTTPPort + 60
)

func port() int {
	if n, err := strconv.Atoi(os.Getenv("ROOTLINE_E2E_PORT_BASE")); err == nil {
		return n
	}
	return 27050
}

// TakeDown stops the network that a test brought up in a folder and cannot stop any more; that there is none is no error.
func TakeDown(folder string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	n, err := network.Open(network.Config{Data: filepath.Join(folder, "network")})
	if err == nil {
		err = n.Down(ctx)
	}
	if network.CodeOf(err) == network.CodeAbsent {
		return nil
	}
	return err
}

// Await asks a gateway how it is until that is enough, for two minutes; then the test ends with what it said last.
func Await(t *testing.T, g *client.Gateway, enough func(*client.Readiness) bool) *client.Readiness {
	t.Helper()
	var last string
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		r, err := g.Readiness(ctx)
		cancel()
		if err == nil && enough(r) {
			return r
		}
		last = fmt.Sprintf("%+v, %v", r, err)
	}
	t.Fatalf("%s does not come so far: %s", g.URL(), last)
	return nil
}

// AwaitBlock waits until a gateway has read the blocks up to one, which it may hear of a moment after another did.
func AwaitBlock(t *testing.T, g *client.Gateway, block uint64) *client.Readiness {
	t.Helper()
	return Await(t, g, func(r *client.Readiness) bool { return r.Ready && r.Block >= block })
}

// Rows are all rows of a read model as text.
func Rows(t *testing.T, file string) []byte {
	t.Helper()
	store, err := readmodel.Open(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	var out bytes.Buffer
	if err := readmodeltest.View(t, store).Dump(&out); err != nil {
		t.Fatal(err)
	}
	if out.Len() == 0 {
		t.Fatal("the read model is empty")
	}
	return out.Bytes()
}

// FirstDifference gives the first lines that differ in two answers of Rows.
func FirstDifference(a, b []byte) (string, string) {
	x, y := bytes.Split(a, []byte("\n")), bytes.Split(b, []byte("\n"))
	for i := range min(len(x), len(y)) {
		if !bytes.Equal(x[i], y[i]) {
			return string(x[i]), string(y[i])
		}
	}
	return "", ""
}
