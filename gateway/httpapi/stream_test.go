package httpapi

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/budget"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/judge/judgetest"
)

// reader reads a stream of server-sent events.
type reader struct {
	t     *testing.T
	lines *bufio.Scanner
	close func()
}

func (w *works) listen(token string, header ...string) *reader {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.http.URL+"/api/v1/stream", nil)
	if err != nil {
		w.t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	if ct := res.Header.Get("Content-Type"); res.StatusCode != http.StatusOK || ct != "text/event-stream" {
		w.t.Fatalf("%d %s", res.StatusCode, ct)
	}
	stop := func() { cancel(); _ = res.Body.Close() }
	w.t.Cleanup(stop)
	return &reader{t: w.t, lines: bufio.NewScanner(res.Body), close: stop}
}

// next returns the next message; comments are passed over.
func (r *reader) next() (event, id, data string) {
	r.t.Helper()
	for r.lines.Scan() {
		name, value, _ := strings.Cut(r.lines.Text(), ": ")
		switch name {
		case "event":
			event = value
		case "id":
			id = value
		case "data":
			data = value
		case "":
			if event != "" {
				return event, id, data
			}
		}
	}
	r.t.Fatal("the stream ended: ", r.lines.Err())
	return "", "", ""
}

func (r *reader) block() BlockNews {
	r.t.Helper()
	event, id, data := r.next()
	var b BlockNews
	if err := json.Unmarshal([]byte(data), &b); err != nil || event != "block" || id != strconv.FormatUint(b.Number, 10) {
		r.t.Fatalf("%s %s %s: %v", event, id, data, err)
	}
	return b
}

func TestStream(t *testing.T) {
	w := newWorks(t)
	live := w.listen(w.signIn(w.planter))
	for w.hub.Listeners() == 0 {
		time.Sleep(time.Millisecond)
	}
	height := w.height()
	code := judgetest.Code(judgetest.Contractor)
	w.Do(w.nursery, w.newTree(code))
	b := live.block()
	if b.Number != height || b.Transactions != 1 || len(b.Events) != 1 {
		t.Fatalf("%+v", b)
	}
	if e := b.Events[0]; e.Asset != code || e.Kind != "tree" || e.Action != "select" || e.State != "selected" || e.Role != "nursery" || e.Block != b.Number {
		t.Errorf("%+v", e)
	}
	// A reader that comes back goes on after what it has seen, without a gap or a repetition, then lives on.
	back := w.listen("", "Last-Event-ID", "3")
	for want := uint64(4); want <= b.Number; want++ {
		if got := back.block(); got.Number != want {
			t.Fatalf("block %d after block %d", got.Number, want-1)
		}
	}
	w.Do(w.nursery, w.newTree(judgetest.Code(judgetest.Contractor)))
	if got := back.block(); got.Number != b.Number+1 {
		t.Errorf("block %d is not the next", got.Number)
	}
	if got := live.block(); got.Number != b.Number+1 {
		t.Errorf("block %d is not the next", got.Number)
	}
}

// A block that comes while the missed ones are read is in both; it is told once.
func TestStreamTellsABlockOnce(t *testing.T) {
	w := newWorks(t)
	l, err := w.hub.listen(false)
	if err != nil {
		t.Fatal(err)
	}
	first := w.height()
	w.Do(w.nursery, w.newTree(judgetest.Code(judgetest.Contractor)))
	w.Do(w.nursery, w.newTree(judgetest.Code(judgetest.Contractor)))
	w.await()
	for len(l.messages) < 2 {
		time.Sleep(time.Millisecond)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*w.server.heartbeat)
	defer cancel()
	out := httptest.NewRecorder()
	if err := w.server.feed(ctx, newStreamWriter(out), l, first, true); err != context.DeadlineExceeded { // it is ctx's own
		t.Fatal(err)
	}
	for n := first; n < first+2; n++ {
		if got := strings.Count(out.Body.String(), fmt.Sprintf("id: %d\n", n)); got != 1 {
			t.Errorf("block %d was told of %d times", n, got)
		}
	}
}

func TestStreamResumesWhileBlocksCome(t *testing.T) {
	w := newWorks(t)
	r := w.listen("", "Last-Event-ID", "0")
	go func() {
		for range 50 {
			w.Do(w.nursery, w.newTree(judgetest.Code(judgetest.Contractor)))
		}
	}()
	last := w.height() + 49
	for want := uint64(1); want <= last; want++ {
		if got := r.block(); got.Number != want {
			t.Fatalf("block %d after block %d", got.Number, want-1)
		}
	}
}

func TestStreamBeats(t *testing.T) {
	w := newWorks(t)
	r := w.listen("")
	beats := 0
	for beats < 3 && r.lines.Scan() {
		if r.lines.Text() == ": still here" {
			beats++
		}
	}
	if beats < 3 {
		t.Error("the stream is silent")
	}
}

