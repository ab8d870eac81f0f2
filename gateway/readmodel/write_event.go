package readmodel

import (
	"encoding/json"
	"fmt"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/judge"
)

// NewEvent is an event to be added, with what it brings to other tables.
type NewEvent struct {
	// Event's Ordinal, Link, Seq, Head, Amount, CorrectedBy, AttestedBy, BlockHash and Transaction are not looked at.
	Event
	// TransactionPosition is the transaction's index in the block.
	TransactionPosition int
	// Subjects are the assets whose history it is part of; for a disputed event, those that it names.
	Subjects []judge.Subject
	// Edges say what went into what; their Event is not looked at.
	Edges []Edge
	// Lists are the listed lots and rolls that begin with it, each with the files that may hold its codes.
	Lists []ListFile
}

// ListFile is an evidence file that may hold the codes of a listed lot (SpaceAsset) or a roll (SpaceTag).
type ListFile struct {
	Space  rootline.Space
	List   string
	SHA256 rootline.Hash
}

// AddEvent adds an event after all others and sets its Ordinal.
func (t *Tx) AddEvent(n *NewEvent) error {
	t.events++
	n.Ordinal = t.events
	var inclusion any
	if n.Inclusion != nil {
		b, err := json.Marshal(n.Inclusion)
		if err != nil {
			return fmt.Errorf("readmodel: inclusion: %w", err)
		}
		inclusion = string(b)
	}
	e := n.Event.Event
	if e == nil {
		e = &rootline.Event{}
	}
	t.bulks.events.add(n.Ordinal, e.ID, blob(n.Hash), keptJWS(n.JWS), inclusion, e.Asset, e.Action, e.Rulebook, n.Kind, n.State,
		e.Corrects, kept(n.Device), n.Organisation, n.Role, n.Name, int64(e.At), int64(n.Witnessed), n.Late,
		n.Block, n.TransactionPosition, n.Position, string(n.Status), n.Attests)
	t.send(&t.bulks.events)
	t.countEvent(n)
	for _, s := range n.Subjects {
		t.touched[s.Asset] = struct{}{}
		t.bulks.subjects.add(s.Asset, n.Ordinal, string(s.Link), s.Seq, blob(s.Head), s.Amount)
		t.send(&t.bulks.subjects)
	}
	for _, edge := range n.Edges {
		t.touched[edge.From], t.touched[edge.To] = struct{}{}, struct{}{}
		t.bulks.edges.add(edge.To, edge.From, n.Ordinal, edge.Amount, edge.Possible)
	}
	for _, f := range e.Evidence {
		t.bulks.files.add(f.SHA256[:], n.Ordinal)
	}
	t.files += len(n.Lists)
	for _, l := range n.Lists {
		t.bulks.lists.add(l.List, string(rune(l.Space)), l.SHA256[:], n.Ordinal, listPending)
	}
	return nil
}

// ListFiles is how many files of code lists the events of this transaction named.
func (t *Tx) ListFiles() int { return t.files }
