package e2e

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/e2e/stage"
	"github.com/rootline/rootline/gateway/app"
	"github.com/rootline/rootline/network"
	"github.com/rootline/rootline/proof"
	"github.com/rootline/rootline/proof/vectors"
)

// beside starts one more organisation's gateway beside the owner's and the regulator's, which knows where these are.
func beside(t *testing.T, org string, others string) *client.Gateway {
	t.Helper()
	c, err := ledger.Network.Connection(org)
	if err != nil {
		t.Fatal(err)
	}
	port := httpPort + 40 + slices.IndexFunc(network.Orgs(), func(o network.Org) bool { return o.Name == org })
	config := app.Config{
		Listen: fmt.Sprintf("127.0.0.1:%d", port), Origin: fmt.Sprintf("http://localhost:%d", port), Store: t.TempDir(),
		Peer: c.PeerEndpoint, PeerName: c.PeerServerName, PeerCA: c.TLSCACert,
		MSP: c.MSPID, Cert: c.ServiceCert, Key: c.ServiceKey, Channel: c.Channel, Genesis: c.Genesis, Gateways: others,
	}
	process := exec.Command(ledger.options.Program, "serve")
	process.Env = append(os.Environ(), config.Env()...)
	process.Stderr = t.Output()
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = process.Process.Kill()
		_ = process.Wait()
	})
	g, err := client.NewGateway(config.Origin, client.WithPatience(patience))
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// voicesOf are the outcomes by organisation.
func voicesOf(j *client.ProofJob) map[string]string {
	out := map[string]string{}
	for _, v := range j.Voices {
		out[v.Organisation] = v.Outcome
	}
	return out
}

