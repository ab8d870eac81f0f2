package httpapi

import (
	"slices"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/rulebook"
)

// figureDays is how many days the figures go back, today with them.
const figureDays = 14

// Zone is which days and weeks are meant.
type Zone struct {
	Zone int `query:"zone" minimum:"-720" maximum:"840" default:"480" doc:"Minutes that the days of the works are ahead of UTC. The ledger's times are counted by the hour"`
}

func (z Zone) of(at time.Time) time.Time {
	return at.In(time.FixedZone("", z.Zone*60))
}

// dayOf is which day of the zone an hour lies in, since 1970.
func (z Zone) dayOf(hour int64) int64 { return floorDiv(hour*60+int64(z.Zone), 24*60) }

// firstHour is the first hour of a day of the zone.
func (z Zone) firstHour(day int64) int64 { return -floorDiv(-(day*24*60 - int64(z.Zone)), 60) }

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

// FigureView is a number that a rulebook says people look at.
type FigureView struct {
	Rulebook string        `json:"rulebook" example:"forestation@1"`
	Works    rootline.Text `json:"works" doc:"What the rulebook is called"`
	Name     string        `json:"name" example:"planted"`
	Title    rootline.Text `json:"title"`
	Kinds    []string      `json:"kinds"`
	States   []string      `json:"states,omitempty" doc:"Of a figure that counts assets as they stand"`
	Actions  []string      `json:"actions,omitempty" doc:"Of a figure that counts acts"`
	After    []string      `json:"after,omitempty" doc:"Of one that counts acts only when their last signature is there: the states that they lead to"`
	Unit     string        `json:"unit" example:"each"`
	Located  bool          `json:"located,omitempty" doc:"Only what has a position is counted"`
	Value    int64         `json:"value" doc:"Of today; of a figure of assets, how many there are now"`
	Days     []int64       `json:"days,omitempty" doc:"One for each of days; not of a figure of assets"`
	Of       *int64        `json:"of,omitempty" doc:"What value is a share of"`
	Target   int64         `json:"target,omitempty" doc:"The least share that is aimed at, in hundredths"`
}

// StockView is how many assets of a kind there are, by their states.
type StockView struct {
	Rulebook string        `json:"rulebook" doc:"Without its version" example:"forestation"`
	Works    rootline.Text `json:"works" doc:"What the rulebook is called"`
	Kind     string        `json:"kind"`
	Title    rootline.Text `json:"title"`
	Unit     string        `json:"unit"`
	Count    int64         `json:"count" doc:"Items that sleep on the list of a lot are not counted by themselves"`
	Located  int64         `json:"located" doc:"Those with a position"`
	States   []StateCount  `json:"states"`
}

// StateCount is how many assets are in a state.
type StateCount struct {
	State string        `json:"state"`
	Title rootline.Text `json:"title"`
	Count int64         `json:"count"`
}

type figuresInput struct {
	Zone
	Place string `query:"place" maxLength:"80" doc:"Only what belongs to this place or one within it"`
}

type figuresOutput struct {
	Body struct {
		Days    []string              `json:"days" doc:"The dates that the figures are of, the last one today" example:"2026-03-12"`
		Items   []FigureView          `json:"items"`
		Refused []int64               `json:"refused" doc:"How many events were refused at this gateway on each of days, at all places"`
		Stocks  []StockView           `json:"stocks" doc:"What there is now"`
		Block   presentation.BlockRef `json:"block" doc:"What is counted is on the ledger up to this block"`
	}
}

// figures answers with the figures that the rulebooks in force name, of works that something is recorded of there.
func (s *Server) figures(v *reply, in *figuresInput) (*figuresOutput, error) {
	books, err := v.booksInUse(in.Place)
	if err != nil {
		return nil, err
	}
	out := &figuresOutput{}
	now := s.now()
	today := in.dayOf(now.Unix() / 3600)
	for i := range int64(figureDays) {
		out.Body.Days = append(out.Body.Days, in.of(now).AddDate(0, 0, int(i)-figureDays+1).Format(time.DateOnly))
	}
	out.Body.Items, out.Body.Block = []FigureView{}, v.At
	if out.Body.Stocks, err = v.stocks(books, in.Place); err != nil {
		return nil, err
	}
	first := today - figureDays + 1
	refused, err := s.Outbox.Refusals(v.Context(), in.firstHour(first))
	if err != nil {
		return nil, err
	}
	out.Body.Refused = make([]int64, figureDays)
	for hour, n := range refused {
		if day := in.dayOf(hour) - first; day >= 0 && day < figureDays {
			out.Body.Refused[day] += n
		}
	}
	for _, b := range books {
		for _, f := range b.Book.Figures {
			view, err := v.figure(in, b.Book, f, today)
			if err != nil {
				return nil, err
			}
			out.Body.Items = append(out.Body.Items, view)
		}
	}
	return out, nil
}

