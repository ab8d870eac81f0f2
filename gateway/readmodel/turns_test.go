package readmodel

import (
	"fmt"
	"slices"
	"testing"

	"github.com/rootline/rootline"
)

// What one organisation causes, however much, hides nothing that another one asks, and all are counted.
func TestFloodsHideNothingThatWaits(t *testing.T) {
	s := open(t)
	const flood = 600
	var records []rootline.Record
	votes := map[string][]string{}
	recall := func(n int, by string, deadline rootline.Instant, holders ...rootline.Holder) {
		records = append(records, &rootline.Recall{
			ID: fmt.Sprintf("0190c7f2-0000-7000-8000-%012d", n), Asset: code(1), Rulebook: "works@1", Reason: "cracks",
			Organisation: by, Opened: 1000, Deadline: deadline, Holders: holders,
		})
	}
	mine, done := rootline.Holder{Organisation: "OwnerMSP", Assets: 1}, rootline.Holder{Organisation: "OwnerMSP", Assets: 1, Acknowledged: 5}
	recall(0, "RegulatorMSP", 9000, mine)
	recall(1, "RegulatorMSP", 8000, mine)
	recall(2, "RegulatorMSP", 7000, done)
	recall(3, "RegulatorMSP", 7000, rootline.Holder{Organisation: "ContractorMSP", Assets: 1})
	for n := range flood {
		recall(10+n, "ContractorMSP", 2000, mine) // newer, and due sooner
		votes[fmt.Sprintf("a%03d@1", n)] = []string{"ContractorMSP"}
		a := planted(100 + n)
		a.Pending = &rootline.Pending{Action: "inspect", Signatures: []rootline.Signature{{Role: "builder", Organisation: "ContractorMSP"}}}
		records = append(records, a)
	}
	votes["works@2"], votes["works@3"] = []string{"RegulatorMSP", "ContractorMSP"}, []string{"RegulatorMSP", "OwnerMSP"}
	records = append(records, proposals(votes)...)
	last := planted(1)
	last.Changed, last.Pending = 2000, &rootline.Pending{Action: "accept", Signatures: []rootline.Signature{{Role: "builder", Organisation: "ContractorMSP"}}}
	signed := planted(2)
	signed.Pending = &rootline.Pending{Action: "accept", Signatures: []rootline.Signature{{Role: "manager", Organisation: "OwnerMSP"}}}
	put(t, s, append(records, last, signed)...)

	recalls, err := view(t, s).RecallsDue("OwnerMSP", 4)
	var by []string
	for _, r := range recalls.Items {
		by = append(by, fmt.Sprintf("%s%d", r.Organisation, int64(r.Deadline)))
	}
	if want := []string{"ContractorMSP2000", "RegulatorMSP8000", "ContractorMSP2000", "RegulatorMSP9000"}; err != nil || !slices.Equal(by, want) || recalls.More != flood-2 {
		t.Errorf("recalls %v, %d more, %v", by, recalls.More, err)
	}
	ballots, err := view(t, s).BallotsDue("OwnerMSP", 4)
	var names []string
	for _, b := range ballots.Items {
		names = append(names, b.Name)
	}
	if want := []string{"a000@1", "works@2", "a001@1", "a002@1"}; err != nil || !slices.Equal(names, want) || ballots.More != flood-3 {
		t.Errorf("ballots %v, %d more, %v", names, ballots.More, err)
	}
	cosigns, err := view(t, s).Cosigns("OwnerMSP", "inspector")
	if want := []Cosign{
		{Rulebook: "works@1", Kind: "tree", Action: "inspect", Count: flood, Oldest: 1000, Asset: code(100)},
		{Rulebook: "works@1", Kind: "tree", Action: "accept", Count: 1, Oldest: 2000, Asset: code(1)},
	}; err != nil || !slices.Equal(cosigns, want) {
		t.Errorf("cosigns %+v, %v", cosigns, err)
	}
}
