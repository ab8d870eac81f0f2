package proof

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"

	"github.com/rootline/rootline/channel"
)

func (x *tamperer) container() {
	good := stored(x.tale.bundle().encode())
	unpacked := x.tale.bundle().encode()
	for i := range 8 {
		x.add("magic", codeMagic, flip(good[:8:8], i*3)).bytes = append(flip(good[:8:8], i*3), good[8:]...)
		x.add("outer hash", codeOuterHash, append(slices.Concat(good[:8], flip(good[8:40], i*5)), good[40:]...))
		x.add("content", codeOuterHash, append(slices.Clone(good[:40]), flip(good[40:], i*997)...))
	}
	for _, n := range []int{1, 7, 100, len(good) - 60} {
		x.add("truncated", codeOuterHash, good[:len(good)-n])
		x.add("truncated, hashed again", codeDeflate, headed(slices.Clone(good[:len(good)-n])))
	}
	x.add("truncated to the head", codeMagic, good[:7])
	x.add("trailing bytes", codeOuterHash, append(slices.Clone(good), 0))
	x.add("trailing bytes, hashed again", codeDeflate, headed(append(slices.Clone(good), 1, 2, 3)))
	x.add("two files in one", codeOuterHash, slices.Concat(good, good))
	x.add("packed", "", must(pack(unpacked))).Benign = true
	x.add("bomb", codeTooLarge, must(pack(make([]byte, MaxBytes+1))))
	x.add("bomb of lists", codeTooLarge, must(pack(append([]byte{0x9a, 0, 0x40, 0, 0}, make([]byte, 4<<20)...))))
	x.add("bomb of depth", codeCBOR, must(pack(bytes.Repeat([]byte{0x81}, 1<<20))))
	x.unpacked("list that is announced", codeCBOR, []byte{0x9b, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff})
	x.unpacked("text that is announced", codeCBOR, []byte{0x7b, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff})
	for _, c := range []struct {
		name string
		head []byte
	}{{"long number", []byte{unpacked[0], 0, 0x18, 1}}, {"long key", []byte{unpacked[0], 0x18, 0, 1}}, {"float", []byte{unpacked[0], 0, 0xf9, 0x3c, 0}}, {"tag", []byte{unpacked[0], 0, 0xc0, 1}}, {"true", []byte{unpacked[0], 0, 0xf5}}, {"indefinite", []byte{0xbf, 0, 1}}} {
		x.unpacked("not canonical: "+c.name, codeCBOR, append(c.head, unpacked[3:]...))
	}
	x.unpacked("repeated key", codeCBOR, slices.Concat([]byte{unpacked[0] + 1, 0, 1}, unpacked[1:]))
	x.unpacked("keys out of order", codeCBOR, slices.Concat([]byte{unpacked[0], 1, 1, 0, 1}, unpacked[5:]))
	x.unpacked("after the end", codeCBOR, append(slices.Clone(unpacked), 0))
	x.unpacked("unknown field", codeUnknownField, slices.Concat([]byte{unpacked[0] + 1}, unpacked[1:], []byte{0x18, 99, 0}))
	x.unpacked("other version", codeVersion, slices.Concat([]byte{unpacked[0], 0, 2}, unpacked[3:]))
	x.unpacked("other kind", codeUnused, slices.Concat([]byte{unpacked[0], 0, 1, 1, 2}, unpacked[5:]))
	x.unpacked("no kind", codeForm, slices.Concat([]byte{unpacked[0], 0, 1, 1, 9}, unpacked[5:]))
	for _, key := range []byte{fieldLog, fieldTimestamp} {
		x.unpacked("field for later", codeNotYet, []byte{0xa2, 0, 1, key, 0x41, 0})
	}
	x.unpacked("not a map", codeForm, []byte{0x80})
	x.alter("no subject", codeForm, func(b *Bundle) { b.Subject = "" })
	x.alter("long subject", codeForm, func(b *Bundle) { b.Subject = strings.Repeat("<script>alert(1)</script>", 20) })
	x.alter("neighbours of an item", codeUnused, func(b *Bundle) { b.Neighbours = []Neighbours{{List: x.tale.lot}} })
	x.altered("events of an absence", codeUnused, x.tale.absence("9520001TREE0000002"), func(b *Bundle) { b.Events = x.tale.events })
	x.alter("HTML as a code", codeForm, func(b *Bundle) { b.Subject = "<img src=x onerror=alert(1)>" })
	x.alter("no events", codeForm, func(b *Bundle) { b.Events = nil })
	x.alter("no answers", codeForm, func(b *Bundle) { b.Answers = nil })
}

