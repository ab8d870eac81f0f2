package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/demonstration"
)

// Environment variables that stand in for flags.
const (
	envGateway = "ROOTLINE_GATEWAY"
	envDevice  = "ROOTLINE_DEVICE"
	envData    = "ROOTLINE_DATA"
)

// shortly is how long most commands go on trying to reach a gateway that is busy or not there.
const shortly = 5 * time.Second

const (
	defaultGateway = "http://localhost:8080"
	defaultData    = ".rootline"
)

// environment is what a command has from outside, and the flags that all commands share.
type environment struct {
	in       io.Reader
	out, err io.Writer
	getenv   func(string) string
	// terminal says that people watch err, where progress is shown.
	terminal bool

	gatewayFlag, deviceFlag, dataFlag string
	// patienceFlag is how long to go on trying; below 0 each command takes its own time.
	patienceFlag time.Duration
	// started says that a command's own work began: its errors are no longer about how it was called.
	started bool
}

func systemEnvironment() *environment {
	return &environment{
		in: os.Stdin, out: watched(os.Stdout), err: watched(os.Stderr), getenv: os.Getenv, terminal: term.IsTerminal(int(os.Stderr.Fd())),
	}
}

// watched is a file as people see it on a terminal: what others wrote cannot steer that. A file or a pipe gets all bytes as
// they are.
func watched(f *os.File) io.Writer {
	if term.IsTerminal(int(f.Fd())) {
		return &rootline.Terminal{To: f}
	}
	return f
}

// data is the folder of the local ledger, keys and journals.
func (env *environment) data() string {
	return first(env.dataFlag, env.getenv(envData), defaultData)
}

// localGateway is the address of the first gateway of the ledger in the data folder; "" when there is none.
func (env *environment) localGateway() string {
	s, err := demonstration.Remembered(env.data())
	if err != nil || s == nil {
		return ""
	}
	return fmt.Sprintf("http://localhost:%d", s.Port)
}

func (env *environment) keys() string { return filepath.Join(env.data(), "keys") }

// keyPath turns the name of a device into the path of its key file; a path stays what it is.
func (env *environment) keyPath(name string) string {
	if strings.ContainsRune(name, filepath.Separator) || strings.HasSuffix(name, ".json") {
		return name
	}
	return filepath.Join(env.keys(), name+".json")
}

// device loads the key of the device that the command acts as: the one that is named, or else the only one there is.
func (env *environment) device() (*client.Device, error) {
	if name := first(env.deviceFlag, env.getenv(envDevice)); name != "" {
		return client.LoadDevice(env.keyPath(name))
	}
	found, err := filepath.Glob(filepath.Join(env.keys(), "*.json"))
	if err != nil {
		return nil, err
	}
	switch len(found) {
	case 0:
		return nil, errors.New("there is no device in " + env.keys() + ". Enrol one with an invitation: rootline enrol LINK")
	case 1:
		return client.LoadDevice(found[0])
	}
	names := make([]string, len(found))
	for i, path := range found {
		names[i] = strings.TrimSuffix(filepath.Base(path), ".json")
	}
	return nil, &usageError{fmt.Errorf("there are several devices: say which with --device: %s", strings.Join(names, ", "))}
}

// gateway is the client of the gateway that is named, or else of the one at the given address, or the default one. It tries for
// as long as --patience says, or else for the time given.
func (env *environment) gateway(address string, patience time.Duration, options ...client.Option) (*client.Gateway, error) {
	if env.patienceFlag >= 0 {
		patience = env.patienceFlag
	}
	options = append(options, client.WithPatience(patience))
	g, err := client.NewGateway(first(env.gatewayFlag, env.getenv(envGateway), address, env.localGateway(), defaultGateway), options...)
	if err != nil {
		return nil, &usageError{err}
	}
	return g, nil
}

// both loads the device and the client of the gateway that it was enrolled through.
func (env *environment) both(patience time.Duration, options ...client.Option) (*client.Device, *client.Gateway, error) {
	d, err := env.device()
	if err != nil {
		return nil, nil, err
	}
	g, err := env.gateway(d.Gateway, patience, options...)
	return d, g, err
}

// say writes a line for people to out.
func (env *environment) say(format string, args ...any) { fmt.Fprintf(env.out, format+"\n", args...) }

// note writes a line about how it goes to err, apart from the results.
func (env *environment) note(format string, args ...any) { fmt.Fprintf(env.err, format+"\n", args...) }

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
