package projection

import (
	"encoding/json"
	"fmt"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/judge"
)

// accept adds the events of a transaction that this gateway agrees with. Repeated ones were added before, and are noted.
func (a *applying) accept(t *block.Transaction, c *call, d *judge.Decision) error {
	lots := lotsOf(d.Writes)
	for i := range d.Outcomes {
		o := &d.Outcomes[i]
		if o.Duplicate {
			a.tx.AddRepeated(a.block.Number, t.Index, i, o.Event.ID)
			a.out.Repeated++
			continue
		}
		if o.Refused != nil { // not judged here
			if err := a.keep(t, i, &c.subs[i], o, readmodel.NotJudgedHere); err != nil {
				return err
			}
			continue
		}
		sub := &c.subs[i]
		if o.Attested != nil {
			if err := a.attested(t, i, sub, o.Attested, o.Event.ID); err != nil {
				return err
			}
			sub = &rootline.Submission{JWS: o.Attested.JWS, Inclusion: sub.Inclusion}
		}
		n := a.event(t, i, sub, o)
		n.Status = readmodel.Committed
		n.Subjects, n.Edges, n.Lists = o.Subjects, edges(o, lots), lists(o.Event)
		if o.Event.Tag == "" && !woke(o, lots) {
			n.Inclusion = nil // the item had woken before, and nothing of the proof was looked at
		}
		if err := a.addEvent(t, n); err != nil {
			return err
		}
		if err := a.circumstances(t, n); err != nil {
			return err
		}
		if o.Attested != nil {
			if err := a.seenAfterEnd(t, n, o.Device.End()); err != nil {
				return err
			}
		}
	}
	return nil
}

// seenAfterEnd finds an attested event that names, as seen by its device, a block from after the device's end. The
// chaincode knows no blocks; here it shows that the claimed time is wrong.
func (a *applying) seenAfterEnd(t *block.Transaction, n *readmodel.NewEvent, end rootline.Instant) error {
	e := n.Event.Event
	if e.Seen == nil {
		return nil
	}
	at, known, err := a.tx.BlockTime(e.Seen.Block)
	if err != nil || !known || at <= end {
		return err
	}
	a.findEvent(KindSignedAfterEnd, t, n.Position, e,
		fmt.Sprintf("it names block %d of %s; its device ended at %s", e.Seen.Block, at, end))
	return nil
}

// attested adds the act that lets an event in after its device's end. The event follows it, as its device signed it.
func (a *applying) attested(t *block.Transaction, position int, sub *rootline.Submission, by *judge.Attestation, attests string) error {
	n := a.event(t, position, &rootline.Submission{JWS: sub.JWS}, &judge.Outcome{
		Event: by.Event, Signed: by.Signed, Hash: by.Hash, Device: by.Device,
	})
	n.Status, n.Attests = readmodel.Committed, attests
	if err := a.addEvent(t, n); err != nil {
		return err
	}
	return a.circumstances(t, n)
}

// dispute keeps the events of a transaction that this gateway does not agree with. d is nil when judging broke down.
func (a *applying) dispute(t *block.Transaction, c *call, d *judge.Decision) error {
	for i := range c.subs {
		o := &judge.Outcome{}
		if d != nil && i < len(d.Outcomes) {
			o = &d.Outcomes[i]
		} else {
			reading := judge.Read(&c.subs[i])
			o.Event, o.Hash = reading.Event(), reading.Hash()
		}
		if err := a.keep(t, i, &c.subs[i], o, readmodel.Disputed); err != nil {
			return err
		}
	}
	return nil
}

// keep adds an event that changes nothing here.
func (a *applying) keep(t *block.Transaction, position int, sub *rootline.Submission, o *judge.Outcome, status readmodel.EventStatus) error {
	n := a.event(t, position, sub, o)
	n.Status, n.Kind, n.State = status, "", ""
	n.Subjects = named(o.Event)
	if status == readmodel.NotJudgedHere {
		for i := range n.Subjects {
			n.Subjects[i].Link = "unjudged"
		}
	}
	return a.addEvent(t, n)
}

// event makes the row of a submission.
func (a *applying) event(t *block.Transaction, position int, sub *rootline.Submission, o *judge.Outcome) *readmodel.NewEvent {
	n := &readmodel.NewEvent{TransactionPosition: t.Index, Event: readmodel.Event{
		Event: o.Event, Hash: o.Hash, JWS: sub.JWS, Inclusion: sub.Inclusion, Kind: o.Kind, State: o.State,
		Witnessed: t.Timestamp, Block: a.block.Number, Transaction: t.ID, Position: position,
	}}
	if o.Device != nil {
		n.Device, n.Organisation, n.Role, n.Name = o.Device.Kid, o.Device.Organisation, o.Device.Role, o.Device.Name
	} else if o.Signed != nil {
		n.Device = o.Signed.Kid
	}
	n.Late = o.Event != nil && t.Timestamp-o.Event.At > rootline.Instant(a.config.LateAfter.Milliseconds())
	return n
}

