package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/limits"
)

// answerTime is how long a gateway may take to answer, besides what it was asked to wait.
const answerTime = 30 * time.Second

// maxAnswer bounds an answer in memory: a page of 1,000 assets is about 2 MiB, a file of evidence 25 MiB.
const maxAnswer = limits.AnswerBytes

// call is one request to the API. Every call here may be sent more than once.
type call struct {
	method string
	path   string
	query  url.Values
	header http.Header
	// body makes the body of one try; nil for none.
	body func() ([]byte, error)
	// wait is how long the gateway was asked to wait before it answers.
	wait time.Duration
	// anonymous calls carry no session, and so start none.
	anonymous bool
}

// answer is what came back with a status of 2xx.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// getJSON asks for a path, whose segments the caller has escaped, and reads the answer into out.
func (g *Gateway) getJSON(ctx context.Context, path string, query url.Values, out any) error {
	a, err := g.do(ctx, call{method: http.MethodGet, path: path, query: query})
	if err != nil {
		return err
	}
	return g.decode(a, out)
}

func (g *Gateway) decode(a *answer, out any) error {
	if err := json.Unmarshal(a.body, out); err != nil {
		return &AnswerError{URL: g.URL(), Status: a.status, Reason: err.Error()}
	}
	return nil
}

// do sends a call until it is answered for good or patience ends, and signs in anew once when the session has ended.
func (g *Gateway) do(ctx context.Context, c call) (*answer, error) {
	deadline := time.Now().Add(g.patience)
	renewed := c.anonymous
	for try := 0; ; try++ {
		a, err := g.once(ctx, c)
		if err == nil {
			return a, nil
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if rootline.CodeOf(err) == rootline.CodeSignInNeeded && !renewed {
			if renewed = true; g.signInAgain(ctx) == nil {
				continue
			}
			return nil, err
		}
		pause, again := retry(err, try)
		if !again || time.Now().Add(pause).After(deadline) {
			return nil, err
		}
		g.onRetry(err, pause)
		if !sleep(ctx, pause) {
			return nil, context.Cause(ctx)
		}
	}
}

// retry says whether an error may pass by itself, and how long to leave the gateway alone: what it asked for, else
// doubling from 0.2 s to 5 s, with jitter so that many clients do not come back together.
func retry(err error, try int) (time.Duration, bool) {
	pause := min(200*time.Millisecond<<min(try, 5), 5*time.Second)
	pause = pause/2 + rand.N(pause/2)
	var p *Problem
	var u *Unreachable
	var a *AnswerError
	switch {
	case errors.As(err, &p):
		return max(pause, p.RetryAfter), retryable(p.Status)
	case errors.As(err, &a): // a proxy in front of a gateway that is starting
		return pause, retryable(a.Status)
	default:
		return pause, errors.As(err, &u)
	}
}

func retryable(status int) bool {
	switch status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
		http.StatusInsufficientStorage: // the operator makes room
		return true
	}
	return false
}

func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// once sends a call one time.
func (g *Gateway) once(ctx context.Context, c call) (*answer, error) {
	ctx, cancel := context.WithTimeout(ctx, c.wait+answerTime)
	defer cancel()
	req, err := g.request(ctx, c)
	if err != nil {
		return nil, err
	}
	res, err := g.http.Do(req)
	if err != nil {
		var u *url.Error
		if errors.As(err, &u) {
			err = u.Err // it would repeat the address
		}
		return nil, &Unreachable{URL: g.URL(), Err: err}
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err != nil {
		return nil, &Unreachable{URL: g.URL(), Err: err}
	}
	if len(body) > maxAnswer {
		return nil, &AnswerError{URL: g.URL(), Status: res.StatusCode, Reason: "it is longer than 64 MiB"}
	}
	if res.StatusCode/100 == 2 {
		return &answer{status: res.StatusCode, header: res.Header, body: body}, nil
	}
	return nil, g.refusal(res, body)
}

func (g *Gateway) request(ctx context.Context, c call) (*http.Request, error) {
	target := g.URL() + c.path
	if len(c.query) > 0 {
		target += "?" + c.query.Encode()
	}
	var body io.Reader
	if c.body != nil {
		b, err := c.body()
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, c.method, target, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json, application/problem+json")
	if c.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for name, values := range c.header {
		req.Header[name] = values
	}
	if token := g.token(); token != "" && !c.anonymous {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	return req, nil
}

// refusal reads an answer that is not 2xx.
func (g *Gateway) refusal(res *http.Response, body []byte) error {
	media, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	var b problemBody
	if media == "application/problem+json" && json.Unmarshal(body, &b) == nil && b.Code != "" {
		return b.problem(res)
	}
	reason := "it has no problem details"
	if to := res.Header.Get("Location"); to != "" {
		reason = "it points to " + to
	} else if media != "" {
		reason += " but " + strings.TrimSpace(media)
	}
	return &AnswerError{URL: g.URL(), Status: res.StatusCode, Reason: reason, body: body}
}

// jsonBody is the body of a call that is the same in every try.
func jsonBody(v any) func() ([]byte, error) {
	return func() ([]byte, error) { return json.Marshal(v) }
}
