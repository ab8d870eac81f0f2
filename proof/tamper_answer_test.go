package proof

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"slices"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/channel"
)

func (x *tamperer) answers() {
	s := x.tale
	item := slices.Index(s.ask(s.keys...).keys, "A/"+s.code)
	for i := range 4 {
		x.leaf("altered payload", codeEndorsement, func(a *channel.Answer) { a.Response = flip(a.Response, len(a.Response)/4*i+11) })
		x.leaf("altered question", codeProposalHash, func(a *channel.Answer) { a.Proposal = flip(a.Proposal, len(a.Proposal)/4*i+11) })
		x.leaf("altered channel header", codeProposalHash, func(a *channel.Answer) { a.Header = flip(a.Header, len(a.Header)/4*i+3) })
		x.leaf("altered signature header", codeProposalHash, func(a *channel.Answer) { a.Signer = flip(a.Signer, len(a.Signer)/4*i+3) })
		x.leaf("signature of an endorser", codeEndorsement, func(a *channel.Answer) { a.Endorsements[i].Signature = flip(a.Endorsements[i].Signature, 9+i*7) })
		x.leaf("high S of an endorser", codeEndorsement, func(a *channel.Answer) { a.Endorsements[i].Signature = lowered(a.Endorsements[i].Signature, true) })
		x.leaf("bytes after an endorser's signature", codeEndorsement, func(a *channel.Answer) {
			a.Endorsements[i].Signature = append(slices.Clone(a.Endorsements[i].Signature), 0)
		})
		x.leaf("signatures exchanged", codeEndorsement, func(a *channel.Answer) {
			j := (i + 1) % 4
			a.Endorsements[i].Signature, a.Endorsements[j].Signature = a.Endorsements[j].Signature, a.Endorsements[i].Signature
		})
		x.alter("answer with unknown fields", codeAnswerForm, func(b *Bundle) {
			b.Answers[0] = protowire.AppendVarint(protowire.AppendTag(b.Answers[0], protowire.Number(5+i), protowire.VarintType), 1)
		})
	}
	x.leaf("one organisation twice, the same peer", codeOrder, func(a *channel.Answer) { a.Endorsements = append(a.Endorsements, a.Endorsements[3]) })
	x.leaf("endorsements out of order", codeOrder, func(a *channel.Answer) { slices.Reverse(a.Endorsements) })
	x.leaf("two organisations", codeTooFewOrganisations, func(a *channel.Answer) { a.Endorsements = a.Endorsements[:2] })
	x.leaf("nobody", codeAnswerForm, func(a *channel.Answer) { a.Endorsements = nil })
	x.alter("no answer at all", codeAnswerForm, func(b *Bundle) { b.Answers[0] = []byte("answer") })
	x.alter("answer twice", codeOrder, func(b *Bundle) { b.Answers = append(b.Answers, b.Answers[0]) })
	x.alter("answer of another ledger", codeEndorser, func(b *Bundle) { b.Answers = x.twin.bundle().Answers })
	x.ask("altered payload, proposal hash", codeProposalHash, func(q *asking) { q.hash = hashOf(nil) })
	x.ask("transaction id", codeTransactionId, func(q *asking) { q.id = "00" })
	x.ask("another channel", codeChannel, func(q *asking) { q.channel = "other" })
	x.ask("another type", codeAnswerForm, func(q *asking) { q.kind = int32(common.HeaderType_CONFIG) })
	x.ask("creator of another ledger", codeCreator, func(q *asking) { q.creator = x.twin.orgs[0].client })
	x.ask("other chaincode in the header", codeChaincode, func(q *asking) { q.called = "other" })
	x.ask("other chaincode in the call", codeChaincode, func(q *asking) { q.specified = "other" })
	x.ask("other chaincode that answers", codeChaincode, func(q *asking) { q.running = "other" })
	x.ask("other function", codeFunction, func(q *asking) { q.args = [][]byte{[]byte("Get"), nonce, []byte(encodeKeys(q.keys))} })
	x.ask("endorsed Record", codeFunction, func(q *asking) { q.args = [][]byte{[]byte(wire.FnRecord), []byte(must(wire.EncodeBatch(nil)))} })
	x.ask("more arguments", codeFunction, func(q *asking) { q.args = [][]byte{[]byte(wire.FnAttest), nonce, []byte(encodeKeys(q.keys)), nil} })
	x.ask("other spelling", codeFunction, func(q *asking) { q.args = [][]byte{[]byte("Contract:Attest"), nonce, []byte(encodeKeys(q.keys))} })
	x.ask("short nonce", codeFunction, func(q *asking) { q.nonce, q.answered = nonce[:15], nonce[:15] })
	x.ask("keys out of order", codeFunction, func(q *asking) {
		q.args = [][]byte{[]byte(wire.FnAttest), nonce, []byte(encodeKeys(append(q.keys[1:], q.keys[0])))}
	})
	x.ask("key twice", codeFunction, func(q *asking) {
		q.args = [][]byte{[]byte(wire.FnAttest), nonce, []byte(encodeKeys(append([]string{q.keys[0]}, q.keys...)))}
	})
	x.ask("the seal left out", codeFunction, func(q *asking) {
		q.args = [][]byte{[]byte(wire.FnAttest), nonce, []byte(encodeKeys(slices.DeleteFunc(slices.Clone(q.keys), func(k string) bool { return k == "S/" })))}
	})
	for _, status := range []int32{0, 201, 400, 500} {
		x.ask(fmt.Sprint("status ", status), codeStatus, func(q *asking) { q.status = status })
	}
	x.ask("writes present", codeWrites, func(q *asking) { q.writes = []*kvrwset.KVWrite{{Key: "A/X", Value: []byte{1}}} })
	x.ask("writes in another namespace", codeWrites, func(q *asking) {
		q.more = []*rwset.NsReadWriteSet{{Namespace: "other", Rwset: marshal(&kvrwset.KVRWSet{Writes: []*kvrwset.KVWrite{{Key: "A/X", Value: []byte{1}}}})}}
	})
	x.ask("metadata written", codeWrites, func(q *asking) {
		q.more = []*rwset.NsReadWriteSet{{Namespace: "other", Rwset: marshal(&kvrwset.KVRWSet{MetadataWrites: []*kvrwset.KVMetadataWrite{{Key: "A/X"}}})}}
	})
	x.ask("an event", codeWrites, func(q *asking) { q.events = []byte{10, 1, 'x'} })
	x.ask("wrong nonce", codeNonce, func(q *asking) { q.answered = []byte("0123456789abcdeX") })
	x.ask("altered read version", codeEventPlace, func(q *asking) {
		q.reads[item].Version = &kvrwset.Version{BlockNum: q.reads[item].GetVersion().GetBlockNum(), TxNum: 9}
	})
	x.ask("read version of a block that there is not", codeHeaderMissing, func(q *asking) {
		i := slices.Index(q.keys, "L/")
		q.reads[i].Version = &kvrwset.Version{BlockNum: 9999}
	})
	x.ask("key that was not asked for", codeReadSet, func(q *asking) { q.reads = append(q.reads, &kvrwset.KVRead{Key: "Z/"}) })
	x.ask("key that was not read", codeReadSet, func(q *asking) { q.reads = q.reads[1:] })
	x.ask("another key read", codeReadSet, func(q *asking) { q.reads[item].Key = "A/" + s.lot + "X" })
	x.ask("other namespace", codeReadSet, func(q *asking) {
		q.more = []*rwset.NsReadWriteSet{{Namespace: "other", Rwset: marshal(&kvrwset.KVRWSet{Reads: []*kvrwset.KVRead{{Key: "A/X"}}})}}
	})
	x.ask("range read", codeReadSet, func(q *asking) {
		q.more = []*rwset.NsReadWriteSet{{Namespace: "other", Rwset: marshal(&kvrwset.KVRWSet{RangeQueriesInfo: []*kvrwset.RangeQueryInfo{{StartKey: "A"}}})}}
	})
	x.ask("private read", codeReadSet, func(q *asking) {
		q.more = []*rwset.NsReadWriteSet{{Namespace: "other", CollectionHashedRwset: []*rwset.CollectionHashedReadWriteSet{{CollectionName: "c", HashedRwset: marshal(&kvrwset.HashedRWSet{HashedReads: []*kvrwset.KVReadHash{{KeyHash: []byte("k")}}})}}}}
	})
	x.ask("value without version", codePresence, func(q *asking) { q.reads[item].Version = nil })
	x.ask("version without value", codePresence, func(q *asking) { q.values[item] = nil })
	x.ask("a value too few", codeValues, func(q *asking) { q.values = q.values[1:] })
	x.ask("values that are none", codeValues, func(q *asking) { q.payload = []byte("no CBOR") })
	x.ask("values not in their one form", codeValues, func(q *asking) {
		q.payload = append([]byte(must(wire.EncodeAttested(&wire.Attested{Nonce: q.answered, Values: q.values}))), 0)
	})
	x.records(item)
	x.ask("value of another key", codeRecord, func(q *asking) {
		i := slices.Index(q.keys, "L/")
		q.values[i], q.values[item] = q.values[item], q.values[i]
	})
	x.altered("answer of another item", codeNotAttested, s.bundle(), func(b *Bundle) { b.Answers = s.absence("9520001TREE0000002").Answers })
	x.ask("left out: an event", codeNotAttested, func(q *asking) { q.drop("E/" + s.idOf(s.events[2].compact())) })
	x.ask("left out: a device", codeNotAttested, func(q *asking) { q.drop("D/" + s.planter.kid) })
	x.ask("left out: an organisation", codeNotAttested, func(q *asking) { q.drop("O/" + s.orgs[0].id) })
	x.ask("left out: the item", codeNotAttested, func(q *asking) { q.drop("A/" + s.code) })
	x.ask("left out: the list", codeNotAttested, func(q *asking) { q.drop("A/" + s.lot) })
	x.ask("from the future", codeFuture, func(q *asking) { q.at += 3_600_000 })
	several := func(name string, code Code, change func(first, second *asking)) {
		half := len(s.keys) / 2
		first, second := s.ask(append(slices.Clone(s.keys[:half]), "A/"+s.code)...), s.ask(append(slices.Clone(s.keys[half:]), "A/"+s.code)...)
		change(first, second)
		answers := [][]byte{first.finish(), second.finish()}
		slices.SortFunc(answers, bytes.Compare)
		c := x.unpacked(name, code, s.bundleOf(answers...).encode())
		c.Benign = code == ""
	}
	several("two answers", "", func(_, _ *asking) {})
	several("two answers of two nonces", codeAnswersDiffer, func(_, b *asking) { b.nonce, b.answered = []byte("another nonce of"), []byte("another nonce of") })
	several("two answers of two moments", codeAnswersDiffer, func(_, b *asking) {
		i := slices.Index(b.keys, "A/"+s.code)
		b.reads[i].Version = &kvrwset.Version{BlockNum: 5}
	})
	several("two answers by different organisations", codeTooFewOrganisations, func(a, b *asking) { a.endorsers, b.endorsers = a.endorsers[:3], b.endorsers[2:] })
}

