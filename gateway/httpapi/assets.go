package httpapi

import (
	"github.com/rootline/rootline"
	"github.com/rootline/rootline/gateway/query"
	"github.com/rootline/rootline/gateway/readmodel"
	"github.com/rootline/rootline/rulebook"
)

// AssetView is an asset with what a page needs to show it.
type AssetView struct {
	rootline.Asset
	KindTitle   rootline.Text            `json:"kindTitle"`
	StateTitle  rootline.Text            `json:"stateTitle"`
	PlaceTitle  rootline.Text            `json:"placeTitle,omitzero" doc:"What the place is called that it belongs to"`
	Unit        string                   `json:"unit,omitempty" doc:"The smallest unit that amounts are counted in"`
	FieldTitles map[string]rootline.Text `json:"fieldTitles,omitempty"`
	Tags        []string                 `json:"tags" doc:"Codes that lead to it besides its own, replaced ones included"`
	Asleep      bool                     `json:"asleep" doc:"It is only a code on its lot's list so far, and is shown with the lot's state"`
	Disputed    bool                     `json:"disputed" doc:"An event that this gateway judges otherwise names it"`
	Unjudged    string                   `json:"unjudged,omitempty" doc:"The transaction, quarantined at this gateway, that something newer of it goes back to: what is shown is what was judged before"`
	URL         string                   `json:"url" doc:"Its page"`
	Block       BlockRef                 `json:"block" doc:"The block that this answer is current to"`
}

type assetsInput struct {
	query.Paging
	query.AssetsFilter
	Order string `query:"order" enum:"newest" doc:"The last changed first; without it in the order of the codes"`
	Count bool   `query:"count" doc:"Also say how many match, as far as they are counted"`
}

// CountView is how many there are, as far as they were counted.
type CountView struct {
	N    int  `json:"n"`
	More bool `json:"more" doc:"There are more than n, or may be"`
}

type assetOutput struct{ Body AssetView }

type assetsOutput struct {
	Body struct {
		Items []AssetView `json:"items"`
		Next  string      `json:"next,omitempty" doc:"Cursor of the next page; absent on the last. A page may be short, or empty, and not the last: it then stopped looking"`
		Count *CountView  `json:"count,omitempty" doc:"How many match, if that was asked"`
		Block uint64      `json:"block" doc:"The block that this answer is current to"`
	}
}

// asset shows one asset, found by its own code, by a tag, or as a sleeping item of a listed lot.
func (s *Server) asset(v *reply, in *query.CodePath) (*assetOutput, error) {
	if err := query.CheckCode(in.ID); err != nil {
		return nil, err
	}
	a, err := v.Asset(in.ID)
	if err != nil {
		return nil, err
	}
	return &assetOutput{Body: v.asset(a)}, nil
}

// assets lists assets, in the order of their codes or the last changed first.
func (s *Server) assets(v *reply, in *assetsInput) (*assetsOutput, error) {
	f, err := in.Filter()
	if err != nil {
		return nil, err
	}
	f.Order = readmodel.Order(in.Order)
	list, err := v.Assets(f, in.Page())
	if err != nil {
		return nil, err
	}
	out := &assetsOutput{}
	if in.Count {
		n, err := v.CountAssets(f)
		if err != nil {
			return nil, err
		}
		out.Body.Count = &CountView{N: n.N, More: n.More}
	}
	out.Body.Items, out.Body.Next, out.Body.Block = make([]AssetView, len(list.Items)), list.Next, v.block.Number
	for i := range list.Items {
		out.Body.Items[i] = v.asset(&list.Items[i])
	}
	return out, nil
}

// book returns a rulebook, or nil when this gateway cannot read it; titles are then missing, and nothing else is.
func (v *reply) book(ref string) *rulebook.Rulebook {
	if b, ok := v.books[ref]; ok {
		return b
	}
	var found *rulebook.Rulebook
	if r, err := v.Rulebook(ref); err == nil {
		found = r.Book
	}
	v.books[ref] = found
	return found
}

// placeTitle is what a place is called; zero when this gateway does not know it.
func (v *reply) placeTitle(id string) rootline.Text {
	if id == "" {
		return rootline.Text{}
	}
	return v.place(id).Title
}

// place returns a place; one that this gateway does not know has only its id.
func (v *reply) place(id string) *rootline.Place {
	p, ok := v.places[id]
	if !ok {
		var err error
		if p, err = v.Place(id); err != nil {
			p = &rootline.Place{ID: id}
		}
		v.places[id] = p
	}
	return p
}

func (v *reply) kind(ref, name string) *rulebook.Kind {
	if b := v.book(ref); b != nil {
		return b.Kind(name)
	}
	return nil
}

func (v *reply) asset(a *readmodel.Asset) AssetView {
	view := AssetView{
		Asset: a.Asset, Tags: a.Tags, Asleep: a.Asleep, Disputed: a.Disputed, Unjudged: a.Unjudged,
		URL: v.server.config.link(a.ID), Block: v.block, PlaceTitle: v.placeTitle(a.Place),
	}
	if view.Tags == nil {
		view.Tags = []string{}
	}
	k := v.kind(a.Rulebook, a.Kind)
	if k == nil {
		return view
	}
	view.KindTitle, view.Unit = k.Title, k.Unit
	if state := k.State(a.State); state != nil {
		view.StateTitle = state.Title
	}
	for name := range a.Fields {
		if f := k.Field(name); f != nil {
			if view.FieldTitles == nil {
				view.FieldTitles = map[string]rootline.Text{}
			}
			view.FieldTitles[name] = f.Title
		}
	}
	return view
}
