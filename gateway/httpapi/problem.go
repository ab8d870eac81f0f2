package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/evidence"
	"github.com/rootline/rootline/gateway/storage"
)

// Problem is every answer that is a "no" (RFC 9457, application/problem+json).
type Problem struct {
	Type   string `json:"type" doc:"/problems/ and the code" example:"/problems/not-found"`
	Title  string `json:"title" doc:"The code in words"`
	Status int    `json:"status"`
	// Code and what follows are rootline.Error's.
	Code   rootline.Code      `json:"code" doc:"The stable name of what went wrong; programs match on it"`
	Detail string             `json:"detail" doc:"What went wrong and the way out, in English"`
	Says   rootline.Text      `json:"says" doc:"The same in every language"`
	Field  string             `json:"field,omitempty" doc:"JSON pointer of the offending member of the event"`
	Rule   string             `json:"rule,omitempty" doc:"The rule that refused"`
	Clause rootline.Text      `json:"clause,omitzero" doc:"The clause of the standard or contract behind the rule"`
	Errors []rootline.Refusal `json:"errors,omitempty" doc:"Each refused event of the request"`
	Ended  rootline.Instant   `json:"ended,omitzero" doc:"When the device that asks came to its end, by the ledger"`

	retryAfter int
	header     http.Header
	cause      error
}

// statuses gives the HTTP status of each code. What is not in it is a rule's refusal of an event: 422.
var statuses = map[rootline.Code]int{
	rootline.CodeBadRequest:      http.StatusBadRequest,
	rootline.CodeMalformedJWS:    http.StatusBadRequest,
	rootline.CodeMalformedEvent:  http.StatusBadRequest,
	rootline.CodeWrongType:       http.StatusBadRequest,
	rootline.CodeWrongNet:        http.StatusBadRequest,
	rootline.CodeTooLarge:        http.StatusRequestEntityTooLarge,
	rootline.CodeTooMany:         http.StatusRequestEntityTooLarge,
	rootline.CodeUnknownDevice:   http.StatusForbidden,
	rootline.CodeDeviceRevoked:   http.StatusForbidden,
	rootline.CodeDeviceExpired:   http.StatusForbidden,
	rootline.CodeBadSignature:    http.StatusUnauthorized,
	rootline.CodeSignInRefused:   http.StatusUnauthorized,
	rootline.CodeSignInNeeded:    http.StatusUnauthorized,
	rootline.CodeForbidden:       http.StatusForbidden,
	rootline.CodeNotFound:        http.StatusNotFound,
	rootline.CodeUnknownAsset:    http.StatusNotFound,
	rootline.CodeUnknownPlace:    http.StatusNotFound,
	rootline.CodeUnknownRulebook: http.StatusNotFound,
	rootline.CodeUnknownEvent:    http.StatusNotFound,
	rootline.CodeNotJudged:       http.StatusServiceUnavailable,
	rootline.CodeBusy:            http.StatusServiceUnavailable,
	rootline.CodeTooManyRequests: http.StatusTooManyRequests,
	rootline.CodeNotReady:        http.StatusServiceUnavailable,
	rootline.CodeUpgradeNeeded:   http.StatusServiceUnavailable,
	rootline.CodeLedgerTooOld:    http.StatusServiceUnavailable,
	rootline.CodeInternal:        http.StatusInternalServerError,
	codeEvidenceOffset:           http.StatusConflict,

	rootline.CodeDeviceShare:       http.StatusTooManyRequests,
	rootline.CodeOrganisationShare: http.StatusTooManyRequests,
	rootline.CodeStorageFull:       http.StatusInsufficientStorage,
	rootline.CodeEvidenceQuota:     http.StatusInsufficientStorage,
	codeEvidenceDamaged:            http.StatusNotFound,
}

// retryAfter is what a client that came at a bad time is asked to wait, in seconds.
const retryAfter = 5

// problemOf makes the answer for an error. What is no refusal is a fault of ours: its text stays here.
func problemOf(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	if r := rootline.AsError(err); r != nil {
		p = problemFrom(r)
		var ended *endedError
		if errors.As(err, &ended) {
			p.Ended = ended.at
		}
		return p
	}
	var long *http.MaxBytesError
	var quota *evidence.QuotaError
	switch {
	case errors.As(err, &quota):
		return problemFrom(quotaFull(quota))
	case errors.As(err, new(*cutError)):
		return problemFrom(cutOff)
	case errors.Is(err, evidence.ErrNoRoom):
		return problemFrom(rootline.Refuse(rootline.CodeStorageFull))
	case errors.As(err, &long):
		return problemFrom(tooLarge(long.Limit))
	case storage.Full(err):
		p = problemFrom(rootline.Refuse(rootline.CodeStorageFull))
	case storage.Damaged(err):
		p = problemFrom(rootline.Refuse(rootline.CodeNotReady, "a database file of the gateway is damaged; the operator starts the gateway again, and it mends what can be mended"))
	case errors.Is(err, context.DeadlineExceeded):
		p = problemFrom(rootline.Refuse(rootline.CodeNotReady, "it did not answer in time"))
	default:
		p = problemFrom(rootline.Refuse(rootline.CodeInternal))
	}
	p.cause = err
	return p
}

