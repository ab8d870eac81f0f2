package httpapi

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/rootline/rootline/web/page"
)

// pages adds what is no API: the pages for people, and the metrics.
func (s *Server) pages(engine *gin.Engine) {
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		engine.Handle(method, "/8004/:code", s.itemPage)
		engine.Handle(method, page.StylesheetPath, stylesheet)
		engine.Handle(method, "/metrics", gin.WrapH(s.Metrics))
	}
}

// noRoute serves the start page's files, and says of everything else that it is not there.
func (s *Server) noRoute(c *gin.Context) {
	read := c.Request.Method == http.MethodGet || c.Request.Method == http.MethodHead
	if !read || strings.HasPrefix(c.Request.URL.Path, "/api/") {
		refuse(c, notFound("page "+clip(c.Request.URL.Path)))
		return
	}
	c.Status(http.StatusOK)
	s.Start.ServeHTTP(c.Writer, c.Request)
}
