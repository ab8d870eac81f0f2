package readmodel

import (
	"github.com/rootline/rootline"
	"github.com/rootline/rootline/rulebook"
)

// Rulebook returns an adopted rulebook by its name with version: "forestation@1".
func (v *View) Rulebook(name string) (*Rulebook, error) {
	if _, _, ok := rootline.SplitRulebook(name); !ok {
		return nil, absent(name)
	}
	adopted, err := record[*rootline.AdoptedRulebook](v, rootline.SpaceRulebook, name)
	if err != nil {
		return nil, err
	}
	if adopted == nil {
		return nil, v.missing(rootline.Ref{Space: rootline.SpaceRulebook, ID: name})
	}
	return v.rulebook(adopted)
}

// Adoption is the ballot by which a version of a rulebook was adopted.
type Adoption struct {
	Ballot string
	// YAML is the text, exactly as voted on.
	YAML string
}

// Adoption finds how a version of a rulebook, "forestation@1", was adopted; nil where the ledger has no such version.
func (v *View) Adoption(name string) (*Adoption, error) {
	adopted, err := record[*rootline.AdoptedRulebook](v, rootline.SpaceRulebook, name)
	if err != nil || adopted == nil {
		return nil, err
	}
	founded, err := v.Ledger()
	if err != nil || founded.Ledger == nil {
		return nil, err
	}
	ballots := []string{name}
	for _, mspID := range founded.Ledger.Organisations {
		ballots = append(ballots, rootline.OwnBallot(name, mspID))
	}
	for _, ballot := range ballots {
		b, err := record[*rootline.Ballot](v, rootline.SpaceBallot, ballot)
		if err != nil {
			return nil, err
		}
		if b != nil && b.SHA256 == rootline.HashOf([]byte(adopted.YAML)) && 2*len(b.Votes) > len(founded.Ledger.Organisations) {
			return &Adoption{ballot, adopted.YAML}, nil
		}
	}
	return nil, nil
}

// Rulebooks lists all adopted versions of all rulebooks, in the order of their names with versions.
func (v *View) Rulebooks() ([]Rulebook, error) {
	all, err := collect(v, scanRecord[*rootline.AdoptedRulebook](rootline.SpaceRulebook),
		`SELECT substr(key, 3), value FROM state WHERE key >= 'R/' AND key < 'R0' AND instr(key, '@') > 0 ORDER BY key`)
	if err != nil {
		return nil, err
	}
	var out []Rulebook
	for _, adopted := range all {
		book, err := v.rulebook(adopted)
		if err != nil {
			return nil, err
		}
		out = append(out, *book)
	}
	return out, nil
}

func (v *View) rulebook(adopted *rootline.AdoptedRulebook) (*Rulebook, error) {
	book, err := v.store.books.Parse(adopted.YAML)
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
