package proof

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/channel"
	"github.com/rootline/rootline/limits"
	"github.com/rootline/rootline/strictcbor"
)

// value is what lies under a key, and where it was written last.
type value struct {
	bytes   []byte
	version channel.Version
}

// lifecycle is the namespace in which Fabric keeps the chaincodes' definitions: a peer reads there for every call.
const lifecycle = channel.Lifecycle

// readAnswers verifies the answers, and takes what they say.
func (v *verification) readAnswers() *Fault {
	if !ascending(v.Answers) {
		return codeOrder.fault("answers")
	}
	config := v.configs[len(v.configs)-1]
	var nonce []byte
	for i, raw := range v.Answers {
		a, err := channel.ParseAnswer(raw)
		if err != nil {
			return codeAnswerForm.fault("answer %d", i)
		}
		by, fault := endorsed(config, a)
		if fault != nil {
			return fault
		}
		q, out, fault := v.question(config, a)
		if fault != nil {
			return fault
		}
		if fault := vouchers(by, q.Milliseconds); fault != nil {
			return fault
		}
		if i == 0 {
			nonce, v.report.Date = q.Args[1], rootline.Instant(q.Milliseconds)
		} else if !bytes.Equal(nonce, q.Args[1]) {
			return codeAnswersDiffer.fault("nonces")
		}
		v.report.Date = min(v.report.Date, rootline.Instant(q.Milliseconds))
		if fault := v.values(q, out); fault != nil {
			return fault
		}
		v.vouched(i == 0, by)
	}
	v.report.Nonce = hex.EncodeToString(nonce)
	for i, keys := range v.asks {
		if len(v.asks) > 1 && !slices.ContainsFunc(keys, func(key string) bool { return v.askedIn[key] == 1 }) {
			return codeUnused.fault("answer %d says nothing that others do not", i)
		}
	}
	return v.vouching(v.organisations)
}

// vouched keeps the organisations that vouch for all answers.
func (v *verification) vouched(first bool, by []*channel.Identity) {
	var organisations []string
	for _, id := range by {
		if first || slices.Contains(v.organisations, id.Organisation()) {
			organisations = append(organisations, id.Organisation())
		}
	}
	slices.Sort(organisations)
	v.organisations = organisations
}

// endorsed checks who endorsed an answer, and that they signed it.
func endorsed(config *channel.Config, a *channel.Answer) ([]*channel.Identity, *Fault) {
	var by []*channel.Identity
	for i, e := range a.Endorsements {
		if i > 0 && bytes.Compare(a.Endorsements[i-1].Identity, e.Identity) >= 0 {
			return nil, codeOrder.fault("endorsements")
		}
		id, err := config.Identity(e.Identity)
		if err != nil {
			return nil, codeEndorser.fault("endorsement %d: %v", i, err)
		}
		if err := id.Verify(e.Signature, a.Message(e)...); err != nil {
			return nil, codeEndorsement.fault("of %s: %v", id.Organisation(), err)
		}
		by = append(by, id)
	}
	return by, nil
}

// vouchers checks that those who endorsed may: peers, at the time, each of an organisation of its own.
func vouchers(by []*channel.Identity, milliseconds int64) *Fault {
	seen := map[string]bool{}
	for _, id := range by {
		switch {
		case id.Revoked():
			return codeEndorserRevoked.fault("of %s", id.Organisation())
		case !id.Peer():
			return codeEndorserRole.fault("of %s", id.Organisation())
		case !id.ValidAt(time.UnixMilli(milliseconds)):
			return codeEndorserExpired.fault("of %s", id.Organisation())
		case seen[id.Organisation()]:
			return codeOrganisationTwice.fault("%s", id.Organisation())
		}
		seen[id.Organisation()] = true
	}
	return nil
}

// question checks what was asked, and that what was endorsed is the answer to it.
func (v *verification) question(config *channel.Config, a *channel.Answer) (*channel.Question, *channel.Outcome, *Fault) {
	out, err := a.Outcome()
	if err != nil {
		return nil, nil, codeAnswerForm.fault("what was endorsed: %v", err)
	}
	if !out.ForThis {
		return nil, nil, codeProposalHash.fault("")
	}
	q, err := a.Question()
	switch {
	case err != nil:
		return nil, nil, codeAnswerForm.fault("what was asked: %v", err)
	case q.Channel != config.Channel():
		return nil, nil, codeChannel.fault("%q", q.Channel)
	case !q.SameID:
		return nil, nil, codeTransactionId.fault("%q", q.ID)
	}
	if _, err := config.Identity(q.Creator); err != nil {
		return nil, nil, codeCreator.fault("%v", err)
	}
	switch {
	case q.Called != wire.Chaincode || q.Specified != wire.Chaincode || out.Chaincode != wire.Chaincode:
		return nil, nil, codeChaincode.fault("%q, %q, %q", q.Called, q.Specified, out.Chaincode)
	case len(q.Args) != 3 || string(q.Args[0]) != wire.FnAttest || len(q.Args[1]) < limits.NonceLeast || len(q.Args[1]) > limits.NonceMost:
		return nil, nil, codeFunction.fault("")
	case out.Status != 200:
		return nil, nil, codeStatus.fault("%d", out.Status)
	case out.Writes:
		return nil, nil, codeWrites.fault("")
	}
	return q, out, nil
}

