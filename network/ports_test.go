package network

import (
	"context"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
)

// The table in docs/network.md, in figures. A change here breaks networks that exist.
func TestPortTable(t *testing.T) {
	n := &Network{config: Config{Chaincodes: []Chaincode{{Name: "a", Binary: "x"}, {Name: "b", Binary: "x"}, {Name: "c", Binary: "x"}}}.withDefaults()}
	want := map[string]string{
		"owner-orderer":         "[7050 7051 7052]",
		"owner-peer":            "[7053 7054 7055]",
		"owner-chaincode-a":     "[7056]",
		"owner-chaincode-c":     "[7058]",
		"contractor-orderer":    "[7060 7061 7062]",
		"supervisor-peer":       "[7073 7074 7075]",
		"regulator-chaincode-b": "[7087]",
	}
	seen := map[int]string{}
	for _, o := range Orgs() {
		seen[n.config.GatewayPort(o)] = o.Name + "'s gateway"
	}
	for _, p := range n.Processes() {
		if w, listed := want[p.Name]; listed && fmt.Sprint(p.Ports) != w {
			t.Errorf("%s has ports %v, want %s", p.Name, p.Ports, w)
		}
		for _, port := range p.Ports {
			if other, taken := seen[port]; taken {
				t.Errorf("%s and %s share port %d", p.Name, other, port)
			}
			seen[port] = p.Name
			if port < 7050 || port >= 7090 {
				t.Errorf("%s uses port %d outside the block", p.Name, port)
			}
		}
	}
	if got := n.config.GatewayPort(Orgs()[3]); got != 7089 {
		t.Errorf("the regulator's gateway port is %d, want 7089", got)
	}
}

func TestTakenPortIsSaidBeforeAnythingStarts(t *testing.T) {
	const base = 17450
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", base+portsPerOrg*2+portPeer))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c := Config{Data: t.TempDir(), PortBase: base, Chaincodes: []Chaincode{{Name: "plain", Package: "./bench/plain"}}}
	_, err = Up(context.Background(), c, nil)
	if CodeOf(err) != CodePort {
		t.Fatalf("got %v, want a %s", err, CodePort)
	}
	for _, part := range []string{"port 17473", "supervisor-peer", programName(os.Getpid()), fmt.Sprintf("(process %d)", os.Getpid())} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the message lacks %q: %v", part, err)
		}
	}
	for _, made := range []string{"run", "log", "crypto", "network.json"} {
		if exists(c.Data + "/" + made) {
			t.Errorf("%s was made although the port was taken", made)
		}
	}
}
