package readmodel

import "github.com/rootline/rootline"

// BlockTime returns the time of a block that was applied, in this transaction or before; ok is false otherwise.
func (t *Tx) BlockTime(number uint64) (at rootline.Instant, ok bool, err error) {
	if err := t.bulks.blocks.flush(t.ctx, t.prepare); err != nil {
		return 0, false, err
	}
	ok, err = t.view().one([]any{&at}, `SELECT time FROM blocks WHERE number = ?`, number)
	return at, ok, err
}
