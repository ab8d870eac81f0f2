package httpapi

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/rulebook"
)

// ClockDue is something for which the caller's organisation has a time, by the rulebook that it stands under.
type ClockDue struct {
	Rulebook   string           `json:"rulebook" doc:"Without its version" example:"forestation"`
	Kind       string           `json:"kind"`
	KindTitle  rootline.Text    `json:"kindTitle"`
	StateTitle rootline.Text    `json:"stateTitle"`
	Asset      string           `json:"asset"`
	Name       string           `json:"name,omitempty" doc:"What people call it"`
	Under      string           `json:"under,omitempty" doc:"What it lies under"`
	Until      rootline.Instant `json:"until"`
	Then       rootline.Text    `json:"then,omitzero" doc:"What may be done once the time is over"`
}

const (
	// mostClocks is how many are named, clocksLooked how many records of each kind are looked at: a clock runs for whom its record names,
	// which no index knows.
	mostClocks   = 20
	clocksLooked = 2000
)

var errLooked = errors.New("enough was looked at")

// clocksDue finds what an organisation is awaited for, in the states in which clocks run.
func (v *reply) clocksDue(me *rootline.Device) (due []ClockDue, more int, err error) {
	books, err := v.Rulebooks()
	if err != nil {
		return nil, 0, err
	}
	due, seen := []ClockDue{}, map[[2]string]bool{}
	for _, b := range books {
		for _, k := range b.Book.Kinds {
			of := [2]string{b.Book.Name, k.Name}
			if len(k.Shows.Clocks) == 0 || seen[of] {
				continue
			}
			seen[of] = true
			found, err := v.clocksOf(b.Book.Name, k, me.Organisation)
			if err != nil {
				return nil, 0, err
			}
			due = append(due, found...)
		}
	}
	slices.SortFunc(due, func(a, b ClockDue) int { return cmp.Or(cmp.Compare(a.Until, b.Until), cmp.Compare(a.Asset, b.Asset)) })
	if more = len(due) - mostClocks; more > 0 {
		return due[:mostClocks], more, nil
	}
	return due, 0, nil
}

func (v *reply) clocksOf(book string, k *rulebook.Kind, organisation string) (due []ClockDue, err error) {
	var states []string
	for _, c := range k.Shows.Clocks {
		states = append(states, c.In...)
	}
	looked := 0
	err = v.EveryAsset(readmodel.AssetFilter{Book: book, Kind: k.Name, State: strings.Join(states, ",")}, func(some []readmodel.Asset) error {
		for i := range some {
			a := &some[i]
			own := v.KindOf(a.Rulebook, a.Kind) // of its own version
			if own == nil {
				continue
			}
			c := own.Shows.Clock(a.State)
			if c == nil || a.Fields[c.By].Str() != organisation || a.Fields[c.Since].Kind() != rootline.IntegerValue {
				continue
			}
			one := ClockDue{
				Rulebook: book, Kind: k.Name, KindTitle: own.Title, Asset: a.ID, Under: a.Under, Until: rootline.Instant((a.Fields[c.Since].Int() + c.Seconds) * 1000),
			}
			if s := own.State(a.State); s != nil {
				one.StateTitle = s.Title
			}
			if then := own.Action(c.Then); then != nil {
				one.Then = then.Title
			}
			for _, field := range own.Shows.Name {
				one.Name = cmp.Or(one.Name, a.Fields[field].Str())
			}
			due = append(due, one)
		}
		if looked += len(some); looked >= clocksLooked {
			return errLooked
		}
		return nil
	})
	if errors.Is(err, errLooked) {
		err = nil
	}
	return due, err
}
