package app

import (
	"testing"
	"time"

	"github.com/rootline/rootline"
)

// A seal is a day old before the first organisation writes the next one, and two hours older before each further one does.
func TestTheTurnToSeal(t *testing.T) {
	founded := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	ledger := &rootline.Ledger{Organisations: []string{"OwnerMSP", "ContractorMSP", "SupervisorMSP"}, Founded: rootline.InstantOf(founded)}
	sealed := founded.Add(100 * time.Hour)
	seal := &rootline.Seal{Witnessed: rootline.InstantOf(sealed)}
	for _, c := range []struct {
		name string
		seal *rootline.Seal
		msp  string
		at   time.Time
		want bool
	}{
		{"a young ledger", nil, "ContractorMSP", founded.Add(24 * time.Hour), false},
		{"a ledger that was never sealed", nil, "ContractorMSP", founded.Add(24*time.Hour + time.Second), true},
		{"the second waits for the first", nil, "OwnerMSP", founded.Add(25 * time.Hour), false},
		{"the first did not seal", nil, "OwnerMSP", founded.Add(26*time.Hour + time.Second), true},
		{"nor the second", nil, "SupervisorMSP", founded.Add(28*time.Hour + time.Second), true},
		{"sealed lately", seal, "ContractorMSP", sealed.Add(24 * time.Hour), false},
		{"sealed a day ago", seal, "ContractorMSP", sealed.Add(24*time.Hour + time.Second), true},
		{"who is no member", seal, "StrangerMSP", sealed.Add(1000 * time.Hour), false},
	} {
		if got := turnToSeal(ledger, c.seal, c.msp, c.at); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
