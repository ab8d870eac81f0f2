package rulebook

import (
	"slices"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/rootline/rootline"
)

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
