package demonstration

import (
	"errors"
	"strings"
	"testing"

	"github.com/rootline/rootline/founding"
)

// A ledger of before the first release: "up" says in which folder it lies, that it is left alone, and how to start anew.
func TestALedgerOfBeforeTheFirstReleaseSaysHowToStartAnew(t *testing.T) {
	err := error(&TooOldError{Data: "/somewhere/old", Err: &founding.TooOldError{Net: "abc"}})
	for _, want := range []string{"abc", "founded before the first release", "left as it is", "in /somewhere/old", "`rootline down`", "another folder with --data", "`rootline down --destroy`"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("not said: %q: %v", want, err)
		}
	}
	var old *founding.TooOldError
	if !errors.As(err, &old) || old.Net != "abc" {
		t.Errorf("%v hides what it is made of", err)
	}
}
