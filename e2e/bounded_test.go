package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/chaincode/wire/wiretest"
	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/e2e/stage"
	"github.com/rootline/rootline/gateway/app"
	"github.com/rootline/rootline/network"
)

const (
	// The memory of a gateway as docker-compose.yaml has it.
	gatewayMemory   = 2 << 30
	gatewayGoMemory = "1800MiB"

	forgeries   = 12
	strangers   = 40
	enrolling   = 8
	streamers   = 2000
	perStreamer = 20 // from one address
)

// The program of the gateway in as much memory as docker-compose.yaml gives it reads twelve VALID transactions that unpack to
// hundreds of megabytes, while forty strangers at a time send it 8 MB that nobody signed, others enrol without an invitation while an act of the registry
// waits, and two thousand open event streams, each from addresses of their own. It lives, keeps nothing of theirs, and records all that
// it acknowledged to a member meanwhile, once.
func TestABoundedGatewayLivesThroughAttacks(t *testing.T) {
	w := site(t)
	group := newCgroup(t, gatewayMemory)
	began := time.Now()
	w.alter(map[string]string{network.Contractor: altered(t), network.Supervisor: altered(t)})
	var forged uint64
	huge := wiretest.HugeProofs(t)
	for range forgeries {
		forged = w.colludeOn(huge)
	}
	w.alter(nil)
	cmd := group.command(ledger.options.Program, "serve")
	cmd.Env = []string{"GOMEMLIMIT=" + gatewayGoMemory}
	reading := time.Now()
	g, pid := gatewayBy(t, cmd, func(*app.Config) {})
	stage.AwaitBlock(t, g, forged)
	t.Logf("%d forged transactions of %d bytes, the last in block %d, were read %.1f s after the start", forgeries, len(huge), forged, time.Since(reading).Seconds())
	session, err := g.SignIn(t.Context(), w.reader)
	w.ok(err)
	_, err = g.PutEvidence(t.Context(), sitePhoto, "image/jpeg")
	w.ok(err)
	unreadable := 0
	page, err := g.Findings(t.Context(), 100, "")
	w.ok(err)
	for _, f := range page.Items {
		if f.Kind == "unreadable" {
			unreadable++
		}
	}
	if unreadable != forgeries {
		t.Errorf("%d of %d forged transactions are findings", unreadable, forgeries)
	}

	rounds, attacked := 1, pressTime
	if os.Getenv("ROOTLINE_MEASURE") != "" {
		rounds, attacked = 3, 30*time.Second
	}
	for range rounds {
		w.whileTheLedgerStands(g, session.Token, attacked)
	}
	peak, kills := group.peak(t)
	now, err := resident(pid)
	if err != nil || kills > 0 {
		t.Errorf("the gateway was ended for its memory: %d times, %v", kills, err)
	}
	t.Logf("%d MiB at most of %d, with pages of files; %d MiB resident at the end; %.1f s in all", peak/mib, int64(gatewayMemory)/mib, now/mib, time.Since(began).Seconds())
}

// whileTheLedgerStands has the gateway attacked while nothing can be recorded and an act of the registry waits, and then looks for what
// it acknowledged.
func (w *works) whileTheLedgerStands(g *client.Gateway, token string, attacked time.Duration) {
	w.Helper()
	t := w.T
	from, err := straight(t, network.Owner, false).Height(t.Context())
	w.ok(err)
	goOn := standStill(t, 3)
	_, invitation := w.offers(network.Owner, rootline.RoleManager, newKey(t), time.Hour)
	_, err = g.Submit(t.Context(), []rootline.Submission{invitation}, 0)
	w.ok(err)
	acknowledged := w.underAttack(g, token, attacked)
	r, err := g.Readiness(t.Context())
	w.ok(err)
	if waits := r.Outbox.Queued + r.Outbox.Endorsed + r.Outbox.Submitted + r.Outbox.Unknown; waits != len(acknowledged)+1 {
		t.Errorf("%d events wait, and %d were acknowledged", waits, len(acknowledged)+1)
	}
	mended := time.Now()
	goOn()
	stage.Await(t, g, func(r *client.Readiness) bool {
		return r.Ready && r.Outbox.Queued+r.Outbox.Endorsed+r.Outbox.Submitted+r.Outbox.Unknown == 0
	})
	recovered := time.Since(mended)
	idle(t, w)
	times := recorded(t, from)
	lost, doubled := 0, 0
	for _, id := range acknowledged {
		switch n := times[id]; {
		case n == 0:
			lost++
		case n > 1:
			doubled++
		}
	}
	if lost+doubled > 0 || len(times) != len(acknowledged)+1 {
		t.Errorf("%d events acknowledged, %d lost, %d doubled, %d on the ledger", len(acknowledged), lost, doubled, len(times))
	}
	t.Logf("%d events acknowledged under attack, %d lost, %d doubled; all recorded %.1f s after the ledger went on", len(acknowledged), lost, doubled, recovered.Seconds())
}

