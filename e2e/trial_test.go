package e2e

import (
	"os"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/founding"
	"github.com/rootline/rootline/network"
)

const trial = "trial@1"

// adoptTrial has the tests' own rulebook adopted: a new kind of works needs no new chaincode.
func (w *works) adoptTrial() {
	w.Helper()
	yaml, err := os.ReadFile("testdata/trial@1.yaml")
	w.ok(err)
	var voters []founding.Voter
	for _, org := range []string{network.Owner, network.Contractor, network.Supervisor, network.Regulator} {
		voters = append(voters, founding.Voter{Device: w.admins[org], Gateway: w.owner})
	}
	w.ok(founding.Adopt(w.Context(), trial, yaml, voters))
}

// delivering is a lot of gravel; building takes some of it.
func delivering(lot string, kilograms int64) *rootline.Event {
	return &rootline.Event{Asset: lot, Kind: "gravel", Action: "deliver", Rulebook: trial, Amount: kilograms}
}

func starting(wall string) *rootline.Event {
	return &rootline.Event{Asset: wall, Kind: "wall", Action: "start", Rulebook: trial}
}

func building(wall, lot string, kilograms int64) *rootline.Event {
	return &rootline.Event{Asset: wall, Action: "build", Rulebook: trial, Inputs: []rootline.Input{{Asset: lot, Amount: kilograms}}}
}

func noting(wall string) *rootline.Event {
	return &rootline.Event{Asset: wall, Action: "note", Rulebook: trial}
}
