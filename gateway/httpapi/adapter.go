package httpapi

import (
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/problem"
)

// adapter lets huma's operations be served by Gin. It differs from huma's own in two ways: a colon in a path is a
// colon (events:check), and an operation whose metadata says so takes the rest of the path as its last parameter
// (places/forest/9/14).
//
// It registers only operations that say who may use them, besides the API's description of itself.
type adapter struct {
	*gin.Engine
	declared declared
}

// declared holds who may use each route, by its method and path as Gin has them.
type declared map[string]*access

func (d declared) add(who *access, method, path string) {
	if who == nil {
		panic("httpapi: nobody said who may use " + method + " " + path)
	}
	d[method+" "+path] = who
}

const restOfPath = "rest-of-path"

// Handle implements huma.Adapter.
func (a adapter) Handle(op *huma.Operation, handler func(huma.Context)) {
	path := strings.ReplaceAll(op.Path, ":", `\:`)
	if op.Metadata[restOfPath] != nil {
		i := strings.LastIndexByte(path, '{')
		path = path[:i] + "*" + path[i+1:]
	}
	path = strings.NewReplacer("{", ":", "}", "").Replace(path)
	who, _ := op.Metadata[accessKey].(*access)
	if who == nil && strings.HasPrefix(op.Path, descriptionPath) {
		who = public
	}
	a.declared.add(who, op.Method, strings.ReplaceAll(path, `\:`, ":"))
	a.Engine.Handle(op.Method, path, func(c *gin.Context) { handler(humagin.NewContext(op, c)) })
}

// init teaches huma our problems: those that it makes itself, and those in the OpenAPI document.
func init() {
	huma.DefaultArrayNullable = false // a list without members is [], never null
	huma.NewError = func(status int, message string, errs ...error) huma.StatusError {
		return problemOfHuma(status, message, errs)
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, message string, errs ...error) huma.StatusError {
		p := problemOfHuma(status, message, errs)
		if p.Cause != nil {
			slog.ErrorContext(ctx.Context(), "request failed", "method", ctx.Method(), "route", ctx.Operation().Path, "err", p.Cause)
		}
		return p
	}
}

// problemOfHuma translates what huma found wrong before a handler ran, and what handlers returned.
func problemOfHuma(status int, message string, errs []error) *problem.Problem {
	if status == http.StatusInternalServerError && len(errs) > 0 {
		return problem.Of(errs[0])
	}
	r := problem.BadRequest(rootline.Text{})
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
	p := problem.From(r)
	switch status {
	case http.StatusRequestTimeout, http.StatusUnsupportedMediaType, http.StatusNotAcceptable, http.StatusRequestEntityTooLarge:
		p.Status = status
	}
	return p
}
