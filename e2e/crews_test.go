package e2e

import (
	"context"
	"encoding/json"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/jws"
)

// treesPerRequest: what a phone sends when it finds the network again, two events for each tree.
const treesPerRequest = 25

// crewsAtWork sends events of many devices until it is told to stop.
type crewsAtWork struct {
	*works
	devices []*person
	// life are the events of a new thing, the same number for each; nil makes trees.
	life func(code string) []*rootline.Event

	mu           sync.Mutex
	acknowledged []eventID
}

// work keeps up to so many requests under way, paced to a rate in events per second or, at 0, as fast as they are
// committed. It ends after ctx, when all that were under way are answered.
func (c *crewsAtWork) work(ctx context.Context, rate float64, senders int) error {
	began := time.Now()
	var turn atomic.Int64
	errs := make(chan error, senders)
	for range senders {
		go func() { errs <- c.send(ctx, began, rate, &turn) }()
	}
	var err error
	for range senders {
		if e := <-errs; e != nil {
			err = e
		}
	}
	return err
}

func (c *crewsAtWork) send(ctx context.Context, began time.Time, rate float64, turn *atomic.Int64) error {
	for {
		i := turn.Add(1) - 1
		if rate > 0 {
			due := began.Add(time.Duration(float64(i) * 2 * treesPerRequest / rate * float64(time.Second)))
			select {
			case <-ctx.Done():
			case <-time.After(time.Until(due)):
			}
		}
		if ctx.Err() != nil {
			return nil
		}
		subs, ids, err := c.batch(c.devices[int(i)%len(c.devices)])
		if err != nil {
			return err
		}
		// A request that has begun is carried through.
		statuses, err := c.owner.Await(context.WithoutCancel(ctx), subs, patience)
		if err == nil {
			err = noneRefusedNorOpen(statuses)
		}
		if err != nil {
			return err
		}
		c.mu.Lock()
		c.acknowledged = append(c.acknowledged, ids...)
		c.mu.Unlock()
	}
}

// ofTrees selects and lifts a tree, ofWalls begins a wall and notes something of it. How many walls there are matters to no other
// test; trees beyond some thousands change what a page of trees counts.
func (w *works) ofTrees(code string) []*rootline.Event {
	return []*rootline.Event{w.selecting(code), w.event(code, "lift", `{"rootBall":500}`)}
}

func ofWalls(code string) []*rootline.Event { return []*rootline.Event{starting(code), noting(code)} }

// batch is one request of a device: new things, each with its life so far.
func (c *crewsAtWork) batch(p *person) (subs []rootline.Submission, ids []eventID, err error) {
	life := c.life
	if life == nil {
		life = c.ofTrees
	}
	for range treesPerRequest {
		code := rootline.NewCode(contractorPrefix)
		for _, e := range life(code) {
			e.ID, e.At = rootline.NewEventID(p.kid()), rootline.InstantOf(time.Now())
			payload, err := json.Marshal(e)
			if err != nil {
				return nil, nil, err
			}
			compact, err := jws.Sign(p.key, rootline.TypEvent, c.net, payload)
			if err != nil {
				return nil, nil, err
			}
			id, err := parseID(e.ID)
			if err != nil {
				return nil, nil, err
			}
			subs, ids = append(subs, rootline.Submission{JWS: compact}), append(ids, id)
		}
	}
	return subs, ids, nil
}
