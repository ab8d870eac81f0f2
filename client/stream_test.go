package client_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/rootline/rootline/client"
)

func TestStream(t *testing.T) {
	d := newDouble(t)
	d.before = func(w http.ResponseWriter, r *http.Request) bool {
		w.Header().Set("Content-Type", "text/event-stream")
		next := 1
		if r.Header.Get("Last-Event-ID") != "" {
			_, _ = fmt.Sscan(r.Header.Get("Last-Event-ID"), &next)
			next++
		}
		fmt.Fprintf(w, ": a heartbeat\n\nid: %d\r\nevent: block\r\ndata: {\"number\":%d,\r\ndata: \"events\":[{\"action\":\"plant\"}]}\r\n\r\n", next, next)
		fmt.Fprint(w, "event: other\ndata: x\n\nevent: finding\ndata: {\"kind\":\"disputed\"}\n\n")
		return true
	}
	after := uint64(41)
	var blocks, findings int
	for news, err := range d.gateway(t).Stream(t.Context(), &after) {
		var u *client.Unreachable
		switch {
		case err != nil && !errors.As(err, &u):
			t.Fatal(err)
		case err != nil:
		case news.Block != nil:
			if blocks++; news.Block.Number != 42 || news.Block.Events[0].Action != "plant" {
				t.Errorf("%+v", news.Block)
			}
		case news.Finding != nil:
			if findings++; news.Finding.Kind != "disputed" {
				t.Errorf("%+v", news.Finding)
			}
		}
	}
	if blocks != 1 || findings != 1 {
		t.Errorf("%d blocks, %d findings", blocks, findings)
	}
	for range d.gateway(t).Stream(t.Context(), nil) {
		break // a listener may stop
	}
}
