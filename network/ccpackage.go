package network

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
)

// packageMetadata is metadata.json of a chaincode package.
type packageMetadata struct {
	Type  string `json:"type"`
	Label string `json:"label"`
}

// packageConnection is connection.json: where a peer finds the service.
type packageConnection struct {
	Address            string `json:"address"`
	DialTimeout        string `json:"dial_timeout"`
	TLSRequired        bool   `json:"tls_required"`
	ClientAuthRequired bool   `json:"client_auth_required"`
	RootCert           string `json:"root_cert"`
}

// makePackage writes the organisation's package of the i-th chaincode. Organisations have packages of their own, since
// each runs its service at its own address under its own TLS authority. The same input gives the same bytes,
// so that a later Up finds the package that is installed.
func (n *Network) makePackage(i int, o Org) error {
	cc := n.config.Chaincodes[i]
	root, err := os.ReadFile(n.files.tlsCA(o))
	if err != nil {
		return fail(CodeFolder, err, "", "the TLS authority of %s cannot be read", o.Name)
	}
	pkg, err := renderPackage(
		packageMetadata{Type: "ccaas", Label: cc.Name},
		packageConnection{Address: n.config.chaincodeAddress(o, i), DialTimeout: "10s", TLSRequired: true, RootCert: string(root)},
	)
	if err != nil {
		return err
	}
	path := n.files.chaincodePackage(cc.Name, o)
	if err := writeFile(path, pkg, 0o644); err != nil {
		return fail(CodeFolder, err, "", "%s cannot be written", path)
	}
	return nil
}

func renderPackage(m packageMetadata, c packageConnection) ([]byte, error) {
	connection, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	code, err := tarball(entry{"connection.json", connection})
	if err != nil {
		return nil, err
	}
	meta, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	return tarball(entry{"metadata.json", meta}, entry{"code.tar.gz", code})
}

type entry struct {
	name string
	data []byte
}

// tarball packs files without times or owners. It does not compress: the bytes must not depend on the Go version.
func tarball(entries ...entry) ([]byte, error) {
	var buf bytes.Buffer
	zip, err := gzip.NewWriterLevel(&buf, gzip.NoCompression)
	if err != nil {
		return nil, err
	}
	tape := tar.NewWriter(zip)
	for _, e := range entries {
		if err := tape.WriteHeader(&tar.Header{Name: e.name, Mode: 0o644, Size: int64(len(e.data)), Format: tar.FormatUSTAR}); err != nil {
			return nil, err
		}
		if _, err := tape.Write(e.data); err != nil {
			return nil, err
		}
	}
	if err := tape.Close(); err != nil {
		return nil, err
	}
	if err := zip.Close(); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// packageID is Fabric's name of an installed package: its label and the hash over its bytes. It is empty
// while the package has not been made.
func (n *Network) packageID(i int, o Org) string {
	cc := n.config.Chaincodes[i]
	pkg, err := os.ReadFile(n.files.chaincodePackage(cc.Name, o))
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(pkg)
	return cc.Name + ":" + hex.EncodeToString(sum[:])
}