// want asks for one more key, under which nothing lies.
func (q *asking) want(key string) {
	i, _ := slices.BinarySearch(q.keys, key)
	q.keys, q.values, q.reads = slices.Insert(q.keys, i, key), slices.Insert(q.values, i, nil), slices.Insert(q.reads, i, &kvrwset.KVRead{Key: key})
}

func (q *asking) drop(key string) {
	i := slices.Index(q.keys, key)
	q.keys, q.values, q.reads = slices.Delete(q.keys, i, i+1), slices.Delete(q.values, i, i+1), slices.Delete(q.reads, i, i+1)
}

// parts are proofs with several answers.
func (x *tamperer) parts() {
	s := x.tale
	all, half := s.ask(s.keys...).finish(), s.ask(s.keys[:len(s.keys)/2]...).finish()
	rest := s.ask(s.keys[len(s.keys)/2:]...).finish()
	with := func(name string, code Code, answers ...[]byte) {
		slices.SortFunc(answers, bytes.Compare)
		x.unpacked(name, code, s.bundleOf(answers...).encode()).Benign = code == ""
	}
	with("several answers", "", half, rest)
	with("an answer beside one that says it all", codeUnused, all, half)
	with("an answer beside others that say it all", codeUnused, half, rest, s.ask(s.keys[5:len(s.keys)-5]...).finish())
	with("an answer about what is always asked for", codeUnused, all, s.ask().finish())
}

