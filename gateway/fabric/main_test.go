package fabric_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/rootline/rootline/network"
	"github.com/rootline/rootline/network/guard"
)

func TestMain(m *testing.M) { os.Exit(guard.Main(m, takeDown)) }

// takeDown stops the network of a test that cannot do so any more.
func takeDown(folder string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	n, err := network.Open(network.Config{Data: folder})
	if err == nil {
		err = n.Down(ctx)
	}
	if network.CodeOf(err) == network.CodeAbsent {
		return nil
	}
	return err
}
