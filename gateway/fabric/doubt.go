package fabric

import (
	"context"

	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"
)

// doubt blames an organisation that judged otherwise than the own peer. A peer that is honest and a few blocks apart does so,
// too, and may have caught up when it is asked for its height: that is FaultHeight, which passes soon. It counts as such when
// its height is another now, when it read other versions of what both read, or when it takes what it refused before.
func (g *gathering) doubt(a answer, fault Fault, own answer) {
	conduct := g.endorsers.conduct
	if !conduct.mayDoubt(a.msp) {
		return // one of several that were under way at once
	}
	defer conduct.doubted(a.msp)
	apart, err := g.apart(a.msp)
	switch {
	case err != nil:
		conduct.letGo(a.msp)
		return
	case apart, fault == FaultDiffers && readApart(a.payload(), own.payload()), fault == FaultRefuses && !g.refusesStill(a.msp):
		fault = FaultHeight
	}
	conduct.blame(a.msp, fault)
}

// apart reports whether an organisation's peer stands elsewhere than the own one, as far as both say so. One that does not
// say it does not stand elsewhere. The error is that the own one does not say it.
func (c *Client) apart(msp string) (bool, error) {
	ctx, cancel := context.WithTimeout(context.Background(), othersPatience)
	defer cancel()
	least, err := c.heightAt(ctx, c.endorsers.own)
	if err != nil {
		return false, err
	}
	theirs, err := c.heightBy(ctx, msp)
	if err != nil {
		return false, nil
	}
	most, err := c.heightAt(ctx, c.endorsers.own)
	return err == nil && (theirs < least || theirs > most), nil
}

// readApart reports whether two endorsed outcomes come from different heights: a key that both read has another version.
func readApart(one, other []byte) bool {
	versions := reads(one)
	for key, version := range reads(other) {
		if before, both := versions[key]; both && !proto.Equal(before, version) {
			return true
		}
	}
	return false
}

// reads are the versions of the keys that an endorsed outcome was made from; nil of those that did not exist. Of what cannot
// be read there are none.
func reads(payload []byte) map[[2]string]*kvrwset.Version {
	var response peer.ProposalResponsePayload
	var action peer.ChaincodeAction
	var sets rwset.TxReadWriteSet
	if read("response", payload, &response) != nil || read("action", response.GetExtension(), &action) != nil ||
		read("read set", action.GetResults(), &sets) != nil {
		return nil
	}
	out := map[[2]string]*kvrwset.Version{}
	for _, set := range sets.GetNsRwset() {
		var kv kvrwset.KVRWSet
		if read("read set", set.GetRwset(), &kv) != nil {
			continue
		}
		for _, r := range kv.GetReads() {
			out[[2]string{set.GetNamespace(), r.GetKey()}] = r.GetVersion()
		}
	}
	return out
}

// refusesStill proposes the same once more, and reports whether an organisation refuses what the own peer still accepts.
func (g *gathering) refusesStill(msp string) bool {
	request, err := g.signed(g.fn, g.arg)
	if err != nil {
		return false
	}
	again := &gathering{Client: g.Client, request: request}
	theirs := make(chan answer, 1)
	go func() { theirs <- again.endorse(msp) }()
	own := again.endorse(g.endorsers.own)
	return (<-theirs).refused != nil && own.err == nil
}
