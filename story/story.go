// Package story plays a small, synthetic history of public works through a gateway's HTTP API: a nursery lot, a truck,
// a plot with a few hundred trees of which one dies and is replaced; a lot of cement and two layers of fill. Nobody and
// nothing in it exists. Every event says so in its evidence.
//
// There is a long story, too, which begins with the short one: more of the levee, with works that are concealed, and a
// service centre of prefabricated components. It has a script of what a recall of its cement must find.
//
// The story is a pure function of the ledger that it is told on: the same ids, codes and times each time. Told twice,
// it is recorded once; interrupted, it is taken up by telling it again.
package story

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
)

// Cast are the devices that act, by their role.
type Cast struct {
	Manager, Nursery, Carrier, Planter, Supervisor, Supplier, Builder, Laboratory *client.Device
	// Designer, Operator, Disposal, Factory and Regulator act in the long story only.
	Designer, Operator, Disposal, Factory, Regulator *client.Device
}

// Stage is where the story is told.
type Stage struct {
	// Gateway keeps a session of one of the cast, since evidence is uploaded.
	Gateway *client.Gateway
	Cast    Cast
	Ledger  *client.Ledger
	// Progress is told the chapter and how many of its events are on the ledger.
	Progress func(chapter string, done, of int)
}

// Items are codes of the story that are worth a look.
type Items struct {
	Tree   string `json:"tree"`
	Lot    string `json:"lot"`
	Dead   string `json:"dead"`
	Heir   string `json:"heir"`
	Cement string `json:"cement"`
	Layer  string `json:"layer"`
	// Unit and Fill are the works that the layer lies under, CementLot what the cement was tested with.
	Unit      string `json:"unit"`
	Fill      string `json:"fill"`
	CementLot string `json:"cementLot"`
	Soil      string `json:"soil"`
}

// teller collects the events of a chapter and sends them.
type teller struct {
	Stage
	ctx     context.Context
	pending []rootline.Submission
	// acts counts the events of the whole story; it makes their ids and times.
	acts int
	err  error
}

// Tell plays the whole story and returns what to look at.
func Tell(ctx context.Context, stage Stage) (*Items, error) {
	t := &teller{Stage: stage, ctx: ctx}
	items := t.short()
	return items, t.err
}

// short is the story that a ledger begins with.
func (t *teller) short() *Items {
	items := &Items{}
	t.places()
	t.forest(items)
	t.levee(items)
	return items
}

// commitWait is how long the gateway is asked to wait for the commit of a chapter's events.
const commitWait = 30 * time.Second

// portion is how many events are sent at once, so that progress shows.
const portion = 250

// send submits what the chapter collected and waits until all of it is on the ledger.
func (t *teller) send(chapter string) {
	all := t.pending
	t.pending = nil
	for done := 0; done < len(all) && t.err == nil; {
		n := min(portion, len(all)-done)
		t.err = t.submit(all[done : done+n])
		done += n
		if t.Progress != nil && t.err == nil {
			t.Progress(chapter, done, len(all))
		}
	}
}

func (t *teller) submit(subs []rootline.Submission) error {
	deadline := time.Now().Add(5 * time.Minute)
	for {
		statuses, err := t.Gateway.Submit(t.ctx, subs, commitWait)
		if err != nil {
			return err
		}
		waiting := 0
		for _, s := range statuses {
			if err := s.Err(); err != nil {
				return fmt.Errorf("the story's event %s about %s: %w", s.Event, s.Asset, err)
			}
			if !s.Final() {
				waiting++
			}
		}
		if waiting == 0 {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%d of the story's events are not on the ledger after five minutes", waiting)
		}
	}
}

// act signs an event as the next of the story.
func (t *teller) act(who *client.Device, e *rootline.Event) {
	if t.err != nil {
		return
	}
	t.acts++
	e.At = t.began() + rootline.Instant(t.acts)*10
	e.ID = rootline.EventIDAt(who.Kid, e.At, uint32(t.acts)) // some thousands
	sub, err := who.Sign(e)
	if err != nil {
		t.err = fmt.Errorf("the story's %s of %s: %w", e.Action, e.Asset, err)
		return
	}
	t.pending = append(t.pending, sub)
}

// began is when the story's clock starts: when the manager's organisation confirmed the founding.
func (t *teller) began() rootline.Instant { return t.organisation(t.Cast.Manager).Confirmed }

func (t *teller) organisation(who *client.Device) rootline.Organisation {
	if o := t.Ledger.Organisation(who.Organisation); o != nil {
		return *o
	}
	t.err = fmt.Errorf("the ledger does not know the organisation %s of the story's cast", who.Organisation)
	return rootline.Organisation{}
}

func (t *teller) sum(what string, n int) [sha256.Size]byte {
	return sha256.Sum256(fmt.Appendf(nil, "rootline/story/v1\n%s\n%s\n%d", t.Ledger.Net, what, n))
}

var serials = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// code is the n-th code of a sort, with the prefix of the organisation whose device makes it.
func (t *teller) code(who *client.Device, what string, n int) string {
	sum := t.sum(what, n)
	return t.organisation(who).Prefix + serials.EncodeToString(sum[:])[:rootline.SerialLength]
}

// about makes an event about an asset; data is anything that becomes its JSON.
func (t *teller) about(book, asset, action string, data any) *rootline.Event {
	e := &rootline.Event{Asset: asset, Action: action, Rulebook: book}
	if data != nil {
		b, err := json.Marshal(data)
		if err != nil {
			t.err = err
		}
		e.Data = b
	}
	return e
}

// shown adds evidence: a note that says that it is none.
func (t *teller) shown(e *rootline.Event) *rootline.Event {
	if t.err != nil {
		return e
	}
	note := fmt.Sprintf("Synthetic demonstration. Nothing here happened.\n演示数据，纯属虚构。\n%s of %s, note %d\n", e.Action, e.Asset, t.acts)
	return t.attached(e, []byte(note), "text/plain; charset=utf-8")
}

func (t *teller) attached(e *rootline.Event, content []byte, mediaType string) *rootline.Event {
	if t.err != nil {
		return e
	}
	evidence, err := t.Gateway.PutEvidence(t.ctx, content, mediaType)
	if err != nil {
		t.err = fmt.Errorf("storing evidence: %w", err)
		return e
	}
	e.Evidence = append(e.Evidence, evidence)
	return e
}

func at(e *rootline.Event, p rootline.Point) *rootline.Event {
	e.Place = &rootline.Position{Point: p, Accuracy: 4}
	return e
}
