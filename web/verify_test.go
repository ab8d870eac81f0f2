package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"strings"
	"testing"
)

// The page that verifies proofs is one file that reaches nothing, whoever serves it, and its hash stands beside it.
func TestTheVerifierIsOneFile(t *testing.T) {
	if !Built() {
		t.Skip("the pages are not built")
	}
	page, err := read(Assets(), verifyPage)
	if err != nil {
		t.Fatal(err)
	}
	sum, err := read(Assets(), "verify/sha256.txt")
	if err != nil {
		t.Fatal(err)
	}
	if hash := sha256.Sum256(page); string(sum) != hex.EncodeToString(hash[:])+"  rootline-verify.html\n" {
		t.Errorf("the page's hash is said to be %q", sum)
	}
	policy := policyOf(verifyPage, page)
	if !strings.HasPrefix(policy, "default-src 'none'; script-src 'sha256-") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "connect") {
		t.Errorf("the policy is %q", policy)
	}
	for tag, expression := range map[string]string{"script": `<script type="module">`, "style": `<style>`} {
		_, after, found := bytes.Cut(page, []byte(expression))
		inside, _, ended := bytes.Cut(after, []byte("</"+tag+">"))
		hash := sha256.Sum256(inside)
		if !found || !ended || !strings.Contains(policy, tag+"-src 'sha256-"+base64.StdEncoding.EncodeToString(hash[:])+"'") {
			t.Errorf("the policy does not name the %s that is there", tag)
		}
		if n := bytes.Count(page, []byte("<"+tag)); n != 1 {
			t.Errorf("it has %d elements of %s", n, tag)
		}
	}
	head, _, _ := bytes.Cut(page, []byte("<style>"))
	if from := regexp.MustCompile(`(?:src|href)="[^"d][^"]*"`).Find(head); from != nil {
		t.Errorf("it loads %s", from)
	}
	// The reader of rulebooks' texts is more than half of it.
	if len(page) > 512<<10 {
		t.Errorf("it has %d bytes", len(page))
	}
}