func problemFrom(r *rootline.Error) *Problem {
	status, known := statuses[r.Code]
	if !known {
		status = http.StatusUnprocessableEntity
	}
	says := rootline.Text{En: cutWords(r.Says.En), Zh: cutWords(r.Says.Zh)}
	p := &Problem{
		Type: "/problems/" + string(r.Code), Title: titleOf(r.Code), Status: status,
		Code: r.Code, Detail: says.In("en"), Says: says, Field: cutWords(r.Field), Rule: r.Rule, Clause: r.Clause,
	}
	if status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests || status == http.StatusInsufficientStorage {
		p.retryAfter = retryAfter
	}
	return p
}

// mostWords is how many characters a problem's words have, in each language, and its pointer: they may repeat what was sent.
const mostWords = 1000

func cutWords(s string) string {
	n := 0
	for i := range s {
		if n++; n > mostWords {
			return s[:i] + "…"
		}
	}
	return s
}

func titleOf(code rootline.Code) string {
	s := strings.ReplaceAll(string(code), "-", " ")
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// Error implements error.
func (p *Problem) Error() string { return string(p.Code) + ": " + p.Detail }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders implements huma.HeadersError.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	maps.Copy(h, p.header)
	if p.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(p.retryAfter))
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="rootline"`)
	}
	return h
}

// ContentType implements huma.ContentTypeFilter: problems are JSON whatever was asked for.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

func badRequest(reason rootline.Text) *rootline.Error {
	return &rootline.Error{Code: rootline.CodeBadRequest, Says: reason}
}

func notFound(en string) *rootline.Error { return rootline.Refuse(rootline.CodeNotFound, en) }

func tooLarge(limit int64) *rootline.Error {
	return &rootline.Error{Code: rootline.CodeTooLarge, Says: rootline.Text{
		En: "This has more than the " + strconv.FormatInt(limit, 10) + " bytes that are allowed. Send it in parts.",
		Zh: "内容超过允许的 " + strconv.FormatInt(limit, 10) + " 字节。请分批发送。",
	}}
}

// init teaches huma our problems: those that it makes itself, and those in the OpenAPI document.
func init() {
	huma.DefaultArrayNullable = false // a list without members is [], never null
	huma.NewError = func(status int, message string, errs ...error) huma.StatusError {
		return problemOfHuma(status, message, errs)
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, message string, errs ...error) huma.StatusError {
		p := problemOfHuma(status, message, errs)
		if p.cause != nil {
			slog.ErrorContext(ctx.Context(), "request failed", "method", ctx.Method(), "route", ctx.Operation().Path, "err", p.cause)
		}
		return p
	}
}

// problemOfHuma translates what huma found wrong before a handler ran, and what handlers returned.
func problemOfHuma(status int, message string, errs []error) *Problem {
	if status == http.StatusInternalServerError && len(errs) > 0 {
		return problemOf(errs[0])
	}
	r := badRequest(rootline.Text{})
	reasons := []string{message}
	for _, err := range errs {
		var d huma.ErrorDetailer
		if !errors.As(err, &d) {
			continue
		}
		// The value itself is not sent back: it may be megabytes.
		detail := d.ErrorDetail()
		reasons = append(reasons, strings.TrimSpace(detail.Message+" ("+detail.Location+")"))
		if where, ok := strings.CutPrefix(detail.Location, "body"); ok && where != "" {
			r.Field = strings.ReplaceAll(where, ".", "/")
		}
	}
	if len(reasons) > 1 {
		reasons = reasons[1:]
	}
	text := strings.Join(reasons, "; ") + "."
	r.Says = rootline.Text{En: "The request cannot be read: " + text, Zh: "无法读取请求：" + text}
	p := problemFrom(r)
	switch status {
	case http.StatusRequestTimeout, http.StatusUnsupportedMediaType, http.StatusNotAcceptable, http.StatusRequestEntityTooLarge:
		p.Status = status
	}
	return p
}
