package rootline

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

// IsZero reports whether neither language has words.
func (t Text) IsZero() bool { return t == Text{} }
