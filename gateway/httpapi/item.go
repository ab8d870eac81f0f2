package httpapi

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/web/page"
)

// itemEvents is how many events an item's page shows. A tree has a dozen in its life.
const itemEvents = 100

// itemPage answers the address in an item's QR code: a page for people, or JSON for programs that ask for it.
func (s *Server) itemPage(c *gin.Context) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), answerTime)
	defer cancel()
	c.Header("Vary", "Accept, Accept-Language")
	if wantsJSON(c.GetHeader("Accept")) {
		out, err := s.asset(ctx, &CodePath{ID: c.Param("code")})
		if err != nil {
			refuseWith(c, problemOf(err))
			return
		}
		c.JSON(http.StatusOK, forGuests(out.Body))
		return
	}
	s.sendPage(c, s.item(ctx, c.Param("code"), page.Language(c.Query("lang"), c.GetHeader("Accept-Language"))))
}

// answer is a page, ready to be sent.
type answer struct {
	status int
	write  func(io.Writer) error
	err    error
}

// item makes the page of a code: the item's, or one that says why there is none.
func (s *Server) item(ctx context.Context, code, lang string) answer {
	if !rootline.ValidCode(code) {
		return answer{http.StatusNotFound, func(w io.Writer) error { return page.RenderUnknown(w, lang, page.Unknown{Code: clip(code)}) }, nil}
	}
	v, err := s.newViews(ctx)
	if err != nil {
		return troubled(lang, err)
	}
	a, err := s.Reader.Asset(ctx, code)
	if rootline.CodeOf(err) == rootline.CodeNotFound {
		return s.unknown(ctx, v, code, lang)
	}
	if err != nil {
		return troubled(lang, err)
	}
	history, err := s.Reader.AssetEvents(ctx, a.ID, readmodel.Page{Limit: itemEvents})
	if err != nil {
		return troubled(lang, err)
	}
	check, err := s.Compare.Check(ctx, taker(ctx), a.ID)
	if err != nil {
		return troubled(lang, err)
	}
	item := v.item(ctx, a, history.Items)
	item.Integrity = v.integrity(check)
	if !a.Asleep {
		item.ProofURL = "/api/v1/assets/" + a.ID + "/proof"
	}
	item.MoreEvents = max(0, check.Events+check.Disputed-len(history.Items))
	if history.Next == "" {
		v.ofLot(ctx, a, &item)
	}
	return answer{http.StatusOK, func(w io.Writer) error { return page.Render(w, lang, item) }, nil}
}

// unknown makes the page of a code that is no asset's; it may be a blank tag's.
func (s *Server) unknown(ctx context.Context, v *views, code, lang string) answer {
	u := page.Unknown{Code: code, Zone: s.config.Zone, Standing: v.block.page()}
	tag, err := s.issued(ctx, code)
	if err != nil {
		return troubled(lang, err)
	}
	if tag != nil {
		party := v.party(tag.Organisation)
		u.IssuedTo, u.Roll = &party, tag.Roll
	}
	return answer{http.StatusNotFound, func(w io.Writer) error { return page.RenderUnknown(w, lang, u) }, nil}
}

func troubled(lang string, err error) answer {
	p := problemOf(err)
	return answer{p.Status, func(w io.Writer) error {
		return page.RenderProblem(w, lang, page.Problem{Status: p.Status, Code: p.Code, Says: p.Says})
	}, p.cause}
}

// sendPage sends a whole page or none.
func (s *Server) sendPage(c *gin.Context, a answer) {
	var b bytes.Buffer
	err := a.write(&b)
	if err == nil {
		err = a.err
	} else {
		refuseWith(c, problemOf(err))
	}
	if err != nil {
		logFault(c, err)
	}
	if c.Writer.Written() {
		return
	}
	c.Header("Content-Security-Policy", page.ContentSecurityPolicy)
	c.Header("Cache-Control", "no-cache")
	c.Header("Content-Type", "text/html; charset=utf-8") // over what a handler before may have set
	c.Data(a.status, "text/html; charset=utf-8", b.Bytes())
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
