package httpapi

import (
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"
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
