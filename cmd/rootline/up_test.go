package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/spf13/cobra"
)

// What `up` was told once holds for whoever comes later, unless a flag says otherwise.
func TestLaterCommandsKnowWhatUpWasTold(t *testing.T) {
	data := t.TempDir()
	told := `{"port":18080,"gateways":["owner","regulator"],"lan":true,"tlsPort":18443,"mapTiles":"https://tiles.example/{z}/{x}/{y}.png"}`
	if err := os.WriteFile(filepath.Join(data, "settings.json"), []byte(told), 0o644); err != nil {
		t.Fatal(err)
	}
	env := &environment{dataFlag: data, getenv: func(string) string { return "" }}
	options := func(args ...string) (port int, gateways []string, lan bool) {
		t.Helper()
		var f localFlags
		cmd := &cobra.Command{}
		f.register(cmd)
		cmd.Flags().BoolVar(&f.LAN, "lan", false, "")
		if err := cmd.ParseFlags(args); err != nil {
			t.Fatal(err)
		}
		o, err := f.options(cmd, env)
		if err != nil {
			t.Fatal(err)
		}
		return o.Port, o.Gateways, o.LAN
	}
	if port, gateways, lan := options(); port != 18080 || !slices.Equal(gateways, []string{"owner", "regulator"}) || !lan {
		t.Errorf("without flags: %d, %v, %v", port, gateways, lan)
	}
	if port, gateways, lan := options("--port", "19080", "--lan=false"); port != 19080 || len(gateways) != 2 || lan {
		t.Errorf("with flags: %d, %v, %v", port, gateways, lan)
	}
	if got := env.localGateway(); got != "http://localhost:18080" {
		t.Errorf("the command line speaks to %q", got)
	}
}
