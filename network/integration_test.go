package network

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"

	"github.com/rootline/rootline/network/guard"
)

// TestLife runs the real thing: it makes a network, commits, crashes parts of it, stops it and finds everything again.
func TestLife(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a network of processes; make e2e runs it")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 9*time.Minute)
	defer cancel()
	c := Config{
		Data: t.TempDir(), PortBase: 17050,
		Chaincodes: []Chaincode{{Name: "plain", Package: "./bench/plain"}},
	}
	// Building is not part of what is measured.
	if _, err := Binaries(ctx, c, PrintProgress(t.Output())); err != nil {
		t.Fatal(err)
	}
	n := bringUp(ctx, t, c, "an empty folder")
	t.Cleanup(func() { stopAll(t, c) })

	create(ctx, t, n, Owner, "tree-1", `{"height":210}`)
	for _, o := range Orgs() {
		expect(ctx, t, n, o.Name, "tree-1", `{"height":210}`)
	}

	t.Run("no admin changes the channel alone", noAdminChangesTheChannelAlone(ctx, n))

	t.Run("a second up changes nothing", func(t *testing.T) {
		before := pids(ctx, t, n)
		bringUp(ctx, t, c, "a running network")
		for name, pid := range pids(ctx, t, n) {
			if before[name] != pid {
				t.Errorf("%s was restarted", name)
			}
		}
	})

	t.Run("crash of the leading orderer", leaderCrash(ctx, n))

	for _, name := range []string{"contractor-peer", "supervisor-chaincode-plain", "regulator-orderer"} {
		t.Run("crash of "+name, func(t *testing.T) { crash(ctx, t, n, name) })
	}

	// The network bears one fault at a time: whoever is back has to be worth its vote at once.
	t.Run("crash of the leading orderer after another's", leaderCrash(ctx, n))

	t.Run("down and up", func(t *testing.T) {
		if err := n.Down(ctx); err != nil {
			t.Fatal(err)
		}
		if left := ofFolder(t, n.Data()); len(left) > 0 {
			t.Fatalf("down left processes: %s", left)
		}
		n = bringUp(ctx, t, c, "a stopped network")
		expect(ctx, t, n, Regulator, "tree-1", `{"height":210}`)
		create(ctx, t, n, Supervisor, "tree-2", `{"height":80}`)
	})

	t.Run("one organisation runs another program", func(t *testing.T) {
		altered := filepath.Join(t.TempDir(), "altered")
		program, err := os.ReadFile(n.files.chaincode("plain"))
		if err == nil {
			err = os.WriteFile(altered, program, 0o755)
		}
		if err != nil {
			t.Fatal(err)
		}
		c := c
		c.Chaincodes = []Chaincode{{Name: "plain", Package: "./bench/plain", BinaryOf: map[string]string{Regulator: altered}}}
		before := pids(ctx, t, n)
		after := pids(ctx, t, bringUp(ctx, t, c, "an altered program"))
		for name, pid := range after {
			if replaced := pid != before[name]; replaced != (name == "regulator-chaincode-plain") {
				t.Errorf("%s replaced: %v", name, replaced)
			}
		}
		r, _, err := n.readRun("regulator-chaincode-plain")
		if err != nil || !r.runs(altered) {
			t.Errorf("the regulator does not run the altered program (%v)", err)
		}
		create(ctx, t, n, Regulator, "tree-altered", `{}`)
	})

	t.Run("a transaction of many megabytes", func(t *testing.T) {
		// The value is in the arguments and again in what is written: nearly 10 MB altogether.
		create(ctx, t, n, Owner, "large", `"`+strings.Repeat("x", 4_800_000)+`"`)
	})

	t.Run("another policy is a new definition", func(t *testing.T) {
		stricter := c
		stricter.Chaincodes = []Chaincode{{Name: "plain", Package: "./bench/plain", Policy: Policy{Required: 3}}}
		n := bringUp(ctx, t, stricter, "a new policy")
		create(ctx, t, n, Contractor, "tree-3", `{}`)
	})

	t.Run("destroy", func(t *testing.T) {
		if err := n.Destroy(ctx); err != nil {
			t.Fatal(err)
		}
		if exists(n.Data()) {
			t.Error("the data folder is still there")
		}
		if _, err := Open(c); CodeOf(err) != CodeAbsent {
			t.Errorf("Open after Destroy: %v", err)
		}
	})
}

func bringUp(ctx context.Context, t *testing.T, c Config, from string) *Network {
	t.Helper()
	start := time.Now()
	if err := guard.Folder(c.Data); err != nil {
		t.Fatal(err)
	}
	n, err := Up(ctx, c, PrintProgress(t.Output()))
	if err != nil {
		stopAll(t, c)
		t.Fatalf("up from %s: %v", from, err)
	}
	t.Logf("up from %s: %.1f s", from, time.Since(start).Seconds())
	return n
}

func stopAll(t *testing.T, c Config) {
	if n, err := Open(c); err == nil {
		if err := n.Down(context.Background()); err != nil {
			t.Error(err)
		}
	}
}

