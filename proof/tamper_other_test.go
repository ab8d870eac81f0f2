package proof

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/jws"
)

func (x *tamperer) absences() {
	s := x.tale
	const code = "9520001TREE0000102"
	good := s.absence(code)
	x.unpacked("absence", "", good.encode()).Benign = true
	x.altered("absence of another code", codeNotAttested, good, func(b *Bundle) { b.Subject = "9520001TREE0000105" })
	x.unpacked("absence of what is there", codePresent, s.absenceOf(s.code, nil).encode())
	x.unpacked("absence of a lot", codePresent, s.absenceOf(s.lot, nil).encode())
	x.unpacked("absence, T/ left out", codeNotAttested, s.absenceOf(code, func(q *asking) { q.drop("T/" + code) }).encode())
	x.unpacked("absence, A/ left out", codeNotAttested, s.absenceOf(code, func(q *asking) { q.drop("A/" + code) }).encode())
	for _, like := range []string{
		"9520001TR\u0415E0000102", "9520001TREE0000102\nVALID: the ledger holds it", "9520001tree0000102", "9520001TREE0000102 ", "9520001", "9520001TREE0000102\u202e",
	} {
		x.unpacked("absence of what only looks like a code", codeForm, s.absenceOf(like, nil).encode())
		x.unpacked("keys of what only looks like a code", codeFunction, s.absenceOf(code, func(q *asking) { q.want("T/" + like) }).encode())
		x.unpacked("keys of what only looks like an item's code", codeFunction, s.absenceOf(code, func(q *asking) { q.want("A/" + like) }).encode())
		x.unpacked("item of what only looks like a code", codeForm, func() []byte { b := s.bundle(); b.Subject = like; return b.encode() }())
	}
	for _, id := range []string{"", "01957a00-0000-7000-8000-00000000000A", "01957a00-0000-4000-8000-000000000001", "01957a0000007000800000000000 0001"} {
		x.unpacked("keys of no event's id", codeFunction, s.absenceOf(code, func(q *asking) { q.want("E/" + id) }).encode())
	}
	x.unpacked("absence, a value hidden", codePresence, s.absenceOf(s.code, func(q *asking) { q.values[slices.Index(q.keys, "A/"+s.code)] = nil }).encode())
	for i := range 3 {
		n := func(name string, code Code, change func(n *Neighbours)) {
			x.altered(name, code, good, func(b *Bundle) { change(&b.Neighbours[0]) })
		}
		at, _ := slices.BinarySearch(s.codes, code)
		n("neighbours not adjacent", codeNeighbours, func(n *Neighbours) { n.After = s.place(at + 1 + i) })
		n("neighbours not adjacent before", codeNeighbours, func(n *Neighbours) { n.Before = s.place(at - 2) })
		n("neighbour's path", codeNeighbours, func(n *Neighbours) { n.After.Path[i][0] ^= 1 })
		n("neighbour's index", codeNeighbours, func(n *Neighbours) { n.After.Index += uint64(i) + 1; n.Before.Index += uint64(i) + 1 })
		n("neighbour's code", codeNeighbours, func(n *Neighbours) { n.After.Code += "X" })
		n("the first", codeNeighbours, func(n *Neighbours) { n.Before = nil })
		n("the last", codeNeighbours, func(n *Neighbours) { n.After = nil })
		n("no neighbours", codeNeighbours, func(n *Neighbours) { n.After, n.Before = nil, nil })
		n("neighbours on another list", codeNotAttested, func(n *Neighbours) { n.List = "9520001LOT00000002" })
	}
	x.altered("neighbours twice", codeOrder, good, func(b *Bundle) { b.Neighbours = append(b.Neighbours, b.Neighbours[0]) })
	x.altered("absence of a header", codeHeaderMissing, good, func(b *Bundle) { b.Headers = b.Headers[1:] })
	x.altered("absence with a header for nothing", codeUnused, good, func(b *Bundle) {
		b.Headers = append(b.Headers, s.blocks[s.state["A/"+s.code].version.Block].header)
		slices.SortFunc(b.Headers, func(a, b Header) int { return int(a.Number) - int(b.Number) })
	})
	on := s.codes[7]
	c := s.absenceOf(on, nil)
	c.Neighbours = []Neighbours{{s.lot, s.place(6), s.place(8)}}
	x.unpacked("absence of a code that is on the list", codeNeighbours, c.encode())
}

