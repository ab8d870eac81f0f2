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
type adapter struct {
	*gin.Engine
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
	a.Engine.Handle(op.Method, path, func(c *gin.Context) { handler(humagin.NewContext(op, c)) })
}
