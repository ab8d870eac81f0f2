package rulebook

import "sync"

// Cache keeps parsed rulebooks by their text. It is for adopted ones, of which there are few and none changes: it
// forgets nothing. The zero value is ready; it may be used by many goroutines.
type Cache struct {
	mu    sync.Mutex
	known []parsed
}

type parsed struct {
	text string
	book *Rulebook
}

// Parse is the package's Parse for a text that is asked for again and again. What does not parse is not kept.
func (c *Cache) Parse(text string) (*Rulebook, error) {
	if book := c.find(text); book != nil {
		return book, nil
	}
	book, err := Parse([]byte(text))
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known = append(c.known, parsed{text, book}) // should two have parsed it at once, the first is found
	return book, nil
}

// find compares texts one by one: equal ones are mostly the same string in memory, which is seen at once, as different
// lengths are. A map would read all of a text, up to 128 KiB, for every event.
func (c *Cache) find(text string) *Rulebook {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.known {
		if k := &c.known[i]; k.text == text {
			k.text = text // the copy that is in use now
			return k.book
		}
	}
	return nil
}
