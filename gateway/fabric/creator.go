package fabric

import (
	"slices"
	"sync"

	"github.com/hyperledger/fabric-gateway/pkg/identity"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"

	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/limits"
)

// creators reads Fabric identities and remembers them, since a few gateways submit nearly everything.
type creators struct {
	mu    sync.Mutex
	known map[string]block.Creator
}

// maxCreators bounds the memory; past it, it starts over.
const maxCreators = 1000

func (c *creators) read(serialized []byte) (block.Creator, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if creator, ok := c.known[string(serialized)]; ok {
		return creator, nil
	}
	var id msp.SerializedIdentity
	if err := read("creator", serialized, &id); err != nil {
		return block.Creator{}, err
	}
	creator := block.Creator{MSPID: id.GetMspid()}
	// The orderers' own transactions carry no certificate; who has none is no admin.
	if cert, err := identity.CertificateFromPEM(id.GetIdBytes()); err == nil {
		creator.Name = cert.Subject.CommonName
		creator.Admin = slices.Contains(cert.Subject.OrganizationalUnit, wire.AdminOU)
	}
	if len(serialized) > limits.RememberedIdentity {
		return creator, nil
	}
	if c.known == nil || len(c.known) >= maxCreators {
		c.known = map[string]block.Creator{}
	}
	c.known[string(serialized)] = creator
	return creator, nil
}

// creator is the identity of this client, as transactions carry it.
func (c *Client) creator() *msp.SerializedIdentity {
	id := c.gateway.Identity()
	return &msp.SerializedIdentity{Mspid: id.MspID(), IdBytes: id.Credentials()}
}
