// Package pages makes the public pages: of an item, of the check of its record, of what is not on record, and the one from
// which phones install the gateway's own CA. They are for guests, whoever asks; templates and style are web/page's.
package pages

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/budget"
	"github.com/rootline/rootline/gateway/integrity"
	"github.com/rootline/rootline/gateway/presentation"
	"github.com/rootline/rootline/gateway/problem"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/rulebook"
	"github.com/rootline/rootline/web/page"
)

// Pages makes the pages.
type Pages struct {
	Store   *readmodel.Store
	Gateway *presentation.Gateway
	// Compare compares what is shown of an item with blocks and peers, for who asks.
	Compare func(ctx context.Context, who budget.Who, code string) (*integrity.Report, error)
	// Asset and Event are what guests see of a record and an event: the pages are for guests, whoever asks.
	Asset func(presentation.AssetView) presentation.AssetView
	Event func(presentation.EventView) presentation.EventView
}

// making is a page in the making, from one snapshot.
type making struct {
	*presentation.Reply
	pages *Pages
	// assets and recalls are those that were asked for together; nil where there is none.
	assets  map[string]*readmodel.Asset
	recalls map[string]*rootline.Recall
	// current are the rulebooks in force, nil until they are read.
	current []*rulebook.Rulebook
}

// begin begins a page as of now. It must be closed.
func (p *Pages) begin(ctx context.Context) (*making, error) {
	r, err := presentation.Begin(ctx, p.Store, p.Gateway)
	if err != nil {
		return nil, err
	}
	return &making{Reply: r, pages: p}, nil
}

// itemEvents is how many events an item's page shows. A tree has a dozen in its life.
const itemEvents = 100

// Page is a page, ready to be sent.
type Page struct {
	status int
	write  func(io.Writer) error
	err    error
	// at is the block that it is current to; nil when the read model was not asked.
	at *presentation.BlockRef
}

// noCode makes the page of what can be no code as it was given.
func (v *making) noCode(code, lang string) Page {
	meant, err := v.Meant(code)
	if err != nil {
		return Trouble(lang, err)
	}
	return notFound(page.Unknown{Code: problem.Clip(code), Meant: meant}, lang, nil)
}

// unknown makes the page of a code that is no asset's; it may be a blank tag's.
func (v *making) unknown(code, lang string) Page {
	u := page.Unknown{Code: code, Zone: v.Gateway.Zone, Standing: v.At.Standing()}
	tag, err := v.Issued(code)
	if err != nil {
		return Trouble(lang, err)
	}
	if tag != nil {
		party := v.party(tag.Organisation)
		u.IssuedTo, u.Roll = &party, tag.Roll
	} else if u.Meant, err = v.Meant(code); err != nil {
		return Trouble(lang, err)
	}
	return notFound(u, lang, &v.At)
}

func notFound(u page.Unknown, lang string, at *presentation.BlockRef) Page {
	return Page{status: http.StatusNotFound, at: at, write: func(w io.Writer) error { return page.RenderUnknown(w, lang, u) }}
}

// Trouble makes the page of an error, which says as much of it as a problem does.
func Trouble(lang string, err error) Page {
	p := problem.Of(err)
	return Page{status: p.Status, err: p.Cause, write: func(w io.Writer) error {
		return page.RenderProblem(w, lang, page.Problem{Status: p.Status, Code: p.Code, Says: p.Says})
	}}
}

// Send sends a whole page or none.
func (a Page) Send(c *gin.Context) {
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
		c.Header(presentation.BlockHeader, strconv.FormatUint(a.at.Number, 10))
	}
	c.Header("Content-Security-Policy", page.ContentSecurityPolicy)
	c.Header("Cache-Control", "no-cache")
	c.Header("Content-Type", "text/html; charset=utf-8") // over what a handler before may have set
	c.Data(a.status, "text/html; charset=utf-8", b.Bytes())
}

func logFault(c *gin.Context, err error) {
	slog.ErrorContext(c.Request.Context(), "request failed", "method", c.Request.Method, "route", c.FullPath(), "err", err)
}