func (x *tamperer) configurations() {
	s := x.tale
	x.unpacked("another ledger of the same names", codePin, x.twin.bundle().encode())
	x.alter("genesis of another ledger", codePin, func(b *Bundle) { b.Configurations[0] = x.twin.configs[0] })
	x.alter("replaced root CA", codePin, func(b *Bundle) {
		orgs := slices.Clone(s.orgs)
		orgs[0] = x.twin.orgs[0]
		b.Configurations[0].Envelope = s.configurationOf(orgs, 0, nil)
	})
	for i := range 6 {
		x.alter("byte of the genesis", codePin, func(b *Bundle) { b.Configurations[0].Envelope = flip(b.Configurations[0].Envelope, i*1601+3) })
		x.alter("byte of a configuration", codeBlockSignatures, func(b *Bundle) { b.Configurations[1].Envelope = flip(b.Configurations[1].Envelope, i*1601+3) })
		x.alter("previous hash of a configuration", codeBlockSignatures, func(b *Bundle) { b.Configurations[1].Previous = flip(b.Configurations[1].Previous, i*5) })
		x.alter("value signed with a configuration", codeBlockSignatures, func(b *Bundle) {
			b.Configurations[1].Signatures.Value = flip(b.Configurations[1].Signatures.Value, i)
		})
		x.alter("signature on a configuration", codeBlockSignatures, func(b *Bundle) {
			b.Configurations[1].Signatures.By[i%3].Signature = flip(b.Configurations[1].Signatures.By[i%3].Signature, 6+i*9)
		})
	}
	x.alter("number of a configuration", codeBlockSignatures, func(b *Bundle) { b.Configurations[1].Number++ })
	x.alter("without the genesis envelope", codePin, func(b *Bundle) { b.Configurations[0].Envelope = nil })
	x.alter("without a later envelope", codePin, func(b *Bundle) { b.Configurations[1].Envelope = nil })
	x.alter("genesis with signatures", codeForm, func(b *Bundle) { b.Configurations[0].Signatures = b.Configurations[1].Signatures })
	x.alter("configuration without signatures", codeForm, func(b *Bundle) { b.Configurations[1].Signatures = nil })
	x.alter("two signatures on a configuration", codeBlockSignatures, func(b *Bundle) {
		b.Configurations[1].Signatures.By = b.Configurations[1].Signatures.By[:2]
	})
	x.alter("genesis dropped", codeForm, func(b *Bundle) { b.Configurations = b.Configurations[1:] })
	x.alter("genesis dropped and the next one pinned", codePin, func(b *Bundle) {
		b.Configurations = b.Configurations[1:]
		b.Configurations[0].Signatures = nil
	})
	x.alter("configuration dropped", codeLastConfig, func(b *Bundle) { b.Configurations = b.Configurations[:1] })
	x.alter("configuration twice", codeOrder, func(b *Bundle) { b.Configurations = append(b.Configurations, b.Configurations[1]) })
	configured := func(name string, code Code, envelope func(*tale) []byte, sign func(*tale, []byte) *Signatures) {
		c := x.tale.copied()
		next := Configuration{Number: c.next, Previous: c.hash, Envelope: envelope(c)}
		next.Signatures = sign(c, channel.Header(next.Number, next.Previous, hashOf(next.Envelope)))
		b := c.bundle()
		b.Configurations = append(b.Configurations, next)
		x.unpacked(name, code, b.encode())
	}
	by := func(config uint64, orgs ...int) func(*tale, []byte) *Signatures {
		return func(c *tale, header []byte) *Signatures {
			if config == 0 {
				config = c.next
			}
			return c.signatures(header, config, orgs...)
		}
	}
	third := func(c *tale) []byte { return c.configuration(2, c.orgs[3].second) }
	configured("configuration skipped", codeConfiguration, func(c *tale) []byte { return c.configuration(3, nil) }, by(0, 0, 1, 2))
	configured("configuration repeated", codeConfiguration, func(c *tale) []byte { return c.configuration(1, nil) }, by(0, 0, 1, 2))
	configured("configuration that is none", codeConfiguration, func(c *tale) []byte { return c.filler() }, by(0, 0, 1, 2))
	x.profile(configured, by(0, 0, 1, 2))
	x.submitted(configured, by(0, 0, 1, 2))
	configured("wrong last configuration", codeLastConfig, third, by(2, 0, 1, 2))
	configured("orderer twice", codeOrder, third, by(0, 0, 1, 1))
	configured("orderers out of order", codeOrder, third, by(0, 1, 0, 2))
	configured("its own new orderers", codeBlockSignatures, func(c *tale) []byte { return c.configurationOf(x.twin.orgs, 2, nil) }, func(c *tale, header []byte) *Signatures {
		return x.twin.signatures(header, c.next, 0, 1, 2)
	})
	for _, change := range []struct {
		name string
		code Code
		do   func(a *Anchor)
	}{
		{"anchor of another channel", codeChannel, func(a *Anchor) { a.Channel = "other" }},
		{"anchor of another net", codeNet, func(a *Anchor) { a.Net = x.twin.net }},
		{"anchor of another block", codePin, func(a *Anchor) { a.Block = 2 }},
		{"anchor of another hash", codePin, func(a *Anchor) { a.Hash = x.twin.genesis }},
		{"anchor whose members do not vouch", codeTooFewOrganisations, func(a *Anchor) { a.Members = []string{"AMSP", "BMSP", "OwnerMSP", "SupervisorMSP"} }},
		{"anchor that asks for all", "", func(a *Anchor) { a.K = 4 }},
	} {
		c := x.unpacked(change.name, change.code, s.bundle().encode())
		change.do(c.anchor)
		c.Benign = change.code == ""
	}
}

