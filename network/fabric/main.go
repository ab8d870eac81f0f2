// Command fabric prints the folder of Fabric's programs as this repository runs them. It builds them first when there are
// none yet.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/rootline/rootline/network"
)

func main() {
	dir, err := network.Binaries(context.Background(), network.Config{}, network.PrintProgress(os.Stderr))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(dir)
}