func (s *tale) absenceOf(code string, change func(q *asking)) *Bundle {
	b := s.absence(code)
	q := s.ask("A/"+code, "T/"+code, "A/"+s.lot)
	if change != nil {
		change(q)
	}
	b.Answers, b.Neighbours = [][]byte{q.finish()}, nil
	return b
}

func (x *tamperer) sets() {
	s := x.tale
	good := s.set(s.orgs[0].client, s.orgs[1].client, s.orgs[3].client)
	x.unpacked("set", "", good.encode()).Benign = true
	change := func(name string, code Code, do func(b *Bundle)) { x.altered(name, code, good, do) }
	resign := func(name string, code Code, do func(b *Bundle)) {
		x.altered(name, code, good, func(b *Bundle) {
			do(b)
			b.Voices = nil
			for _, o := range []*org{s.orgs[0], s.orgs[1], s.orgs[3]} {
				b.Voices = append(b.Voices, Voice{o.client.identity(), o.client.sign(b.Set.Message(b.Subject))})
			}
		})
	}
	change("set of another scope", codeVoice, func(b *Bundle) { b.Subject = "place/forest/8" })
	change("set with another head", codeVoice, func(b *Bundle) { b.Set.Items[0].Head[0] ^= 1 })
	change("set with another seq", codeVoice, func(b *Bundle) { b.Set.Items[0].Seq++ })
	change("set with an item less", codeVoice, func(b *Bundle) { b.Set.Items = b.Set.Items[1:] })
	change("set of another time", codeVoice, func(b *Bundle) { b.Set.Made++ })
	change("set of another maker", codeVoice, func(b *Bundle) { b.Set.Maker = s.orgs[1].id })
	for _, maker := range []string{s.orgs[2].id, "", "<b>", "Contractor\nMSP"} {
		resign("set whose maker did not sign", codeMaker, func(b *Bundle) { b.Set.Maker = maker })
	}
	resign("set that another of its signers made", "", func(b *Bundle) { b.Set.Maker = s.orgs[3].id })
	x.all[len(x.all)-1].Benign = true
	change("set of another block", codeHeaderMissing, func(b *Bundle) { b.Set.Block++ })
	change("set of another net", codeNet, func(b *Bundle) { b.Set.Net = x.twin.net })
	change("set by two", codeTooFewOrganisations, func(b *Bundle) { b.Voices = b.Voices[:2] })
	change("set without its maker", codeMaker, func(b *Bundle) { b.Voices = b.Voices[1:] })
	change("set by one twice", codeOrder, func(b *Bundle) { b.Voices[1] = b.Voices[0] })
	change("signatures of the set out of order", codeOrder, func(b *Bundle) { slices.Reverse(b.Voices) })
	change("set by another ledger's organisation", codeVoice, func(b *Bundle) {
		b.Voices[0] = Voice{x.twin.orgs[0].client.identity(), x.twin.orgs[0].client.sign(b.Set.Message(b.Subject))}
	})
	for i, c := range []struct {
		name string
		code Code
		by   *signer
	}{
		{"set by a peer", "", s.orgs[1].peer}, {"set by an orderer", codeVoiceRole, s.orgs[1].orderer}, {"set by an administrator", codeVoiceRole, s.orgs[1].boss},
	} {
		change(c.name, c.code, func(b *Bundle) { b.Voices[1] = Voice{c.by.identity(), c.by.sign(b.Set.Message(b.Subject))} })
		x.all[len(x.all)-1].Benign = i == 0
	}
	change("high S on a set", codeVoice, func(b *Bundle) { b.Voices[0].Signature = lowered(b.Voices[0].Signature, true) })
	for _, scope := range []string{"place\nVALID", "place\u2028", "place\u0085", "place\x00", "place\x7f", "place\r", "\t"} {
		resign("set of a scope in several lines", codeForm, func(b *Bundle) { b.Subject = scope })
	}
	resign("block of another hash", codeSet, func(b *Bundle) { b.Set.Hash[0] ^= 1 })
	resign("items out of order", codeSet, func(b *Bundle) { slices.Reverse(b.Set.Items) })
	resign("item twice", codeSet, func(b *Bundle) { b.Set.Items[1] = b.Set.Items[0] })
	resign("item of no code", codeSet, func(b *Bundle) { b.Set.Items[0].Code = "<b>x</b>" })
	resign("item without events", codeSet, func(b *Bundle) { b.Set.Items[0].Seq = 0 })
	change("header for nothing beside a set", codeUnused, func(b *Bundle) {
		b.Headers = append([]Header{s.blocks[s.state["L/"].version.Block].header}, b.Headers...)
	})
}