// submitted are configurations that peers ask more of than their orderers' signatures: who submitted it, and how.
func (x *tamperer) submitted(configured func(string, Code, func(*tale) []byte, func(*tale, []byte) *Signatures), by func(*tale, []byte) *Signatures) {
	as := func(name string, code Code, change func(c *configuring, s *tale)) {
		configured(name, code, func(s *tale) []byte {
			return s.configurationAs(s.orgs, 2, s.orgs[3].second, func(c *configuring) { change(c, s) })
		}, by)
		x.all[len(x.all)-1].Benign = code == ""
	}
	submit := func(name string, code Code, who func(s *tale) *signer) {
		as(name, code, func(c *configuring, s *tale) { c.signer = who(s); c.by.Creator = c.signer.identity() })
	}
	as("third configuration", "", func(*configuring, *tale) {})
	as("configuration of an epoch", codeConfiguration, func(c *configuring, _ *tale) { c.channel.Epoch = 1 })
	as("configuration of nobody", codeConfiguration, func(c *configuring, _ *tale) { c.by.Creator = nil })
	as("configuration without a nonce", codeConfiguration, func(c *configuring, _ *tale) { c.by.Nonce = nil })
	as("configuration of another channel", codeConfiguration, func(c *configuring, _ *tale) { c.channel.ChannelId = "other" })
	as("configuration that its creator did not sign", codeConfiguration, func(c *configuring, s *tale) { c.signer = s.orgs[1].orderer })
	as("configuration whose creator's signature is spoiled", codeConfiguration, func(c *configuring, _ *tale) {
		c.signed = func(b []byte) []byte { return flip(b, 20) }
	})
	as("high S of who submitted a configuration", codeConfiguration, func(c *configuring, _ *tale) {
		c.signed = func(b []byte) []byte { return lowered(b, true) }
	})
	as("bytes after the signature of who submitted a configuration", codeConfiguration, func(c *configuring, _ *tale) {
		c.signed = func(b []byte) []byte { return append(slices.Clone(b), 0) }
	})
	as("unsigned configuration", codeConfiguration, func(c *configuring, _ *tale) { c.signed = func([]byte) []byte { return nil } })
	submit("configuration submitted by an administrator", "", func(s *tale) *signer { return s.orgs[2].boss })
	submit("configuration submitted by a stranger", codeConfiguration, func(*tale) *signer { return x.twin.orgs[0].orderer })
	submit("configuration submitted by who was revoked", codeConfiguration, func(s *tale) *signer { return s.orgs[3].second })
	submit("configuration submitted by an authority", codeConfiguration, func(s *tale) *signer { return s.orgs[1].ca })
	able := func(names ...string) *common.ConfigValue {
		c := &common.Capabilities{Capabilities: map[string]*common.Capability{}}
		for _, name := range names {
			c.Capabilities[name] = &common.Capability{}
		}
		return &common.ConfigValue{Value: marshal(c)}
	}
	for _, c := range []struct {
		code                 Code
		channel, application *common.ConfigValue
	}{
		{"", able("V2_0"), able("V2_0")}, {"", able("V1_4_3"), able("V2_0", "V1_1")}, {codeConfiguration, able("V1_4_2"), able("V2_5")}, {codeConfiguration, able("V1_1", "V9"), able("V2_5")},
		{codeConfiguration, able(), able("V2_5")}, {codeConfiguration, able("V3_0"), able("V1_4_2")}, {codeConfiguration, able("V3_0"), nil}, {codeConfiguration, nil, able("V2_5")},
		{codeConfiguration, &common.ConfigValue{Value: []byte("no message")}, able("V2_5")},
	} {
		as("capabilities", c.code, func(to *configuring, _ *tale) {
			to.root.Values["Capabilities"], to.application.Values["Capabilities"] = c.channel, c.application
			for _, g := range []*common.ConfigGroup{to.root, to.application} {
				if g.Values["Capabilities"] == nil {
					delete(g.Values, "Capabilities")
				}
			}
		})
	}
}

