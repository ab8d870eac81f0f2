package e2e

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/jws"
	"github.com/rootline/rootline/network"
)

// form: what is not an event of this ledger at all.
func (s *scene) form() {
	good := s.sign(s.planter, s.planting(s.onSite)).JWS
	parts := strings.Split(good, ".")
	header := func(h string) rootline.Submission {
		return rootline.Submission{JWS: base64.RawURLEncoding.EncodeToString([]byte(h)) + "." + parts[1] + "." + parts[2]}
	}
	exact := `{"alg":"ES256","typ":"rootline-event","kid":"` + s.planter.kid() + `","net":"` + s.net + `"`
	s.add("a JWS without form", rootline.CodeMalformedJWS, rootline.Submission{JWS: "x.y.z"})
	s.add("alg none", rootline.CodeMalformedJWS, header(strings.Replace(exact, "ES256", "none", 1)+"}"))
	s.add("alg none without a signature", rootline.CodeMalformedJWS, rootline.Submission{JWS: strings.Join(strings.Split(header(strings.Replace(exact, "ES256", "none", 1)+"}").JWS, ".")[:2], ".") + "."})
	s.add("alg HS256", rootline.CodeMalformedJWS, header(strings.Replace(exact, "ES256", "HS256", 1)+"}"))
	s.add("a header jwk", rootline.CodeMalformedJWS, header(exact+`,"jwk":{}}`))
	s.add("a header x5c", rootline.CodeMalformedJWS, header(exact+`,"x5c":[]}`))
	s.add("a header crit", rootline.CodeMalformedJWS, header(exact+`,"crit":["b64"]}`))
	payload := func(e *rootline.Event) string {
		e.ID, e.At = rootline.NewEventID(s.planter.kid()), rootline.InstantOf(time.Now())
		b, err := json.Marshal(e)
		s.ok(err)
		return string(b)
	}
	raw := func(payload string) rootline.Submission {
		return s.signRaw(s.planter.key, rootline.TypEvent, s.net, payload)
	}
	text := payload(s.planting(s.onSite))
	s.add("another ledger's net", rootline.CodeWrongNet, s.signRaw(s.planter.key, rootline.TypEvent, strings.Repeat("0", 32), text))
	s.add("a sign-in as an event", rootline.CodeWrongType, s.signRaw(s.planter.key, rootline.TypSignIn, s.net, text))
	s.add("an unknown name", rootline.CodeMalformedEvent, raw(strings.Replace(text, `{"id"`, `{"force":true,"id"`, 1)))
	s.add("a name twice", rootline.CodeMalformedEvent, raw(strings.Replace(text, `{"id"`, `{"action":"accept","id"`, 1)))
	s.add("a name in another case", rootline.CodeMalformedEvent, raw(strings.Replace(text, `"action"`, `"Action"`, 1)))
	s.add("a float", rootline.CodeMalformedEvent, raw(strings.Replace(text, `"accuracy":5`, `"accuracy":5.5`, 1)))
	s.add("a float in the data", rootline.CodeMalformedEvent, raw(strings.Replace(text, `"data":{`, `"data":{"height":3.5,`, 1)))
	s.add("too large a number", rootline.CodeMalformedEvent, raw(strings.Replace(text, `"accuracy":5`, `"accuracy":9007199254740992`, 1)))
	s.add("deep JSON", rootline.CodeMalformedEvent, raw(strings.Replace(text, `"data":{`, `"data":{"x":`+strings.Repeat("[", 500)+strings.Repeat("]", 500)+`,`, 1)))
	s.add("bytes that are not UTF-8", rootline.CodeMalformedEvent, raw(strings.Replace(text, "C7", "C\xff", 1)))
	s.add("no JSON", rootline.CodeMalformedEvent, raw("plant it"))
	s.add("300 KB", rootline.CodeTooLarge, raw(`{"data":"`+strings.Repeat("x", 300<<10)+`"}`))
}

// signers: who signed it.
func (s *scene) signers() {
	good := strings.Split(s.sign(s.planter, s.planting(s.onSite)).JWS, ".")
	other := strings.Split(s.sign(s.supervisor, s.planting(s.onSite)).JWS, ".")
	s.add("a key that is not the device's", rootline.CodeBadSignature, rootline.Submission{JWS: good[0] + "." + good[1] + "." + other[2]})
	s.add("a payload that was changed", rootline.CodeBadSignature, rootline.Submission{JWS: good[0] + "." + strings.Split(s.sign(s.planter, s.planting(s.onSite)).JWS, ".")[1] + "." + good[2]})
	s.add("an unknown device", rootline.CodeUnknownDevice, s.sign(&person{key: newKey(s.T)}, s.planting(s.onSite)))
	s.add("a revoked device", rootline.CodeDeviceRevoked, s.sign(s.revoked, s.planting(s.onSite)))
	s.add("an expired device", rootline.CodeDeviceExpired, s.sign(s.expired, s.planting(s.onSite)))
	s.add("the wrong role", rootline.CodeWrongRole, s.sign(s.supervisor, s.planting(s.onSite)))
	s.add("another organisation's prefix", rootline.CodeForeignPrefix, s.sign(s.nursery, s.selecting(rootline.NewCode(ownerPrefix))))
	revoke := act(rootline.ActRevoke, rootline.RevokeData{Device: s.planter.kid()})
	sub, err := s.admins[network.Owner].Sign(revoke)
	s.ok(err)
	s.add("another organisation's device revoked", rootline.CodeWrongOrg, sub)
}

