package judge

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/limits"
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

// parsed reads a text that is not adopted, and refuses one with mistakes. It is not cached: what is refused shall not fill the
// cache.
func parsed(text string) (*rulebook.Rulebook, error) {
	book, err := rulebook.Parse([]byte(text))
	var problems rulebook.Problems
	if errors.As(err, &problems) {
		return nil, rootline.Refuse(rootline.CodeBadRulebook, problems)
	}
	return book, err
}

// propose opens the vote on the next version of a rulebook, with the proposer's own vote.
func (a *act) propose() error {
	d, err := body[rootline.ProposeData](a.event)
	if err != nil {
		return err
	}
	book, err := parsed(d.YAML)
	if err != nil {
		return rulesAt(err, "/data/yaml")
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
	if err := a.across(book); err != nil {
		return rulesAt(err, "/data/yaml")
	}
	ballot, err := a.proposal(book, d.YAML)
	if err != nil {
		return err
	}
	a.view.put(&rootline.ProposedText{Ballot: ballot.Name, YAML: d.YAML})
	return a.cast(ballot)
}

// proposal is the ballot on a text. The first text of a version has the version's name; an organisation that wants another
// one has a ballot of its own, so that nobody takes a version from the others by being quicker. As long as nobody else
// voted for its text, an organisation may propose another in its place.
func (a *act) proposal(book *rulebook.Rulebook, text string) (*rootline.Ballot, error) {
	ref, own := book.Ref(), a.device.Organisation
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
	fresh := func(name string) *rootline.Ballot {
		return &rootline.Ballot{Name: name, Title: book.Title, SHA256: rootline.HashOf([]byte(text))}
	}
	var first, mine *rootline.Ballot
	for i, r := range refs {
		known, err := get[*rootline.Ballot](a.view, r)
		switch {
		case err != nil:
			return nil, err
		case known == nil || len(known.Votes) == 0:
			continue
		case known.SHA256 == rootline.HashOf([]byte(text)):
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
		return fresh(ref), nil
	case mine == nil:
		return fresh(rootline.OwnBallot(ref, own)), nil
	case len(mine.Votes) > 1:
		return nil, rootline.Refuse(rootline.CodeOtherText, ref).At("/data/yaml")
	}
	return fresh(mine.Name), nil
}

// vote adds the signer's organisation to those who want a proposed rulebook.
func (a *act) vote() error {
	d, err := body[rootline.VoteData](a.event)
	if err != nil {
		return err
	}
	if _, ok := rootline.BallotRulebook(d.Rulebook); !ok {
		return rootline.Refuse(rootline.CodeUnknownRulebook, d.Rulebook).At("/data/rulebook")
	}
	ballot, err := a.openBallot(d.Rulebook)
	if err != nil {
		return err
	}
	if ballot.SHA256 != d.SHA256 {
		return rootline.Refuse(rootline.CodeOtherText, d.Rulebook).At("/data/sha256")
	}
	return a.cast(ballot)
}

// openBallot is a ballot that a vote can be taken back from: on a rulebook that is not adopted, or on roles that are not given.
func (a *act) openBallot(name string) (*rootline.Ballot, error) {
	decided, err := a.decided(name)
	if err != nil {
		return nil, err
	}
	ref, onRulebook := rootline.BallotRulebook(name)
	_, _, onRoles := rootline.BallotOrganisation(name)
	switch {
	case decided && onRoles:
		return nil, rootline.Refuse(rootline.CodeBallotClosed, name).At("/data/rulebook")
	case decided:
		return nil, rootline.Refuse(rootline.CodeRulebookAdopted, ref).At("/data/rulebook")
	}
	var ballot *rootline.Ballot
	if onRulebook || onRoles {
		if ballot, err = get[*rootline.Ballot](a.view, rootline.Ref{Space: rootline.SpaceBallot, ID: name}); err != nil {
			return nil, err
		}
	}
	if onRoles && (ballot == nil || len(ballot.Votes) == 0) {
		return nil, rootline.Refuse(rootline.CodeNotVoted, a.device.Organisation, name).At("/data/rulebook")
	}
	if ballot == nil || len(ballot.Votes) == 0 {
		return nil, rootline.Refuse(rootline.CodeUnknownRulebook, name).At("/data/rulebook")
	}
	return ballot, nil
}

// decided reports whether the version that a ballot is on was adopted, or the roles that it is on were changed.
func (a *act) decided(ballot string) (bool, error) {
	if msp, changes, ok := rootline.BallotOrganisation(ballot); ok {
		org, err := a.getOrg(msp)
		return org != nil && org.RoleChanges > changes, err
	}
	ref, _ := rootline.BallotRulebook(ballot)
	name, _, _ := rootline.SplitRulebook(ref)
	current, err := get[*rootline.CurrentRulebook](a.view, rootline.Ref{Space: rootline.SpaceRulebook, ID: name})
	return current.Decides(ballot), err
}

// withdraw takes back the vote of the signer's organisation.
func (a *act) withdraw() error {
	d, err := body[rootline.WithdrawData](a.event)
	if err != nil {
		return err
	}
	ballot, err := a.openBallot(d.Rulebook)
	if err != nil {
		return err
	}
	own := a.device.Organisation
	if !slices.Contains(ballot.Votes, own) {
		return rootline.Refuse(rootline.CodeNotVoted, own, ballot.Name).At("/data/rulebook")
	}
	left := *ballot
	left.Votes = slices.DeleteFunc(slices.Clone(ballot.Votes), func(msp string) bool { return msp == own })
	if _, ok := rootline.BallotRulebook(ballot.Name); ok && len(left.Votes) == 0 {
		left.Title, left.SHA256 = rootline.Text{}, rootline.Hash{}
		a.view.put(&rootline.ProposedText{Ballot: ballot.Name})
	}
	open, err := a.openVotes()
	if err != nil {
		return err
	}
	open.Ballots = slices.DeleteFunc(open.Ballots, func(name string) bool { return name == ballot.Name })
	a.view.put(open)
	a.view.put(&left)
	a.accept(left.Ref().String(), 0)
	return nil
}

// openVotes are the ballots that the signer's organisation voted on and that are not decided, as a record to change.
func (a *act) openVotes() (*rootline.OpenVotes, error) {
	own := a.device.Organisation
	known, err := get[*rootline.OpenVotes](a.view, rootline.Ref{Space: rootline.SpaceOpenVotes, ID: own})
	if err != nil || known == nil {
		return &rootline.OpenVotes{Organisation: own}, err
	}
	open := &rootline.OpenVotes{Organisation: own}
	for _, name := range known.Ballots {
		decided, err := a.decided(name)
		if err != nil {
			return nil, err
		}
		if !decided {
			open.Ballots = append(open.Ballots, name)
		}
	}
	return open, nil
}

// voted is a ballot with the vote of the signer's organisation, and whether a majority of all member organisations voted.
func (a *act) voted(ballot *rootline.Ballot) (voted *rootline.Ballot, holds bool, err error) {
	if slices.Contains(ballot.Votes, a.device.Organisation) {
		return nil, false, rootline.Refuse(rootline.CodeAlreadyVoted, a.device.Organisation, ballot.Name)
	}
	counted := *ballot
	counted.Votes = append(slices.Clone(ballot.Votes), a.device.Organisation)
	return &counted, 2*len(counted.Votes) > len(a.ledger.Organisations), nil
}

// cast counts a vote of the signer's organisation. With a majority of all member organisations the rulebook holds.
func (a *act) cast(ballot *rootline.Ballot) error {
	voted, holds, err := a.voted(ballot)
	if err != nil {
		return err
	}
	if holds {
		a.view.put(voted)
		return a.adopt(voted)
	}
	return a.waits(voted)
}

// waits keeps a ballot that has no majority yet among those that the signer's organisation voted on.
func (a *act) waits(voted *rootline.Ballot) error {
	a.view.put(voted)
	open, err := a.openVotes()
	if err != nil {
		return err
	}
	// A text that takes the place of the organisation's own is on the ballot that it has voted on.
	if !slices.Contains(open.Ballots, voted.Name) {
		if len(open.Ballots) >= limits.OpenVotes {
			return rootline.Refuse(rootline.CodeTooManyVotes, open.Organisation, len(open.Ballots))
		}
		open.Ballots = append(open.Ballots, voted.Name)
	}
	a.view.put(open)
	a.accept(voted.Ref().String(), 0)
	return nil
}

// adopt makes the text of a ballot the rulebook's current version.
func (a *act) adopt(ballot *rootline.Ballot) error {
	text, err := get[*rootline.ProposedText](a.view, rootline.Ref{Space: rootline.SpaceProposedText, ID: ballot.Name})
	if err != nil {
		return err
	}
	if text == nil {
		return fmt.Errorf("judge: the ballot %s has no text", ballot.Name)
	}
	ref, _ := rootline.BallotRulebook(ballot.Name)
	name, version, _ := rootline.SplitRulebook(ref)
	book, err := parsed(text.YAML)
	if err != nil {
		return rulesAt(err, "/data/rulebook")
	}
	// Others may have been adopted since it was proposed.
	if err := a.across(book); err != nil {
		return rulesAt(err, "/data/rulebook")
	}
	if err := a.readBy(book); err != nil {
		return err
	}
	adopted := &rootline.AdoptedRulebook{Name: ref, YAML: text.YAML, Adopted: a.witnessed}
	a.view.put(adopted)
	a.view.put(&rootline.CurrentRulebook{Name: name, Version: version})
	a.view.put(&rootline.ProposedText{Ballot: ballot.Name}) // the text is under its own key now
	a.accept(adopted.Ref().String(), 0)
	return nil
}
