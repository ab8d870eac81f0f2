package page

import (
	"fmt"
	"io"
	"time"

	"github.com/rootline/rootline"
)

// Check is what the page shows that answers whether an item's record is intact.
type Check struct {
	Code    string
	Project rootline.Text
	// Zone is that of the works; nil is UTC.
	Zone *time.Location
	// Events is the length of the history, Signatures how many of them were checked, Devices and Organisations who made
	// them.
	Events, Signatures, Devices, Organisations int
	Disputed                                   int
	// Unjudged is as in Integrity.
	Unjudged string
	// First and Last are the blocks of the oldest and the newest event, Blocks how many blocks follow each other from
	// the first, Read when they were last read from the first on.
	First, Last, Blocks uint64
	Read                rootline.Instant
	// Head is the hash that the events lead to, BlockHash that of the standing's block.
	Head, BlockHash rootline.Hash
	Standing
	// Signed, Linked, Led and Chained say what agrees.
	Signed, Linked, Led, Chained bool
	// Compared says what was compared with blocks and peers; Alike that all of it agrees.
	Compared Compared
	Alike    bool
	// Faults are those that do not.
	Faults []Fault
}

// Fault is one thing that does not agree.
type Fault struct {
	Kind string
	// Field is what differs, of the kind "field", and By whose peer holds another record.
	Field string
	By    Party
	Event string
	Block uint64
}

// Intact reports whether all agrees.
func (c *Check) Intact() bool { return len(c.Faults) == 0 && c.Disputed == 0 && c.Unjudged == "" }

var checkPage = parse("check.tmpl")

// RenderCheck writes the page that explains whether an item's record is intact.
func RenderCheck(w io.Writer, lang string, check Check) error {
	v := newView(lang, check.Project)
	v.Check, v.Path, v.Heading, v.Zone = &check, itemPath(check.Code)+"/check", v.W.CheckTitle, check.Zone
	return v.write(w, v, checkPage)
}

// CheckPath is the page of the check of an item in the same language.
func (v view) CheckPath(code string) string { return itemPath(code) + "/check?lang=" + v.Lang }

// Verdict says in one sentence how the record stands.
func (v view) Verdict() string {
	switch c := v.Check; {
	case len(c.Faults) > 0:
		return v.W.Broken
	case c.Disputed > 0:
		return fmt.Sprintf(v.W.Disputed, grouped(c.Disputed), count(c.Events+c.Disputed, v.W.EventsN))
	case c.Unjudged != "":
		return fmt.Sprintf(v.W.Unjudged, c.Unjudged)
	case c.Compared.Unchecked != "":
		return v.unchecked(c.Compared)
	case c.Compared.NotRecomputed != nil:
		return v.NotRecomputed(c.Compared.NotRecomputed)
	case c.Events == 0:
		return v.W.NoEvents
	case !c.Current() || !c.Compared.Whole():
		return v.partial(c.Compared, c.Current(), c.Devices, c.Organisations)
	default:
		return fmt.Sprintf(v.W.Intact, count(c.Events, v.W.EventsN), count(c.Devices, v.W.DevicesN),
			count(c.Organisations, v.W.OrganisationsN))
	}
}

// Step is one thing that was checked.
type Step struct {
	Good              bool
	Title, Says, Fact string
}

// Steps are what was checked, in order.
func (v view) Steps() []Step {
	c, w := v.Check, v.W
	if c.Events == 0 && len(c.Faults) == 0 {
		return []Step{v.comparedStep(), {c.Chained, w.ChainTitle, w.ChainSays, fmt.Sprintf(w.ChainFact, count(c.Blocks, w.BlocksN), v.moment(c.Read))}}
	}
	steps := []Step{
		v.comparedStep(),
		{c.Signed, w.SignedTitle, w.SignedSays, fmt.Sprintf(w.SignedFact, grouped(c.Signatures), count(c.Events, w.EventsN))},
		{c.Linked, w.LinkedTitle, w.LinkedSays, fmt.Sprintf(w.LinkedFact, count(c.Events, w.EventsN))},
		{c.Led, w.LedTitle, w.LedSays, c.Head.String()},
		{c.Chained, w.ChainTitle, w.ChainSays, fmt.Sprintf(w.ChainFact, count(c.Blocks, w.BlocksN), v.moment(c.Read))},
		{c.Disputed == 0, w.JudgedTitle, w.JudgedSays, fmt.Sprintf(w.JudgedFact, grouped(c.Disputed))},
	}
	for i := range steps {
		if !steps[i].Good && (i > 0 || c.Compared.Unchecked == "") {
			steps[i].Says, steps[i].Fact = w.ShouldHold+" "+steps[i].Says, ""
		}
	}
	return steps
}

// FaultIn says what does not agree.
func (v view) FaultIn(f Fault) string {
	if f.Field != "" {
		s := fmt.Sprintf(v.W.FieldDiffers, f.Field)
		if f.By.MSPID != "" {
			s += fmt.Sprintf(v.W.FieldBy, v.Org(f.By))
		}
		return s
	}
	if s, ok := v.W.Faults[f.Kind]; ok {
		return s
	}
	return f.Kind
}

// NotRecomputed says what is only a peer's word.
func (v view) NotRecomputed(n *NotRecomputed) string {
	return fmt.Sprintf(v.W.NotRecomputed, n.Transaction, grouped(n.Block))
}

// unchecked says that nothing is claimed, and why.
func (v view) unchecked(c Compared) string {
	if s, ok := v.W.Unchecked[c.Unchecked]; ok {
		return s
	}
	return c.Unchecked
}

// Unchecked says so on an item's page; "" when it was checked.
func (v view) Unchecked() string {
	if v.Item.Integrity.Unchecked == "" {
		return ""
	}
	return v.unchecked(v.Item.Integrity.Compared)
}

// Against says what was compared with what, and by whom.
func (v view) Against(c Compared) string {
	return fmt.Sprintf(v.W.Against, count(c.Events, v.W.EventsN), grouped(c.First), grouped(c.Last), v.Org(c.By), count(c.Peers, v.W.OrganisationsN))
}

func (v view) comparedStep() Step {
	c, w := v.Check.Compared, v.W
	if c.Unchecked != "" {
		return Step{Title: w.ComparedTitle, Says: v.unchecked(c)}
	}
	fact := v.Against(c) + " " + fmt.Sprintf(w.AgainstMore, grouped(c.Events), grouped(c.All), grouped(c.Signatures), grouped(c.Records))
	if v.Check.Events == 0 {
		fact = fmt.Sprintf(w.AgainstLot, v.Org(c.By), count(c.Peers, w.OrganisationsN))
	}
	if c.States > 0 {
		fact += " (" + fmt.Sprintf(w.PartialStates, count(c.States, w.EventsN)) + ")"
	}
	for _, who := range c.Silent {
		fact += " " + fmt.Sprintf(w.Silent, v.Org(who))
	}
	return Step{v.Check.Alike, w.ComparedTitle, w.ComparedSays, fact}
}
