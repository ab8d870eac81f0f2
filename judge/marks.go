package judge

import (
	"strconv"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/rulebook"
	"github.com/rootline/rootline/strictjson"
)

// markRefs names the record of a mark in all at an asset, and that of the part of the event's own asset.
func markRefs(book *rulebook.Rulebook, m *rulebook.Mark, own *rootline.Asset, at string) (all, part rootline.Ref) {
	per := ""
	if m.PerUnder {
		per = own.Under
	}
	name := func(by string) rootline.Ref {
		return rootline.Ref{Space: rootline.SpaceMark, ID: rootline.MarkID(at, book.Name, m.Name, per, by)}
	}
	return name(""), name(own.ID)
}

// marked reads what lies at the assets that the event refers to, as far as the action leaves marks there, takes them back or looks at
// them: all in one go.
func (a *act) marked(action *rulebook.Action, own *rootline.Asset, refs []*rootline.Asset) (map[string]map[string]int64, error) {
	var wanted []rootline.Ref
	each := func(name string, parts bool) {
		m := a.rulebook.Mark(name)
		for _, at := range refs {
			all, part := markRefs(a.rulebook, m, own, at.ID)
			if wanted = append(wanted, all); parts && !m.Once {
				wanted = append(wanted, part)
			}
		}
	}
	for _, left := range action.Marks {
		each(left.Mark, true)
	}
	for _, name := range action.Unmarks {
		each(name, true)
	}
	for _, name := range action.MarksRead() {
		each(name, false)
	}
	if len(wanted) == 0 {
		return nil, nil
	}
	if err := a.view.base.Load(unique(wanted)); err != nil {
		return nil, err
	}
	marked := map[string]map[string]int64{}
	for _, name := range action.MarksRead() {
		for _, at := range refs {
			all, _ := markRefs(a.rulebook, a.rulebook.Mark(name), own, at.ID)
			known, err := get[*rootline.Mark](a.view, all)
			if err != nil {
				return nil, err
			}
			if known != nil {
				if marked[at.ID] == nil {
					marked[at.ID] = map[string]int64{}
				}
				marked[at.ID][name] = known.Sum
			}
		}
	}
	return marked, nil
}

// mark leaves the action's marks at the assets that the event refers to, and takes others back.
func (a *act) mark(action *rulebook.Action, facts *rulebook.Facts) error {
	for i, at := range facts.Refs {
		pointer := "/refs/" + strconv.Itoa(i)
		for _, left := range action.Marks {
			amount, refused := action.Amount(left, facts, at)
			if refused != nil {
				return refused.At(pointer)
			}
			if err := a.leave(a.rulebook.Mark(left.Mark), facts.Asset, at.ID, amount); err != nil {
				return rulesAt(err, pointer)
			}
		}
		for _, name := range action.Unmarks {
			if err := a.takeBack(a.rulebook.Mark(name), facts.Asset, at.ID); err != nil {
				return rulesAt(err, pointer)
			}
		}
	}
	return nil
}

// marksAt are copies of the records of a mark, to change: in all, and the part of the event's own asset. One that is left once is
// only that asset's, and has no parts.
func (a *act) marksAt(m *rulebook.Mark, own *rootline.Asset, at string) (all, part *rootline.Mark, err error) {
	one := func(ref rootline.Ref) (*rootline.Mark, error) {
		known, err := get[*rootline.Mark](a.view, ref)
		if err != nil || known == nil {
			return &rootline.Mark{ID: ref.ID}, err
		}
		copied := *known
		return &copied, nil
	}
	allRef, partRef := markRefs(a.rulebook, m, own, at)
	if all, err = one(allRef); err != nil || m.Once {
		return all, nil, err
	}
	part, err = one(partRef)
	return all, part, err
}

// leftMarkAt reports whether an asset has left a mark at another one by which a recall of that one reaches it.
func (a *act) leftMarkAt(asset *rootline.Asset, at string) (bool, error) {
	book, err := a.book(asset.Rulebook)
	if err != nil {
		return false, err
	}
	for i := range book.Marks {
		m := &book.Marks[i]
		if !m.Recalls {
			continue
		}
		all, part := markRefs(book, m, asset, at)
		if m.Once {
			part = all
		}
		known, err := get[*rootline.Mark](a.view, part)
		if err != nil {
			return false, err
		}
		if known != nil && known.Count > 0 && (!m.Once || known.Asset == asset.ID) {
			return true, nil
		}
	}
	return false, nil
}

func (a *act) leave(m *rulebook.Mark, own *rootline.Asset, at string, amount int64) error {
	all, part, err := a.marksAt(m, own, at)
	if err != nil {
		return err
	}
	switch {
	case m.Once && all.Count > 0:
		return rootline.Refuse(rootline.CodeMarked, at, m.Name, all.Asset)
	case all.Sum > strictjson.MaxInteger-amount:
		return rootline.Refuse(rootline.CodeBadData, at+": "+m.Name)
	}
	if m.Once {
		all.Asset = own.ID
	} else {
		part.Count++
		part.Sum += amount
		a.view.put(part)
	}
	all.Count++
	all.Sum += amount
	a.view.put(all)
	return nil
}

// takeBack takes back all that the event's own asset left at another one, and nothing of anybody else.
func (a *act) takeBack(m *rulebook.Mark, own *rootline.Asset, at string) error {
	all, part, err := a.marksAt(m, own, at)
	if err != nil {
		return err
	}
	if m.Once {
		if all.Count == 0 || all.Asset != own.ID {
			return rootline.Refuse(rootline.CodeNotMarked, at, m.Name, own.ID)
		}
		a.view.put(&rootline.Mark{ID: all.ID})
		return nil
	}
	if part.Count == 0 {
		return rootline.Refuse(rootline.CodeNotMarked, at, m.Name, own.ID)
	}
	all.Count -= part.Count
	all.Sum -= part.Sum
	a.view.put(all)
	a.view.put(&rootline.Mark{ID: part.ID})
	return nil
}
