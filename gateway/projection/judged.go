package projection

import (
	"bytes"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/limits"
)

// judged judges a valid transaction again and applies it where this agrees with what was written.
func (a *applying) judged(t *block.Transaction, function string) (readmodel.Verdict, error) {
	writes := t.WritesTo(wire.Chaincode)
	ours := t.Chaincode == wire.Chaincode
	switch {
	case t.Malformed != "" && (ours || len(writes) > 0):
		a.find(KindUnreadable, t, t.Malformed)
		return readmodel.VerdictDisputed, nil
	case ours && slices.Contains(t.Apart, wire.Chaincode):
		// One organisation alone endorses what lies in its own collection, and has such a transaction valid, whatever it calls:
		// its events are nobody's.
		a.find(KindForeignWrites, t, fmt.Sprintf("%s does something in a collection, which Rootline's chaincode never does", kept(function)))
		return readmodel.VerdictDisputed, nil
	case ours && judgedFunction(function):
		return a.judgeAgain(t, function, writes)
	case len(writes) > 0:
		a.find(KindForeignWrites, t, fmt.Sprintf("%s of chaincode %q wrote %d keys, the first being %q",
			kept(function), kept(t.Chaincode), len(writes), kept(writes[0].Key)))
		return readmodel.VerdictDisputed, nil
	}
	return readmodel.NotJudged, nil
}

// kept is a name that somebody else chose.
func kept(name string) string { return block.Kept(name, limits.KeptName) }

// judgedFunction reports whether a function is one whose calls are judged again.
func judgedFunction(function string) bool {
	return function == wire.FnFound || function == wire.FnConfirm || function == wire.FnRecord || function == wire.FnSeal
}

// call is what a transaction asks for.
type call struct {
	subs   []rootline.Submission
	decide func(judge.State) (*judge.Decision, error)
}

// read reads what a transaction asks for, needing nothing but its bytes.
func (p *Projection) read(number uint64, t *block.Transaction, function string) (*call, error) {
	if len(t.Args) != 1 {
		return nil, fmt.Errorf("%s with %d arguments", kept(function), len(t.Args))
	}
	arg, at := t.Args[0], t.Timestamp
	caller := judge.Caller{MSPID: t.Creator.MSPID, Admin: t.Creator.Admin}
	switch function {
	case wire.FnFound:
		return &call{decide: func(s judge.State) (*judge.Decision, error) { return p.config.Judge.Found(s, caller, arg, at) }}, nil
	case wire.FnSeal:
		return &call{decide: func(s judge.State) (*judge.Decision, error) { return p.config.Judge.Seal(s, arg, at) }}, nil
	case wire.FnConfirm:
		return &call{
			subs:   []rootline.Submission{{JWS: arg}},
			decide: func(s judge.State) (*judge.Decision, error) { return p.config.Judge.Confirm(s, caller, arg, at) },
		}, nil
	}
	subs, err := wire.DecodeBatch(arg)
	if err != nil {
		return nil, err
	}
	c := &call{subs: subs}
	// Should the judge break down here, it does so again where that is dealt with.
	c.decide = func(s judge.State) (*judge.Decision, error) {
		p.config.at(stageJudge, number, t.Index)
		return p.config.Judge.Record(s, subs, at)
	}
	if batch := p.prepareCall(number, t.Index, subs); batch != nil {
		c.decide = func(s judge.State) (*judge.Decision, error) {
			p.config.at(stageJudge, number, t.Index)
			return p.config.Judge.RecordPrepared(s, batch, at)
		}
	}
	return c, nil
}

// prepareCall does ahead what can be done of judging a batch; nil when that breaks down.
func (p *Projection) prepareCall(number uint64, index int, subs []rootline.Submission) (batch *judge.Prepared) {
	defer func() {
		if r := recover(); r != nil {
			slog.Error("reading events broke down", "panic", r, "stack", string(debug.Stack()))
			batch = nil
		}
	}()
	p.config.at(stageReadEvents, number, index)
	return p.config.Judge.Prepare(subs)
}

func (a *applying) judgeAgain(t *block.Transaction, function string, writes []block.Write) (readmodel.Verdict, error) {
	c, err := a.call(t, function)
	if err != nil {
		a.find(KindUnreadable, t, err.Error())
		return readmodel.VerdictDisputed, nil
	}
	decision, panicked, err := decide(c, a.state())
	if err = halting(err); err != nil {
		return "", fmt.Errorf("projection: judge transaction %s of block %d: %w", t.ID, a.block.Number, err)
	}
	if panicked != "" {
		a.find(KindJudgedOtherwise, t, "judging it broke down: "+panicked)
		return readmodel.VerdictDisputed, a.dispute(t, c, nil)
	}
	if len(decision.Refused) > 0 && blind(decision) {
		return a.unjudged(t, c, writes, decision)
	}
	if len(decision.Refused) > 0 {
		a.refusals(t, decision)
		return readmodel.VerdictDisputed, a.dispute(t, c, decision)
	}
	written, err := readmodel.Encode(decision.Writes)
	if err != nil {
		return "", err
	}
	if difference := compare(written, writes); difference != "" {
		a.find(KindWritesDiffer, t, difference)
		return readmodel.VerdictDisputed, a.dispute(t, c, decision)
	}
	a.tx.Put(written)
	return readmodel.Agreed, a.accept(t, c, decision)
}

// decide judges. What makes the judge break down is no fault of the store, and must not stop the reading of blocks.
func decide(c *call, s judge.State) (d *judge.Decision, panicked string, err error) {
	defer func() {
		if r := recover(); r != nil {
			slog.Error("judging broke down", "panic", r, "stack", string(debug.Stack()))
			d, panicked, err = nil, fmt.Sprint(r), nil
		}
	}()
	d, err = c.decide(s)
	return d, "", err
}

// refusals makes a finding for each event that is refused here, up to a bound.
func (a *applying) refusals(t *block.Transaction, d *judge.Decision) {
	for i, r := range d.Refused {
		detail := r.Error.Error()
		if i == maxFindings-1 && len(d.Refused) > maxFindings {
			detail = fmt.Sprintf("%s; and %d more events of this transaction", detail, len(d.Refused)-maxFindings)
		}
		if r.Index < 0 || r.Index >= len(d.Outcomes) {
			a.find(KindJudgedOtherwise, t, detail)
			continue
		}
		a.findEvent(KindJudgedOtherwise, t, r.Index, d.Outcomes[r.Index].Event, detail)
		if i == maxFindings-1 {
			return
		}
	}
}

// compare says how the writes that were judged differ from those of the transaction; "" when they do not. Both are in
// the order of their keys.
func compare(judged []readmodel.Written, wrote []block.Write) string {
	for i, w := range wrote {
		if i >= len(judged) {
			return fmt.Sprintf("it also wrote %q", kept(w.Key))
		}
		switch key := wire.Key(judged[i].Record.Ref()); {
		case w.Key != key:
			return fmt.Sprintf("it wrote %q where %q belongs", kept(w.Key), key)
		case w.Delete:
			return fmt.Sprintf("it deleted %q", w.Key)
		case !bytes.Equal(w.Value, judged[i].Value):
			return fmt.Sprintf("it wrote other content under %q", w.Key)
		}
	}
	if len(wrote) < len(judged) {
		return fmt.Sprintf("it did not write %q", wire.Key(judged[len(wrote)].Record.Ref()))
	}
	return ""
}