func leaderCrash(ctx context.Context, n *Network) func(*testing.T) {
	return func(t *testing.T) {
		leader, err := n.Leader(ctx)
		if err != nil {
			t.Fatal(err)
		}
		crash(ctx, t, n, leader.Name+"-orderer")
		next, err := n.Leader(ctx)
		if err != nil || next == leader {
			t.Errorf("the leader is %s (%v), and was %s", next.Name, err, leader.Name)
		}
	}
}

// crash kills a process, shows that the network goes on without it, and that it catches up when it is back.
func crash(ctx context.Context, t *testing.T, n *Network, name string) {
	id := "during-" + name
	if err := n.Kill(name); err != nil {
		t.Fatal(err)
	}
	if n.isRunning(name) {
		t.Fatalf("%s runs after Kill", name)
	}
	create(ctx, t, n, Owner, id, `{}`)
	start := time.Now()
	if err := n.Start(ctx, name); err != nil {
		t.Fatal(err)
	}
	if err := n.AwaitReady(ctx); err != nil {
		t.Fatal(err)
	}
	t.Logf("%s is back after %.1f s", name, time.Since(start).Seconds())
	sameHeight(ctx, t, n)
	create(ctx, t, n, Owner, id+"-back", `{}`)
	for _, o := range Orgs() {
		expect(ctx, t, n, o.Name, id+"-back", `{}`)
	}
}

// sameHeight waits until every orderer has as many blocks as the peer of the owner.
func sameHeight(ctx context.Context, t *testing.T, n *Network) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	owner := Orgs()[0]
	for _, o := range Orgs() {
		for {
			want, err := n.Height(ctx, owner)
			got, _, err2 := metric(ctx, n.config.address(o, portOrdererOperations), heightMetric)
			if err == nil && err2 == nil && uint64(got) == want {
				break
			}
			if pause(ctx, pollEvery) != nil {
				t.Fatalf("the orderer of %s has %.0f blocks (%v), the owner's peer %d (%v)", o.Name, got, err2, want, err)
			}
		}
	}
}

// create commits an asset, trying again while the network gets over a crash.
func create(ctx context.Context, t *testing.T, n *Network, org, id, value string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	contract := contractOf(t, n, org)
	start := time.Now()
	for {
		err := submit(ctx, contract, id, value)
		if err == nil {
			t.Logf("%s committed through %s after %d ms", id, org, time.Since(start).Milliseconds())
			return
		}
		if strings.Contains(err.Error(), "id-in-use") {
			return // an earlier try was committed after all
		}
		if pause(ctx, 100*time.Millisecond) != nil {
			t.Fatalf("%s was not committed: %v", id, err)
		}
	}
}

func submit(ctx context.Context, contract *client.Contract, id, value string) error {
	// A try that is given up too early leaves its transaction in the orderers' pools and adds to their load.
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	_, err := contract.SubmitWithContext(ctx, "Create", client.WithArguments(id, value))
	if err != nil {
		return withDetails(err)
	}
	return nil
}

// expect waits until the organisation's own peer has the value: blocks reach the peers at different moments.
func expect(ctx context.Context, t *testing.T, n *Network, org, id, want string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	contract := contractOf(t, n, org)
	o, err := FindOrg(org)
	if err != nil {
		t.Fatal(err)
	}
	for {
		got, err := contract.EvaluateWithContext(ctx, "Read", client.WithArguments(id), client.WithEndorsingOrganizations(o.MSPID))
		if err == nil && string(got) == want {
			return
		}
		if pause(ctx, 50*time.Millisecond) != nil {
			t.Fatalf("%s at %s is %q (%v), want %q", id, org, got, err, want)
		}
	}
}

func contractOf(t *testing.T, n *Network, org string) *client.Contract {
	t.Helper()
	o, err := FindOrg(org)
	if err != nil {
		t.Fatal(err)
	}
	gateway, closeAll, err := n.dial(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(closeAll)
	return gateway.GetNetwork(Channel).GetContract("plain")
}

func pids(ctx context.Context, t *testing.T, n *Network) map[string]int {
	t.Helper()
	all, err := n.Status(ctx)
	if err != nil {
		t.Fatal(err)
	}
	numbers := map[string]int{}
	for _, s := range all {
		if !s.Running || !s.Healthy {
			t.Errorf("%s: running %v, healthy %v", s.Process.Name, s.Running, s.Healthy)
		}
		numbers[s.Process.Name] = s.PID
	}
	return numbers
}

// ofFolder finds processes by what the kernel says of them, not by the records that Down goes by.
func ofFolder(t *testing.T, data string) []string {
	t.Helper()
	folders, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, path := range folders {
		env, err := os.ReadFile(path)
		if err == nil && strings.Contains(string(env), "="+data+"/") && !strings.Contains(path, fmt.Sprint("/", os.Getpid(), "/")) {
			left = append(left, path)
		}
	}
	return left
}
