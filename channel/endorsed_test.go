package channel

import "testing"

// Endorsed says before a transaction is submitted what becomes of it for its endorsements, here and at Fabric's peers.
func TestEndorsedForesees(t *testing.T) {
	w := newWorks(t)
	a, b := w.orgs[0], w.orgs[1]
	for name, by := range map[string][]*signer{
		"two organisations":   {a.peer, b.peer},
		"three":               {a.peer, b.peer, w.orgs[2].peer},
		"one":                 {a.peer},
		"one twice":           {a.peer, a.peer},
		"two peers of one":    {a.peer, a.another},
		"a client":            {a.peer, b.client},
		"an orderer":          {a.peer, b.orderer},
		"another's authority": {a.peer, certify(t, "B", a.ca, "peer")},
		"a client, and two organisations as well": {a.peer, b.client, w.orgs[2].peer},
	} {
		tx := w.transaction(writing("key "+name, "value"))
		tx.endorsers = by
		var response []byte
		tx.response = func(b []byte) []byte { response = b; return b }
		raw := tx.bytes()
		var endorsements []Endorsement
		for _, s := range by {
			endorsements = append(endorsements, Endorsement{Identity: s.identity(), Signature: s.sign(response, s.identity())})
		}
		ok, err := w.state.Endorsed("works", response, endorsements)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		verdicts, err := w.try(w.block(w.number+1, w.last[:], raw))
		if err != nil || !verdicts[0].Computed || (verdicts[0].Code == Valid) != ok || !ok && verdicts[0].Code != EndorsementPolicyFailure {
			t.Errorf("%s: foreseen %v, and it is %v, %v", name, ok, verdicts, err)
		}
	}
	upper := w.orgs[0].peer
	signed := []Endorsement{{upper.identity(), high(upper.sign([]byte("response"), upper.identity()))}, {b.peer.identity(), b.peer.sign([]byte("response"), b.peer.identity())}}
	if ok, err := w.state.Endorsed("works", []byte("response"), signed); ok || err != nil {
		t.Errorf("a signature that peers do not take: %v, %v", ok, err)
	}
	if _, err := w.state.Endorsed("other", nil, nil); err == nil {
		t.Error("a chaincode that is not defined has a policy")
	}
	tainted := *w.state
	tainted.taint("works")
	if _, err := tainted.Endorsed("works", nil, nil); err == nil {
		t.Error("a chaincode whose keys may have policies of their own is foreseen")
	}
}