func (x *tamperer) certificates() {
	s := x.tale
	o := s.orgs[3]
	for i := range 4 {
		replaced := func(name string, code Code, by func(o *org) *signer) {
			x.ask(name, code, func(q *asking) { q.endorsers[i] = by(s.orgs[i]) })
		}
		replaced("client as peer", codeEndorserRole, func(o *org) *signer { return o.client })
		replaced("admin as peer", codeEndorserRole, func(o *org) *signer { return o.boss })
		replaced("orderer as peer", codeEndorserRole, func(o *org) *signer { return o.orderer })
		replaced("foreign CA", codeEndorser, func(*org) *signer { return x.twin.orgs[i].peer })
		replaced("authority as peer", codeEndorser, func(o *org) *signer { return o.ca })
		replaced("no role", codeEndorser, func(o *org) *signer { return s.certify(o.id, certificate{name: "nobody", by: o.ca}) })
		replaced("two roles", codeEndorser, func(o *org) *signer {
			return s.certify(o.id, certificate{name: "both", by: o.ca, units: []string{"peer", "client"}})
		})
		replaced("expired at the time", codeEndorserExpired, func(o *org) *signer {
			return s.certify(o.id, certificate{name: "old", by: o.ca, units: []string{"peer"}, notBefore: begins.Time().AddDate(-1, 0, 0), notAfter: begins.Time()})
		})
		replaced("not valid yet at the time", codeEndorserExpired, func(o *org) *signer {
			return s.certify(o.id, certificate{name: "new", by: o.ca, units: []string{"peer"}, notBefore: s.now.Time().Add(time.Hour), notAfter: s.now.Time().AddDate(1, 0, 0)})
		})
		for _, more := range []pkix.Extension{critical(unknownExtension), constrainedNames, critical(constrainedNames)} {
			replaced("extension that not all read alike", codeEndorser, func(o *org) *signer {
				return s.certify(o.id, certificate{name: "strange", by: o.ca, units: []string{"peer"}, more: []pkix.Extension{more}})
			})
		}
		replaced("extension that is not looked at", "", func(o *org) *signer {
			return s.certify(o.id, certificate{name: "attributes", by: o.ca, units: []string{"peer"}, more: []pkix.Extension{unknownExtension}})
		})
		x.all[len(x.all)-1].Benign = true
		replaced("certificate signed over SHA-384", codeEndorser, func(o *org) *signer {
			return s.certify(o.id, certificate{name: "sha384", by: o.ca, units: []string{"peer"}, algorithm: x509.ECDSAWithSHA384})
		})
		replaced("signed by another", codeEndorsement, func(o *org) *signer {
			return &signer{o.id, o.peer.cert, o.peer.pem, s.orgs[(i+1)%4].peer.key}
		})
	}
	x.ask("revoked", codeEndorserRevoked, func(q *asking) { q.endorsers[3] = o.second })
	for i := range 3 {
		x.ask("one organisation twice", codeOrganisationTwice, func(q *asking) { q.endorsers[i+1] = s.orgs[i].second; q.endorsers[i] = s.orgs[i].peer })
	}
	x.ask("one organisation twice beside the others", codeOrganisationTwice, func(q *asking) { q.endorsers = append(q.endorsers, s.orgs[0].second) })
	x.leaf("a certificate of the same key, changed", codeEndorser, func(a *channel.Answer) {
		a.Endorsements[1].Identity = flip(a.Endorsements[1].Identity, 300)
		slices.SortFunc(a.Endorsements, func(x, y channel.Endorsement) int { return bytes.Compare(x.Identity, y.Identity) })
	})
}

// records spells the item's record in other ways than its one form.
func (x *tamperer) records(item int) {
	for _, c := range []struct {
		name  string
		spell func(record []byte) []byte
	}{
		{"bytes after it", func(r []byte) []byte { return append(slices.Clone(r), 0) }},
		{"a longer head", func(r []byte) []byte { return append([]byte{0xb8, r[0] & 0x1f}, r[1:]...) }},
		{"a length that is not given", func(r []byte) []byte { return append(append([]byte{0xbf}, r[1:]...), 0xff) }},
		{"members out of order", func(r []byte) []byte {
			// The first member is 1, a text; the second is 2, a text: shorter than 24 bytes each.
			one := 2 + int(r[2]&0x1f)
			two := 2 + int(r[1+one+1]&0x1f)
			return slices.Concat(r[:1], r[1+one:1+one+two], r[1:1+one], r[1+one+two:])
		}},
		{"a float", func(r []byte) []byte { return append(append([]byte{r[0] + 1}, r[1:]...), 0x18, 99, 0xf9, 0, 0) }},
	} {
		x.ask("record in another form: "+c.name, codeRecord, func(q *asking) { q.values[item] = c.spell(q.values[item]) })
	}
}
