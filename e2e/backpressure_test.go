package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/e2e/stage"
	"github.com/rootline/rootline/gateway/app"
	"github.com/rootline/rootline/network"
	"github.com/rootline/rootline/network/guard"
)

const (
	smallBound = 500
	// pressTime is how long clients go on posting to a gateway whose ledger stands still.
	pressTime = 8 * time.Second
)

// While the ledger stands still, a gateway takes events up to its bound and then says busy, without growing. What it
// took is recorded once when the ledger goes on; what it turned away was not kept.
func TestBackpressure(t *testing.T) {
	w := site(t)
	c := &crewsAtWork{works: w, devices: []*person{w.builder}, life: ofWalls}
	g, pid := smallGateway(t)
	_, err := g.SignIn(t.Context(), w.reader)
	w.ok(err)
	_, err = g.PutEvidence(t.Context(), sitePhoto, "image/jpeg")
	w.ok(err)
	from, err := straight(t, network.Owner, false).Height(t.Context())
	w.ok(err)
	goOn := standStill(t, 3)

	var mu sync.Mutex
	var busy, most int
	var first, last int64
	stop := time.Now().Add(pressTime)
	errs := make(chan error, crews)
	for range crews {
		go func() {
			errs <- func() error {
				for time.Now().Before(stop) {
					subs, ids, err := c.batch(c.devices[0])
					if err != nil {
						return err
					}
					taken, err := press(t, g.URL(), subs)
					if err != nil {
						return err
					}
					mu.Lock()
					if taken {
						c.acknowledged = append(c.acknowledged, ids...)
					} else {
						busy++
					}
					mu.Unlock()
					if !taken {
						time.Sleep(20 * time.Millisecond)
					}
				}
				return nil
			}()
		}()
	}
	for time.Now().Before(stop) {
		time.Sleep(250 * time.Millisecond)
		r, err := g.Readiness(t.Context())
		w.ok(err)
		most = max(most, r.Outbox.Queued+r.Outbox.Endorsed+r.Outbox.Submitted+r.Outbox.Unknown)
		mu.Lock()
		full := busy > 0
		mu.Unlock()
		if last, err = resident(pid); full && first == 0 {
			first = last
		}
		w.ok(err)
	}
	for range crews {
		w.ok(<-errs)
	}
	if busy == 0 || most > smallBound || len(c.acknowledged) > smallBound {
		t.Fatalf("%d events were taken and %d waited at most, of %d; busy %d times", len(c.acknowledged), most, smallBound, busy)
	}
	if last-first > 32*mib {
		t.Errorf("the full gateway grew from %d to %d MiB", first/mib, last/mib)
	}
	goOn()
	resumed := time.Now()
	stage.Await(t, g, func(r *client.Readiness) bool {
		return r.Ready && r.Outbox.Queued+r.Outbox.Endorsed+r.Outbox.Submitted+r.Outbox.Unknown == 0
	})
	idle(t, w)
	onceEach(t, c.acknowledged, recorded(t, from))
	t.Logf("%d events taken, %d requests turned away, %d waited at most; %d MiB, then %d MiB; all recorded once %.1f s after the ledger went on",
		len(c.acknowledged), busy, most, first/mib, last/mib, time.Since(resumed).Seconds())
}

// press posts events without patience. It says whether they were taken; that they were turned away must be said well.
func press(t *testing.T, url string, subs []rootline.Submission) (taken bool, err error) {
	body, err := json.Marshal(map[string][]rootline.Submission{"events": subs})
	if err != nil {
		return false, err
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/api/v1/events", strings.NewReader(string(body)))
	if err != nil {
		return false, err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false, err
	}
	defer res.Body.Close()
	if res.StatusCode == http.StatusAccepted {
		return true, nil
	}
	var p problem
	seconds, _ := strconv.Atoi(res.Header.Get("Retry-After"))
	if err := json.NewDecoder(res.Body).Decode(&p); err != nil || res.StatusCode != http.StatusServiceUnavailable || p.Code != rootline.CodeBusy || seconds < 1 {
		return false, fmt.Errorf("HTTP %d, code %q, Retry-After %q (%v)", res.StatusCode, p.Code, res.Header.Get("Retry-After"), err)
	}
	return false, nil
}

// standStill suspends some of the four orderers until goOn is called or the test ends. Without three no block can be agreed
// on; without all four no peer gets one either.
func standStill(t *testing.T, orderers int) (goOn func()) {
	t.Helper()
	all, err := ledger.Network.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var stopped []int
	goOn = func() {
		for _, pid := range stopped {
			if err := syscall.Kill(pid, syscall.SIGCONT); err != nil {
				t.Errorf("orderer %d does not go on: %v", pid, err)
			}
		}
		stopped = nil
	}
	t.Cleanup(func() { goOn() })
	for _, s := range all {
		if s.Process.Kind == network.KindOrderer && s.Running && len(stopped) < orderers {
			if err := syscall.Kill(s.PID, syscall.SIGSTOP); err != nil {
				t.Fatal(err)
			}
			stopped = append(stopped, s.PID)
		}
	}
	if len(stopped) != orderers {
		t.Fatalf("only %d orderers run", len(stopped))
	}
	return goOn
}

// smallGateway runs one more gateway of the owner whose outbox is small.
func smallGateway(t *testing.T) (*client.Gateway, int) {
	t.Helper()
	return oneMoreGateway(t, func(c *app.Config) { c.MaxPending = strconv.Itoa(smallBound) })
}

// oneMoreGateway runs one more gateway of the owner, with some settings changed.
func oneMoreGateway(t *testing.T, change func(*app.Config)) (*client.Gateway, int) {
	t.Helper()
	return gatewayBy(t, exec.Command(ledger.options.Program, "serve"), change)
}

// gatewayBy is oneMoreGateway by a command of its own, which ends as the gateway's program.
func gatewayBy(t *testing.T, cmd *exec.Cmd, change func(*app.Config)) (*client.Gateway, int) {
	t.Helper()
	c, err := ledger.Network.Connection(network.Owner)
	if err != nil {
		t.Fatal(err)
	}
	port := httpPort + 9
	config := app.Config{
		Listen: fmt.Sprintf("127.0.0.1:%d", port), Origin: fmt.Sprintf("http://localhost:%d", port), Store: t.TempDir(),
		Peer: c.PeerEndpoint, PeerName: c.PeerServerName, PeerCA: c.TLSCACert, PeerOperations: c.PeerOperations,
		MSP: c.MSPID, Cert: c.ServiceCert, Key: c.ServiceKey, Channel: c.Channel, Genesis: c.Genesis,
	}
	change(&config)
	cmd.Env = append(append(os.Environ(), cmd.Env...), config.Env()...)
	cmd.Stderr = t.Output()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if err := guard.Process(cmd.Process.Pid); err != nil {
		t.Error(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	})
	g, err := client.NewGateway(config.Origin, client.WithPatience(patience))
	if err != nil {
		t.Fatal(err)
	}
	stage.Await(t, g, func(r *client.Readiness) bool { return r.Ready && r.Lag == 0 })
	return g, cmd.Process.Pid
}
