package judge

import (
	"sync"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/jws"
	"github.com/rootline/rootline/rulebook"
)

// keyCache holds parsed public keys by their JWK, since parsing costs a tenth of a verification. It says nothing
// about whose key it is or whether it may sign: that is read from the ledger each time.
type keyCache struct {
	mu   sync.RWMutex
	keys map[jws.Key]*jws.Verifier
	// byKid finds them by the name of the device that has them.
	byKid map[string]jws.Key
}

// maxKeys bounds the cache; past it the cache starts over.
const maxKeys = 20_000

func (c *keyCache) verifier(k jws.Key) (*jws.Verifier, error) {
	c.mu.RLock()
	v := c.keys[k]
	c.mu.RUnlock()
	if v != nil {
		return v, nil
	}
	pub, err := k.Public()
	if err != nil {
		return nil, rootline.Refuse(rootline.CodeBadKey)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if v := c.keys[k]; v != nil {
		return v, nil // another was quicker
	}
	if c.keys == nil || len(c.keys) >= maxKeys {
		for _, old := range c.keys {
			old.Drop()
		}
		c.keys, c.byKid = map[jws.Key]*jws.Verifier{}, map[string]jws.Key{}
	}
	v = jws.NewVerifier(pub)
	c.keys[k], c.byKid[k.Thumbprint()] = v, k
	return v, nil
}

// goodCache remembers which signatures were found good. A gateway judges its own people's events twice, when it takes
// them and when it reads them in a block; the same bytes under the same key give the same answer. Whether the key may
// sign is asked of the ledger each time.
type goodCache struct {
	mu sync.Mutex
	// fresh fills up, then takes the place of old.
	fresh, old map[goodSignature]struct{}
}

type goodSignature struct {
	key         jws.Key
	fingerprint [32]byte
}

// maxGood bounds each half of the cache; both together take about 10 MB.
const maxGood = 20_000

func (c *goodCache) has(s goodSignature) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.fresh[s]; ok {
		return true
	}
	_, ok := c.old[s]
	return ok
}

func (c *goodCache) add(s goodSignature) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fresh == nil || len(c.fresh) >= maxGood {
		c.fresh, c.old = map[goodSignature]struct{}{}, c.fresh
	}
	c.fresh[s] = struct{}{}
}

// Verify reports whether the key made the signature. The error is a refusal of the key.
func (j *Judge) Verify(signed *jws.Signed, key jws.Key) (bool, error) {
	v, err := j.keys.verifier(key)
	if err != nil {
		return false, err
	}
	s := goodSignature{key, signed.Fingerprint()}
	if j.good.has(s) {
		return true, nil
	}
	if v.Verify(signed) != nil {
		return false, nil
	}
	j.good.add(s)
	return true, nil
}

// verifyAhead checks the signatures of a batch on all processors, for the devices that the ledger knows already.
// It only notes what it found good; judging asks again where it did not.
func (j *Judge) verifyAhead(view *overlay, cases []*reading) error {
	devices := make([]*rootline.Device, len(cases))
	for i, c := range cases {
		if c.err != nil {
			continue
		}
		d, err := get[*rootline.Device](view, rootline.Ref{Space: rootline.SpaceDevice, ID: c.signed.Kid})
		if err != nil {
			return err
		}
		devices[i] = d
	}
	parallel(len(cases), func(i int) {
		if d := devices[i]; d != nil && cases[i].verified != d.Key {
			if good, err := j.Verify(cases[i].signed, d.Key); err == nil && good {
				cases[i].verified = d.Key
			}
		}
	})
	return nil
}

// signedBy finds the device that signed and checks that it did: also of an event that was recorded before, since its hash
// does not cover the signature. Whether it may is another question.
func (a *act) signedBy(c *reading) error {
	device, err := get[*rootline.Device](a.view, rootline.Ref{Space: rootline.SpaceDevice, ID: c.signed.Kid})
	if err != nil {
		return err
	}
	if device == nil {
		return rootline.Refuse(rootline.CodeUnknownDevice)
	}
	if c.verified != device.Key {
		good, err := a.judge.Verify(c.signed, device.Key)
		if err != nil {
			return err
		}
		if !good {
			return rootline.Refuse(rootline.CodeBadSignature)
		}
	}
	a.device, a.out.Device = device, device
	return nil
}

// signer finds the device that signed and checks that it did, and that it may, now.
func (a *act) signer(c *reading) error {
	if err := a.signedBy(c); err != nil {
		return err
	}
	device := a.device
	if err := device.Active(a.witnessed); err != nil {
		return err
	}
	var err error
	if a.org, err = a.getOrg(device.Organisation); err != nil {
		return err
	}
	if a.org == nil || a.org.Confirmed == 0 {
		return rootline.Refuse(rootline.CodeNotConfirmed, device.Organisation)
	}
	return a.holdsRole()
}

// needPower refuses unless a rulebook gives the signer's role a power: what the registry knows for all assets, and each
// rulebook says who may.
func (a *act) needPower(book *rulebook.Rulebook, power string, roles []string) error {
	return ruled(a.needRole(roles...), book.Ref()+"/powers/"+power)
}

// needRole refuses unless the signer has one of the roles.
func (a *act) needRole(roles ...string) error {
	for _, r := range roles {
		if a.device.Role == r {
			return nil
		}
	}
	return rootline.Refuse(rootline.CodeWrongRole, a.device.Role, a.event.Action, roles)
}
