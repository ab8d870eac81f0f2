package e2e

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/network"
	"github.com/rootline/rootline/proof"
)

// anchorOf is what a gateway's organisation publishes.
func anchorOf(t *testing.T, g *client.Gateway) *proof.Anchor {
	t.Helper()
	published, err := g.ProofAnchor(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(published)
	if err != nil {
		t.Fatal(err)
	}
	a, err := proof.ParseAnchor(b)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// verified verifies a proof by the package that links no network.
func verified(t *testing.T, file []byte, a *proof.Anchor, o proof.Options) (*proof.Report, proof.Code) {
	t.Helper()
	b, err := proof.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	r, err := proof.Verify(b, a, o)
	var fault *proof.Fault
	if err != nil && !errors.As(err, &fault) {
		t.Fatal(err)
	}
	if fault != nil {
		t.Logf("%v", fault)
		return nil, fault.Code
	}
	return r, ""
}

// A stranger takes the proof of a tree from its public page, and verifies it from another organisation's anchor.
func TestAProofFromThePageIsVerified(t *testing.T) {
	w := site(t)
	code := rootline.NewCode(contractorPrefix)
	for _, sub := range w.toTheSite(code) {
		w.do(sub)
	}
	w.do(w.sign(w.planter, w.planting(code)))
	page := fetch(t, http.MethodGet, gatewayURL(0)+"/8004/"+code, "", "Accept", "text/html").body
	link := "/api/v1/assets/" + code + "/proof?rulebooks=true"
	if !strings.Contains(page, `href="`+link+`"`) {
		t.Fatalf("the page leads to no proof:\n%s", page)
	}
	began := time.Now()
	first := fetch(t, http.MethodGet, gatewayURL(0)+link, "")
	took := time.Since(began)
	began = time.Now()
	again := fetch(t, http.MethodGet, gatewayURL(0)+link, "")
	t.Logf("%d bytes, made in %v, given again in %v", len(first.body), took, time.Since(began))
	if first.status != http.StatusOK || again.body != first.body {
		t.Fatalf("HTTP %d, and %d bytes the second time", first.status, len(again.body))
	}
	item, err := w.owner.Asset(t.Context(), code)
	w.ok(err)
	a := anchorOf(t, w.regulator)
	r, why := verified(t, []byte(first.body), a, proof.Options{Code: code, Now: rootline.InstantOf(time.Now()), MaxAge: time.Hour})
	if why != "" || uint64(len(r.Events)) != item.Seq || r.Item.Head != item.Head || len(r.Organisations) != 4 || r.Exit() != proof.ExitValid {
		t.Fatalf("%s, %+v", why, r)
	}
	if len(r.Unconfirmed) > 0 {
		t.Errorf("the beginning of the ledger is not recorded by %v", r.Unconfirmed)
	}
	other := *a
	other.Hash = rootline.HashOf([]byte("another block 0"))
	if _, why := verified(t, []byte(first.body), &other, proof.Options{}); why != "pin" {
		t.Errorf("from another block 0: %q", why)
	}
	nonce := strings.Repeat("5e", 24)
	fresh, err := w.regulator.Proof(t.Context(), code, client.ProofOptions{Nonce: nonce, Deep: true})
	w.ok(err)
	if r, why := verified(t, fresh, a, proof.Options{}); why != "" || r.Nonce != nonce || r.Deep == 0 {
		t.Errorf("with a nonce and blocks: %s, %+v", why, r)
	}
	sealed, err := w.owner.Proof(t.Context(), code, client.ProofOptions{Seal: true})
	w.ok(err)
	if r, why := verified(t, sealed, a, proof.Options{}); why != "" || r.Seal == nil || r.Seal.Block <= r.Events[len(r.Events)-1].Block {
		t.Errorf("with a seal: %s, %+v", why, r)
	}
	if s := fetch(t, http.MethodGet, gatewayURL(0)+link+"&seal=true", "").status; s != http.StatusUnauthorized {
		t.Errorf("a guest seals: HTTP %d", s)
	}

	// With the rulebook's text it says what things are called.
	plain := fetch(t, http.MethodGet, gatewayURL(0)+strings.TrimSuffix(link, "?rulebooks=true"), "")
	if len(plain.body) > 40<<10 {
		t.Errorf("without texts it has %d bytes", len(plain.body))
	}
	r, why = verified(t, []byte(first.body), a, proof.Options{})
	if why != "" || r.ItemTitles == nil || r.ItemTitles.Kind.Zh != "树木" || r.ItemTitles.State.En != "Planted" || r.Events[0].Title.En != "Select at the nursery" || len(r.Rulebooks) != 1 {
		t.Errorf("with texts: %s, %+v", why, r)
	}
	t.Logf("%d bytes without the text of its rulebook", len(plain.body))
	secondVerifier(t, a, map[string][]byte{"plain": []byte(plain.body), "fresh": fresh, "sealed": sealed, "told": []byte(first.body)}, nil)
}

// What a stranger does at the command line: take the anchor from one organisation, the proof from another, and verify it.
func TestProofsAtTheCommandLine(t *testing.T) {
	w := site(t)
	code := rootline.NewCode(contractorPrefix)
	w.do(w.sign(w.nursery, w.selecting(code)))
	idle(t, w)
	dir := t.TempDir()
	run := func(exit int, args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), ledger.options.Program, args...)
		out, err := cmd.Output()
		if failed := new(exec.ExitError); err != nil && (!errors.As(err, &failed) || exit == 0) {
			t.Fatalf("%v: %v\n%s%s", args, err, out, failed.Stderr)
		}
		if got := cmd.ProcessState.ExitCode(); got != exit {
			t.Fatalf("%v: exit %d, want %d\n%s", args, got, exit, out)
		}
		return string(out)
	}
	published := run(0, "anchor", "--gateway", gatewayURL(1))
	if other := run(0, "anchor", "--gateway", gatewayURL(0)); other != published {
		t.Errorf("two organisations publish two anchors:\n%s%s", published, other)
	}
	if shown := run(0, "anchor", "--qr", "--gateway", gatewayURL(0)); shown != published {
		t.Errorf("with a QR code, which goes beside it, the anchor is another:\n%s", shown)
	}
	anchor, key := filepath.Join(dir, "anchor.json"), filepath.Join(ledger.data, "keys", network.Owner+"-admin.json")
	w.ok(os.WriteFile(anchor, []byte(published), 0o600))
	in := func(name string) string { return filepath.Join(dir, name) }
	run(0, "prove", code, "--gateway", gatewayURL(0), "--output", in("plain.rlproof"))
	run(0, "prove", code, "--gateway", gatewayURL(0), "--output", in("told.rlproof"), "--rulebooks", "--nonce", strings.Repeat("7a", 16))
	run(0, "prove", code, "--gateway", gatewayURL(0), "--output", in("sealed.rlproof"), "--seal", "--device", key)
	absent := rootline.NewCode(contractorPrefix)
	run(0, "prove", absent, "--absent", "--gateway", gatewayURL(0), "--output", in("absent.rlproof"))
	var said struct {
		Valid  bool          `json:"valid"`
		Report *proof.Report `json:"report"`
	}
	w.ok(json.Unmarshal([]byte(run(proof.ExitValid, "verify", in("sealed.rlproof"), "--anchor", anchor, "--json")), &said))
	if !said.Valid || said.Report.Seal == nil {
		t.Errorf("with a seal: %+v", said)
	}
	if out := run(proof.ExitValid, "verify", in("told.rlproof"), "--anchor", anchor, "--nonce", strings.Repeat("7a", 16)); !strings.Contains(out, "Tree (tree)") || !strings.Contains(out, "Select at the nursery (select)") {
		t.Errorf("with the rulebook's text:\n%s", out)
	}
	if out := run(proof.ExitValid, "verify", in("told.rlproof"), "--anchor", anchor, "--lang", "zh"); !strings.Contains(out, "树木 (tree)") {
		t.Errorf("in Chinese:\n%s", out)
	}
	run(proof.ExitValid, "verify", in("plain.rlproof"), "--anchor", anchor, "--code", code, "--orgs", "4")
	run(proof.ExitValid, "verify", in("absent.rlproof"), "--anchor", anchor, "--code", absent)
	run(proof.ExitRefused, "verify", in("absent.rlproof"), "--anchor", anchor, "--code", code)
	run(proof.ExitWeaker, "verify", in("plain.rlproof"))
	run(proof.ExitUnreadable, "verify", anchor, "--anchor", anchor)
	for _, args := range [][]string{{absent}, {code, "--absent"}} {
		cmd := exec.CommandContext(t.Context(), ledger.options.Program, append([]string{"prove", "--gateway", gatewayURL(0), "--output", in("none.rlproof")}, args...)...)
		if out, err := cmd.CombinedOutput(); err == nil {
			t.Errorf("prove %v: %s", args, out)
		}
	}
	if _, err := os.Stat(in("none.rlproof")); err == nil {
		t.Error("a file was written of what is not proved")
	}
}

