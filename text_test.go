package rootline

import "testing"

func TestShown(t *testing.T) {
	for in, want := range map[string]string{
		"Pinus 油松\n\t": "Pinus 油松\n\t", "a\u202egpj.exe": "a[U+202E]gpj.exe", "\u2066x\u2069": "[U+2066]x[U+2069]", "\x1b[31m": "[U+001B][31m",
		"\u200f\ufeff\u0085": "[U+200F][U+FEFF][U+0085]", "\U000e0041": "[U+E0041]", "نخل": "نخل", "👩\u200d🌾": "👩\u200d🌾",
	} {
		if got := Shown(in); got != want {
			t.Errorf("%q is shown as %q, want %q", in, got, want)
		}
	}
}