// Extensions of certificates: one that nobody knows, and constraints on names.
var (
	unknownExtension = pkix.Extension{Id: asn1.ObjectIdentifier{1, 2, 3, 4}, Value: []byte{5, 0}}
	constrainedNames = pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 30}, Value: must(asn1.Marshal(struct {
		Permitted []asn1.RawValue `asn1:"tag:0"`
	}{[]asn1.RawValue{{FullBytes: []byte{0x30, 0x09, 0x82, 0x07, 'e', 'x', 'a', 'm', 'p', 'l', 'e'}}}}))}
)

// critical is an extension, critical.
func critical(e pkix.Extension) pkix.Extension {
	e.Critical = true
	return e
}

// profile are authorities that Fabric takes, and proofs do not: not all who verify would read them alike.
func (x *tamperer) profile(configured func(string, Code, func(*tale) []byte, func(*tale, []byte) *Signatures), by func(*tale, []byte) *Signatures) {
	with := func(name string, code Code, more ...[]byte) {
		configured(name, code, func(c *tale) []byte {
			orgs := slices.Clone(c.orgs)
			one := *orgs[2]
			one.more, orgs[2] = more, &one
			return c.configurationOf(orgs, 2, c.orgs[3].second)
		}, by)
		x.all[len(x.all)-1].Benign = code == ""
	}
	root := func(name string, c certificate) []byte {
		c.name = name
		return x.tale.certify("RegulatorMSP", c).pem
	}
	var many [][]byte
	for i := range 16 {
		many = append(many, root(fmt.Sprint("root ", i), certificate{}))
	}
	with("sixteen authorities", "", many[:15]...)
	with("seventeen authorities", codeConfiguration, many...)
	with("authority with an unknown extension", "", root("known", certificate{more: []pkix.Extension{unknownExtension}}))
	with("authority with an unknown critical extension", codeConfiguration, root("critical", certificate{more: []pkix.Extension{critical(unknownExtension)}}))
	with("authority that constrains names", codeConfiguration, root("names", certificate{more: []pkix.Extension{constrainedNames}}))
	with("authority that signed itself over SHA-384", codeConfiguration, root("sha384", certificate{algorithm: x509.ECDSAWithSHA384}))
	sum := sha512.Sum384([]byte("another curve"))
	key := must(ecdsa.ParseRawPrivateKey(elliptic.P384(), append([]byte{0}, sum[1:]...)))
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: begins.Time(), NotAfter: begins.Time().AddDate(9, 0, 0), IsCA: true, BasicConstraintsValid: true}
	for _, algorithm := range []x509.SignatureAlgorithm{x509.ECDSAWithSHA256, x509.ECDSAWithSHA384} {
		template.SignatureAlgorithm = algorithm
		der := must(x509.CreateCertificate(nil, template, template, &key.PublicKey, key))
		with("authority on another curve", codeConfiguration, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	}
}

