package channel

// ParseSubmitted reads common.Envelope of a transaction that calls a chaincode: the answer that it submits, and what its
// creator signs, with the signature. The error is that it is not encoded in the one form that ParseAnswer has.
func ParseSubmitted(raw []byte) (a *Answer, payload, signature []byte, err error) {
	e, err := parseEnvelope(raw)
	if err != nil {
		return nil, nil, nil, err
	}
	if a, err = ParseAnswer(e.payload); err != nil {
		return nil, nil, nil, err
	}
	return a, e.payload, e.signature, nil
}

// WellFormed reports whether an envelope is in the one form that it has: since a data hash has no borders in it, a moved one
// shows only by this.
func WellFormed(envelope []byte) bool {
	e, err := parseEnvelope(envelope)
	return err == nil && len(e.payload) > 0 && len(e.signature) > 0
}

// Creator is who asked, as msp.SerializedIdentity.
func (a *Answer) Creator() ([]byte, error) {
	creator, _, err := parseSignatureHeader(a.Signer)
	return creator, err
}
