package judge

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/rootline/rootline"
)

var ledgerRef = rootline.Ref{Space: rootline.SpaceLedger}

// protocol is what differs from one protocol number to another. A change of what the judge decides, after the first
// release, is a member here that an earlier number has in the earlier way: what was recorded under a number is judged by
// it for ever. Reading a submission goes before all state, so its bounds are those of the most generous number, and a
// number that is stricter says so here.
type protocol struct {
	// maxName bounds a pseudonym, in characters.
	maxName int
}

// protocols are the numbers that this build knows. Until the first release there is one.
var protocols = map[int]*protocol{
	rootline.FirstProtocol: {maxName: 40},
}

// Protocols lists the protocol numbers that this build knows, in ascending order.
func Protocols() []int { return slices.Sorted(maps.Keys(protocols)) }

// KnowsProtocol reports whether this build can judge by a protocol number.
func KnowsProtocol(number int) bool { return protocols[number] != nil }

// UnknownProtocolError says that the ledger is judged by a protocol number that this build does not know, or is to be
// founded with one. It says nothing about any event: whoever meets it waits for an upgrade.
type UnknownProtocolError struct {
	// Number is the ledger's; 0 on a ledger of before the first release.
	Number int
}

// Error implements error, with the way out.
func (e *UnknownProtocolError) Error() string { return e.Says().Says.En }

// Says gives the words for people. It is a method and not what is wrapped, since it refuses no event.
func (e *UnknownProtocolError) Says() *rootline.Error {
	if e.Number < rootline.FirstProtocol {
		return rootline.Refuse(rootline.CodeLedgerTooOld, numbers())
	}
	return rootline.Refuse(rootline.CodeUpgradeNeeded, e.Number, numbers())
}

// numbers are the known ones in words: "1, 2".
func numbers() string {
	var known []string
	for _, n := range Protocols() {
		known = append(known, strconv.Itoa(n))
	}
	return strings.Join(known, ", ")
}

// CheckProtocol returns an *UnknownProtocolError when the ledger of a state is judged by a number that this build does not
// know; nil before the founding. Other errors are the state's.
func CheckProtocol(state State) error {
	_, err := protocolOf(newOverlay(state))
	return err
}

// protocolOf gives the protocol in force: nil when the ledger is not founded, where all is refused. The error is
// an *UnknownProtocolError, or a fault of the state.
func protocolOf(view *overlay) (*protocol, error) {
	ledger, err := get[*rootline.Ledger](view, ledgerRef)
	if err != nil || ledger == nil {
		return nil, err
	}
	known := protocols[ledger.Protocol]
	if known == nil {
		return nil, &UnknownProtocolError{Number: ledger.Protocol}
	}
	return known, nil
}

// raise adds the signer's organisation to those who want the next protocol number. With a majority of all member
// organisations it holds from the next transaction on. Votes are counted alike by code that does not know the number:
// the chaincode and the gateways of an organisation decline to vote for one that they do not know; see UnknownVote.
func (a *act) raise() error {
	d, err := body[rootline.RaiseData](a.event)
	if err != nil {
		return err
	}
	switch next := a.ledger.Protocol + 1; {
	case d.Protocol >= rootline.FirstProtocol && d.Protocol < next:
		return rootline.Refuse(rootline.CodeProtocolHolds, d.Protocol).At("/data/protocol")
	case d.Protocol != next:
		return rootline.Refuse(rootline.CodeNotNextProtocol, a.ledger.Protocol, next).At("/data/protocol")
	}
	name := rootline.ProtocolBallot(d.Protocol)
	ballot, err := get[*rootline.Ballot](a.view, rootline.Ref{Space: rootline.SpaceBallot, ID: name})
	if err != nil {
		return err
	}
	if ballot == nil {
		ballot = &rootline.Ballot{Name: name}
	}
	voted, holds, err := a.voted(ballot)
	if err != nil {
		return err
	}
	if holds {
		raised := *a.ledger
		raised.Protocol = d.Protocol
		a.view.put(&raised)
	}
	a.view.put(voted)
	a.accept(voted.Ref().String(), 0)
	return nil
}

// UnknownVote refuses an event that votes for a protocol number that this build does not know; nil for every other. Code
// asks it before it takes or endorses a vote, never about one that is recorded: what a majority voted for holds.
func UnknownVote(e *rootline.Event) *rootline.Error {
	if e == nil || e.Rulebook != rootline.Registry || e.Action != rootline.ActRaise {
		return nil
	}
	d, err := body[rootline.RaiseData](e)
	if err != nil || d.Protocol < rootline.FirstProtocol || KnowsProtocol(d.Protocol) {
		return nil
	}
	return rootline.Refuse(rootline.CodeProtocolUnknown, d.Protocol, numbers()).At("/data/protocol")
}
