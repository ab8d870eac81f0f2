package rootline

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/rootline/rootline/limits"
)

// Codes of assets, tags, lots and rolls are GS1 Global Individual Asset Identifiers (AI 8004): the GS1 company prefix
// of the organisation that makes them, then a serial, at most 30 characters in all. Rootline uses digits and
// upper-case letters only, so that a QR code packs them in alphanumeric mode and people can read them aloud.

// ValidCode reports whether s has the form of a code: 8 to 30 digits and upper-case letters.
func ValidCode(s string) bool {
	return len(s) >= 8 && len(s) <= 30 && only(s, func(c byte) bool { return digit(c) || c >= 'A' && c <= 'Z' })
}

// Codes and names are looked at for each event, several at a time: regular expressions would take a tenth of judging.

func digit(c byte) bool { return c >= '0' && c <= '9' }
func small(c byte) bool { return c >= 'a' && c <= 'z' }

// only reports whether all bytes of s are allowed.
func only(s string, allowed func(byte) bool) bool {
	for i := range len(s) {
		if !allowed(s[i]) {
			return false
		}
	}
	return true
}

// ValidPrefix reports whether s can be an organisation's GS1 company prefix: 4 to 12 digits.
func ValidPrefix(s string) bool { return prefixForm.MatchString(s) }

