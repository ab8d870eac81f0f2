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
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/gateway/query"
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
		s.itemJSON(ctx, c)
		return
	}
	s.sendPage(c, s.item(ctx, c.Param("code"), page.Language(c.Query("lang"), c.GetHeader("Accept-Language"))))
}

// itemJSON answers as GET /api/v1/assets/{id} answers guests.
func (s *Server) itemJSON(ctx context.Context, c *gin.Context) {
	v, err := s.reply(ctx)
	if err != nil {
		problem.Send(c, problem.Of(err))
		return
	}
	defer v.Close()
	c.Header(blockHeader, strconv.FormatUint(v.At.Number, 10))
	out, err := s.asset(v, &query.CodePath{ID: c.Param("code")})
	if err != nil {
		problem.Send(c, problem.Of(err))
		return
	}
	c.JSON(http.StatusOK, forGuests(out.Body))
}

// answer is a page, ready to be sent.
type answer struct {
	status int
	write  func(io.Writer) error
	err    error
	// at is the block that it is current to; nil when the read model was not asked.
	at *presentation.BlockRef
}

// item makes the page of a code: the item's, or one that says why there is none.
func (s *Server) item(ctx context.Context, code, lang string) answer {
	if !rootline.ValidCode(code) {
		return noCode(code, lang)
	}
	v, err := s.reply(ctx)
	if err != nil {
		return troubled(lang, err)
	}
	defer v.Close()
	a, err := v.Asset(code)
	if rootline.CodeOf(err) == rootline.CodeNotFound {
		return v.unknown(code, lang)
	}
	if err != nil {
		return troubled(lang, err)
	}
	history, err := v.AssetEvents(a.ID, readmodel.Page{Limit: itemEvents})
	if err != nil {
		return troubled(lang, err)
	}
	item := v.item(a, history.Items)
	if history.Next == "" {
		v.ofLot(a, &item)
	} else {
		all, err := v.CountAssetEvents(a.ID)
		if err != nil {
			return troubled(lang, err)
		}
		item.MoreEvents = all - len(history.Items)
	}
	v.Close() // the check takes snapshots of its own, and asks peers
	check, err := s.Compare.Check(ctx, taker(ctx), a.ID)
	if err != nil {
		return troubled(lang, err)
	}
	item.Integrity = v.integrity(check)
	if !a.Asleep {
		item.ProofURL = "/api/v1/assets/" + a.ID + "/proof"
	}
	return answer{status: http.StatusOK, at: &v.At, write: func(w io.Writer) error { return page.Render(w, lang, item) }}
}

// noCode makes the page of what can be no code.
func noCode(code, lang string) answer {
	return answer{status: http.StatusNotFound, write: func(w io.Writer) error { return page.RenderUnknown(w, lang, page.Unknown{Code: problem.Clip(code)}) }}
}

// unknown makes the page of a code that is no asset's; it may be a blank tag's.
func (v *reply) unknown(code, lang string) answer {
	u := page.Unknown{Code: code, Zone: v.Gateway.Zone, Standing: v.At.Standing()}
	tag, err := v.issued(code)
	if err != nil {
		return troubled(lang, err)
	}
	if tag != nil {
		party := v.party(tag.Organisation)
		u.IssuedTo, u.Roll = &party, tag.Roll
	}
	return answer{status: http.StatusNotFound, at: &v.At, write: func(w io.Writer) error { return page.RenderUnknown(w, lang, u) }}
}

func troubled(lang string, err error) answer {
	p := problem.Of(err)
	return answer{status: p.Status, err: p.Cause, write: func(w io.Writer) error {
		return page.RenderProblem(w, lang, page.Problem{Status: p.Status, Code: p.Code, Says: p.Says})
	}}
}

// sendPage sends a whole page or none.
func (s *Server) sendPage(c *gin.Context, a answer) {
	var b bytes.Buffer
	err := a.write(&b)
	if err == nil {
		err = a.err
	} else {
		problem.Send(c, problem.Of(err))
	}
	if err != nil {
		logFault(c, err)
	}
	if c.Writer.Written() {
		return
	}
	if a.at != nil {
		c.Header(blockHeader, strconv.FormatUint(a.at.Number, 10))
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
