package readmodel

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"math"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/limits"
)

// Page asks for a part of a list. Cursor is a Next of the page before, "" for the first. Limit is how many; 0 means
// DefaultLimit, and MaxLimit is the most. Going on from a cursor neither repeats nor skips what was there all along,
// whatever is recorded meanwhile.
type Page struct {
	Cursor string
	Limit  int
}

// The sizes of pages.
const (
	DefaultLimit = 50
	MaxLimit     = limits.PageItems
)

func (p Page) limit() int {
	switch {
	case p.Limit <= 0:
		return DefaultLimit
	case p.Limit > MaxLimit:
		return MaxLimit
	}
	return p.Limit
}

// List is one page of a list. Next is "" on the last.
type List[T any] struct {
	Items []T
	Next  string
}

// after reads the key that a cursor stands for into key and reports whether there is one. Each list marks its cursors
// with its name, so that one list's are refused by another.
func after[K any](list string, p Page, key *K) (bool, error) {
	if p.Cursor == "" {
		return false, nil
	}
	var c struct {
		List string
		Key  *K
	}
	c.Key = key
	var b []byte
	err := errors.New("too long")
	if len(p.Cursor) <= limits.CursorBytes {
		b, err = base64.RawURLEncoding.DecodeString(p.Cursor)
	}
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	if n, ok := any(c.Key).(*uint64); err == nil && ok && n != nil && *n > math.MaxInt64 {
		err = errors.New("no number of a row")
	}
	if err != nil || c.List != list || c.Key == nil {
		return false, rootline.Refuse(rootline.CodeBadRequest, rootline.Text{En: "cursor: take it from \"next\" of the page before", Zh: "cursor：请使用上一页的 next"}).At("cursor")
	}
	return true, nil
}

func cursorOf[K any](list string, key K) string {
	b, err := json.Marshal(struct {
		List string
		Key  K
	}{list, key})
	if err != nil {
		panic("readmodel: the key of a page is always encodable: " + err.Error())
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// paged cuts rows, of which one more than the limit was read, to a page.
func paged[T, K any](list string, rows []T, limit int, key func(*T) K) List[T] {
	if len(rows) <= limit {
		return List[T]{Items: rows}
	}
	rows = rows[:limit]
	return List[T]{Items: rows, Next: cursorOf(list, key(&rows[limit-1]))}
}
