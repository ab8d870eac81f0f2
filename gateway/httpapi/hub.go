package httpapi

import (
	"encoding/json"
	"errors"
	"sync"

	"github.com/rootline/rootline"
)

// backlog is how many messages may wait for one listener. A block a second leaves it a minute.
const backlog = 64

// Hub hands out what happens to everyone who listens. A listener that does not keep up is dropped, so that it never
// holds up the others or the projection; it may come back and go on from where it was.
type Hub struct {
	mu        sync.Mutex
	listeners map[*listener]bool
	closed    bool
}

// NewHub returns a hub without listeners.
func NewHub() *Hub { return &Hub{listeners: map[*listener]bool{}} }

// message is one event of the stream, encoded once for all listeners.
type message struct {
	event string
	// block is the message's id; hasID says that it has one.
	block uint64
	hasID bool
	data  []byte
	// ends says that devices may have come to their end with this block.
	ends bool
}

type listener struct {
	messages chan message
	// member says that it is signed in: it is told of findings, and of which items events are about.
	member bool
}

var (
	errSlowListener = errors.New("the listener was too slow, or the gateway is stopping")
	errHubClosed    = errors.New("the gateway is stopping")
)

// listen begins to keep messages. Its channel is closed when the listener was too slow or the hub closes.
func (h *Hub) listen(member bool) (*listener, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, errHubClosed
	}
	l := &listener{messages: make(chan message, backlog), member: member}
	h.listeners[l] = true
	return l, nil
}

func (h *Hub) leave(l *listener) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.drop(l)
}

func (h *Hub) drop(l *listener) {
	if h.listeners[l] {
		delete(h.listeners, l)
		close(l.messages)
	}
}

// Listeners is how many streams are open.
func (h *Hub) Listeners() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.listeners)
}

// Close ends all streams.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for l := range h.listeners {
		h.drop(l)
	}
}

// Block tells the listeners of a block, and those who are signed in of its findings.
func (h *Hub) Block(news BlockNews, findings []Finding) error {
	if h.Listeners() == 0 {
		return nil
	}
	block, err := blockMessage(news)
	if err != nil {
		return err
	}
	guests, err := blockMessage(forGuests(news))
	if err != nil {
		return err
	}
	messages := []message{block}
	for _, f := range findings {
		data, err := json.Marshal(f)
		if err != nil {
			return err
		}
		messages = append(messages, message{event: "finding", data: data})
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for l := range h.listeners {
		if l.member {
			h.tell(l, messages)
		} else {
			h.tell(l, []message{guests})
		}
	}
	return nil
}

func (h *Hub) tell(l *listener, messages []message) {
	for _, m := range messages {
		select {
		case l.messages <- m:
		default:
			h.drop(l)
			return
		}
	}
}

func blockMessage(news BlockNews) (message, error) {
	data, err := json.Marshal(news)
	m := message{event: "block", block: news.Number, hasID: true, data: data}
	for _, e := range news.Events {
		m.ends = m.ends || e.Action == rootline.ActRevoke || e.Action == rootline.ActRenew
	}
	return m, err
}
