package page

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/rootline/rootline"
)

// Headline is what a page is headed by.
type Headline struct {
	// Kind stands above the name; "" where it is the name.
	Kind, Name, Latin string
	// Rest are the fields that the headline has not used.
	Rest []Field
}

// binomial is a species' name in Latin: "Pinus tabuliformis", "Ulmus × hollandica".
var binomial = regexp.MustCompile(`^\p{Lu}[\p{Ll}-]+( ×)?( [\p{Ll}×.'-]+)+$`)

// headline names an item by its fields commonName and species, which rulebooks about plants keep, else by its kind.
func (v view) headline() Headline {
	h := Headline{Name: v.Item.Kind.In(v.Lang)}
	var common, species string
	for _, f := range v.Item.Fields {
		switch text := f.Value.Kind() == rootline.StringValue; {
		case text && f.Name == "commonName":
			common = v.value(f, f.Value)
		case text && f.Name == "species":
			species = v.value(f, f.Value)
			if raw := f.Value.Str(); raw != species && binomial.MatchString(raw) {
				common, species = species, raw
			}
		default:
			h.Rest = append(h.Rest, f)
		}
	}
	switch {
	case common != "" && common != species:
		h.Kind, h.Name, h.Latin = h.Name, common, species
	case species != "":
		h.Kind, h.Name = h.Name, species
	case h.Name == "":
		h.Name = v.W.Unnamed
	}
	return h
}

// The methods below are what the templates call.

// Headline heads the page.
func (v view) Headline() Headline { return v.headline() }

// LatinIs reports whether a subtitle is Latin, which is set in italics; Chinese never is.
func (v view) LatinIs(s string) bool { return binomial.MatchString(s) }

// T gives a text in the page's language.
func (v view) T(t rootline.Text) string { return t.In(v.Lang) }

// Titled gives a title, or the plain name where there is none.
func (v view) Titled(t rootline.Text, name string) string {
	if s := t.In(v.Lang); s != "" {
		return s
	}
	return name
}

// Org names an organisation. One that the ledger does not name is not shown by its machine's id.
func (v view) Org(p Party) string {
	if p.MSPID == "" && p.Title.IsZero() {
		return ""
	}
	return v.Titled(p.Title, v.W.SomeOrganisation)
}

// PlaceName names a part of the works, never by its internal id.
func (v view) PlaceName(p *Place) string { return v.Titled(p.Title, v.W.SomePlace) }

// RulesName names a version of a rulebook.
func (v view) RulesName(r Rules) string {
	return fmt.Sprintf(v.W.RulesVersion, v.Titled(r.Title, v.W.SomeRules), r.Version)
}

// Newest says how the history is sorted, and by which clocks.
func (v view) Newest() string { return fmt.Sprintf(v.W.Newest, v.zone()) }

// Code writes a code in groups of four.
func (v view) Code(code string) string { return rootline.GroupCode(code) }

// Value, and those after it, write values for people.
func (v view) Value(f Field) string { return v.value(f, f.Value) }

// Amount writes a quantity in its unit.
func (v view) Amount(n int64, unit string) string { return v.amount(n, unit, 0) }

// Date, Clock and Moment write a moment by the clocks of the works.
func (v view) Date(i rootline.Instant) string   { return v.date(i) }
func (v view) Clock(i rootline.Instant) string  { return v.clock(i) }
func (v view) Moment(i rootline.Instant) string { return v.moment(i) }

// Where writes a position.
func (v view) Where(p rootline.Position) string { return v.position(p) }

// Number, Blocks, Items, Files and Older write counts.
func (v view) Number(n uint64) string { return grouped(n) }
func (v view) Blocks(n uint64) string { return count(n, v.W.BlocksN) }
func (v view) Items(n int64) string   { return count(n, v.W.ItemsN) }
func (v view) Files(n int) string     { return fmt.Sprintf(v.W.Evidence, count(n, v.W.FilesN)) }
func (v view) Older() string {
	return fmt.Sprintf(v.W.MoreEvents, count(v.Item.MoreEvents, v.W.EventsN))
}

// Say fills values into words.
func (v view) Say(words string, values ...any) string { return fmt.Sprintf(words, values...) }

// LinkTo is the page of another item in the same language; API is where its record is as JSON.
func (v view) LinkTo(code string) string  { return itemPath(code) + "?lang=" + v.Lang }
func (v view) FieldOf(code string) string { return "/field/#/item/" + url.PathEscape(code) }
func (v view) API(code string) string     { return "/api/v1/assets/" + url.PathEscape(code) }

// StyleURL is where the style sheet is.
func (v view) StyleURL() string { return StylesheetPath }

// Pair and With hand a template its part of the page with the view.
func (v view) Pair(e Event) pair          { return pair{v, e} }
func (v view) With(fields []Field) values { return values{v, fields} }

// Intact says how many events were signed by how many devices of how many organisations.
func (v view) Intact() string {
	i := v.Item.Integrity
	return fmt.Sprintf(v.W.Intact, count(i.Events, v.W.EventsN), count(i.Devices, v.W.DevicesN),
		count(i.Organisations, v.W.OrganisationsN))
}

// Partial says the same of a record that was not compared whole, or whose newer events may be missing.
func (v view) Partial() string {
	i := v.Item.Integrity
	return v.partial(i.Compared, i.Current(), i.Devices, i.Organisations)
}

func (v view) partial(c Compared, current bool, devices, organisations int) string {
	var said []string
	if c.Events < c.All {
		said = append(said, fmt.Sprintf(v.W.PartialOlder, grouped(c.Events), count(c.All, v.W.EventsN)))
	}
	if c.States > 0 {
		said = append(said, fmt.Sprintf(v.W.PartialStates, count(c.States, v.W.EventsN)))
	}
	if !current {
		said = append(said, fmt.Sprintf(v.W.Partial, count(c.All, v.W.EventsN), count(devices, v.W.DevicesN), count(organisations, v.W.OrganisationsN)))
	}
	return strings.Join(said, " · ")
}

// Tone is that of the verdict of a check.
func (v view) Tone() string {
	switch c := v.Check; {
	case !c.Intact():
		return string(Refused)
	case c.Compared.NotRecomputed != nil:
		return string(Waiting)
	case c.Events == 0:
		return string(Asleep)
	case !c.Current() || c.Compared.Unchecked != "" || !c.Compared.Whole():
		return string(Waiting)
	}
	return string(Accepted)
}

// Disputed says how many events are disputed.
func (v view) Disputed() string {
	i := v.Item.Integrity
	return fmt.Sprintf(v.W.Disputed, grouped(i.Disputed), count(i.Events, v.W.EventsN))
}

// Delay says how long after the claimed time an event was recorded, or before it.
func (v view) Delay(e Event) string {
	if e.Delay() < 0 {
		return fmt.Sprintf(v.W.Earlier, v.span(e.Delay()))
	}
	return fmt.Sprintf(v.W.Later, v.span(e.Delay()))
}

// Clipped shows the beginning of what somebody asked for, which may be of any length.
func (v view) Clipped(s string) string {
	const most = 40
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}

// SameDay reports whether two moments fall on one day of the works.
func (v view) SameDay(a, b rootline.Instant) bool { return v.date(a) == v.date(b) }

type (
	pair struct {
		V view
		E Event
	}
	values struct {
		V      view
		Fields []Field
	}
)
