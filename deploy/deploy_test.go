// Package deploy holds the files of a deployment in containers. There is no code in it.
package deploy

import (
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// What may differ between a node in a container and one that network/ starts: where it is, and who.
var ofThePlace = map[string][]string{
	"core.yaml": {
		"peer.id", "peer.listenAddress", "peer.address", "peer.chaincodeListenAddress", "peer.fileSystemPath", "peer.mspConfigPath",
		"peer.localMspId", "peer.gossip.bootstrap", "peer.gossip.endpoint", "peer.gossip.externalEndpoint", "peer.tls.cert.file",
		"peer.tls.key.file", "peer.tls.rootcert.file", "chaincode.externalBuilders.0.path", "ledger.snapshots.rootDir",
		"operations.listenAddress",
	},
	"orderer.yaml": {
		"General.ListenAddress", "General.ListenPort", "General.LocalMSPDir", "General.LocalMSPID", "General.TLS.PrivateKey",
		"General.TLS.Certificate", "General.TLS.RootCAs.0", "General.Cluster.ClientCertificate", "General.Cluster.ClientPrivateKey",
		"General.Cluster.RootCAs", "General.Cluster.RootCAs.0", "FileLedger.Location", "Operations.ListenAddress", "Admin.ListenAddress",
		"Admin.TLS.PrivateKey", "Admin.TLS.Certificate", "Admin.TLS.RootCAs.0", "Admin.TLS.ClientRootCAs.0", "Consensus.WALDir",
		"Consensus.SnapDir",
	},
	"configtx.yaml": {
		"MSPDir", "Identity", "ClientTLSCert", "ServerTLSCert", "Host", "Port", "OrdererEndpoints.0",
	},
}

// Nodes in containers are set up like those that every test of the project runs on.
func TestNodesAreSetUpAsTheTestedOnes(t *testing.T) {
	for file, allowed := range ofThePlace {
		t.Run(file, func(t *testing.T) {
			here, there := read(t, file), read(t, "../network/testdata/"+file)
			if file == "configtx.yaml" { // the shorthand for the organisations is ours
				here, there = here["Profiles"].(map[string]any), there["Profiles"].(map[string]any)
			}
			for _, path := range differences("", here, there) {
				last := path[strings.LastIndex(path, ".")+1:]
				if !slices.Contains(allowed, path) && !(file == "configtx.yaml" && (slices.Contains(allowed, last) || strings.HasSuffix(path, "OrdererEndpoints.0"))) {
					t.Errorf("%s differs from what network/ writes", path)
				}
			}
		})
	}
}

// Every setting that docker-compose.yaml asks for is one that scripts/organisation writes.
func TestSettingsOfComposeAreWritten(t *testing.T) {
	script := text(t, "../scripts/organisation")
	asked := regexp.MustCompile(`\$\{([A-Z_]+)\}`).FindAllStringSubmatch(text(t, "../docker-compose.yaml"), -1)
	if len(asked) == 0 {
		t.Fatal("docker-compose.yaml asks for nothing")
	}
	for _, m := range asked {
		if !strings.Contains(script, "\n"+m[1]+"=") {
			t.Errorf("scripts/organisation does not write %s", m[1])
		}
	}
}

func text(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func read(t *testing.T, path string) map[string]any {
	t.Helper()
	var m map[string]any
	if err := yaml.Unmarshal([]byte(text(t, path)), &m); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return m
}

// differences gives the paths at which two YAML trees differ.
func differences(at string, a, b any) []string {
	var paths []string
	below := func(key string, x, y any) {
		paths = append(paths, differences(strings.TrimPrefix(at+"."+key, "."), x, y)...)
	}
	switch x := a.(type) {
	case map[string]any:
		y, ok := b.(map[string]any)
		if !ok {
			return []string{at}
		}
		for k := range x {
			below(k, x[k], y[k])
		}
		for k := range y {
			if _, ok := x[k]; !ok {
				below(k, nil, y[k])
			}
		}
	case []any:
		y, ok := b.([]any)
		if !ok || len(x) != len(y) {
			return []string{at}
		}
		for i := range x {
			below(fmt.Sprint(i), x[i], y[i])
		}
	default:
		if !reflect.DeepEqual(a, b) {
			return []string{at}
		}
	}
	return paths
}
