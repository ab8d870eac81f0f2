package network

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"

	"go.yaml.in/yaml/v3"
)

var update = flag.Bool("update", false, "write the golden files anew")

// What Fabric is told, whole: a change of a time-out or a policy shows in the golden files.
func TestRenderedFiles(t *testing.T) {
	n := &Network{config: Config{}.withDefaults(), files: "/data"}
	o := Orgs()[1]
	for name, content := range map[string]any{
		"configtx.yaml":  n.channelFile(),
		"core.yaml":      n.peerFile(o),
		"orderer.yaml":   n.ordererFile(o),
		"cryptogen.yaml": cryptoConfig{PeerOrgs: cryptoOf("peer", 1)},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := yaml.Marshal(content)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", name)
			if *update {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s differs from its golden file; see the difference with: go test ./network -run TestRenderedFiles -update && git diff", name)
			}
		})
	}
}

func TestPackageIsTheSameEveryTime(t *testing.T) {
	m := packageMetadata{Type: "ccaas", Label: "plain"}
	c := packageConnection{Address: "127.0.0.1:7056", DialTimeout: "10s", TLSRequired: true, RootCert: "PEM"}
	pkg, err := renderPackage(m, c)
	if err != nil {
		t.Fatal(err)
	}
	// A change of these bytes is a change of every package id: networks would install and approve anew.
	sum := sha256.Sum256(pkg)
	if got, want := hex.EncodeToString(sum[:8]), "f5e95faa79d93d59"; got != want {
		t.Errorf("the package's hash begins with %s, want %s", got, want)
	}
	files := unpack(t, pkg)
	if got, want := string(files["metadata.json"]), `{"type":"ccaas","label":"plain"}`; got != want {
		t.Errorf("metadata.json is %s, want %s", got, want)
	}
	const want = `{"address":"127.0.0.1:7056","dial_timeout":"10s","tls_required":true,"client_auth_required":false,"root_cert":"PEM"}`
	if got := string(unpack(t, files["code.tar.gz"])["connection.json"]); got != want {
		t.Errorf("connection.json is %s, want %s", got, want)
	}
}

func unpack(t *testing.T, archive []byte) map[string][]byte {
	t.Helper()
	zip, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for tape := tar.NewReader(zip); ; {
		h, err := tape.Next()
		if err == io.EOF {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		if files[h.Name], err = io.ReadAll(tape); err != nil {
			t.Fatal(err)
		}
	}
}