func (x *tamperer) headers() {
	s := x.tale
	last := len(s.bundle().Headers) - 1
	for i := range 6 {
		at := i * last / 5
		x.alter("header missing", codeHeaderMissing, func(b *Bundle) { b.Headers = slices.Delete(b.Headers, at, at+1) })
		x.alter("header number", codeBlockSignatures, func(b *Bundle) { b.Headers[last].Number += uint64(i) + 1 })
		x.alter("previous hash", codeBlockSignatures, func(b *Bundle) { b.Headers[at].Previous = flip(b.Headers[at].Previous, i*7) })
		x.alter("data hash", codeBlockSignatures, func(b *Bundle) { b.Headers[at].Data = flip(b.Headers[at].Data, i*7) })
		x.alter("two signatures", codeBlockSignatures, func(b *Bundle) {
			b.Headers[at].Signatures.By = slices.Delete(b.Headers[at].Signatures.By, i%3, i%3+1)
		})
		x.alter("one orderer twice", codeOrder, func(b *Bundle) {
			by := b.Headers[at].Signatures.By
			b.Headers[at].Signatures.By = []Signature{by[0], by[0], by[1], by[2]}
		})
		x.alter("high S of an orderer", codeBlockSignatures, func(b *Bundle) {
			b.Headers[at].Signatures.By[i%3].Signature = lowered(b.Headers[at].Signatures.By[i%3].Signature, true)
		})
		x.alter("bytes after an orderer's signature", codeBlockSignatures, func(b *Bundle) {
			b.Headers[at].Signatures.By[i%3].Signature = append(slices.Clone(b.Headers[at].Signatures.By[i%3].Signature), 0)
		})
		x.alter("identifier of an orderer", codeBlockSignatures, func(b *Bundle) {
			b.Headers[at].Signatures.By[i%3].Identifier = flip(b.Headers[at].Signatures.By[i%3].Identifier, i)
		})
		x.alter("signature of nobody beside a quorum", codeBlockSignatures, func(b *Bundle) {
			id := marshal(&common.IdentifierHeader{Identifier: 9, Nonce: []byte("nonce")})
			b.Headers[at].Signatures.By = append(b.Headers[at].Signatures.By, Signature{id, b.Headers[at].Signatures.By[0].Signature})
		})
		x.alter("another ledger's orderers", codeBlockSignatures, func(b *Bundle) {
			h := &b.Headers[at]
			h.Signatures = *x.twin.signatures(channel.Header(h.Number, h.Previous, h.Data), 2, 0, 1, 2)
		})
	}
	for i, length := range []int{64 << 10, 64<<10 + 1} {
		c := x.alter("long value beside a header", []Code{"", codeForm}[i], func(b *Bundle) {
			h := &b.Headers[last]
			header, named := channel.Header(h.Number, h.Previous, h.Data), uint64(2)
			fit := length - len(s.signatures(header, named).Value)
			h.Signatures.Value = marshal(&common.OrdererBlockMetadata{LastConfig: &common.LastConfig{Index: named}, ConsenterMetadata: make([]byte, fit+len("view")-2)})
			for j := range h.Signatures.By {
				by := &h.Signatures.By[j]
				by.Signature = s.orgs[[]int{0, 1, 3}[j]].orderer.sign(h.Signatures.Value, by.Identifier, header)
			}
			if len(h.Signatures.Value) != length {
				x.Fatalf("the value has %d bytes, not %d", len(h.Signatures.Value), length)
			}
		})
		c.Benign = i == 0
	}
	x.alter("headers out of order", codeOrder, func(b *Bundle) { b.Headers[3], b.Headers[4] = b.Headers[4], b.Headers[3] })
	x.alter("header twice", codeOrder, func(b *Bundle) { b.Headers = slices.Insert(b.Headers, 1, b.Headers[0]) })
	x.alter("header that nothing needs", codeUnused, func(b *Bundle) { b.Headers = slices.Insert(b.Headers, 0, s.blocks[1].header) })
	unneeded := s.copied()
	n := unneeded.block([][]byte{unneeded.filler()})
	x.altered("header that nothing needs", codeUnused, s.bundle(), func(b *Bundle) { b.Headers = append(b.Headers, unneeded.blocks[n].header) })
	x.alter("header under another configuration", codeLastConfig, func(b *Bundle) {
		h := &b.Headers[last]
		h.Signatures = *s.signatures(channel.Header(h.Number, h.Previous, h.Data), 0, 0, 1, 2)
	})
}