// secondVerifier has the page's verifier, which is written apart from package proof, say of proofs what they are worth: a code,
// "" for a valid one, and the same in its report as the first.
func secondVerifier(t *testing.T, a *proof.Anchor, proofs map[string][]byte, codes map[string]proof.Code) {
	t.Helper()
	if _, err := os.Stat("../web/node_modules/vitest"); err != nil {
		t.Log("the pages' tools are not installed: the second verifier is not asked")
		return
	}
	var table vectors.Builder
	for _, name := range slices.Sorted(maps.Keys(proofs)) {
		var summary []byte
		b, err := proof.Decode(proofs[name])
		if err == nil {
			var r *proof.Report
			if r, err = proof.Verify(b, a, proof.Options{}); err == nil {
				summary, err = json.Marshal(r)
			}
		}
		v := vectors.Vector{Name: name}
		if fault := new(proof.Fault); errors.As(err, &fault) {
			v.Code, v.Exit = string(fault.Code), fault.Code.Exit()
		} else if err != nil {
			t.Fatal(err)
		}
		if v.Code != string(codes[name]) {
			t.Errorf("%s: %q, want %q", name, v.Code, codes[name])
		}
		if err := table.Add(v, proofs[name], a.Encode(), summary); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(t.TempDir(), vectors.Name)
	if err := os.WriteFile(file, table.Encode(), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "npx", "vitest", "run", "--config", "verify/vitest.config.ts")
	cmd.Dir = "../web"
	cmd.Env = append(os.Environ(), "ROOTLINE_VECTORS="+file, "ROOTLINE_VECTORS_LEAST=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("the second verifier: %v\n%s", err, out)
	}
}

// The list of a section's items is signed by the gateways of several organisations, each of which finds it in its own read
// model, and verifies from another organisation's anchor.
func TestASetIsSignedBySeveralGateways(t *testing.T) {
	w := site(t)
	var codes []string
	for range 5 {
		code := rootline.NewCode(contractorPrefix)
		w.do(w.sign(w.nursery, w.selecting(code)))
		codes = append(codes, code)
	}
	slices.Sort(codes)
	idle(t, w)
	a := anchorOf(t, w.regulator)
	two := *a
	two.K = 2

	// The owner's gateway knows the regulator's: two of four sign, which is fewer than the anchor asks for.
	j, err := w.owner.ProveSet(t.Context(), client.SetScope{Codes: codes}, nil)
	w.ok(err)
	want := map[string]string{"OwnerMSP": "signed", "RegulatorMSP": "signed", "ContractorMSP": "no-address", "SupervisorMSP": "no-address"}
	if got := voicesOf(j); fmt.Sprint(got) != fmt.Sprint(want) || j.Signed != 2 || j.K != a.K || j.Items != len(codes) {
		t.Fatalf("%v, %+v", got, j)
	}
	file, err := w.owner.SetFile(t.Context(), j.ID)
	w.ok(err)
	byTwo := file
	if _, why := verified(t, file, a, proof.Options{}); why != "too-few-organisations" {
		t.Errorf("by two, of the %d that the anchor asks for: %q", a.K, why)
	}
	r, why := verified(t, file, &two, proof.Options{Code: "codes"})
	if why != "" || !slices.Equal(r.Organisations, []string{"OwnerMSP", "RegulatorMSP"}) || len(r.Items) != len(codes) {
		t.Fatalf("%q, %+v", why, r)
	}
	for i, item := range r.Items {
		shown, err := w.regulator.Asset(t.Context(), item.Code)
		w.ok(err)
		if item.Code != codes[i] || item.Seq != shown.Seq || item.Head != shown.Head {
			t.Errorf("item %d: %+v", i, item)
		}
	}

	// With the contractor's and the supervisor's all four sign. It asks while events come.
	fourth := beside(t, network.Supervisor, "")
	g := beside(t, network.Contractor, "OwnerMSP="+gatewayURL(0)+",RegulatorMSP="+gatewayURL(1)+",SupervisorMSP="+fourth.URL())
	stage.AwaitBlock(t, fourth, j.Block)
	stage.AwaitBlock(t, g, j.Block)
	_, err = g.SignIn(t.Context(), w.reader)
	w.ok(err)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				w.do(w.sign(w.nursery, w.selecting(rootline.NewCode(contractorPrefix))))
			}
		}
	}()
	began := time.Now()
	j, err = g.ProveSet(t.Context(), client.SetScope{Filter: url.Values{"maker": {"ContractorMSP"}, "kind": {"tree"}}}, nil)
	took := time.Since(began)
	close(stop)
	<-stopped
	w.ok(err)
	t.Logf("%d items, signed by %d in %v: %v", j.Items, j.Signed, took, voicesOf(j))
	if file, err = g.SetFile(t.Context(), j.ID); err != nil {
		t.Fatal(err)
	}
	r, why = verified(t, file, a, proof.Options{Code: "assets?kind=tree&maker=ContractorMSP", Now: rootline.InstantOf(time.Now()), MaxAge: time.Hour})
	if why != "" || len(r.Organisations) != 4 || r.Exit() != proof.ExitValid || len(r.Items) < len(codes) || len(r.Items) != j.Items {
		t.Fatalf("%q, %+v", why, r)
	}

	four := file

	// With the items' own proofs, whose hashes are in what was signed.
	j, err = g.ProveSet(t.Context(), client.SetScope{Codes: codes, Whole: true}, nil)
	w.ok(err)
	if j.Proofs != len(codes) || j.Signed != 4 {
		t.Fatalf("%+v", j)
	}
	packed, err := g.SetFile(t.Context(), j.ID)
	w.ok(err)
	z, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	w.ok(err)
	read := func(name string) []byte {
		f, err := z.Open(name)
		w.ok(err)
		b, err := io.ReadAll(f)
		w.ok(err)
		return b
	}
	r, why = verified(t, read("set"+proof.Extension), a, proof.Options{})
	if why != "" {
		t.Fatal(why)
	}
	for _, item := range r.Items {
		b := read("items/" + item.Code + proof.Extension)
		if item.Proof == nil || rootline.HashOf(b) != *item.Proof {
			t.Fatalf("%s: another proof", item.Code)
		}
		if own, why := verified(t, b, a, proof.Options{Code: item.Code}); why != "" || own.Item.Head != item.Head {
			t.Errorf("%s: %q", item.Code, why)
		}
	}

	secondVerifier(t, a, map[string][]byte{"four": four, "two": byTwo, "whole": read("set" + proof.Extension)}, map[string]proof.Code{"two": "too-few-organisations"})

	// The command takes a set, and verifies it with its items; without one of them it is refused.
	dir := t.TempDir()
	inDir := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		w.ok(os.WriteFile(path, b, 0o600))
		return path
	}
	run := func(args ...string) (string, int) {
		cmd := exec.CommandContext(t.Context(), ledger.options.Program, args...)
		out, err := cmd.CombinedOutput()
		if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		return string(out), cmd.ProcessState.ExitCode()
	}
	anchor, taken := inDir("anchor.json", a.Encode()), filepath.Join(dir, "taken.zip")
	list := inDir("codes.txt", []byte(strings.Join(codes, "\n")+"\n"))
	key := filepath.Join(ledger.data, "keys", network.Owner+"-admin.json")
	if out, exit := run("prove-set", "--codes", list, "--whole", "--output", taken, "--device", key, "--gateway", g.URL()); exit != 0 || strings.Contains(out, "no-address") {
		t.Fatalf("prove-set: exit %d\n%s", exit, out)
	}
	if out, exit := run("verify", taken, "--anchor", anchor); exit != proof.ExitValid || !strings.Contains(out, "5 of 5") {
		t.Errorf("verify: exit %d\n%s", exit, out)
	}
	var fewer bytes.Buffer
	zw := zip.NewWriter(&fewer)
	for i, f := range z.File {
		if i != 1 {
			w.ok(zw.Copy(f))
		}
	}
	w.ok(zw.Close())
	if out, exit := run("verify", inDir("fewer.zip", fewer.Bytes()), "--anchor", anchor); exit != proof.ExitRefused || !strings.Contains(out, "part-missing") {
		t.Errorf("verify without an item: exit %d\n%s", exit, out)
	}

	// Who is no member's gateway gets no signature, and a guest no proof.
	if s := fetch(t, http.MethodPost, gatewayURL(0)+"/api/v1/proofs:sign", `{"question":"e30=","identity":"AA==","signature":"AA=="}`, "Content-Type", "application/json").status; s != http.StatusForbidden {
		t.Errorf("a stranger asks for a signature: HTTP %d", s)
	}
	if s := fetch(t, http.MethodPost, gatewayURL(0)+"/api/v1/proofs", "").status; s != http.StatusUnauthorized {
		t.Errorf("a guest asks for a set's proof: HTTP %d", s)
	}
}

