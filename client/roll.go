package client

import (
	"context"
	"time"

	"github.com/rootline/rootline"
)

// rollWait is how long a roll waits for its commit.
const rollWait = time.Minute

// IssueRoll gives blank tags to the organisation of a device with the role admin or manager: it stores the list of their
// codes as evidence, and records a roll that commits to it. From then on people of that organisation may bind the tags to
// assets. The code of the roll follows from the list, so a list is issued once. The gateway must be signed in. Refusals
// are those of the act "issue"; with a *NotFinalError the roll holds once the ledger has it.
func (g *Gateway) IssueRoll(ctx context.Context, d *Device, codes rootline.Codes) (roll string, status EventStatus, err error) {
	ledger, err := g.Ledger(ctx)
	if err != nil {
		return "", status, err
	}
	own := ledger.Organisation(d.Organisation)
	if own == nil {
		return "", status, rootline.Refuse(rootline.CodeWrongOrg, d.Organisation, ledger.Gateway.Organisation)
	}
	list := codes.List()
	roll = rootline.CodeFrom(own.Prefix, list.Root)
	file, err := g.PutEvidence(ctx, codes.File(), rootline.CodeListType)
	if err != nil {
		return roll, status, err
	}
	data, err := encodeData(rootline.IssueData{Roll: roll})
	if err != nil {
		return roll, status, err
	}
	status, err = g.Record(ctx, d, &rootline.Event{
		Action: rootline.ActIssue, Rulebook: rootline.Registry, Data: data, List: &list, Evidence: []rootline.Evidence{file},
	}, rollWait)
	if err == nil && status.Status != Committed {
		err = &NotFinalError{Status: status}
	}
	return roll, status, err
}
