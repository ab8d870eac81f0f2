package httpapi

import (
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/rulebook"
)

// ProgressView is what is planned of a kind, and what was done of it.
type ProgressView struct {
	Rulebook  string        `json:"rulebook" example:"forestation@1"`
	Figure    string        `json:"figure" doc:"The figure that plans are compared with" example:"planted"`
	Title     rootline.Text `json:"title" doc:"Of the figure"`
	Kind      string        `json:"kind" example:"tree"`
	KindTitle rootline.Text `json:"kindTitle"`
	Unit      string        `json:"unit"`
	Places    []PlacePlan   `json:"places" doc:"In the order of their ids, so that a place comes before those within it"`
	Weeks     []WeekPlan    `json:"weeks" doc:"One after the other, from the first in which something is planned or done to the last; the plans of a place count where no place within it has one by week"`
	Unplaced  int64         `json:"unplaced" doc:"Done where no place has a plan"`
}

// PlacePlan is the plan of a place against what was done there and in the places within it.
type PlacePlan struct {
	Place   string        `json:"place" example:"forest/9"`
	Title   rootline.Text `json:"title"`
	Planned int64         `json:"planned" doc:"In all"`
	Due     *int64        `json:"due,omitempty" doc:"Planned up to the end of this week; absent without a plan by week"`
	Done    int64         `json:"done"`
}

// WeekPlan is a week's plan against what was done in it.
type WeekPlan struct {
	Week    string `json:"week" doc:"ISO 8601" example:"2026-W12"`
	Planned int64  `json:"planned"`
	Done    int64  `json:"done"`
}

type progressInput struct {
	Zone
	Place string `query:"place" maxLength:"80" doc:"Only this place and those within it"`
}

type progressOutput struct {
	Body struct {
		Week  string                `json:"week" doc:"The present one" example:"2026-W12"`
		Items []ProgressView        `json:"items"`
		Block presentation.BlockRef `json:"block"`
	}
}

// maxWeeks bounds the weeks of an answer: five years before the present one, and five after it. The others are left out.
const maxWeeks = 260

// progress compares plans with what the ledger has.
func (s *Server) progress(v *reply, in *progressInput) (*progressOutput, error) {
	books, err := v.Rulebooks()
	if err != nil {
		return nil, err
	}
	places, err := v.PlannedPlaces(in.Place)
	if err != nil {
		return nil, err
	}
	out := &progressOutput{}
	out.Body.Week, out.Body.Items, out.Body.Block = rootline.WeekOf(in.of(s.now())), []ProgressView{}, v.At
	for _, b := range books {
		for _, f := range b.Book.Figures {
			if !b.Current || !f.Plan {
				continue
			}
			kind := f.Kinds[0]
			planned := slices.DeleteFunc(slices.Clone(places), func(p rootline.Place) bool { return p.Plan[kind] == 0 && len(p.Weeks[kind]) == 0 })
			if len(planned) == 0 {
				continue
			}
			view, err := v.progressOf(in, b.Book, f, planned, out.Body.Week)
			if err != nil {
				return nil, err
			}
			out.Body.Items = append(out.Body.Items, *view)
		}
	}
	return out, nil
}

