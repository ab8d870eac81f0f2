package main

import (
	"context"
	"encoding/json"
	"time"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/rulebook"
	"github.com/rootline/rootline/web/page"
)

// echoTime is how long the gateway may take to tell units. Without it the amounts are told in the smallest unit.
const echoTime = 5 * time.Second

// echo tells the amounts of an event before it is signed, as people read them, with their units.
func (r *recorder) echo(ctx context.Context, e *rootline.Event) {
	var data map[string]rootline.Value
	_ = json.Unmarshal(e.Data, &data) // what is no data is refused when it is signed
	if e.Amount == 0 && len(e.Inputs) == 0 && len(data) == 0 {
		return
	}
	ctx, end := context.WithTimeout(ctx, echoTime)
	defer end()
	of := r.kindOf(ctx, e.Asset, e.Rulebook, e.Kind)
	if e.Amount != 0 {
		r.env.note("amount: %s", amountIn(e.Amount, of))
	}
	for _, in := range e.Inputs {
		r.env.note("uses %s: %s", in.Asset, amountIn(in.Amount, r.kindOf(ctx, in.Asset, "", "")))
	}
	if of == nil {
		return
	}
	action := of.Action(e.Action)
	if action == nil {
		return
	}
	for i := range action.Asks.Data {
		f := &action.Asks.Data[i]
		if v, ok := data[f.Name]; ok && v.Kind() == rootline.IntegerValue {
			shown := page.Field{Unit: f.Unit, In: f.In, Places: f.Digits}
			if f.Max != nil {
				shown.Most = *f.Max
			}
			r.env.note("%s: %s", first(f.Title.En, f.Name), page.Amount(shown, v.Int(), page.English))
		}
	}
}

// amountIn is an amount of a kind; of nil is not known.
func amountIn(n int64, of *rulebook.Kind) string {
	if of == nil {
		return page.Amount(page.Field{}, n, page.English) + ", in the smallest unit of its kind"
	}
	return page.Amount(page.Field{Unit: of.Unit}, n, page.English)
}

// kindOf is the kind of an asset, of which book and kind are what an event says; nil when nobody can tell.
func (r *recorder) kindOf(ctx context.Context, asset, book, kind string) *rulebook.Kind {
	if kind == "" {
		a, err := r.gateway.Asset(ctx, asset)
		if err != nil {
			return nil
		}
		book, kind = a.Rulebook, a.Kind
	}
	view, err := r.gateway.Rulebook(ctx, book)
	if err != nil {
		return nil
	}
	parsed, err := rulebook.Parse([]byte(view.YAML))
	if err != nil {
		return nil
	}
	return parsed.Kind(kind)
}
