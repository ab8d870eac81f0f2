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
	{"id", itemType, func(v *view) ref.Val { return identify(itemType, v.ID) }},
	{"kind", types.StringType, func(v *view) ref.Val { return text(v.Kind) }},
	{"state", types.StringType, func(v *view) ref.Val { return text(v.State) }},
	{"maker", organisationType, func(v *view) ref.Val { return identify(organisationType, v.Maker) }},
	{"custodian", organisationType, func(v *view) ref.Val { return identify(organisationType, v.Custodian) }},
	{"lot", itemType, func(v *view) ref.Val { return identify(itemType, v.Lot) }},
	{"usedBy", itemType, func(v *view) ref.Val { return identify(itemType, v.UsedBy) }},
	{"under", itemType, func(v *view) ref.Val { return identify(itemType, v.Under) }},
	{"frozen", types.BoolType, func(v *view) ref.Val { return types.Bool(len(v.Frozen) > 0) }},
	{"signers", types.NewListType(organisationType), func(v *view) ref.Val { return signersOf(v.Pending) }},
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
	event("files", true, types.NewListType(fileType), func(f *Facts) ref.Val {
		files := make([]ref.Val, len(f.Event.Evidence))
		for i := range f.Event.Evidence {
			files[i] = &object{fileType, &f.Event.Evidence[i]}
		}
		return types.NewRefValList(adapter{}, files)
	})
	event("place", asks.Place != No, positionType, func(f *Facts) ref.Val { return positionOf(f.Event.Place) })
	event("data", len(asks.Data) > 0, dataType, func(f *Facts) ref.Val { return &object{dataType, f} })
	event("corrects", asks.Corrects, eventIDType, func(f *Facts) ref.Val { return identify(eventIDType, f.Event.Corrects) })
	event("tag", asks.Tag != "", itemType, func(f *Facts) ref.Val { return identify(itemType, f.Event.Tag) })
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
	file := func(name string, t *types.Type, get func(*rootline.Evidence) ref.Val) {
		s.add(fileType, name, t, func(x any) ref.Val { return get(x.(*rootline.Evidence)) })
	}
	file("type", types.StringType, func(f *rootline.Evidence) ref.Val { return text(f.Type) })
	file("size", types.IntType, func(f *rootline.Evidence) ref.Val { return types.Int(f.Size) })
	file("hash", hashType, func(f *rootline.Evidence) ref.Val { return identify(hashType, f.SHA256.String()) })

	actor := func(name string, t *types.Type, get func(*Actor) ref.Val) {
		s.add(actorType, name, t, func(x any) ref.Val { return get(&x.(*Facts).Actor) })
	}
	actor("device", deviceType, func(a *Actor) ref.Val { return identify(deviceType, a.Device) })
	actor("org", organisationType, func(a *Actor) ref.Val { return identify(organisationType, a.Organisation) })
	actor("role", types.StringType, func(a *Actor) ref.Val { return text(a.Role) })

	// Of a position only the accuracy is a number: two coordinates name a place as well as its id does.
	s.add(positionType, "accuracy", types.IntType, func(x any) ref.Val { return types.Int(x.(*rootline.Position).Accuracy) })

	s.add(placeType, "id", placeIDType, func(x any) ref.Val { return identify(placeIDType, x.(*site).id) })
	place := func(name string, t *types.Type, get func(*rootline.Place) ref.Val) {
		s.add(placeType, name, t, func(x any) ref.Val {
			if p := x.(*site).place; p != nil {
				return get(p)
			}
			return nil
		})
	}
	place("kind", types.StringType, func(p *rootline.Place) ref.Val { return text(p.Kind) })
	place("parent", placeIDType, func(p *rootline.Place) ref.Val { return identify(placeIDType, p.Parent) })
	along := func(name string, t *types.Type, get func(*rootline.Chainage) ref.Val) {
		place(name, t, func(p *rootline.Place) ref.Val {
			if p.Chainage == nil {
				return nil
			}
			return get(p.Chainage)
		})
	}
	along("from", chainageType, func(c *rootline.Chainage) ref.Val { return chainage(c.From) })
	along("to", chainageType, func(c *rootline.Chainage) ref.Val { return chainage(c.To) })
	along("side", types.StringType, func(c *rootline.Chainage) ref.Val { return text(c.Side) })
}

// text makes a word, which is CEL's string; an empty one is absent.
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
			list = append(list, &identity{organisationType, s.Organisation})
		}
	}
	return types.NewRefValList(adapter{}, list)
}

// hasChildren reports whether something may lie under assets of the kind.
func hasChildren(book *Rulebook, kind string) bool {
	return slices.ContainsFunc(book.Kinds, func(k *Kind) bool {
		return slices.ContainsFunc(k.Breakdowns(), func(u *Under) bool { return u.ofOwn(kind) })
	})
}

// addChildren declares what is counted of the assets under one. What nothing counted for is 0.
func addChildren(s shapes, book *Rulebook) {
	names := []string{CountTotal, CountFrozen}
	for _, k := range book.Kinds {
		for _, u := range k.Breakdowns() {
			for _, c := range u.Counts {
				if c.Of == "" {
					names = append(names, c.Name)
					continue
				}
				s.add(childrenType, c.Name, types.IntType, func(x any) ref.Val {
					above := x.(*view)
					best, known := above.Tallies[TallyKey(above.Rulebook, book.Name, c.Of, c.Name)].Best()
					if !known {
						return nil
					}
					return types.Int(best)
				})
			}
		}
	}
	for _, name := range names {
		s.add(childrenType, name, types.IntType, func(x any) ref.Val {
			above := x.(*view)
			return types.Int(above.Children[CountKey(above.Rulebook, book.Name, name)])
		})
	}
}
