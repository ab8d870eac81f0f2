package fabric

import (
	"crypto/sha256"

	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/proto"
)

// Sign signs a message with the gateway's identity, which is given as msp.SerializedIdentity: ECDSA in DER over the SHA-256 of
// the message, S in the lower half.
func (c *Client) Sign(message []byte) (identity, signature []byte, err error) {
	identity, err = proto.Marshal(&msp.SerializedIdentity{Mspid: c.id.MspID(), IdBytes: c.id.Credentials()})
	if err != nil {
		return nil, nil, err
	}
	sum := sha256.Sum256(message)
	signature, err = c.sign(sum[:])
	return identity, signature, err
}
