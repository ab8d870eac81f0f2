package readmodel

import (
	"slices"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/rulebook"
)

// photoTypes are the types of files of which smaller pictures are made.
var photoTypes = []string{"image/jpeg", "image/png", "image/webp"}

// isPhoto reports whether a file is a photo, as the event says that names it.
func isPhoto(f rootline.Evidence) bool { return slices.Contains(photoTypes, f.Type) }

// stands is the condition that no committed event corrects the event e.
const stands = `NOT EXISTS (SELECT 1 FROM events c WHERE c.corrects <> '' AND c.corrects = e.id AND c.status = 'committed')`

// latestPhoto is the newest photo of the asset a, from an event that was not corrected; releasedPhoto the newest that is released.
const (
	latestPhoto = `(SELECT p.sha256 FROM photos p JOIN events e ON e.ordinal = p.event
	WHERE p.asset = a.id AND ` + stands + ` ORDER BY p.event DESC, p.position LIMIT 1)`
	releasedPhoto = `(SELECT p.sha256 FROM photos p JOIN events e ON e.ordinal = p.event
	WHERE p.asset = a.id AND ` + released + ` ORDER BY p.event DESC, p.position LIMIT 1)`
)

// released is the condition that a photo p is shown to the public: an act of releasing names it, of the organisation that
// answers for the asset a now, and nobody corrected it.
const released = `p.released = 1 AND e.organisation = a.custodian AND ` + stands

// PhotoReleased reports whether a file is a photo that is released to the public, of whatever asset.
func (v *View) PhotoReleased(sha256 rootline.Hash) (yes bool, err error) {
	_, err = v.one([]any{&yes}, `SELECT EXISTS (SELECT 1 FROM photos p INDEXED BY photos_released
		JOIN events e ON e.ordinal = p.event JOIN assets a ON a.id = p.asset WHERE p.sha256 = ? AND `+released+`)`, sha256[:])
	return yes, err
}

// addPhotos notes the photos of an event with its own item.
func (t *Tx) addPhotos(n *NewEvent) error {
	e := n.Event.Event
	if e == nil || e.Asset == "" || n.Status != Committed {
		return nil
	}
	releases, known := false, false
	for i, f := range e.Evidence {
		if !isPhoto(f) {
			continue
		}
		if !known {
			var err error
			if releases, err = t.releases(e.Rulebook, n.Kind, e.Action); err != nil {
				return err
			}
			known = true
		}
		t.bulks.photos.add(e.Asset, n.Ordinal, i, f.SHA256[:], releases)
	}
	return nil
}

// releases reports whether an action releases what its event names. A rulebook that cannot be read here releases nothing.
func (t *Tx) releases(book, kind, action string) (bool, error) {
	parsed, err := t.rulebook(book)
	if err != nil || parsed == nil {
		return false, err
	}
	k := parsed.Kind(kind)
	if k == nil {
		return false, nil
	}
	a := k.Action(action)
	return a != nil && a.Releases, nil
}

// rulebook reads an adopted version of a rulebook; nil for one that cannot be read here.
func (t *Tx) rulebook(version string) (*rulebook.Rulebook, error) {
	r, err := t.state.Get(rootline.Ref{Space: rootline.SpaceRulebook, ID: version})
	adopted, ok := r.(*rootline.AdoptedRulebook)
	if err != nil || !ok || adopted == nil {
		return nil, err
	}
	parsed, err := t.store.books.Parse(adopted.YAML)
	if err != nil {
		return nil, nil
	}
	return parsed, nil
}
