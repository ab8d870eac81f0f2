package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sync"

	"github.com/rootline/rootline/network"
)

// profiled are the processes whose profiles are taken, one of a kind. An orderer would serve them only if its
// configuration file said so.
var profiled = []string{network.Owner + "-gateway", network.Owner + "-peer", network.Owner + "-chaincode-rootline"}

// profileAddress is where a process serves its profiles.
func (o *options) profileAddress(i int) string { return fmt.Sprintf("127.0.0.1:%d", o.port+10+i) }

// profileEnv asks the processes to serve profiles: ours by our own setting, Fabric's by theirs.
func (o *options) profileEnv() map[string][]string {
	if o.profiles == "" {
		return nil
	}
	env := map[string][]string{}
	for i, name := range profiled {
		addr := o.profileAddress(i)
		switch name {
		case network.Owner + "-peer":
			env[name] = []string{"CORE_PEER_PROFILE_ENABLED=true", "CORE_PEER_PROFILE_LISTENADDRESS=" + addr}
		default:
			env[name] = []string{"ROOTLINE_PPROF=" + addr}
		}
	}
	return env
}

// profile takes a processor profile of each process while work goes on, for so many seconds, and keeps them as
// <process>.<name>.prof. It returns when they are written.
func (s *stage) profile(ctx context.Context, name string, seconds int) {
	if s.o.profiles == "" {
		return
	}
	var wait sync.WaitGroup
	for i, process := range profiled {
		wait.Go(func() {
			path := filepath.Join(s.o.profiles, process+"."+name+".prof")
			if err := download(ctx, fmt.Sprintf("http://%s/debug/pprof/profile?seconds=%d", s.o.profileAddress(i), seconds), path); err != nil {
				s.say("no profile of %s: %v", process, err)
			}
		})
	}
	wait.Wait()
}

// whileProfiled does something over and over, for no purpose but to take profiles of it. Without -profiles it does nothing.
func (s *stage) whileProfiled(ctx context.Context, name string, do func(context.Context) error) error {
	if s.o.profiles == "" {
		return nil
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.profile(ctx, name, 6)
	}()
	for {
		select {
		case <-done:
			return nil
		default:
			if err := do(ctx); err != nil {
				return err
			}
		}
	}
}

func download(ctx context.Context, url, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", url, res.Status)
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(f, res.Body)
	return err
}
