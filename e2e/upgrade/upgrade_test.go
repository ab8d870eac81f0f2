// Package upgrade takes a running network over to another protocol. It has a network of its own and runs beside package e2e.
package upgrade

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/demonstration"
	"github.com/rootline/rootline/e2e/stage"
	"github.com/rootline/rootline/jws"
	"github.com/rootline/rootline/network"
	"github.com/rootline/rootline/network/guard"
)

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(guard.Main(m, stage.TakeDown))
}

// A running network of its own goes over to protocol 2, which a test build knows: first two organisations upgrade, then
// three vote, then the others upgrade. Events are sent to both gateways the whole time. Nothing is lost or refused, the
// old gateway says what it waits for, and the blocks replay to the same rows.
func TestARunningNetworkIsUpgraded(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a network of processes; make e2e runs it")
	}
	u := newUpgrade(t)
	long := strings.Repeat("n", 50)
	u.refused(u.invite(u.owner, "before", long), rootline.CodeMissing)
	u.refused(u.vote(network.Owner), rootline.CodeProtocolUnknown)

	flows := []*flow{u.flow(u.owner), u.flow(u.regulator)}
	u.upgrade([]string{network.Owner, network.Contractor}, network.Owner)
	u.ok(u.vote(network.Owner))
	u.ok(u.vote(network.Contractor))
	u.refused(u.invite(u.owner, "between", long), rootline.CodeMissing)
	stage.Await(t, u.regulator, func(r *client.Readiness) bool { return r.Ready && r.Lag == 0 })
	u.ok(u.vote(network.Supervisor))

	// From here on who does not know the number waits.
	says := stage.Await(t, u.regulator, func(r *client.Readiness) bool { return !r.Ready })
	for deadline := time.Now().Add(time.Minute); !strings.Contains(says.Reason, "protocol 2"); time.Sleep(100 * time.Millisecond) {
		if says, _ = u.regulator.Readiness(t.Context()); says == nil || time.Now().After(deadline) {
			t.Fatalf("the old gateway does not say what it waits for: %+v", says)
		}
	}
	if !strings.Contains(says.Reason, "upgrade") {
		t.Errorf("it does not say what to do: %s", says.Reason)
	}
	u.ok(u.invite(u.owner, "after", long))
	u.upgrade([]string{network.Owner, network.Contractor, network.Supervisor, network.Regulator}, network.Owner, network.Regulator)
	var sent []rootline.Submission
	for _, f := range flows {
		sent = append(sent, f.end()...)
	}
	u.recorded(sent)
	t.Logf("%d events were sent meanwhile", len(sent))
	u.replays()
}

// upgrade is a network whose parts run the shipped build or the test build.
type upgrade struct {
	*testing.T
	options          demonstration.Options
	result           *demonstration.Result
	trial            string // folder of the test build
	owner, regulator *client.Gateway
	admins           map[string]*client.Device
}

func newUpgrade(t *testing.T) *upgrade {
	t.Helper()
	data, err := os.MkdirTemp("", "rootline-upgrade-")
	if err != nil {
		t.Fatal(err)
	}
	if err := guard.Folder(data); err != nil {
		t.Fatal(err)
	}
	u := &upgrade{T: t, trial: filepath.Join(data, "trial"), admins: map[string]*client.Device{}}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if n, err := demonstration.Open(u.options); err == nil {
			if err := n.Down(ctx); err != nil && network.CodeOf(err) != network.CodeAbsent {
				t.Error(err)
			}
		}
		if !t.Failed() {
			_ = os.RemoveAll(data)
		}
	})
	u.options = demonstration.Options{
		Data: data, Program: filepath.Join(data, "shipped", "rootline"), Port: stage.UpgradePort,
		Gateways: []string{network.Owner, network.Regulator}, Network: network.Config{PortBase: stage.Port + 100},
		NoStory: true, Report: t.Output(),
	}
	for _, b := range [][]string{
		{"-o", u.options.Program, "./cmd/rootline"},
		{"-tags", "protocoltrial", "-o", u.trial + "/rootline", "./cmd/rootline"},
		{"-tags", "protocoltrial", "-o", u.trial + "/chaincode", "./chaincode"},
	} {
		cmd := exec.Command("go", append([]string{"build"}, b...)...)
		cmd.Dir = "../.."
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("go build %v: %v\n%s", b, err, out)
		}
	}
	u.up()
	for i, g := range []**client.Gateway{&u.owner, &u.regulator} {
		if *g, err = client.NewGateway(fmt.Sprintf("http://localhost:%d", u.options.Port+i)); err != nil {
			t.Fatal(err)
		}
	}
	for _, org := range []string{network.Owner, network.Contractor, network.Supervisor, network.Regulator} {
		if u.admins[org], err = client.LoadDevice(filepath.Join(data, "keys", org+"-admin.json")); err != nil {
			t.Fatal(err)
		}
	}
	return u
}

func (u *upgrade) up() {
	u.Helper()
	ctx, cancel := context.WithTimeout(u.Context(), 10*time.Minute)
	defer cancel()
	result, err := demonstration.Up(ctx, u.options)
	if err != nil {
		u.Fatal(err)
	}
	u.result = result
}

// upgrade runs the test build as the chaincode services and gateways of some organisations. Gateways of others, which run,
// are left alone.
func (u *upgrade) upgrade(organisations []string, gateways ...string) {
	u.Helper()
	began := time.Now()
	binaries := map[string]string{}
	for _, org := range organisations {
		binaries[org] = u.trial + "/chaincode"
	}
	u.options.Program, u.options.Gateways = u.trial+"/rootline", gateways
	u.options.Network.Chaincodes = []network.Chaincode{{Name: wire.Chaincode, Package: "./chaincode", BinaryOf: binaries}}
	u.up()
	u.Logf("chaincode of %v and gateways of %v upgraded in %.1f s", organisations, gateways, time.Since(began).Seconds())
}

