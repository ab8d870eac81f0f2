package client

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/rootline/rootline"
)

// Problem is a gateway's "no" (RFC 9457): its reason, and the HTTP status that it came with.
type Problem struct {
	// Status is the HTTP status: 4xx means that sending the same again is of no use, 429 and 503 that it is, later.
	Status int
	// Reason is what the gateway, the rulebook or the ledger said.
	Reason *rootline.Error
	// Refused lists what was refused of a request that held several events.
	Refused []rootline.Refusal
	// RetryAfter is how long the gateway asked to be left alone; 0 when it did not say.
	RetryAfter time.Duration
}

// Error gives the code and the English words.
func (p *Problem) Error() string { return p.Reason.Error() }

// Unwrap gives the reason, so that rootline.AsError and rootline.CodeOf find it.
func (p *Problem) Unwrap() error { return p.Reason }

// Unreachable says that no answer came. Whether the request arrived is not known.
type Unreachable struct {
	// URL is the gateway's address.
	URL string
	Err error
}

// Error implements error.
func (u *Unreachable) Error() string {
	return "cannot reach the gateway at " + u.URL + ": " + u.Err.Error()
}

// Unwrap gives the cause.
func (u *Unreachable) Unwrap() error { return u.Err }

// AnswerError says that what answered is not a gateway that this client understands: a proxy, another program, or
// another version.
type AnswerError struct {
	URL    string
	Status int
	Reason string

	body []byte
}

// Error implements error.
func (a *AnswerError) Error() string {
	return fmt.Sprintf("the answer of %s (HTTP %d) is not a Rootline gateway's: %s. Check the address", a.URL, a.Status, a.Reason)
}

// problemBody is application/problem+json as the gateway sends it.
type problemBody struct {
	Code   rootline.Code `json:"code"`
	Detail string        `json:"detail"`
	Title  string        `json:"title"`
	Says   rootline.Text `json:"says"`
	Field  string        `json:"field"`
	Rule   string        `json:"rule"`
	Clause rootline.Text `json:"clause"`
	Errors []problemItem `json:"errors"`
}

type problemItem struct {
	Index int             `json:"index"`
	Event string          `json:"event"`
	Error *rootline.Error `json:"error"`
}

func (b *problemBody) problem(res *http.Response) *Problem {
	says := b.Says
	if says.IsZero() {
		says.En = b.Detail
	}
	if says.IsZero() {
		says.En = b.Title
	}
	p := &Problem{
		Status:     res.StatusCode,
		Reason:     &rootline.Error{Code: b.Code, Says: says, Field: b.Field, Rule: b.Rule, Clause: b.Clause},
		RetryAfter: retryAfter(res.Header.Get("Retry-After"), time.Now()),
	}
	for _, item := range b.Errors {
		if item.Error != nil {
			p.Refused = append(p.Refused, rootline.Refusal{Index: item.Index, Event: item.Event, Error: item.Error})
		}
	}
	return p
}

// retryAfter reads the header's two forms (RFC 9110, section 10.2.3): seconds, or a date.
func retryAfter(value string, now time.Time) time.Duration {
	if s, err := strconv.Atoi(value); err == nil && s >= 0 {
		return time.Duration(s) * time.Second
	}
	if t, err := http.ParseTime(value); err == nil && t.After(now) {
		return t.Sub(now)
	}
	return 0
}
