package e2e

import (
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/rootline/rootline/proof/vectors"
	"github.com/rootline/rootline/web"
)

// verifierScene is what the test of the page that verifies proofs finds.
type verifierScene struct {
	Site    string `json:"site"`
	Through string `json:"through"`
	// Saved is the page as it was saved, Vectors the table of proofs, Huge a file of 1 GiB.
	Saved   string `json:"saved"`
	Vectors string `json:"vectors"`
	Huge    string `json:"huge"`
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
	dir := t.TempDir()
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
		Site: site.URL, Through: at.Host, Vectors: "../proof/vectors/" + vectors.Name,
		Saved: filepath.Join(dir, "rootline-verify.html"), Huge: filepath.Join(dir, "huge.rlproof"), Lat: 38_912_000, Lon: 115_912_000,
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