// registry: people who want in.
func (s *scene) registry() {
	fresh := func() *person { return &person{key: newKey(s.T)} }
	enrol := func(name string, want rootline.Code, p *person, e *rootline.Event) { s.add(name, want, s.sign(p, e)) }
	p := fresh()
	enrol("an invitation used twice", rootline.CodeInviteUsed, p, s.enrolment(p, s.used, "planter"))
	enrol("an invitation that was revoked", rootline.CodeInviteRevoked, p, s.enrolment(p, s.ended, "planter"))
	enrol("an invitation for another role", rootline.CodeRoleNotInvited, p, s.enrolment(p, s.offered, "supervisor"))
	enrol("an invitation that has ended", rootline.CodeInviteExpired, p, s.enrolment(p, s.lapsed, "planter"))
	unmade, _ := s.offers(network.Contractor, "planter", newKey(s.T), time.Hour)
	enrol("an invitation that nobody made", rootline.CodeUnknownInvite, p, s.enrolment(p, unmade, "planter"))
	enrol("another organisation's invitation of the same key", rootline.CodeOtherInviter, p, s.enrolment(p, offer{s.offered.key, network.Contractor, s.copied.invitation}, "planter"))
	stolen := s.enrolment(p, s.offered, "planter")
	enrol("a key registered by someone who does not hold it", rootline.CodeKeyNotHeld, fresh(), stolen)
	swapped := fresh()
	enrol("a proof made for another device", rootline.CodeKeyNotHeld, swapped, act(rootline.ActEnrol, rootline.EnrolData{
		Key: jws.KeyOf(&swapped.key.PublicKey), Role: "planter",
		Proof: s.proof(s.offered, p.kid()),
	}))
	enrol("a key that is enrolled already", rootline.CodeKeyKnown, s.planter, s.enrolment(s.planter, s.offered, "planter"))
	invite, err := s.admins[network.Contractor].Sign(act(rootline.ActInvite, rootline.InviteData{
		Key: jws.KeyOf(&newKey(s.T).PublicKey), Role: "regulator", Name: "S", Expires: rootline.InstantOf(time.Now().Add(time.Hour)),
	}))
	s.ok(err)
	s.add("a role that the organisation may not give", rootline.CodeRoleNotAllowed, invite)
	s.add("an invitation by one who is no admin", rootline.CodeWrongRole, s.sign(s.planter, act(rootline.ActInvite, rootline.InviteData{
		Key: jws.KeyOf(&newKey(s.T).PublicKey), Role: "planter", Name: "P", Expires: rootline.InstantOf(time.Now().Add(time.Hour)),
	})))
}

// lives: what the rulebooks and the bookkeeping refuse.
func (s *scene) lives() {
	with := func(e *rootline.Event, change func(*rootline.Event)) *rootline.Event { change(e); return e }
	add := func(name string, want rootline.Code, p *person, e *rootline.Event) { s.add(name, want, s.sign(p, e)) }
	add("a skipped step", rootline.CodeWrongState, s.supervisor, s.accepting(s.onSite))
	add("another version of the rulebook", rootline.CodeUnknownRulebook, s.planter, with(s.planting(s.onSite), func(e *rootline.Event) { e.Rulebook = "forestation@2" }))
	add("another rulebook than the asset's", rootline.CodeWrongRulebook, s.planter, with(s.planting(s.onSite), func(e *rootline.Event) { e.Rulebook = floodway }))
	add("outside the plot", "outside-plot", s.planter, at(s.planting(s.onSite), lat+9000, lon))
	add("no photo", rootline.CodeMissing, s.planter, with(s.planting(s.onSite), func(e *rootline.Event) { e.Evidence = nil }))
	add("a reused id with other content", rootline.CodeEventReused, s.planter, with(s.planting(s.onSite), func(e *rootline.Event) { e.ID = s.first.ID }))
	// A device that saw the first event before it was recorded.
	add("the id of another device's event", rootline.CodeOtherKeysID, s.supervisor, with(s.accepting(s.planted), func(e *rootline.Event) { e.ID = s.first.ID }))
	add("an id that another device will use", rootline.CodeOtherKeysID, s.nursery, with(s.selecting(rootline.NewCode(contractorPrefix)), func(e *rootline.Event) { e.ID = rootline.NewEventID(s.planter.kid()) }))
	add("a stale prev", rootline.CodeStalePrev, s.planter, with(s.planting(s.onSite), func(e *rootline.Event) { e.Prev = rootline.HashOf(nil) }))
	add("made twice", rootline.CodeAssetExists, s.nursery, s.selecting(s.onSite))
	add("a code that nobody made", rootline.CodeUnknownAsset, s.planter, s.planting(rootline.NewCode(contractorPrefix)))
	add("measures in the wrong unit", "odd-measures", s.nursery, with(s.selecting(rootline.NewCode(contractorPrefix)), func(e *rootline.Event) {
		e.Data = json.RawMessage(`{"species":"Pinus tabuliformis","dbh":60,"height":100}`)
	}))
	stranger := s.sign(s.planter, s.planting(rootline.NewCode(contractorPrefix)))
	stranger.Inclusion, _ = s.saplings.Prove(s.lot, s.saplings[0])
	s.add("a code that is not the lot's", rootline.CodeNotOnList, stranger)
	add("more than is left", rootline.CodeNotEnough, s.builder, building(s.wall, s.gravel, 7))
	add("an input that nobody made", rootline.CodeUnknownInput, s.builder, building(s.wall, rootline.NewCode(contractorPrefix), 1))
	add("an input of another kind", rootline.CodeWrongInput, s.builder, building(s.wall, s.onSite, 1))
	add("self-acceptance", "self-acceptance", s.builder, &rootline.Event{Asset: s.wall, Action: "accept", Rulebook: trial})
}
