package proof

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/google/uuid"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/jws"
)

func (x *tamperer) events() {
	s := x.tale
	for i := range 9 {
		x.alter("event dropped", codeHistoryLength, func(b *Bundle) { b.Events = slices.Delete(b.Events, i, i+1) })
		x.alter("event doubled", codeHistoryLength, func(b *Bundle) { b.Events = slices.Insert(b.Events, i, b.Events[i]) })
		x.alter("events exchanged", codeHead, func(b *Bundle) { b.Events[i], b.Events[i+1] = b.Events[i+1], b.Events[i] })
		x.alter("event doubled for another", codeHead, func(b *Bundle) { b.Events[i+1] = b.Events[i] })
		x.alter("payload edited", codeHead, func(b *Bundle) { b.Events[i].Payload = flip(b.Events[i].Payload, 40+i) })
		x.alter("header edited", codeHead, func(b *Bundle) { b.Events[i].Header = flip(b.Events[i].Header, 20+i) })
		x.alter("signature of an event", codeEventSignature, func(b *Bundle) { b.Events[i].Signature = flip(b.Events[i].Signature, 7*i) })
		x.lie("signed again by another device", codeEventSignature, func(s *tale) {
			was := s.events[i].JWS
			was.Signature = split(signRaw(s.contractor.key, was.Header, was.Payload)).Signature
			s.events[i].JWS = was
		})
		x.lie("recorded under another device's id", codeOtherKeysID, func(s *tale) {
			s.resign(i, s.contractor, func(_ *rootline.Event, _ *jws.Header) {})
		})
	}
	for i := range 3 {
		event := func(name string, code Code, change func(e *rootline.Event, h *jws.Header)) {
			x.lie(name, code, func(s *tale) { s.resign(i, s.planter, change) })
		}
		event("alg", codeEvent, func(_ *rootline.Event, h *jws.Header) { h.Alg = "none" })
		event("typ", codeEvent, func(_ *rootline.Event, h *jws.Header) { h.Typ = rootline.TypSignIn })
		event("net", codeEvent, func(_ *rootline.Event, h *jws.Header) { h.Net = x.twin.net })
		for _, as := range []struct {
			name, kid string
			code      Code
		}{{"kid of nobody", "nobody", codeEnrolmentMissing}, {"kid of another", s.inspector.kid, codeEventSignature}} {
			x.lie(as.name, as.code, func(s *tale) {
				s.resign(i, s.planter, func(e *rootline.Event, h *jws.Header) { h.Kid, e.ID = as.kid, s.renamed(e.ID, as.kid) })
			})
			event(as.name+", which the id is not of", codeOtherKeysID, func(_ *rootline.Event, h *jws.Header) { h.Kid = as.kid })
		}
		event("event of another item", codeEventPlace, func(e *rootline.Event, _ *jws.Header) { e.Asset = "9520002OTHER000001" })
		event("event id of another", codeNotAttested, func(e *rootline.Event, _ *jws.Header) { e.ID = "01957a00-0000-7000-8000-00000000ffff" })
		x.lie("id of no key", codeOtherKeysID, func(s *tale) {
			s.resign(i, s.planter, func(e *rootline.Event, _ *jws.Header) { e.ID = s.renamed(e.ID, "") })
		})
		for at := range 7 {
			x.lie("id that is one bit off", codeOtherKeysID, func(s *tale) {
				s.resign(i, s.planter, func(e *rootline.Event, _ *jws.Header) {
					id := uuid.MustParse(e.ID)
					id[9+at] ^= 1 << ((at + i) % 8)
					e.ID = s.recordedAs(e.ID, id.String())
				})
			})
		}
		event("bad code", codeEvent, func(e *rootline.Event, _ *jws.Header) { e.Asset = "<b>" })
		event("bad id", codeEvent, func(e *rootline.Event, _ *jws.Header) { e.ID = "1" })
		x.lie("repeated JSON name", codeEvent, func(s *tale) {
			was := s.events[i].JWS
			s.events[i].JWS = split(signRaw(s.planter.key, was.Header, append([]byte(`{"action":"void",`), was.Payload[1:]...)))
			s.relinkAs(i, was)
		})
		x.lie("unknown JSON name", codeEvent, func(s *tale) {
			was := s.events[i].JWS
			s.events[i].JWS = split(signRaw(s.planter.key, was.Header, append([]byte(`{"more":1,`), was.Payload[1:]...)))
			s.relinkAs(i, was)
		})
		for _, plain := range []func(b []byte) []byte{
			func(b []byte) []byte { return append([]byte(`{"replaces":null,`), b[1:]...) },
			func(b []byte) []byte { return append([]byte(`{"into":null,`), b[1:]...) },
		} {
			x.lie("null in an event", codeEvent, func(s *tale) {
				was := s.events[i].JWS
				s.events[i].JWS = split(signRaw(s.planter.key, was.Header, plain(was.Payload)))
				s.relinkAs(i, was)
			})
		}
		x.lie("more in the header", codeEvent, func(s *tale) {
			was := s.events[i].JWS
			s.events[i].JWS = split(signRaw(s.planter.key, append([]byte(`{"jku":"https://x.example",`), was.Header[1:]...), was.Payload))
			s.relinkAs(i, was)
		})
		x.lie("seq shifted", codeEventPlace, func(s *tale) {
			r := recordOf[*rootline.EventRecord](s, "E/"+s.idOf(s.events[i].compact()))
			r.Seq++
			s.put(r)
		})
		x.lie("hash of another event", codeEventHash, func(s *tale) {
			r := recordOf[*rootline.EventRecord](s, "E/"+s.idOf(s.events[i].compact()))
			r.Hash = s.events[i+1].hash()
			s.put(r)
		})
		x.lie("event of another subject", codeEventPlace, func(s *tale) {
			r := recordOf[*rootline.EventRecord](s, "E/"+s.idOf(s.events[i].compact()))
			r.Subject = "9520002OTHER000001"
			s.put(r)
		})
		x.lie("event that was not recorded", codeEventHash, func(s *tale) { delete(s.state, "E/"+s.idOf(s.events[i].compact())) })
		x.lie("recorded before the one before it", codeEventPlace, func(s *tale) {
			key := "E/" + s.idOf(s.events[i+2].compact())
			v := s.state[key]
			v.version = s.state["E/"+s.idOf(s.events[i].compact())].version
			s.state[key] = v
		})
	}
	x.lie("head forged", codeHead, func(s *tale) { s.item.Head[0] ^= 1; s.put(s.item) })
	x.lie("history of eleven", codeHistoryLength, func(s *tale) { s.item.Seq++; s.put(s.item) })
	x.lie("no such item", codeAbsent, func(s *tale) { delete(s.state, "A/"+s.code) })
	x.lie("last event without the item's change", codeEventPlace, func(s *tale) {
		v := s.state["A/"+s.code]
		v.version.Block--
		s.state["A/"+s.code] = v
	})
	for i := range 4 {
		x.alter("inclusion path", codeInclusion, func(b *Bundle) { b.Events[0].Inclusion.Path[i][i] ^= 1 })
		x.alter("inclusion index", codeInclusion, func(b *Bundle) { b.Events[0].Inclusion.Index += int64(i) + 1 })
		x.alter("inclusion of another code", codeInclusion, func(b *Bundle) {
			b.Events[0].Inclusion, _ = s.codes.Prove(s.lot, s.codes[i+5])
		})
	}
	x.alter("inclusion cut", codeInclusion, func(b *Bundle) { b.Events[0].Inclusion.Path = b.Events[0].Inclusion.Path[1:] })
	x.alter("inclusion of another list", codeNotAttested, func(b *Bundle) { b.Events[0].Inclusion.List = "9520001LOT00000002" })
	x.alter("inclusion of no list", codeInclusion, func(b *Bundle) { b.Events[0].Inclusion.List = s.code })
	x.alter("inclusion where none is due", codeInclusion, func(b *Bundle) { b.Events[8].Inclusion = b.Events[0].Inclusion })
	x.lie("list of other codes", codeInclusion, func(s *tale) {
		lot := recordOf[*rootline.Asset](s, "A/"+s.lot)
		lot.List.Root[0] ^= 1
		s.put(lot)
	})
	x.altered("seen block missing", codeHeaderMissing, s.bundle(), func(b *Bundle) {
		var e rootline.Event
		must(0, json.Unmarshal(b.Events[7].Payload, &e))
		b.Headers = slices.DeleteFunc(b.Headers, func(h Header) bool { return h.Number == e.Seen.Block })
	})
	x.alter("attestation dropped", codeDeviceRevoked, func(b *Bundle) { b.Events[9].Attestation = nil })
	x.alter("attestation of another event", codeAttestation, func(b *Bundle) { b.Events[3].Attestation = b.Events[9].Attestation })
	x.alter("attestation that is another act", codeAttestation, func(b *Bundle) { b.Events[9].Attestation = &b.Acts[0] })
	for i := range 3 {
		x.alter("signature of an attestation", codeEventSignature, func(b *Bundle) { b.Events[9].Attestation.Signature = flip(b.Events[9].Attestation.Signature, i*9) })
		x.alter("attestation edited", codeAttestation, func(b *Bundle) { b.Events[9].Attestation.Payload = flip(b.Events[9].Attestation.Payload, 200+i) })
	}
	var taken bool // the id of who vouched truly
	vouched := func(name string, code Code, by func(s *tale) *person, change func(e *rootline.Event)) {
		taken := taken
		x.lie(name, code, func(s *tale) {
			i := len(s.events) - 1
			var e, act rootline.Event
			must(0, json.Unmarshal(s.events[i].Payload, &e))
			must(0, json.Unmarshal(s.events[i].Attestation.Payload, &act))
			change(&e)
			if !taken {
				act.ID = s.renamed(act.ID, by(s).kid)
			}
			inner := s.sign(s.planter, rootline.TypEvent, &e)
			act.Data = must(json.Marshal(rootline.AttestData{JWS: inner, Reason: "It was in the woods."}))
			attestation := split(s.sign(by(s), rootline.TypEvent, &act))
			s.events[i] = Event{JWS: split(inner), Attestation: &attestation}
			r := recordOf[*rootline.EventRecord](s, "E/"+act.ID)
			r.Hash = attestation.hash()
			s.put(r)
			s.relink()
		})
	}
	vouched("attested by its own organisation", codeAttestation, func(s *tale) *person { return s.second }, func(*rootline.Event) {})
	vouched("attested by itself", codeAttestation, func(s *tale) *person { return s.planter }, func(*rootline.Event) {})
	vouched("attested, signed after its device's end", codeAttestation, func(s *tale) *person { return s.inspector }, func(e *rootline.Event) { e.At = s.now })
	taken = true
	vouched("attested under another device's id", codeOtherKeysID, func(s *tale) *person { return s.second }, func(*rootline.Event) {})
}

