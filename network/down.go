package network

import (
	"context"
	"os"
	"syscall"
	"time"
)

// Down stops every process of the network, also those that the present settings do not mention. The ledger stays.
func (n *Network) Down(ctx context.Context) error { return n.DownProgress(ctx, nil) }

// DownProgress is Down with reports.
func (n *Network) DownProgress(ctx context.Context, p Progress) error {
	unlock, err := n.lock()
	if err != nil {
		return err
	}
	defer unlock()
	live, err := n.running()
	if err != nil {
		return err
	}
	done := (&reporter{to: p}).begin(StageStop, "all processes")
	// Services go before the peers they follow. Peers go before the chaincode services they call and the orderers
	// they read from: no errors in the logs.
	for _, kind := range []Kind{KindService, KindPeer, KindChaincode, KindOrderer} {
		var some []pidRecord
		for _, r := range live {
			if r.Kind == kind {
				some = append(some, r)
			}
		}
		if err := n.stop(ctx, some); err != nil {
			return err
		}
	}
	done()
	return nil
}

// Destroy stops the network and deletes it: keys, ledgers, logs. What others put into the data folder stays.
func (n *Network) Destroy(ctx context.Context) error {
	if err := n.Down(ctx); err != nil {
		return err
	}
	for _, part := range parts {
		if err := os.RemoveAll(n.files.at(part)); err != nil {
			return fail(CodeFolder, err, "", "%s cannot be deleted", n.files.at(part))
		}
	}
	// The folder itself goes if nothing else is in it.
	if name, err := n.files.foreign(); err != nil || name != "" {
		return nil
	}
	if err := os.RemoveAll(string(n.files)); err != nil {
		return fail(CodeFolder, err, "", "the data folder %s cannot be deleted", n.files)
	}
	return nil
}

// Kill ends one process with SIGKILL, as a crash would, and returns when it is gone. It does nothing if it does not run.
func (n *Network) Kill(name string) error {
	r, found, err := n.readRun(name)
	if err != nil {
		return err
	}
	if !found {
		_, err := n.process(name)
		return err
	}
	if err := r.signal(syscall.SIGKILL); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := awaitEnd(ctx, []pidRecord{r}); err != nil {
		return fail(CodeProcess, err, "", "%s survives SIGKILL", name)
	}
	return nil
}

// Suspend halts one process where it is, as a machine that hangs would: its connections stay open and nothing answers.
// Resume lets it go on. Both do nothing if it does not run.
func (n *Network) Suspend(name string) error { return n.signal(name, syscall.SIGSTOP) }

// Resume lets a suspended process go on.
func (n *Network) Resume(name string) error { return n.signal(name, syscall.SIGCONT) }

func (n *Network) signal(name string, s syscall.Signal) error {
	r, found, err := n.readRun(name)
	if err != nil {
		return err
	}
	if !found {
		_, err := n.process(name)
		return err
	}
	return r.signal(s)
}

// Stop ends one process in good order.
func (n *Network) Stop(ctx context.Context, name string) error {
	r, found, err := n.readRun(name)
	if err != nil {
		return err
	}
	if !found {
		_, err := n.process(name)
		return err
	}
	return n.stop(ctx, []pidRecord{r})
}

// Start starts one process unless it runs, and returns when it is healthy. Peers and orderers have then the blocks
// that the others of their kind had when they started.
func (n *Network) Start(ctx context.Context, name string) error {
	if _, err := n.process(name); err != nil {
		return err
	}
	bin, err := findBinaries(ctx, n.config, nil)
	if err != nil {
		return err
	}
	p, err := (&Network{config: n.config, files: n.files, bin: bin}).process(name)
	if err != nil {
		return err
	}
	r, err := n.startInTurn(ctx, p)
	if err != nil {
		return err
	}
	if err := n.awaitHealth(ctx, p, r); err != nil {
		return err
	}
	if p.Kind != KindPeer {
		return nil
	}
	o, err := FindOrg(p.Org)
	if err != nil {
		return err
	}
	return n.catchUp(ctx, o)
}

// startInTurn starts a process unless it runs, after what others start or stop now.
func (n *Network) startInTurn(ctx context.Context, p Process) (pidRecord, error) {
	unlock, err := n.awaitLock(ctx)
	if err != nil {
		return pidRecord{}, err
	}
	defer unlock()
	return n.launch(ctx, p)
}

// AwaitReady returns when every organisation's peer gets endorsements for every chaincode.
func (n *Network) AwaitReady(ctx context.Context) error { return eachOrg(ctx, n.awaitReady) }
