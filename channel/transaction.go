package channel

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
)

// The types of envelopes that blocks hold (common.HeaderType).
const (
	typeConfig       = 1
	typeConfigUpdate = 2
	typeEndorser     = 3
)

// errBroken is the error of a transaction at which this program broke down, and errBlind that of those after it.
var (
	errBroken = errors.New("verifying it broke down")
	errLeft   = fmt.Errorf("%w: it ended this program again and again, and is left alone", errBroken)
	errBlind  = errors.New("what an earlier transaction wrote, at which verifying broke down, is not known")
)

// flaw is why a transaction is invalid.
type flaw struct {
	code Code
	why  string
}

func flawed(code Code, format string, args ...any) *flaw {
	return &flaw{code, fmt.Sprintf(format, args...)}
}

// transaction is a transaction with what can be known of it from its bytes alone. Fabric's order of checks is kept, as the
// first that fails is the verdict: early ones come before the creator is looked up, form after that, and call after the
// check for ids that were used before.
type transaction struct {
	// broken is set when reading it broke down: nothing else of it is known then.
	broken            error
	early, form, call *flaw
	kind              uint64
	channel, id       string
	creator           []byte
	// signed says that the creator's signature holds by the certificate that it names.
	signed error
	// data is the configuration of a transaction that holds one.
	data         []byte
	chaincode    string
	accesses     results
	endorsements []endorsement
	// known is the id under which the ledger remembers it; "" when it has none.
	known string
}

// endorsement is who endorsed, and whether the signature holds by the certificate.
type endorsement struct {
	by     []byte
	signed error
}

// check verifies a signature on the parts of a message by the certificate in a msp.SerializedIdentity, whoever's it is.
func check(serialized, signature []byte, message ...[]byte) error {
	_, pemBytes, err := parseIdentity(serialized)
	if err != nil {
		return err
	}
	cert, err := certificates.get(pemBytes)
	if err != nil {
		return err
	}
	return verify(cert, signature, message...)
}

// channelHeader is what is used of common.ChannelHeader.
type channelHeader struct {
	kind, epoch uint64
	channel, id string
	extension   []byte
}

func parseChannelHeader(b []byte) (h channelHeader, err error) {
	if err := shapeChannelHeader.check(b); err != nil {
		return h, err
	}
	err = each(b, func(f field) (err error) {
		switch {
		case f.isVarint(1):
			h.kind = uint64(uint32(f.varint)) // as protobuf does
		case f.is(4):
			h.channel, err = f.text()
		case f.is(5):
			h.id, err = f.text()
		case f.isVarint(6):
			h.epoch = f.varint
		case f.is(7):
			h.extension = f.value()
		}
		return err
	})
	return h, err
}

// parseSignatureHeader reads common.SignatureHeader.
func parseSignatureHeader(b []byte) (creator, nonce []byte, err error) {
	err = each(b, func(f field) error {
		switch {
		case f.is(1):
			creator = f.bytes
		case f.is(2):
			nonce = f.bytes
		}
		return nil
	})
	if err == nil && len(creator) == 0 {
		err = errors.New("it names no creator")
	}
	if err == nil && len(nonce) == 0 {
		err = errors.New("it has no nonce")
	}
	return creator, nonce, err
}

// pair reads a message whose members 1 and 2 are bytes or embedded messages.
func pair(b []byte, embedded bool) (first, second []byte, err error) {
	err = each(b, func(f field) error {
		switch {
		case f.is(1) && embedded:
			first = join(first, f.bytes)
		case f.is(1):
			first = f.value()
		case f.is(2):
			second = f.value()
		}
		return nil
	})
	return first, second, err
}

// parseTransaction reads an envelope's payload and checks the signatures in it (core/common/validation/msgvalidation.go).
func parseTransaction(e envelope) *transaction {
	t := &transaction{}
	header, data, err := pair(e.payload, true)
	if err == nil {
		err = shapePayload.check(e.payload)
	}
	if err != nil {
		t.early = flawed(BadPayload, "its payload: %v", err)
		return t
	}
	channelBytes, signatureBytes, err := pair(header, false)
	if err != nil {
		t.early = flawed(BadPayload, "its header: %v", err)
		return t
	}
	h, err := parseChannelHeader(channelBytes)
	if err != nil {
		t.early = flawed(BadCommonHeader, "its channel header: %v", err)
		return t
	}
	t.kind, t.channel, t.id, t.known = h.kind, h.channel, h.id, h.id
	creator, nonce, err := parseSignatureHeader(signatureBytes)
	sum := hashed(nonce, creator)
	id := hex.EncodeToString(sum[:])
	if t.known == "" && header != nil {
		t.known = id // protoutil.GetOrComputeTxIDFromEnvelope
	}
	switch {
	case err != nil:
		t.early = flawed(BadCommonHeader, "its signature header: %v", err)
	case h.kind != typeConfig && h.kind != typeConfigUpdate && h.kind != typeEndorser:
		t.early = flawed(BadCommonHeader, "its type %d", h.kind)
	case h.epoch != 0:
		t.early = flawed(BadCommonHeader, "its epoch %d", h.epoch)
	}
	if h.kind == typeConfig {
		t.data = data // block 0's has no creator
	}
	if t.early != nil {
		return t
	}
	t.creator = creator
	t.signed = check(creator, e.signature, e.payload)
	switch h.kind {
	case typeConfig:
		return t
	case typeConfigUpdate:
		t.form = flawed(UnsupportedPayload, "an update of the configuration in a block")
		return t
	}
	if t.id != id {
		t.form = flawed(BadTransactionID, "its id is not that of its nonce and creator")
		return t
	}
	t.parseCall(channelBytes, h.extension, data)
	return t
}

