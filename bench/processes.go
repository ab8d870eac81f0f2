package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/rootline/rootline/network"
)

// kinds are the kinds of process whose processor time is told apart. The client is this program.
var kinds = []string{"peers", "orderers", "chaincode", "gateway", "client"}

// tick is the unit of /proc/PID/stat: USER_HZ is 100 on every Linux that Go runs on.
const tick = 10 * time.Millisecond

// processes knows the network's processes by their numbers.
type processes map[int]string

// findProcesses lists what runs.
func findProcesses(ctx context.Context, n *network.Network) (processes, error) {
	all, err := n.Status(ctx)
	if err != nil {
		return nil, err
	}
	p := processes{os.Getpid(): "client"}
	for _, s := range all {
		if !s.Running {
			return nil, fmt.Errorf("%s does not run", s.Process.Name)
		}
		p[s.PID] = map[network.Kind]string{
			network.KindPeer: "peers", network.KindOrderer: "orderers", network.KindChaincode: "chaincode", network.KindService: "gateway",
		}[s.Process.Kind]
	}
	return p, nil
}

// used gives the processor time that each kind has used so far.
func (p processes) used() (map[string]time.Duration, error) {
	out := map[string]time.Duration{}
	for pid, kind := range p {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			return nil, fmt.Errorf("a process of the network ended: %w", err)
		}
		fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
		for _, f := range fields[11:13] { // utime and stime, fields 14 and 15 of the line
			ticks, err := strconv.ParseInt(f, 10, 64)
			if err != nil {
				return nil, err
			}
			out[kind] += time.Duration(ticks) * tick
		}
	}
	return out, nil
}

// since is the difference between two readings.
func since(before, after map[string]time.Duration) map[string]time.Duration {
	out := map[string]time.Duration{}
	for kind, d := range after {
		out[kind] = d - before[kind]
	}
	return out
}

// kept adds up what the owner's peer keeps: everything, and the block files alone.
func (s *stage) kept() (all, blocks int64, err error) {
	root := filepath.Join(s.net.Data(), "ledger", network.Owner+"-peer")
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return skipGone(err)
		}
		info, err := d.Info()
		if err != nil {
			return skipGone(err)
		}
		all += info.Size()
		if strings.HasPrefix(d.Name(), "blockfile_") {
			blocks += info.Size()
		}
		return nil
	})
	return all, blocks, err
}

// skipGone forgives files that the database removes while they are looked at.
func skipGone(err error) error {
	if os.IsNotExist(err) {
		return nil
	}
	return err
}
