package rulebook

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/rootline/rootline"
)

//go:embed books/*.yaml
var books embed.FS

// Shipped are the rules of the rulebooks that Rootline brings, by name and version: "forestation@1". They hold nowhere
// until the organisations of a ledger adopt them. The files are called like their keys: forestation@1.yaml.
func Shipped() map[string][]byte {
	all := ShippedFiles()
	for name, text := range all {
		all[name], _ = Split(text)
	}
	return all
}

// FirstVersions are the shipped rules that works begin with in the demonstration and its stories: of each rulebook the
// first version. Later ones are adopted over works that run, and so are those that read other rulebooks.
func FirstVersions() map[string][]byte {
	first := Shipped()
	for ref, text := range first {
		if _, version, _ := rootline.SplitRulebook(ref); version > 1 || readsOthers(text) {
			delete(first, ref)
		}
	}
	return first
}

// readsOthers reports whether a rulebook stands beside others, which it reads.
func readsOthers(text []byte) bool { return bytes.Contains(text, []byte("\nreads:")) }

// ShippedFiles are the same rulebooks as they are kept: with the examples that Shipped leaves out.
func ShippedFiles() map[string][]byte {
	names, err := fs.Glob(books, "books/*.yaml")
	if err != nil {
		panic(fmt.Sprintf("rulebook: the pattern of the embedded books: %v", err))
	}
	all := make(map[string][]byte, len(names))
	for _, name := range names {
		text, err := books.ReadFile(name)
		if err != nil {
			panic(fmt.Sprintf("rulebook: an embedded book: %v", err))
		}
		all[strings.TrimSuffix(path.Base(name), ".yaml")] = text
	}
	return all
}

// LastVersions are the rules of the last version of each shipped rulebook, parsed: what stands beside a file that is checked or
// played.
func LastVersions() []*File {
	last := map[string]*File{}
	for ref, rules := range Shipped() {
		name, version, _ := rootline.SplitRulebook(ref)
		if known := last[name]; known != nil && known.Version > version {
			continue
		}
		book, err := Parse(rules)
		if err != nil {
			panic(fmt.Sprintf("rulebook: the shipped %s: %v", ref, err))
		}
		last[name] = &File{Rulebook: book, Rules: rules}
	}
	return slices.Collect(maps.Values(last))
}
