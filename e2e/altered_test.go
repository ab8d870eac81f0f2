package e2e

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-gateway/pkg/hash"
	"github.com/hyperledger/fabric-gateway/pkg/identity"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	api "github.com/rootline/rootline/client"
	"github.com/rootline/rootline/e2e/stage"
	"github.com/rootline/rootline/network"
)

// Two organisations run chaincode that judges nothing, and endorse for each other. What they forge gets into a block,
// since two endorsements are enough; every other organisation's gateway sees it, says so, and does not believe it.
func TestTwoOrganisationsWithAlteredChaincodeAreSeenByTheOthers(t *testing.T) {
	w := site(t)
	honest, other, forged := rootline.NewCode(contractorPrefix), rootline.NewCode(contractorPrefix), rootline.NewCode(contractorPrefix)
	w.do(w.sign(w.nursery, w.selecting(honest)), w.sign(w.nursery, w.selecting(other)))
	w.alter(map[string]string{network.Contractor: altered(t), network.Supervisor: altered(t)})
	defer w.alter(nil)

	// A tree that never was, under the name of a device that never signed; a tree accepted before it was planted; and
	// an event that is in order, of which something else was made.
	stranger := &person{key: newKey(t)}
	fromNothing := w.sign(stranger, w.selecting(forged))
	tooSoon := w.sign(w.supervisor, w.accepting(honest))
	inOrder := w.sign(w.nursery, w.event(other, "lift", `{"rootBall":500}`))
	var last uint64
	for _, sub := range []rootline.Submission{fromNothing, tooSoon, inOrder} {
		last = w.collude(sub)
	}
	for i, g := range []*api.Gateway{w.owner, w.regulator} {
		t.Run("at "+g.URL(), func(t *testing.T) {
			r := stage.AwaitBlock(t, g, last)
			if r.Alarms < 3 {
				t.Errorf("%d alarms", r.Alarms)
			}
			kinds := map[string]int{}
			page, err := g.Findings(t.Context(), 100, "")
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range page.Items {
				kinds[f.Kind]++
			}
			if kinds["judged-otherwise"] < 2 || kinds["writes-differ"] < 1 {
				t.Errorf("findings: %v", kinds)
			}
			metrics := fetch(t, http.MethodGet, gatewayURL(i)+"/metrics", "").body
			for _, kind := range []string{"judged-otherwise", "writes-differ"} {
				if !strings.Contains(metrics, `rootline_projection_findings_total{kind="`+kind+`"}`) {
					t.Errorf("no metric of %s", kind)
				}
			}
			notBelieved(t, g, honest, "selected", 1)
			notBelieved(t, g, other, "selected", 1)
			if _, err := g.Asset(t.Context(), forged); rootline.CodeOf(err) != rootline.CodeNotFound && rootline.CodeOf(err) != rootline.CodeUnknownAsset {
				t.Errorf("the forged tree: %v", err)
			}
			for _, lang := range []string{"en", "zh"} {
				if a := fetch(t, http.MethodGet, gatewayURL(i)+"/8004/"+honest+"?lang="+lang, "", "Accept", "text/html"); a.status != http.StatusOK {
					t.Errorf("its page in %s: HTTP %d", lang, a.status)
				}
			}
		})
	}

	// Once the two run what they agreed to, the works go on.
	w.alter(nil)
	code := rootline.NewCode(contractorPrefix)
	w.do(w.sign(w.nursery, w.selecting(code)))
}

// notBelieved checks that a gateway shows an asset as it was judged, and says that something is in dispute.
func notBelieved(t *testing.T, g *api.Gateway, code, state string, seq uint64) {
	t.Helper()
	a, err := g.Asset(t.Context(), code)
	if err != nil {
		t.Fatal(err)
	}
	if a.State != state || a.Seq != seq || !a.Disputed {
		t.Errorf("%s is %s with %d events, disputed %v", code, a.State, a.Seq, a.Disputed)
	}
	events, err := g.AssetEvents(t.Context(), code, 10, "")
	if err != nil {
		t.Fatal(err)
	}
	disputed := 0
	for _, e := range events.Items {
		if e.Status == api.Disputed {
			disputed++
		}
	}
	if disputed != 1 {
		t.Errorf("%s shows %d disputed events", code, disputed)
	}
}

