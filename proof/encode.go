package proof

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/limits"
	"github.com/rootline/rootline/strictcbor"
)

// MediaType is the media type of proofs, Extension the end of their files' names.
const (
	MediaType = "application/vnd.rootline.proof+cbor"
	Extension = ".rlproof"
)

// magic is how every proof begins; the hash of what follows comes after it.
const magic = "RLPROOF1"

// MaxBytes is how long a proof is at most, packed and unpacked.
const MaxBytes = limits.ProofBytes

// The fields of a proof.
const (
	fieldVersion = iota
	fieldKind
	fieldSubject
	fieldConfigurations
	fieldAnswers
	fieldEvents
	fieldActs
	fieldConfirms
	fieldHeaders
	fieldBlocks
	fieldRulebooks
	fieldLog
	fieldTimestamp
	fieldNeighbours
	fieldSet
	fieldVoices
	fields
)

// Encode makes the file of a proof. The same proof gives the same unpacked bytes; how they are packed is not fixed. The
// error is a *Fault with the code too-large, or says that a member has a length or a number that no proof has.
func Encode(b *Bundle) ([]byte, error) {
	unpacked := b.encode()
	if len(unpacked) > MaxBytes {
		return nil, codeTooLarge.fault("it has %d bytes unpacked; %d at most are read", len(unpacked), MaxBytes)
	}
	if _, err := decode(unpacked); err != nil {
		return nil, fmt.Errorf("proof: encode: %w", err)
	}
	return pack(unpacked)
}

// pack packs what is unpacked, hashes that and puts the head before it.
func pack(unpacked []byte) ([]byte, error) {
	out := bytes.NewBuffer(make([]byte, len(magic)+sha256.Size, len(magic)+sha256.Size+len(unpacked)/2))
	w, err := flate.NewWriter(out, flate.BestCompression)
	if err == nil {
		_, err = w.Write(unpacked)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("proof: encode: %w", err)
	}
	return headed(out.Bytes()), nil
}

// headed writes magic and hash into the room at the beginning of file.
func headed(file []byte) []byte {
	copy(file, magic)
	sum := sha256.Sum256(file[len(magic)+sha256.Size:])
	copy(file[len(magic):], sum[:])
	return file
}

// encode is the CBOR of the proof.
func (b *Bundle) encode() []byte {
	var body []byte
	count := 0
	field := func(key uint64, there bool, write func([]byte) []byte) {
		if there {
			count++
			body = write(appendUint(body, key))
		}
	}
	field(fieldVersion, true, func(o []byte) []byte { return appendUint(o, version) })
	field(fieldKind, true, func(o []byte) []byte { return appendUint(o, uint64(b.Kind)) })
	field(fieldSubject, true, func(o []byte) []byte { return appendText(o, b.Subject) })
	field(fieldConfigurations, len(b.Configurations) > 0, func(o []byte) []byte { return appendList(o, b.Configurations, appendConfiguration) })
	field(fieldAnswers, len(b.Answers) > 0, func(o []byte) []byte { return appendList(o, b.Answers, appendBytes) })
	field(fieldEvents, len(b.Events) > 0, func(o []byte) []byte { return appendList(o, b.Events, appendEvent) })
	field(fieldActs, len(b.Acts) > 0, func(o []byte) []byte { return appendList(o, b.Acts, appendJWS) })
	field(fieldConfirms, len(b.Confirms) > 0, func(o []byte) []byte { return appendList(o, b.Confirms, appendBytes) })
	field(fieldHeaders, len(b.Headers) > 0, func(o []byte) []byte { return appendList(o, b.Headers, appendHeader) })
	field(fieldBlocks, len(b.Blocks) > 0, func(o []byte) []byte { return appendList(o, b.Blocks, appendBlock) })
	field(fieldRulebooks, len(b.Rulebooks) > 0, func(o []byte) []byte {
		return appendList(o, b.Rulebooks, func(o []byte, r Rulebook) []byte {
			return appendBytes(appendText(appendArray(o, 2), r.Ballot), r.Text)
		})
	})
	field(fieldNeighbours, len(b.Neighbours) > 0, func(o []byte) []byte { return appendList(o, b.Neighbours, appendNeighbours) })
	field(fieldSet, b.Set != nil, func(o []byte) []byte { return appendSet(o, *b.Set) })
	field(fieldVoices, len(b.Voices) > 0, func(o []byte) []byte { return appendList(o, b.Voices, appendVoice) })
	return append(strictcbor.AppendHead(nil, strictcbor.Map, uint64(count)), body...) // a count
}

