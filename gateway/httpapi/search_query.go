package httpapi

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/rootline/rootline"
)

// searched is what was asked for, read in every way in which it makes sense.
type searched struct {
	text string
	// code is "" for what cannot be one.
	code string
	hash *rootline.Hash
	// number is a block's.
	number *uint64
	// chainage is in millimetres.
	chainage *int64
}

var (
	link     = regexp.MustCompile(`(?i)/8004/([^/?#]+)`)
	chainage = regexp.MustCompile(`^[A-Za-z]{0,3}(\d{1,6})\+(\d{1,3})(?:\.(\d{1,3}))?$`)
	// blockWord is the word before a block's number, in both languages.
	blockWord = regexp.MustCompile(`(?i)^(?:block|区块)\s*#?`)
	spaces    = strings.NewReplacer(" ", "", "-", "", "\t", "")
)

func readQuery(words string) (q searched) {
	q.text = strings.TrimSpace(words)
	given := q.text
	if m := link.FindStringSubmatch(given); m != nil {
		given = m[1]
	}
	if code := strings.ToUpper(spaces.Replace(given)); rootline.ValidCode(code) {
		q.code = code
	}
	if h, err := rootline.ParseHash(strings.ToLower(q.text)); err == nil {
		q.hash = &h
	}
	if n, err := strconv.ParseUint(strings.TrimSpace(blockWord.ReplaceAllString(q.text, "")), 10, 53); err == nil && q.hash == nil {
		q.number = &n
	}
	if m := chainage.FindStringSubmatch(strings.ReplaceAll(q.text, " ", "")); m != nil {
		mm := wholeNumber(m[1])*1_000_000 + wholeNumber(m[2])*1000 + wholeNumber((m[3] + "000")[:3])
		q.chainage = &mm
	}
	return q
}

// wholeNumber reads digits that were counted before.
func wholeNumber(digits string) int64 {
	n, _ := strconv.ParseInt(digits, 10, 64)
	return n
}
