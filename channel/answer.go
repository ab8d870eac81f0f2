package channel

import (
	"bytes"
	"encoding/hex"
	"errors"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/rootline/rootline/limits"
)

// Answer is what peers endorsed when a chaincode was asked, as the payload of the transaction that would submit it. ParseAnswer
// takes it apart and checks none of it.
type Answer struct {
	// Header and Signer are the channel header and the signature header, Proposal what was asked, Response what was
	// endorsed, each in its bytes.
	Header, Signer, Proposal, Response []byte
	Endorsements                       []Endorsement
}

// Endorsement is one peer's: msp.SerializedIdentity, and its signature on Response with the identity after it.
type Endorsement struct{ Identity, Signature []byte }

// errAnswer is the error of an answer that is not encoded in its one form.
var errAnswer = errors.New("channel: an answer is not encoded in its one form")

// ParseAnswer reads common.Payload. What nobody hashes or signs in it has one form: a payload with anything repeated, empty,
// unknown or in another order is refused.
func ParseAnswer(payload []byte) (*Answer, error) {
	var a Answer
	header, data, err := pair(payload, false)
	if err == nil {
		a.Header, a.Signer, err = pair(header, false)
	}
	action, err := memberOf(data, 1, err)
	signer, err := memberOf(action, 1, err)
	called, err := memberOf(action, 2, err)
	a.Proposal, err = memberOf(called, 1, err)
	endorsed, err := memberOf(called, 2, err)
	if err == nil {
		var all [][2][]byte
		a.Response, all, err = parseEndorsed(endorsed)
		for _, e := range all {
			a.Endorsements = append(a.Endorsements, Endorsement{e[0], e[1]})
		}
	}
	if err != nil || !bytes.Equal(signer, a.Signer) || !bytes.Equal(payload, a.Encode()) || !a.filled() {
		return nil, errAnswer
	}
	return &a, nil
}

// memberOf is member, for who has not failed before.
func memberOf(b []byte, number protowire.Number, before error) ([]byte, error) {
	if before != nil {
		return nil, before
	}
	return member(b, number)
}

// filled reports whether nothing is empty.
func (a *Answer) filled() bool {
	for _, e := range a.Endorsements {
		if len(e.Identity) == 0 || len(e.Signature) == 0 {
			return false
		}
	}
	return len(a.Header) > 0 && len(a.Signer) > 0 && len(a.Proposal) > 0 && len(a.Response) > 0 && len(a.Endorsements) > 0
}

// Encode gives the payload in its one form. The endorsements stand in the order that they have.
func (a *Answer) Encode() []byte {
	wrap := func(parts ...[]byte) (b []byte) {
		for i, p := range parts {
			b = protowire.AppendBytes(protowire.AppendTag(b, protowire.Number(i+1), protowire.BytesType), p) // few
		}
		return b
	}
	endorsed := wrap(a.Response)
	for _, e := range a.Endorsements {
		endorsed = protowire.AppendBytes(protowire.AppendTag(endorsed, 2, protowire.BytesType), wrap(e.Identity, e.Signature))
	}
	return wrap(wrap(a.Header, a.Signer), wrap(wrap(a.Signer, wrap(a.Proposal, endorsed))))
}

// Message is what an endorser signs: give it to Identity.Verify.
func (a *Answer) Message(e Endorsement) [][]byte { return [][]byte{a.Response, e.Identity} }

// Question is what was asked, and by whom.
type Question struct {
	Channel, ID string
	// Milliseconds is when it was asked, since 1970.
	Milliseconds int64
	Creator      []byte
	// Called is the chaincode that the header names, Specified the one that the call itself does.
	Called, Specified string
	// Args are the function and its arguments.
	Args [][]byte
	// SameID says that ID is that of the nonce and the creator.
	SameID bool
}

// errQuestion is the error of what cannot be read as a call of a chaincode.
var errQuestion = errors.New("channel: it calls no chaincode")

