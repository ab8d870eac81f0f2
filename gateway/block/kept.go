package block

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Kept is text that somebody else chose, as it may be kept and shown: valid UTF-8 without NUL, which databases end texts
// at, and of at most so many bytes, besides a mark that says how long it was.
func Kept(text string, most int) string {
	length := len(text)
	cut := length > most
	if cut {
		text = text[:most]
		for i := 0; i < utf8.UTFMax-1 && !utf8.ValidString(text[max(0, len(text)-utf8.UTFMax):]); i++ {
			text = text[:len(text)-1] // the cut went through a character
		}
	}
	if strings.IndexByte(text, 0) >= 0 || !utf8.ValidString(text) {
		text = strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\u2400")
	}
	if cut {
		return fmt.Sprintf("%s… (cut from %d bytes)", text, length)
	}
	return text
}
