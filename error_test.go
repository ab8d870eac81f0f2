package rootline_test

import (
	"strings"
	"testing"

	"github.com/rootline/rootline"
)

func TestMomentsStandInRefusalsAsPeopleWriteThem(t *testing.T) {
	at, err := rootline.ParseInstant("2026-03-12T08:15:00.250Z")
	if err != nil {
		t.Fatal(err)
	}
	says := rootline.Refuse(rootline.CodeDeviceRevoked, at).Says
	for _, words := range []string{says.En, says.Zh} {
		if !strings.Contains(words, "2026-03-12 08:15:00 UTC") {
			t.Errorf("%q", words)
		}
	}
}
