package httpapi

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"
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
	c.Header("Vary", "Accept, Accept-Language, Cookie")
	if wantsJSON(c.GetHeader("Accept")) {
		out, err := s.asset(ctx, &CodePath{ID: c.Param("code")})
		if err != nil {
			refuseWith(c, problemOf(err))
			return
		}
		c.JSON(http.StatusOK, out.Body)
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
	item := v.item(ctx, a, history.Items)
	return answer{http.StatusOK, func(w io.Writer) error { return page.Render(w, lang, item) }, nil}
}

// unknown makes the page of a code that is no asset's; it may be a blank tag's.
func (s *Server) unknown(ctx context.Context, v *views, code, lang string) answer {
	u := page.Unknown{Code: code, Block: v.block.Number, Behind: v.block.Lag}
	tag, err := s.Reader.Tag(ctx, code)
	switch {
	case err == nil && tag.Organisation != "":
		party := v.party(tag.Organisation)
		u.IssuedTo = &party
	case err != nil && rootline.CodeOf(err) != rootline.CodeNotFound:
		return troubled(lang, err)
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

func (v *views) party(msp string) page.Party { return page.Party{MSPID: msp, Title: v.orgs[msp]} }

// item fills the view model of an item's page.
func (v *views) item(ctx context.Context, a *readmodel.Asset, events []readmodel.Event) page.Item {
	item := page.Item{
		Code: a.ID, Rulebook: a.Rulebook, Maker: v.party(a.Maker), Custodian: v.party(a.Custodian),
		State: page.State{Name: a.State}, Position: a.Position, Quantity: a.Quantity, Tags: a.Tags,
		Address: v.server.config.link(a.ID),
		Integrity: page.Integrity{
			Events: int(a.Seq), Block: v.block.Number, BlockTime: v.block.Time, Behind: v.block.Lag, //nolint:gosec // a life has few events
		},
	}
	if a.List != nil {
		item.Listed = a.List.Count
	}
	if a.Place != "" {
		item.Place = v.place(ctx, a.Place)
	}
	if a.Lot != "" {
		item.Lot = v.root(ctx, a.Lot, 0)
	}
	if a.UsedBy != "" {
		item.UsedBy = v.root(ctx, a.UsedBy, 0)
	}
	for _, parent := range a.Parents {
		item.Roots = append(item.Roots, *v.root(ctx, parent.Asset, parent.Amount))
	}
	v.kindOf(ctx, a, &item)
	devices, organisations := map[string]bool{}, map[string]bool{}
	for i := range events {
		e := &events[i]
		devices[e.Device], organisations[e.Organisation] = true, true
		if e.Status == readmodel.Disputed {
			item.Integrity.Disputed++
		}
		item.Events = append(item.Events, v.pageEvent(ctx, e))
	}
	item.Integrity.Devices, item.Integrity.Organisations = len(devices), len(organisations)
	item.Integrity.Events = max(item.Integrity.Events, len(events))
	item.MoreEvents = item.Integrity.Events - len(events)
	return item
}

func (v *views) place(ctx context.Context, id string) *page.Place {
	p := &page.Place{ID: id}
	if known, err := v.server.Reader.Place(ctx, id); err == nil {
		p.Title = known.Title
	}
	return p
}

// root names another asset. One that cannot be read keeps its code.
func (v *views) root(ctx context.Context, code string, amount int64) *page.Root {
	r := &page.Root{Code: code, Amount: amount}
	a, err := v.server.Reader.Asset(ctx, code)
	if err != nil {
		return r
	}
	if k := v.kind(ctx, a.Rulebook, a.Kind); k != nil {
		r.Name, r.Unit = k.Title, k.Unit
		if a.Quantity == nil {
			r.Amount = 0 // a single thing went in whole
		}
	}
	return r
}

// tones are what the disposition of the action that led to a state says about it (GS1 CBV).
var tones = map[string]page.Tone{
	"conformant": page.Accepted, "non_conformant": page.Refused, "inactive": page.Refused, "destroyed": page.Refused,
	"non_sellable_other": page.Refused, "in_progress": page.Plain, "in_transit": page.Waiting,
}

func (v *views) kindOf(ctx context.Context, a *readmodel.Asset, item *page.Item) {
	k := v.kind(ctx, a.Rulebook, a.Kind)
	if k != nil {
		item.Kind, item.Unit = k.Title, k.Unit
		if state := k.State(a.State); state != nil {
			item.State.Title = state.Title
		}
		for _, action := range k.Actions {
			if action.To == a.State && item.State.Tone == page.Plain {
				item.State.Tone = tones[action.EPCIS.Disposition]
			}
		}
		item.Fields = v.fields(ctx, k.Fields, a.Fields)
	}
	if a.Asleep {
		item.State.Tone = page.Asleep
	}
}

func (v *views) pageEvent(ctx context.Context, e *readmodel.Event) page.Event {
	view := v.event(ctx, e)
	out := page.Event{
		ID: view.ID, Action: view.ActionTitle, Name: view.Action, Claimed: view.At, Witnessed: view.Witnessed, Late: view.Late,
		Organisation: v.party(view.Organisation), Role: rootline.Text{En: view.Role, Zh: view.Role}, Signer: view.Name,
		Position: view.Place, Amount: view.Amount, Evidence: len(view.Evidence), Block: e.Block,
		Corrects: view.Corrects, CorrectedBy: view.CorrectedBy, Disputed: e.Status == readmodel.Disputed,
	}
	book := v.book(ctx, view.Rulebook)
	if book == nil {
		return out
	}
	for _, role := range book.Roles {
		if role.Name == view.Role {
			out.Role = role.Title
		}
	}
	k := book.Kind(view.Kind)
	if k == nil {
		return out
	}
	out.Unit = k.Unit
	values, err := rootline.ParseFields(view.Data)
	if action := k.Action(view.Action); action != nil && err == nil {
		out.Fields = v.fields(ctx, action.Asks.Data, values)
	}
	return out
}

// sortedNames are the names of values that no field describes.
func sortedNames(values rootline.Fields, known map[string]bool) []string {
	var names []string
	for name := range values {
		if !known[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
