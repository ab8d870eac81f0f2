package integrity

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire"
	"github.com/rootline/rootline/gateway/block"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/judge"
	"github.com/rootline/rootline/jws"
)

// read is a block as the own peer delivered it.
type read struct {
	*block.Block
	batches map[int][]submission
	judged  map[judgedKey]map[int]string
}

// submission is one of a batch, as far as it can be read.
type submission struct {
	rootline.Submission
	event *rootline.Event
	// attests is the id of the act that embeds the event; "" for one that came by itself.
	attests string
}

// fetch reads a block again. It is nil where the check ends: the peer does not deliver it, or a bound is reached.
func (k *checking) fetch(number uint64) *read {
	if b, ok := k.blocks[number]; ok {
		return b
	}
	if k.fetched++; k.fetched > maxFetched {
		k.full = true
		return nil
	}
	if len(k.blocks) >= maxBlocks || k.bytes > maxBytes {
		clear(k.blocks)
		k.bytes = 0
	}
	raw, err := k.config.Ledger.Block(k.ctx, number)
	if err != nil {
		k.report.Unchecked = UncheckedPeer
		return nil
	}
	b := &read{Block: raw, batches: map[int][]submission{}, judged: map[judgedKey]map[int]string{}}
	k.blocks[number], k.bytes = b, k.bytes+raw.Bytes
	at := Fault{Block: number}
	if raw.Number != number || raw.DataHash != raw.Computed || block.HeaderHash(raw.Number, raw.Previous, raw.DataHash) != raw.Hash ||
		k.config.Verified != nil && k.config.Verified(raw) != nil {
		at.Field = "block.delivered"
		k.fault(at)
	}
	return b
}

// row compares what is kept of a block with the block.
func (k *checking) row(b *read) {
	kept, ok := k.part.Blocks[b.Number]
	if !ok {
		k.fault(Fault{Field: "block.record", Block: b.Number})
		return
	}
	is := readmodel.Block{Number: b.Number, Hash: b.Hash, Previous: b.Previous, DataHash: b.DataHash, Count: len(b.Transactions), Time: kept.Time, Events: kept.Events}
	if len(b.Transactions) == 1 {
		is.Time = b.Transactions[0].Timestamp
	} else if !slices.ContainsFunc(b.Transactions, func(t block.Transaction) bool { return t.Timestamp == kept.Time }) {
		is.Time = 0
	}
	is.Events = 0
	for i := range b.Transactions {
		for _, s := range b.batch(i) {
			is.Events++
			if s.attests != "" {
				is.Events++
			}
		}
	}
	if is.Events != kept.Events && kept.Events < is.Events { // repeated ones are not counted again
		repeated := is.Events - kept.Events
		if repeated < is.Events && len(b.Transactions) > 0 && k.repeats(b, repeated) {
			is.Events = kept.Events
		}
	}
	k.same("block", kept, is, Fault{Block: b.Number})
}

// repeats reports whether a block can hold so many events that were recorded before: those whose own record was not written.
func (k *checking) repeats(b *read, n int) bool {
	for i := range b.Transactions {
		written := map[string]bool{}
		for _, w := range b.Transactions[i].WritesTo(wire.Chaincode) {
			written[w.Key] = true
		}
		for _, s := range b.batch(i) {
			if s.event != nil && !written[wire.Key(rootline.Ref{Space: rootline.SpaceEvent, ID: s.event.ID})] {
				n--
			}
		}
	}
	return n == 0
}

// batch reads the submissions of a valid transaction, once.
func (b *read) batch(position int) []submission {
	if known, ok := b.batches[position]; ok {
		return known
	}
	b.batches[position] = nil
	if position < 0 || position >= len(b.Transactions) {
		return nil
	}
	t := &b.Transactions[position]
	if !t.Valid || t.Chaincode != wire.Chaincode || len(t.Args) != 1 {
		return nil
	}
	var subs []rootline.Submission
	switch t.Function {
	case wire.FnRecord:
		subs, _ = wire.DecodeBatch(t.Args[0])
	case wire.FnConfirm:
		subs = []rootline.Submission{{JWS: t.Args[0]}}
	}
	out := make([]submission, len(subs))
	for i, s := range subs {
		out[i] = submission{Submission: s, event: eventOf(s.JWS)}
		var data rootline.AttestData
		if e := out[i].event; e != nil && e.Rulebook == rootline.Registry && e.Action == rootline.ActAttest && json.Unmarshal(e.Data, &data) == nil {
			out[i].attests, out[i].JWS, out[i].event = e.ID, data.JWS, eventOf(data.JWS)
		}
	}
	b.batches[position] = out
	return out
}