// An item of more keys than one question may have is proved by several answers.
func TestAnItemOfManyKeysIsProved(t *testing.T) {
	w := site(t)
	code := rootline.NewCode(contractorPrefix)
	for _, sub := range w.toTheSite(code) {
		w.do(sub)
	}
	w.do(w.sign(w.planter, w.planting(code)))
	const tended = 280
	for n := 0; n < tended; n += 70 {
		var subs []rootline.Submission
		for range 70 {
			subs = append(subs, w.sign(w.planter, w.event(code, "tend", `{"work":"water"}`)))
		}
		w.do(subs...)
	}
	idle(t, w)
	file, err := w.owner.Proof(t.Context(), code, client.ProofOptions{})
	w.ok(err)
	a := anchorOf(t, w.regulator)
	b, err := proof.Decode(file)
	w.ok(err)
	r, why := verified(t, file, a, proof.Options{Code: code})
	if why != "" || len(r.Events) != tended+6 || *r.OwnEvents != tended+6 || len(b.Answers) < 2 || len(r.Organisations) != 4 {
		t.Fatalf("%q, %d answers, %+v", why, len(b.Answers), r)
	}
	t.Logf("%d events, %d answers, %d bytes", len(r.Events), len(b.Answers), len(file))
	secondVerifier(t, a, map[string][]byte{"many-keys": file}, nil)
}

