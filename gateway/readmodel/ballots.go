package readmodel

import (
	"slices"
	"strings"

	"github.com/rootline/rootline"
)

// mostBallots is how many ballots a page has at most: each has a rulebook's text with it.
const mostBallots = 20

// Proposal is a ballot on a rulebook, with the text that it is on; "" for one that is adopted or withdrawn.
type Proposal struct {
	rootline.Ballot
	YAML string
}

// voted are the names of the ballots that an organisation's vote stands on, in order, decided ones among them. Each organisation has
// few, which the ledger's rules see to.
func (v *View) voted() ([]string, error) {
	votes, err := collect(v, scanRecord[*rootline.OpenVotes](rootline.SpaceOpenVotes), `SELECT substr(key, 3), value FROM state WHERE key > 'Y/' AND key < 'Y0'`)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, of := range votes {
		names = append(names, of.Ballots...)
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// RoleBallots are the votes on roles of organisations that are not decided, in the order of their names.
func (v *View) RoleBallots() ([]rootline.Ballot, error) {
	names, err := v.voted()
	if err != nil {
		return nil, err
	}
	var open []string
	for _, name := range names {
		msp, changes, ok := rootline.BallotOrganisation(name)
		if !ok {
			continue
		}
		org, err := record[*rootline.Organisation](v, rootline.SpaceOrganisation, msp)
		if err != nil {
			return nil, err
		}
		if org != nil && org.RoleChanges == changes {
			open = append(open, name)
		}
	}
	return v.ballots(open, len(open))
}

// openBallots are the names of the ballots on rulebooks that are not adopted, in order: those that somebody's vote stands on.
func (v *View) openBallots() ([]string, error) {
	names, err := v.voted()
	if err != nil {
		return nil, err
	}
	open := names[:0]
	for _, name := range names {
		ref, onRulebook := rootline.BallotRulebook(name)
		if !onRulebook {
			continue
		}
		book, _, _ := rootline.SplitRulebook(ref)
		current, err := record[*rootline.CurrentRulebook](v, rootline.SpaceRulebook, book)
		if err != nil {
			return nil, err
		}
		if !current.Decides(name) {
			open = append(open, name)
		}
	}
	return open, nil
}

// ballots reads those of the names that were judged here, at most so many.
func (v *View) ballots(names []string, most int) ([]rootline.Ballot, error) {
	var out []rootline.Ballot
	for _, name := range names {
		if len(out) == most {
			break
		}
		b, err := record[*rootline.Ballot](v, rootline.SpaceBallot, name)
		if err != nil {
			return nil, err
		}
		if b != nil {
			out = append(out, *b)
		}
	}
	return out, nil
}

// proposal adds the text to a ballot.
func (v *View) proposal(b rootline.Ballot) (Proposal, error) {
	text, err := record[*rootline.ProposedText](v, rootline.SpaceProposedText, b.Name)
	if err != nil || text == nil {
		return Proposal{Ballot: b}, err
	}
	return Proposal{b, text.YAML}, nil
}

// Ballots lists the proposed rulebooks of versions that are not adopted yet, with the votes for them, in the order of their
// names. A page has at most 20.
func (v *View) Ballots(p Page) (List[Proposal], error) {
	p.Limit = min(p.limit(), mostBallots)
	var last string
	if _, err := after("ballots", p, &last); err != nil {
		return List[Proposal]{}, err
	}
	names, err := v.openBallots()
	if err != nil {
		return List[Proposal]{}, err
	}
	names = slices.DeleteFunc(names, func(name string) bool { return name <= last })
	ballots, err := v.ballots(names, p.Limit+1)
	if err != nil {
		return List[Proposal]{}, err
	}
	items := make([]Proposal, len(ballots))
	for i, b := range ballots {
		if items[i], err = v.proposal(b); err != nil {
			return List[Proposal]{}, err
		}
	}
	return paged("ballots", items, p.Limit, func(b *Proposal) string { return b.Name }), nil
}

// BallotsDue are the proposed rulebooks that an organisation has not voted for, at most so many. Those who proposed them
// take turns, each in the order of the names. No text is read.
func (v *View) BallotsDue(organisation string, most int) (Turns[rootline.Ballot], error) {
	t := newTurns(most, func(a, b rootline.Ballot) int { return strings.Compare(a.Name, b.Name) })
	names, err := v.openBallots()
	if err != nil {
		return Turns[rootline.Ballot]{}, err
	}
	ballots, err := v.ballots(names, len(names))
	for _, b := range ballots {
		if len(b.Votes) > 0 && !slices.Contains(b.Votes, organisation) {
			t.add(b.Votes[0], b)
		}
	}
	return t.take(), err
}

// Ballot returns a ballot by its name, open or not.
func (v *View) Ballot(name string) (*Proposal, error) {
	b, err := single[*rootline.Ballot](v, rootline.SpaceBallot, name)
	if err != nil {
		return nil, err
	}
	p, err := v.proposal(*b)
	return &p, err
}

// Votes gives the MSP ids of those who voted on a ballot, open or not, in the order of voting. Of a ballot that was not
// judged here there are none.
func (v *View) Votes(ballot string) ([]string, error) {
	b, err := single[*rootline.Ballot](v, rootline.SpaceBallot, ballot)
	if code := rootline.CodeOf(err); code == rootline.CodeNotFound || code == rootline.CodeNotJudged {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return b.Votes, nil
}