func eventOf(compact string) *rootline.Event {
	signed, err := jws.Parse(compact)
	if err != nil {
		return nil
	}
	e, err := rootline.ParseEvent(signed.Payload)
	if err != nil {
		return nil
	}
	return e
}

// history compares the parts of the history, the newest first, as far as the bounds of one check let it. What was
// compared of one is kept, and good for the very same content.
func (k *checking) history() error {
	if k.shown.Asset.Asleep {
		return nil
	}
	parts, anew := k.shown.History.Parts(), 0
	if parts == 0 && (k.shown.Asset.Seq > 0 || !k.shown.Asset.Head.IsZero()) {
		k.fault(Fault{Field: "asset.head", Seq: k.shown.Asset.Seq})
	}
	for i := parts - 1; i >= 0 && k.report.Unchecked == ""; i-- {
		if i < parts-freshParts {
			if known := k.known(i, nil); known != nil {
				k.add(known)
				continue
			}
		}
		if i < parts-1 {
			if k.ctx.Err() != nil || anew > 0 && time.Now().After(k.until) {
				k.report.More = true
				return nil
			}
			var err error
			if k.part, err = readmodel.Read(k.ctx, k.config.Shown, func(v *readmodel.View) (*readmodel.ShownPart, error) { return v.ShownPart(k.shown, i) }); err != nil {
				return err
			}
		}
		sum := digest(k.part)
		if known := k.known(i, &sum); known != nil {
			k.add(known)
			continue
		}
		k.fetched = 0
		anew++
		done, err := k.comparePart(i)
		if err != nil || k.report.Unchecked != "" {
			return err
		}
		done.digest = sum
		k.add(done)
		if k.full {
			return nil // such a part is never compared whole: its events lie in too many blocks
		}
		k.remember(i, done)
	}
	return nil
}

// known is what was compared of a part, when that is not long ago; with a digest, of the very same.
func (k *checking) known(part int, sum *rootline.Hash) *compared {
	k.mu.Lock()
	defer k.mu.Unlock()
	c := k.parts[partOf{k.shown.Asset.ID, part}]
	if c == nil || time.Since(c.at) > partKeptFor || sum != nil && c.digest != *sum {
		return nil
	}
	return c
}

func (k *checking) remember(part int, c *compared) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.parts) >= partsMost {
		clear(k.parts)
	}
	k.parts[partOf{k.shown.Asset.ID, part}] = c
}

// add adds what was compared of a part to the report.
func (k *checking) add(c *compared) {
	r := k.report
	r.At = min(r.At, rootline.InstantOf(c.at))
	r.Compared.Events, r.Signatures, r.States = r.Compared.Events+c.Events, r.Signatures+c.Signatures, r.States+c.States
	r.Records, r.Blocks = r.Records+c.Records, r.Blocks+c.Blocks
	if c.Events > 0 {
		r.First, r.Last = c.First, max(r.Last, c.Last)
	}
	for _, f := range c.faults {
		k.fault(f)
	}
	k.earlier = append(k.earlier, c.records...)
}

// comparePart compares a part: each event by itself, as a chain, with the blocks, and those who signed.
func (k *checking) comparePart(index int) (*compared, error) {
	outer := k.report
	defer func() { outer.Unchecked, k.report = k.report.Unchecked, outer }()
	k.report = &Report{}
	before := maps.Clone(k.records)
	k.events()
	if index == 0 && (k.part.Seq != 0 || !k.part.Head.IsZero()) {
		k.fault(Fault{Field: "event.seq"})
	}
	k.edges()
	k.inBlocks()
	if k.report.Unchecked == "" {
		if err := k.signers(); err != nil {
			return nil, err
		}
	}
	done := &compared{at: time.Now(), Compared: k.report.Compared, faults: k.report.Faults}
	for key := range k.records {
		if !before[key] {
			done.records = append(done.records, key)
		}
	}
	return done, nil
}

