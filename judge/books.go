package judge

import (
	"errors"
	"slices"
	"strconv"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/rulebook"
)

func versioned(name string, version int) string { return name + "@" + strconv.Itoa(version) }

// book returns an adopted rulebook, by its name with its version: under a name alone lies another record.
func (a *act) book(name string) (*rulebook.Rulebook, error) {
	if _, _, ok := rootline.SplitRulebook(name); !ok {
		return nil, rootline.Refuse(rootline.CodeUnknownRulebook, name).At("/rulebook")
	}
	adopted, err := get[*rootline.AdoptedRulebook](a.view, rootline.Ref{Space: rootline.SpaceRulebook, ID: name})
	if err != nil {
		return nil, err
	}
	if adopted == nil {
		return nil, rootline.Refuse(rootline.CodeUnknownRulebook, name).At("/rulebook")
	}
	return a.judge.books.Parse(adopted.YAML)
}

// propose opens the vote on the next version of a rulebook, with the proposer's own vote.
func (a *act) propose() error {
	d, err := body[rootline.ProposeData](a.event)
	if err != nil {
		return err
	}
	book, err := rulebook.Parse([]byte(d.YAML)) // not cached: what is refused shall not fill the cache
	if err != nil {
		var problems rulebook.Problems
		if !errors.As(err, &problems) {
			return err
		}
		return rootline.Refuse(rootline.CodeBadRulebook, problems.Error()).At("/data/yaml")
	}
	current, err := get[*rootline.CurrentRulebook](a.view, rootline.Ref{Space: rootline.SpaceRulebook, ID: book.Name})
	if err != nil {
		return err
	}
	next := 1
	if current != nil {
		next = current.Version + 1
	}
	switch {
	case book.Version < next:
		return rootline.Refuse(rootline.CodeRulebookAdopted, book.Ref()).At("/data/yaml")
	case book.Version > next:
		return rootline.Refuse(rootline.CodeNotNextVersion, book.Name, next).At("/data/yaml")
	}
	ballot, err := a.proposal(book.Ref(), d.YAML)
	if err != nil {
		return err
	}
	return a.cast(ballot)
}

// proposal is the ballot on a text. The first text of a version has the version's name; an organisation that wants another
// one has a ballot of its own, so that nobody takes a version from the others by being quicker. As long as nobody else
// voted for its text, an organisation may propose another in its place.
func (a *act) proposal(ref, text string) (*rootline.Ballot, error) {
	names := []string{ref}
	for _, msp := range a.ledger.Organisations {
		names = append(names, rootline.OwnBallot(ref, msp))
	}
	refs := make([]rootline.Ref, len(names))
	for i, name := range names {
		refs[i] = rootline.Ref{Space: rootline.SpaceBallot, ID: name}
	}
	if err := a.view.base.Load(refs); err != nil {
		return nil, err
	}
	own := a.device.Organisation
	var first, mine *rootline.Ballot
	for i, r := range refs {
		known, err := get[*rootline.Ballot](a.view, r)
		switch {
		case err != nil:
			return nil, err
		case known == nil:
			continue
		case known.YAML == text:
			return known, nil
		case i == 0:
			first = known
		}
		if slices.Contains(known.Votes, own) && (names[i] == rootline.OwnBallot(ref, own) || i == 0 && known.Votes[0] == own) {
			mine = known
		}
	}
	switch {
	case first == nil:
		return &rootline.Ballot{Name: ref, YAML: text}, nil
	case mine == nil:
		return &rootline.Ballot{Name: rootline.OwnBallot(ref, own), YAML: text}, nil
	case len(mine.Votes) > 1:
		return nil, rootline.Refuse(rootline.CodeOtherText, ref).At("/data/yaml")
	}
	return &rootline.Ballot{Name: mine.Name, YAML: text}, nil
}

// vote adds the signer's organisation to those who want a proposed rulebook.
func (a *act) vote() error {
	d, err := body[rootline.VoteData](a.event)
	if err != nil {
		return err
	}
	ref, ok := rootline.BallotRulebook(d.Rulebook)
	if !ok {
		return rootline.Refuse(rootline.CodeUnknownRulebook, d.Rulebook).At("/data/rulebook")
	}
	adopted, err := get[*rootline.AdoptedRulebook](a.view, rootline.Ref{Space: rootline.SpaceRulebook, ID: ref})
	if err != nil {
		return err
	}
	if adopted != nil {
		return rootline.Refuse(rootline.CodeRulebookAdopted, ref).At("/data/rulebook")
	}
	ballot, err := get[*rootline.Ballot](a.view, rootline.Ref{Space: rootline.SpaceBallot, ID: d.Rulebook})
	if err != nil {
		return err
	}
	if ballot == nil {
		return rootline.Refuse(rootline.CodeUnknownRulebook, d.Rulebook).At("/data/rulebook")
	}
	if rootline.HashOf([]byte(ballot.YAML)) != d.SHA256 {
		return rootline.Refuse(rootline.CodeOtherText, d.Rulebook).At("/data/sha256")
	}
	return a.cast(ballot)
}

// voted is a ballot with the vote of the signer's organisation, and whether a majority of all member organisations voted.
func (a *act) voted(ballot *rootline.Ballot) (voted *rootline.Ballot, holds bool, err error) {
	if slices.Contains(ballot.Votes, a.device.Organisation) {
		return nil, false, rootline.Refuse(rootline.CodeAlreadyVoted, a.device.Organisation, ballot.Name)
	}
	voted = &rootline.Ballot{Name: ballot.Name, YAML: ballot.YAML}
	voted.Votes = append(append(voted.Votes, ballot.Votes...), a.device.Organisation)
	return voted, 2*len(voted.Votes) > len(a.ledger.Organisations), nil
}

// cast counts a vote of the signer's organisation. With a majority of all member organisations the rulebook holds.
func (a *act) cast(ballot *rootline.Ballot) error {
	voted, holds, err := a.voted(ballot)
	if err != nil {
		return err
	}
	subject := voted.Ref().String()
	if holds {
		ref, _ := rootline.BallotRulebook(ballot.Name)
		name, version, _ := rootline.SplitRulebook(ref)
		adopted := &rootline.AdoptedRulebook{Name: ref, YAML: ballot.YAML, Adopted: a.witnessed}
		a.view.put(adopted)
		a.view.put(&rootline.CurrentRulebook{Name: name, Version: version})
		voted.YAML = "" // the text is under its own key now
		subject = adopted.Ref().String()
	}
	a.view.put(voted)
	a.accept(subject, 0)
	return nil
}
