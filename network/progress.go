package network

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// Stage is a part of the way up.
type Stage string

// The stages, in the order in which they begin. Some run side by side.
const (
	StageBuild     Stage = "build"     // Fabric's binaries: about a minute, once
	StageChaincode Stage = "chaincode" // the chaincode services' programs
	StageCrypto    Stage = "crypto"    // keys, certificates and the channel's first block
	StageStart     Stage = "start"     // processes
	StageJoin      Stage = "join"      // orderers and peers join the channel
	StageLifecycle Stage = "lifecycle" // chaincodes are installed, approved and committed
	StageReady     Stage = "ready"     // every organisation's peer gets endorsements
	StageStop      Stage = "stop"      // processes end
)

// Step is one report of progress.
type Step struct {
	Stage Stage
	// Detail names what the step is about, for people: "owner-peer", "peer, orderer, cryptogen, configtxgen".
	Detail string
	// Done is false when the step begins and true when it ended well.
	Done bool
	// Took is the time the step took; zero until it is done.
	Took time.Duration
}

// Progress receives steps. It is called from several goroutines, one call at a time. It may be nil.
type Progress func(Step)

// PrintProgress gives a Progress that writes a line for each step that ended, and for the slow ones when they begin.
func PrintProgress(w io.Writer) Progress {
	return func(s Step) {
		switch {
		case s.Done:
			fmt.Fprintf(w, "%-10s %s (%.1f s)\n", s.Stage, s.Detail, s.Took.Seconds())
		case s.Stage == StageBuild:
			fmt.Fprintf(w, "%-10s %s: takes a minute or two, once\n", s.Stage, s.Detail)
		}
	}
}

// reporter makes a Progress safe to call from several goroutines.
type reporter struct {
	mu sync.Mutex
	to Progress
}

// begin reports a step and gives the function that reports its end.
func (r *reporter) begin(stage Stage, detail string) func() {
	start := time.Now()
	r.report(Step{Stage: stage, Detail: detail})
	return func() { r.report(Step{Stage: stage, Detail: detail, Done: true, Took: time.Since(start)}) }
}

func (r *reporter) report(s Step) {
	if r == nil || r.to == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.to(s)
}