func (a *applying) addEvent(t *block.Transaction, n *readmodel.NewEvent) error {
	brief := readmodel.EventBrief{
		Kind: n.Kind, State: n.State, Organisation: n.Organisation, Role: n.Role, Witnessed: n.Witnessed,
		Block: n.Block, Transaction: t.ID, Status: n.Status, Hash: n.Hash,
	}
	if e := n.Event.Event; e != nil {
		brief.ID, brief.Asset, brief.Rulebook, brief.Action, brief.At = e.ID, e.Asset, e.Rulebook, e.Action, e.At
	}
	a.out.Events = append(a.out.Events, brief)
	return a.tx.AddEvent(n)
}

// circumstances finds what the ledger cannot check: the device's clock, and the block that it says it saw.
func (a *applying) circumstances(t *block.Transaction, n *readmodel.NewEvent) error {
	e := n.Event.Event
	if e.At > n.Witnessed+rootline.Instant(a.config.Tolerance.Milliseconds()) {
		a.findEvent(KindClaimedAhead, t, n.Position, e, "it claims "+e.At.String()+" and was witnessed at "+n.Witnessed.String())
	}
	if e.Seen == nil {
		return nil
	}
	if e.Seen.Block >= a.block.Number {
		a.findEvent(KindSeenOther, t, n.Position, e, fmt.Sprintf("it names block %d, which did not exist yet", e.Seen.Block))
		return nil
	}
	hash, known, err := a.blockHash(e.Seen.Block)
	if err != nil {
		return err
	}
	if !known || hash != e.Seen.Hash {
		a.findEvent(KindSeenOther, t, n.Position, e,
			fmt.Sprintf("it names block %d as %s; here it is %s", e.Seen.Block, e.Seen.Hash, hash))
	}
	return nil
}

// blockHash is the hash of an earlier block. Events of one batch mostly name the same few.
func (a *applying) blockHash(number uint64) (rootline.Hash, bool, error) {
	if h, ok := a.hashes[number]; ok {
		return h, true, nil
	}
	h, ok, err := a.tx.BlockHash(number)
	if err == nil && ok {
		if len(a.hashes) > 1000 {
			clear(a.hashes)
		}
		a.hashes[number] = h
	}
	return h, ok, err
}

// lotsOf gives the lot of each asset that was written.
func lotsOf(writes []rootline.Record) map[string]string {
	lots := map[string]string{}
	for _, w := range writes {
		if asset, ok := w.(*rootline.Asset); ok && asset.Lot != "" {
			lots[asset.ID] = asset.Lot
		}
	}
	return lots
}

// edges says what an event made of what.
func edges(o *judge.Outcome, lots map[string]string) []readmodel.Edge {
	var out []readmodel.Edge
	for i, s := range o.Subjects {
		switch {
		case s.Link == judge.LinkInput:
			out = append(out, readmodel.Edge{From: s.Asset, To: o.Event.Asset, Amount: s.Amount, Possible: s.Possible})
		case s.Link == judge.LinkPart:
			out = append(out, readmodel.Edge{From: o.Event.Asset, To: s.Asset, Amount: s.Amount})
		case i == 0 && woke(o, lots):
			out = append(out, readmodel.Edge{From: lots[s.Asset], To: s.Asset, Amount: 1})
		}
	}
	return out
}

// woke reports whether an event is the first one of an item of a listed lot.
func woke(o *judge.Outcome, lots map[string]string) bool {
	return len(o.Subjects) > 0 && o.Subjects[0].Seq == 1 && lots[o.Subjects[0].Asset] != ""
}

// named are the assets that a disputed event names.
func named(e *rootline.Event) []judge.Subject {
	if e == nil {
		return nil
	}
	var out []judge.Subject
	if e.Asset != "" {
		out = append(out, judge.Subject{Asset: e.Asset, Link: judge.LinkAsset})
	}
	for _, in := range e.Inputs {
		out = append(out, judge.Subject{Asset: in.Asset, Link: judge.LinkInput, Amount: in.Amount})
	}
	for _, part := range e.Into {
		out = append(out, judge.Subject{Asset: part.Asset, Link: judge.LinkPart, Amount: part.List.Count})
	}
	return out
}

// lists are the lists of codes that an event commits to, each with the files that may hold them.
func lists(e *rootline.Event) []readmodel.ListFile {
	var out []readmodel.ListFile
	for _, ev := range e.Evidence {
		if ev.Type != rootline.CodeListType {
			continue
		}
		if e.List != nil {
			if l := listed(e); l.List != "" {
				l.SHA256 = ev.SHA256
				out = append(out, l)
			}
		}
		for _, part := range e.Into {
			out = append(out, readmodel.ListFile{Space: rootline.SpaceAsset, List: part.Asset, SHA256: ev.SHA256})
		}
	}
	return out
}

// listed is the lot or roll that an event with a list begins.
func listed(e *rootline.Event) readmodel.ListFile {
	if e.Asset != "" {
		return readmodel.ListFile{Space: rootline.SpaceAsset, List: e.Asset}
	}
	var issue rootline.IssueData
	if err := json.Unmarshal(e.Data, &issue); err != nil {
		return readmodel.ListFile{} // the judge has read it: it cannot be
	}
	return readmodel.ListFile{Space: rootline.SpaceTag, List: issue.Roll}
}
