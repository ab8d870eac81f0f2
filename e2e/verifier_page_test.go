package e2e

import (
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rootline/rootline/web"
)

// verifierScene is what the test of the page that verifies proofs finds.
type verifierScene struct {
	Site    string `json:"site"`
	Through string `json:"through"`
	// Saved is the page as it was saved, Proofs the folder with every tampered proof and its manifest, Huge a file of 1 GiB.
	Saved  string `json:"saved"`
	Proofs string `json:"proofs"`
	Huge   string `json:"huge"`
	// Lat and Lon are where the phone is, in micro-degrees.
	Lat int64 `json:"lat"`
	Lon int64 `json:"lon"`
}

// TestTheVerifiersPage opens the page that verifies proofs as a gateway serves it and as it lies on a disk, on a phone and at a
// desk, and gives it proofs and what is none. No network is needed, and none is there.
func TestTheVerifiersPage(t *testing.T) {
	if !web.Built() {
		t.Skip("the pages are not built: make web")
	}
	proofs := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "go", "test", "../proof", "-run", "^TestTampers$", "-count=1", "-write", proofs).CombinedOutput(); err != nil { // a folder of this test
		t.Fatalf("%v\n%s", err, out)
	}
	site := httptest.NewServer(web.Handler())
	defer site.Close()
	at, err := url.Parse(site.URL)
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../web/dist/verify/index.html")
	if err != nil {
		t.Fatal(err)
	}
	s := verifierScene{
		Site: site.URL, Through: at.Host, Proofs: proofs,
		Saved: filepath.Join(proofs, "rootline-verify.html"), Huge: filepath.Join(proofs, "huge.rlproof"), Lat: 38_912_000, Lon: 115_912_000,
	}
	if err := os.WriteFile(s.Saved, page, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.Huge, []byte("RLPROOF1"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(s.Huge, 1<<30); err != nil {
		t.Fatal(err)
	}
	inBrowser(t, "verifier", s)
}
