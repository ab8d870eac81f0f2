// Command ccaas is Fabric's external builder for chaincode that already runs as a service.
//
// A peer calls it under three names when a chaincode package is installed:
//
//	detect  SOURCE METADATA          exit status 0 if the package is of type "ccaas"
//	build   SOURCE METADATA OUTPUT   checks connection.json and keeps it
//	release OUTPUT RELEASE           hands connection.json to the peer
//
// There is no "run": the service is started by whoever runs the network.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := run(filepath.Base(os.Args[0]), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(name string, args []string) error {
	switch {
	case name == "detect" && len(args) == 2:
		return detect(args[1])
	case name == "build" && len(args) == 3:
		return build(args[0], args[2])
	case name == "release" && len(args) == 2:
		return release(args[0], args[1])
	}
	return fmt.Errorf("ccaas: called as %q with %d arguments; the names are detect, build and release", name, len(args))
}

// metadata is the part of a package's metadata.json that matters here.
type metadata struct {
	Type string `json:"type"`
}

func detect(metadataDir string) error {
	text, err := os.ReadFile(filepath.Join(metadataDir, "metadata.json"))
	if err != nil {
		return err
	}
	var m metadata
	if err := json.Unmarshal(text, &m); err != nil {
		return fmt.Errorf("metadata.json: %w", err)
	}
	if m.Type != "ccaas" {
		return fmt.Errorf("the package is of type %q, not ccaas", m.Type)
	}
	return nil
}

// connection is the part of connection.json that is checked before a peer relies on it.
type connection struct {
	Address     string `json:"address"`
	TLSRequired bool   `json:"tls_required"`
	RootCert    string `json:"root_cert"`
}

func (c connection) check() error {
	switch {
	case c.Address == "":
		return errors.New("connection.json names no address")
	case !c.TLSRequired:
		return errors.New("connection.json asks for a connection without TLS")
	case c.RootCert == "":
		return errors.New("connection.json holds no root certificate")
	}
	return nil
}

func build(source, output string) error {
	text, err := os.ReadFile(filepath.Join(source, "connection.json"))
	if err != nil {
		return err
	}
	var c connection
	if err := json.Unmarshal(text, &c); err != nil {
		return fmt.Errorf("connection.json: %w", err)
	}
	if err := c.check(); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(output, "connection.json"), text, 0o644); err != nil {
		return err
	}
	// Index definitions and the like travel in META-INF, if the package has one.
	meta := filepath.Join(source, "META-INF")
	if _, err := os.Stat(meta); err == nil {
		return os.CopyFS(filepath.Join(output, "META-INF"), os.DirFS(meta))
	}
	return nil
}

func release(output, release string) error {
	text, err := os.ReadFile(filepath.Join(output, "connection.json"))
	if err != nil {
		return err
	}
	server := filepath.Join(release, "chaincode", "server")
	if err := os.MkdirAll(server, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(server, "connection.json"), text, 0o644)
}