func (x *tamperer) questions() {
	ask := func(name string, code Code, a asked) {
		c := x.unpacked(name, code, x.tale.bundle().encode())
		c.Asked = a
		c.Benign = code == ""
	}
	hex := fmt.Sprintf("%x", nonce)
	now := x.tale.now
	ask("as asked", "", asked{Code: x.tale.code, Nonce: hex, Organisations: 4, MaxAge: 60, Now: now})
	ask("asked about another", codeOtherSubject, asked{Code: x.tale.lot, Now: now})
	ask("asked with another nonce", codeNonce, asked{Nonce: fmt.Sprintf("%x", x.tale.genesis[:16]), Now: now})
	ask("asked for more organisations", codeFewerOrganisations, asked{Organisations: 5, Now: now})
	ask("stale", codeStale, asked{MaxAge: 60, Now: now + 61_000})
	ask("future", codeFuture, asked{Now: now - 601_000})
	ask("a little ahead", "", asked{Now: now - 599_000})
}

func (x *tamperer) harmless() {
	s := x.tale
	benign := func(name string, change func(b *Bundle)) { x.alter(name, "", change).Benign = true }
	benign("as it is", func(*Bundle) {})
	for i := range 4 {
		x.leaf("an endorsement less", "", func(a *channel.Answer) { a.Endorsements = slices.Delete(a.Endorsements, i, i+1) }).Benign = true
	}
	benign("a fourth orderer's signature", func(b *Bundle) {
		h := &b.Headers[0]
		h.Signatures = *s.signatures(channel.Header(h.Number, h.Previous, h.Data), 2, 0, 1, 2, 3)
	})
	benign("an inclusion less", func(b *Bundle) { b.Events[0].Inclusion = nil })
	for i := range 3 {
		benign("the other form of a device's signature", func(b *Bundle) { copy(b.Events[i].Signature[32:], negated(b.Events[i].Signature[32:])) })
	}
	x.altered("neighbours left out", "", s.absence("9520001TREE0000002"), func(b *Bundle) { b.Neighbours = nil }).Benign = true
	x.lie("all that a record and an event can say", "", func(s *tale) {
		h, codes := rootline.HashOf([]byte("h")), rootline.NewCodes([]string{"9520001PART000001", "9520001PART000002"})
		list := codes.List()
		place := rootline.Position{Point: rootline.Point{Lat: -38_912_000, Lon: 115_912_000}}
		full := rootline.Position{Point: place.Point, Accuracy: 12}
		a := s.item
		a.Place, a.Position, a.Quantity, a.List, a.UsedBy = "forest/9", &full, &rootline.Quantity{Total: 900, Left: 0}, &list, "9520001WHOLE00001"
		a.Parents = []rootline.Parent{{Asset: "9520001PARENT0001", Amount: 3}, {Asset: "9520001PARENT0002", Amount: 1, Possible: true}}
		a.Under, a.Children, a.Released, a.Claim = "9520001UNDER00001", map[string]int64{"total": 4, "passed": 0}, []string{"one"}, "forestation/tree/x"
		a.Tallies = map[string]rootline.Tally{"greatest/layer": {Values: []rootline.Tallied{{Value: 3, Count: 2}, {Value: -1, Count: 1}}, Beyond: 4}, "last/depth": {}}
		a.Frozen = []rootline.Freeze{{Recall: "r1"}, {Recall: "r2", Via: "9520001PARENT0002", Possible: true}}
		a.Pending = &rootline.Pending{Action: "accept", Agreed: h, Base: rootline.Hash{}, Signatures: []rootline.Signature{{Role: "supervisor", Organisation: "OwnerMSP", Device: "kid", Event: "id", Head: h}}}
		a.Fields = rootline.Fields{
			"height": rootline.IntegerOf(-3), "far": rootline.IntegerOf(1<<53 - 1), "note": rootline.StringOf("七队 <b>\u2028"), "sound": rootline.BoolOf(false),
			"layers": rootline.ListOf(rootline.IntegerOf(1), rootline.IntegerOf(2)), "none": rootline.ListOf(),
			"defects": rootline.ListOf(rootline.EntryOf(rootline.Fields{"class": rootline.IntegerOf(-2), "at": rootline.StringOf("堤段"), "mended": rootline.BoolOf(true)}), rootline.EntryOf(rootline.Fields{})),
		}
		a.Maker = s.orgs[1].id
		s.resign(7, s.inspector, func(e *rootline.Event, _ *jws.Header) {
			e.At += 250
			e.Kind, e.Under, e.Place, e.Amount = "tree", "9520001UNDER00001", &place, 7
			e.Evidence = []rootline.Evidence{{SHA256: h, Type: "image/jpeg", Size: 5}}
			e.Inputs, e.Refs = []rootline.Input{{Asset: "9520001PARENT0001", Amount: 3}}, []string{"9520001BELOW00001"}
			e.List, e.Into = &list, []rootline.Part{{Asset: "9520001INTO000001", List: list}}
			e.Tag, e.Replaces, e.Corrects, e.Prev = "9520001TAG0000002", "9520001TAG0000001", e.ID, h
			e.Data = []byte(`{"b":[1,{"c":null}],"a":"\u00e9<>&","d":{},"e":false,"f":0}`)
		})
	}).Benign = true
	const other = 8 // the event of another item
	for _, c := range []struct {
		name string
		say  func(e *rootline.Event, item string)
	}{
		{"the item was used up for another", func(e *rootline.Event, item string) { e.Inputs = []rootline.Input{{Asset: item, Amount: 1}} }},
		{"another lot was divided into the item", func(e *rootline.Event, item string) {
			e.Into = []rootline.Part{{Asset: item, List: s.codes.List()}}
		}},
		{"another item lies under the item", func(e *rootline.Event, item string) { e.Under = item }},
		{"another item's event refers to the item", func(e *rootline.Event, item string) { e.Refs = []string{item} }},
		{"an act of the registry that names the item", func(e *rootline.Event, item string) {
			e.Asset, e.Rulebook, e.Action, e.Data = "", rootline.Registry, "recall", []byte(`{"more":[{"asset":"`+item+`"}]}`)
		}},
		{"an act of the registry that does not name the item", func(e *rootline.Event, item string) {
			e.Asset, e.Rulebook, e.Action, e.Data = "", rootline.Registry, "recall", []byte(`{"more":[{"`+item+`":"x"}]}`)
		}},
		{"a work's event that names the item in its data alone", func(e *rootline.Event, item string) { e.Data = []byte(`{"of":"` + item + `"}`) }},
	} {
		x.lie(c.name, "", func(s *tale) {
			s.resign(other, s.manager, func(e *rootline.Event, _ *jws.Header) { c.say(e, s.code) })
		}).Benign = true
	}
	x.alter("another item's event left out", codeHistoryLength, func(b *Bundle) { b.Events = slices.Delete(b.Events, other, other+1) })
	x.lie("another item's event taken for the item's own", codeEventPlace, func(s *tale) {
		r := recordOf[*rootline.EventRecord](s, "E/"+s.idOf(s.events[other].compact()))
		r.Subject = s.code
		s.put(r)
	})
	x.lie("the item's own event taken for another's", codeEventPlace, func(s *tale) {
		r := recordOf[*rootline.EventRecord](s, "E/"+s.idOf(s.events[3].compact()))
		r.Subject = "9520002OTHER000001"
		s.put(r)
	})
	x.lie("a block that there is not, seen by a device", "", func(s *tale) {
		s.resign(7, s.inspector, func(e *rootline.Event, _ *jws.Header) { e.Seen.Hash[0] ^= 1 })
	}).Benign = true
}

// flips change one bit of what is packed, anywhere. The file's hash is made anew, as who tampers would.
func (x *tamperer) flips() {
	random := rand.New(rand.NewPCG(15, 1)) // the same ones each time
	for _, b := range []*Bundle{x.tale.bundle(), x.tale.absence("9520001TREE0000102"), x.tale.set(x.tale.orgs[0].client, x.tale.orgs[1].client, x.tale.orgs[3].client)} {
		unpacked := b.encode()
		for range 150 {
			i := random.IntN(len(unpacked))
			f := slices.Clone(unpacked)
			f[i] ^= 1 << random.IntN(8)
			code := firstCode(verdict(stored(f), x.tale.anchor(), asked{Now: x.tale.now}))
			if code == "" {
				x.Errorf("bit of byte %d of a proof of %s: it is valid", i, b.Kind)
			}
			x.unpacked(fmt.Sprintf("bit of byte %d", i), code, f)
		}
	}
}
