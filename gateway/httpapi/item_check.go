package httpapi

import (
	"context"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/integrity"
	"github.com/rootline/rootline/web/page"
)

// checkPage answers for people whether the record of an item is intact.
func (s *Server) checkPage(c *gin.Context) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), answerTime)
	defer cancel()
	c.Header("Vary", "Accept-Language")
	s.sendPage(c, s.checkOf(ctx, c.Param("code"), page.Language(c.Query("lang"), c.GetHeader("Accept-Language"))))
}

func (s *Server) checkOf(ctx context.Context, code, lang string) answer {
	if !rootline.ValidCode(code) {
		return noCode(code, lang)
	}
	report, checked := s.Compare.Check(ctx, taker(ctx), code)
	if checked != nil && rootline.CodeOf(checked) != rootline.CodeNotFound {
		return troubled(lang, checked)
	}
	v, err := s.reply(ctx)
	if err != nil {
		return troubled(lang, err)
	}
	defer v.Close()
	if checked != nil {
		return v.unknown(code, lang)
	}
	shown := v.checkShown(report)
	shown.Zone = s.config.Zone
	if a, err := v.Asset(report.Asset); err == nil && a.Place != "" {
		shown.Project = v.project(a.Place)
	}
	if report.Asleep {
		shown.Code = code // one that sleeps on its lot's list
	}
	at := s.gateway().BlockRef(report.Cursor) // what was checked, which may be older than the names around it
	return answer{status: http.StatusOK, at: &at, write: func(w io.Writer) error { return page.RenderCheck(w, lang, shown) }}
}

// checkShown says of each thing that was checked whether it agrees.
func (v *reply) checkShown(r *integrity.Report) page.Check {
	shown := page.Check{
		Code: r.Asset, Events: r.Events, Signatures: r.Signatures, Devices: r.Devices, Organisations: r.Organisations,
		Disputed: r.Disputed, Unjudged: r.Unjudged, First: r.First, Last: r.Last, Blocks: r.Chain.Blocks, Read: r.Chain.Began, Head: r.Head,
		BlockHash: r.Cursor.Hash, Standing: v.Gateway.BlockRef(r.Cursor).Standing(),
		Signed: true, Linked: true, Led: true, Chained: r.Chain.Broken == nil, Compared: v.compared(r), Alike: true,
	}
	for _, f := range r.Faults {
		one := faultOf(f)
		said := page.Fault{Kind: one.Kind, Field: f.Field, By: v.party(f.By), Event: f.Event, Block: f.Block}
		switch one.Kind {
		case "unreadable", "hash", "device", "signature":
			shown.Signed, said.Field = false, ""
		case "sequence", "link":
			shown.Linked, said.Field = false, ""
		case "head":
			shown.Led, said.Field = false, ""
		default:
			shown.Alike = false
		}
		shown.Faults = append(shown.Faults, said)
	}
	if f := r.Chain.Broken; f != nil {
		shown.Faults = append(shown.Faults, page.Fault{Kind: string(f.Kind), Block: f.Block})
	}
	return shown
}
