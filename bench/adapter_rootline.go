package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
)

// commitWait is how long events may take to be committed.
const commitWait = time.Minute

// manyConnections is an HTTP client that keeps as many connections as there are devices. Nothing is compressed on the
// loopback: the other side's gRPC is not, either.
func manyConnections() *http.Client {
	return &http.Client{Transport: &http.Transport{
		DialContext:         (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		MaxIdleConnsPerHost: 4096, MaxIdleConns: 4096, DisableCompression: true,
	}}
}

// sign makes the trees' signed events. Devices sign in the field, on processors of their own, before anything is sent.
func (s *stage) sign(trees []Tree) ([]rootline.Submission, error) { return signAll(trees, s.importers) }

// signAll has the devices sign in turn.
func signAll(trees []Tree, devices []*client.Device) ([]rootline.Submission, error) {
	out := make([]rootline.Submission, len(trees))
	for i := range trees {
		e, err := trees[i].event()
		if err == nil {
			out[i], err = devices[i%len(devices)].Sign(e)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// record sends events, so many in a request and so many requests at a time, and returns when all are committed and in
// the read model.
func record(ctx context.Context, g *client.Gateway, subs []rootline.Submission, perRequest, concurrency int) (int, error) {
	requests := (len(subs) + perRequest - 1) / perRequest
	n := 0
	_, err := together(ctx, requests, concurrency, func(ctx context.Context, i int) error {
		part := subs[i*perRequest : min((i+1)*perRequest, len(subs))]
		statuses, err := g.Await(ctx, part, commitWait)
		if err != nil {
			return err
		}
		for j := range statuses {
			if statuses[j].Status != client.Committed {
				return fmt.Errorf("event %s is %s: %w", statuses[j].Event, statuses[j].Status, statuses[j].Err())
			}
		}
		return nil
	})
	if err == nil {
		n = len(subs)
	}
	return n, err
}
