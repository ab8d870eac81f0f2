package httpapi

import (
	"cmp"
	"slices"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/rulebook"
)

// DueView is something that stands in a state from which the caller's role accepts or tests it.
type DueView struct {
	Rulebook   string            `json:"rulebook" doc:"Without its version: kinds of two rulebooks may have one name" example:"forestation"`
	Works      rootline.Text     `json:"works" doc:"What the rulebook is called"`
	Kind       string            `json:"kind"`
	KindTitle  rootline.Text     `json:"kindTitle"`
	State      string            `json:"state"`
	StateTitle rootline.Text     `json:"stateTitle"`
	Actions    []DueAction       `json:"actions" doc:"What the role does with it"`
	Count      int64             `json:"count"`
	Oldest     *rootline.Instant `json:"oldest,omitempty" doc:"Since when the one that stands longest does; absent when there are so many that it was not found"`
	Places     []PlaceCount      `json:"places" doc:"Where most of them are"`
	MorePlaces int               `json:"morePlaces,omitempty" doc:"How many other places there are"`
}

// DueAction is what a role does with what waits.
type DueAction struct {
	Name  string        `json:"name"`
	Title rootline.Text `json:"title"`
	Walk  bool          `json:"walk,omitempty" doc:"It may be done to one after the other on a walk of the place, and signed together"`
}

// PlaceCount is how many there are at a place.
type PlaceCount struct {
	Place string        `json:"place" doc:"Absent for those that belong nowhere"`
	Title rootline.Text `json:"title"`
	Count int64         `json:"count"`
}

// CosignView is an action that others have signed and that waits for the caller's role and organisation.
type CosignView struct {
	Rulebook    string           `json:"rulebook" doc:"Without its version" example:"forestation"`
	Works       rootline.Text    `json:"works" doc:"What the rulebook is called"`
	Kind        string           `json:"kind"`
	KindTitle   rootline.Text    `json:"kindTitle"`
	Action      string           `json:"action"`
	ActionTitle rootline.Text    `json:"actionTitle"`
	Count       int64            `json:"count"`
	Oldest      rootline.Instant `json:"oldest"`
	Asset       string           `json:"asset" doc:"The one that has waited longest"`
}

// RecallDue is an open recall that the caller's organisation holds something of and has not acknowledged.
type RecallDue struct {
	ID       string           `json:"id"`
	Asset    string           `json:"asset"`
	Reason   string           `json:"reason"`
	Deadline rootline.Instant `json:"deadline"`
	Assets   int64            `json:"assets" doc:"How many of the organisation's it holds"`
}

// BallotDue is a proposed rulebook that the caller's organisation has not voted for.
type BallotDue struct {
	Name  string        `json:"name" example:"forestation@2"`
	Title rootline.Text `json:"title"`
}

type waitingOutput struct {
	Body struct {
		Due         []DueView    `json:"due"`
		Clocks      []ClockDue   `json:"clocks" doc:"What the caller's organisation has a time for, what is due first before the rest: twenty of them"`
		MoreClocks  int          `json:"moreClocks,omitempty" doc:"How many others of those that were looked at"`
		Cosign      []CosignView `json:"cosign"`
		Recalls     []RecallDue  `json:"recalls" doc:"The first fifty. Who opened them take turns, so that nobody's hide another's"`
		MoreRecalls int64        `json:"moreRecalls,omitempty" doc:"How many other recalls wait"`
		Ballots     []BallotDue  `json:"ballots" doc:"Of admins only: they vote. The first ten. Who proposed them take turns, so that nobody's hide another's"`
		MoreBallots int64        `json:"moreBallots,omitempty" doc:"How many other rulebooks wait for a vote"`
		Findings    struct {
			All    int `json:"all"`
			Alarms int `json:"alarms" doc:"Those that put the ledger's content in question"`
		} `json:"findings"`
		Block presentation.BlockRef `json:"block"`
	}
}

// waiting answers with what waits for who asks.
func (s *Server) waiting(v *reply, _ *struct{}) (*waitingOutput, error) {
	me := caller(v.Context()).device
	out := &waitingOutput{}
	out.Body.Block = v.At
	var err error
	if out.Body.Due, err = v.due(me); err != nil {
		return nil, err
	}
	if out.Body.Clocks, out.Body.MoreClocks, err = v.clocksDue(me); err != nil {
		return nil, err
	}
	if out.Body.Cosign, err = v.cosign(me); err != nil {
		return nil, err
	}
	if out.Body.Recalls, out.Body.MoreRecalls, err = v.recallsDue(me); err != nil {
		return nil, err
	}
	if out.Body.Ballots, out.Body.MoreBallots, err = v.ballotsDue(me); err != nil {
		return nil, err
	}
	out.Body.Findings.All, out.Body.Findings.Alarms, err = v.FindingCount()
	return out, err
}

// mostPlaces is how many places are named of what is due.
const mostPlaces = 5

