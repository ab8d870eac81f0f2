package main

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rootline/rootline/judge/judgetest"
)

// A contract is asked for in the form that was named, and saved as it came. What the gateway makes of it, gateway/httpapi tests.
func TestContractFiles(t *testing.T) {
	s := newStage(t)
	admin := s.enrol(judgetest.Contractor, "admin")
	var asked []string
	inner := s.Config.Handler
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/api/v1/contracts/") && !strings.HasPrefix(r.URL.Path, "/api/v1/claims/") {
			inner.ServeHTTP(w, r)
			return
		}
		if r.Header.Get("Authorization") == "" && r.Header.Get("Cookie") == "" {
			t.Errorf("%s is asked for without a session", r.URL)
		}
		b, _ := io.ReadAll(r.Body)
		asked = append(asked, r.Method+" "+r.URL.RequestURI()+" "+string(b))
		_, _ = w.Write([]byte("file " + r.URL.Path))
	})
	const code = "95200017H2K9QF3ABCD0"
	dir := t.TempDir()
	t.Chdir(dir)
	for _, c := range []struct {
		args      []string
		want, end string
	}{
		{nil, "GET /api/v1/contracts/" + code + "/table?format=csv&lang=en&table=lines ", ".lines.csv"},
		{[]string{"--as", "claims", "--format", "xlsx", "--lang", "zh"}, "GET /api/v1/contracts/" + code + "/table?format=xlsx&lang=zh&table=claims ", ".claims.xlsx"},
		{[]string{"--as", "ocds", "--prefix", "ocds-213czf"}, "GET /api/v1/contracts/" + code + "/ocds?lang=en&prefix=ocds-213czf ", ".ocds.json"},
		{[]string{"--as", "oc4ids"}, "GET /api/v1/contracts/" + code + "/oc4ids?lang=en ", ".oc4ids.json"},
		{[]string{"--as", "sheet", "--lang", "zh"}, "GET /api/v1/claims/" + code + "/sheet?lang=zh ", ".pdf"},
		{[]string{"--as", "pain.001", "--debtor-account", "622", "--wage-account", "623", "--date", "2026-03-12"}, "POST /api/v1/contracts/" + code + `/credit-transfer {"debtor":"622","wages":"623","date":"2026-03-12"}`, ".pain.001.xml"},
	} {
		asked = nil
		if out := s.must(append([]string{"contract", code, "--device", admin}, c.args...)...); !strings.Contains(out, code+c.end) {
			t.Errorf("%v says %s", c.args, out)
		}
		if len(asked) != 1 || strings.TrimSpace(asked[0]) != strings.TrimSpace(c.want) {
			t.Errorf("%v asks for %q, not %q", c.args, asked, c.want)
		}
		if b, err := os.ReadFile(filepath.Join(dir, code+c.end)); err != nil || !strings.HasPrefix(string(b), "file /api/v1/") {
			t.Errorf("%v saves %q: %v", c.args, b, err)
		}
	}
	if code, _, errs := s.run("contract", code, "--as", "gold", "--device", admin); code != exitUsage || !strings.Contains(errs, "pain.001") {
		t.Errorf("an unknown form: %d %s", code, errs)
	}
}