// A set of ten thousand items on a real network: made, signed by three gateways, and verified.
//
//	ROOTLINE_MEASURE=1 go test ./e2e -run TestASetOfTenThousandItems -v
func TestASetOfTenThousandItems(t *testing.T) {
	if os.Getenv("ROOTLINE_MEASURE") == "" {
		t.Skip("a measurement: set ROOTLINE_MEASURE")
	}
	w := site(t)
	const n = 10_000
	began := time.Now()
	var subs []rootline.Submission
	for i := range n {
		subs = append(subs, w.sign(w.nursery, w.selecting(rootline.NewCode(contractorPrefix))))
		if len(subs) == 500 || i == n-1 {
			w.do(subs...)
			subs = nil
		}
	}
	t.Logf("%d items recorded in %v", n, time.Since(began))
	last := idle(t, w)
	g := beside(t, network.Contractor, "OwnerMSP="+gatewayURL(0)+",RegulatorMSP="+gatewayURL(1))
	stage.Await(t, g, func(r *client.Readiness) bool { return r.Ready && r.Block >= last.Block })
	_, err := g.SignIn(t.Context(), w.reader)
	w.ok(err)
	began = time.Now()
	j, err := g.ProveSet(t.Context(), client.SetScope{Filter: url.Values{"kind": {"tree"}}}, nil)
	w.ok(err)
	file, err := g.SetFile(t.Context(), j.ID)
	w.ok(err)
	took := time.Since(began)
	began = time.Now()
	r, why := verified(t, file, anchorOf(t, w.regulator), proof.Options{})
	if why != "" || len(r.Items) < n || len(r.Organisations) != 3 {
		t.Fatalf("%q, %+v", why, r)
	}
	t.Logf("%d items, %d bytes: made and taken in %v, verified in %v", len(r.Items), len(file), took, time.Since(began))
	secondVerifier(t, anchorOf(t, w.regulator), map[string][]byte{"ten-thousand": file}, nil)
	if took > time.Minute {
		t.Errorf("a set of %d items takes %v", len(r.Items), took)
	}
}
