package rootline

import (
	"crypto/rand"
	"regexp"
	"strconv"
	"strings"

	"github.com/google/uuid"
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
	placeForm  = regexp.MustCompile(`^[a-z0-9][a-z0-9.+-]*(/[a-z0-9][a-z0-9.+-]*){0,7}$`)
	mspForm    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$`)
)

// ValidName reports whether s can name a kind, a state, an action, a role or a rulebook: "fill-layer".
func ValidName(s string) bool {
	return s != "" && len(s) <= 40 && small(s[0]) && only(s, func(c byte) bool { return small(c) || digit(c) || c == '-' })
}

// ValidFieldName reports whether s can name a member of an event's data: "rootBall".
func ValidFieldName(s string) bool { return fieldForm.MatchString(s) }

// ValidPlaceID reports whether s can name a place: "forest/9/14", at most 80 characters, each part within its parent.
func ValidPlaceID(s string) bool { return len(s) <= 80 && placeForm.MatchString(s) }

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

// NewEventID makes the id of an event: a UUIDv7, whose order follows the device's clock.
func NewEventID() string { return uuid.Must(uuid.NewV7()).String() }

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
