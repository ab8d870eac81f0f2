package demonstration

import (
	"errors"
	"os"
	"path/filepath"
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

// A folder whose ledger was founded by a version to which the protocol number meant something else is told from a fresh one and
// from one of this version.
func TestALedgerOfAnotherMeaningIsKnown(t *testing.T) {
	holds := func(data string, want bool) {
		t.Helper()
		d := &demonstration{o: Options{Data: data}}
		if got, err := d.meaningHolds(); err != nil || got != want {
			t.Errorf("%v (%v), want %v", got, err, want)
		}
	}
	write := func(data, name, text string) {
		t.Helper()
		file := filepath.Join(data, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	fresh := t.TempDir()
	holds(fresh, true)
	write(fresh, "keys/owner-admin.json", "{}")
	holds(fresh, true)
	unnoted := t.TempDir()
	write(unnoted, "keys/owner-admin.json", "{}")
	holds(unnoted, false)
	holds(unnoted, false)
	other := t.TempDir()
	write(other, "meaning", "1\n")
	holds(other, false)
}