func TestFindingsAreForMembers(t *testing.T) {
	w := newWorks(t)
	guest, member := w.listen(""), w.listen(w.signIn(w.planter))
	for w.hub.Listeners() < 2 {
		time.Sleep(time.Millisecond)
	}
	for n := range 2 {
		if err := w.hub.Block(BlockNews{Number: 1000 + uint64(n)}, []Finding{{ID: "f", Kind: "judged-otherwise"}}); err != nil {
			t.Fatal(err)
		}
	}
	if b := member.block(); b.Number != 1000 {
		t.Errorf("block %d instead of block 1000", b.Number)
	}
	if event, id, _ := member.next(); event != "finding" || id != "" {
		t.Errorf("%s %q", event, id)
	}
	guest.block()
	if b := guest.block(); b.Number != 1001 { // it fails for any other message
		t.Errorf("a guest was told of block %d after block 1000", b.Number)
	}
}

// A device that is revoked while it listens is told with the block that says so; one that comes back later, at once.
func TestStreamTellsADeviceOfItsEnd(t *testing.T) {
	w := newWorks(t)
	w.server.heartbeat = time.Hour // it is told by the block, not when the stream is next looked at
	token := w.signIn(w.gone)
	r, other := w.listen(token), w.listen(w.signIn(w.planter))
	for w.hub.Listeners() < 2 {
		time.Sleep(time.Millisecond)
	}
	w.Do(w.Admins[judgetest.Contractor], judgetest.Act(rootline.ActRevoke, rootline.RevokeData{Device: w.gone.Kid(), Reason: "lost"}))
	for range 2 {
		event, _, data := r.next()
		if event == "block" { // the first stream may tell of the block, or begin after it
			event, _, data = r.next()
		}
		var news DeviceNews
		if err := json.Unmarshal([]byte(data), &news); err != nil || event != "device" || news.Code != rootline.CodeDeviceRevoked || news.Says.Zh == "" {
			t.Fatalf("%s %s %v", event, data, err)
		}
		if r.lines.Scan() {
			t.Error("the stream goes on: ", r.lines.Text())
		}
		r = w.listen(token)
	}
	other.block()
	w.Do(w.nursery, w.newTree(judgetest.Code(judgetest.Contractor)))
	other.block() // no word of a device
}

func TestStreamTellsADeviceThatItExpired(t *testing.T) {
	w := newWorks(t)
	r := w.listen(w.signIn(w.gone))
	w.Do(w.Admins[judgetest.Contractor], judgetest.Act(rootline.ActRenew, rootline.RenewData{Device: w.gone.Kid(), Until: rootline.InstantOf(time.Now().Add(500 * time.Millisecond))}))
	r.block()
	if event, _, data := r.next(); event != "device" || !strings.Contains(data, string(rootline.CodeDeviceExpired)) {
		t.Errorf("%s %s", event, data)
	}
}

// A listener that does not keep up is dropped; the others are not held up, and it may come back.
func TestSlowListenerIsDropped(t *testing.T) {
	h := NewHub()
	slow, err := h.listen(false)
	if err != nil {
		t.Fatal(err)
	}
	quick, err := h.listen(false)
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan int)
	go func() {
		n := 0
		for range quick.messages {
			n++
			got <- n
		}
		close(got)
	}()
	for n := range 2 * backlog {
		if err := h.Block(BlockNews{Number: uint64(n)}, nil); err != nil {
			t.Fatal(err)
		}
		<-got
	}
	if h.Listeners() != 1 {
		t.Errorf("%d listeners are left", h.Listeners())
	}
	n := 0
	for range slow.messages {
		n++
	}
	if n != backlog {
		t.Errorf("the slow one had %d messages", n)
	}
	h.leave(slow) // leaving after being dropped is no harm
	h.Close()
	if _, open := <-got; open {
		t.Error("closing the hub did not end the stream")
	}
	if _, err := h.listen(false); err == nil {
		t.Error("a closed hub took a listener")
	}
}

// Guests of one address cannot take the places of others, nor all guests those of members, who get words that are true.
func TestStreamsAreBounded(t *testing.T) {
	w := newWorks(t)
	const far, near = "203.0.113.9", "2001:db8:1:2::7"
	token := w.signIn(w.planter)
	w.server.streams = budget.New(budget.Limits{All: 6, Guests: 4, Guest: 3, Member: 2})
	streams := map[string][]*reader{}
	for _, from := range []string{near, near, near, far} {
		streams[from] = append(streams[from], w.listen("", "X-Forwarded-For", from))
	}
	refused := func(who, token string, says string, header ...string) {
		t.Helper()
		r := w.get("/api/v1/stream", token, header...)
		var p problem.Problem
		r.into(t, &p)
		if r.status != http.StatusTooManyRequests || r.header.Get("Retry-After") == "" || p.Code != rootline.CodeTooManyRequests || !strings.Contains(p.Says.En, says) || p.Says.Zh == "" {
			t.Errorf("%s: %d %s", who, r.status, r.body)
		}
	}
	refused("the same /64", "", "from your address", "X-Forwarded-For", "2001:db8:1:2:ffff::1")
	refused("another guest", "", "not signed in", "X-Forwarded-For", "198.51.100.1")
	w.listen(token)
	w.listen(token)
	refused("a member with all of its own", token, "This device")
	streams[far][0].close()
	for w.server.streams.Taken() > 5 {
		time.Sleep(time.Millisecond)
	}
	w.listen("", "X-Forwarded-For", "198.51.100.1")
}