var (
	prefixForm = regexp.MustCompile(`^[0-9]{4,12}$`)
	fieldForm  = regexp.MustCompile(`^[a-z][a-zA-Z0-9]{0,39}$`)
	placeForm  = regexp.MustCompile(fmt.Sprintf(`^[a-z0-9][a-z0-9.+-]*(/[a-z0-9][a-z0-9.+-]*){0,%d}$`, limits.PlaceParts-1))
	mspForm    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$`)
)

// ValidName reports whether s can name a kind, a state, an action, a role or a rulebook: "fill-layer".
func ValidName(s string) bool {
	return s != "" && len(s) <= 40 && small(s[0]) && only(s, func(c byte) bool { return small(c) || digit(c) || c == '-' })
}

// ValidFieldName reports whether s can name a member of an event's data: "rootBall".
func ValidFieldName(s string) bool { return fieldForm.MatchString(s) }

// ValidPlaceID reports whether s can name a place: "forest/9/14", at most limits.PlaceID characters, each part within its parent.
func ValidPlaceID(s string) bool { return len(s) <= limits.PlaceID && placeForm.MatchString(s) }

// ValidMSPID reports whether s can be the Fabric MSP id of an organisation.
func ValidMSPID(s string) bool { return mspForm.MatchString(s) }

// SplitRulebook takes "forestation@1" apart; ok is false when ref has another form.
func SplitRulebook(ref string) (name string, version int, ok bool) {
	name, number, found := strings.Cut(ref, "@")
	if !found || !ValidName(name) || number == "" || len(number) > 6 || number[0] == '0' || !only(number, digit) {
		return "", 0, false
	}
	version, err := strconv.Atoi(number)
	return name, version, err == nil
}

// base32 is Crockford's alphabet: no I, L, O or U, which people confuse or read words into.
const base32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// SerialLength is the number of random characters of a code: 13 × 5 = 65 bits, since a listed lot's codes must not
// be guessed from its root.
const SerialLength = 13

// NewCode makes a fresh code with an organisation's prefix.
func NewCode(prefix string) string {
	var b [SerialLength]byte
	_, _ = rand.Read(b[:]) // never fails, by its documentation
	for i := range b {
		b[i] = base32[b[i]&31]
	}
	return prefix + string(b[:])
}

// CodeFrom makes the code that stands for a hash: always the same one, so that what is done twice by mistake is noticed.
func CodeFrom(prefix string, h Hash) string {
	var b [SerialLength]byte
	for i := range b {
		b[i] = base32[h[i]&31]
	}
	return prefix + string(b[:])
}

// GroupCode writes a code in groups of four, as it is printed and shown.
func GroupCode(code string) string {
	var b strings.Builder
	for i, r := range code {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// An event's id is a UUIDv7 (RFC 9562) of which the last part follows from the key that signs the event:
//
//	48 bits  the device's time in milliseconds
//	 4 + 12  version 7, and the first 12 bits of the counter
//	 2 +  6  the variant, and the last 6 bits of the counter
//	56 bits  the first ones of SHA-256("rootline-event-id" ‖ kid ‖ the 9 bytes before)
//
// kid is the thumbprint of the key in the 43 characters of a JWS's header. So nobody who sees an event before it is recorded
// can record another one under its id: that takes another enrolled key with the same 56 bits. Each key that is tried has one
// chance in 2^56; at a thousand million keys per second that is 800 days in the mean for one id, 20 hours for a thousand
// machines, while an event is on its way for seconds, and what it earns is one refusal of which the ledger names the culprit.
// Keys that are enrolled already hit one of a thousand million events with a chance of 2^-26 each. All of RFC 9562's 62
// last bits would make that 64 times as dear and leave the counter 12 bits, which is too few: a program makes thousands of ids in a
// second, and several programs or tabs that sign with one key know nothing of each other.
//
// The counter begins anywhere in each millisecond and counts up, into the next millisecond where its 18 bits end, so that
// no program makes an id twice. Two programs with one key that each make an id in the same millisecond make the same one with a chance of
// 2^-18: two imports side by side at 1,000 rows a second collide about once in four minutes. The second event is then refused as
// event-id-reused and has to be signed under another id; devices look among what they hold before they sign.
const (
	eventIDDomain = "rootline-event-id"
	// eventIDFree is how many of an id's bytes do not follow from the key.
	eventIDFree = 9
	counterBits = 18
)

// eventIDs makes the parts of ids that do not follow from the key, each above the ones before.
type eventIDs struct {
	mu      sync.Mutex
	last    int64
	counter uint32
}

var eventIDsHere eventIDs

// next gives the time and the counter of the next id at a moment in milliseconds since 1970. A clock that was set back does not matter.
func (g *eventIDs) next(now int64) (int64, uint32) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.counter++; now <= g.last && g.counter < 1<<counterBits {
		return g.last, g.counter
	}
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails, by its documentation
	g.last, g.counter = max(now, g.last+1), binary.BigEndian.Uint32(b[:])>>(32-counterBits)
	return g.last, g.counter
}

// NewEventID makes the id of an event that the key named kid will sign: a UUIDv7, whose order follows the device's
// clock. Ids made in one process differ, whatever the clock does.
func NewEventID(kid string) string {
	now, counter := eventIDsHere.next(time.Now().UnixMilli())
	return EventIDAt(kid, Instant(now), counter)
}

// EventIDAt makes the id of an event that the key named kid will sign: always the same one for a time and a counter, of which
// the last 18 bits count. It is for what is signed again and has to be the same event.
func EventIDAt(kid string, at Instant, counter uint32) string {
	counter &= 1<<counterBits - 1
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[:], uint64(at)<<16|0x7000|uint64(counter>>6)) // a time after 1970
	id[8] = 0x80 | byte(counter&0x3f)
	sum := keyPart(kid, id[:eventIDFree])
	copy(id[eventIDFree:], sum[:])
	return id.String()
}

// keyPart is what of an id follows from the key.
func keyPart(kid string, free []byte) (part [16 - eventIDFree]byte) {
	b := make([]byte, 0, 128) // of which all kids of ours leave room
	sum := sha256.Sum256(append(append(append(b, eventIDDomain...), kid...), free...))
	copy(part[:], sum[:])
	return part
}

// EventIDOf reports whether an event with this id may be signed by the key named kid: whether it is one of the ids that
// NewEventID makes for it. It hashes once.
func EventIDOf(kid, id string) bool {
	if !ValidEventID(id) {
		return false
	}
	b, err := uuid.Parse(id)
	return err == nil && keyPart(kid, b[:eventIDFree]) == [16 - eventIDFree]byte(b[eventIDFree:])
}

// ValidEventID reports whether s is a UUIDv7 in its one lower-case spelling.
func ValidEventID(s string) bool {
	if len(s) != 36 || s[14] != '7' || strings.IndexByte("89ab", s[19]) < 0 {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if !digit(c) && (c < 'a' || c > 'f') {
				return false
			}
		}
	}
	return true
}