var alteredProgram string

// altered builds the test build of the chaincode that judges nothing.
func altered(t *testing.T) string {
	t.Helper()
	if alteredProgram == "" {
		program, err := build("altered", "./e2e/altered")
		if err != nil {
			t.Fatal(err)
		}
		alteredProgram = program
	}
	return alteredProgram
}

// refusing is the same program under the name by which it refuses everything.
func refusing(t *testing.T) string {
	t.Helper()
	program := filepath.Join(ledger.data, "bin", "refusing")
	if err := os.Link(altered(t), program); err != nil && !errors.Is(err, fs.ErrExist) {
		t.Fatal(err)
	}
	return program
}

// alter replaces the chaincode services of organisations by other programs; nil puts the real ones back.
func (w *works) alter(programs map[string]string) {
	w.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	_, err := network.Up(ctx, network.Config{
		Data: filepath.Join(ledger.data, "network"), PortBase: portBase,
		Chaincodes: []network.Chaincode{{Name: wire.Chaincode, Package: "./chaincode", BinaryOf: programs}},
	}, network.PrintProgress(w.Output()))
	w.ok(err)
}

// collude has a transaction endorsed by the contractor and the supervisor alone, and returns its block.
func (w *works) collude(sub rootline.Submission) uint64 {
	w.Helper()
	arg, err := wire.EncodeBatch([]rootline.Submission{sub})
	w.ok(err)
	return w.colludeOn(arg)
}

// colludeOn is collude with the argument of Record as it is.
func (w *works) colludeOn(arg string) uint64 {
	w.Helper()
	contract := w.contract(network.Contractor)
	ctx, cancel := context.WithTimeout(w.Context(), time.Minute)
	defer cancel()
	proposal, err := contract.NewProposal(wire.FnRecord, client.WithArguments(arg), client.WithEndorsingOrganizations("ContractorMSP", "SupervisorMSP"))
	w.ok(err)
	transaction, err := proposal.EndorseWithContext(ctx)
	w.ok(err)
	commit, err := transaction.SubmitWithContext(ctx)
	w.ok(err)
	status, err := commit.StatusWithContext(ctx)
	w.ok(err)
	if !status.Successful {
		w.Fatalf("the forged transaction did not get into a block: %s", status.Code)
	}
	return status.BlockNumber
}

// contract is the chaincode as an organisation's own client calls it, past every gateway.
func (w *works) contract(org string) *client.Contract {
	w.Helper()
	gateway, _, _ := w.past(org)
	return gateway.GetNetwork(network.Channel).GetContract(wire.Chaincode)
}

// past connects to an organisation's peer as its own client, past every gateway, and gives what it signs with.
func (w *works) past(org string) (*client.Gateway, identity.Sign, *grpc.ClientConn) {
	w.Helper()
	c, err := ledger.Network.Connection(org)
	w.ok(err)
	tls, err := credentials.NewClientTLSFromFile(c.TLSCACert, c.PeerServerName)
	w.ok(err)
	conn, err := grpc.NewClient(c.PeerEndpoint, grpc.WithTransportCredentials(tls))
	w.ok(err)
	w.Cleanup(func() { _ = conn.Close() })
	certPEM, err := os.ReadFile(c.ServiceCert)
	w.ok(err)
	cert, err := identity.CertificateFromPEM(certPEM)
	w.ok(err)
	id, err := identity.NewX509Identity(c.MSPID, cert)
	w.ok(err)
	keyPEM, err := os.ReadFile(c.ServiceKey)
	w.ok(err)
	key, err := identity.PrivateKeyFromPEM(keyPEM)
	w.ok(err)
	sign, err := identity.NewPrivateKeySign(key)
	w.ok(err)
	gateway, err := client.Connect(id, client.WithSign(sign), client.WithHash(hash.SHA256), client.WithClientConnection(conn))
	w.ok(err)
	w.Cleanup(func() { _ = gateway.Close() })
	return gateway, sign, conn
}