// events compares each event by itself, and that each follows from the one before it, up to the record or the part after.
func (k *checking) events() {
	a := &k.shown.Asset
	head, seq := k.part.Head, k.part.Seq
	events := k.part.Events
	var last int64
	for i := range events {
		e := &events[i]
		if passedOver(e) {
			continue
		}
		at := Fault{Event: e.Row.ID, Seq: e.Seq, Block: e.Block}
		say := func(field string) { at.Field = field; k.fault(at) }
		signed, err := jws.Parse(e.JWS)
		if err != nil || e.Event.Event == nil {
			say("event.jws")
			continue
		}
		if hash := rootline.Hash(signed.Hash()); hash != e.Hash {
			say("event.hash")
		}
		if seq++; e.Seq != seq {
			say("event.seq")
			seq = e.Seq
		}
		if head = rootline.NextHead(head, seq, rootline.Hash(signed.Hash())); head != e.Head {
			say("event.head")
			head = e.Head
		}
		if e.Ordinal <= last {
			say("event.ordinal")
		}
		last = e.Ordinal
		if signed.Kid != e.Device || k.ledger.Ledger == nil || signed.Net != k.ledger.Ledger.Net || signed.Typ != rootline.TypEvent {
			say("event.device")
		}
		if d := k.part.Devices[signed.Kid]; d == nil || !signedBy(signed, d) {
			say("event.signature")
		} else {
			k.report.Signatures++
			k.signer(e, d, at)
		}
		if own := e.Event.Event; own.Tag != "" && own.Asset == a.ID && !slices.ContainsFunc(k.shown.Tags, func(t rootline.Tag) bool { return t.Code == own.Tag }) {
			say("asset.tags")
		}
		k.same("event", e.Row, readmodel.EventRow{
			ID: e.Event.Event.ID, Asset: e.Event.Event.Asset, Action: e.Event.Event.Action, Rulebook: e.Event.Event.Rulebook,
			Corrects: e.Event.Event.Corrects, Claimed: e.Event.Event.At,
		}, at)
	}
	if k.part == k.shown.Newest && (head != a.Head || seq != a.Seq) {
		k.fault(Fault{Field: "asset.head", Seq: a.Seq})
	}
}

// passedOver reports whether an event is none of the history that is claimed: it is shown as disputed, or as not judged.
func passedOver(e *readmodel.ShownEvent) bool {
	return e.Status == readmodel.Disputed || e.Status == readmodel.NotJudgedHere
}

func signedBy(signed *jws.Signed, d *rootline.Device) bool {
	key, err := d.Key.Public()
	return err == nil && d.Key.Thumbprint() == signed.Kid && signed.Verify(key) == nil
}

func (k *checking) signer(e *readmodel.ShownEvent, d *rootline.Device, at Fault) {
	type who struct{ Organisation, Role, Name string }
	k.same("event", who{e.Organisation, e.Role, e.Name}, who{d.Organisation, d.Role, d.Name}, at)
}

// inBlocks compares the events with the blocks that they lie in, the newest first.
func (k *checking) inBlocks() {
	seen := map[uint64]bool{}
	for i := len(k.part.Events) - 1; i >= 0; i-- {
		e := &k.part.Events[i]
		if passedOver(e) {
			continue
		}
		if e.Status != readmodel.Committed {
			k.fault(Fault{Field: "event.status", Event: e.Row.ID, Seq: e.Seq, Block: e.Block})
		}
		if e.Block > k.shown.Cursor.Block {
			k.fault(Fault{Field: "event.block", Event: e.Row.ID, Seq: e.Seq, Block: e.Block})
			continue
		}
		b := k.fetch(e.Block)
		if b == nil {
			break
		}
		if !seen[e.Block] {
			seen[e.Block] = true
			k.row(b)
		}
		k.report.Compared.Events++
		k.report.First = b.Number
		if k.report.Compared.Events == 1 {
			k.report.Last = b.Number
		}
		k.inBlock(e, b)
		k.corrected(e)
	}
	k.report.Blocks = len(seen)
}

