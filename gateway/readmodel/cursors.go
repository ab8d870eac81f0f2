package readmodel

import "context"

// Cursor returns how far the blocks were applied; ok is false before the first.
func (s *Store) Cursor(ctx context.Context) (c Cursor, ok bool, err error) {
	_, err = look(ctx, s, func(v *view) (struct{}, error) {
		c, ok, err = v.cursor()
		return struct{}{}, err
	})
	return c, ok, err
}

func (v *view) cursor() (Cursor, bool, error) {
	var c Cursor
	found, err := v.one([]any{&c.Block, (*hash)(&c.Hash), &c.Time}, `SELECT block, hash, time FROM cursor`)
	return c, found, err
}
