package network

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/rootline/rootline/network/guard"
)

func TestMain(m *testing.M) { os.Exit(guard.Main(m, takeDown)) }

// takeDown stops the network of a test that cannot do so any more.
func takeDown(folder string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	n, err := Open(Config{Data: folder})
	if err == nil {
		err = n.Down(ctx)
	}
	if CodeOf(err) == CodeAbsent {
		return nil
	}
	return err
}