// due goes through the states in which things are, by the rulebooks in force: those are few, however many things there are.
func (v *reply) due(me *rootline.Device) ([]DueView, error) {
	books, err := v.Rulebooks()
	if err != nil {
		return nil, err
	}
	stocks, err := v.Stocks(readmodel.StockFilter{ByPlace: true})
	if err != nil {
		return nil, err
	}
	list, at := []*DueView{}, map[[3]string]*DueView{}
	for _, k := range stocks {
		key := [3]string{k.Book, k.Kind, k.State}
		one, known := at[key]
		if !known {
			i := slices.IndexFunc(books, func(b readmodel.Rulebook) bool { return b.Current && b.Book.Name == k.Book })
			if i >= 0 {
				one = owed(books[i].Book, k.Kind, k.State, me.Role)
			}
			if at[key] = one; one != nil {
				list = append(list, one)
			}
		}
		if one == nil {
			continue
		}
		one.Count += k.N
		if last := len(one.Places) - 1; last >= 0 && one.Places[last].Place == k.Place {
			one.Places[last].Count += k.N // with a position, and without
		} else {
			one.Places = append(one.Places, PlaceCount{Place: k.Place, Count: k.N})
		}
	}
	out := make([]DueView, len(list))
	for i, one := range list {
		slices.SortStableFunc(one.Places, func(a, b PlaceCount) int { return cmp.Compare(b.Count, a.Count) })
		if more := len(one.Places) - mostPlaces; more > 0 {
			one.Places, one.MorePlaces = one.Places[:mostPlaces], more
		}
		for j := range one.Places {
			if p, err := v.Place(one.Places[j].Place); err == nil {
				one.Places[j].Title = p.Title
			}
		}
		since, ok, err := v.OldestOf(one.Rulebook, one.Kind, one.State)
		if err != nil {
			return nil, err
		}
		if ok {
			one.Oldest = &since
		}
		out[i] = *one
	}
	return out, nil
}

// owed is what a role owes to things of a kind in a state; nil when nothing. An acceptance or a test is one by the business
// step that the rulebook exports; what turns a thing down or away is no duty.
func owed(b *rulebook.Rulebook, kind, state, role string) *DueView {
	k := b.Kind(kind)
	if k == nil || k.State(state) == nil {
		return nil
	}
	var acts []DueAction
	for _, a := range k.Actions {
		step := a.EPCIS.Accepts() || a.EPCIS.Inspects()
		down := a.EPCIS.TurnsDown() || a.EPCIS.Ends()
		moves := a.To != "" && a.To != state
		if step && !down && moves && slices.Contains(a.From, state) && slices.Contains(a.By, role) {
			acts = append(acts, DueAction{a.Name, a.Title, a.Walk})
		}
	}
	if len(acts) == 0 {
		return nil
	}
	return &DueView{Rulebook: b.Name, Works: b.Title, Kind: kind, KindTitle: k.Title, State: state, StateTitle: k.State(state).Title, Actions: acts, Places: []PlaceCount{}}
}

// cosign are the actions that wait for a signature of the caller's.
func (v *reply) cosign(me *rootline.Device) ([]CosignView, error) {
	groups, err := v.Cosigns(me.Organisation, me.Role)
	if err != nil {
		return nil, err
	}
	out := []CosignView{}
	for _, g := range groups {
		b := v.BookOf(g.Rulebook)
		if b == nil || b.Kind(g.Kind) == nil {
			continue
		}
		action := b.Kind(g.Kind).Action(g.Action)
		if action == nil || !slices.Contains(action.Signers, me.Role) {
			continue
		}
		j := slices.IndexFunc(out, func(c CosignView) bool { return c.Rulebook == b.Name && c.Kind == g.Kind && c.Action == action.Name })
		if j < 0 {
			j = len(out)
			out = append(out, CosignView{
				Rulebook: b.Name, Works: b.Title,
				Kind: g.Kind, KindTitle: b.Kind(g.Kind).Title, Action: action.Name, ActionTitle: action.Title, Oldest: g.Oldest, Asset: g.Asset,
			})
		}
		out[j].Count += g.Count
	}
	return out, nil
}

// mostRecalls is how many recalls are named that wait.
const mostRecalls = 50

func (v *reply) recallsDue(me *rootline.Device) (out []RecallDue, more int64, err error) {
	list, err := v.RecallsDue(me.Organisation, mostRecalls)
	if err != nil {
		return nil, 0, err
	}
	out = []RecallDue{}
	for i := range list.Items {
		r := &list.Items[i]
		for _, h := range r.Holders {
			if h.Organisation == me.Organisation {
				out = append(out, RecallDue{ID: r.ID, Asset: r.Asset, Reason: r.Reason, Deadline: r.Deadline, Assets: h.Assets})
			}
		}
	}
	return out, list.More, nil
}

// mostBallots is how many ballots are named that wait.
const mostBallots = 10

func (v *reply) ballotsDue(me *rootline.Device) (out []BallotDue, more int64, err error) {
	out = []BallotDue{}
	if me.Role != rootline.RoleAdmin {
		return out, 0, nil
	}
	list, err := v.BallotsDue(me.Organisation, mostBallots)
	if err != nil {
		return nil, 0, err
	}
	for _, b := range list.Items {
		out = append(out, BallotDue{Name: b.Name, Title: b.Title})
	}
	return out, list.More, nil
}
