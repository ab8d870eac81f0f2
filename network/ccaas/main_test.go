package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestDetect(t *testing.T) {
	for metadata, want := range map[string]string{
		`{"type":"ccaas","label":"plain"}`: "",
		`{"type":"golang"}`:                `type "golang"`,
		`{`:                                "metadata.json",
	} {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "metadata.json"), metadata)
		check(t, metadata, run("detect", []string{t.TempDir(), dir}), want)
	}
	check(t, "no metadata", run("detect", []string{t.TempDir(), t.TempDir()}), "no such file")
}

func TestBuild(t *testing.T) {
	for connection, want := range map[string]string{
		`{"address":"127.0.0.1:7056","tls_required":true,"root_cert":"PEM"}`:  "",
		`{"address":"","tls_required":true,"root_cert":"PEM"}`:                "no address",
		`{"address":"127.0.0.1:7056","tls_required":false,"root_cert":"PEM"}`: "without TLS",
		`{"address":"127.0.0.1:7056","tls_required":true}`:                    "no root certificate",
		`[]`: "connection.json",
	} {
		source, output := t.TempDir(), t.TempDir()
		write(t, filepath.Join(source, "connection.json"), connection)
		check(t, connection, run("build", []string{source, t.TempDir(), output}), want)
	}
}

func TestBuildAndReleaseHandOnWhatThePackageHolds(t *testing.T) {
	const connection = `{"address":"127.0.0.1:7056","tls_required":true,"root_cert":"PEM"}`
	const index = "META-INF/statedb/couchdb/indexes/i.json"
	source, output, release := t.TempDir(), t.TempDir(), t.TempDir()
	write(t, filepath.Join(source, "connection.json"), connection)
	write(t, filepath.Join(source, index), "{}")
	check(t, "build", run("build", []string{source, t.TempDir(), output}), "")
	check(t, "release", run("release", []string{output, release}), "")
	for path, want := range map[string]string{
		filepath.Join(release, "chaincode", "server", "connection.json"): connection,
		filepath.Join(output, index):                                     "{}",
	} {
		if got, err := os.ReadFile(path); err != nil || string(got) != want {
			t.Errorf("%s: %q %v", path, got, err)
		}
	}
}

func TestOtherNames(t *testing.T) {
	check(t, "run", run("run", []string{"a", "b"}), `called as "run"`)
	check(t, "detect without arguments", run("detect", nil), "0 arguments")
}

func check(t *testing.T, what string, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("%s: %v", what, err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("%s: got %v, want %q", what, err, want)
	}
}
