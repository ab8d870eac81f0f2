package rulebook

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/rootline/rootline"
)

// Difference is one way in which a rulebook differs from another.
type Difference struct {
	// Path leads to it from the top of the text: kinds, tree, actions, lift, rules, root-ball-too-small, check. Rules are
	// named by their code.
	Path []string `json:"path"`
	// Titles are what the parts of Path are called, where the text says so; others are empty.
	Titles []rootline.Text `json:"titles"`
	Change Change          `json:"change"`
	// Before and After are what stands there, as YAML; one is "" for what was added or removed.
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

// Change is the sort of a difference.
type Change string

// The sorts of differences.
const (
	Added   Change = "added"
	Removed Change = "removed"
	Changed Change = "changed"
)

// Compare lists what differs between two texts of rulebooks, in the order of the second, and what it does not have any
// more after that. The order within a text, its comments and ways of writing that mean the same are no differences. The
// error is Problems, of a text that is no rulebook.
func Compare(before, after []byte) ([]Difference, error) {
	var (
		trees [2]*yaml.Node
		books [2]*Rulebook
	)
	for i, text := range [][]byte{before, after} {
		var err error
		if books[i], err = Parse(text); err != nil {
			return nil, err
		}
		r := &reader{}
		if trees[i] = r.document(text); trees[i] == nil {
			return nil, r.problems
		}
	}
	c := &comparison{}
	c.nodes(nil, nil, trees[0], trees[1])
	for i := range c.found {
		c.found[i].nameField(books[1])
		c.found[i].nameField(books[0])
	}
	return c.found, nil
}

// nameField gives the part that names a field of its kind that field's title, where an action asks for it or keeps it by its
// name alone.
func (d *Difference) nameField(book *Rulebook) {
	at := 5 // kinds, tree, actions, lift, keeps, rootBall
	if len(d.Path) > 5 && d.Path[4] == "asks" && d.Path[5] == "data" {
		at = 6
	} else if len(d.Path) < 5 || d.Path[4] != "keeps" {
		return
	}
	if len(d.Path) <= at || d.Path[0] != "kinds" || d.Path[2] != "actions" || !d.Titles[at].IsZero() {
		return
	}
	if kind := book.Kind(d.Path[1]); kind != nil {
		if field := kind.Field(d.Path[at]); field != nil {
			d.Titles[at] = field.Title
		}
	}
}

type comparison struct{ found []Difference }

func (c *comparison) add(path []string, titles []rootline.Text, change Change, before, after string) {
	c.found = append(c.found, Difference{slices.Clone(path), slices.Clone(titles), change, before, after})
}

func (c *comparison) nodes(path []string, titles []rootline.Text, a, b *yaml.Node) {
	before, after := parts(a), parts(b)
	if before == nil || after == nil {
		if one, other := written(a), written(b); one != other {
			c.add(path, titles, Changed, one, other)
		}
		return
	}
	for _, p := range after {
		at, names := append(path, p.name), append(titles, titleOf(p.name, p.value))
		if old := before.find(p.name); old != nil {
			c.nodes(at, names, old, p.value)
		} else {
			c.add(at, names, Added, "", written(p.value))
		}
	}
	for _, p := range before {
		if after.find(p.name) == nil {
			c.add(append(path, p.name), append(titles, titleOf(p.name, p.value)), Removed, written(p.value), "")
		}
	}
}

// part is a named part of a mapping or of a list of rules.
type part struct {
	name  string
	value *yaml.Node
}

type named []part

func (n named) find(name string) *yaml.Node {
	for _, p := range n {
		if p.name == name {
			return p.value
		}
	}
	return nil
}

// parts takes apart what has named parts; nil for a value, and for a text in two languages, which is read as one.
func parts(n *yaml.Node) named {
	switch {
	case n.Kind == yaml.MappingNode && !isText(n):
		out := make(named, 0, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			out = append(out, part{n.Content[i].Value, n.Content[i+1]})
		}
		return out
	case n.Kind == yaml.SequenceNode && len(n.Content) > 0:
		out := make(named, 0, len(n.Content))
		for _, one := range n.Content {
			code := member(one, "code")
			if code == nil {
				return nil
			}
			out = append(out, part{code.Value, one})
		}
		return out
	}
	return nil
}

func member(n *yaml.Node, name string) *yaml.Node {
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return n.Content[i+1]
		}
	}
	return nil
}

func isText(n *yaml.Node) bool {
	return n.Kind == yaml.MappingNode && len(n.Content) > 0 && member(n, "en") != nil && len(n.Content) <= 4
}

// titleOf is what a part is called: its own title, or the part itself where that is nothing but a title.
func titleOf(name string, n *yaml.Node) rootline.Text {
	if !isText(n) {
		if n = member(n, "title"); n == nil {
			return rootline.Text{}
		}
	} else if slices.Contains([]string{"title", "says", "clause"}, name) {
		return rootline.Text{}
	}
	var t rootline.Text
	if en := member(n, "en"); en != nil {
		t.En = en.Value
	}
	if zh := member(n, "zh"); zh != nil {
		t.Zh = zh.Value
	}
	return t
}

// written is a value in one way of writing: values by themselves as they are, a list of one as its value, texts in two
// languages on two lines, others as YAML.
func written(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.ScalarNode:
		return n.Value
	case isText(n):
		t := titleOf("", n)
		return strings.TrimSuffix(t.En+"\n"+t.Zh, "\n")
	case n.Kind == yaml.SequenceNode && !slices.ContainsFunc(n.Content, func(one *yaml.Node) bool { return one.Kind != yaml.ScalarNode }):
		values := make([]string, len(n.Content))
		for i, one := range n.Content {
			values[i] = one.Value
		}
		slices.Sort(values) // nowhere does the order of such a list matter
		return strings.Join(values, ", ")
	}
	b, err := yaml.Marshal(plainCopy(n))
	if err != nil {
		return n.Value
	}
	return strings.TrimSpace(string(b))
}

// plainCopy leaves comments and the ways of writing out.
func plainCopy(n *yaml.Node) *yaml.Node {
	out := &yaml.Node{Kind: n.Kind, Tag: n.Tag, Value: n.Value}
	for _, child := range n.Content {
		out.Content = append(out.Content, plainCopy(child))
	}
	return out
}
