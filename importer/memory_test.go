package importer

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/client"
	"github.com/rootline/rootline/jws"
)

const testNet = "00112233445566778899aabbccddeeff"

// memory is a gateway and its ledger in memory: it verifies what it is given, records an event once and a code once.
type memory struct {
	mu      sync.Mutex
	device  *client.Device
	events  map[string]*jws.Signed
	assets  map[string]string // code → source of the tree
	refuse  func(*rootline.Event) *rootline.Error
	submits int
	// lose says, before a request is carried out and after, that the way breaks.
	lose func(n int, after bool) bool
	// slow is how many times an event is only queued before it is committed.
	slow   int
	queued map[string]int
}

func newMemory(t testing.TB) *memory {
	d, err := client.NewDevice(testNet)
	if err != nil {
		t.Fatal(err)
	}
	return &memory{
		device: d, events: map[string]*jws.Signed{}, assets: map[string]string{}, queued: map[string]int{},
		refuse: func(*rootline.Event) *rootline.Error { return nil }, lose: func(int, bool) bool { return false },
	}
}

func (m *memory) Submit(ctx context.Context, subs []rootline.Submission, _ time.Duration) ([]client.EventStatus, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.submits++
	n := m.submits
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if m.lose(n, false) {
		return nil, &client.Unreachable{URL: "memory", Err: errors.New("broken")}
	}
	out := make([]client.EventStatus, len(subs))
	for i, s := range subs {
		out[i] = m.one(s, true)
	}
	if m.lose(n, true) {
		return nil, &client.Unreachable{URL: "memory", Err: errors.New("broken")}
	}
	return out, nil
}

func (m *memory) Check(_ context.Context, subs []rootline.Submission) ([]client.EventStatus, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := make([]client.EventStatus, len(subs))
	for i, s := range subs {
		out[i] = m.one(s, false)
	}
	return out, nil
}

func (m *memory) one(sub rootline.Submission, record bool) client.EventStatus {
	refused := func(e *rootline.Error) client.EventStatus {
		return client.EventStatus{Status: client.Refused, Error: e}
	}
	signed, err := jws.Parse(sub.JWS)
	if err != nil {
		return refused(rootline.Refuse(rootline.CodeMalformedJWS, err))
	}
	pub, err := m.device.Key().Public()
	if err != nil || signed.Typ != rootline.TypEvent || signed.Net != testNet || signed.Verify(pub) != nil {
		return refused(rootline.Refuse(rootline.CodeBadSignature))
	}
	e, err := rootline.ParseEvent(signed.Payload)
	if err != nil {
		return refused(rootline.AsError(err))
	}
	if !rootline.EventIDOf(signed.Kid, e.ID) {
		return refused(rootline.Refuse(rootline.CodeOtherKeysID))
	}
	if known := m.events[e.ID]; known != nil {
		if known.Hash() != signed.Hash() {
			return refused(rootline.Refuse(rootline.CodeEventReused))
		}
		return client.EventStatus{Event: e.ID, Status: client.Committed}
	}
	if m.assets[e.Asset] != "" {
		return refused(rootline.Refuse(rootline.CodeAssetExists, e.Asset))
	}
	if r := m.refuse(e); r != nil {
		return refused(r)
	}
	if !record {
		return client.EventStatus{Event: e.ID, Status: client.Acceptable}
	}
	if m.queued[e.ID]++; m.queued[e.ID] <= m.slow {
		return client.EventStatus{Event: e.ID, Status: client.Queued}
	}
	fields, _ := rootline.ParseFields(e.Data)
	m.events[e.ID], m.assets[e.Asset] = signed, fields["source"].Str()
	return client.EventStatus{Event: e.ID, Status: client.Committed}
}

func (m *memory) Event(_ context.Context, id string) (*client.EventView, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	known := m.events[id]
	if known == nil {
		return nil, rootline.Refuse(rootline.CodeNotFound, "event")
	}
	sub := known.Payload
	compact, err := m.device.Sign(mustEvent(sub))
	return &client.EventView{ID: id, Status: client.Committed, JWS: compact.JWS}, err
}

func mustEvent(payload []byte) *rootline.Event {
	e, err := rootline.ParseEvent(payload)
	if err != nil {
		panic(err)
	}
	return e
}

// sources are the recorded trees, which must never hold one twice.
func (m *memory) sources(t *testing.T) map[string]string {
	t.Helper()
	bySource := map[string]string{}
	for code, source := range m.assets {
		if bySource[source] != "" {
			t.Errorf("%s is recorded twice", source)
		}
		bySource[source] = code
	}
	return bySource
}
