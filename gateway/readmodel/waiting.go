package readmodel

import (
	"context"

	"github.com/rootline/rootline"
)

// oldestLooked is how many assets are looked through for the one that has waited longest.
const oldestLooked = 20_000

// OldestOf is when the asset that has stood unchanged longest, of a rulebook's kind in a state, last changed. ok is false when there is
// none, or none among the first that are looked through.
func (s *Store) OldestOf(ctx context.Context, book, kind, state string) (at rootline.Instant, ok bool, err error) {
	_, err = look(ctx, s, func(v *view) (struct{}, error) {
		// Few are looked at by themselves. Of many, one is soon found among those that changed longest ago.
		var n int64
		if _, err := v.one([]any{&n}, `SELECT coalesce(sum(n), 0) FROM stocks WHERE book = ? AND kind = ? AND state = ?`, book, kind, state); err != nil || n == 0 {
			return struct{}{}, err
		}
		query := `SELECT changed FROM assets INDEXED BY assets_group WHERE kind = ? AND state = ? AND rulebook > ? AND rulebook < ? ORDER BY changed LIMIT 1`
		args := []any{kind, state, book + "@", book + "A"}
		if n > oldestLooked {
			query = `SELECT changed FROM (SELECT changed, kind, state, rulebook FROM assets INDEXED BY assets_changed ORDER BY changed, id LIMIT ?)
				WHERE kind = ? AND state = ? AND rulebook > ? AND rulebook < ? LIMIT 1`
			args = append([]any{oldestLooked}, args...)
		}
		v.long = true
		ok, err = v.one([]any{&at}, query, args...)
		return struct{}{}, err
	})
	return at, ok, err
}

// MaxPending is how many assets PendingAssets gives.
const MaxPending = 500

// PendingAssets are the assets of which an action waits for more signatures, those that changed longest ago first, as far as
// MaxPending.
func (s *Store) PendingAssets(ctx context.Context) ([]rootline.Asset, error) {
	return look(ctx, s, func(v *view) ([]rootline.Asset, error) {
		v.long = true
		found, err := collect(v, scanRecord[*rootline.Asset](rootline.SpaceAsset), `SELECT a.id, s.value FROM assets a
			JOIN state s ON s.key = 'A/' || a.id WHERE a.pending <> '' ORDER BY a.changed, a.id LIMIT ?`, MaxPending)
		out := make([]rootline.Asset, len(found))
		for i, a := range found {
			out[i] = *a
		}
		return out, err
	})
}