// booksInUse are the rulebooks in force by which there is something at a place; "" is anywhere.
func (v *reply) booksInUse(place string) ([]readmodel.Rulebook, error) {
	all, err := v.Rulebooks()
	if err != nil {
		return nil, err
	}
	stocks, err := v.Stocks(readmodel.StockFilter{Place: place})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(all), func(r readmodel.Rulebook) bool {
		return !r.Current || !slices.ContainsFunc(stocks, func(k readmodel.Stock) bool { return k.Book == r.Book.Name })
	}), nil
}

func (v *reply) figure(in *figuresInput, b *rulebook.Rulebook, f *rulebook.Figure, today int64) (FigureView, error) {
	view := FigureView{
		Rulebook: b.Ref(), Works: b.Title, Name: f.Name, Title: f.Title, Kinds: f.Kinds, States: f.States, Unit: b.Kind(f.Kinds[0]).Unit, Located: f.Located, Target: f.Target,
		Actions: f.Actions, After: f.After(b),
	}
	if len(f.States) > 0 {
		value, of, err := v.standing(b, f, in.Place)
		view.Value = value
		if len(f.Of) > 0 || f.Located {
			view.Of = &of
		}
		return view, err
	}
	view.Days = make([]int64, figureDays)
	first := today - figureDays + 1
	err := v.acts(b, f, readmodel.TallyFilter{Place: in.Place, From: in.firstHour(first), To: in.firstHour(today + 1)}, func(t *readmodel.Tally) {
		view.Days[in.dayOf(t.Hour)-first] += t.Units
	})
	view.Value = view.Days[figureDays-1]
	return view, err
}

// acts gives each the tallies of what a figure counts.
func (v *reply) acts(b *rulebook.Rulebook, f *rulebook.Figure, filter readmodel.TallyFilter, each func(*readmodel.Tally)) error {
	filter.Book = b.Name
	for _, kind := range f.Kinds {
		k := b.Kind(kind)
		for _, action := range f.Actions {
			if k.Action(action) == nil {
				continue
			}
			filter.Kind, filter.Action = kind, action
			tallies, err := v.Tallies(filter)
			if err != nil {
				return err
			}
			for i := range tallies {
				if f.Counts(k, action, tallies[i].State) {
					each(&tallies[i])
				}
			}
		}
	}
	return nil
}

// standing counts the assets of a figure as they are now, and what they are a share of.
func (v *reply) standing(b *rulebook.Rulebook, f *rulebook.Figure, place string) (value, of int64, err error) {
	whole := f.Of
	if len(whole) == 0 {
		whole = f.States
	}
	for _, kind := range f.Kinds {
		stocks, err := v.Stocks(readmodel.StockFilter{Book: b.Name, Kind: kind, Place: place})
		if err != nil {
			return 0, 0, err
		}
		for _, k := range stocks {
			if slices.Contains(f.States, k.State) && (k.Located || !f.Located) {
				value += k.Units
			}
			if slices.Contains(whole, k.State) {
				of += k.Units
			}
		}
	}
	return value, of, nil
}

// stocks counts what there is, in the order of the rulebooks, their kinds and states.
func (v *reply) stocks(books []readmodel.Rulebook, place string) ([]StockView, error) {
	found, err := v.Stocks(readmodel.StockFilter{Place: place})
	if err != nil {
		return nil, err
	}
	out := []StockView{}
	for _, b := range books {
		for _, k := range b.Book.Kinds {
			view := StockView{Rulebook: b.Book.Name, Works: b.Book.Title, Kind: k.Name, Title: k.Title, Unit: k.Unit, States: []StateCount{}}
			for _, state := range k.States {
				one := StateCount{State: state.Name, Title: state.Title}
				for _, f := range found {
					if f.Book != b.Book.Name || f.Kind != k.Name || f.State != state.Name {
						continue
					}
					if one.Count += f.N; f.Located {
						view.Located += f.N
					}
				}
				if one.Count > 0 {
					view.States = append(view.States, one)
				}
				view.Count += one.Count
			}
			if view.Count > 0 {
				out = append(out, view)
			}
		}
	}
	return out, nil
}