// values takes what an answer says of each key.
func (v *verification) values(q *channel.Question, out *channel.Outcome) *Fault {
	keys, err := wire.DecodeKeys(string(q.Args[2]))
	if err != nil {
		return codeFunction.fault("%v", err)
	}
	answer, err := wire.DecodeAttested(out.Payload)
	if err != nil || len(answer.Values) != len(keys) {
		return codeValues.fault("")
	}
	if again, err := wire.EncodeAttested(answer); err != nil || again != string(out.Payload) {
		return codeValues.fault("not in their one form")
	}
	if !bytes.Equal(answer.Nonce, q.Args[1]) {
		return codeNonce.fault("")
	}
	reads := out.Reads[wire.Chaincode]
	for namespace := range out.Reads {
		if namespace != wire.Chaincode && namespace != lifecycle {
			return codeReadSet.fault("of %q", namespace)
		}
	}
	if out.Others || len(reads) != len(keys) {
		return codeReadSet.fault("%d keys read, %d asked for", len(reads), len(keys))
	}
	v.asks = append(v.asks, keys)
	for i, r := range reads {
		v.askedIn[keys[i]]++
		if r.Key != keys[i] {
			return codeReadSet.fault("%s is read, %s asked for", r.Key, keys[i])
		}
		if r.Version.Exists != (answer.Values[i] != nil) {
			return codePresence.fault("%s", r.Key)
		}
		said := value{answer.Values[i], r.Version}
		if before, ok := v.state[r.Key]; ok && (before.version != said.version || !bytes.Equal(before.bytes, said.bytes)) {
			return codeAnswersDiffer.fault("%s", r.Key)
		}
		v.state[r.Key] = said
	}
	return nil
}

// record gives what lies under a key that was asked for; nil when nothing does.
func record[T rootline.Record](v *verification, space rootline.Space, id string) (T, channel.Version, *Fault) {
	var none T
	ref := rootline.Ref{Space: space, ID: id}
	said, ok := v.state[wire.Key(ref)]
	if !ok {
		return none, said.version, codeNotAttested.fault("%s", ref)
	}
	var err error
	if said.bytes != nil {
		err = strictcbor.Check(said.bytes, limits.RecordItems, false)
	}
	var r rootline.Record
	if err == nil {
		r, err = wire.Decode(ref, said.bytes)
	}
	if err != nil {
		return none, said.version, codeRecord.fault("%v", err)
	}
	if r == nil {
		return none, said.version, nil
	}
	t, ok := r.(T)
	if !ok {
		return none, said.version, codeRecord.fault("%s", ref)
	}
	return t, said.version, nil
}

// ledger checks that the answers are this ledger's, and finds the newest seal.
func (v *verification) ledger() *Fault {
	l, _, fault := record[*rootline.Ledger](v, rootline.SpaceLedger, "")
	if fault != nil {
		return fault
	}
	if l == nil {
		return codeNet.fault("it was not founded")
	}
	if v.report.Pinned && l.Net != v.anchor.Net {
		return codeNet.fault("%s; the anchor names %s", l.Net, v.anchor.Net)
	}
	v.net, v.report.Net, v.founders = l.Net, l.Net, len(l.Organisations)
	seal, at, fault := record[*rootline.Seal](v, rootline.SpaceSeal, "")
	if fault != nil {
		return fault
	}
	if seal != nil {
		v.report.Seal = &Sealed{at.Block, seal.Witnessed}
	}
	for _, key := range sortedKeys(v.state) {
		name, ok := strings.CutPrefix(key, "R/")
		if !ok || !strings.Contains(name, "@") {
			continue
		}
		book, _, fault := record[*rootline.AdoptedRulebook](v, rootline.SpaceRulebook, name)
		if fault != nil {
			return fault
		}
		if book != nil {
			v.report.Rulebooks = append(v.report.Rulebooks, RulebookReport{Name: name, SHA256: rootline.HashOf([]byte(book.YAML))})
		}
	}
	return nil
}