func (v *reply) progressOf(in *progressInput, b *rulebook.Rulebook, f *rulebook.Figure, places []rootline.Place, now string) (*ProgressView, error) {
	k := b.Kind(f.Kinds[0])
	view := &ProgressView{Rulebook: b.Ref(), Figure: f.Name, Title: f.Title, Kind: k.Name, KindTitle: k.Title, Unit: k.Unit}
	done, weeks := map[string]int64{}, map[string]*WeekPlan{}
	week := func(name string) *WeekPlan {
		if weeks[name] == nil {
			weeks[name] = &WeekPlan{Week: name}
		}
		return weeks[name]
	}
	if len(f.States) > 0 { // what stands now; it has no weeks
		stocks, err := v.Stocks(readmodel.StockFilter{Book: b.Name, Kind: k.Name, Place: in.Place, ByPlace: true})
		if err != nil {
			return nil, err
		}
		for _, one := range stocks {
			if slices.Contains(f.States, one.State) && (one.Located || !f.Located) {
				done[one.Place] += one.Units
			}
		}
	}
	err := v.acts(b, f, readmodel.TallyFilter{Place: in.Place, ByPlace: true}, func(t *readmodel.Tally) { done[t.Place] += t.Units })
	if err != nil {
		return nil, err
	}
	err = v.acts(b, f, readmodel.TallyFilter{Place: in.Place}, func(t *readmodel.Tally) {
		week(rootline.WeekOf(time.Unix(in.dayOf(t.Hour)*86_400, 0).UTC())).Done += t.Units
	})
	if err != nil {
		return nil, err
	}
	var plans map[string]int64
	view.Places, plans, view.Unplaced = compared(places, k.Name, done, now)
	for name, n := range plans {
		week(name).Planned += n
	}
	view.Weeks = inARow(weeks, now)
	return view, nil
}

// compared holds the plans of a kind against what was done, by place. weeks are the plans by week, each of the finest place
// that has one; unplaced is what was done where no place has a plan. Members choose how many places there are, so each is
// looked at once, and so are those above it.
func compared(places []rootline.Place, kind string, done map[string]int64, now string) (rows []PlacePlan, weeks map[string]int64, unplaced int64) {
	rows, weeks = make([]PlacePlan, len(places)), map[string]int64{}
	at, finer := make(map[string]int, len(places)), map[string]bool{}
	for i := range places {
		p := &places[i]
		rows[i] = PlacePlan{Place: p.ID, Title: p.Title, Planned: p.Planned(kind)}
		at[p.ID] = i
		if len(p.Weeks[kind]) == 0 {
			continue
		}
		for above := range placesAbove(p.ID) {
			finer[above] = true
		}
	}
	for place, n := range done {
		covered := false
		if i, ok := at[place]; ok {
			rows[i].Done, covered = rows[i].Done+n, true
		}
		for above := range placesAbove(place) {
			if i, ok := at[above]; ok {
				rows[i].Done, covered = rows[i].Done+n, true
			}
		}
		if !covered {
			unplaced += n
		}
	}
	for i := range places {
		byWeek := places[i].Weeks[kind]
		if len(byWeek) == 0 {
			continue
		}
		rows[i].Due = new(int64)
		for name, n := range byWeek {
			if name <= now { // weeks are in the order of their names
				*rows[i].Due += n
			}
			if !finer[places[i].ID] {
				weeks[name] += n
			}
		}
	}
	return rows, weeks, unplaced
}

// placesAbove gives the ids of the places that one lies within, the nearest first.
func placesAbove(id string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := strings.LastIndexByte(id, '/'); i > 0; i = strings.LastIndexByte(id[:i], '/') {
			if !yield(id[:i]) {
				return
			}
		}
	}
}

// inARow gives the weeks from the first to the last, those without anything included, as far as they are near to now.
func inARow(weeks map[string]*WeekPlan, now string) []WeekPlan {
	out := []WeekPlan{}
	if len(weeks) == 0 {
		return out
	}
	names := slices.Collect(maps.Keys(weeks))
	present, _ := rootline.WeekStart(now)
	monday, _ := rootline.WeekStart(max(slices.Min(names), rootline.WeekOf(present.AddDate(0, 0, -7*maxWeeks))))
	last := min(slices.Max(names), rootline.WeekOf(present.AddDate(0, 0, 7*maxWeeks)))
	for name := rootline.WeekOf(monday); name <= last; name = rootline.WeekOf(monday) {
		one := WeekPlan{Week: name}
		if weeks[name] != nil {
			one = *weeks[name]
		}
		out = append(out, one)
		monday = monday.AddDate(0, 0, 7)
	}
	return out
}
