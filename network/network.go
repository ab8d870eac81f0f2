package network

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// Network is a network in a data folder. Its methods may be used from several goroutines.
type Network struct {
	config Config
	files  layout
	bin    binaries
}

// record is what a network was made with and can no longer change. Its presence says that keys and
// channel are complete.
type record struct {
	Format   int       `json:"format"`
	Created  time.Time `json:"created"`
	Channel  string    `json:"channel"`
	PortBase int       `json:"portBase"`
	Batch    Batch     `json:"batch"`
	BFT      BFT       `json:"bft"`
}

const recordFormat = 1

// Open gives the network that Config.Data holds, without starting anything. It fails with CodeAbsent if there is none.
func Open(c Config) (*Network, error) {
	n, err := attach(c)
	if err != nil {
		return nil, err
	}
	if !exists(n.files.record()) {
		return nil, fail(CodeAbsent, nil, "Start one first.", "there is no network in %s", n.files)
	}
	return n, nil
}

// attach fills in the settings: first the given ones, then those of the network in the folder, then the defaults.
func attach(given Config) (*Network, error) {
	c := given.withDefaults()
	files, err := newLayout(c.Data)
	if err != nil {
		return nil, err
	}
	r, found, err := readRecord(files)
	if err != nil {
		return nil, err
	}
	if found {
		if c, err = resume(given, c, r, files); err != nil {
			return nil, err
		}
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	return &Network{config: c, files: files}, nil
}

// resume takes over what the network in the folder was made with, and refuses settings that contradict it.
func resume(given, c Config, r record, files layout) (Config, error) {
	const way = "Leave the setting out, choose another data folder, or destroy this network."
	switch {
	case r.Format != recordFormat || r.Channel != Channel:
		return c, fail(CodeFolder, nil, "Choose another data folder.", "the network in %s was made by another version of this program", files)
	case given.PortBase != 0 && given.PortBase != r.PortBase:
		return c, fail(CodeFolder, nil, way, "the network in %s was made with port base %d, not %d", files, r.PortBase, given.PortBase)
	case given.Batch != (Batch{}) && c.Batch != r.Batch:
		return c, fail(CodeFolder, nil, way, "the network in %s was made with other block sizes", files)
	case given.BFT != (BFT{}) && c.BFT != r.BFT:
		return c, fail(CodeFolder, nil, way, "the network in %s was made with other consensus time-outs", files)
	}
	c.PortBase, c.Batch, c.BFT = r.PortBase, r.Batch, r.BFT
	return c, nil
}

func readRecord(files layout) (record, bool, error) {
	text, err := os.ReadFile(files.record())
	if errors.Is(err, fs.ErrNotExist) {
		return record{}, false, nil
	}
	var r record
	if err == nil {
		err = json.Unmarshal(text, &r)
	}
	if err != nil {
		return record{}, false, fail(CodeFolder, err, "", "%s is damaged", files.record())
	}
	return r, true, nil
}

func (n *Network) writeRecord() error {
	c := n.config
	text, err := json.MarshalIndent(record{
		Format: recordFormat, Created: time.Now().UTC().Truncate(time.Second),
		Channel: Channel, PortBase: c.PortBase, Batch: c.Batch, BFT: c.BFT,
	}, "", "  ")
	if err != nil {
		return err
	}
	if err := writeFile(n.files.record(), append(text, '\n'), 0o644); err != nil {
		return fail(CodeFolder, err, "", "%s cannot be written", n.files.record())
	}
	return nil
}

// Data is the absolute path of the data folder.
func (n *Network) Data() string { return string(n.files) }

// lock keeps two programs from starting and stopping the same network at once. The kernel lets go of it
// when this program ends, however it ends.
func (n *Network) lock() (unlock func(), err error) {
	if err := os.MkdirAll(string(n.files), 0o755); err != nil {
		return nil, fail(CodeFolder, err, "", "the data folder %s cannot be made", n.files)
	}
	f, err := os.OpenFile(n.files.lock(), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fail(CodeFolder, err, "", "the data folder %s cannot be written", n.files)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, fail(CodeBusy, nil, "Wait until it is done.", "another program starts or stops the network in %s", n.files)
	}
	return func() { f.Close() }, nil
}

// awaitLock is lock for what takes a moment only: it waits its turn.
func (n *Network) awaitLock(ctx context.Context) (unlock func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, n.config.StartTimeout)
	defer cancel()
	for {
		unlock, err := n.lock()
		if CodeOf(err) != CodeBusy || pause(ctx, pollEvery) != nil {
			return unlock, err
		}
	}
}

// chaincodeBinary is the program that the organisation runs as its service of the chaincode.
func (n *Network) chaincodeBinary(cc Chaincode, o Org) string {
	for _, given := range []string{cc.BinaryOf[o.Name], cc.Binary} {
		if given != "" {
			if abs, err := filepath.Abs(given); err == nil {
				return abs
			}
			return given
		}
	}
	return n.files.chaincode(cc.Name)
}
