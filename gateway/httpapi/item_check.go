package httpapi

import (
	"context"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/readmodel"
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
		return answer{http.StatusNotFound, func(w io.Writer) error { return page.RenderUnknown(w, lang, page.Unknown{Code: clip(code)}) }, nil}
	}
	v, err := s.newViews(ctx)
	if err != nil {
		return troubled(lang, err)
	}
	check, report, err := s.checked(ctx, code)
	if rootline.CodeOf(err) == rootline.CodeNotFound {
		return s.unknown(ctx, v, code, lang)
	}
	if err != nil {
		return troubled(lang, err)
	}
	shown := s.checkShown(check)
	shown.Compared, shown.Alike = v.compared(report), len(report.Faults) == 0
	for _, f := range report.Faults {
		shown.Faults = append(shown.Faults, page.Fault{Kind: "field", Field: f.Field, By: v.party(f.By), Event: f.Event, Block: f.Block})
	}
	if a, err := s.Reader.Asset(ctx, check.Asset); err == nil && a.Place != "" {
		shown.Project = v.project(ctx, a.Place)
	}
	if check.Events+check.Disputed == 0 {
		shown.Code = code // one that sleeps on its lot's list
	}
	return answer{http.StatusOK, func(w io.Writer) error { return page.RenderCheck(w, lang, shown) }, nil}
}

// checkShown says of each thing that was checked whether it agrees.
func (s *Server) checkShown(c *readmodel.Check) page.Check {
	shown := page.Check{
		Code: c.Asset, Events: c.Events, Signatures: c.Signed, Devices: c.Devices, Organisations: c.Organisations,
		Disputed: c.Disputed, Unjudged: c.Unjudged, First: c.First, Last: c.Last, Blocks: c.Chain.Blocks, Read: c.Chain.Began, Head: c.Head,
		BlockHash: c.Cursor.Hash, Standing: s.blockRef(c.Cursor).page(),
		Signed: true, Linked: true, Led: true, Chained: c.Chain.Broken == nil,
	}
	faults := c.Faults
	if c.Chain.Broken != nil {
		faults = append(faults, *c.Chain.Broken)
	}
	for _, f := range faults {
		switch f.Kind {
		case readmodel.FaultUnreadable, readmodel.FaultHash, readmodel.FaultDevice, readmodel.FaultSignature:
			shown.Signed = false
		case readmodel.FaultSequence, readmodel.FaultLink:
			shown.Linked = false
		case readmodel.FaultHead:
			shown.Led = false
		case readmodel.FaultBlock, readmodel.FaultPrevious:
			shown.Chained = false
		}
		shown.Faults = append(shown.Faults, page.Fault{Kind: string(f.Kind), Event: f.Event, Block: f.Block})
	}
	return shown
}