// corrected compares the events that are said to put this one right.
func (k *checking) corrected(e *readmodel.ShownEvent) {
	own := e.Event.Event
	if own == nil {
		return
	}
	for _, id := range e.CorrectedBy {
		at := slices.IndexFunc(k.part.Events, func(c readmodel.ShownEvent) bool { return c.Row.ID == id })
		if at < 0 {
			continue // it is compared with its own part, or with the history of its own item
		}
		if c := k.part.Events[at].Event.Event; c == nil || c.Corrects != own.ID || passedOver(&k.part.Events[at]) {
			k.fault(Fault{Field: "event.correctedBy", Event: e.Row.ID, Seq: e.Seq, Block: e.Block})
		}
	}
	if own.Corrects == "" {
		return
	}
	for i := range k.part.Events {
		if c := &k.part.Events[i]; c.Row.ID == own.Corrects && !slices.Contains(c.CorrectedBy, own.ID) {
			k.fault(Fault{Field: "event.correctedBy", Event: c.Row.ID, Seq: c.Seq, Block: c.Block})
		}
	}
}

// inBlock compares an event with the transaction that it lies in.
func (k *checking) inBlock(e *readmodel.ShownEvent, b *read) {
	at := Fault{Event: e.Row.ID, Seq: e.Seq, Block: e.Block}
	say := func(field string) { at.Field = field; k.fault(at) }
	if e.BlockHash != b.Hash {
		say("event.blockHash")
	}
	batch := b.batch(e.Place.Position)
	if e.Position < 0 || e.Position >= len(batch) {
		say("event.position")
		return
	}
	t, sub := &b.Transactions[e.Place.Position], batch[e.Position]
	if sub.JWS != e.JWS || sub.event == nil {
		say("event.jws")
		return
	}
	type place struct {
		Transaction string
		Witnessed   rootline.Instant
		Inclusion   *rootline.Inclusion
		AttestedBy  string
		Attests     string
		Late        bool
	}
	late := t.Timestamp-sub.event.At > rootline.Instant(k.config.LateAfter.Milliseconds())
	k.same("event", place{e.Transaction, e.Witnessed, e.Inclusion, e.AttestedBy, e.Attests, e.Late},
		place{t.ID, t.Timestamp, k.proof(e, &sub), sub.attests, "", late}, at)
	k.transaction(e.Place, t)
	k.after(e, b, batch, at)
}

// proof is what is kept of a submission's proof of a list: one that an item woke with, or that a blank tag was bound
// with. Whether another item of an event woke is not known here.
func (k *checking) proof(e *readmodel.ShownEvent, sub *submission) *rootline.Inclusion {
	own := sub.event
	if own.Tag != "" || own.Asset == k.shown.Asset.ID && e.Seq == 1 || own.Asset != k.shown.Asset.ID && e.Inclusion != nil {
		return sub.Inclusion
	}
	return nil
}

// transaction compares what is kept of a transaction.
func (k *checking) transaction(place readmodel.Place, t *block.Transaction) {
	kept := k.part.Transactions[place]
	events := kept.Events
	k.same("transaction", kept, readmodel.Transaction{
		ID: t.ID, Block: place.Block, Position: t.Index, Code: t.Code, CodeName: t.CodeName, Valid: t.Valid, Chaincode: t.Chaincode,
		Function: t.Function, Creator: t.Creator.MSPID, Admin: t.Creator.Admin, Endorsers: t.Endorsers, Time: t.Timestamp,
		Verdict: readmodel.Agreed, Events: events,
	}, Fault{Block: place.Block})
}