// Question reads what was asked.
func (a *Answer) Question() (*Question, error) {
	h, err := parseChannelHeader(a.Header)
	if err != nil || h.kind != typeEndorser || h.epoch != 0 {
		return nil, errQuestion
	}
	q := &Question{Channel: h.channel, ID: h.id}
	creator, nonce, err := parseSignatureHeader(a.Signer)
	if err != nil {
		return nil, errQuestion
	}
	sum := hashed(nonce, creator)
	q.Creator, q.SameID = creator, q.ID == hex.EncodeToString(sum[:])
	if q.Milliseconds, err = parseTimestamp(a.Header); err != nil {
		return nil, errQuestion
	}
	if err := shapeExtension.check(h.extension); err != nil {
		return nil, errQuestion
	}
	named, err := member(h.extension, 2)
	if err == nil {
		q.Called, _, err = parseChaincodeID(named)
	}
	if err == nil {
		q.Specified, q.Args, err = parseInvocation(a.Proposal)
	}
	if err != nil {
		return nil, errQuestion
	}
	return q, nil
}

// parseTimestamp reads the time of a channel header, in milliseconds.
func parseTimestamp(header []byte) (int64, error) {
	stamp, err := member(header, 3)
	var seconds, nanos uint64
	if err == nil {
		err = each(stamp, func(f field) error {
			switch {
			case f.isVarint(1):
				seconds = f.varint
			case f.isVarint(2):
				nanos = f.varint
			}
			return nil
		})
	}
	const most = 1 << 40 // beyond any date
	if err != nil || seconds >= most || nanos >= 1e9 {
		return 0, errQuestion
	}
	return int64(seconds*1000 + nanos/1e6), nil // bounded
}

// parseInvocation reads peer.ChaincodeProposalPayload: the chaincode that the call names, and the function with its arguments.
func parseInvocation(b []byte) (name string, args [][]byte, err error) {
	input, err := member(b, 1)
	spec, err := memberOf(input, 1, err)
	id, err := memberOf(spec, 2, err)
	call, err := memberOf(spec, 3, err)
	if err == nil {
		name, _, err = parseChaincodeID(id)
	}
	if err != nil {
		return "", nil, err
	}
	return name, args, each(call, func(f field) error {
		if f.is(1) {
			if len(args) >= limits.MessageMembers {
				return errMembers
			}
			args = append(args, f.value())
		}
		return nil
	})
}

// Outcome is what the peers that endorsed an answer say came of the question.
type Outcome struct {
	// ForThis says that they endorsed this question and no other.
	ForThis bool
	// Chaincode and Version are of the chaincode that ran.
	Chaincode, Version string
	Status             uint64
	Payload            []byte
	// Reads are the keys of the public state that were read, by namespace, in their order.
	Reads map[string][]Read
	// Writes says that something was written, or an event given; Others that something else than single keys of public
	// state was read.
	Writes, Others bool
}

// Outcome reads what was endorsed. The error is that it cannot be read.
func (a *Answer) Outcome() (*Outcome, error) {
	hash, result, err := pair(a.Response, false)
	if err == nil {
		err = shapeResult.check(result)
	}
	if err != nil {
		return nil, err
	}
	sum := hashed(a.Header, a.Signer, a.Proposal)
	o := &Outcome{ForThis: bytes.Equal(hash, sum[:]), Reads: map[string][]Read{}}
	var results, response, called []byte
	if err := each(result, func(f field) error {
		switch {
		case f.is(1):
			results = f.bytes
		case f.is(2):
			o.Writes = o.Writes || len(f.bytes) > 0
		case f.is(3):
			response = join(response, f.bytes)
		case f.is(4):
			called = join(called, f.bytes)
		}
		return nil
	}); err != nil {
		return nil, err
	}
	if o.Chaincode, o.Version, err = parseChaincodeID(called); err != nil {
		return nil, err
	}
	if err := each(response, func(f field) error {
		switch {
		case f.isVarint(1):
			o.Status = f.varint
		case f.is(3):
			o.Payload = f.bytes
		}
		return nil
	}); err != nil {
		return nil, err
	}
	if len(results) > limits.MessageMembers {
		if left, err := countResults(results, limits.MessageMembers); err != nil {
			return nil, err
		} else if left < 0 {
			return nil, errMembers
		}
	}
	accesses, err := parseResults(results)
	if err != nil {
		return nil, err
	}
	if err := accesses.each(func(x *access) (err error) {
		o.Writes = o.Writes || x.writing()
		o.Others = o.Others || x.ranges || x.private && x.reads
		if !x.private && x.reads {
			o.Reads[x.namespace], err = x.appendReads(o.Reads[x.namespace])
		}
		return err
	}); err != nil {
		return nil, err
	}
	return o, nil
}
