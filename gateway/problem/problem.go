// Package problem has what the gateway answers when it says no: problems as RFC 9457 has them, made in one place from the
// errors of all parts behind the HTTP API, pages and files too.
package problem

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

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

	// RetryAfter is when to ask again, in seconds; 0 says nothing. Header goes with the answer. Cause is what happened, for the log alone.
	RetryAfter int         `json:"-"`
	Header     http.Header `json:"-"`
	Cause      error       `json:"-"`
}

// The codes of refusals that only the HTTP API knows: what may be wrong with a file of evidence.
const (
	// CodeEvidenceHash: all bytes are here, and they are not those of the address. The upload begins again.
	CodeEvidenceHash rootline.Code = "evidence-hash"
	// CodeEvidenceOffset: the part does not continue what has arrived; the header Upload-Offset says where to go on.
	CodeEvidenceOffset rootline.Code = "evidence-offset"
	// CodeEvidenceDamaged: the file was here and was changed on the disk. Sending it again mends it.
	CodeEvidenceDamaged rootline.Code = "evidence-damaged"
	// CodeNoPicture: the file is here, and no smaller picture is made of it.
	CodeNoPicture rootline.Code = "no-picture"
)

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
	rootline.CodeMembersOnly:     http.StatusForbidden,
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
	CodeEvidenceOffset:           http.StatusConflict,
	rootline.CodeBlockPassed:     http.StatusConflict,
	rootline.CodeOtherBlock:      http.StatusConflict,

	rootline.CodeDeviceShare:       http.StatusTooManyRequests,
	rootline.CodeOrganisationShare: http.StatusTooManyRequests,
	rootline.CodeStorageFull:       http.StatusInsufficientStorage,
	rootline.CodeEvidenceQuota:     http.StatusInsufficientStorage,
	CodeEvidenceDamaged:            http.StatusNotFound,
	CodeNoPicture:                  http.StatusNotFound,
}

// RetryAfter is what a client that came at a bad time is asked to wait, in seconds.
const RetryAfter = 5

// Of makes the answer for an error. What is no refusal is a fault of ours: its text stays here.
func Of(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	if r := rootline.AsError(err); r != nil {
		p = From(r)
		var ended *Ended
		if errors.As(err, &ended) {
			p.Ended = ended.At
		}
		return p
	}
	var long *http.MaxBytesError
	var quota *evidence.QuotaError
	switch {
	case errors.As(err, &quota):
		return From(quotaFull(quota))
	case errors.As(err, new(*Cut)):
		return From(CutOff)
	case errors.Is(err, evidence.ErrNoRoom):
		return From(rootline.Refuse(rootline.CodeStorageFull))
	case errors.As(err, &long):
		return From(TooLarge(long.Limit))
	case storage.Full(err):
		p = From(rootline.Refuse(rootline.CodeStorageFull))
	case storage.Damaged(err):
		p = From(rootline.Refuse(rootline.CodeNotReady, rootline.Text{En: "a database file of the gateway is damaged; the operator starts the gateway again, and it mends what can be mended", Zh: "网关的数据库文件已损坏；请运维人员重新启动网关，可修复的内容会被修复"}))
	case errors.Is(err, context.DeadlineExceeded):
		p = From(rootline.Refuse(rootline.CodeNotReady, rootline.Text{En: "it did not answer in time", Zh: "未在规定时间内应答"}))
	default:
		p = From(rootline.Refuse(rootline.CodeInternal))
	}
	p.Cause = err
	return p
}

