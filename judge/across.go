package judge

import (
	"maps"
	"slices"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/limits"
	"github.com/rootline/rootline/rulebook"
)

// kindName is the kind of an asset with the rulebook that it lives under: other works have kinds of the same name.
func kindName(asset *rootline.Asset) string { return asset.Rulebook + "/" + asset.Kind }

// readAs is an asset as the event's rulebook reads it. The asset lives under its own version, which may keep something in another
// type or unit than is read here: that is then not there for the rules.
func (a *act) readAs(k *rulebook.KindStates, asset *rootline.Asset) (*rootline.Asset, error) {
	if asset.Rulebook == a.rulebook.Ref() {
		return asset, nil
	}
	kind, err := a.kindOf(asset)
	if err != nil {
		return nil, err
	}
	unit, fields := a.rulebook.Reading(k)
	if kind == nil || kind.Unit != unit {
		return nil, rootline.Refuse(rootline.CodeWrongInput, asset.ID, rootline.Text{
			En: "%s counts it in another unit than %s", Zh: "%s 的计量单位与 %s 所读不同",
		}.Fill(asset.Rulebook, a.rulebook.Ref()))
	}
	read := asset
	for i := range fields {
		f := &fields[i]
		if kept := kind.Field(f.Name); kept != nil && kept.SameValues(f) {
			continue
		}
		if _, has := read.Fields[f.Name]; !has {
			continue
		}
		if read == asset {
			copied := *asset
			copied.Fields = maps.Clone(asset.Fields)
			read = &copied
		}
		delete(read.Fields, f.Name)
	}
	return read, nil
}

// readAbove is readAs for the asset that the event's own lies under.
func (a *act) readAbove(u *rulebook.Under, parent *rootline.Asset) (*rootline.Asset, error) {
	k := u.Of(parent)
	if k == nil {
		return parent, nil // the version that it was created under let it lie there
	}
	read, err := a.readAs(k, parent)
	if refused := rootline.AsError(err); refused != nil {
		return nil, refused.At("/under")
	}
	return read, err
}

// current is the version of a rulebook that holds; nil when none was adopted.
func (a *act) current(name string) (*rulebook.Rulebook, error) {
	current, err := get[*rootline.CurrentRulebook](a.view, rootline.Ref{Space: rootline.SpaceRulebook, ID: name})
	if err != nil || current == nil {
		return nil, err
	}
	book, err := a.book(versioned(name, current.Version))
	if rootline.CodeOf(err) == rootline.CodeUnknownRulebook {
		return nil, nil // the ledger of a rehearsal has no text of the versions before
	}
	return book, err
}

// across refuses a text that reads what other rulebooks do not have, and one that lacks what others read of it.
func (a *act) across(book *rulebook.Rulebook) error {
	others := map[string]*rulebook.Rulebook{}
	for _, name := range book.BooksRead() {
		of, err := a.current(name)
		if err != nil {
			return err
		}
		if of != nil {
			others[name] = of
		}
	}
	if problems := book.CheckReads(others); len(problems) > 0 {
		return rootline.Refuse(rootline.CodeBadRulebook, problems)
	}
	readers, err := a.readersOf(book.Name)
	if err != nil {
		return err
	}
	for _, name := range readers.Names {
		by, err := a.current(name)
		if err != nil {
			return err
		}
		for _, misfit := range by.Misfits(book) {
			return rootline.Refuse(rootline.CodeReadElsewhere, by.Ref(), misfit.Foreign.Name(), misfit.Says)
		}
	}
	return nil
}

// rulesAt points a refusal of a text at the member of the act that brings it.
func rulesAt(err error, pointer string) error {
	if refused := rootline.AsError(err); refused != nil {
		return refused.At(pointer)
	}
	return err
}

func (a *act) readersOf(name string) (*rootline.RulebookReaders, error) {
	known, err := get[*rootline.RulebookReaders](a.view, rootline.Ref{Space: rootline.SpaceReaders, ID: name})
	if err != nil || known == nil {
		return &rootline.RulebookReaders{Rulebook: name}, err
	}
	return known, nil
}

// readBy notes with each rulebook that a text reads that it does so, and with those that the version before it read, and this
// one does not, that it no longer does.
func (a *act) readBy(book *rulebook.Rulebook) error {
	reads, names := book.BooksRead(), book.BooksRead()
	before, err := a.current(book.Name)
	if err != nil {
		return err
	}
	if before != nil {
		names = append(names, before.BooksRead()...)
		slices.Sort(names)
		names = slices.Compact(names)
	}
	for _, name := range names {
		known, err := a.readersOf(name)
		if err != nil {
			return err
		}
		readers := &rootline.RulebookReaders{Rulebook: name}
		readers.Names = slices.DeleteFunc(slices.Clone(known.Names), func(one string) bool { return one == book.Name })
		if slices.Contains(reads, name) {
			readers.Names = append(readers.Names, book.Name)
		}
		if len(readers.Names) > limits.RulebookReaders {
			return rootline.Refuse(rootline.CodeTooManyReaders, name, limits.RulebookReaders)
		}
		a.view.put(readers)
	}
	return nil
}