func appendConfiguration(o []byte, c Configuration) []byte {
	o = appendBytes(appendUint(appendArray(o, 4), c.Number), c.Previous)
	if c.Envelope == nil {
		o = append(o, strictcbor.Null)
	} else {
		o = appendBytes(o, c.Envelope)
	}
	return appendOr(o, c.Signatures, appendSignatures)
}

func appendSignatures(o []byte, s Signatures) []byte {
	return appendList(appendBytes(appendArray(o, 2), s.Value), s.By, func(o []byte, s Signature) []byte {
		return appendBytes(appendBytes(appendArray(o, 2), s.Identifier), s.Signature)
	})
}

func appendJWS(o []byte, j JWS) []byte { return appendParts(appendArray(o, 3), j) }

func appendParts(o []byte, j JWS) []byte {
	return appendBytes(appendBytes(appendBytes(o, j.Header), j.Payload), j.Signature)
}

func appendEvent(o []byte, e Event) []byte {
	o = appendParts(appendArray(o, 5), e.JWS)
	o = appendOr(o, e.Inclusion, func(o []byte, in rootline.Inclusion) []byte {
		return appendPath(appendUint(appendText(appendArray(o, 3), in.List), uint64(in.Index)), in.Path) // a negative one is refused by decode
	})
	return appendOr(o, e.Attestation, appendJWS)
}

func appendHash(o []byte, h rootline.Hash) []byte { return appendBytes(o, h[:]) }

func appendPath(o []byte, path []rootline.Hash) []byte { return appendList(o, path, appendHash) }

func appendHeader(o []byte, h Header) []byte {
	o = appendBytes(appendBytes(appendUint(appendArray(o, 4), h.Number), h.Previous), h.Data)
	return appendSignatures(o, h.Signatures)
}

func appendBlock(o []byte, b Block) []byte {
	return appendList(appendUint(appendArray(o, 2), b.Number), b.Envelopes, appendBytes)
}

func appendNeighbours(o []byte, n Neighbours) []byte {
	place := func(o []byte, p Place) []byte {
		return appendPath(appendText(appendUint(appendArray(o, 3), p.Index), p.Code), p.Path)
	}
	return appendOr(appendOr(appendText(appendArray(o, 3), n.List), n.Before, place), n.After, place)
}

func appendSet(o []byte, s Set) []byte {
	o = appendUint(appendHash(appendUint(appendText(appendArray(o, 6), s.Net), s.Block), s.Hash), uint64(s.Made)) // as above
	o = appendText(o, s.Maker)
	return appendList(o, s.Items, func(o []byte, i Item) []byte {
		return appendOr(appendHash(appendUint(appendText(appendArray(o, 4), i.Code), i.Seq), i.Head), i.Proof, appendHash)
	})
}

func appendVoice(o []byte, v Voice) []byte {
	return appendBytes(appendBytes(appendArray(o, 2), v.Identity), v.Signature)
}

// Decode reads the file of a proof. The error is a *Fault. What is read proves nothing yet: that is for Verify to say. The
// proof shares no memory with file.
func Decode(file []byte) (*Bundle, error) {
	if len(file) > MaxBytes {
		return nil, codeTooLarge.fault("the file has %d bytes; %d at most are read", len(file), MaxBytes)
	}
	if len(file) < len(magic) || string(file[:len(magic)]) != magic {
		return nil, codeMagic.fault("")
	}
	if len(file) < len(magic)+sha256.Size {
		return nil, codeOuterHash.fault("the file ends before it")
	}
	packed := file[len(magic)+sha256.Size:]
	if sha256.Sum256(packed) != [sha256.Size]byte(file[len(magic):]) {
		return nil, codeOuterHash.fault("")
	}
	in := bytes.NewReader(packed)
	unpacked, err := io.ReadAll(io.LimitReader(flate.NewReader(in), MaxBytes+1))
	switch {
	case len(unpacked) > MaxBytes:
		return nil, codeTooLarge.fault("it unpacks to more than %d bytes", MaxBytes)
	case err != nil:
		return nil, codeDeflate.fault("%v", err)
	case in.Len() > 0:
		return nil, codeDeflate.fault("%d bytes follow its end", in.Len())
	}
	b, err := decode(unpacked)
	if err != nil {
		return nil, err
	}
	return b, nil
}

