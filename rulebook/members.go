package rulebook

import (
	"slices"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/rootline/rootline"
)

// memberOf is a member that every asset has, whatever its kind.
type memberOf struct {
	name string
	t    *types.Type
	get  func(*view) ref.Val
}

var assetMembers = []memberOf{
	{"id", types.StringType, func(v *view) ref.Val { return text(v.ID) }},
	{"kind", types.StringType, func(v *view) ref.Val { return text(v.Kind) }},
	{"state", types.StringType, func(v *view) ref.Val { return text(v.State) }},
	{"maker", types.StringType, func(v *view) ref.Val { return text(v.Maker) }},
	{"custodian", types.StringType, func(v *view) ref.Val { return text(v.Custodian) }},
	{"lot", types.StringType, func(v *view) ref.Val { return text(v.Lot) }},
	{"usedBy", types.StringType, func(v *view) ref.Val { return text(v.UsedBy) }},
	{"under", types.StringType, func(v *view) ref.Val { return text(v.Under) }},
	{"frozen", types.BoolType, func(v *view) ref.Val { return types.Bool(len(v.Frozen) > 0) }},
	{"signers", types.NewListType(types.StringType), func(v *view) ref.Val { return signersOf(v.Pending) }},
	{"seq", types.IntType, func(v *view) ref.Val { return types.Int(v.Seq) }},
	{"changed", types.IntType, func(v *view) ref.Val { return moment(v.Changed) }},
	{"total", types.IntType, func(v *view) ref.Val {
		switch {
		case v.Quantity != nil:
			return types.Int(v.Quantity.Total)
		case v.List != nil:
			return types.Int(v.List.Count)
		}
		return nil
	}},
	{"left", types.IntType, func(v *view) ref.Val {
		if v.Quantity == nil {
			return nil
		}
		return types.Int(v.Quantity.Left)
	}},
	{"position", positionType, func(v *view) ref.Val { return positionOf(v.Position) }},
	{"place", placeType, func(v *view) ref.Val {
		if v.Place == "" {
			return nil
		}
		return placeOf(v.Place, v.facts)
	}},
}

func isOwn(members []memberOf, name string) bool {
	for _, m := range members {
		if m.name == name {
			return true
		}
	}
	return false
}

func addAsset(s shapes, of *types.Type) {
	for _, m := range assetMembers {
		s.add(of, m.name, m.t, func(x any) ref.Val { return m.get(x.(*view)) })
	}
}

// addEvent declares the members that an event of the action can have; asking for a rest would never be answered.
func addEvent(s shapes, a *Action) {
	event := func(name string, asked bool, t *types.Type, get func(*Facts) ref.Val) {
		if asked {
			s.add(eventType, name, t, func(x any) ref.Val { return get(x.(*Facts)) })
		}
	}
	asks := &a.Asks
	event("at", true, types.IntType, func(f *Facts) ref.Val { return moment(f.Event.At) })
	event("witnessed", true, types.IntType, func(f *Facts) ref.Val { return moment(f.Witnessed) })
	event("evidence", true, types.IntType, func(f *Facts) ref.Val { return types.Int(len(f.Event.Evidence)) })
	event("place", asks.Place != No, positionType, func(f *Facts) ref.Val { return positionOf(f.Event.Place) })
	event("data", len(asks.Data) > 0, dataType, func(f *Facts) ref.Val { return &object{dataType, f} })
	event("corrects", asks.Corrects, types.StringType, func(f *Facts) ref.Val { return text(f.Event.Corrects) })
	event("tag", asks.Tag != "", types.StringType, func(f *Facts) ref.Val { return text(f.Event.Tag) })
	event("amount", asks.Amount != No, types.IntType, func(f *Facts) ref.Val {
		if f.Event.Amount == 0 {
			return nil
		}
		return types.Int(f.Event.Amount)
	})
	event("count", asks.List, types.IntType, func(f *Facts) ref.Val {
		if f.Event.List == nil {
			return nil
		}
		return types.Int(f.Event.List.Count)
	})
}

func addRest(s shapes) {
	actor := func(name string, get func(*Actor) string) {
		s.add(actorType, name, types.StringType, func(x any) ref.Val { return text(get(&x.(*Facts).Actor)) })
	}
	actor("device", func(a *Actor) string { return a.Device })
	actor("org", func(a *Actor) string { return a.Organisation })
	actor("role", func(a *Actor) string { return a.Role })

	position := func(name string, get func(*rootline.Position) int64) {
		s.add(positionType, name, types.IntType, func(x any) ref.Val { return types.Int(get(x.(*rootline.Position))) })
	}
	position("lat", func(p *rootline.Position) int64 { return p.Lat })
	position("lon", func(p *rootline.Position) int64 { return p.Lon })
	position("accuracy", func(p *rootline.Position) int64 { return p.Accuracy })

	s.add(placeType, "id", types.StringType, func(x any) ref.Val { return text(x.(*site).id) })
	place := func(name string, t *types.Type, get func(*rootline.Place) ref.Val) {
		s.add(placeType, name, t, func(x any) ref.Val {
			if p := x.(*site).place; p != nil {
				return get(p)
			}
			return nil
		})
	}
	place("kind", types.StringType, func(p *rootline.Place) ref.Val { return text(p.Kind) })
	place("parent", types.StringType, func(p *rootline.Place) ref.Val { return text(p.Parent) })
	chainage := func(name string, t *types.Type, get func(*rootline.Chainage) ref.Val) {
		place(name, t, func(p *rootline.Place) ref.Val {
			if p.Chainage == nil {
				return nil
			}
			return get(p.Chainage)
		})
	}
	chainage("from", types.IntType, func(c *rootline.Chainage) ref.Val { return types.Int(c.From) })
	chainage("to", types.IntType, func(c *rootline.Chainage) ref.Val { return types.Int(c.To) })
	chainage("side", types.StringType, func(c *rootline.Chainage) ref.Val { return text(c.Side) })
}

// text makes a string value; an empty one is absent.
func text(s string) ref.Val {
	if s == "" {
		return nil
	}
	return types.String(s)
}

// moment is an instant in whole seconds since 1970; zero is absent.
func moment(i rootline.Instant) ref.Val {
	if i == 0 {
		return nil
	}
	return types.Int(i.Seconds())
}

func positionOf(p *rootline.Position) ref.Val {
	if p == nil {
		return nil
	}
	return &object{positionType, p}
}

// signersOf are the organisations whose signature waits for those of others.
func signersOf(p *rootline.Pending) ref.Val {
	list := []ref.Val{}
	if p != nil {
		for _, s := range p.Signatures {
			list = append(list, types.String(s.Organisation))
		}
	}
	return types.NewRefValList(types.DefaultTypeAdapter, list)
}

// hasChildren reports whether something may lie under assets of the kind.
func hasChildren(book *Rulebook, kind string) bool {
	return slices.ContainsFunc(book.Kinds, func(k *Kind) bool { return k.Under != nil && k.Under.Of(kind) })
}

// addChildren declares what is counted of the assets under one. What nothing counted for is 0.
func addChildren(s shapes, book *Rulebook) {
	names := []string{CountTotal, CountFrozen}
	for _, k := range book.Kinds {
		if k.Under == nil {
			continue
		}
		for _, c := range k.Under.Counts {
			names = append(names, c.Name)
		}
	}
	for _, name := range names {
		s.add(childrenType, name, types.IntType, func(x any) ref.Val { return types.Int(x.(*view).Children[name]) })
	}
}