// From makes the answer for a refusal, with the HTTP status of its code.
func From(r *rootline.Error) *Problem {
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
		p.RetryAfter = RetryAfter
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
	maps.Copy(h, p.Header)
	if p.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(p.RetryAfter))
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="rootline"`)
	}
	return h
}

// ContentType implements huma.ContentTypeFilter: problems are JSON whatever was asked for.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// BadRequest is the refusal of a request that cannot be read, or asks for what there is not.
func BadRequest(reason rootline.Text) *rootline.Error {
	return &rootline.Error{Code: rootline.CodeBadRequest, Says: reason}
}

// NotFound is the refusal of what is not there: what sort of thing, and its id.
func NotFound(sort rootline.Text, id string) *rootline.Error {
	return rootline.Refuse(rootline.CodeNotFound, rootline.Text{En: sort.En + " " + id, Zh: sort.Zh + " " + id})
}

// TooLarge is the refusal of a body of more than limit bytes.
func TooLarge(limit int64) *rootline.Error {
	return &rootline.Error{Code: rootline.CodeTooLarge, Says: rootline.Text{
		En: "This has more than the " + strconv.FormatInt(limit, 10) + " bytes that are allowed. Send it in parts.",
		Zh: "内容超过允许的 " + strconv.FormatInt(limit, 10) + " 字节。请分批发送。",
	}}
}

// CutOff is for a body that did not come to its end. Most often nobody hears it.
var CutOff = BadRequest(rootline.Text{
	En: "The request did not come to its end in time. Nothing was taken; send it again.", Zh: "请求未在规定时间内发送完毕。未接收任何内容；请重新发送。",
})

// Refuse answers a refusal outside of huma's operations.
func Refuse(c *gin.Context, r *rootline.Error) { Send(c, From(r)) }

// Send answers a problem outside of huma's operations, and ends the request.
func Send(c *gin.Context, p *Problem) {
	for name, values := range p.GetHeaders() {
		c.Writer.Header()[name] = values
	}
	c.Header("Content-Type", p.ContentType(""))
	c.AbortWithStatusJSON(p.Status, p)
}

// Cut says that a body broke off, or did not come in time.
type Cut struct{ Err error }

// Error implements error.
func (e *Cut) Error() string { return e.Err.Error() }

// Unwrap gives what the connection said.
func (e *Cut) Unwrap() error { return e.Err }

// IsTooLong reports whether a body was cut off because it is longer than its route allows.
func IsTooLong(err error) bool {
	var long *http.MaxBytesError
	return errors.As(err, &long)
}

// Ended is the refusal of a device that came to its end, with the ledger's time of it.
type Ended struct {
	Refusal *rootline.Error
	At      rootline.Instant
}

// Error implements error.
func (e *Ended) Error() string { return e.Refusal.Error() }

// Unwrap gives the refusal alone.
func (e *Ended) Unwrap() error { return e.Refusal }

// quotaFull says whose quota is full, and what is to be done.
func quotaFull(e *evidence.QuotaError) *rootline.Error {
	whose := map[evidence.Of]rootline.Text{
		evidence.OfDevice:       {En: "of this device", Zh: "本设备"},
		evidence.OfOrganisation: {En: "of your organisation", Zh: "贵单位"},
		evidence.OfAll:          {En: "at all", Zh: "全部"},
	}[e.Of]
	return &rootline.Error{Code: rootline.CodeEvidenceQuota, Says: rootline.Text{
		En: fmt.Sprintf("The gateway keeps no more files %s: there are %d with %d MiB, of %d with %d MiB. Nothing of this was taken, and what was taken before is safe; keep the file and send it again later. The operator of the gateway raises the quota.",
			whose.En, e.Has.Files, e.Has.Bytes>>20, e.Most.Files, e.Most.Bytes>>20),
		Zh: fmt.Sprintf("网关为%s保存的文件已达配额：现有 %d 个、%d MiB，上限 %d 个、%d MiB。本次内容未被接收，此前已接收的内容安全无损；请保留文件稍后重试。运维人员可提高配额。",
			whose.Zh, e.Has.Files, e.Has.Bytes>>20, e.Most.Files, e.Most.Bytes>>20),
	}}
}

// Clip keeps what someone sent from filling the answer.
func Clip(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return s
}