// underAttack has a member record events at a gateway that strangers attack, and gives those that were acknowledged.
func (w *works) underAttack(g *client.Gateway, token string, attacked time.Duration) (acknowledged []eventID) {
	w.Helper()
	a := &attack{t: w.T, url: g.URL(), statuses: map[string]map[int]int{}}
	ctx, cancel := context.WithCancel(w.Context())
	defer cancel()
	var wait sync.WaitGroup
	open := make(chan struct{}, streamers)
	for i := range streamers {
		wait.Go(func() { a.listen(ctx, i/perStreamer, open) })
	}
	for range streamers { // each is answered
		<-open
	}
	bodies := unsignedBodies()
	until := time.Now().Add(attacked)
	for i := range strangers {
		wait.Go(func() {
			for n := i; time.Now().Before(until); n++ {
				a.post(ctx, "8 MB of JSON", 1000+i, bodies[n%len(bodies)])
			}
		})
	}
	enrolments := w.uninvited(200)
	for i := range enrolling {
		wait.Go(func() {
			for time.Now().Before(until) {
				a.post(ctx, "enrolments", 2000+i, enrolments)
			}
		})
	}
	c := &crewsAtWork{works: w, devices: []*person{w.builder}, life: ofWalls}
	var slowest time.Duration
	for time.Now().Before(until) {
		subs, ids, err := c.batch(w.builder)
		w.ok(err)
		sent := time.Now()
		statuses, err := g.Submit(w.Context(), subs, 0)
		w.ok(err)
		for i := range statuses {
			if e := statuses[i].Err(); e != nil {
				w.Fatalf("a member's event is refused: %v", e)
			}
		}
		slowest = max(slowest, time.Since(sent))
		acknowledged = append(acknowledged, ids...)
	}
	if members := a.stream(w.Context(), token); members != http.StatusOK {
		w.Errorf("a member's event stream is answered %d", members)
	}
	cancel()
	wait.Wait()
	for _, what := range []string{"8 MB of JSON", "enrolments"} {
		for status := range a.statuses[what] {
			if status < 400 || status >= 500 {
				w.Errorf("%s: answered %d", what, status)
			}
		}
	}
	w.Logf("answers by status (0: the connection ended): %v; a member waited %.2f s at most to be acknowledged", a.statuses, slowest.Seconds())
	return acknowledged
}

// attack is what strangers do to a gateway.
type attack struct {
	t   *testing.T
	url string

	mu       sync.Mutex
	statuses map[string]map[int]int
}

func (a *attack) answered(what string, status int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.statuses[what] == nil {
		a.statuses[what] = map[int]int{}
	}
	a.statuses[what][status]++
}

// from connects from an address of its own: all of 127.0.0.0/8 are this machine's.
func (a *attack) from(address int) *http.Client {
	u, err := url.Parse(a.url)
	if err != nil {
		a.t.Fatal(err)
	}
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 1, byte(address>>8), byte(address))}}
	return &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return dialer.DialContext(ctx, "tcp4", "127.0.0.1:"+u.Port())
	}}}
}

func (a *attack) post(ctx context.Context, what string, address int, body []byte) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.url+"/api/v1/events", bytes.NewReader(body))
	if err != nil {
		a.t.Error(err)
		return
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := a.from(address).Do(req)
	if err != nil {
		if ctx.Err() == nil { // it may be answered before all was sent, and the connection ended
			a.answered(what, 0)
		}
		return
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body)
	a.answered(what, res.StatusCode)
}

// listen opens an event stream and reads it to the end.
func (a *attack) listen(ctx context.Context, address int, open chan<- struct{}) {
	var said atomic.Bool
	say := func(status int) {
		if said.CompareAndSwap(false, true) {
			a.answered("streams", status)
			open <- struct{}{}
		}
	}
	defer say(0)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.url+"/api/v1/stream", nil)
	if err != nil {
		return
	}
	res, err := a.from(address).Do(req)
	if err != nil {
		return
	}
	defer res.Body.Close()
	say(res.StatusCode)
	_, _ = io.Copy(io.Discard, res.Body)
}

// stream opens an event stream as who is signed in, and gives the status of the answer.
func (a *attack) stream(ctx context.Context, token string) int {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.url+"/api/v1/stream", nil)
	if err != nil {
		return 0
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0
	}
	_ = res.Body.Close()
	return res.StatusCode
}

// unsignedBodies are 8 MB of JSON each, of several kinds, that nobody signed.
func unsignedBodies() (out [][]byte) {
	const size = 8 << 20
	for _, body := range []string{
		`{"events":[` + strings.Repeat(`{},`, size/3-10) + `{}]}`,
		`{"events":[` + strings.Repeat(`{"jws":"`+strings.Repeat("a", rootline.MaxEventBytes-100)+`"},`, 31) + `{"jws":""}]}`,
		`{"events":[{"jws":"a.b.c","inclusion":{"list":"X","index":1,"path":[` + strings.Repeat(`"",`, size/3-100) + `""]}}]}`,
		`{"events":[{"jws":"` + strings.Repeat("a", size-100) + `"}]}`,
	} {
		out = append(out, []byte(body[:min(len(body), size)]))
	}
	return out
}

// uninvited is a request of enrolments that are signed as they should be, and that nobody invited.
func (w *works) uninvited(n int) []byte {
	w.Helper()
	all := make([]rootline.Submission, n)
	for i := range all {
		p := &person{key: newKey(w.T)}
		nobody := offer{newKey(w.T), w.admins[network.Owner].Organisation, rootline.NewEventID(p.kid())}
		all[i] = w.sign(p, w.enrolment(p, nobody, rootline.RoleManager))
	}
	body, err := json.Marshal(map[string][]rootline.Submission{"events": all})
	w.ok(err)
	return body
}