// That a code was never recorded is proved, and that of one that was is refused.
func TestTheAbsenceOfACodeIsProved(t *testing.T) {
	w := site(t)
	absent := rootline.NewCode(contractorPrefix)
	file, err := w.owner.Absence(t.Context(), absent, "")
	w.ok(err)
	if r, why := verified(t, file, anchorOf(t, w.regulator), proof.Options{Code: absent}); why != "" || r.Kind != proof.KindAbsence.String() {
		t.Errorf("%s, %+v", why, r)
	}
	w.do(w.sign(w.nursery, w.selecting(absent)))
	if _, err := w.owner.Absence(t.Context(), absent, strings.Repeat("00", 16)); rootline.CodeOf(err) != rootline.CodeAssetExists {
		t.Errorf("of one that was recorded: %v", err)
	}
}

// Two organisations whose chaincode lies about what the ledger holds leave two who vouch for anything: too few.
func TestTwoWhoLieAreTooManyForAProof(t *testing.T) {
	w := site(t)
	code := rootline.NewCode(contractorPrefix)
	w.do(w.sign(w.nursery, w.selecting(code)))
	a := anchorOf(t, w.regulator)
	w.alter(map[string]string{network.Contractor: altered(t), network.Supervisor: altered(t)})
	defer w.alter(nil)
	file, err := w.owner.Proof(t.Context(), code, client.ProofOptions{Nonce: strings.Repeat("11", 16)})
	w.ok(err)
	if r, why := verified(t, file, a, proof.Options{}); why != "too-few-organisations" {
		t.Errorf("%q, %+v", why, r)
	}
	// Who is content with two is told who they are: those that do not lie.
	two := *a
	two.K = 2
	r, why := verified(t, file, &two, proof.Options{Organisations: 3})
	if why != "" || r.Item.State != "selected" || !slices.Equal(r.Organisations, []string{"OwnerMSP", "RegulatorMSP"}) || r.Exit() != proof.ExitWeaker {
		t.Errorf("%q, %+v", why, r)
	}
}
