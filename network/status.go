package network

import (
	"context"
	"time"
)

// ProcessStatus is what can be seen of one process.
type ProcessStatus struct {
	Process Process
	// Running: the process exists. PID is its number, or 0.
	Running bool
	PID     int
	// Healthy: it answers.
	Healthy bool
}

// Status looks at every process of the network. It changes nothing.
func (n *Network) Status(ctx context.Context) ([]ProcessStatus, error) {
	var all []ProcessStatus
	for _, p := range n.Processes() {
		r, found, err := n.readRun(p.Name)
		if err != nil {
			return nil, err
		}
		s := ProcessStatus{Process: p}
		if found && r.alive() {
			s.Running, s.PID = true, r.PID
			short, cancel := context.WithTimeout(ctx, 2*time.Second)
			s.Healthy = p.healthy(short) == nil
			cancel()
		}
		all = append(all, s)
	}
	return all, nil
}
