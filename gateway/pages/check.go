package pages

import (
	"context"
	"io"
	"net/http"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/budget"
	"github.com/rootline/rootline/gateway/integrity"
	"github.com/rootline/rootline/web/page"
)

// Check makes the page that answers for people whether the record of an item is intact.
func (p *Pages) Check(ctx context.Context, who budget.Who, code, lang string) Page {
	if !rootline.ValidCode(code) {
		v, err := p.begin(ctx)
		if err != nil {
			return Trouble(lang, err)
		}
		defer v.Close()
		return v.noCode(code, lang)
	}
	report, checked := p.Compare(ctx, who, code)
	if checked != nil && rootline.CodeOf(checked) != rootline.CodeNotFound {
		return Trouble(lang, checked)
	}
	v, err := p.begin(ctx)
	if err != nil {
		return Trouble(lang, err)
	}
	defer v.Close()
	if checked != nil {
		return v.unknown(code, lang)
	}
	shown := v.checkShown(report)
	shown.Zone = p.Gateway.Zone
	if a, err := v.Asset(report.Asset); err == nil && a.Place != "" {
		shown.Project = v.project(a.Place)
	}
	if report.Asleep {
		shown.Code = code // one that sleeps on its lot's list
	}
	at := p.Gateway.BlockRef(report.Cursor) // what was checked, which may be older than the names around it
	return Page{status: http.StatusOK, at: &at, write: func(w io.Writer) error { return page.RenderCheck(w, lang, shown) }}
}

// checkShown says of each thing that was checked whether it agrees.
func (v *making) checkShown(r *integrity.Report) page.Check {
	shown := page.Check{
		Code: r.Asset, Events: r.Events, Signatures: r.Signatures, Devices: r.Devices, Organisations: r.Organisations,
		Disputed: r.Disputed, Unjudged: r.Unjudged, First: r.First, Last: r.Last, Blocks: r.Chain.Blocks, Read: r.Chain.Began, Head: r.Head,
		BlockHash: r.Cursor.Hash, Standing: v.Gateway.BlockRef(r.Cursor).Standing(),
		Signed: true, Linked: true, Led: true, Chained: r.Chain.Broken == nil, Compared: v.compared(r), Alike: true,
	}
	for _, f := range r.Faults {
		said := page.Fault{Kind: f.Kind(), Field: f.Field, By: v.party(f.By), Event: f.Event, Block: f.Block}
		switch said.Kind {
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
