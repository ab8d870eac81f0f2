package httpapi

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/pages"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/gateway/query"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/web/page"
)

// pages adds what is no API: the pages for people, and the metrics.
func (s *Server) pages(engine *gin.Engine) {
	s.page(engine, public, "/8004/:code", s.itemPage)
	s.page(engine, public, "/8004/:code/check", s.checkPage)
	s.page(engine, public, page.StylesheetPath, stylesheet)
	s.page(engine, public, page.InstallPath, s.install)
	s.page(engine, public, pages.RootPath, s.installRoot)
	s.page(engine, public, pages.ProfilePath, s.installProfile)
	s.page(engine, public, "/metrics", s.metricsPage)
}

// publicPages makes the pages of items.
func (s *Server) publicPages() *pages.Pages {
	return &pages.Pages{
		Store: s.Store, Gateway: s.gateway(), Compare: s.Compare.Check,
		Asset: forGuests[presentation.AssetView], Event: forGuests[presentation.EventView],
	}
}

// metricsPage shows the metrics to programs on this machine, and to admins of the gateway's organisation.
func (s *Server) metricsPage(c *gin.Context) {
	if !isHere(c.Request.Context()) {
		token, _ := bearer(c.GetHeader("Authorization"))
		p, err := s.identify(c.Request.Context(), token)
		switch {
		case err != nil:
			problem.Send(c, problem.Of(err))
			return
		case p == nil:
			problem.Refuse(c, rootline.Refuse(rootline.CodeSignInNeeded))
			return
		case p.device.Role != rootline.RoleAdmin || p.device.Organisation != s.config.Organisation:
			problem.Refuse(c, rootline.Refuse(rootline.CodeForbidden))
			return
		}
	}
	s.Metrics.ServeHTTP(c.Writer, c.Request)
}

// page adds a page. Those for some only are made by the start page's scripts from the API, which guards them.
func (s *Server) page(engine *gin.Engine, who *access, path string, handle gin.HandlerFunc) {
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		s.declared.add(who, method, path)
		engine.Handle(method, path, s.weighedPage(handle))
	}
}

// noRoute serves the start page's files, and says of everything else that it is not there: to people as a page, to
// programs as a problem.
func (s *Server) noRoute(c *gin.Context) {
	missing := problem.NotFound(rootline.Text{En: "page", Zh: "页面"}, problem.Clip(c.Request.URL.Path))
	switch p := c.Request.URL.Path; {
	case p == enrolPath:
		missing.Says = invitationWords
	case p == fieldPath || strings.HasPrefix(p, fieldPath+"/"):
		missing.Says = unbuiltWords
	}
	read := c.Request.Method == http.MethodGet || c.Request.Method == http.MethodHead
	if code := linkedCode(c.Request.URL.Path); read && code != "" {
		to := url.URL{Path: "/8004/" + code, RawQuery: c.Request.URL.RawQuery}
		c.Redirect(http.StatusFound, to.String())
		return
	}
	if !read || strings.HasPrefix(c.Request.URL.Path, "/api/") {
		problem.Refuse(c, missing)
		return
	}
	c.Status(http.StatusOK)
	w := &unlessMissing{ResponseWriter: c.Writer}
	s.Start.ServeHTTP(w, c.Request)
	if !w.missing {
		return
	}
	if !strings.Contains(c.GetHeader("Accept"), "text/html") {
		problem.Refuse(c, missing)
		return
	}
	pages.Trouble(page.Language(c.Query("lang"), c.GetHeader("Accept-Language")), missing).Send(c)
}

// linkedCode is what stands in the place of the code in the path of a GS1 Digital Link with more after it: a slash, or qualifiers of
// other application identifiers. "" for other paths.
func linkedCode(path string) string {
	rest, found := strings.CutPrefix(path, "/8004/")
	code, _, more := strings.Cut(rest, "/")
	if !found || !more || len(code) > longestCode {
		return ""
	}
	return code
}

// longestCode is more than any spelling of a code has, in bytes.
const longestCode = 100

// enrolPath is where invitations lead. Their key is in the fragment, which no browser sends here.
const enrolPath = "/enrol"

// fieldPath is where the field app begins.
const fieldPath = "/field"

// unbuiltWords are for who opens the field app of a gateway that was built without it.
var unbuiltWords = rootline.Text{
	En: "This gateway was built without the field app, or without this file of it. Its administrator can build it: make web, then build and start the gateway again.",
	Zh: "此网关构建时未包含现场应用或其中的这个文件。管理员可执行 make web，然后重新构建并启动网关。",
}

