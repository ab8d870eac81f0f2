package readmodel

import (
	"context"

	"github.com/rootline/rootline"
	"github.com/rootline/rootline/rulebook"
)

// Rulebook returns an adopted rulebook by its name with version: "forestation@1".
func (s *Store) Rulebook(ctx context.Context, name string) (*Rulebook, error) {
	if _, _, ok := rootline.SplitRulebook(name); !ok {
		return nil, absent(name)
	}
	if book, err := s.rememberedRulebook(name); book != nil || err != nil {
		return book, err
	}
	return look(ctx, s, func(v *view) (*Rulebook, error) {
		adopted, err := record[*rootline.AdoptedRulebook](v, rootline.SpaceRulebook, name)
		if err != nil {
			return nil, err
		}
		if adopted == nil {
			return nil, v.missing(s, rootline.Ref{Space: rootline.SpaceRulebook, ID: name})
		}
		return v.rulebook(s, adopted)
	})
}

// Rulebooks lists all adopted versions of all rulebooks, in the order of their names with versions.
func (s *Store) Rulebooks(ctx context.Context) ([]Rulebook, error) {
	return look(ctx, s, func(v *view) ([]Rulebook, error) {
		all, err := collect(v, scanRecord[*rootline.AdoptedRulebook](rootline.SpaceRulebook),
			`SELECT substr(key, 3), value FROM state WHERE key >= 'R/' AND key < 'R0' AND instr(key, '@') > 0 ORDER BY key`)
		if err != nil {
			return nil, err
		}
		var out []Rulebook
		for _, adopted := range all {
			book, err := v.rulebook(s, adopted)
			if err != nil {
				return nil, err
			}
			out = append(out, *book)
		}
		return out, nil
	})
}

func (v *view) rulebook(s *Store, adopted *rootline.AdoptedRulebook) (*Rulebook, error) {
	book, err := s.books.Parse(adopted.YAML)
	if err != nil {
		return nil, err
	}
	current, err := record[*rootline.CurrentRulebook](v, rootline.SpaceRulebook, book.Name)
	if err != nil {
		return nil, err
	}
	return rulebookOf(adopted, book, current), nil
}

func rulebookOf(adopted *rootline.AdoptedRulebook, book *rulebook.Rulebook, current *rootline.CurrentRulebook) *Rulebook {
	return &Rulebook{
		Name: adopted.Name, Adopted: adopted.Adopted, YAML: adopted.YAML, Book: book,
		Current: current != nil && current.Version == book.Version,
	}
}

// rememberedRulebook is the rulebook when all of it is in memory; nil otherwise.
func (s *Store) rememberedRulebook(name string) (*Rulebook, error) {
	base, _, _ := rootline.SplitRulebook(name)
	s.memory.mu.RLock()
	adopted, _ := s.memory.records[rootline.Ref{Space: rootline.SpaceRulebook, ID: name}].record.(*rootline.AdoptedRulebook)
	current, _ := s.memory.records[rootline.Ref{Space: rootline.SpaceRulebook, ID: base}].record.(*rootline.CurrentRulebook)
	s.memory.mu.RUnlock()
	if adopted == nil || current == nil {
		return nil, nil
	}
	book, err := s.books.Parse(adopted.YAML)
	if err != nil {
		return nil, err
	}
	return rulebookOf(adopted, book, current), nil
}
