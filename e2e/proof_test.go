package e2e

import (
	"encoding/json"
	"errors"
	"net/http"
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
	link := "/api/v1/assets/" + code + "/proof"
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
	if s := fetch(t, http.MethodGet, gatewayURL(0)+link+"?seal=true", "").status; s != http.StatusUnauthorized {
		t.Errorf("a guest seals: HTTP %d", s)
	}
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
