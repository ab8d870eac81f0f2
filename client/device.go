package client

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/jws"
)

// Device signs events. It may be used by many goroutines.
type Device struct {
	// Kid is the RFC 7638 thumbprint of the device's public key.
	Kid string
	// Net is the ledger that it signs for.
	Net string
	// Organisation (an MSP id), Role and Name (a pseudonym) are as the ledger has them. They are for showing: what the
	// device may do is decided by the ledger's record.
	Organisation, Role, Name string
	// Gateway is the URL of the gateway that it was enrolled through.
	Gateway string

	key *ecdsa.PrivateKey
}

// NewDevice makes a device with a fresh P-256 key. No ledger knows it yet: see Enrol and FirstDevice.
func NewDevice(net string) (*Device, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	return &Device{Kid: jws.KeyOf(&key.PublicKey).Thumbprint(), Net: net, key: key}, nil
}

// Key is the public key.
func (d *Device) Key() jws.Key { return jws.KeyOf(&d.key.PublicKey) }

// Sign fills what an event lacks of its own (ID with a new one of this device, At with now), checks its form, and signs it. The
// filled event is the caller's to keep: sent again under the same ID it is recorded once. An event that no gateway
// could take is refused here, as an *rootline.Error.
func (d *Device) Sign(e *rootline.Event) (rootline.Submission, error) {
	if e.ID == "" {
		e.ID = rootline.NewEventID(d.Kid)
	}
	if e.At == 0 {
		e.At = rootline.InstantOf(time.Now())
	}
	payload, err := json.Marshal(e)
	if err != nil {
		return rootline.Submission{}, rootline.Refuse(rootline.CodeMalformedEvent, err)
	}
	if _, err := rootline.ParseEvent(payload); err != nil {
		return rootline.Submission{}, err
	}
	compact, err := jws.Sign(d.key, rootline.TypEvent, d.Net, payload)
	return rootline.Submission{JWS: compact}, err
}

// signInLife is how long a sign-in may take to arrive. A gateway takes at most five minutes.
const signInLife = 2 * time.Minute

// SignIn makes the message that lets the device in at the gateway of that origin ("https://works.example"), once.
// The caller names the origin that it really talks to, or a hostile gateway could use the message at another.
func (d *Device) SignIn(origin string) (string, error) {
	var nonce [16]byte
	_, _ = rand.Read(nonce[:]) // never fails, by its documentation
	payload, err := json.Marshal(rootline.SignIn{
		Origin:  origin,
		Nonce:   base64.RawURLEncoding.EncodeToString(nonce[:]),
		Expires: rootline.InstantOf(time.Now().Add(signInLife)),
	})
	if err != nil {
		return "", err
	}
	return jws.Sign(d.key, rootline.TypSignIn, d.Net, payload)
}

// encodeData makes the data of an event from its typed body.
func encodeData(v any) (json.RawMessage, error) {
	b, err := json.Marshal(v)
	return json.RawMessage(b), err
}