// decode reads the CBOR of a proof.
func decode(unpacked []byte) (*Bundle, error) {
	switch err := strictcbor.Check(unpacked, limits.ProofItems, true); err {
	case nil:
	case strictcbor.ErrItems:
		return nil, codeTooLarge.fault("%v: %d at most are read", err, limits.ProofItems)
	default:
		return nil, codeCBOR.fault("")
	}
	r := &reader{b: unpacked}
	b := &Bundle{}
	// The keys come first by themselves, so that a proof of a later version is told apart from one that is malformed.
	has, fault := outline(unpacked)
	if fault != nil {
		return nil, fault
	}
	r.take(strictcbor.Map)
	for key := range uint64(fields) {
		if !has[key] {
			continue
		}
		r.uint()
		if b.field(r, key); r.err != nil {
			return nil, codeForm.fault("field %d", key)
		}
	}
	if fault := b.suits(has); fault != nil {
		return nil, fault
	}
	return b, nil
}

// outline finds out which fields a proof has, and whether they are those of this version.
func outline(unpacked []byte) (has [fields]bool, fault *Fault) {
	major, n, size := strictcbor.Head(unpacked)
	if major != strictcbor.Map || unpacked[0] == strictcbor.Null {
		return has, codeForm.fault("it is no map")
	}
	rest := unpacked[size:]
	for i := range n {
		_, key, size := strictcbor.Head(rest)
		value := rest[size:]
		rest = strictcbor.Skip(value)
		if i == 0 {
			r := reader{b: value}
			if v := r.uint(); key != fieldVersion || r.err != nil {
				return has, codeForm.fault("it does not begin with its version")
			} else if v != version {
				return has, codeVersion.fault("%d; this program knows %d", v, version)
			}
		}
		switch {
		case key >= fields:
			return has, codeUnknownField.fault("%d", key)
		case key == fieldLog, key == fieldTimestamp:
			return has, codeNotYet.fault("field %d", key)
		}
		has[key] = true
	}
	return has, nil
}

// suits checks that a proof has the fields that its kind has, and no others.
func (b *Bundle) suits(has [fields]bool) *Fault {
	must, may := fieldsOf(b.Kind)
	if must == nil {
		return codeForm.fault("there is no kind %d", uint64(b.Kind))
	}
	for key := range uint64(fields) {
		needed, allowed := contains(must, key), contains(may, key)
		switch {
		case needed && !has[key]:
			return codeForm.fault("field %d is missing", key)
		case has[key] && !needed && !allowed:
			return codeUnused.fault("field %d is none of a proof of this kind", key)
		}
	}
	return nil
}

func contains(list []uint64, key uint64) bool {
	for _, k := range list {
		if k == key {
			return true
		}
	}
	return false
}

// fieldsOf are the fields that a kind of proof must and may have.
func fieldsOf(k Kind) (must, may []uint64) {
	must = []uint64{fieldVersion, fieldKind, fieldSubject, fieldConfigurations, fieldHeaders}
	switch k {
	case KindItem:
		return append(must, fieldAnswers, fieldEvents, fieldConfirms), []uint64{fieldActs, fieldBlocks, fieldRulebooks}
	case KindAbsence:
		return append(must, fieldAnswers), []uint64{fieldNeighbours}
	case KindSet:
		return append(must, fieldSet, fieldVoices), nil
	}
	return nil, nil
}