// parseCall reads peer.Transaction.
func (t *transaction) parseCall(channelBytes, extension, data []byte) {
	bad := func(format string, args ...any) { t.form = flawed(InvalidEndorsement, format, args...) }
	var action []byte
	actions := 0
	if err := each(data, func(f field) error {
		if f.is(1) {
			action = f.bytes
			actions++
		}
		return nil
	}); err != nil || actions != 1 || shapeTransaction.check(data) != nil {
		bad("it has %d actions", actions)
		return
	}
	signatureBytes, payload, err := pair(action, false)
	if err != nil {
		bad("its action: %v", err)
		return
	}
	if _, _, err := parseSignatureHeader(signatureBytes); err != nil {
		bad("its action's header: %v", err)
		return
	}
	if err := shapeAction.check(payload); err != nil {
		bad("its action's payload: %v", err)
		return
	}
	var proposal, endorsed []byte
	if err := each(payload, func(f field) error {
		switch {
		case f.is(1):
			proposal = f.value()
		case f.is(2):
			endorsed = join(endorsed, f.bytes)
		}
		return nil
	}); err != nil {
		bad("its action's payload: %v", err)
		return
	}
	response, endorsements, err := parseEndorsed(endorsed)
	if err != nil {
		bad("its endorsements: %v", err)
		return
	}
	proposalHash, result, err := pair(response, false)
	if err != nil {
		bad("its response: %v", err)
		return
	}
	if channelBytes == nil || proposal == nil {
		bad("it has no proposal")
		return
	}
	sum := hashed(channelBytes, signatureBytes, proposal)
	if !bytes.Equal(sum[:], proposalHash) {
		bad("its endorsements are for another proposal")
		return
	}
	for _, e := range endorsements {
		t.endorsements = append(t.endorsements, endorsement{
			by: e[0], signed: check(e[0], e[1], response, e[0]),
		})
	}
	t.call = t.parseResult(extension, response, result)
}

// maxEndorsements bounds the endorsements that are looked at in one transaction.
const maxEndorsements = 256

// parseEndorsed reads peer.ChaincodeEndorsedAction.
func parseEndorsed(b []byte) (response []byte, endorsements [][2][]byte, err error) {
	err = each(b, func(f field) error {
		switch {
		case f.is(1):
			response = f.value()
		case f.is(2):
			by, signature, err := pair(f.bytes, false)
			if len(endorsements) < maxEndorsements {
				endorsements = append(endorsements, [2][]byte{by, signature})
			}
			return err
		}
		return nil
	})
	return response, endorsements, err
}

// parseResult reads peer.ChaincodeAction, and holds it against the header (txvalidator/v20/plugindispatcher).
func (t *transaction) parseResult(extension, response, result []byte) *flaw {
	var named []byte
	err := shapeExtension.check(extension)
	if err == nil {
		err = each(extension, func(f field) error {
			if f.is(2) {
				named = join(named, f.bytes)
			}
			return nil
		})
	}
	if err != nil {
		return flawed(BadHeaderExtension, "its header's extension: %v", err)
	}
	if response == nil || result == nil {
		return flawed(BadResponsePayload, "it has no response")
	}
	if err := shapeResult.check(result); err != nil {
		return flawed(BadResponsePayload, "its result: %v", err)
	}
	var results, events, called []byte
	err = each(result, func(f field) error {
		switch {
		case f.is(1):
			results = f.bytes
		case f.is(2):
			events = f.value()
		case f.is(4):
			called = join(called, f.bytes)
		}
		return nil
	})
	name, version, nameErr := parseChaincodeID(called)
	if err = errors.Join(err, nameErr); err != nil {
		return flawed(BadResponsePayload, "its result: %v", err)
	}
	t.accesses, err = parseResults(results)
	if err != nil && !errors.Is(err, errDuplicateNamespace) {
		return flawed(BadReadWriteSet, "its reads and writes: %v", err)
	}
	t.chaincode = name
	twice := err
	wanted, _, err := parseChaincodeID(named)
	if err != nil {
		return flawed(BadHeaderExtension, "its header's extension: %v", err)
	}
	switch {
	case named == nil || called == nil:
		return flawed(InvalidOtherReason, "it names no chaincode")
	case wanted == "" || wanted != name:
		return flawed(InvalidChaincode, "its header names the chaincode %q, its result %q", wanted, name)
	case version == "":
		return flawed(InvalidChaincode, "it names no version of the chaincode")
	}
	if events != nil {
		by, err := member(events, 1)
		if err != nil || shapeEvent.check(events) != nil || string(by) != name {
			return flawed(InvalidOtherReason, "its event is another chaincode's")
		}
	}
	if twice != nil {
		return flawed(IllegalWriteSet, "%v", twice)
	}
	return nil
}

// parseChaincodeID reads peer.ChaincodeID.
func parseChaincodeID(b []byte) (name, version string, err error) {
	err = each(b, func(f field) (err error) {
		switch {
		case f.is(1):
			_, err = f.text()
		case f.is(2):
			name, err = f.text()
		case f.is(3):
			version, err = f.text()
		}
		return err
	})
	return name, version, err
}