func (u *upgrade) ok(err error) {
	u.Helper()
	if err != nil {
		u.Fatal(err)
	}
}

func (u *upgrade) refused(err error, want rootline.Code) {
	u.Helper()
	if rootline.CodeOf(err) != want {
		u.Fatalf("%v, want %q", err, want)
	}
}

// vote gives an organisation's vote for protocol 2, at the owner's gateway.
func (u *upgrade) vote(org string) error {
	u.Helper()
	data, err := json.Marshal(rootline.RaiseData{Protocol: 2})
	u.ok(err)
	return u.final(u.owner, org, "a vote of "+org, &rootline.Event{Action: rootline.ActRaise, Rulebook: rootline.Registry, Data: data})
}

// final records an act and says what became of it for good: an act that is still on its way has no error, and is no answer.
func (u *upgrade) final(g *client.Gateway, org, what string, e *rootline.Event) error {
	u.Helper()
	began := time.Now()
	status, err := g.Record(u.Context(), u.admins[org], e, 3*time.Minute)
	u.Logf("%s, after %.1f s: %s, %v", what, time.Since(began).Seconds(), status.Status, err)
	if err == nil && !status.Final() {
		u.Fatalf("%s is still %s", what, status.Status)
	}
	return err
}

func (u *upgrade) invite(g *client.Gateway, what, name string) error {
	u.Helper()
	return u.final(g, network.Owner, fmt.Sprintf("a name of %d characters, %s", len(name), what), u.invitation(name))
}

func (u *upgrade) invitation(name string) *rootline.Event {
	u.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	u.ok(err)
	data, err := json.Marshal(rootline.InviteData{
		Key: jws.KeyOf(&key.PublicKey), Role: rootline.RoleAdmin, Name: name,
		Expires: rootline.InstantOf(time.Now().Add(time.Hour)),
	})
	u.ok(err)
	return &rootline.Event{Action: rootline.ActInvite, Rulebook: rootline.Registry, Data: data}
}

// flow sends events to a gateway until it is ended, each until the gateway keeps it.
type flow struct {
	stop context.CancelFunc
	done sync.WaitGroup
	sent []rootline.Submission
}

func (u *upgrade) flow(g *client.Gateway) *flow {
	ctx, stop := context.WithCancel(u.Context())
	f := &flow{stop: stop}
	f.done.Go(func() {
		for ctx.Err() == nil {
			sub, err := u.admins[network.Owner].Sign(u.invitation("N1"))
			if err != nil {
				u.Error(err)
				return
			}
			for ctx.Err() == nil {
				answers, err := g.Submit(ctx, []rootline.Submission{sub}, 0)
				if err == nil && answers[0].Err() != nil {
					u.Errorf("%s refused: %v", g.URL(), answers[0].Err())
				}
				if err == nil {
					f.sent = append(f.sent, sub)
					break
				}
			}
			time.Sleep(50 * time.Millisecond)
		}
	})
	return f
}

func (f *flow) end() []rootline.Submission {
	f.stop()
	f.done.Wait()
	return f.sent
}

// recorded checks that all that was taken is recorded, as both gateways see it.
func (u *upgrade) recorded(sent []rootline.Submission) {
	u.Helper()
	for _, g := range []*client.Gateway{u.owner, u.regulator} {
		answers, err := g.Await(u.Context(), sent, 2*time.Minute)
		u.ok(err)
		for _, a := range answers {
			if a.Status != client.Committed {
				u.Errorf("at %s, %s is %s: %v", g.URL(), a.Event, a.Status, a.Err())
			}
		}
	}
}

// replays checks that both gateways have the same rows, and the one that waited has them again when it reads all anew.
func (u *upgrade) replays() {
	u.Helper()
	ctx := u.Context()
	owner := stage.Await(u.T, u.owner, func(r *client.Readiness) bool { return r.Ready && r.Lag == 0 })
	target := stage.AwaitBlock(u.T, u.regulator, owner.Block).Block
	u.ok(u.result.Network.Stop(ctx, "owner-gateway"))
	u.ok(u.result.Network.Stop(ctx, "regulator-gateway"))
	file := func(org string) string { return filepath.Join(u.options.Data, "gateway", org, "readmodel.db") }
	live, waited := stage.Rows(u.T, file(network.Owner)), stage.Rows(u.T, file(network.Regulator))
	for _, part := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(file(network.Regulator) + part); err != nil && !os.IsNotExist(err) {
			u.Fatal(err)
		}
	}
	u.ok(u.result.Network.Start(ctx, "regulator-gateway"))
	if r := stage.AwaitBlock(u.T, u.regulator, target); r.Alarms > 0 || r.Findings > 0 {
		u.Errorf("%d findings, %d alarms", r.Findings, r.Alarms)
	}
	u.ok(u.result.Network.Stop(ctx, "regulator-gateway"))
	anew := stage.Rows(u.T, file(network.Regulator))
	for name, is := range map[string][]byte{"the gateway that waited": waited, "the rebuilt one": anew} {
		if !bytes.Equal(live, is) {
			was, is := stage.FirstDifference(live, is)
			u.Errorf("%s has other rows than the one that went ahead:\nwas %s\nis  %s", name, was, is)
		}
	}
}
