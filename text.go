package rootline

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rootline/rootline/limits"
)

// Text is a sentence or a name in the two languages that Rootline speaks.
type Text struct {
	En string `json:"en" yaml:"en"`
	Zh string `json:"zh" yaml:"zh"`
}

// In returns the text in lang ("zh", or "en" for everything else), and the other language where that one is empty.
func (t Text) In(lang string) string {
	if lang == "zh" && t.Zh != "" || t.En == "" {
		return t.Zh
	}
	return t.En
}

// Worded is an error that gives its reason in both languages.
type Worded interface {
	error
	// Words are the reason as part of a sentence, without a full stop.
	Words() (en, zh string)
}

// Reason is why something failed, in both languages: the words of an error that has some, and what any other says as Technical.
func Reason(err error) Text {
	var refusal *Error
	var worded Worded
	switch {
	case errors.As(err, &refusal):
		return refusal.Says
	case errors.As(err, &worded):
		en, zh := worded.Words()
		return Text{En: en, Zh: zh}
	}
	return Technical(err.Error())
}

// Technical is what a library says in English alone. In Chinese it is marked as that, so that nobody takes it for a part of the
// sentence.
func Technical(words string) Text { return Text{En: words, Zh: "【技术信息，英文】" + words} }

// fault is an error in both languages.
type fault Text

// Error implements error.
func (f fault) Error() string { return f.En }

// Words implements Worded.
func (f fault) Words() (en, zh string) { return f.En, f.Zh }

// Fill gives the text with its verbs of package fmt filled in: a Text in each language by its own words, an error by its
// Reason, an Instant as people read it, everything else alike in both. Without arguments the text stays as it is.
func (t Text) Fill(args ...any) Text {
	if len(args) == 0 {
		return t
	}
	en, zh := slices.Clone(args), slices.Clone(args)
	for i := range args {
		switch arg := args[i].(type) {
		case Instant:
			en[i] = arg.Time().Format(instantWords)
			zh[i] = en[i]
		case Text:
			en[i], zh[i] = arg.In("en"), arg.In("zh")
		case error:
			reason := Reason(arg)
			en[i], zh[i] = reason.En, reason.Zh
		}
	}
	return Text{En: fmt.Sprintf(t.En, en...), Zh: fmt.Sprintf(t.Zh, zh...)}
}

// Short reports whether a name for people has at most limits.Title characters in each language.
func (t Text) Short() bool {
	return utf8.RuneCountInString(t.En) <= limits.Title && utf8.RuneCountInString(t.Zh) <= limits.Title
}

// IsZero reports whether neither language has words.
func (t Text) IsZero() bool { return t == Text{} }

// Shown is a text as it may be shown to people: characters that turn the order of others, or that show nothing and may
// do something (Unicode TR 36, section 3), stand as their numbers, "[U+202E]". Line ends and tabs stay. What is signed
// and stored is not changed by it.
func Shown(s string) string {
	if strings.IndexFunc(s, deceives) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if deceives(r) {
			fmt.Fprintf(&b, "[U+%04X]", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Terminal writes what is shown on a terminal: as Shown has it, and no carriage return but at a line's end, since what
// follows one covers what was written before. Bytes that are no UTF-8 become U+FFFD: some terminals take them for controls.
type Terminal struct {
	// To is where it goes.
	To io.Writer
	// rest are the first bytes of a character, or a carriage return, whose end has not come yet.
	rest []byte
}

// Write implements io.Writer.
func (t *Terminal) Write(p []byte) (int, error) {
	all := append(t.rest, p...) // rest is taken over below
	end := len(all)
	for n := 1; n <= min(utf8.UTFMax-1, len(all)); n++ {
		if b := all[len(all)-n]; utf8.RuneStart(b) {
			if !utf8.FullRune(all[len(all)-n:]) || b == '\r' && n == 1 {
				end = len(all) - n
			}
			break
		}
	}
	text := strings.ToValidUTF8(string(all[:end]), "\ufffd")
	t.rest = append([]byte(nil), all[end:]...)
	var b strings.Builder
	for i, line := range strings.Split(text, "\r\n") {
		if i > 0 {
			b.WriteString("\r\n")
		}
		b.WriteString(strings.ReplaceAll(Shown(line), "\r", "[U+000D]"))
	}
	if _, err := io.WriteString(t.To, b.String()); err != nil {
		return 0, err
	}
	return len(p), nil
}

func deceives(r rune) bool {
	switch r {
	case '\n', '\t', '\r', '\u200c', '\u200d': // joiners belong to the spelling of some languages, and to emoji
		return false
	case '\u2028', '\u2029':
		return true
	}
	return unicode.In(r, unicode.Cc, unicode.Cf)
}