// renamed makes the ledger hold an event under the id that it would have if another key had signed it.
func (s *tale) renamed(id, kid string) string {
	number := uuid.MustParse(id)
	return s.recordedAs(id, idOf(kid, int(number[7])<<6|int(number[8]&0x3f)))
}

// recordedAs makes the ledger hold an event under another id.
func (s *tale) recordedAs(id, now string) string {
	if id == now {
		return id
	}
	r := recordOf[*rootline.EventRecord](s, "E/"+id)
	if r.ID = now; r.Subject == "I/"+id {
		r.Subject = "I/" + now
	}
	s.state["E/"+now] = s.state["E/"+id]
	s.put(r)
	s.keys[slices.Index(s.keys, "E/"+id)] = "E/" + now
	return now
}

func (s *tale) relinkAs(i int, was JWS) {
	r := recordOf[*rootline.EventRecord](s, "E/"+s.idOf(was.compact()))
	r.Hash = s.events[i].hash()
	s.put(r)
	s.item.Head = rootline.Hash{}
	for j := range s.events {
		s.item.Head = rootline.NextHead(s.item.Head, uint64(j)+1, s.events[j].hash())
	}
	s.put(s.item)
}

func (x *tamperer) blocks() {
	s := x.tale
	whole := s.bundle()
	for i := range 10 {
		at := s.state["E/"+s.idOf(s.events[i].compact())].version.Block
		whole.Blocks = append(whole.Blocks, Block{at, s.blocks[at].envelopes})
	}
	x.unpacked("whole blocks", "", whole.encode()).Benign = true
	for i := range 5 {
		deep := func(name string, code Code, change func(b *Bundle, at *Block)) {
			x.altered(name, code, whole, func(b *Bundle) { change(b, &b.Blocks[i*2]) })
		}
		deep("byte of a block", codeBlockData, func(_ *Bundle, at *Block) { at.Envelopes[1] = flip(at.Envelopes[1], 1000+i) })
		deep("moved envelope border", codeBlockData, func(_ *Bundle, at *Block) {
			all := bytes.Join(at.Envelopes, nil)
			cut := len(at.Envelopes[0]) + 1 - 2*(i%2)
			at.Envelopes = [][]byte{all[:cut], all[cut:]}
		})
		deep("envelopes joined", codeBlockData, func(_ *Bundle, at *Block) { at.Envelopes = [][]byte{bytes.Join(at.Envelopes, nil)} })
		deep("trailing bytes in an envelope", codeBlockData, func(_ *Bundle, at *Block) { at.Envelopes[1] = append(at.Envelopes[1], 0x18, 1) })
		deep("envelope dropped", codeBlockData, func(_ *Bundle, at *Block) { at.Envelopes = at.Envelopes[1:] })
		deep("another block's envelopes", codeBlockData, func(b *Bundle, at *Block) { at.Envelopes = b.Blocks[(i*2+1)%10].Envelopes })
		deep("block twice", codeOrder, func(b *Bundle, at *Block) { b.Blocks = slices.Insert(b.Blocks, i*2, *at) })
		x.altered("signature of an event in a block", codeBlockEvent, whole, func(b *Bundle) {
			e := &b.Events[i]
			r := e.Signature[32:]
			copy(r, negated(r))
		})
	}
	x.altered("block without a header", codeHeaderMissing, whole, func(b *Bundle) { b.Blocks[9].Number = 9999 })
	x.altered("block for nothing", codeUnused, s.bundle(), func(b *Bundle) {
		l := s.state["L/"].version.Block
		b.Blocks = []Block{{l, s.blocks[l].envelopes}}
	})
	for i := range 3 {
		absent := s.copied()
		key := "E/" + s.idOf(s.events[9].compact())
		for _, k := range []string{key, "A/" + s.code} {
			v := absent.state[k]
			v.version = channel.Version{Block: v.version.Block + 1, Tx: uint64(i), Exists: true}
			absent.state[k] = v
		}
		at := absent.state[key].version.Block
		b := absent.bundle()
		b.Blocks = []Block{{at, absent.blocks[at].envelopes}}
		x.unpacked("event absent from the whole block", codeAttestation, b.encode())
	}
	inner := s.copied()
	key := "E/" + s.idOf(s.events[3].compact())
	v := inner.state[key]
	v.version.Tx = 0
	inner.state[key] = v
	b := inner.bundle()
	b.Blocks = []Block{{v.version.Block, inner.blocks[v.version.Block].envelopes}}
	x.unpacked("event in another transaction of the block", codeBlockEvent, b.encode())
}