// invitationWords are for who opens an invitation at a gateway that was built without the page that takes it.
var invitationWords = rootline.Text{
	En: "This is an invitation for one device. Take it on that device's command line: rootline enrol, followed by the whole link. Do not pass the link on.",
	Zh: "这是一台设备的邀请。请在该设备的命令行执行 rootline enrol 并附上完整链接。请勿转发此链接。",
}

// unlessMissing passes an answer on unless it is 404, of which nothing is sent.
type unlessMissing struct {
	http.ResponseWriter
	missing bool
}

// WriteHeader implements http.ResponseWriter.
func (w *unlessMissing) WriteHeader(status int) {
	if w.missing = status == http.StatusNotFound; !w.missing {
		w.ResponseWriter.WriteHeader(status)
	}
}

// Write implements http.ResponseWriter.
func (w *unlessMissing) Write(b []byte) (int, error) {
	if w.missing {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}

// itemPage answers the address in an item's QR code: a page for people, or JSON for programs that ask for it.
func (s *Server) itemPage(c *gin.Context) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), answerTime)
	defer cancel()
	c.Header("Vary", "Accept, Accept-Language")
	if wantsJSON(c.GetHeader("Accept")) {
		s.itemJSON(ctx, c)
		return
	}
	s.publicPages().Item(ctx, taker(ctx), c.Param("code"), page.Language(c.Query("lang"), c.GetHeader("Accept-Language"))).Send(c)
}

// itemJSON answers as GET /api/v1/assets/{id} answers guests.
func (s *Server) itemJSON(ctx context.Context, c *gin.Context) {
	v, err := s.reply(ctx)
	if err != nil {
		problem.Send(c, problem.Of(err))
		return
	}
	defer v.Close()
	c.Header(presentation.BlockHeader, strconv.FormatUint(v.At.Number, 10))
	out, err := s.asset(v, &query.CodePath{ID: c.Param("code")})
	if err != nil {
		problem.Send(c, problem.Of(err))
		return
	}
	c.JSON(http.StatusOK, forGuests(out.Body))
}

// stylesheet serves the pages' style sheet.
func stylesheet(c *gin.Context) {
	c.Header("Cache-Control", page.StylesheetCache)
	c.Data(http.StatusOK, "text/css; charset=utf-8", page.Stylesheet)
}

// wantsJSON reports whether a client prefers JSON to a page. Browsers do not name JSON at all.
func wantsJSON(accept string) bool {
	json, html := 0.0, 0.0
	for part := range strings.SplitSeq(accept, ",") {
		kind, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		q := 1.0
		if _, value, ok := strings.Cut(params, "q="); ok {
			if f, err := strconv.ParseFloat(strings.TrimSpace(value), 64); err == nil {
				q = f
			}
		}
		switch strings.ToLower(strings.TrimSpace(kind)) {
		case "application/json", "application/problem+json":
			json = max(json, q)
		case "text/html", "application/xhtml+xml":
			html = max(html, q)
		}
	}
	return json > html
}

// checkPage answers for people whether the record of an item is intact.
func (s *Server) checkPage(c *gin.Context) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), answerTime)
	defer cancel()
	c.Header("Vary", "Accept-Language")
	who := taker(ctx)
	s.publicPages().Check(readmodel.Charged(ctx, s.reads(who)), who, c.Param("code"), page.Language(c.Query("lang"), c.GetHeader("Accept-Language"))).Send(c)
}

// install serves the page from which phones install the root; there is none without a CA of the gateway's own.
func (s *Server) install(c *gin.Context) {
	if s.root == nil {
		s.noRoute(c)
		return
	}
	site := s.config.Origin
	if host := c.Request.Host; s.config.Own != nil && c.Request.TLS != nil && s.config.Own("https://"+host) {
		site = "https://" + host
	}
	c.Header("Vary", "Accept-Language")
	lang := page.Language(c.Query("lang"), c.GetHeader("Accept-Language"))
	s.root.Page(lang, site).Send(c)
}

// installRoot serves the certificate in DER.
func (s *Server) installRoot(c *gin.Context) {
	s.installFile(c, "application/x-x509-ca-cert", "rootline.crt", func(r *pages.Root) []byte { return r.DER })
}

// installProfile serves it as a configuration profile of Apple's.
func (s *Server) installProfile(c *gin.Context) {
	s.installFile(c, "application/x-apple-aspen-config", "rootline.mobileconfig", func(r *pages.Root) []byte { return r.Profile })
}

func (s *Server) installFile(c *gin.Context, kind, name string, content func(*pages.Root) []byte) {
	if s.root == nil {
		s.noRoute(c)
		return
	}
	c.Header("Content-Disposition", `attachment; filename="`+name+`"`)
	c.Header("Cache-Control", "no-cache")
	c.Data(http.StatusOK, kind, content(s.root))
}
