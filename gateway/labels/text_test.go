package labels

import "testing"

// What somebody wrote does not turn the order of what a label says.
func TestTidy(t *testing.T) {
	for in, want := range map[string]string{"Plot  7\n north": "Plot 7 north", "a\u202eb": "a[U+202E]b", "油松\u200b": "油松[U+200B]"} {
		if got := tidy(in); got != want {
			t.Errorf("%q is set as %q, want %q", in, got, want)
		}
	}
}
