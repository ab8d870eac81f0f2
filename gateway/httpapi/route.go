package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/rootline/rootline/gateway/problem"
)

// answerTime bounds the work on one request that asks for nothing longer.
const answerTime = 30 * time.Second

const accessKey = "access"

// option changes an operation before it is registered.
type option func(*huma.Operation)

// add registers an operation for who may use it; without that it panics, when the gateway starts. The handler's errors
// become problems here, and only here.
func add[I, O any](api huma.API, who *access, method, path, id, summary string, handle func(context.Context, *I) (*O, error), options ...option) {
	if who == nil {
		panic("httpapi: nobody said who may use " + method + " " + path)
	}
	op := huma.Operation{
		OperationID: id, Method: method, Path: path, Summary: summary,
		Metadata: map[string]any{accessKey: who},
		// Bodies are read strictly into their type (see strictFormat), which checks more than the schema does.
		SkipValidateBody: true,
		Errors:           []int{http.StatusBadRequest, http.StatusServiceUnavailable},
		Responses:        map[string]*huma.Response{},
	}
	op.Extensions = map[string]any{"x-access": who.name}
	if who != public {
		op.Security = []map[string][]string{{"bearer": {}}, {"cookie": {}}}
		op.Errors = append(op.Errors, http.StatusUnauthorized, http.StatusForbidden)
	}
	for _, o := range options {
		o(&op)
	}
	disclose := discloses[O](who)
	huma.Register(api, op, func(ctx context.Context, in *I) (*O, error) {
		if op.Metadata[unhurried] == nil {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, answerTime)
			defer cancel()
		}
		out, err := handle(ctx, in)
		if err == nil {
			return disclose(ctx, out), nil
		}
		p := problem.Of(err)
		if p.Cause != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "request failed", "method", method, "route", path, "err", p.Cause)
		}
		return nil, p
	})
	describeAlso(&op)
	describeTaken(&op)
	describeBlock(&op)
}

const unhurried = "unhurried"

// takesItsTime lifts the bound on the time of the answer; the handler sets its own.
func takesItsTime(op *huma.Operation) { op.Metadata[unhurried] = true }

// wholePath lets the last parameter take the rest of the path, slashes and all.
func wholePath(op *huma.Operation) { op.Metadata[restOfPath] = true }

// body bounds the request's body, in bytes.
func body(most int64) option {
	return func(op *huma.Operation) {
		// huma refuses a body that is as long as its bound.
		op.MaxBodyBytes, op.BodyReadTimeout = most+1, readTime
		op.Errors = append(op.Errors, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity)
	}
}

// missing says that the operation answers 404 for what is not there.
func missing(op *huma.Operation) { op.Errors = append(op.Errors, http.StatusNotFound) }

const alsoKey = "also"

// also says that the operation answers with another status, with the same body as its usual one.
func also(status int, words string) option {
	return func(op *huma.Operation) {
		more, _ := op.Metadata[alsoKey].(map[int]string)
		if more == nil {
			more = map[int]string{}
		}
		more[status] = words
		op.Metadata[alsoKey] = more
	}
}

// describeAlso writes what also said into the description, once huma has made the usual answer's.
func describeAlso(op *huma.Operation) {
	more, _ := op.Metadata[alsoKey].(map[int]string)
	for status, words := range more {
		r := &huma.Response{Description: words}
		if usual := op.Responses["200"]; usual != nil {
			r.Content = usual.Content
		}
		op.Responses[statusText(status)] = r
	}
}

// says sets what the answer holds where it is no JSON.
func says(types ...string) option {
	return func(op *huma.Operation) {
		content := map[string]*huma.MediaType{}
		for _, t := range types {
			content[t] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
		}
		op.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: content}}
	}
}
