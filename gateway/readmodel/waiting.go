package readmodel

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rootline/rootline"
)

// oldestLooked is how many assets are looked through for the one that has waited longest.
const oldestLooked = 20_000

// OldestOf is when the asset that has stood unchanged longest, of a rulebook's kind in a state, last changed. ok is false when there is
// none, or none among the first that are looked through.
func (v *View) OldestOf(book, kind, state string) (at rootline.Instant, ok bool, err error) {
	// Few are looked at by themselves. Of many, one is soon found among those that changed longest ago.
	var n int64
	if _, err := v.one([]any{&n}, `SELECT coalesce(sum(n), 0) FROM stocks WHERE book = ? AND kind = ? AND state = ?`, book, kind, state); err != nil || n == 0 {
		return 0, false, err
	}
	query := `SELECT changed FROM assets INDEXED BY assets_group WHERE kind = ? AND state = ? AND rulebook > ? AND rulebook < ? ORDER BY changed LIMIT 1`
	args := []any{kind, state, book + "@", book + "A"}
	if n > oldestLooked {
		query = `SELECT changed FROM (SELECT changed, kind, state, rulebook FROM assets INDEXED BY assets_changed ORDER BY changed, id LIMIT ?)
			WHERE kind = ? AND state = ? AND rulebook > ? AND rulebook < ? LIMIT 1`
		args = append([]any{oldestLooked}, args...)
	}
	v = v.long()
	ok, err = v.one([]any{&at}, query, args...)
	return at, ok, err
}

// Cosign are the assets of a rulebook's kind of which an action waits for more signatures.
type Cosign struct {
	Rulebook, Kind, Action string // Rulebook with its version
	Count                  int64
	// Oldest is when the one that has waited longest last changed, Asset its id.
	Oldest rootline.Instant
	Asset  string
}

// Cosigns counts, by rulebook, kind and action, the assets of which an action waits for more signatures and that neither
// the organisation nor anybody of the role has signed. All are counted, however many of them somebody causes. The groups
// come in the order of who has waited longest.
func (v *View) Cosigns(organisation, role string) ([]Cosign, error) {
	of := map[[3]string]*Cosign{}
	err := each(v, rootline.SpaceAsset, func(a *rootline.Asset) {
		if a.Pending == nil || slices.ContainsFunc(a.Pending.Signatures, func(g rootline.Signature) bool {
			return g.Organisation == organisation || g.Role == role
		}) {
			return
		}
		key := [3]string{a.Rulebook, a.Kind, a.Pending.Action}
		c := of[key]
		if c == nil {
			c = &Cosign{Rulebook: a.Rulebook, Kind: a.Kind, Action: a.Pending.Action, Oldest: a.Changed, Asset: a.ID}
			of[key] = c
		}
		c.Count++
		if a.Changed < c.Oldest || a.Changed == c.Oldest && a.ID < c.Asset {
			c.Oldest, c.Asset = a.Changed, a.ID
		}
	}, `SELECT a.id, s.value FROM assets a INDEXED BY assets_pending JOIN state s ON s.key = 'A/' || a.id WHERE a.pending <> ''`)
	out := make([]Cosign, 0, len(of))
	for _, c := range of {
		out = append(out, *c)
	}
	slices.SortFunc(out, func(a, b Cosign) int {
		return cmp.Or(cmp.Compare(a.Oldest, b.Oldest), strings.Compare(a.Asset, b.Asset))
	})
	return out, err
}
