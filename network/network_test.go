package network

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func contains(err error, part string) bool { return err != nil && strings.Contains(err.Error(), part) }

func TestFolderKeepsWhatItWasMadeWith(t *testing.T) {
	folder := t.TempDir()
	n := &Network{config: Config{Data: folder, PortBase: 17450}.withDefaults(), files: layout(folder)}
	if err := n.writeRecord(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]Config{
		"port base": {Data: folder, PortBase: 17050},
		"batch":     {Data: folder, Batch: Batch{MaxMessages: 3}},
		"bft":       {Data: folder, BFT: BFT{ViewChange: time.Hour}},
	} {
		if _, err := Open(c); CodeOf(err) != CodeFolder {
			t.Errorf("%s: got %v, want a %s", name, err, CodeFolder)
		}
	}
	same, err := Open(Config{Data: folder})
	if err != nil || same.config.PortBase != 17450 {
		t.Errorf("the port base is %d (%v), want the recorded one", same.config.PortBase, err)
	}
	if err := os.WriteFile(n.files.record(), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(Config{Data: folder}); CodeOf(err) != CodeFolder || !contains(err, "damaged") {
		t.Errorf("a damaged record: %v", err)
	}
}

func TestOpenWithoutNetwork(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "none")
	if _, err := Open(Config{Data: folder}); CodeOf(err) != CodeAbsent {
		t.Errorf("got %v, want a %s", err, CodeAbsent)
	}
	if exists(folder) {
		t.Error("Open made the folder")
	}
}

func TestOneProgramAtATime(t *testing.T) {
	n := &Network{config: Config{}.withDefaults(), files: layout(t.TempDir())}
	unlock, err := n.lock()
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Down(t.Context()); CodeOf(err) != CodeBusy {
		t.Errorf("got %v, want a %s", err, CodeBusy)
	}
	unlock()
	if err := n.Down(t.Context()); err != nil {
		t.Errorf("after unlocking: %v", err)
	}
}

func TestTogetherGivesTheFirstFailure(t *testing.T) {
	first := errors.New("first")
	err := together(t.Context(),
		func(context.Context) error { return first },
		func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
	)
	if !errors.Is(err, first) {
		t.Errorf("got %v", err)
	}
	if err := together(t.Context()); err != nil {
		t.Errorf("nothing to do: %v", err)
	}
}

func TestMetric(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Write([]byte("# TYPE ledger_blockchain_height gauge\n" +
			"ledger_blockchain_height{channel=\"other\"} 9\nledger_blockchain_height{channel=\"works\"} 1.2e+06\n"))
	}))
	defer s.Close()
	address := strings.TrimPrefix(s.URL, "http://")
	if v, found, err := metric(t.Context(), address, "ledger_blockchain_height"); v != 1.2e6 || !found || err != nil {
		t.Errorf("got %v %v %v", v, found, err)
	}
	if _, found, err := metric(t.Context(), address, "ledger_blockchain"); found || err != nil {
		t.Errorf("another metric: %v %v", found, err)
	}
}

func TestConnection(t *testing.T) {
	n := &Network{config: Config{}.withDefaults(), files: "/data"}
	byName, err := n.Connection(Supervisor)
	if err != nil {
		t.Fatal(err)
	}
	byMSP, err := n.Connection("SupervisorMSP")
	if err != nil || byMSP != byName {
		t.Errorf("by MSP id: %v %v", byMSP, err)
	}
	if byName.PeerEndpoint != "127.0.0.1:7073" || byName.PeerServerName != "peer.supervisor.rootline.example" || byName.Channel != "works" {
		t.Errorf("got %+v", byName)
	}
	if _, err := n.Connection("bank"); CodeOf(err) != CodeConfig {
		t.Errorf("unknown organisation: %v", err)
	}
}

func TestFolderOfOthersIsLeftAlone(t *testing.T) {
	n := &Network{config: Config{}.withDefaults(), files: layout(t.TempDir())}
	other := n.files.at("thesis.txt")
	if err := os.WriteFile(other, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := n.checkFolder(); CodeOf(err) != CodeFolder || !contains(err, "thesis.txt") {
		t.Errorf("got %v, want a %s", err, CodeFolder)
	}
	if err := n.writeRecord(); err != nil {
		t.Fatal(err)
	}
	if err := n.Destroy(t.Context()); err != nil || exists(n.files.record()) || !exists(other) {
		t.Errorf("after Destroy (%v): record %v, the other's file %v", err, exists(n.files.record()), exists(other))
	}
}