// field reads one field.
func (b *Bundle) field(r *reader, key uint64) {
	switch key {
	case fieldVersion:
		r.uint()
	case fieldKind:
		b.Kind = Kind(r.uint())
	case fieldSubject:
		if b.Subject = r.text(); !b.namesSubject() {
			r.fail()
		}
	case fieldConfigurations:
		b.Configurations = filled(r, readConfiguration)
	case fieldAnswers:
		b.Answers = filled(r, (*reader).some)
	case fieldEvents:
		b.Events = filled(r, readEvent)
	case fieldActs:
		if b.Acts = filled(r, readJWS); len(b.Acts) > limits.ProofActs {
			r.fail()
		}
	case fieldConfirms:
		b.Confirms = filled(r, (*reader).some)
	case fieldHeaders:
		b.Headers = filled(r, readHeader)
	case fieldBlocks:
		b.Blocks = filled(r, readBlock)
	case fieldRulebooks:
		b.Rulebooks = filled(r, func(r *reader) Rulebook {
			r.exactly(2)
			return Rulebook{r.text(), r.some()}
		})
	case fieldNeighbours:
		b.Neighbours = filled(r, readNeighbours)
	case fieldSet:
		s := readSet(r)
		b.Set = &s
	case fieldVoices:
		b.Voices = filled(r, func(r *reader) Voice {
			r.exactly(2)
			return Voice{r.some(), r.some()}
		})
	}
}

// namesSubject reports whether the subject can be one: a code, or of a set a scope in one line. Any other text could speak to
// who reads the verdict, or look like a code that it is not.
func (b *Bundle) namesSubject() bool {
	if b.Kind != KindSet {
		return rootline.ValidCode(b.Subject)
	}
	return b.Subject != "" && len(b.Subject) <= limits.ProofSubject && strings.IndexFunc(b.Subject, func(r rune) bool {
		return unicode.IsControl(r) || r == '\u2028' || r == '\u2029'
	}) < 0
}

func readConfiguration(r *reader) Configuration {
	r.exactly(4)
	c := Configuration{Number: r.uint(), Previous: r.bytes()}
	if want := sha256.Size; c.Number == 0 && len(c.Previous) > 0 || c.Number > 0 && len(c.Previous) != want {
		r.fail()
	}
	if !r.null() {
		c.Envelope = r.some()
	}
	c.Signatures = or(r, readSignatures)
	return c
}

func readSignatures(r *reader) Signatures {
	r.exactly(2)
	value := r.some()
	if len(value) > limits.ProofValue {
		r.fail()
	}
	return Signatures{value, filled(r, func(r *reader) Signature {
		r.exactly(2)
		return Signature{r.some(), r.some()}
	})}
}

func readJWS(r *reader) JWS {
	r.exactly(3)
	return readParts(r)
}

func readParts(r *reader) JWS { return JWS{r.some(), r.some(), r.sized(signatureBytes)} }

// signatureBytes is the length of a JWS's signature.
const signatureBytes = 64

func readEvent(r *reader) Event {
	r.exactly(5)
	e := Event{JWS: readParts(r)}
	e.Inclusion = or(r, func(r *reader) rootline.Inclusion {
		r.exactly(3)
		return rootline.Inclusion{List: r.text(), Index: int64(r.uint()), Path: readPath(r)} // below 2^53
	})
	e.Attestation = or(r, readJWS)
	return e
}

func readHash(r *reader) rootline.Hash {
	b := r.sized(sha256.Size)
	if r.err != nil {
		return rootline.Hash{}
	}
	return rootline.Hash(b)
}

func readPath(r *reader) []rootline.Hash { return list(r, readHash) }

func readHeader(r *reader) Header {
	r.exactly(4)
	return Header{r.uint(), r.sized(sha256.Size), r.sized(sha256.Size), readSignatures(r)}
}

func readBlock(r *reader) Block {
	r.exactly(2)
	return Block{r.uint(), filled(r, (*reader).some)}
}

func readNeighbours(r *reader) Neighbours {
	place := func(r *reader) Place {
		r.exactly(3)
		return Place{r.uint(), r.text(), readPath(r)}
	}
	r.exactly(3)
	return Neighbours{r.text(), or(r, place), or(r, place)}
}

func readSet(r *reader) Set {
	r.exactly(6)
	return Set{r.text(), r.uint(), readHash(r), rootline.Instant(r.uint()), r.text(), list(r, func(r *reader) Item { // below 2^53
		r.exactly(4)
		return Item{r.text(), r.uint(), readHash(r), or(r, readHash)}
	})}
}
