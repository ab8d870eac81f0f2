package network

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// pollEvery is how often a condition that cannot be waited for is looked at.
const pollEvery = 25 * time.Millisecond

// start starts a process detached from this program, so that it outlives it, and records it.
func (n *Network) start(p Process) (pidRecord, error) {
	broken := func(err error) (pidRecord, error) {
		return pidRecord{}, fail(CodeProcess, err, "", "%s cannot be started", p.Name)
	}
	if err := os.MkdirAll(filepath.Dir(p.Log), 0o755); err != nil {
		return broken(err)
	}
	log, err := os.OpenFile(p.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return broken(err)
	}
	defer log.Close()
	cmd := exec.Command(p.Binary, p.Args...)
	cmd.Dir, cmd.Env = p.Dir, append(append(baseEnv(), p.Env...), n.config.Env[p.Name]...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return broken(err)
	}
	// Reaps the process if it ends before this program does.
	go cmd.Wait()
	r, err := identify(p, cmd.Process.Pid)
	if err == nil {
		err = n.writeRun(r)
	}
	if err != nil {
		cmd.Process.Kill()
		return pidRecord{}, fail(CodeProcess, err, "", "%s ended at once, or cannot be recorded:\n%s", p.Name, tail(p.Log))
	}
	return r, nil
}

// ensure starts the process unless it runs, and waits until it is healthy.
func (n *Network) ensure(ctx context.Context, p Process) error {
	r, err := n.launch(ctx, p)
	if err != nil {
		return err
	}
	return n.awaitHealth(ctx, p, r)
}

// launch starts the process unless it runs. A chaincode service or a gateway that runs another program than it
// should, because that was built anew or the settings name another, is replaced. Whoever calls this holds the lock.
func (n *Network) launch(ctx context.Context, p Process) (pidRecord, error) {
	r, found, err := n.readRun(p.Name)
	if err != nil {
		return pidRecord{}, err
	}
	if found && r.alive() {
		if p.Kind != KindChaincode && p.Kind != KindService || r.runs(p.Binary) {
			return r, nil
		}
		if err := n.stop(ctx, []pidRecord{r}); err != nil {
			return pidRecord{}, err
		}
	}
	if err := checkPorts([]Process{p}); err != nil {
		return pidRecord{}, err
	}
	return n.start(p)
}

func (n *Network) awaitHealth(ctx context.Context, p Process, r pidRecord) error {
	ctx, cancel := context.WithTimeout(ctx, n.config.StartTimeout)
	defer cancel()
	var last error
	for {
		if last = p.healthy(ctx); last == nil {
			return nil
		}
		if !r.alive() {
			return fail(CodeProcess, nil, "The whole log: "+p.Log, "%s ended:\n%s", p.Name, tail(p.Log))
		}
		if err := pause(ctx, pollEvery); err != nil {
			return fail(CodeProcess, last, "The whole log: "+p.Log, "%s runs but does not become healthy", p.Name)
		}
	}
}

// pause waits, unless the context ends first.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// stop ends processes together: it asks, waits, and kills what is still there when StopTimeout has passed.
func (n *Network) stop(ctx context.Context, records []pidRecord) error {
	for _, r := range records {
		if err := r.signal(syscall.SIGTERM); err != nil {
			return err
		}
	}
	patience, cancel := context.WithTimeout(ctx, n.config.StopTimeout)
	defer cancel()
	if awaitEnd(patience, records) != nil {
		for _, r := range records {
			if err := r.signal(syscall.SIGKILL); err != nil {
				return err
			}
		}
		// A killed process goes as soon as the kernel lets it; the context of the caller may be over by now.
		final, cancel := context.WithTimeout(context.WithoutCancel(ctx), n.config.StopTimeout)
		defer cancel()
		if err := awaitEnd(final, records); err != nil {
			return fail(CodeProcess, err, "", "processes survive SIGKILL")
		}
	}
	for _, r := range records {
		if err := os.Remove(n.files.run(r.Name)); err != nil && !os.IsNotExist(err) {
			return fail(CodeFolder, err, "", "the record of %s cannot be removed", r.Name)
		}
	}
	return nil
}

func awaitEnd(ctx context.Context, records []pidRecord) error {
	for _, r := range records {
		for r.alive() {
			if err := pause(ctx, pollEvery); err != nil {
				return err
			}
		}
	}
	return nil
}

// tail gives the end of a log for an error message.
func tail(path string) string {
	const most = 4096
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() > most {
		f.Seek(-most, 2)
	}
	buf := make([]byte, most)
	k, _ := f.Read(buf)
	return lastLines(strings.ToValidUTF8(string(buf[:k]), "?"), 12)
}
