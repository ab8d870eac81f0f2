package client

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/limits"
)

// News is one message of a gateway's stream: a block, or a finding (which only signed-in devices are told).
type News struct {
	Block   *BlockNews
	Finding *Finding
}

// BlockNews is a block as the stream tells of it.
type BlockNews struct {
	Number       uint64           `json:"number"`
	Hash         rootline.Hash    `json:"hash"`
	Time         rootline.Instant `json:"time"`
	Transactions int              `json:"transactions"`
	Events       []EventNews      `json:"events"`
}

// EventNews is an event as the stream tells of it.
type EventNews struct {
	ID           string           `json:"id"`
	Asset        string           `json:"asset,omitempty"`
	Kind         string           `json:"kind,omitempty"`
	Action       string           `json:"action"`
	State        string           `json:"state,omitempty"`
	Organisation string           `json:"organisation"`
	Role         string           `json:"role"`
	At           rootline.Instant `json:"at"`
	Witnessed    rootline.Instant `json:"witnessed"`
	Block        uint64           `json:"block"`
	Transaction  string           `json:"transaction"`
	Status       Status           `json:"status"`
}

// silence is how long a stream may say nothing at all. A gateway sends a heartbeat every 15 s.
const silence = 45 * time.Second

// Stream tells of blocks as the gateway applies them, beginning after a block (nil for from now on). It ends with the
// first error, which it yields: the context's, or an *Unreachable when the stream breaks. Go on after the last block seen.
func (g *Gateway) Stream(ctx context.Context, after *uint64) iter.Seq2[News, error] {
	return func(yield func(News, error) bool) {
		ctx, cancel := context.WithCancelCause(ctx)
		defer cancel(nil)
		// Nothing heard for too long ends it as a broken connection does.
		alarm := time.AfterFunc(silence, func() { cancel(&Unreachable{URL: g.URL(), Err: errors.New("the stream fell silent")}) })
		defer alarm.Stop()
		c := call{method: http.MethodGet, path: "/api/v1/stream", header: http.Header{"Accept": {"text/event-stream"}}}
		if after != nil {
			c.header.Set("Last-Event-ID", strconv.FormatUint(*after, 10))
		}
		stopped := false
		tell := func(n News) bool {
			stopped = !yield(n, nil)
			return !stopped
		}
		err := g.listen(ctx, c, tell, func() { alarm.Reset(silence) })
		if stopped {
			return
		}
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		yield(News{}, err)
	}
}

var errStopped = errors.New("the listener stopped")

func (g *Gateway) listen(ctx context.Context, c call, tell func(News) bool, heard func()) error {
	req, err := g.request(ctx, c)
	if err != nil {
		return err
	}
	res, err := g.http.Do(req)
	if err != nil {
		return &Unreachable{URL: g.URL(), Err: err}
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(io.LimitReader(res.Body, limits.ProblemBytes))
		return g.refusal(res, body)
	}
	err = readStream(res.Body, heard, func(event, data string) error {
		n, err := newsOf(event, data)
		if err != nil {
			return &AnswerError{URL: g.URL(), Status: res.StatusCode, Reason: err.Error()}
		}
		if n != (News{}) && !tell(n) {
			return errStopped
		}
		return nil
	})
	var answer *AnswerError
	switch {
	case errors.As(err, &answer), errors.Is(err, errStopped):
		return err
	case errors.Is(err, io.EOF):
		err = errors.New("the stream ended")
	}
	return &Unreachable{URL: g.URL(), Err: err}
}

// newsOf reads a message; kinds that it does not know are no news.
func newsOf(event, data string) (n News, err error) {
	switch event {
	case "block":
		n.Block = &BlockNews{}
		err = json.Unmarshal([]byte(data), n.Block)
	case "finding":
		n.Finding = &Finding{}
		err = json.Unmarshal([]byte(data), n.Finding)
	}
	return n, err
}

// readStream takes server-sent events apart (HTML, section 9.2.6): event and data fields, a message at each empty line.
// A message that is longer than any of ours ends it.
// It ends with an error, io.EOF when the stream does.
func readStream(r io.Reader, heard func(), message func(event, data string) error) error {
	in := bufio.NewScanner(r)
	in.Buffer(nil, limits.ProblemBytes)
	var event string
	var data []string
	size := 0
	for {
		if !in.Scan() {
			if err := in.Err(); err != nil {
				return err
			}
			return io.EOF
		}
		heard()
		line := strings.TrimRight(in.Text(), "\r")
		if size += len(line); size > limits.ProblemBytes {
			return bufio.ErrTooLong
		}
		if line == "" {
			if len(data) > 0 {
				if err := message(event, strings.Join(data, "\n")); err != nil {
					return err
				}
			}
			event, data, size = "", nil, 0
			continue
		}
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch name {
		case "event":
			event = value
		case "data":
			data = append(data, value)
		}
	}
}
