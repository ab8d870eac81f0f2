package network

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// layout names every file under the data folder. Paths are absolute, since programs start in other folders.
type layout string

func newLayout(data string) (layout, error) {
	abs, err := filepath.Abs(data)
	if err != nil {
		return "", fail(CodeConfig, err, "", "the data folder %q has no absolute path", data)
	}
	return layout(abs), nil
}

func (l layout) at(parts ...string) string {
	return filepath.Join(append([]string{string(l)}, parts...)...)
}

// parts are all names that this package makes in the data folder.
var parts = []string{"network.json", "lock", "channel", "crypto", "bin", "run", "log", "config", "ledger", "packages"}

// foreign gives a name in the data folder that this package does not make, or "".
func (l layout) foreign() (string, error) {
	entries, err := os.ReadDir(string(l))
	for _, e := range entries {
		if name := e.Name(); !slices.Contains(parts, name) && name != "crypto.new" && !strings.HasPrefix(name, ".new-") {
			return name, nil
		}
	}
	return "", err
}

func (l layout) record() string               { return l.at("network.json") }
func (l layout) lock() string                 { return l.at("lock") }
func (l layout) block() string                { return l.at("channel", Channel+".block") }
func (l layout) channelConfig() string        { return l.at("channel") }
func (l layout) crypto() string               { return l.at("crypto") }
func (l layout) builder() string              { return l.at("bin", "ccaas") }
func (l layout) chaincode(name string) string { return l.at("bin", "chaincode-"+name) }
func (l layout) runs() string                 { return l.at("run") }
func (l layout) run(process string) string    { return l.at("run", process+".json") }
func (l layout) log(process string) string    { return l.at("log", process+".log") }

func (l layout) peerConfig(o Org) string    { return l.at("config", o.Name+"-peer") }
func (l layout) ordererConfig(o Org) string { return l.at("config", o.Name+"-orderer") }
func (l layout) peerLedger(o Org) string    { return l.at("ledger", o.Name+"-peer") }
func (l layout) ordererLedger(o Org) string { return l.at("ledger", o.Name+"-orderer") }

func (l layout) chaincodePackage(cc string, o Org) string {
	return l.at("packages", cc+"-"+o.Name+".tar.gz")
}

// org is the folder that cryptogen makes for an organisation.
func (l layout) org(o Org) string { return l.at("crypto", "peerOrganizations", o.Domain) }

func (l layout) orgMSP(o Org) string { return filepath.Join(l.org(o), "msp") }

func (l layout) tlsCA(o Org) string {
	return filepath.Join(l.org(o), "tlsca", "tlsca."+o.Domain+"-cert.pem")
}

func (l layout) tlsCAKey(o Org) string { return filepath.Join(l.org(o), "tlsca", "priv_sk") }

func (l layout) peer(o Org) node { return node(filepath.Join(l.org(o), "peers", o.peerHost())) }
func (l layout) orderer(o Org) node {
	return node(filepath.Join(l.org(o), "orderers", o.ordererHost()))
}
func (l layout) admin(o Org) node   { return node(filepath.Join(l.org(o), "users", "Admin@"+o.Domain)) }
func (l layout) service(o Org) node { return node(filepath.Join(l.org(o), "users", "User1@"+o.Domain)) }

func (l layout) chaincodeCert(cc string, o Org) string {
	return filepath.Join(l.org(o), "chaincodes", cc+".crt")
}

func (l layout) chaincodeKey(cc string, o Org) string {
	return filepath.Join(l.org(o), "chaincodes", cc+".key")
}

// node is the folder of one identity: an MSP for signing and a certificate for TLS.
type node string

func (n node) msp() string            { return filepath.Join(string(n), "msp") }
func (n node) key() string            { return filepath.Join(string(n), "msp", "keystore", "priv_sk") }
func (n node) tls(file string) string { return filepath.Join(string(n), "tls", file) }

// cert is the signing certificate. cryptogen names the file after the folder.
func (n node) cert() string {
	return filepath.Join(string(n), "msp", "signcerts", filepath.Base(string(n))+"-cert.pem")
}

// writeFile writes a whole file or none, and makes its folder.
func writeFile(path string, data []byte, mode os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(data)
	if e := tmp.Chmod(mode); err == nil {
		err = e
	}
	if e := tmp.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