// after compares what the event did, with what its transaction wrote.
func (k *checking) after(e *readmodel.ShownEvent, b *read, batch []submission, at Fault) {
	own := e.Event.Event
	type effect struct {
		Kind, State, Link string
		Amount            int64
	}
	shown := effect{e.Kind, e.State, e.Link, e.Amount}
	is := effect{}
	is.Link, is.Amount = linkOf(k.shown.Asset.ID, own)
	if record := written(&b.Transactions[e.Place.Position], own.Asset); record != nil {
		is.Kind, is.State = record.Kind, record.State
		for _, later := range batch[e.Position+1:] {
			if later.event != nil && later.event.Asset == own.Asset { // what was written came later
				state, ok := k.judged(b, e.Place.Position, own.Asset, record)[e.Position]
				if !ok {
					k.report.States++
					state = shown.State
				}
				is.State = state
				break
			}
		}
	}
	k.same("event", shown, is, at)
}

// written is what a transaction wrote of an asset.
func written(t *block.Transaction, asset string) *rootline.Asset {
	if asset == "" {
		return nil
	}
	ref := rootline.Ref{Space: rootline.SpaceAsset, ID: asset}
	for _, w := range t.WritesTo(wire.Chaincode) {
		if w.Key == wire.Key(ref) && !w.Delete {
			if r, err := wire.Decode(ref, w.Value); err == nil {
				a, _ := r.(*rootline.Asset)
				return a
			}
		}
	}
	return nil
}

// linkOf says how an event concerns an asset by what it says.
func linkOf(asset string, e *rootline.Event) (link string, amount int64) {
	if e.Asset == asset {
		return string(judge.LinkAsset), 0
	}
	for _, in := range e.Inputs {
		if in.Asset == asset {
			return string(judge.LinkInput), in.Amount
		}
	}
	for _, part := range e.Into {
		if part.Asset == asset {
			return string(judge.LinkPart), part.List.Count
		}
	}
	switch {
	case e.Rulebook == rootline.Registry && e.Action == rootline.ActMove:
		return string(judge.LinkMove), 0
	case e.Rulebook == rootline.Registry:
		return string(judge.LinkRecall), 0
	}
	return string(judge.LinkChild), 0
}

// edges compares what went into the asset, and what of it into others, with what the events of the part say.
func (k *checking) edges() {
	id, possible := k.shown.Asset.ID, map[string]bool{}
	for _, p := range k.shown.Asset.Parents {
		possible[p.Asset] = p.Possible
	}
	var is []readmodel.Edge
	for i := range k.part.Events {
		e := k.part.Events[i].Event.Event
		if e == nil || passedOver(&k.part.Events[i]) {
			continue
		}
		for _, in := range e.Inputs {
			if e.Asset == id || in.Asset == id {
				is = append(is, readmodel.Edge{From: in.Asset, To: e.Asset, Amount: in.Amount, Event: e.ID, Possible: e.Asset == id && possible[in.Asset]})
			}
		}
		for _, part := range e.Into {
			if e.Asset == id || part.Asset == id {
				is = append(is, readmodel.Edge{From: e.Asset, To: part.Asset, Amount: part.List.Count, Event: e.ID})
			}
		}
		if e.Asset == id && k.part.Events[i].Seq == 1 && k.shown.Asset.Lot != "" {
			is = append(is, readmodel.Edge{From: k.shown.Asset.Lot, To: id, Amount: 1, Event: e.ID})
		}
	}
	for _, shown := range k.part.Edges {
		found := slices.IndexFunc(is, func(e readmodel.Edge) bool { return e.From == shown.From && e.To == shown.To && e.Event == shown.Event })
		switch {
		case found < 0 && shown.From == id && shown.Amount == 1: // an item that woke, whose first event is its own
		case found < 0:
			k.fault(Fault{Field: "edge.record", Event: shown.Event})
		default:
			if shown.From == id {
				is[found].Possible = shown.Possible // the other's record has it
			}
			k.same("edge", shown, is[found], Fault{Event: shown.Event})
			is = slices.Delete(is, found, found+1)
		}
	}
	for _, missing := range is {
		k.fault(Fault{Field: "edge.record", Event: missing.Event})
	}
}
