package outbox

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/fabric"
	"github.com/rootline/rootline/judge"
)

// Bounds of waiting before something is tried again.
const (
	firstJitter = 20 * time.Millisecond
	lastJitter  = 2 * time.Second
	// slowJitter is for what other organisations refuse again and again.
	slowJitter = 30 * time.Second
	// asideFor is how long an event rests that breaks things.
	asideFor   = time.Hour
	firstPause = 200 * time.Millisecond
	lastPause  = 5 * time.Second
)

const (
	// panicTries of an event by itself, on each of which the chaincode or this gateway breaks, set it aside: that is no
	// judgement of the event, and ends nothing.
	panicTries = 3
	// otherTries of an event by itself, each of which peers of other organisations refuse though the own peer accepts it,
	// make it a rare visitor. It is never refused for that: one organisation alone could end anything.
	otherTries = 12
)

// endRefused makes entries refused, on disk first.
func (o *Outbox) endRefused(refused []refusal) error {
	if err := o.store.refuse(refused, o.instant()); err != nil {
		o.config.Log.Error("a refusal was not noted on disk", "error", err)
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, r := range refused {
		e := r.entry
		if e.stage.Final() {
			continue
		}
		e.stage, e.refused, e.tx = Refused, r.why, ""
		o.q.letGo(e)
		o.q.usage.add(e.source, 1, int64(len(e.sub.JWS))) // its bytes stay
		o.refusals.add(o.instant(), 1)
		o.noteEvent(e.source.device, judge.Read(&e.sub).Event(), r.why)
		o.metrics.refused.WithLabelValues("chaincode", label(e.status())).Inc()
		close(e.final)
	}
	return nil
}

// behind lets wait what was refused by a peer that is behind the ledger. The rest is proposed again soon.
func (f *flight) behind(refused *fabric.Refused) {
	f.count("behind", refused)
	named := map[int]bool{}
	for _, r := range refused.List {
		named[r.Index] = true
	}
	now := f.o.now()
	f.o.mu.Lock()
	defer f.o.mu.Unlock()
	for i, e := range f.entries {
		e.tries++
		e.notBefore = now.Add(jitter(1))
		if named[i] || named[-1] {
			e.notBefore = now.Add(jitter(e.tries))
		}
	}
}

// retry decides when, and in what company, the entries are proposed again. They wait again when the flight lands.
func (f *flight) retry(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return // stopping: they are queued on disk
	}
	var refused *fabric.Refused
	var conflict *fabric.Conflict
	var mismatch *fabric.Mismatch
	switch {
	case errors.As(err, &refused):
		f.whole(refused)
	case errors.As(err, &conflict):
		f.count("conflict", err)
		if !conflict.Contended() {
			f.o.config.Log.Error("a transaction took no effect", "transaction", conflict.TxID, "code", conflict.Code, "block", conflict.Block)
		}
		f.stray()
		f.again(true)
	case errors.As(err, &mismatch):
		f.count("mismatch", err)
		f.stray()
		f.disagreed(mismatch)
	default:
		f.count("unavailable", err)
		f.unavailable(err)
	}
}

func (f *flight) count(result string, err error) {
	f.o.metrics.transactions.WithLabelValues(result).Inc()
	f.o.config.Log.Debug("a transaction comes to nothing", "result", result, "events", len(f.entries), "error", err)
}

// whole takes a refusal that is not about single events.
func (f *flight) whole(refused *fabric.Refused) {
	why := rootline.Refuse(rootline.CodeInternal)
	for _, r := range refused.List {
		if r.Index < 0 && r.Error != nil {
			why = r.Error
		}
	}
	f.o.config.Log.Error("the chaincode refused a transaction as a whole", "events", len(f.entries), "code", why.Code, "says", why.Says.En)
	f.o.metrics.transactions.WithLabelValues("refused").Inc()
	if why.Code == rootline.CodeTransactionTime {
		f.unavailable(why) // the clocks' fault, not the events'
		return
	}
	f.poisoned(why)
}

// poisoned halves a group in which some event breaks things, until it is alone and can be set aside, or refused where the
// chaincode says what is wrong with it.
func (f *flight) poisoned(why *rootline.Error) {
	if len(f.entries) == 1 && f.entries[0].alone+1 >= panicTries {
		if why.Code == rootline.CodeInternal {
			f.setAside()
			return
		}
		if f.o.endRefused([]refusal{{f.entries[0], why}}) == nil {
			return
		}
	}
	f.again(true)
}

// setAside has the only entry rest. What builds on it waits behind it, and it holds up nobody else.
func (f *flight) setAside() {
	e := f.entries[0]
	f.o.config.Log.Error("an event breaks the gateway or the chaincode each time that it is proposed; it is kept, and tried again",
		"code", CodeAside, "event", e.id, "after", asideFor)
	f.again(true)
	f.o.mu.Lock()
	defer f.o.mu.Unlock()
	e.aside, e.hangs, e.notBefore = true, true, f.o.now().Add(asideFor)
}

// CodeAside is the stable name of events that are set aside.
const CodeAside = "events-aside"

// disagreed takes endorsements that do not agree.
func (f *flight) disagreed(m *fabric.Mismatch) {
	doubted := map[int]*rootline.Error{}
	for _, r := range m.Others {
		if r.Index >= 0 && r.Index < len(f.entries) && r.Error != nil {
			doubted[r.Index] = r.Error
		}
	}
	if len(f.entries) == 1 && doubted[0] != nil && f.entries[0].alone+1 >= otherTries {
		f.o.config.Log.Error("other organisations refuse what this one's peer accepts; it waits", "event", f.entries[0].id, "code", doubted[0].Code)
		f.again(true)
		f.o.mu.Lock()
		defer f.o.mu.Unlock()
		f.entries[0].notBefore = f.o.now().Add(slowJitter/4 + rand.N(slowJitter))
		return
	}
	if len(doubted) == 0 || len(doubted) == len(f.entries) {
		f.again(true)
		return
	}
	// Those that others refuse go alone; the rest together, and soon.
	soon := f.o.now().Add(jitter(1))
	f.o.mu.Lock()
	defer f.o.mu.Unlock()
	for i, e := range f.entries {
		e.tries++
		e.notBefore = soon
		if doubted[i] != nil {
			e.limit = 1
		}
	}
}

// unavailable holds everything back for a while. A group that fails while others land may itself be the cause, and is
// halved.
func (f *flight) unavailable(err error) {
	o := f.o
	o.mu.Lock()
	o.q.pause = min(max(2*o.q.pause, firstPause), lastPause)
	pause := o.q.pause
	o.q.pausedUntil = o.now().Add(pause)
	alone := o.q.landed != f.landedBefore
	o.mu.Unlock()
	if alone {
		f.stray()
	}
	o.config.Log.Warn("the network does not take events; they wait", "events", len(f.entries), "pause", pause, "error", err)
	f.again(alone)
}

// again sets when the entries may be proposed again, and whether in groups half as large.
func (f *flight) again(halve bool) {
	now := f.o.now()
	f.o.mu.Lock()
	defer f.o.mu.Unlock()
	tries := 0
	for _, e := range f.entries {
		e.tries++
		if len(f.entries) == 1 {
			e.alone++
		}
		tries = max(tries, e.tries)
	}
	at := now.Add(jitter(tries))
	for _, e := range f.entries {
		e.notBefore = at
		if halve {
			e.limit = max(1, len(f.entries)/2)
		}
	}
}

// jitter is a random wait that grows with the tries.
func jitter(tries int) time.Duration {
	bound := min(firstJitter<<min(tries, 10), lastJitter)
	return bound/4 + rand.N(bound)
}
